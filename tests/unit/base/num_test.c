#include <math.h>
#include <string.h>

#include "tests/support/test.h"
#include "tiles/base/num.h"

struct int_row {
    const char *label, *text;
    int64_t min, max, value;
    enum err_code code;
};

/* clang-format off */
static const struct int_row ints[] = {
    { "zero",                                 "0",                    -1, 1,  0,         ERR_OK },
    { "a sign is allowed",                    "-17",                  -99, 99, -17,      ERR_OK },
    { "the smallest number there is",         "-9223372036854775808", INT64_MIN, INT64_MAX, INT64_MIN, ERR_OK },
    { "the largest number there is",          "9223372036854775807",  INT64_MIN, INT64_MAX, INT64_MAX, ERR_OK },
    { "one more than the largest is refused", "9223372036854775808",  INT64_MIN, INT64_MAX, 0, ERR_RANGE },
    { "the empty text is no number",          "",                     -1, 1,  0,         ERR_FORMAT },
    { "a sign alone is no number",            "-",                    -1, 1,  0,         ERR_FORMAT },
    { "a blank in front is refused",          " 1",                   -1, 1,  0,         ERR_FORMAT },
    { "a letter behind is refused",           "1x",                   -1, 1,  0,         ERR_FORMAT },
    { "bounds hold",                          "2",                    -1, 1,  0,         ERR_RANGE },
};

struct double_row {
    const char *label, *text;
    double value;
    enum err_code code;
};

static const struct double_row doubles[] = {
    { "a longitude",                       "139.38812345", 139.38812345, ERR_OK },
    { "a negative fraction",               "-0.5",         -0.5,         ERR_OK },
    { "no digit before the point",         ".25",          0.25,         ERR_OK },
    { "an exponent",                       "1.5e3",        1500.0,       ERR_OK },
    { "a tiny number",                     "1e-300",       1e-300,       ERR_OK },
    { "more digits than a double has",     "0.1000000000000000055511151231257827", 0.1, ERR_OK },
    { "infinity is refused",               "1e999",        0,            ERR_RANGE },
    { "a name is refused",                 "nan",          0,            ERR_FORMAT },
    { "hexadecimal is refused",            "0x10",         0,            ERR_FORMAT },
    { "two points are refused",            "1.2.3",        0,            ERR_FORMAT },
    { "a decimal comma is refused",        "1,5",          0,            ERR_FORMAT },
    { "an exponent without digits",        "1e",           0,            ERR_FORMAT },
    { "a point alone",                     ".",            0,            ERR_FORMAT },
};

struct fixed_row {
    const char *label;
    double value;
    unsigned decimals;
    const char *text;
};

static const struct fixed_row fixed[] = {
    { "prints a whole number without a point", 12.0,     3, "12" },
    { "cuts zeros behind",                     1.5,      7, "1.5" },
    { "rounds half away from zero",            0.25,     1, "0.3" },
    { "prints no negative zero",               -0.00001, 2, "0" },
    { "keeps zeros between",                   -3.0405,  4, "-3.0405" },
    { "prints what is not a number as null",   NAN,      2, "null" },
};
/* clang-format on */

static void int_from_text(void **state)
{
    const struct int_row *row = *state;
    int64_t value = 42;
    assert_int_equal(num_int_from(span_from_str(row->text), row->min, row->max, &value, NULL),
                     row->code);
    assert_true(value == (row->code == ERR_OK ? row->value : 42));
}

static void double_from_text(void **state)
{
    const struct double_row *row = *state;
    double value = 42;
    assert_int_equal(num_double_from(span_from_str(row->text), &value, NULL), row->code);
    const double wanted = row->code == ERR_OK ? row->value : 42;
    assert_true(fabs(value - wanted) <= fabs(wanted) * 2.3e-16);
}

static void fixed_to_text(void **state)
{
    const struct fixed_row *row = *state;
    struct buf buf;
    buf_init(&buf);
    num_add_fixed(&buf, row->value, row->decimals);
    assert_true(span_is(buf_span(&buf), row->text));
    buf_done(&buf);
}

static void e7_round_trip(void **state)
{
    (void)state;
    int32_t e7 = 0;
    struct buf buf;
    buf_init(&buf);
    assert_true(num_e7_from_double(-139.38812345, &e7));
    assert_int_equal(e7, -1393881235);
    num_add_e7(&buf, e7);
    assert_true(span_is(buf_span(&buf), "-139.3881235"));
    assert_false(num_e7_from_double(NAN, &e7));
    assert_false(num_e7_from_double(215, &e7));
    buf_done(&buf);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(ints) + LENGTH(doubles) + LENGTH(fixed) + 1];
    size_t count = 0;
    for (size_t i = 0; i < LENGTH(ints); i++)
        tests[count++] =
            (struct CMUnitTest){ints[i].label, int_from_text, NULL, NULL, (void *)&ints[i]};
    for (size_t i = 0; i < LENGTH(doubles); i++)
        tests[count++] = (struct CMUnitTest){doubles[i].label, double_from_text, NULL, NULL,
                                             (void *)&doubles[i]};
    for (size_t i = 0; i < LENGTH(fixed); i++)
        tests[count++] =
            (struct CMUnitTest){fixed[i].label, fixed_to_text, NULL, NULL, (void *)&fixed[i]};
    tests[count++] = (struct CMUnitTest){"degrees become integers and text again", e7_round_trip,
                                         NULL, NULL, NULL};
    return _cmocka_run_group_tests("num", tests, count, NULL, NULL);
}
