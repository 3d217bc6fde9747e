/* S6, S13, S17, S18: what is held and blurred until someone decides, in any order of coming; what
 * two servers make of one operation; what an erasure takes along. */
#include <assert.h>
#include <sodium.h>

#include "server/store/backup.h"
#include "server/store/check.h"
#include "server/store/photos.h"
#include "server/sync/blur.h"
#include "tests/support/store.h"

static const struct uuid space = {{0x5B, [15] = 1}}, meeting_id = {{0x3E, [15] = 1}},
                         elsewhere = {{0xE1, [15] = 1}};

static void assert_whole(struct town *town)
{
    struct store_report report;
    assert_int_equal(store_check(town->store, NULL, NULL, &town->arena, &report, NULL), ERR_OK);
    for (size_t i = 0; i < report.fault_count; i++)
        print_error("%s\n", report.faults[i]);
    assert_int_equal(report.fault_count, 0);
}

static struct store_ack staff_says(struct town *town, enum standing standing, struct span op)
{
    const struct store_batch batch = {.origin = STORE_FROM_STAFF,
                                      .standing = standing,
                                      .received_ms = TOWN_NOON + 2000,
                                      .ops = &op,
                                      .op_count = 1};
    struct store_ack ack = {0};
    assert_int_equal(store_submit_wait(town->writer, &batch, &ack, NULL), ERR_OK);
    return ack;
}

static struct span comment_op(struct town *town, uint64_t op, uint64_t number, uint64_t author,
                              const struct op_comment *said)
{
    const struct op_head head = town_head(op, town_id(0xC0, number), author, 0);
    struct span ret;
    assert_int_equal(op_build_comment(&town->arena, &head, said, &ret, NULL), ERR_OK);
    return ret;
}

static struct span meeting_op(struct town *town, uint64_t op, uint32_t rev, bool hold)
{
    struct op_head head = town_head(op, meeting_id, 0, rev);
    const struct meeting meeting = {.kind = MEETING_CLASS,
                                    .state = MEETING_OPEN,
                                    .title = span_from_str("総合の時間"),
                                    .starts_ms = 1,
                                    .ends_ms = 2,
                                    .hold = hold};
    struct span ret;
    assert_int_equal(op_build_meeting(&town->arena, &head, &meeting, &ret, NULL), ERR_OK);
    return ret;
}

static struct span status_op(struct town *town, uint64_t op, uint64_t number, uint32_t rev,
                             uint8_t status, const char *reason)
{
    const struct op_head head = town_head(op, town_id(0xC0, number), 0, rev);
    const struct op_why why = {.reason = span_from_str(reason)};
    struct span ret;
    assert_int_equal(op_build_moderation(&town->arena, &head, status, &why, &ret, NULL), ERR_OK);
    return ret;
}

static bool sees(struct town *town, const struct store_viewer *viewer, uint64_t number,
                 struct store_comment *ret)
{
    return store_comments_find(town->reader, viewer, town_id(0xC0, number), &town->arena, ret,
                               NULL) == ERR_OK;
}

static void assert_state(struct town *town, uint64_t number, uint8_t status, const char *reason)
{
    struct store_comment got;
    assert_true(sees(town, &store_staff, number, &got));
    assert_int_equal(got.status, status);
    assert_true(span_is(got.reason, reason));
}

