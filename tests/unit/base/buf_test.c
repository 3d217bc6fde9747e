#include "tests/support/test.h"
#include "tiles/base/buf.h"

static void numbers_are_written_in_decimal(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf);
    buf_add_int(&buf, INT64_MIN);
    buf_add_byte(&buf, ' ');
    buf_add_int(&buf, 0);
    buf_add_byte(&buf, ' ');
    buf_add_int(&buf, 41);
    assert_true(span_is(buf_span(&buf), "-9223372036854775808 0 41"));
    buf_done(&buf);
}

static void it_grows_and_keeps_its_content(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf);
    for (int i = 0; i < 100000; i++)
        buf_add_byte(&buf, (uint8_t)i);
    assert_int_equal(buf.len, 100000);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(buf.data[i], (uint8_t)i);
    buf_done(&buf);
    buf_done(NULL);
}

static void an_impossible_size_fails_and_sticks(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf);
    assert_null(buf_reserve(&buf, SIZE_MAX - 5));
    buf_add_str(&buf, "later");
    assert_true(buf.failed);
    assert_int_equal(buf.len, 0);
    buf_done(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_in_decimal),
        cmocka_unit_test(it_grows_and_keeps_its_content),
        cmocka_unit_test(an_impossible_size_fails_and_sticks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
