#include "server/people/secret.h"

#include <time.h>

#include "tests/support/test.h"

static struct arena arena;

static int open_arena(void **state)
{
    (void)state;
    arena_init(&arena, 0);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static void only_the_same_secret_is_right(void **state)
{
    (void)state;
    for (enum secret_cost cost = SECRET_PASSWORD; cost <= SECRET_PIN; cost++) {
        struct span hash, again;
        const struct span secret = span_from_str("482913");
        assert_int_equal(secret_hash(secret, cost, &arena, &hash, NULL), ERR_OK);
        assert_int_equal(secret_hash(secret, cost, &arena, &again, NULL), ERR_OK);
        assert_memory_equal(hash.data, "$argon2id$", 10);
        assert_false(span_equal(hash, again)); /* each has a salt of its own */
        assert_true(secret_is_right(secret, hash, cost));
        assert_true(secret_is_right(secret, again, cost));
        assert_false(secret_is_right(span_from_str("482914"), hash, cost));
        assert_false(secret_is_right(span_from_str(""), hash, cost));
        assert_false(secret_is_right(secret, span_from_str("$argon2id$nonsense"), cost));
    }
}

static double seconds_of(struct span hash)
{
    struct timespec from, to;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    assert_false(secret_is_right(span_from_str("000000"), hash, SECRET_PIN));
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* The least of several, in processor time, so that a busy machine says nothing. */
static double least_seconds_of(struct span hash)
{
    double least = 1e9;
    for (int i = 0; i < 5; i++) {
        const double seconds = seconds_of(hash);
        least = seconds < least ? seconds : least;
    }
    return least;
}

static void nobody_costs_as_much_as_somebody(void **state)
{
    (void)state;
    struct span hash;
    assert_int_equal(secret_hash(span_from_str("482913"), SECRET_PIN, &arena, &hash, NULL), ERR_OK);
    const double somebody = least_seconds_of(hash), nobody = least_seconds_of((struct span){0});
    if (nobody < somebody / 2 || nobody > somebody * 2)
        fail_msg("somebody %.4f s, nobody %.4f s", somebody, nobody);
}

static const struct row {
    const char *label, *password, *name;
    bool good;
} passwords[] = {
    {"a sentence is good", "correct horse battery", "hanako", true},
    {"twelve Japanese characters are good", "ひつじ雲が三つならんだ朝", "hanako", true},
    {"eleven characters are too few", "abcdefghijk", "hanako", false},
    {"eleven Japanese characters are too few", "ひつじ雲が三つならんだ", "hanako", false},
    {"one character again and again", "aaaaaaaaaaaaaaaa", "hanako", false},
    {"two characters again and again", "121212121212121212", "hanako", false},
    {"the name in it", "xy-Hanako-2026-zz", "hanako", false},
    {"what everybody takes", "Password1234", "hanako", false},
    {"the town and the year", "kumagaya2026", "hanako", false},
    {"the same inside something longer is good", "password of my grandmother's bicycle", "hanako",
     true},
    {"a short name may stand in it", "a walk in the mountains", "wa", true},
};

static void is_judged(void **state)
{
    const struct row *row = *state;
    const char *problem =
        secret_judge_password(span_from_str(row->password), span_from_str(row->name));
    if ((problem == NULL) != row->good)
        fail_msg("%s: %s", row->password, problem ? problem : "taken");
}

static void an_endless_password_is_refused(void **state)
{
    (void)state;
    char text[258];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i % 26);
    assert_null(secret_judge_password(span_of(text, 256), span_from_str("x")));
    assert_non_null(secret_judge_password(span_of(text, 257), span_from_str("x")));
}

static void pins_are_six_digits_and_not_the_first_that_come_to_mind(void **state)
{
    (void)state;
    static const char *const bad[] = {"",       "12345",  "1234567",     "12345a",
                                      "000000", "777777", "123456",      "654321",
                                      "012345", "-12345", "１２３４５６"};
    static const char *const good[] = {"482913", "112233", "123457", "100000", "908172"};
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_non_null(secret_judge_pin(span_from_str(bad[i])));
    for (size_t i = 0; i < LENGTH(good); i++)
        assert_null(secret_judge_pin(span_from_str(good[i])));
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(passwords) + 4] = {
        cmocka_unit_test_setup_teardown(only_the_same_secret_is_right, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(nobody_costs_as_much_as_somebody, open_arena, close_arena),
        cmocka_unit_test(an_endless_password_is_refused),
        cmocka_unit_test(pins_are_six_digits_and_not_the_first_that_come_to_mind),
    };
    for (size_t i = 0; i < LENGTH(passwords); i++)
        tests[4 + i] =
            (struct CMUnitTest){passwords[i].label, is_judged, NULL, NULL, (void *)&passwords[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
