/* rate: a flood is told from a tablet that comes back. */
#include "server/moderation/rate.h"

#include "tests/support/test.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
static const int64_t noon = 1785553200000; /* 2026-08-01 at Kumagaya */

/* How many of `count` are held that were made step_ms apart and come together. */
static int held(int64_t first_ms, int64_t step_ms, int count)
{
    struct rate rate = {0};
    int found = 0;
    for (int i = 0; i < count; i++)
        found += rate_note(&rate, first_ms + i * step_ms, noon);
    return found;
}

static void ten_in_a_minute_are_no_flood(void **state)
{
    (void)state;
    assert_int_equal(held(noon, 100, RATE_MINUTE), 0);
}

static void the_eleventh_in_a_minute_is(void **state)
{
    (void)state;
    assert_int_equal(held(noon, 100, RATE_MINUTE + 1), 1);
    assert_int_equal(held(noon, 0, 1000), 1000 - RATE_MINUTE);
}

static void twenty_of_two_hours_sent_at_once_are_no_flood(void **state)
{
    (void)state;
    assert_int_equal(held(noon - 2 * HOUR, 6 * MINUTE, 20), 0);
    /* In clumps: three at each stop. */
    struct rate rate = {0};
    for (int i = 0; i < 21; i++)
        assert_false(
            rate_note(&rate, noon - 2 * HOUR + i / 3 * 15 * MINUTE + i % 3 * 10 * SECOND, noon));
}

static void a_clock_that_is_wrong_by_years_costs_nothing(void **state)
{
    (void)state;
    assert_int_equal(held(SECOND, 6 * MINUTE, 20), 0); /* 1970: the battery was empty */
    assert_int_equal(held(noon + INT64_C(90000) * HOUR, 6 * MINUTE, 20), 0);
    assert_int_equal(held(noon, -6 * MINUTE, 20), 0);
}

static void a_day_of_a_group_comes_at_once(void **state)
{
    (void)state;
    assert_int_equal(held(noon - 8 * HOUR, 2 * MINUTE, RATE_AT_ONCE), 0);
}

static void ten_a_minute_all_the_time_is_no_person(void **state)
{
    (void)state;
    assert_int_equal(held(noon - HOUR, 6 * SECOND, RATE_HOUR + 5), 5);
    assert_int_equal(held(noon - HOUR, -6 * SECOND, RATE_HOUR + 5), 5);
}

static void whoever_claims_years_gets_a_day(void **state)
{
    (void)state;
    assert_int_equal(held(SECOND, 24 * HOUR, 1000), 1000 - RATE_AT_ONCE);
    struct rate rate = {0};
    int passed = 0;
    for (int i = 0; i < 1000; i++) /* any time but twice the same, of all that there are */
        passed += !rate_note(&rate, (int64_t)((uint64_t)i * UINT64_C(0x9e3779b97f4a7c15)), noon);
    assert_int_equal(passed, RATE_AT_ONCE);
}

static void taking_turns_between_lies_hides_no_minute(void **state)
{
    (void)state;
    struct rate rate = {0};
    int passed = 0;
    for (int i = 0; i < 180; i++)
        passed += !rate_note(&rate, i % 3 * INT64_C(1000) * HOUR + i, noon);
    assert_int_equal(passed, 3 * RATE_MINUTE);
}

static void after_that_a_person_goes_on_and_a_script_does_not(void **state)
{
    (void)state;
    struct rate rate = {0};
    int passed = 0;
    for (int i = 0; i < RATE_AT_ONCE; i++)
        assert_false(rate_note(&rate, i * HOUR, noon));
    for (int i = 0; i < HOUR / SECOND; i++) /* one each second of ours, an hour apart by its word */
        passed += !rate_note(&rate, (RATE_AT_ONCE + i) * (int64_t)HOUR, noon + i * SECOND);
    assert_int_equal(passed, 59); /* one each minute, none at the start */
    for (int i = 0; i < 20; i++)  /* the next day an honest one has its own again */
        assert_false(
            rate_note(&rate, noon + 24 * HOUR + i * 2 * MINUTE, noon + 24 * HOUR + i * 2 * MINUTE));
}

static void our_own_clock_set_back_holds_nobody_for_long(void **state)
{
    (void)state;
    struct rate rate = {0};
    assert_false(rate_note(&rate, noon, noon + INT64_C(9000) * HOUR));
    for (int i = 0; i < 20; i++)
        assert_false(rate_note(&rate, noon + i * MINUTE, noon));
}

static void no_clock_breaks_it(void **state)
{
    (void)state;
    struct rate rate = {0};
    int passed = 0;
    for (int i = 0; i < 100; i++)
        passed += !rate_note(&rate, i % 2 ? INT64_MAX : INT64_MIN, noon);
    assert_int_equal(passed, 2 * RATE_MINUTE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_in_a_minute_are_no_flood),
        cmocka_unit_test(the_eleventh_in_a_minute_is),
        cmocka_unit_test(twenty_of_two_hours_sent_at_once_are_no_flood),
        cmocka_unit_test(a_clock_that_is_wrong_by_years_costs_nothing),
        cmocka_unit_test(a_day_of_a_group_comes_at_once),
        cmocka_unit_test(ten_a_minute_all_the_time_is_no_person),
        cmocka_unit_test(whoever_claims_years_gets_a_day),
        cmocka_unit_test(taking_turns_between_lies_hides_no_minute),
        cmocka_unit_test(after_that_a_person_goes_on_and_a_script_does_not),
        cmocka_unit_test(our_own_clock_set_back_holds_nobody_for_long),
        cmocka_unit_test(no_clock_breaks_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
