/* The rules of schema/sync.md over a real store: each test is named after the rule it holds. */
#include "server/store/check.h"
#include "server/sync/apply.h"
#include "tests/support/store.h"
#include "tiles/base/buf.h"

static struct span edit_text(struct town *town, uint64_t op, struct uuid id, uint64_t author,
                             uint32_t rev, const char *text)
{
    const struct op_head head = town_head(op, id, author, rev);
    struct span ret;
    assert_int_equal(op_build_text(&town->arena, &head, span_from_str(text), &ret, NULL), ERR_OK);
    return ret;
}

static struct span reply_to(struct town *town, uint64_t op, struct uuid id, uint64_t author,
                            struct uuid comment, const char *text)
{
    const struct op_head head = town_head(op, id, author, 0);
    const struct op_reply reply = {
        .comment_id = comment,
        .channel = CHANNEL_WEB,
        .hat = HAT_CITIZEN,
        .text = span_from_str(text),
        .pen_name = span_from_str("はなこ"),
    };
    struct span ret;
    assert_int_equal(op_build_reply(&town->arena, &head, &reply, &ret, NULL), ERR_OK);
    return ret;
}

static struct span react(struct town *town, uint64_t op, struct uuid id, uint64_t author,
                         uint32_t rev, uint8_t value)
{
    const struct op_head head = town_head(op, id, author, rev);
    struct span ret;
    assert_int_equal(op_build_reaction(&town->arena, &head, value, &ret, NULL), ERR_OK);
    return ret;
}

static struct span moderate(struct town *town, uint64_t op, struct uuid id, uint32_t rev,
                            uint8_t status)
{
    const struct op_head head = town_head(op, id, 0, rev);
    struct span ret;
    const struct op_why why = {.reason = span_from_str("test")};
    assert_int_equal(op_build_moderation(&town->arena, &head, status, &why, &ret, NULL), ERR_OK);
    return ret;
}

static struct span withdraw(struct town *town, uint64_t op, struct uuid id, uint64_t author)
{
    const struct op_head head = town_head(op, id, author, 0);
    struct span ret;
    assert_int_equal(op_build_delete(&town->arena, &head, span_from_str(""), &ret, NULL), ERR_OK);
    return ret;
}

static struct span erase(struct town *town, uint64_t op, struct uuid id)
{
    const struct op_head head = town_head(op, id, 0, 0);
    struct span ret;
    assert_int_equal(
        op_build_erase(&town->arena, &head, span_from_str("personal_information"), &ret, NULL),
        ERR_OK);
    return ret;
}

static bool sees(struct town *town, const struct store_viewer *viewer, struct uuid id,
                 struct store_comment *ret)
{
    return store_comments_find(town->reader, viewer, id, &town->arena, ret, NULL) == ERR_OK;
}

static void assert_whole(struct town *town)
{
    struct store_report report;
    struct err err = {0};
    if (store_check(town->store, NULL, NULL, &town->arena, &report, &err) != ERR_OK)
        fail_msg("check: %s", err.what);
    for (size_t i = 0; i < report.fault_count; i++)
        print_error("%s\n", report.faults[i]);
    assert_int_equal(report.fault_count, 0);
}

static void S1_a_hundred_times_is_once(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct op_head head = town_head(1, town_id(0xC0, 1), 1, 0);
    const struct op_comment said = town_comment("一度だけ");
    struct span op, ops[50];
    assert_int_equal(op_build_comment(&town.arena, &head, &said, &op, NULL), ERR_OK);
    for (size_t i = 0; i < LENGTH(ops); i++)
        ops[i] = op;
    struct store_batch batch = {
        .device_id = town_id(0xDD, 1), .has_token = true, .ops = ops, .op_count = LENGTH(ops)};
    for (int round = 0; round < 2; round++) {
        struct store_ack acks[LENGTH(ops)];
        assert_int_equal(store_submit_wait(town.writer, &batch, acks, NULL), ERR_OK);
        for (size_t i = 0; i < LENGTH(ops); i++) {
            const bool first = round == 0 && i == 0;
            assert_int_equal(acks[i].status, first ? STORE_ACK_STORED : STORE_ACK_DUPLICATE);
            assert_int_equal(acks[i].change, 1);
        }
        town_stop(&town);
        town_start(&town);
    }
    struct store_counts counts;
    assert_int_equal(store_counts(town.reader, &counts, NULL), ERR_OK);
    assert_int_equal(counts.comments, 1);
    assert_int_equal(counts.changes, 1);
    town_close(&town);
}

