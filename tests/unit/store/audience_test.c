/* Who sees what: every outlet of the store is walked with a public, a masked, a hidden, a held, a
 * withdrawn and a members' comment; and words are searched. */
#include "tests/support/store.h"
#include "tiles/base/buf.h"

enum { PUBLIC = 1, MASKED, HIDDEN, HELD, WITHDRAWN, MEMBERS, KINDS_OF = MEMBERS };

static void rule_status(struct town *town, uint64_t op, struct uuid id, uint8_t status)
{
    const struct op_head head = town_head(op, id, 0, 1);
    const struct op_why why = {.reason = span_from_str("test")};
    struct span bytes;
    assert_int_equal(op_build_moderation(&town->arena, &head, status, &why, &bytes, NULL), ERR_OK);
    assert_int_equal(town_rule(town, bytes).status, STORE_ACK_STORED);
}

static void fill(struct town *town)
{
    town_open(town);
    struct op_head head = town_head(100, town_id(0x5B, 1), 0, 0);
    struct span op;
    assert_int_equal(op_build_space(&town->arena, &head, 2, span_from_str("会員"),
                                    span_from_str("まちの会"), &op, NULL),
                     ERR_OK);
    assert_int_equal(town_rule(town, op).status, STORE_ACK_STORED);
    for (uint64_t n = PUBLIC; n <= KINDS_OF; n++) {
        struct op_comment said = town_comment("ひみつの木陰");
        said.hat = n == HELD ? HAT_PUPIL : HAT_CITIZEN;
        said.lon_e7 += (int32_t)n;
        if (n == MEMBERS) {
            said.space_id = town_id(0x5B, 1);
            head = town_head(n, town_id(0xC0, n), 0, 0);
            assert_int_equal(op_build_comment(&town->arena, &head, &said, &op, NULL), ERR_OK);
            assert_int_equal(town_rule(town, op).status, STORE_ACK_STORED);
        } else {
            town_write(town, n, 1, &said);
        }
        const struct op_reply reply = {.comment_id = town_id(0xC0, n),
                                       .channel = CHANNEL_WEB,
                                       .hat = HAT_CITIZEN,
                                       .text = span_from_str("返事"),
                                       .pen_name = span_from_str("")};
        head = town_head(20 + n, town_id(0xE0, n), 1, 0);
        assert_int_equal(op_build_reply(&town->arena, &head, &reply, &op, NULL), ERR_OK);
        assert_int_equal(town_say(town, 1, op).status, STORE_ACK_STORED);
    }
    rule_status(town, 40, town_id(0xC0, MASKED), STATUS_MASKED);
    rule_status(town, 41, town_id(0xC0, HIDDEN), STATUS_HIDDEN);
    head = town_head(42, town_id(0xC0, WITHDRAWN), 1, 0);
    assert_int_equal(op_build_delete(&town->arena, &head, span_from_str(""), &op, NULL), ERR_OK);
    assert_int_equal(town_say(town, 1, op).status, STORE_ACK_STORED);
}

/* Bits of the comments found. */
static unsigned bit_of(struct uuid id)
{
    return id.bytes[0] == 0xC0 ? 1U << id.bytes[15] : 0;
}

static unsigned list_bits(struct town *town, const struct store_viewer *viewer,
                          struct store_filter filter)
{
    struct store_page page;
    assert_int_equal(
        store_comments_list(town->reader, viewer, &filter, 0, 100, &town->arena, &page, NULL),
        ERR_OK);
    unsigned bits = 0;
    for (size_t i = 0; i < page.count; i++)
        bits |= bit_of(page.comments[i].id);
    return bits;
}

static enum err_code add_bit(void *context, const struct store_comment *comment, struct err *err)
{
    (void)err;
    *(unsigned *)context |= bit_of(comment->id);
    return ERR_OK;
}

static enum err_code add_point(void *context, const struct store_point *point, struct err *err)
{
    (void)err;
    *(unsigned *)context |= bit_of(point->id);
    return ERR_OK;
}

