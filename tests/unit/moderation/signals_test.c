/* signals: what a person looks at first, through the writer and by itself. */
#include "server/moderation/signals.h"

#include "server/store/comments.h"
#include "tests/support/store.h"

static struct store_words said(const char *text, uint64_t number)
{
    return (struct store_words){
        .type = OBJECT_COMMENT,
        .id = town_id(1, number),
        .device_id = town_id(9, 1),
        .text = span_from_str(text),
        .made_ms = TOWN_NOON + (int64_t)number * 1000,
        .received_ms = TOWN_NOON,
    };
}

static void S27_words_of_all_three_lists_count(void **state)
{
    (void)state;
    CLEANUP(signals_close_at) struct signals *signals = NULL;
    assert_int_equal(signals_open(town_id(8, 1), &signals, NULL), ERR_OK);
    const struct span city[] = {span_from_str("ひみつ")}, meeting[] = {span_from_str("たなか")};
    struct store_words words = said("ひみつのたなか", 1);
    assert_null(signals_judge(signals, &words));
    words.meeting_words = meeting;
    words.meeting_word_count = 1;
    assert_string_equal(signals_judge(signals, &words), "signal_word");
    words.meeting_word_count = 0;
    assert_int_equal(signals_set_words(signals, city, 1, NULL), ERR_OK);
    assert_string_equal(signals_judge(signals, &words), "signal_word");
    assert_int_equal(signals_set_words(signals, NULL, 0, NULL), ERR_OK);
    assert_null(signals_judge(signals, &words));
    words = said("いいところ", 2);
    words.pen_name = span_from_str("バカ王子");
    assert_string_equal(signals_judge(signals, &words), "signal_word");
}

static void S27_short_texts_are_alike_by_chance(void **state)
{
    (void)state;
    CLEANUP(signals_close_at) struct signals *signals = NULL;
    assert_int_equal(signals_open(town_id(8, 1), &signals, NULL), ERR_OK);
    const struct span near[] = {span_from_str("日かげがほしい"),
                                span_from_str("バス停にひさしがなくて夏は暑い")};
    struct store_words words = said("日かげがほしい", 1);
    words.near = near;
    words.near_count = 2;
    assert_null(signals_judge(signals, &words));
    words.text = span_from_str("バス停にひさしがなくて、夏は暑い！");
    assert_string_equal(signals_judge(signals, &words), "signal_duplicate");
}

static void S27_the_same_asked_twice_counts_once(void **state)
{
    (void)state;
    CLEANUP(signals_close_at) struct signals *signals = NULL;
    assert_int_equal(signals_open(town_id(8, 1), &signals, NULL), ERR_OK);
    for (uint64_t i = 1; i <= 10; i++)
        for (int again = 0; again < 3; again++) {
            const struct store_words words = said("ことば", i);
            assert_null(signals_judge(signals, &words));
        }
    const struct store_words eleventh = said("ことば", 11);
    assert_string_equal(signals_judge(signals, &eleventh), "signal_rate");
    assert_string_equal(signals_judge(signals, &eleventh), "signal_rate");
    struct store_words other = said("ことば", 12);
    other.device_id = town_id(9, 2);
    assert_null(signals_judge(signals, &other));
    struct store_words page = said("ことば", 13);
    for (uint64_t i = 20; i < 60;
         i++) { /* forms have no device of their own: limits are elsewhere */
        page = said("ことば", i);
        page.device_id = town_id(8, 1);
        assert_null(signals_judge(signals, &page));
    }
}

static void S27_thousands_of_devices_fit_into_fixed_memory(void **state)
{
    (void)state;
    CLEANUP(signals_close_at) struct signals *signals = NULL;
    assert_int_equal(signals_open(town_id(8, 1), &signals, NULL), ERR_OK);
    for (uint64_t i = 1; i < 3000; i++) {
        struct store_words words = said("ことば", i);
        words.device_id = town_id(9, i);
        words.received_ms = TOWN_NOON + (int64_t)i;
        assert_null(signals_judge(signals, &words));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(S27_words_of_all_three_lists_count),
        cmocka_unit_test(S27_short_texts_are_alike_by_chance),
        cmocka_unit_test(S27_the_same_asked_twice_counts_once),
        cmocka_unit_test(S27_thousands_of_devices_fit_into_fixed_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
