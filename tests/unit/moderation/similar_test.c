/* similar: how much two texts are alike, in thousandths. */
#include "server/moderation/similar.h"

#include "tests/support/test.h"

static const struct row {
    const char *label, *a, *b;
    uint32_t least, most;
} rows[] = {
    {"a text and itself", "駅前は日かげがなくて暑い", "駅前は日かげがなくて暑い", 1000, 1000},
    {"writing does not matter", "バス停に、ひさしがほしい！", "ﾊﾞｽ停にひさしがほしい", 1000, 1000},
    {"a word more", "駅前の広場は日かげがなくて暑いです",
     "駅前の広場は日かげがなくてとても暑いです", 750, 900},
    {"another place", "駅前の広場は日かげがなくて暑いです", "学校の校庭は日かげがなくて暑いです",
     400, 750},
    {"nothing in common", "木を植えてほしい", "バスが来ない", 0, 0},
    {"exactly: ab bc cd and bc cd de", "abcd", "bcde", 500, 500},
    {"one character has no pair", "暑", "暑", 0, 0},
    {"nothing at all", "", "", 0, 0},
};

static void lies_where_it_should(void **state)
{
    const struct row *row = *state;
    struct similar_set a, b;
    assert_int_equal(similar_set_from(span_from_str(row->a), &a, NULL), ERR_OK);
    assert_int_equal(similar_set_from(span_from_str(row->b), &b, NULL), ERR_OK);
    assert_in_range(similar_permille(&a, &b), row->least, row->most);
    assert_int_equal(similar_permille(&a, &b), similar_permille(&b, &a));
}

/* Texts of 2,000 characters: the sample says about what the whole would. */
static void long_texts_are_compared_by_a_sample(void **state)
{
    (void)state;
    static char first[6001], second[6001];
    for (int i = 0; i < 2000; i++) {
        /* Han characters of a fixed jumble; the second text changes its last quarter. */
        const unsigned c = 0x4E00 + (unsigned)(i * 7919 % 20000);
        const unsigned d = i < 1500 ? c : 0x4E00 + (unsigned)(i * 6007 % 20000);
        const unsigned pair[] = {c, d};
        char *const to[] = {first + i * 3, second + i * 3};
        for (int j = 0; j < 2; j++) {
            to[j][0] = (char)(0xE0 | pair[j] >> 12);
            to[j][1] = (char)(0x80 | (pair[j] >> 6 & 0x3F));
            to[j][2] = (char)(0x80 | (pair[j] & 0x3F));
        }
    }
    struct similar_set a, b;
    assert_int_equal(similar_set_from(span_of(first, 6000), &a, NULL), ERR_OK);
    assert_int_equal(similar_set_from(span_of(second, 6000), &b, NULL), ERR_OK);
    assert_int_equal(a.count, SIMILAR_PAIRS_MAX);
    assert_int_equal(similar_permille(&a, &a), 1000);
    assert_in_range(similar_permille(&a, &b), 500, 700); /* 1499 of 2499 pairs: 600 */
}

static void what_is_not_utf8_is_told(void **state)
{
    (void)state;
    struct similar_set set = {.count = 7};
    assert_int_equal(similar_set_from(span_from_str("\xC0\x80"), &set, NULL), ERR_FORMAT);
    assert_int_equal(set.count, 7);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(rows) + 2];
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[i] =
            (struct CMUnitTest){rows[i].label, lies_where_it_should, NULL, NULL, (void *)&rows[i]};
    tests[LENGTH(rows)] = (struct CMUnitTest)cmocka_unit_test(long_texts_are_compared_by_a_sample);
    tests[LENGTH(rows) + 1] = (struct CMUnitTest)cmocka_unit_test(what_is_not_utf8_is_told);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
