/* joins: codes open a meeting until they run out; tablets keep their numbers. */
#include "server/store/joins.h"

#include "tests/support/store.h"

static void a_code_opens_its_meeting_until_it_runs_out(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    struct store_join_code code = {
        .meeting_id = town_id(5, 1), .code = "7K3M9XQZ", .made_ms = 1000, .expires_ms = 5000};
    struct store_join_code found;
    assert_int_equal(store_joins_put(town.writer, &code, NULL), ERR_OK);
    assert_int_equal(store_joins_find(town.reader, "7K3M9XQZ", 4999, &found, NULL), ERR_OK);
    assert_true(uuid_equal(found.meeting_id, code.meeting_id));
    assert_string_equal(found.code, "7K3M9XQZ");
    assert_int_equal(store_joins_find(town.reader, "7K3M9XQZ", 5000, &found, NULL), ERR_NOT_FOUND);
    assert_int_equal(store_joins_find(town.reader, "7K3M9XQ0", 1000, &found, NULL), ERR_NOT_FOUND);
    assert_int_equal(store_joins_of(town.reader, code.meeting_id, 1000, &found, NULL), ERR_OK);
    assert_int_equal(store_joins_until(town.writer, code.meeting_id, 9000, NULL), ERR_OK);
    assert_int_equal(store_joins_find(town.reader, "7K3M9XQZ", 8999, &found, NULL), ERR_OK);
    town_close(&town);
}

static void a_new_code_takes_the_place_of_the_old(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    struct store_join_code code = {
        .meeting_id = town_id(5, 1), .code = "7K3M9XQZ", .made_ms = 1000, .expires_ms = 5000};
    struct store_join_code found;
    assert_int_equal(store_joins_put(town.writer, &code, NULL), ERR_OK);
    memcpy(code.code, "00000000", 8);
    assert_int_equal(store_joins_put(town.writer, &code, NULL), ERR_OK);
    assert_int_equal(store_joins_find(town.reader, "7K3M9XQZ", 1000, &found, NULL), ERR_NOT_FOUND);
    assert_int_equal(store_joins_find(town.reader, "00000000", 1000, &found, NULL), ERR_OK);
    assert_int_equal(store_joins_close(town.writer, code.meeting_id, NULL), ERR_OK);
    assert_int_equal(store_joins_find(town.reader, "00000000", 1000, &found, NULL), ERR_NOT_FOUND);
    town_close(&town);
}

static void two_meetings_never_share_a_code(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    struct store_join_code code = {
        .meeting_id = town_id(5, 1), .code = "7K3M9XQZ", .made_ms = 1000, .expires_ms = 5000};
    assert_int_equal(store_joins_put(town.writer, &code, NULL), ERR_OK);
    code.meeting_id = town_id(5, 2);
    assert_int_equal(store_joins_put(town.writer, &code, NULL), ERR_CONFLICT);
    struct store_join_code found;
    assert_int_equal(store_joins_find(town.reader, "7K3M9XQZ", 1000, &found, NULL), ERR_OK);
    assert_true(uuid_equal(found.meeting_id, town_id(5, 1)));
    town_close(&town);
}

static void tablets_are_numbered_as_they_join(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct uuid meeting = town_id(5, 1);
    uint32_t tablet = 0;
    for (uint64_t i = 1; i <= 3; i++) {
        assert_int_equal(
            store_presence_join(town.writer, meeting, town_id(1, 10 - i), 1000 * i, &tablet, NULL),
            ERR_OK);
        assert_int_equal(tablet, i);
    }
    assert_int_equal(store_presence_join(town.writer, meeting, town_id(1, 9), 7000, &tablet, NULL),
                     ERR_OK);
    assert_int_equal(tablet, 1);
    assert_int_equal(
        store_presence_join(town.writer, town_id(5, 2), town_id(1, 9), 7000, &tablet, NULL),
        ERR_OK);
    assert_int_equal(tablet, 1); /* each meeting counts for itself */
    const struct store_presence said = {
        .device_id = town_id(1, 8), .seen_ms = 8000, .waiting = 12, .oldest_s = 3600};
    assert_int_equal(store_presence_tell(town.writer, meeting, &said, &tablet, NULL), ERR_OK);
    assert_int_equal(tablet, 2);
    struct store_presence *list;
    size_t count;
    assert_int_equal(store_presence_list(town.reader, meeting, &town.arena, &list, &count, NULL),
                     ERR_OK);
    assert_int_equal(count, 3);
    assert_int_equal(list[0].seen_ms, 7000);
    assert_int_equal(list[1].waiting, 12);
    assert_int_equal(list[1].oldest_s, 3600);
    assert_int_equal(list[2].waiting, 0);
    town_close(&town);
}

static void who_has_not_joined_is_not_there(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    uint32_t tablet = 77;
    const struct store_presence said = {.device_id = town_id(1, 8), .seen_ms = 8000};
    assert_int_equal(store_presence_tell(town.writer, town_id(5, 1), &said, &tablet, NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(tablet, 77);
    town_close(&town);
}

static void words_are_replaced_as_a_whole(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct span first[] = {span_from_str("たなか"), span_from_str("-たなかのわ")};
    const struct span second[] = {span_from_str("さとう")};
    struct span *list;
    size_t count;
    assert_int_equal(store_words_set(town.writer, first, 2, NULL), ERR_OK);
    assert_int_equal(store_words_list(town.reader, &town.arena, &list, &count, NULL), ERR_OK);
    assert_int_equal(count, 2);
    assert_true(span_is(list[1], "-たなかのわ"));
    assert_int_equal(store_words_set(town.writer, second, 1, NULL), ERR_OK);
    assert_int_equal(store_words_list(town.reader, &town.arena, &list, &count, NULL), ERR_OK);
    assert_int_equal(count, 1);
    assert_true(span_is(list[0], "さとう"));
    town_close(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_opens_its_meeting_until_it_runs_out),
        cmocka_unit_test(a_new_code_takes_the_place_of_the_old),
        cmocka_unit_test(two_meetings_never_share_a_code),
        cmocka_unit_test(tablets_are_numbered_as_they_join),
        cmocka_unit_test(who_has_not_joined_is_not_there),
        cmocka_unit_test(words_are_replaced_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
