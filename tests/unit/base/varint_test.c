#include "tests/support/test.h"
#include "tiles/base/varint.h"

struct row {
    const char *label;
    uint64_t value;
    size_t len;
    uint8_t bytes[VARINT_MAX];
};

/* 150 is the example of the Protocol Buffers encoding guide. */
/* clang-format off */
static const struct row known[] = {
    { "zero is one byte",             0,          1,  { 0x00 } },
    { "the example of the guide",     150,        2,  { 0x96, 0x01 } },
    { "the largest needs ten bytes",  UINT64_MAX, 10, { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 } },
};
/* clang-format on */

static void goes_there_and_back(void **state)
{
    const struct row *row = *state;
    uint8_t bytes[VARINT_MAX];
    assert_int_equal(varint_put(bytes, row->value), row->len);
    assert_memory_equal(bytes, row->bytes, row->len);
    struct span from = span_of(bytes, row->len);
    uint64_t value = 1;
    assert_true(varint_take(&from, &value));
    assert_true(value == row->value);
    assert_int_equal(from.len, 0);
    from = span_of(bytes, row->len - 1);
    assert_false(varint_take(&from, &value));
}

static void too_long_is_refused(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02};
    struct span from = span_of(bytes, sizeof bytes);
    uint64_t value;
    assert_false(varint_take(&from, &value));
}

static void zigzag_puts_small_numbers_first(void **state)
{
    (void)state;
    const int64_t order[] = {0, -1, 1, -2, 2};
    for (size_t i = 0; i < LENGTH(order); i++) {
        assert_true(zigzag_from_int(order[i]) == i);
        assert_true(int_from_zigzag(i) == order[i]);
    }
    assert_true(int_from_zigzag(zigzag_from_int(INT64_MIN)) == INT64_MIN);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(known) + 2];
    for (size_t i = 0; i < LENGTH(known); i++)
        tests[i] =
            (struct CMUnitTest){known[i].label, goes_there_and_back, NULL, NULL, (void *)&known[i]};
    tests[LENGTH(known)] = (struct CMUnitTest)cmocka_unit_test(too_long_is_refused);
    tests[LENGTH(known) + 1] = (struct CMUnitTest)cmocka_unit_test(zigzag_puts_small_numbers_first);
    return _cmocka_run_group_tests("varint", tests, LENGTH(tests), NULL, NULL);
}