static void S17_a_class_holds_back_until_it_is_released(void **state)
{
    (void)state;
    struct town town;
    struct store_comment got;
    town_open(&town);
    const struct store_viewer classmate = {STORE_MEMBER, span_of(meeting_id.bytes, UUID_BYTES)},
                              stranger = {STORE_MEMBER, span_of(elsewhere.bytes, UUID_BYTES)};
    struct op_comment said = town_comment("通学路");
    said.meeting_id = meeting_id;
    /* The meeting has not come yet: kept, and seen by nobody. */
    town_say(&town, 1, comment_op(&town, 1, 1, 1, &said));
    assert_state(&town, 1, STATUS_HELD, "class");
    assert_int_equal(town_rule(&town, meeting_op(&town, 2, 0, true)).status, STORE_ACK_STORED);
    assert_false(sees(&town, &store_anyone, 1, &got));
    assert_false(sees(&town, &stranger, 1, &got));
    assert_true(sees(&town, &classmate, 1, &got));
    assert_true(uuid_equal(got.meeting_id, meeting_id));
    /* A doubt of the machine takes it from the class as well. */
    const struct span doubt = status_op(&town, 3, 1, 1, STATUS_HELD, "signal_word");
    assert_int_equal(staff_says(&town, STANDING_MODERATOR, doubt).status, STORE_ACK_STORED);
    assert_false(sees(&town, &classmate, 1, &got));
    const struct span release = status_op(&town, 4, 1, 2, STATUS_PUBLIC, "");
    assert_int_equal(staff_says(&town, STANDING_TEACHER, release).status, STORE_ACK_STORED);
    assert_true(sees(&town, &store_anyone, 1, &got));
    /* A meeting that holds nothing back lets go what nobody has decided about. */
    town_say(&town, 2, comment_op(&town, 5, 2, 2, &said));
    assert_false(sees(&town, &store_anyone, 2, &got));
    assert_int_equal(staff_says(&town, STANDING_TEACHER, meeting_op(&town, 6, 1, false)).status,
                     STORE_ACK_STORED);
    assert_true(sees(&town, &store_anyone, 2, &got));
    assert_whole(&town);
    town_close(&town);
}

static void S17_strangers_words_wait_in_a_closed_space(void **state)
{
    (void)state;
    struct town town;
    struct store_comment got;
    town_open(&town);
    const struct store_viewer member = {STORE_MEMBER, span_of(space.bytes, UUID_BYTES)};
    struct op_comment said = town_comment("会の話");
    said.space_id = space;
    town_say(&town, 1, comment_op(&town, 1, 1, 1, &said)); /* before its space: S6 */
    assert_false(sees(&town, &store_anyone, 1, &got));
    assert_false(sees(&town, &member, 1, &got));
    town_rule(&town, town_space(&town, 2, space, 2));
    assert_state(&town, 1, STATUS_HELD, "space_not_allowed");
    /* A member, of this space and of another one. */
    struct store_batch batch = {.origin = STORE_FROM_POST,
                                .standing = STANDING_MEMBER,
                                .scopes = span_of(space.bytes, UUID_BYTES),
                                .received_ms = TOWN_NOON,
                                .op_count = 1};
    struct span op = comment_op(&town, 3, 2, 2, &said);
    struct store_ack ack;
    batch.ops = &op;
    assert_int_equal(store_submit_wait(town.writer, &batch, &ack, NULL), ERR_OK);
    assert_state(&town, 2, STATUS_PUBLIC, "");
    assert_true(sees(&town, &member, 2, &got));
    assert_false(sees(&town, &store_anyone, 2, &got));
    batch.scopes = span_of(elsewhere.bytes, UUID_BYTES);
    op = comment_op(&town, 4, 3, 3, &said);
    assert_int_equal(store_submit_wait(town.writer, &batch, &ack, NULL), ERR_OK);
    assert_state(&town, 3, STATUS_HELD, "space_not_allowed");
    /* It crosses only by somebody who may; a device never decides. */
    const struct op_head head = town_head(5, town_id(0xC0, 2), 2, 1);
    const struct op_why why = {.reason = span_from_str("author")};
    assert_int_equal(op_build_move(&town.arena, &head, (struct uuid){0}, true, &why, &op, NULL),
                     ERR_OK);
    assert_string_equal(town_say(&town, 2, op).reason, "not_allowed");
    assert_string_equal(staff_says(&town, STANDING_TEACHER, op).reason, "not_allowed");
    assert_int_equal(staff_says(&town, STANDING_MODERATOR, op).status, STORE_ACK_STORED);
    assert_true(sees(&town, &store_anyone, 2, &got));
    assert_int_equal(got.pen_name.len, 0); /* the name stays behind */
    assert_whole(&town);
    town_close(&town);
}

