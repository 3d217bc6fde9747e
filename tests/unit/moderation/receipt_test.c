/* receipt: one hash for every way to type a code. */
#include "server/moderation/receipt.h"

#include "tests/support/test.h"

static void every_spelling_has_one_hash(void **state)
{
    (void)state;
    static const char *const spellings[] = {"01234-56789", "0123456789", "oi234-56789",
                                            "０１２３４ー５６７８９"};
    /* printf 'kakikomap receipt\0000123456789' | sha256sum */
    static const uint8_t known[RECEIPT_BYTES] = {
        0x88, 0x8C, 0x17, 0x2D, 0xB2, 0xE9, 0xCA, 0x92, 0xFB, 0x1A, 0x59,
        0x2B, 0x00, 0x54, 0x40, 0x5C, 0x88, 0x7E, 0x43, 0x49, 0xF0, 0xFD,
        0x9E, 0x6D, 0x11, 0x85, 0xD5, 0x3A, 0x5B, 0x45, 0xA3, 0xDD,
    };
    for (size_t i = 0; i < LENGTH(spellings); i++) {
        uint8_t hash[RECEIPT_BYTES] = {0};
        assert_true(receipt_hash(span_from_str(spellings[i]), hash));
        assert_memory_equal(hash, known, sizeof known);
    }
}

static void what_is_no_code_is_told(void **state)
{
    (void)state;
    uint8_t hash[RECEIPT_BYTES] = {7};
    assert_false(receipt_hash(span_from_str("0123-4567"), hash));
    assert_false(receipt_hash(span_from_str(""), hash));
    assert_int_equal(hash[0], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_has_one_hash),
        cmocka_unit_test(what_is_no_code_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