static void S1_other_bytes_under_the_same_id_do_not_win(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct op_comment said = town_comment("最初"), other = town_comment("すりかえ");
    const struct uuid id = town_write(&town, 1, 1, &said);
    const struct op_head head = town_head(1, id, 1, 0);
    struct span op;
    assert_int_equal(op_build_comment(&town.arena, &head, &other, &op, NULL), ERR_OK);
    assert_int_equal(town_say(&town, 1, op).status, STORE_ACK_CONFLICT_BYTES);
    struct store_comment got;
    assert_true(sees(&town, &store_anyone, id, &got));
    assert_true(span_is(got.text, "最初"));
    town_close(&town);
}

static void S5_another_token_is_refused_as_a_whole(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct op_comment said = town_comment("わたし");
    town_write(&town, 1, 1, &said);
    struct store_batch batch = {.device_id = town_id(0xDD, 1), .has_token = true};
    batch.token_sha256[0] = 99;
    struct store_ack ack;
    assert_int_equal(store_submit_wait(town.writer, &batch, &ack, NULL), ERR_UNAUTHORIZED);
    batch.has_token = false;
    assert_int_equal(store_submit_wait(town.writer, &batch, &ack, NULL), ERR_UNAUTHORIZED);
    town_close(&town);
}

static void S5_an_operation_of_another_device_is_kept_apart(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct op_head head = town_head(1, town_id(0xC0, 1), 1, 0);
    const struct op_comment said = town_comment("だれ");
    struct span op;
    assert_int_equal(op_build_comment(&town.arena, &head, &said, &op, NULL), ERR_OK);
    const struct store_ack ack = town_say(&town, 2, op);
    assert_int_equal(ack.status, STORE_ACK_QUARANTINED);
    assert_string_equal(ack.reason, "wrong_device");
    town_close(&town);
}

static void S7_only_the_author_edits(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct op_comment said = town_comment("わたしの");
    const struct uuid id = town_write(&town, 1, 1, &said);
    const struct store_ack ack = town_say(&town, 2, edit_text(&town, 2, id, 2, 1, "うばう"));
    assert_int_equal(ack.status, STORE_ACK_QUARANTINED);
    assert_string_equal(ack.reason, "not_author");
    assert_int_equal(town_say(&town, 1, edit_text(&town, 3, id, 1, 1, "なおした")).status,
                     STORE_ACK_STORED);
    struct store_comment got;
    assert_true(sees(&town, &store_anyone, id, &got));
    assert_true(span_is(got.text, "なおした"));
    assert_true(got.edited);
    assert_int_equal(got.text_rev, 1);
    assert_whole(&town);
    town_close(&town);
}

static void S7_devices_have_no_authority(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    struct op_comment said = town_comment("市です");
    const struct uuid id = town_write(&town, 1, 1, &said);
    assert_string_equal(town_say(&town, 1, moderate(&town, 2, id, 1, STATUS_HIDDEN)).reason,
                        "wrong_device"); /* made by device 0 */
    said.hat = HAT_OFFICIAL;
    const struct op_head head = town_head(3, town_id(0xC0, 3), 1, 0);
    struct span op;
    assert_int_equal(op_build_comment(&town.arena, &head, &said, &op, NULL), ERR_OK);
    assert_string_equal(town_say(&town, 1, op).reason, "hat_not_allowed");
    assert_int_equal(town_rule(&town, op).status, STORE_ACK_STORED);
    town_close(&town);
}

