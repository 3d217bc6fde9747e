#include <string.h>

#include "tests/support/test.h"
#include "tiles/base/uuid.h"

/* RFC 9562, appendix A.6: the example of a version 7 id, made at 1645557742000 ms. */
static const char example[] = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";

struct row {
    const char *label, *text;
    bool good;
};

/* clang-format off */
static const struct row rows[] = {
    { "the standard's example is read",   "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",  true },
    { "upper case is read",               "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",  true },
    { "a missing digit is refused",       "017f22e2-79b0-7cc3-98c4-dc0c0c07398",   false },
    { "braces are refused",               "{017f22e2-79b0-7cc3-98c4-dc0c0c0739}",  false },
    { "a dash in the wrong place",        "017f22e27-9b0-7cc3-98c4-dc0c0c07398f",  false },
    { "a letter that is no digit",        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",  false },
    { "the empty text is refused",        "",                                      false },
};
/* clang-format on */

static void from_text(void **state)
{
    const struct row *row = *state;
    struct uuid id = {{42}};
    assert_int_equal(uuid_from(span_from_str(row->text), &id), row->good);
    char text[UUID_TEXT + 1];
    uuid_text(id, text);
    if (row->good)
        assert_string_equal(text, example);
    else
        assert_int_equal(id.bytes[0], 42);
}

static void from_time(void **state)
{
    (void)state;
    const uint8_t random[10] = {0x0C, 0xC3, 0x18, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F};
    char text[UUID_TEXT + 1];
    uuid_text(uuid_from_time(1645557742000, random), text);
    assert_string_equal(text, example);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(rows) + 1];
    size_t count = 0;
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[count++] =
            (struct CMUnitTest){rows[i].label, from_text, NULL, NULL, (void *)&rows[i]};
    tests[count++] = (struct CMUnitTest){"a time and random bits make the standard's example",
                                         from_time, NULL, NULL, NULL};
    return _cmocka_run_group_tests("uuid", tests, count, NULL, NULL);
}
