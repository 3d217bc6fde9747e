#include "server/store/inside.h"
#include "tests/support/store.h"

static void every_statement_can_be_prepared(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    struct db db;
    assert_int_equal(db_open(&db, town.store->path, DB_WRITE, NULL), ERR_OK);
    /* `check` looks at another database by this name. */
    assert_int_equal(db_exec(&db,
                             "ATTACH ':memory:' AS live;"
                             "CREATE TABLE live.change AS SELECT * FROM main.change WHERE 0",
                             NULL),
                     ERR_OK);
    for (int i = 0; i < SQL_COUNT; i++) {
        sqlite3_stmt *stmt;
        if (db_take(&db, (enum sql)i, &stmt, NULL) != ERR_OK)
            fail_msg("%s: %s", sql_text[i], sqlite3_errmsg(db.sqlite));
    }
    db_close(&db);
    town_close(&town);
}

static void an_empty_store_knows_who_it_is(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct store_info *info = store_info(town.store);
    assert_int_equal(info->municipality, TOWN_CODE);
    assert_string_equal(info->name, "熊谷市");
    assert_false(info->demo);
    assert_int_equal(info->server_id.bytes[0], 1);
    assert_int_equal(info->epoch.bytes[0], 9);
    uint64_t newest = 99;
    assert_int_equal(store_newest_change(town.reader, &newest, NULL), ERR_OK);
    assert_int_equal(newest, 0);
    town_close(&town);
}

static void a_comment_is_found_as_it_was_written(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    struct op_comment said = town_comment("駅前の歩道に日陰がほしい");
    said.building_id = span_from_str("bldg-12");
    said.kind = COMMENT_TROUBLE;
    const struct uuid id = town_write(&town, 1, 1, &said);
    struct store_comment got;
    assert_int_equal(store_comments_find(town.reader, &store_anyone, id, &town.arena, &got, NULL),
                     ERR_OK);
    assert_true(span_is(got.text, "駅前の歩道に日陰がほしい"));
    assert_true(span_is(got.pen_name, "たろう"));
    assert_true(span_is(got.building_id, "bldg-12"));
    assert_int_equal(got.kind, COMMENT_TROUBLE);
    assert_int_equal(got.lon_e7, 1393880000);
    assert_int_equal(got.lat_e7, 361470000);
    assert_int_equal(got.status, STATUS_PUBLIC);
    assert_int_equal(got.change, 1);
    assert_int_equal(got.made_ms, TOWN_NOON);
    assert_false(got.edited);
    town_close(&town);
}

static void a_folder_in_use_is_not_made_again(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct store_settings settings = {.municipality = TOWN_CODE, .name = "x"};
    const uint8_t random[32] = {0};
    struct err err = {0};
    assert_int_equal(store_create(town.dir, &settings, 0, random, &err), ERR_CONFLICT);
    assert_int_equal(err.code, ERR_CONFLICT);
    town_close(&town);
}

static void a_folder_without_a_store_is_told(void **state)
{
    (void)state;
    struct store *store = NULL;
    struct err err = {0};
    assert_int_equal(store_open("/tmp/kakikomap-there-is-nothing", STORE_WRITE, &store, &err),
                     ERR_NOT_FOUND);
    assert_null(store);
}

static void the_epoch_stays_over_a_restart(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct op_comment said = town_comment("あ");
    town_write(&town, 1, 1, &said);
    const struct uuid epoch = store_info(town.store)->epoch;
    town_stop(&town);
    town_start(&town);
    assert_true(uuid_equal(store_info(town.store)->epoch, epoch));
    town_close(&town);
}

/* S14: the database of yesterday in the folder of today. */
static void S14_a_rolled_back_database_begins_a_new_epoch(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct op_comment said = town_comment("あ");
    town_write(&town, 1, 1, &said);
    town_stop(&town);
    town_keep_database(&town);
    town_start(&town);
    const struct uuid epoch = store_info(town.store)->epoch;
    town_write(&town, 2, 1, &said);
    town_stop(&town);
    town_put_back_database(&town);
    town_start(&town);
    assert_false(uuid_equal(store_info(town.store)->epoch, epoch));
    town_close(&town);
}

static void a_lost_epoch_file_begins_a_new_epoch(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct uuid epoch = store_info(town.store)->epoch;
    town_stop(&town);
    char path[80];
    snprintf(path, sizeof path, "%s/epoch", town.dir);
    assert_int_equal(unlink(path), 0);
    town_start(&town);
    assert_false(uuid_equal(store_info(town.store)->epoch, epoch));
    town_close(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_statement_can_be_prepared),
        cmocka_unit_test(an_empty_store_knows_who_it_is),
        cmocka_unit_test(a_comment_is_found_as_it_was_written),
        cmocka_unit_test(a_folder_in_use_is_not_made_again),
        cmocka_unit_test(a_folder_without_a_store_is_told),
        cmocka_unit_test(the_epoch_stays_over_a_restart),
        cmocka_unit_test(S14_a_rolled_back_database_begins_a_new_epoch),
        cmocka_unit_test(a_lost_epoch_file_begins_a_new_epoch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