static void S17_a_place_is_blurred_with_all_that_would_tell_it(void **state)
{
    (void)state;
    struct town town;
    struct store_comment got;
    town_open(&town);
    struct corner corners[] = {{1393880100, 361470100}, {1393890100, 361480100}};
    struct stroke stroke = {.path = {corners, 2}, .width = 1};
    struct op_comment said = town_comment("うちの前");
    said.lon_e7 = 1393880123;
    said.lat_e7 = 361470123;
    said.building_id = span_from_str("bldg_7");
    said.shape = SHAPE_LINE;
    said.path = (struct path){corners, 2};
    said.marks = (struct marks){.strokes = &stroke, .stroke_count = 1};
    town_write(&town, 1, 1, &said);
    assert_true(sees(&town, &store_anyone, 1, &got));
    assert_int_equal(got.shape, SHAPE_LINE);
    assert_true(got.marks.len > 0 && got.building_id.len > 0);
    const struct op_head head = town_head(2, town_id(0xC0, 1), 0, 1);
    const struct op_why why = {.reason = span_from_str("unsafe_place")};
    struct span op;
    assert_int_equal(op_build_precision(&town.arena, &head, 100, &why, &op, NULL), ERR_OK);
    assert_int_equal(town_rule(&town, op).status, STORE_ACK_STORED);
    assert_true(sees(&town, &store_anyone, 1, &got));
    const struct corner exact = {said.lon_e7, said.lat_e7}, blurred = blur_corner(exact, 100);
    assert_int_equal(got.lon_e7, blurred.lon_e7);
    assert_int_equal(got.lat_e7, blurred.lat_e7);
    assert_int_not_equal(got.lon_e7, said.lon_e7);
    assert_int_equal(got.building_id.len, 0);
    assert_int_equal(got.marks.len, 0);
    struct path path;
    assert_int_equal(path_unpack(&town.arena, got.path, &path, NULL), ERR_OK);
    for (size_t i = 0; i < path.count; i++)
        assert_int_not_equal(path.corners[i].lon_e7, corners[i].lon_e7);
    assert_true(sees(&town, &store_staff, 1, &got));
    assert_int_equal(got.lon_e7, said.lon_e7);
    /* Of a line in one cell a point is left. */
    assert_int_equal(op_build_precision(&town.arena,
                                        &(struct op_head){.op_id = town_id(1, 3),
                                                          .device_id = head.device_id,
                                                          .object_id = head.object_id,
                                                          .author_id = head.author_id,
                                                          .municipality = TOWN_CODE,
                                                          .rev = 2},
                                        5000, &why, &op, NULL),
                     ERR_OK);
    assert_int_equal(town_rule(&town, op).status, STORE_ACK_STORED);
    assert_true(sees(&town, &store_anyone, 1, &got));
    assert_int_equal(got.shape, SHAPE_POINT);
    assert_int_equal(got.path.len, 0);
    assert_whole(&town);
    town_close(&town);
}

/* Of 0 to 5,000 m at every latitude of the country: near enough, idempotent, no smaller than said.
 */
static void blurring_moves_at_most_half_a_diagonal(void **state)
{
    (void)state;
    for (uint32_t metres = 5; metres <= 5000; metres *= 10)
        for (int32_t lat = 200000000; lat < 460000000; lat += 7654321) {
            const struct corner exact = {1393880123, lat}, once = blur_corner(exact, metres);
            const struct corner twice = blur_corner(once, metres);
            assert_int_equal(twice.lon_e7, once.lon_e7);
            assert_int_equal(twice.lat_e7, once.lat_e7);
            assert_true(llabs((long long)once.lat_e7 - lat) <= metres * 45LL + 1);
            assert_true(llabs((long long)once.lon_e7 - exact.lon_e7) <= metres * 65LL + 1);
        }
    const struct corner exact = {1, 2};
    assert_int_equal(blur_corner(exact, 0).lon_e7, 1);
}

