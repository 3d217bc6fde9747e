/* wordlist: what a person looks at first, and what is harmless. */
#include "server/moderation/wordlist.h"

#include "server/demo/words.h"
#include "tests/support/test.h"

static const struct row {
    const char *label, *text;
    const char *words[4];
    int found; /* −1: none */
} rows[] = {
    {"hiragana", "おまえばかだ", {"ばか"}, 0},
    {"katakana", "おまえバカだ", {"ばか"}, 0},
    {"half-width katakana with its mark", "ﾊﾞｶ", {"ばか"}, 0},
    {"long vowels between", "バーーカ", {"ばか"}, 0},
    {"a dash between", "ば-か", {"ばか"}, 0},
    {"the list in katakana, the text in hiragana", "ばか", {"バカ"}, 0},
    {"kanji as they are", "もう死ねよ", {"死ね"}, 0},
    {"the second entry", "ここはアホ", {"ばか", "あほ"}, 1},
    {"wide letters and capitals", "ＦＵＣＫ you", {"fuck"}, 0},
    {"a person's name that a teacher lists", "たなかさんの家", {"田中", "たなか"}, 1},
    {"nothing to find", "日かげがほしい", {"ばか", "あほ"}, -1},
    {"no list", "ばか", {NULL}, -1},
    {"no text", "", {"ばか"}, -1},
    {"ばかり is harmless", "暑い日ばかりでつらい", {"ばか"}, -1},
    {"はばかる is harmless", "人前をはばかる声", {"ばか"}, -1},
    {"人はばかだ is not", "人はばかだ", {"ばか"}, 0},
    {"しばかり is harmless", "しばかりをしてほしい", {"ばか"}, -1},
    {"バカンス is harmless", "バカンスに行きたい", {"ばか"}, -1},
    {"バーカウンター is harmless", "駅前のバーカウンター", {"ばか"}, -1},
    {"そばかす is harmless, くそばか is not", "くそばか", {"ばか"}, 0},
    {"a joint of words", "木があればかなりすずしい", {"ばか"}, -1},
    {"harmless once and not the second time", "ばかりいう、ばか", {"ばか"}, 0},
    {"a full stop keeps words apart", "行けば。からだ", {"ばか"}, -1},
    {"a space keeps words apart", "あれば かぜが ふく", {"ばか"}, -1},
    {"遊ぶスペース is harmless", "遊ぶスペースがない", {"ぶす"}, -1},
    {"角でぶつかる is harmless", "角でぶつかりそう", {"でぶ"}, -1},
    {"天気もいい is harmless", "天気もいいし人もいる", {"きもい"}, -1},
    {"letters inside a word", "class, shell, 3assets", {"ass", "hell"}, -1},
    {"the same between other marks", "you ass!", {"ass"}, 0},
    {"letters beside Japanese", "このass", {"ass"}, 0},
    {"an exception of the list's own", "たなかのわ公園", {"たなか", "-たなかのわ"}, -1},
    {"an exception covers nothing else", "たなかさん", {"たなか", "-たなかのわ"}, 0},
    {"an exception alone is no word", "たなかのわ", {"-たなかのわ"}, -1},
    {"an entry of nothing but a mark", "ばか", {"ー", "ばか"}, 1},
};

static size_t count_of(const struct row *row)
{
    size_t count = 0;
    while (count < LENGTH(row->words) && row->words[count])
        count++;
    return count;
}

static void finds_what_it_says(void **state)
{
    const struct row *row = *state;
    struct span words[LENGTH(row->words)];
    const size_t count = count_of(row);
    for (size_t i = 0; i < count; i++)
        words[i] = span_from_str(row->words[i]);
    size_t found = 99;
    assert_int_equal(wordlist_find(span_from_str(row->text), words, count, &found, NULL), ERR_OK);
    assert_int_equal(found, row->found < 0 ? count : (size_t)row->found);
}

static void what_is_not_utf8_is_told(void **state)
{
    (void)state;
    const struct span word = span_from_str("ばか");
    size_t found = 99;
    assert_int_equal(wordlist_find(span_from_str("\xFF"), &word, 1, &found, NULL), ERR_FORMAT);
    assert_int_equal(found, 99);
}

/* The server's own words stand as fold_text leaves them: each finds itself. */
static void every_word_of_the_servers_finds_itself(void **state)
{
    (void)state;
    size_t count, found;
    const struct span *own = wordlist_own(&count);
    assert_true(count > 10);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(wordlist_find(own[i], own, count, &found, NULL), ERR_OK);
        assert_true(found <= i);
    }
}

/* A town's worth of what people write about heat: none of it is held for a word. */
static void nothing_in_the_demo_town_is_a_hit(void **state)
{
    (void)state;
    size_t count, found;
    const struct span *own = wordlist_own(&count);
    assert_true(demo_comment_count > 200);
    for (int i = 0; i < demo_comment_count; i++) {
        const struct span text = span_from_str(demo_comments[i].text);
        assert_int_equal(wordlist_find(text, own, count, &found, NULL), ERR_OK);
        if (found < count)
            fail_msg("%s: %.*s", demo_comments[i].text, (int)own[found].len, own[found].data);
    }
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(rows) + 3];
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[i] =
            (struct CMUnitTest){rows[i].label, finds_what_it_says, NULL, NULL, (void *)&rows[i]};
    tests[LENGTH(rows)] = (struct CMUnitTest)cmocka_unit_test(what_is_not_utf8_is_told);
    tests[LENGTH(rows) + 1] =
        (struct CMUnitTest)cmocka_unit_test(every_word_of_the_servers_finds_itself);
    tests[LENGTH(rows) + 2] =
        (struct CMUnitTest)cmocka_unit_test(nothing_in_the_demo_town_is_a_hit);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