static void S8_a_bad_neighbour_does_no_harm(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct op_comment said = town_comment("となり");
    struct span ops[3];
    for (uint64_t i = 0; i < 3; i++) {
        const struct op_head head = town_head(i + 1, town_id(0xC0, i + 1), 1, 0);
        assert_int_equal(op_build_comment(&town.arena, &head, &said, &ops[i], NULL), ERR_OK);
    }
    ops[1] = span_of("\xFF\xFF\xFF", 3);
    const struct store_batch batch = {
        .device_id = town_id(0xDD, 1), .has_token = true, .ops = ops, .op_count = 3};
    struct store_ack acks[3];
    assert_int_equal(store_submit_wait(town.writer, &batch, acks, NULL), ERR_OK);
    assert_int_equal(acks[0].status, STORE_ACK_STORED);
    assert_int_equal(acks[1].status, STORE_ACK_QUARANTINED);
    assert_string_equal(acks[1].reason, "malformed");
    assert_int_equal(acks[2].status, STORE_ACK_STORED);
    struct store_counts counts;
    assert_int_equal(store_counts(town.reader, &counts, NULL), ERR_OK);
    assert_int_equal(counts.quarantined, 1);
    town_close(&town);
}

/* What a test may compare between two orders: everything but numbers and times of arrival. */
static void write_state(struct town *town, struct uuid id, struct buf *out)
{
    struct store_comment got;
    buf_clear(out);
    if (!sees(town, &store_staff, id, &got)) {
        buf_add_str(out, "none");
        return;
    }
    buf_add(out, got.text);
    const int64_t numbers[] = {got.kind,     got.status,    got.lon_e7,   got.lat_e7,
                               got.agree,    got.disagree,  got.unsure,   got.reply_count,
                               got.text_rev, got.place_rev, got.kind_rev, got.edited};
    for (size_t i = 0; i < LENGTH(numbers); i++) {
        buf_add_byte(out, '|');
        buf_add_int(out, numbers[i]);
    }
}

enum { HISTORY = 6 };

/* All orders of six operations on one comment: creation, two edits of the same revision, a
 * reaction, a reply, and an end that the caller chooses. */
static void build_history(struct town *town, uint64_t round, bool with_delete, struct uuid *ret_id,
                          struct span ops[HISTORY])
{
    const uint64_t base = round * 100;
    const struct uuid id = town_id(0xC0, base + 1);
    const struct op_head head = town_head(base + 1, id, 1, 0);
    const struct op_comment said = town_comment("はじめ");
    assert_int_equal(op_build_comment(&town->arena, &head, &said, &ops[0], NULL), ERR_OK);
    ops[1] = edit_text(town, base + 2, id, 1, 1, "こちら");
    ops[2] = edit_text(town, base + 3, id, 1, 1, "あちら");
    ops[3] = react(town, base + 4, id, 2, 1, REACTION_AGREE);
    ops[4] = reply_to(town, base + 5, town_id(0xE0, base + 5), 2, id, "そうですね");
    ops[5] = with_delete ? withdraw(town, base + 6, id, 1)
                         : moderate(town, base + 6, id, 1, STATUS_MASKED);
    *ret_id = id;
}

static void permute(struct town *town, bool with_delete, const char *expected)
{
    size_t order[HISTORY] = {0, 1, 2, 3, 4, 5};
    struct buf state;
    buf_init(&state);
    /* Lexicographic order of permutations (Knuth, TAOCP 7.2.1.2, algorithm L). */
    for (uint64_t round = 1;; round++) {
        struct uuid id;
        struct span ops[HISTORY];
        build_history(town, round, with_delete, &id, ops);
        for (size_t i = 0; i < HISTORY; i++) {
            /* Moderation is the server's, the reply and the reaction are of another device. */
            const size_t which = order[i];
            const struct store_ack ack = which == 5 && !with_delete ? town_rule(town, ops[which])
                                         : which == 3 || which == 4 ? town_say(town, 2, ops[which])
                                                                    : town_say(town, 1, ops[which]);
            assert_int_equal(ack.status, STORE_ACK_STORED);
        }
        write_state(town, id, &state);
        buf_add_byte(&state, 0);
        assert_string_equal((const char *)state.data, expected);
        size_t i = HISTORY - 1;
        while (i > 0 && order[i - 1] >= order[i])
            i--;
        if (i == 0) {
            assert_int_equal(round, 720);
            break;
        }
        size_t j = HISTORY - 1;
        while (order[j] <= order[i - 1])
            j--;
        const size_t swap = order[i - 1];
        order[i - 1] = order[j];
        order[j] = swap;
        for (size_t a = i, b = HISTORY - 1; a < b; a++, b--) {
            const size_t other = order[a];
            order[a] = order[b];
            order[b] = other;
        }
    }
    buf_done(&state);
    assert_whole(town);
}

