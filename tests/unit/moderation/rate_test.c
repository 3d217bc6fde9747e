/* rate: a flood is told from a tablet that comes back. */
#include "server/moderation/rate.h"

#include "tests/support/test.h"

static int floods(int64_t first_ms, int64_t step_ms, int count)
{
    struct rate rate = {0};
    int found = 0;
    for (int i = 0; i < count; i++)
        found += rate_note(&rate, first_ms + i * step_ms);
    return found;
}

static void ten_in_a_minute_are_no_flood(void **state)
{
    (void)state;
    assert_int_equal(floods(1000, 100, RATE_COUNT), 0);
}

static void the_eleventh_in_a_minute_is(void **state)
{
    (void)state;
    assert_int_equal(floods(1000, 100, RATE_COUNT + 1), 1);
    assert_int_equal(floods(1000, 100, 1000), 1000 - RATE_COUNT);
}

static void a_morning_sent_at_once_is_no_flood(void **state)
{
    (void)state;
    assert_int_equal(floods(1000, 20000, 200), 0);
}

static void a_clock_that_runs_backwards_counts_its_steps(void **state)
{
    (void)state;
    assert_int_equal(floods(100000000, -20000, 200), 0);
    assert_int_equal(floods(100000000, -100, 11), 1);
}

static void no_clock_breaks_it(void **state)
{
    (void)state;
    struct rate rate = {0};
    for (int i = 0; i < 100; i++)
        assert_false(rate_note(&rate, i % 2 ? INT64_MAX : INT64_MIN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_in_a_minute_are_no_flood),
        cmocka_unit_test(the_eleventh_in_a_minute_is),
        cmocka_unit_test(a_morning_sent_at_once_is_no_flood),
        cmocka_unit_test(a_clock_that_runs_backwards_counts_its_steps),
        cmocka_unit_test(no_clock_breaks_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
