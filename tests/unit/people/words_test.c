/* The words that bring one back, and the pen names. */
#include "server/people/words.h"

#include <stdio.h>

#include "tests/support/test.h"

enum { LETTERS_MAX = 16 };

/* Letters folded by a way of its own: by code point, not by decomposition as words.py does. */
static size_t fold(const char *word, unsigned ret[LETTERS_MAX])
{
    static const unsigned small[] = {0x3041, 0x3043, 0x3045, 0x3047, 0x3049,
                                     0x3063, 0x3083, 0x3085, 0x3087};
    size_t count = 0;
    for (const uint8_t *at = (const uint8_t *)word; *at; at += 3) {
        unsigned c = (at[0] & 15u) << 12 | (at[1] & 63u) << 6 | (at[2] & 63u);
        if (c < 0x3041 || c > 0x3096 || count == LETTERS_MAX)
            fail_msg("%s is not all hiragana", word);
        for (size_t i = 0; i < LENGTH(small); i++)
            c += c == small[i];
        if (c >= 0x304B && c <= 0x3062) /* か to ぢ: voiced are the even ones */
            c -= c % 2 == 0;
        else if (c >= 0x3064 && c <= 0x3069) /* つ to ど */
            c -= c % 2 == 1;
        else if (c >= 0x306F && c <= 0x307D) /* は to ぽ: by threes */
            c -= (c - 0x306F) % 3;
        ret[count++] = c;
    }
    return count;
}

static size_t distance(const char *a, const char *b)
{
    unsigned x[LETTERS_MAX], y[LETTERS_MAX];
    const size_t n = fold(a, x), m = fold(b, y);
    size_t row[LETTERS_MAX + 1];
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            const size_t replace = corner + (x[i - 1] != y[j - 1]);
            corner = row[j];
            size_t least = row[j] + 1 < row[j - 1] + 1 ? row[j] + 1 : row[j - 1] + 1;
            row[j] = least < replace ? least : replace;
        }
    }
    return row[m];
}

static void any_two_words_differ_by_two_edits_or_more(void **state)
{
    (void)state;
    for (size_t i = 0; i < KANA_WORDS; i++)
        for (size_t j = 0; j < i; j++)
            if (distance(kana_words[i], kana_words[j]) < 2)
                fail_msg("%s and %s are too near", kana_words[j], kana_words[i]);
}

static void five_words_have_more_than_44_bits(void **state)
{
    (void)state;
    double combinations = 1;
    for (int i = 0; i < RECOVERY_WORDS; i++)
        combinations *= KANA_WORDS;
    assert_true(combinations >= (double)(1ULL << 44));
}

static struct arena arena;

static void words_are_read_as_people_write_them(void **state)
{
    (void)state;
    static const char *const rows[][RECOVERY_WORDS] = {
        {"うさぎ", "きつね", "たぬき", "しまうま", "らくだ"},
        {" うさぎ", "きつね ", "た ぬき", "しまうま", "　らくだ"},
        {"ウサギ", "キツネ", "タヌキ", "シマウマ", "ラクダ"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct span words[RECOVERY_WORDS], joined;
        for (size_t j = 0; j < RECOVERY_WORDS; j++)
            words[j] = span_from_str(rows[i][j]);
        assert_true(recovery_words_join(words, RECOVERY_WORDS, &arena, &joined));
        assert_string_equal((const char *)joined.data, "うさぎ きつね たぬき しまうま らくだ");
        assert_false(recovery_words_join(words, RECOVERY_WORDS - 1, &arena, &joined));
    }
    struct span strange[RECOVERY_WORDS], joined;
    for (size_t j = 0; j < RECOVERY_WORDS; j++)
        strange[j] = span_from_str("にせもの");
    assert_false(recovery_words_join(strange, RECOVERY_WORDS, &arena, &joined));
}

static bool is_red(const void *context, struct span name)
{
    (void)context;
    return memcmp(name.data, "あかい", 9) == 0;
}

static void names_are_offered_once_each_and_only_free_ones(void **state)
{
    (void)state;
    struct pen_name *names;
    size_t count;
    assert_int_equal(pen_names_offer(PEN_NAMES, is_red, NULL, &arena, &names, &count, NULL),
                     ERR_OK);
    assert_int_equal(count, PEN_NAMES - PEN_NAMES / 14);
    for (size_t i = 0; i < count; i++) {
        assert_true(pen_name_is_known(names[i].name));
        assert_false(is_red(NULL, names[i].name));
        for (size_t j = 0; j < i; j++)
            assert_false(span_equal(names[i].name, names[j].name));
    }
    assert_false(pen_name_is_known(span_from_str("あかい")));
    assert_false(pen_name_is_known(span_from_str("うさぎ")));
    assert_false(pen_name_is_known(span_from_str("やまだたろう")));
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_two_words_differ_by_two_edits_or_more),
        cmocka_unit_test(five_words_have_more_than_44_bits),
        cmocka_unit_test(words_are_read_as_people_write_them),
        cmocka_unit_test(names_are_offered_once_each_and_only_free_ones),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