/* Both edits carry revision 1: the higher operation id, あちら, holds the text. 3 is masked. */
static void S6_every_order_of_a_history_ends_alike(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    permute(&town, false, "あちら|1|3|1393880000|361470000|1|0|0|1|1|0|0|1");
    town_close(&town);
}

/* 5 is withdrawn: no order brings it back. */
static void S10_withdrawal_is_for_ever(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    permute(&town, true, "あちら|1|5|1393880000|361470000|1|0|0|1|1|0|0|1");
    town_close(&town);
}

static void S11_a_wrong_clock_is_put_right_for_display(void **state)
{
    (void)state;
    /* Ten years slow, sent 5 s after writing, received at 1,000,000: written 5 s before. */
    const int64_t decade = 315360000000;
    assert_int_equal(apply_shown_ms(400000000000 - decade, 400000005000 - decade, 1000000), 995000);
    assert_int_equal(apply_shown_ms(2000000, 0, 1000000), 1000000); /* never later than receipt */
    assert_int_equal(apply_shown_ms(0, 0, 1000000), 1000000);
    assert_int_equal(apply_shown_ms(INT64_MAX, INT64_MIN, 1000000), 1000000);
    assert_int_equal(apply_shown_ms(999, 999, 1000000), 1000000);
}

static bool folder_has(const char *dir, const char *needle)
{
    char command[300];
    snprintf(command, sizeof command, "grep -rqaF '%s' '%s'", needle, dir);
    return system(command) == 0;
}

/* The words are in ASCII and in kanji; bigrams of ASCII are looked for as full text has them. */
static void S13_erased_words_are_nowhere(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct op_comment other = town_comment("のこる言葉");
    town_write(&town, 50, 3, &other);
    struct op_comment said = town_comment("QZXJ-canary 秘密之名前");
    said.pen_name = span_from_str("canaryname");
    const struct uuid id = town_write(&town, 1, 1, &said);
    town_say(&town, 1, edit_text(&town, 2, id, 1, 1, "QZXJ-canary again 秘密之名前"));
    const struct uuid reply = town_id(0xE0, 7);
    town_say(&town, 2, reply_to(&town, 7, reply, 2, id, "返事"));
    assert_true(folder_has(town.dir, "QZXJ-canary"));
    assert_int_equal(town_rule(&town, erase(&town, 3, id)).status, STORE_ACK_STORED);
    struct store_comment got;
    assert_false(sees(&town, &store_staff, id, &got));
    assert_whole(&town);
    /* Everything for it is gone for good. */
    const struct op_head again = town_head(1, id, 1, 0);
    struct span op;
    assert_int_equal(op_build_comment(&town.arena, &again, &said, &op, NULL), ERR_OK);
    assert_int_equal(town_say(&town, 1, op).status, STORE_ACK_GONE);
    assert_int_equal(town_say(&town, 1, edit_text(&town, 9, id, 1, 2, "QZXJ-canary")).status,
                     STORE_ACK_GONE);
    town_stop(&town);
    assert_false(folder_has(town.dir, "QZXJ-canary"));
    assert_false(folder_has(town.dir, "秘密之名前"));
    assert_false(folder_has(town.dir, "canaryname"));
    assert_false(folder_has(town.dir, "qz zx xj"));
    assert_false(folder_has(town.dir, "秘密"));
    town_start(&town);
    assert_whole(&town);
    town_close(&town);
}

/* A database put back from before the erasure does not bring the words back. */
static void S13_a_rolled_back_database_is_told_again(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct op_comment said = town_comment("消される言葉");
    const struct uuid id = town_write(&town, 1, 1, &said);
    town_stop(&town);
    town_keep_database(&town);
    town_start(&town);
    assert_int_equal(town_rule(&town, erase(&town, 3, id)).status, STORE_ACK_STORED);
    town_stop(&town);
    town_put_back_database(&town);
    town_start(&town);
    struct store_comment got;
    assert_false(sees(&town, &store_staff, id, &got));
    assert_false(folder_has(town.dir, "消される"));
    town_close(&town);
}

