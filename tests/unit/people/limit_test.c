#include "server/people/limit.h"

#include <stdio.h>

#include "tests/support/test.h"

static struct limits *limits;

static int open_limits(void **state)
{
    (void)state;
    return limits_open(1024, &limits, NULL) == ERR_OK ? 0 : -1;
}

static int close_limits(void **state)
{
    (void)state;
    limits_close(limits);
    return 0;
}

static bool take(enum limit limit, const char *key, uint32_t cost, int64_t now_ms,
                 uint32_t *ret_wait_s)
{
    struct err err = {0};
    uint32_t wait_s = 0;
    const enum err_code code =
        limits_take(limits, limit, span_from_str(key), cost, now_ms, &wait_s, &err);
    assert_true(code == ERR_OK || code == ERR_LIMIT);
    if (ret_wait_s)
        *ret_wait_s = wait_s;
    return code == ERR_OK;
}

static void five_tries_then_a_quarter_of_an_hour(void **state)
{
    (void)state;
    uint32_t wait_s;
    for (int i = 0; i < 5; i++)
        assert_true(take(LIMIT_PIN_PERSON, "a", 1, 1000, NULL));
    assert_false(take(LIMIT_PIN_PERSON, "a", 1, 1000, &wait_s));
    assert_in_range(wait_s, 179, 201);
    assert_false(take(LIMIT_PIN_PERSON, "a", 1, 1000 + 100000, NULL));
    assert_true(take(LIMIT_PIN_PERSON, "a", 1, 1000 + (int64_t)wait_s * 1000, NULL));
    assert_false(take(LIMIT_PIN_PERSON, "a", 1, 1000 + (int64_t)wait_s * 1000, NULL));
    /* Rested, it is full again, and no fuller. */
    for (int i = 0; i < 5; i++)
        assert_true(take(LIMIT_PIN_PERSON, "a", 1, 100000000, NULL));
    assert_false(take(LIMIT_PIN_PERSON, "a", 1, 100000000, NULL));
}

static void keys_and_kinds_do_not_touch_each_other(void **state)
{
    (void)state;
    while (take(LIMIT_PIN_PERSON, "a", 1, 0, NULL))
        ;
    assert_true(take(LIMIT_PIN_PERSON, "b", 1, 0, NULL));
    assert_true(take(LIMIT_PIN_MEETING, "a", 1, 0, NULL));
}

static void what_was_right_is_given_back(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_true(take(LIMIT_PIN_PERSON, "a", 1, 0, NULL));
        limits_return(limits, LIMIT_PIN_PERSON, span_from_str("a"), 1, 0);
    }
    limits_return(limits, LIMIT_PIN_PERSON, span_from_str("a"), 99, 0); /* never above full */
    for (int i = 0; i < 5; i++)
        assert_true(take(LIMIT_PIN_PERSON, "a", 1, 0, NULL));
    assert_false(take(LIMIT_PIN_PERSON, "a", 1, 0, NULL));
}

static void a_clock_that_goes_back_gives_nothing(void **state)
{
    (void)state;
    while (take(LIMIT_PIN_PERSON, "a", 1, 1000000, NULL))
        ;
    assert_false(take(LIMIT_PIN_PERSON, "a", 1, 0, NULL));
}

/* A flood of keys must not wash out the bucket of the one who is being guessed at. */
static void a_flood_of_new_keys_does_not_free_an_empty_bucket(void **state)
{
    (void)state;
    while (take(LIMIT_PIN_PERSON, "victim", 1, 0, NULL))
        ;
    unsigned freed = 0;
    for (int i = 0; i < 100000; i++) {
        char key[16];
        snprintf(key, sizeof key, "%d", i);
        (void)!take(LIMIT_WRITE_ADDRESS, key, 1, 0, NULL);
        freed += i % 1000 == 0 && take(LIMIT_PIN_PERSON, "victim", 1, 0, NULL);
    }
    assert_int_equal(freed, 0);
}

/* 40 tablets behind one address, an afternoon's outbox each, within one minute. */
static void a_class_behind_one_address_is_never_throttled(void **state)
{
    (void)state;
    for (int tablet = 0; tablet < 40; tablet++) {
        char device[16];
        snprintf(device, sizeof device, "tablet%d", tablet);
        for (int push = 0; push < 8; push++) {
            const int64_t now_ms = tablet * 1000 + push * 100;
            assert_true(take(LIMIT_WRITE_DEVICE, device, 64, now_ms, NULL));
            assert_true(take(LIMIT_WRITE_ADDRESS, "school", 64, now_ms, NULL));
            assert_true(take(LIMIT_WRITE_MEETING, "class", 12, now_ms, NULL)); /* are comments */
        }
        assert_true(take(LIMIT_JOIN_ADDRESS, "school", 2, tablet * 1000, NULL));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_limits, close_limits)
    const struct CMUnitTest tests[] = {
        TEST(five_tries_then_a_quarter_of_an_hour),
        TEST(keys_and_kinds_do_not_touch_each_other),
        TEST(what_was_right_is_given_back),
        TEST(a_clock_that_goes_back_gives_nothing),
        TEST(a_flood_of_new_keys_does_not_free_an_empty_bucket),
        TEST(a_class_behind_one_address_is_never_throttled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