/* Six operations that hang together: every order ends in the same (I5). */
static void S6_every_order_ends_in_the_same(void **state)
{
    (void)state;
    enum { OPS = 5, ORDERS = 120 };
    uint8_t first[crypto_hash_sha256_BYTES] = {0};
    for (int order = 0; order < ORDERS; order++) {
        struct town town;
        town_open(&town);
        struct op_comment said = town_comment("順番");
        said.space_id = space;
        said.meeting_id = meeting_id;
        const struct op_reply reply = {.comment_id = town_id(0xC0, 1),
                                       .channel = CHANNEL_WEB,
                                       .hat = HAT_CITIZEN,
                                       .text = span_from_str("返事")};
        const struct op_head head = town_head(5, town_id(0xE0, 1), 2, 0);
        struct span ops[OPS] = {
            comment_op(&town, 1, 1, 1, &said),
            town_space(&town, 2, space, 1),
            meeting_op(&town, 3, 0, true),
            status_op(&town, 4, 1, 1, STATUS_PUBLIC, ""),
        };
        assert_int_equal(op_build_reply(&town.arena, &head, &reply, &ops[4], NULL), ERR_OK);
        const enum standing standings[OPS] = {STANDING_NONE, STANDING_SERVER, STANDING_TEACHER,
                                              STANDING_TEACHER, STANDING_NONE};
        struct store_envelope envelopes[OPS];
        struct span shuffled[OPS];
        int left[OPS] = {0, 1, 2, 3, 4}, count = OPS, rest = order;
        for (int i = 0; i < OPS; i++) { /* the order's digits in the factorial base */
            const int at = rest % count, which = left[at];
            rest /= count;
            memmove(&left[at], &left[at + 1], (size_t)(--count - at) * sizeof *left);
            shuffled[i] = ops[which];
            envelopes[i] = (struct store_envelope){.first_server = elsewhere,
                                                   .received_ms = TOWN_NOON + which,
                                                   .standing = standings[which]};
        }
        const struct store_batch batch = {.origin = STORE_FROM_PEER,
                                          .standing = STANDING_SERVER,
                                          .ops = shuffled,
                                          .envelopes = envelopes,
                                          .op_count = OPS};
        struct store_ack acks[OPS];
        assert_int_equal(store_submit_wait(town.writer, &batch, acks, NULL), ERR_OK);
        for (int i = 0; i < OPS; i++)
            assert_int_equal(acks[i].status, STORE_ACK_STORED);
        struct store_comment got;
        struct store_reply *replies;
        size_t reply_count;
        assert_true(sees(&town, &store_anyone, 1, &got));
        assert_int_equal(store_comments_replies(town.reader, &store_staff, got.id, &town.arena,
                                                &replies, &reply_count, NULL),
                         ERR_OK);
        assert_int_equal(reply_count, 1);
        assert_int_equal(replies[0].status, STATUS_HELD); /* the class still holds the answer */
        uint8_t hash[crypto_hash_sha256_BYTES];
        crypto_hash_sha256_state state_of;
        const int64_t parts[] = {got.status, got.made_ms, got.reply_count, replies[0].made_ms};
        crypto_hash_sha256_init(&state_of);
        crypto_hash_sha256_update(&state_of, (const uint8_t *)parts, sizeof parts);
        crypto_hash_sha256_final(&state_of, hash);
        if (order == 0)
            memcpy(first, hash, sizeof first);
        assert_memory_equal(hash, first, sizeof first);
        if (order % 24 == 0)
            assert_whole(&town);
        town_close(&town);
    }
}

static struct store_ack peer_says(struct town *town, struct span op, struct store_envelope envelope)
{
    const struct store_batch batch = {.origin = STORE_FROM_PEER,
                                      .standing = STANDING_SERVER,
                                      .ops = &op,
                                      .envelopes = &envelope,
                                      .op_count = 1};
    struct store_ack ack = {0};
    assert_int_equal(store_submit_wait(town->writer, &batch, &ack, NULL), ERR_OK);
    return ack;
}

