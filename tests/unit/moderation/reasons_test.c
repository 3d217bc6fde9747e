/* reasons: codes are found by name; what signals give, people cannot. */
#include "server/moderation/reasons.h"

#include "tests/support/test.h"

static void every_reason_is_found_by_its_name(void **state)
{
    (void)state;
    for (unsigned i = 0; i < REASON_END; i++) {
        uint8_t found = REASON_END;
        assert_true(reason_from_name(span_from_str(reason_name((enum reason)i)), &found));
        assert_int_equal(found, i);
        assert_true(strlen(reason_sentence((enum reason)i)) > 0);
    }
}

static void what_is_no_reason_leaves_everything(void **state)
{
    (void)state;
    uint8_t found = 77;
    assert_false(reason_from_name(span_from_str("because"), &found));
    assert_false(reason_from_name(span_from_str(""), &found));
    assert_false(reason_of_person_from_name(span_from_str("signal_word"), &found));
    assert_false(reason_of_person_from_name(span_from_str("class"), &found));
    assert_int_equal(found, 77);
    assert_true(reason_of_person_from_name(span_from_str("abuse"), &found));
    assert_int_equal(found, REASON_ABUSE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reason_is_found_by_its_name),
        cmocka_unit_test(what_is_no_reason_leaves_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