static void the_public_sees_what_is_public(void **state)
{
    (void)state;
    struct town town;
    fill(&town);
    const unsigned expected = 1U << PUBLIC | 1U << MASKED;
    const struct store_filter all = {0},
                              box = {.has_box = true,
                                     .box = {1393870000, 361460000, 1393890000, 361480000}};
    const struct store_filter since = {.since = 1}, words = {.query = span_from_str("木陰")};
    assert_int_equal(list_bits(&town, &store_anyone, all), expected);
    assert_int_equal(list_bits(&town, &store_anyone, box), expected);
    assert_int_equal(list_bits(&town, &store_anyone, since), expected);
    assert_int_equal(list_bits(&town, &store_anyone, words),
                     1U << PUBLIC); /* masked words do not match */
    unsigned bits = 0;
    assert_int_equal(store_comments_each(town.reader, &store_anyone, &all, add_bit, &bits, NULL),
                     ERR_OK);
    assert_int_equal(bits, expected);
    bits = 0;
    assert_int_equal(store_points_in_tile(town.reader, 0, 0, 0, &all, add_point, &bits, NULL),
                     ERR_OK);
    assert_int_equal(bits, expected);
    bits = 0;
    assert_int_equal(store_points_in_tile(town.reader, 0, 0, 0, &words, add_point, &bits, NULL),
                     ERR_OK);
    assert_int_equal(bits, 1U << PUBLIC);
    struct store_cell *cells;
    size_t count;
    assert_int_equal(
        store_cells_in_tile(town.reader, 0, 0, 0, 4, &all, &town.arena, &cells, &count, NULL),
        ERR_OK);
    assert_int_equal(count, 1);
    assert_int_equal(cells[0].count, 2);
    assert_int_equal(cells[0].by_kind[COMMENT_IDEA], 2);
    for (uint64_t n = PUBLIC; n <= KINDS_OF; n++) {
        struct store_comment found;
        const enum err_code code = store_comments_find(town.reader, &store_anyone, town_id(0xC0, n),
                                                       &town.arena, &found, NULL);
        assert_int_equal(code, expected >> n & 1 ? ERR_OK : ERR_NOT_FOUND);
        if (n == MASKED) {
            assert_int_equal(found.text.len, 0);
            assert_int_equal(found.pen_name.len, 0);
        }
        struct store_reply *replies;
        assert_int_equal(store_comments_replies(town.reader, &store_anyone, town_id(0xC0, n),
                                                &town.arena, &replies, &count, NULL),
                         ERR_OK);
        assert_int_equal(count, expected >> n & 1);
    }
    town_close(&town);
}

static void members_and_staff_see_more(void **state)
{
    (void)state;
    struct town town;
    fill(&town);
    const struct store_filter all = {0}, words = {.query = span_from_str("木陰")};
    const struct uuid space = town_id(0x5B, 1), other = town_id(0x5B, 2);
    const struct store_viewer member = {.audience = STORE_MEMBER,
                                        .scopes = span_of(space.bytes, UUID_BYTES)},
                              stranger = {.audience = STORE_MEMBER,
                                          .scopes = span_of(other.bytes, UUID_BYTES)};
    assert_int_equal(list_bits(&town, &stranger, all), 1U << PUBLIC | 1U << MASKED);
    assert_int_equal(list_bits(&town, &stranger, words), 1U << PUBLIC);
    assert_int_equal(list_bits(&town, &member, all), 1U << PUBLIC | 1U << MASKED | 1U << MEMBERS);
    assert_int_equal(list_bits(&town, &member, words), 1U << PUBLIC | 1U << MEMBERS);
    assert_int_equal(list_bits(&town, &store_staff, all), (2U << KINDS_OF) - 2);
    assert_int_equal(list_bits(&town, &store_staff, words), (2U << KINDS_OF) - 2);
    town_close(&town);
}

/* S16: hidden and withdrawn were seen once and are removed, with their replies; held and members'
 * were never seen and do not appear. */