static void S18_the_earlier_receipt_and_the_higher_right_stay(void **state)
{
    (void)state;
    struct town town;
    struct store_comment got;
    town_open(&town);
    struct op_comment said = town_comment("はやい方");
    said.meeting_id = meeting_id;
    town_rule(&town, meeting_op(&town, 9, 0, true));
    const struct span op = comment_op(&town, 1, 1, 1, &said);
    struct store_envelope envelope = {.first_server = elsewhere, .received_ms = TOWN_NOON - 5000};
    assert_int_equal(town_say(&town, 1, op).status, STORE_ACK_STORED);
    assert_true(sees(&town, &store_staff, 1, &got));
    assert_int_equal(got.made_ms, TOWN_NOON);
    assert_int_equal(peer_says(&town, op, envelope).status, STORE_ACK_DUPLICATE);
    assert_true(sees(&town, &store_staff, 1, &got));
    assert_int_equal(got.made_ms, TOWN_NOON - 5000); /* never later than its receipt */
    assert_int_equal(got.status, STATUS_HELD);
    /* A later receipt changes nothing; the right that came with it does. */
    envelope.received_ms = TOWN_NOON + 90000;
    envelope.standing = STANDING_TEACHER;
    assert_int_equal(peer_says(&town, op, envelope).status, STORE_ACK_DUPLICATE);
    assert_true(sees(&town, &store_anyone, 1, &got));
    assert_int_equal(got.made_ms, TOWN_NOON - 5000);
    envelope.standing = STANDING_NONE;
    assert_int_equal(peer_says(&town, op, envelope).status, STORE_ACK_DUPLICATE);
    assert_true(sees(&town, &store_anyone, 1, &got));
    assert_whole(&town);
    town_close(&town);
}

static struct uuid add_photo(struct town *town, uint64_t op, uint64_t author, uint64_t comment,
                             enum store_ack_status expected)
{
    static const uint8_t sha256[32] = {7};
    const struct op_head head = town_head(op, town_id(0xF0, op), author, 0);
    const struct op_photo photo = {.comment_id = town_id(0xC0, comment),
                                   .sha256 = span_of(sha256, 32),
                                   .bytes = 1000,
                                   .width = 40,
                                   .height = 30,
                                   .alt = span_from_str("カナリア")};
    struct span bytes;
    assert_int_equal(op_build_photo(&town->arena, &head, &photo, &bytes, NULL), ERR_OK);
    assert_int_equal(town_say(town, author, bytes).status, expected);
    return head.object_id;
}

static size_t photos_shown(struct town *town, const struct store_viewer *viewer, uint64_t comment)
{
    struct store_photo *photos;
    size_t count;
    assert_int_equal(store_photos_of(town->reader, viewer, town_id(0xC0, comment), &town->arena,
                                     &photos, &count, NULL),
                     ERR_OK);
    return count;
}

static void S13_erasing_a_comment_takes_its_photos_along(void **state)
{
    (void)state;
    struct town town;
    struct store_comment got;
    town_open(&town);
    const struct op_comment said = town_comment("写真つき");
    town_write(&town, 1, 1, &said);
    const struct uuid photo = add_photo(&town, 2, 1, 1, STORE_ACK_STORED);
    add_photo(&town, 3, 2, 1, STORE_ACK_QUARANTINED); /* of somebody else */
    add_photo(&town, 4, 2, 9, STORE_ACK_STORED);      /* before its comment: S6 */
    assert_int_equal(photos_shown(&town, &store_anyone, 1), 0);
    assert_int_equal(photos_shown(&town, &store_staff, 1), 1);
    struct op_head head = town_head(5, photo, 0, 1);
    const struct op_why why = {0};
    struct span op;
    assert_int_equal(op_build_moderation(&town.arena, &head, STATUS_PUBLIC, &why, &op, NULL),
                     ERR_OK);
    assert_int_equal(staff_says(&town, STANDING_TEACHER, op).status, STORE_ACK_STORED);
    assert_int_equal(photos_shown(&town, &store_anyone, 1), 1);
    assert_true(sees(&town, &store_anyone, 1, &got));
    assert_int_equal(got.photo_count, 1);
    /* The other's photo is at a comment of a third one: it is not the comment's. */
    town_write(&town, 9, 1, &said);
    assert_int_equal(photos_shown(&town, &store_staff, 9), 1);
    head = town_head(6, town_id(0xF0, 4), 0, 1);
    assert_int_equal(op_build_moderation(&town.arena, &head, STATUS_PUBLIC, &why, &op, NULL),
                     ERR_OK);
    assert_int_equal(staff_says(&town, STANDING_TEACHER, op).status, STORE_ACK_STORED);
    assert_int_equal(photos_shown(&town, &store_anyone, 9), 0);

    head = town_head(7, town_id(0xC0, 1), 0, 0);
    assert_int_equal(op_build_erase(&town.arena, &head, span_from_str("author"), &op, NULL),
                     ERR_OK);
    assert_int_equal(staff_says(&town, STANDING_MODERATOR, op).status, STORE_ACK_STORED);
    assert_int_equal(photos_shown(&town, &store_staff, 1), 0);
    add_photo(&town, 8, 1, 1, STORE_ACK_GONE);
    assert_whole(&town);
    town_close(&town);
}

