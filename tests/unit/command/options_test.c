#include "server/command/options.h"
#include "tests/support/test.h"

struct values {
    const char *data;
    int64_t count;
    double radius;
    bool fast;
};

static enum options_result read_into(struct values *values, int argc, const char **words,
                                     int *ret_operands)
{
    const struct option options[] = {
        {"--data", OPTION_TEXT, true, &values->data, 0, 0, "DIR", ""},
        {"--count", OPTION_INT, false, &values->count, 1, 9, "N", ""},
        {"--radius", OPTION_NUMBER, false, &values->radius, 0, 0, "M", ""},
        {"--fast", OPTION_FLAG, false, &values->fast, 0, 0, NULL, ""},
    };
    return options_read(argc, (char **)words, options, LENGTH(options), ret_operands);
}

static void options_and_operands_may_mix(void **state)
{
    (void)state;
    const char *words[] = {"x", "a", "--data", "d", "b", "--count=7", "--fast", "--", "--data"};
    struct values values = {0};
    int operands = 0;
    assert_int_equal(read_into(&values, LENGTH(words), words, &operands), OPTIONS_OK);
    assert_string_equal(values.data, "d");
    assert_int_equal(values.count, 7);
    assert_true(values.fast);
    assert_int_equal(operands, 3);
    assert_string_equal(words[1], "a");
    assert_string_equal(words[2], "b");
    assert_string_equal(words[3], "--data");
}

struct row {
    const char *label;
    int argc;
    const char *words[6];
};

/* clang-format off */
static const struct row wrong[] = {
    { "a required option is missing",      1, {"x"} },
    { "an unknown option is refused",      4, {"x", "--data", "d", "--nope"} },
    { "a value is missing",                2, {"x", "--data"} },
    { "the same option twice is refused",  5, {"x", "--data", "d", "--data", "e"} },
    { "a number above its bound",          5, {"x", "--data", "d", "--count", "10"} },
    { "a word where a number belongs",     5, {"x", "--data", "d", "--radius", "far"} },
    { "a flag takes no value",             4, {"x", "--data", "d", "--fast=yes"} },
    { "an operand that nobody wants",      4, {"x", "--data", "d", "e"} },
};
/* clang-format on */

static void is_wrong(void **state)
{
    const struct row *row = *state;
    const char *words[6];
    memcpy(words, row->words, sizeof words);
    struct values values = {0};
    assert_int_equal(read_into(&values, row->argc, words, NULL), OPTIONS_WRONG);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(wrong) + 1];
    for (size_t i = 0; i < LENGTH(wrong); i++)
        tests[i] = (struct CMUnitTest){wrong[i].label, is_wrong, NULL, NULL, (void *)&wrong[i]};
    tests[LENGTH(wrong)] = (struct CMUnitTest)cmocka_unit_test(options_and_operands_may_mix);
    return _cmocka_run_group_tests("options", tests, LENGTH(tests), NULL, NULL);
}