static void S16_changes_tell_what_to_remove(void **state)
{
    (void)state;
    struct town town;
    fill(&town);
    unsigned shown = 0, removed = 0, removed_replies = 0;
    uint64_t since = 0;
    for (bool more = true; more;) {
        struct store_changes page;
        assert_int_equal(
            store_changes_since(town.reader, &store_anyone, since, 2, &town.arena, &page, NULL),
            ERR_OK);
        for (size_t i = 0; i < page.count; i++) {
            const struct store_change *change = &page.changes[i];
            assert_true(change->change > since);
            if (change->removed) {
                removed |= bit_of(change->id);
                removed_replies |= change->id.bytes[0] == 0xE0 ? 1U << change->id.bytes[15] : 0;
            } else {
                shown |= bit_of(change->id);
            }
        }
        since = page.next;
        more = page.more;
    }
    assert_int_equal(shown, 1U << PUBLIC | 1U << MASKED);
    assert_int_equal(removed, 1U << HIDDEN | 1U << WITHDRAWN);
    assert_int_equal(removed_replies, 1U << HIDDEN | 1U << WITHDRAWN);
    town_close(&town);
}

struct search {
    const char *label, *query;
    unsigned found;
};

/* 1 駅前の歩道橋 · 2 道に段差 · 3 WBGT計 ﾊﾞｽ停 · 4 (two words, parted) 日陰 ベンチ · 5 ends in 道
 */
static const char *const texts[] = {"",
                                    "駅前の歩道橋がこわい",
                                    "道に段差がある！",
                                    "ＷＢＧＴ計をﾊﾞｽ停に 3.5m",
                                    "日陰　ベンチ\nほしい",
                                    "つうがく道"};
static const struct search searches[] = {
    {"two characters", "歩道", 1U << 1},
    {"one character", "道", 1U << 1 | 1U << 2 | 1U << 5},
    {"the last character of a text", "く道", 1U << 5},
    {"three characters", "歩道橋", 1U << 1},
    {"not across other characters", "歩橋", 0},
    {"wide and narrow letters are one", "wbgt", 1U << 3},
    {"half-width kana are kana", "バス停", 1U << 3},
    {"not across white space", "日陰ベンチ", 0},
    {"all words must occur", "ベンチ 日陰", 1U << 4},
    {"one of the words is missing", "ベンチ 段差", 0},
    {"a mark", "！", 1U << 2},
    {"a number with a point", "3.5", 1U << 3},
    {"quotation marks are words, not syntax", "\"道\" OR 歩道", 0},
    {"an asterisk is a word", "歩*", 0},
    {"nothing of it", "xyzzy", 0},
};

static void finds(void **state)
{
    const struct search *search = *state;
    struct town town;
    town_open(&town);
    for (uint64_t n = 1; n < LENGTH(texts); n++) {
        const struct op_comment said = town_comment(texts[n]);
        town_write(&town, n, 1, &said);
    }
    const struct store_filter filter = {.query = span_from_str(search->query)};
    assert_int_equal(list_bits(&town, &store_anyone, filter), search->found);
    assert_int_equal(list_bits(&town, &store_staff, filter), search->found); /* by scanning */
    town_close(&town);
}

/* Both plans of a box, all pages, against a plain loop. */
static void a_box_is_exact_and_pages_are_whole(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    enum { ALL = 300 };
    int32_t lon[ALL + 1], lat[ALL + 1];
    for (uint64_t n = 1; n <= ALL; n++) {
        struct op_comment said = town_comment("点");
        said.lon_e7 = lon[n] = 1393880000 + (int32_t)(n * 7919 % 301);
        said.lat_e7 = lat[n] = 361470000 + (int32_t)(n * 104729 % 307);
        town_write(&town, n, 1, &said);
    }
    for (int32_t size = 1; size < 400; size += 23) {
        const struct store_filter filter = {
            .has_box = true,
            .box = {1393880000 + size / 3, 361470000, 1393880000 + size, 361470000 + size}};
        size_t expected = 0, found = 0;
        for (int n = 1; n <= ALL; n++)
            expected += lon[n] >= filter.box.min_lon_e7 && lon[n] <= filter.box.max_lon_e7 &&
                        lat[n] >= filter.box.min_lat_e7 && lat[n] <= filter.box.max_lat_e7;
        uint64_t cursor = 0, last = UINT64_MAX;
        do {
            struct store_page page;
            assert_int_equal(store_comments_list(town.reader, &store_anyone, &filter, cursor, 7,
                                                 &town.arena, &page, NULL),
                             ERR_OK);
            for (size_t i = 0; i < page.count; i++) {
                assert_true(page.comments[i].seq < last);
                last = page.comments[i].seq;
            }
            found += page.count;
            cursor = page.next;
        } while (cursor);
        assert_int_equal(found, expected);
    }
    town_close(&town);
}