/* Does any file of the folder hold the bytes, whatever it is called? */
static bool folder_has(const char *dir, const char *bytes)
{
    char command[300];
    snprintf(command, sizeof command, "LC_ALL=C grep -raqF -e '%s' '%s'", bytes, dir);
    return system(command) == 0;
}

static const char *const canaries[] = {
    "QZXtitle", "QZXtext", "QZXname", "QZXsource", "QZXbuilding", "QZXthermometer",
    "QZXedit",  "QZXalt",  "QZXnote", "QZXappeal", "QZXquote",    "QZXrefused",
};

static void write_canaries(struct town *town)
{
    struct reading reading = {
        .quantity = QUANTITY_AIR, .value_milli = 1, .instrument = span_from_str("QZXthermometer")};
    struct op_comment said = town_comment("QZXtext");
    said.title = span_from_str("QZXtitle");
    said.pen_name = span_from_str("QZXname");
    said.source = span_from_str("QZXsource");
    said.building_id = span_from_str("QZXbuilding");
    said.marks = (struct marks){.readings = &reading, .reading_count = 1};
    town_write(town, 1, 1, &said);
    struct op_head head = town_head(2, town_id(0xC0, 1), 1, 1);
    struct span op;
    assert_int_equal(op_build_title(&town->arena, &head, span_from_str("QZXedit"), &op, NULL),
                     ERR_OK);
    assert_int_equal(town_say(town, 1, op).status, STORE_ACK_STORED);
    static const uint8_t sha256[32] = {9};
    head = town_head(3, town_id(0xF0, 3), 1, 0);
    const struct op_photo photo = {.comment_id = town_id(0xC0, 1),
                                   .sha256 = span_of(sha256, 32),
                                   .bytes = 1,
                                   .width = 1,
                                   .height = 1,
                                   .alt = span_from_str("QZXalt")};
    assert_int_equal(op_build_photo(&town->arena, &head, &photo, &op, NULL), ERR_OK);
    assert_int_equal(town_say(town, 1, op).status, STORE_ACK_STORED);
    head = town_head(4, town_id(0xC0, 1), 0, 1);
    const struct op_why why = {.reason = span_from_str("abuse"), .note = span_from_str("QZXnote")};
    assert_int_equal(op_build_moderation(&town->arena, &head, STATUS_MASKED, &why, &op, NULL),
                     ERR_OK);
    assert_int_equal(staff_says(town, STANDING_TEACHER, op).status, STORE_ACK_STORED);
    head = town_head(5, town_id(0xAB, 5), 1, 0);
    assert_int_equal(op_build_appeal(&town->arena, &head, town_id(0xC0, 1),
                                     span_from_str("QZXappeal"), &op, NULL),
                     ERR_OK);
    assert_int_equal(town_say(town, 1, op).status, STORE_ACK_STORED);
    said = town_comment("QZXquote");
    said.quoted_id = town_id(0xC0, 1);
    assert_int_equal(staff_says(town, STANDING_MODERATOR, comment_op(town, 6, 6, 0, &said)).status,
                     STORE_ACK_STORED);
    /* Refused: somebody else's edit lies in quarantine with its words. */
    head = town_head(7, town_id(0xC0, 1), 2, 1);
    assert_int_equal(op_build_text(&town->arena, &head, span_from_str("QZXrefused"), &op, NULL),
                     ERR_OK);
    assert_int_equal(town_say(town, 2, op).status, STORE_ACK_QUARANTINED);
}

/* I9: in no file of the folder, the write-ahead log and full text included; in no backup made
 * afterwards; and not in one of before, once it is restored with the list of erasures. */
