/* The words of the invented town: where they stand, what may be seen, and that stories end. */
#include <math.h>
#include <string.h>

#include "server/demo/words.h"
#include "server/store/store.h"
#include "server/sync/op.h"
#include "tests/support/test.h"
#include "tiles/base/utf8.h"

static struct arena arena;
static struct demo_city city;
static struct demo_ops ops;

static int make(void **state)
{
    (void)state;
    struct err err = {.code = ERR_OK};
    arena_init(&arena, 0);
    if (demo_city_make(&arena, &city, &err) == ERR_OK &&
        demo_words_make(&arena, &city, &ops, &err) == ERR_OK)
        return 0;
    print_message("# %s: %llu\n", err.what, (unsigned long long)err.at);
    if (err.code == ERR_NOT_FOUND)
        print_message("# %s at %s\n", demo_comments[err.at].key, demo_comments[err.at].anchor.name);
    return 1;
}

static int done(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static int row_of(const char *key)
{
    for (int i = 0; i < demo_comment_count; i++)
        if (strcmp(demo_comments[i].key, key) == 0)
            return i;
    fail_msg("there is no comment %s", key);
    return -1;
}

static bool inside(const struct demo_xy *ring, int count, struct demo_xy p)
{
    bool in = false;
    for (int i = 0, j = count - 1; i < count; j = i++)
        if ((ring[i].y > p.y) != (ring[j].y > p.y) &&
            p.x < (ring[j].x - ring[i].x) * (p.y - ring[i].y) / (ring[j].y - ring[i].y) + ring[i].x)
            in = !in;
    return in;
}

static void counts_are_those_of_a_summer(void **state)
{
    (void)state;
    assert_in_range(ops.comments, 290, 330);
    assert_in_range(ops.replies, 140, 190);
    assert_in_range(ops.cards, 6, 8);
    assert_in_range(ops.held, 3, 8);
    assert_in_range(ops.reactions, 2000, 6000);
}

static void every_comment_stands_where_one_can(void **state)
{
    (void)state;
    int faults = 0;
    for (int i = 0; i < demo_comment_count; i++) {
        struct demo_xy at;
        int number = -1, found = 0;
        assert_true(demo_anchor_find(&city, &demo_comments[i].anchor, (uint64_t)i, &at, &number));
        for (size_t b = 0; b < city.buildings.count; b++) {
            const struct demo_building *one = DEMO_AT(city.buildings, struct demo_building, b);
            if (!one->kind && inside(one->ring, one->ring_count, at) &&
                !(one->hole && inside(one->hole, one->hole_count, at)))
                found = one->min_height_m > 0 ? found : one->number;
        }
        const bool in_town = fabs(at.x) < 2100 && fabs(at.y) < 1800;
        if (in_town && found == number)
            continue;
        print_message("# %s %s: in building %d, said %d\n", demo_comments[i].key,
                      demo_comments[i].anchor.name, found, number);
        faults++;
    }
    assert_int_equal(faults, 0);
}

static size_t characters(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

static void no_two_texts_are_alike(void **state)
{
    (void)state;
    const int all = demo_comment_count + demo_reply_count;
    for (int i = 0; i < all; i++) {
        const char *a = i < demo_comment_count ? demo_comments[i].text
                                               : demo_replies[i - demo_comment_count].text;
        assert_in_range(characters(a), 8, 200);
        for (int k = 0; k < i; k++) {
            const char *b = k < demo_comment_count ? demo_comments[k].text
                                                   : demo_replies[k - demo_comment_count].text;
            assert_string_not_equal(a, b);
        }
    }
}

static void every_word_keeps_the_limits(void **state)
{
    (void)state;
    for (int i = 0; i < demo_comment_count; i++) {
        assert_true(utf8_is_valid(span_from_str(demo_comments[i].text)));
        assert_true(utf8_is_valid(span_from_str(demo_comments[i].pen)));
        assert_true(characters(demo_comments[i].pen) <= STORE_PEN_NAME_MAX);
    }
    for (int i = 0; i < demo_reply_count; i++) {
        assert_true(utf8_is_valid(span_from_str(demo_replies[i].text)));
        assert_true(characters(demo_replies[i].pen) <= STORE_PEN_NAME_MAX);
        assert_true(demo_replies[i].made_ms > demo_comments[demo_replies[i].comment].made_ms);
        assert_false(demo_comments[demo_replies[i].comment].held);
    }
}

static void operations_are_well_formed_and_in_order(void **state)
{
    (void)state;
    const struct op_limits limits = {
        .municipality = 11202,
        .text_max = STORE_TEXT_MAX,
        .pen_name_max = STORE_PEN_NAME_MAX,
        .building_id_max = STORE_BUILDING_ID_MAX,
        .op_max = STORE_OP_MAX,
        .min_lon_e7 = 1393500000,
        .min_lat_e7 = 361200000,
        .max_lon_e7 = 1394300000,
        .max_lat_e7 = 361800000,
    };
    int64_t before = 0;
    for (size_t i = 0; i < ops.count; i++) {
        struct op op;
        const char *reason = NULL;
        assert_int_equal(op_read(&arena, ops.bytes[i], &limits, &op, &reason, NULL), ERR_OK);
        if (reason)
            fail_msg("operation %zu: %s", i, reason);
        assert_true(op.made_ms >= before);
        assert_true(op.dev_seq == i + 1);
        assert_int_equal(uuid_version(op.op_id), 7);
        assert_int_equal(uuid_version(op.object_id), 7);
        before = op.made_ms;
    }
}

static void pupils_are_released_but_for_those_held(void **state)
{
    (void)state;
    size_t pupils = 0, released = 0;
    for (int i = 0; i < demo_comment_count; i++)
        pupils += strcmp(demo_comments[i].hat, "pupil") == 0 && !demo_comments[i].held;
    for (int i = 0; i < demo_reply_count; i++)
        pupils += strcmp(demo_replies[i].hat, "pupil") == 0;
    for (size_t i = 0; i < ops.count; i++) {
        struct op op;
        assert_int_equal(op_read_stored(&arena, ops.bytes[i], &op, NULL), ERR_OK);
        released += op.kind == OP_MODERATE;
    }
    assert_true(pupils > 30);
    assert_int_equal(released, pupils);
}

/* trouble → walk or count → decision → measured again → the city's answer. */
static void stories_go_from_trouble_to_answer(void **state)
{
    (void)state;
    static const char *const loops[][5] = {
        {"st01", "st17", "st24", "st27", "st41"},
        {"sc01", "sc13", "sc14", "sc17", "sc20"},
        {"ho01", "ho10", "ho11", "ho14", "ho15"},
    };
    for (size_t i = 0; i < LENGTH(loops); i++) {
        for (int k = 1; k < 5; k++)
            assert_true(demo_comments[row_of(loops[i][k - 1])].made_ms <
                        demo_comments[row_of(loops[i][k])].made_ms);
        assert_string_equal(demo_comments[row_of(loops[i][0])].kind, "trouble");
        assert_string_equal(demo_comments[row_of(loops[i][2])].hat, "moderator");
        assert_string_equal(demo_comments[row_of(loops[i][4])].hat, "official");
    }
}

static void two_summers_are_one(void **state)
{
    (void)state;
    struct arena other_arena;
    struct demo_ops other;
    arena_init(&other_arena, 0);
    assert_int_equal(demo_words_make(&other_arena, &city, &other, NULL), ERR_OK);
    assert_int_equal(other.count, ops.count);
    for (size_t i = 0; i < ops.count; i++)
        assert_true(span_equal(other.bytes[i], ops.bytes[i]));
    arena_done(&other_arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_those_of_a_summer),
        cmocka_unit_test(every_comment_stands_where_one_can),
        cmocka_unit_test(no_two_texts_are_alike),
        cmocka_unit_test(every_word_keeps_the_limits),
        cmocka_unit_test(operations_are_well_formed_and_in_order),
        cmocka_unit_test(pupils_are_released_but_for_those_held),
        cmocka_unit_test(stories_go_from_trouble_to_answer),
        cmocka_unit_test(two_summers_are_one),
    };
    return cmocka_run_group_tests(tests, make, done);
}
