/* code: what people type becomes one spelling. */
#include "server/class/code.h"

#include "tests/support/test.h"

static const struct row {
    const char *label, *typed, *read; /* read NULL: no code */
    size_t count;
} rows[] = {
    {"a code as it is shown", "7K3M-9XQZ", "7K3M9XQZ", 8},
    {"small letters are large ones", "7k3m9xqz", "7K3M9XQZ", 8},
    {"I and L are one", "iLIl2345", "11112345", 8},
    {"O is zero", "oOo02345", "00002345", 8},
    {"wide letters and the long-vowel mark of a Japanese keyboard", "７ｋ３Ｍー９ｘｑＺ",
     "7K3M9XQZ", 8},
    {"spaces of both widths", " 7K 3M　9XQZ ", "7K3M9XQZ", 8},
    {"dashes of every kind", "7K3M‐9X−Q－Z", "7K3M9XQZ", 8},
    {"a receipt has ten", "7K3M9-XQZ45", "7K3M9XQZ45", 10},
    {"U is no letter of a code", "7K3M9XQU", NULL, 8},
    {"one short", "7K3M9XQ", NULL, 8},
    {"one more", "7K3M9XQZZ", NULL, 8},
    {"nothing", "", NULL, 8},
    {"hiragana", "あいうえおかきく", NULL, 8},
    {"a character cut off", "7K3M9XQ\xE3\x83", NULL, 8},
    {"a lone continuation byte", "7K3M9XQZ\x80", NULL, 8},
    {"a zero byte has no place", "7K3M9XQ*", NULL, 8},
};

static void reads_as_it_says(void **state)
{
    const struct row *row = *state;
    char code[CODE_MAX + 1] = "untouched";
    const bool is_code = code_read(span_from_str(row->typed), row->count, code);
    assert_int_equal(is_code, row->read != NULL);
    assert_string_equal(code, row->read ? row->read : "untouched");
}

static void makes_what_it_reads(void **state)
{
    (void)state;
    uint8_t random[7] = {0};
    char made[CODE_MAX + 1], read[CODE_MAX + 1];
    for (unsigned i = 0; i < 256; i++) {
        for (size_t j = 0; j < sizeof random; j++)
            random[j] = (uint8_t)(i * 37 + j * 101);
        code_make(random, CODE_RECEIPT, made);
        assert_int_equal(strlen(made), CODE_RECEIPT);
        assert_true(code_read(span_from_str(made), CODE_RECEIPT, read));
        assert_string_equal(made, read);
    }
    const uint8_t known[] = {0x00, 0x44, 0x32, 0x14, 0xC7}; /* 00000 00001 00010 … 00111 */
    code_make(known, CODE_JOIN, made);
    assert_string_equal(made, "01234567");
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(rows) + 1];
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[i] =
            (struct CMUnitTest){rows[i].label, reads_as_it_says, NULL, NULL, (void *)&rows[i]};
    tests[LENGTH(rows)] = (struct CMUnitTest)cmocka_unit_test(makes_what_it_reads);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