static void S13_nothing_of_it_is_left_in_any_file(void **state)
{
    (void)state;
    struct town town;
    struct store_backup backup;
    struct span op;
    char before[128], after[128], restored[128], erased[128];
    town_open(&town);
    snprintf(before, sizeof before, "%s.before", town.dir);
    snprintf(after, sizeof after, "%s.after", town.dir);
    snprintf(restored, sizeof restored, "%s.restored", town.dir);
    snprintf(erased, sizeof erased, "%s/erased", town.dir);
    write_canaries(&town);
    for (size_t i = 0; i < LENGTH(canaries); i++)
        if (!folder_has(town.dir, canaries[i]))
            fail_msg("%s was never there: the test would prove nothing", canaries[i]);
    assert_int_equal(store_backup(town.store, before, NULL, NULL, &backup, NULL), ERR_OK);
    const struct op_head head = town_head(8, town_id(0xC0, 1), 0, 0);
    assert_int_equal(op_build_erase(&town.arena, &head, span_from_str("author"), &op, NULL),
                     ERR_OK);
    assert_int_equal(staff_says(&town, STANDING_MODERATOR, op).status, STORE_ACK_STORED);
    assert_whole(&town);
    assert_int_equal(store_backup(town.store, after, NULL, NULL, &backup, NULL), ERR_OK);
    assert_int_equal(store_restore(before, restored, erased, NULL, NULL, &backup, NULL), ERR_OK);
    town_stop(&town);
    const char *const places[] = {town.dir, after, restored};
    for (size_t i = 0; i < LENGTH(canaries); i++)
        for (size_t k = 0; k < LENGTH(places); k++)
            if (folder_has(places[k], canaries[i]))
                fail_msg("%s is left in %s", canaries[i], places[k]);
    town_start(&town);
    town_close(&town);
    town_remove(restored);
    unlink(before);
    unlink(after);
}

static const char *doubt(void *context, const struct store_words *words)
{
    (*(int *)context)++;
    if (words->near_count && span_equal(words->near[0], words->text))
        return "signal_duplicate";
    return memmem(words->text.data, words->text.len, "あぶない", strlen("あぶない")) ? "signal_word"
                                                                                     : NULL;
}

static void a_signal_holds_in_the_same_commit(void **state)
{
    (void)state;
    struct town town;
    int asked = 0;
    town_open(&town);
    store_writer_signal(town.writer, doubt, &asked);
    const struct op_comment plain = town_comment("ふつう"), bad = town_comment("あぶない言葉");
    town_write(&town, 1, 1, &plain);
    town_write(&town, 2, 2, &bad);
    assert_state(&town, 1, STATUS_PUBLIC, "");
    assert_state(&town, 2, STATUS_HELD, "signal_word");
    town_write(&town, 3, 3, &plain);
    assert_state(&town, 3, STATUS_HELD, "signal_duplicate");
    /* What a moderator has decided stays; new words are looked at again. */
    staff_says(&town, STANDING_MODERATOR, status_op(&town, 4, 2, 2, STATUS_PUBLIC, ""));
    assert_state(&town, 2, STATUS_PUBLIC, "");
    const struct op_head head = town_head(5, town_id(0xC0, 1), 1, 1);
    struct span op;
    assert_int_equal(
        op_build_text(&town.arena, &head, span_from_str("やっぱりあぶない"), &op, NULL), ERR_OK);
    assert_int_equal(town_say(&town, 1, op).status, STORE_ACK_STORED);
    assert_state(&town, 1, STATUS_HELD, "signal_word");
    assert_int_equal(asked, 4);
    assert_whole(&town);
    town_close(&town);
}

int main(void)
{
    assert(sodium_init() >= 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(S17_a_class_holds_back_until_it_is_released),
        cmocka_unit_test(S17_strangers_words_wait_in_a_closed_space),
        cmocka_unit_test(S17_a_place_is_blurred_with_all_that_would_tell_it),
        cmocka_unit_test(blurring_moves_at_most_half_a_diagonal),
        cmocka_unit_test(S6_every_order_ends_in_the_same),
        cmocka_unit_test(S18_the_earlier_receipt_and_the_higher_right_stay),
        cmocka_unit_test(S13_erasing_a_comment_takes_its_photos_along),
        cmocka_unit_test(S13_nothing_of_it_is_left_in_any_file),
        cmocka_unit_test(a_signal_holds_in_the_same_commit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