static void S12_history_of_all_kinds_is_rebuilt_equal(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    /* A deterministic walk over everything that can happen (Knuth's MMIX generator). */
    uint64_t random = 7;
    for (uint64_t i = 1; i <= 600; i++) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        const uint64_t author = 1 + (random >> 33) % 4, target = 1 + (random >> 40) % 40;
        const struct uuid id = town_id(0xC0, target), reply = town_id(0xE0, target);
        switch ((random >> 50) % 9) {
        case 0:
        case 1: {
            struct op_comment said = town_comment("日陰のある道をふやしたい");
            said.kind = (uint8_t)(1 + target % 6);
            said.hat = target % 5 == 0 ? HAT_PUPIL : HAT_CITIZEN;
            said.lon_e7 += (int32_t)(target * 12345);
            const struct op_head head = town_head(i, id, author, 0);
            struct span op;
            assert_int_equal(op_build_comment(&town.arena, &head, &said, &op, NULL), ERR_OK);
            town_say(&town, author, op);
            break;
        }
        case 2:
            town_say(&town, author,
                     edit_text(&town, i, id, author, 1 + (uint32_t)(i % 5), "なおした"));
            break;
        case 3: {
            const struct op_head head = town_head(i, id, author, 1 + (uint32_t)(i % 5));
            const struct op_place place = {.lon_e7 = 1393000000 + (int32_t)i * 999,
                                           .lat_e7 = 361000000};
            struct span op;
            assert_int_equal(op_build_place(&town.arena, &head, &place, &op, NULL), ERR_OK);
            town_say(&town, author, op);
            break;
        }
        case 4:
            town_say(&town, author, react(&town, i, id, author, 1 + (uint32_t)(i % 7), i % 4));
            break;
        case 5:
            town_say(&town, author,
                     reply_to(&town, i, reply, author, town_id(0xC0, 1 + i % 40), "返事"));
            break;
        case 6:
            town_rule(&town, moderate(&town, i, i % 2 ? id : reply, 1 + (uint32_t)(i % 9),
                                      (uint8_t)(1 + i % 4)));
            break;
        case 7:
            town_say(&town, author, withdraw(&town, i, i % 3 ? id : reply, author));
            break;
        case 8:
            if (i % 4 == 0)
                town_rule(&town, erase(&town, i, i % 8 ? id : reply));
            break;
        }
    }
    struct store_counts counts;
    assert_int_equal(store_counts(town.reader, &counts, NULL), ERR_OK);
    assert_true(counts.changes > 200 && counts.erased > 3 && counts.comments > 15);
    assert_whole(&town);
    town_close(&town);
}

/* check must be able to fail: a row changed behind the log's back is found. */
static void S12_a_forged_row_is_found(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct op_comment said = town_comment("ほんもの");
    town_write(&town, 1, 1, &said);
    char command[300];
    snprintf(command, sizeof command,
             "sqlite3 '%s/kakikomap.db' \"UPDATE comment SET text='にせもの'\"", town.dir);
    assert_int_equal(system(command), 0);
    struct store_report report;
    assert_int_equal(store_check(town.store, NULL, NULL, &town.arena, &report, NULL), ERR_OK);
    assert_true(report.fault_count > 0);
    town_close(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(S1_a_hundred_times_is_once),
        cmocka_unit_test(S1_other_bytes_under_the_same_id_do_not_win),
        cmocka_unit_test(S5_another_token_is_refused_as_a_whole),
        cmocka_unit_test(S5_an_operation_of_another_device_is_kept_apart),
        cmocka_unit_test(S6_every_order_of_a_history_ends_alike),
        cmocka_unit_test(S7_only_the_author_edits),
        cmocka_unit_test(S7_devices_have_no_authority),
        cmocka_unit_test(S8_a_bad_neighbour_does_no_harm),
        cmocka_unit_test(S10_withdrawal_is_for_ever),
        cmocka_unit_test(S11_a_wrong_clock_is_put_right_for_display),
        cmocka_unit_test(S12_history_of_all_kinds_is_rebuilt_equal),
        cmocka_unit_test(S12_a_forged_row_is_found),
        cmocka_unit_test(S13_erased_words_are_nowhere),
        cmocka_unit_test(S13_a_rolled_back_database_is_told_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
