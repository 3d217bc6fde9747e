/* Codes of RFC 6238, appendix B (SHA-1), their last six digits; RFC 4648 base 32. */
#include "server/people/totp.h"
#include "tests/support/test.h"

static const uint8_t secret[] = "12345678901234567890";

static const struct row {
    const char *label;
    int64_t unix_s;
    const char *digits;
} rows[] = {
    {"59 seconds", 59, "287082"},
    {"2005", 1111111109, "081804"},
    {"two seconds later", 1111111111, "050471"},
    {"2009", 1234567890, "005924"},
    {"2033", 2000000000, "279037"},
    {"2603", 20000000000, "353130"},
};

static void gives_the_digits_of_the_standard(void **state)
{
    const struct row *row = *state;
    char digits[TOTP_DIGITS + 1];
    totp_digits(secret, row->unix_s / 30, digits);
    assert_string_equal(digits, row->digits);
    assert_int_equal(totp_step_of(secret, span_from_str(row->digits), row->unix_s * 1000, 0),
                     row->unix_s / 30);
}

static void a_step_before_and_after_is_taken_and_no_more(void **state)
{
    (void)state;
    const int64_t now_ms = 1111111111000, step = 1111111111 / 30;
    for (int64_t apart = -3; apart <= 3; apart++) {
        char digits[TOTP_DIGITS + 1];
        totp_digits(secret, step + apart, digits);
        const int64_t found = totp_step_of(secret, span_from_str(digits), now_ms, 0);
        assert_int_equal(found, apart >= -1 && apart <= 1 ? step + apart : 0);
    }
}

static void a_used_step_and_those_before_it_are_refused(void **state)
{
    (void)state;
    const int64_t now_ms = 1111111111000, step = 1111111111 / 30;
    char digits[TOTP_DIGITS + 1];
    totp_digits(secret, step, digits);
    assert_int_equal(totp_step_of(secret, span_from_str(digits), now_ms, step), 0);
    assert_int_equal(totp_step_of(secret, span_from_str(digits), now_ms, step + 1), 0);
    assert_int_equal(totp_step_of(secret, span_from_str(digits), now_ms, step - 1), step);
}

static void what_is_no_code_is_refused(void **state)
{
    (void)state;
    static const char *const codes[] = {"", "05047", "0504711", "05047a", "-50471", " 50471"};
    for (size_t i = 0; i < LENGTH(codes); i++)
        assert_int_equal(totp_step_of(secret, span_from_str(codes[i]), 1111111111000, 0), 0);
}

static void the_secret_is_spelled_in_base_32(void **state)
{
    (void)state;
    char text[TOTP_BASE32 + 1];
    totp_base32(secret, text);
    assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(rows) + 4] = {
        cmocka_unit_test(a_step_before_and_after_is_taken_and_no_more),
        cmocka_unit_test(a_used_step_and_those_before_it_are_refused),
        cmocka_unit_test(what_is_no_code_is_refused),
        cmocka_unit_test(the_secret_is_spelled_in_base_32),
    };
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[4 + i] = (struct CMUnitTest){rows[i].label, gives_the_digits_of_the_standard, NULL,
                                           NULL, (void *)&rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