/* Points, cells and lists agree on every filter. */
static void filters_are_the_same_everywhere(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct uuid cards[] = {town_id(0xCA, 1), town_id(0xCA, 2)};
    for (uint64_t n = 1; n <= 24; n++) {
        struct op_comment said = town_comment("ふるい");
        said.kind = (uint8_t)(1 + n % 6);
        said.channel = (uint8_t)(1 + n % 8);
        said.hat = n % 3 ? HAT_CITIZEN : HAT_STAFF;
        if (n % 4 < 2)
            said.card_id = cards[n % 4];
        town_write(&town, n, 1, &said);
    }
    static const struct {
        uint32_t kinds, channels, hats;
        size_t card_count;
    } asked[] = {{0, 0, 0, 0},
                 {1U << COMMENT_GOOD, 0, 0, 0},
                 {6, 0, 0, 0},
                 {0, 1U << 3, 0, 0},
                 {0, 0, 1U << HAT_STAFF, 0},
                 {0, 0, 0, 1},
                 {0, 0, 0, 2},
                 {12, 0, 2, 1},
                 {0, 6, 0, 2}};
    for (size_t i = 0; i < LENGTH(asked); i++) {
        const struct store_filter filter = {.kinds = asked[i].kinds,
                                            .channels = asked[i].channels,
                                            .hats = asked[i].hats,
                                            .cards = cards,
                                            .card_count = asked[i].card_count};
        unsigned expected = 0, points = 0;
        size_t expected_count = 0;
        for (uint64_t n = 1; n <= 24; n++) {
            const bool fits =
                (!filter.kinds || filter.kinds >> (1 + n % 6) & 1) &&
                (!filter.channels || filter.channels >> (1 + n % 8) & 1) &&
                (!filter.hats || filter.hats >> (n % 3 ? HAT_CITIZEN : HAT_STAFF) & 1) &&
                (!filter.card_count || n % 4 < filter.card_count);
            expected |= fits ? 1U << n : 0;
            expected_count += fits;
        }
        assert_int_equal(list_bits(&town, &store_anyone, filter), expected);
        assert_int_equal(
            store_points_in_tile(town.reader, 0, 0, 0, &filter, add_point, &points, NULL), ERR_OK);
        assert_int_equal(points, expected);
        struct store_cell *cells;
        size_t count;
        assert_int_equal(store_cells_in_tile(town.reader, 2, 3, 1, 8, &filter, &town.arena, &cells,
                                             &count, NULL),
                         ERR_OK);
        assert_int_equal(count, expected_count > 0);
        if (count)
            assert_int_equal(cells[0].count, expected_count);
    }
    town_close(&town);
}

int main(void)
{
    struct CMUnitTest tests[5 + LENGTH(searches)] = {
        cmocka_unit_test(the_public_sees_what_is_public),
        cmocka_unit_test(members_and_staff_see_more),
        cmocka_unit_test(S16_changes_tell_what_to_remove),
        cmocka_unit_test(filters_are_the_same_everywhere),
        cmocka_unit_test(a_box_is_exact_and_pages_are_whole),
    };
    for (size_t i = 0; i < LENGTH(searches); i++)
        tests[5 + i] = (struct CMUnitTest){searches[i].label, finds, NULL, NULL,
                                           (void *)(uintptr_t)&searches[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
