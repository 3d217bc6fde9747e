/* A folder made by the first release (migrations 0001 and 0002) is brought forward: its log stays
 * as it was, what is made from the log is there again. */
#include <sodium.h>

#include "server/store/check.h"
#include "server/store/inside.h"
#include "tests/support/store.h"

static const struct uuid server_id = {{0x5E, [15] = 1}};

static void run_sql(struct db *db, const char *sql)
{
    struct err err = {0};
    if (db_exec(db, sql, &err) != ERR_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db->sqlite));
}

static void bind_id(sqlite3_stmt *stmt, int at, struct uuid id)
{
    sqlite3_bind_blob(stmt, at, id.bytes, UUID_BYTES, SQLITE_TRANSIENT);
}

static void finish(struct db *db, sqlite3_stmt *stmt)
{
    if (sqlite3_step(stmt) != SQLITE_DONE)
        fail_msg("%s", sqlite3_errmsg(db->sqlite));
    sqlite3_finalize(stmt);
}

/* The log's row as the first release wrote it. */
static void add_change(struct db *db, int change, struct uuid op_id, struct uuid object_id,
                       enum op_kind kind, int origin, struct span op)
{
    uint8_t sha256[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(sha256, op.data, op.len);
    sqlite3_stmt *stmt;
    assert_int_equal(
        sqlite3_prepare_v2(
            db->sqlite,
            "INSERT INTO change (municipality, change, op_id, object_id, kind, origin,"
            " received_ms, sent_ms, sha256, op) VALUES (11202, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
            -1, &stmt, NULL),
        SQLITE_OK);
    sqlite3_bind_int(stmt, 1, change);
    bind_id(stmt, 2, op_id);
    bind_id(stmt, 3, object_id);
    sqlite3_bind_int(stmt, 4, kind);
    sqlite3_bind_int(stmt, 5, origin);
    sqlite3_bind_int64(stmt, 6, TOWN_NOON + 1000 * change);
    sqlite3_bind_blob(stmt, 7, sha256, sizeof sha256, SQLITE_TRANSIENT);
    sqlite3_bind_blob(stmt, 8, op.data, (int)op.len, SQLITE_TRANSIENT);
    finish(db, stmt);
}

static void add_log(struct town *town, struct db *db)
{
    struct span op;
    struct op_comment said = town_comment("木陰がほしい");
    struct op_head head = town_head(1, town_id(0xC0, 1), 1, 0);
    assert_int_equal(op_build_comment(&town->arena, &head, &said, &op, NULL), ERR_OK);
    add_change(db, 1, head.op_id, head.object_id, OP_CREATE, 0, op);

    said = town_comment("おなまえ");
    said.hat = HAT_PUPIL;
    head = town_head(2, town_id(0xC0, 2), 2, 0);
    assert_int_equal(op_build_comment(&town->arena, &head, &said, &op, NULL), ERR_OK);
    add_change(db, 2, head.op_id, head.object_id, OP_CREATE, 0, op);

    head = town_head(3, town_id(0xC0, 2), 0, 1);
    const struct op_why why = {0};
    assert_int_equal(op_build_moderation(&town->arena, &head, STATUS_PUBLIC, &why, &op, NULL),
                     ERR_OK);
    add_change(db, 3, head.op_id, head.object_id, OP_MODERATE, 2, op);

    /* An edit by somebody else was taken in before its object came: it must stay without effect. */
    head = town_head(4, town_id(0xC0, 1), 9, 5);
    assert_int_equal(op_build_text(&town->arena, &head, span_from_str("すりかえ"), &op, NULL),
                     ERR_OK);
    add_change(db, 4, head.op_id, head.object_id, OP_EDIT, 0, op);

    head = town_head(5, town_id(0xCA, 1), 0, 0);
    const struct op_card card = {.title = span_from_str("日かげ")};
    assert_int_equal(op_build_card(&town->arena, &head, &card, &op, NULL), ERR_OK);
    add_change(db, 5, head.op_id, head.object_id, OP_CREATE, 2, op);
}

static void make_old(struct town *town)
{
    *town = (struct town){0};
    arena_init(&town->arena, 0);
    snprintf(town->dir, sizeof town->dir, "/tmp/kakikomap-test-XXXXXX");
    assert_non_null(mkdtemp(town->dir));
    char path[128];
    snprintf(path, sizeof path, "%s/kakikomap.db", town->dir);
    struct db db;
    assert_int_equal(db_open(&db, path, DB_MIGRATE, NULL), ERR_OK);
    run_sql(&db, "BEGIN");
    run_sql(&db, sql_migrations[0]);
    run_sql(&db, sql_migrations[1]);
    sqlite3_stmt *stmt;
    assert_int_equal(sqlite3_prepare_v2(db.sqlite,
                                        "INSERT INTO store VALUES (1, 11202, '熊谷市', 0, ?, ?, 7,"
                                        " 1389000000, 358000000, 1399000000, 365000000)",
                                        -1, &stmt, NULL),
                     SQLITE_OK);
    bind_id(stmt, 1, server_id);
    bind_id(stmt, 2, town_id(0xE9, 1));
    finish(&db, stmt);
    add_log(town, &db);
    run_sql(&db, "INSERT INTO quarantine VALUES (11202, zeroblob(32), zeroblob(16), 8,"
                 " 'not_author', x'0102')");
    run_sql(&db, "PRAGMA user_version=2; PRAGMA application_id=1263226192; COMMIT");
    db_close(&db);
}

static int64_t number(struct town *town, const char *sql)
{
    sqlite3_stmt *stmt;
    struct db db;
    assert_int_equal(db_open(&db, town->store->path, DB_READ, NULL), ERR_OK);
    if (sqlite3_prepare_v2(db.sqlite, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db.sqlite));
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    const int64_t value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    db_close(&db);
    return value;
}

static void an_old_folder_is_brought_forward(void **state)
{
    (void)state;
    struct town town;
    make_old(&town);
    town_start(&town);
    struct store_comment got;
    assert_int_equal(
        store_comments_find(town.reader, &store_anyone, town_id(0xC0, 1), &town.arena, &got, NULL),
        ERR_OK);
    assert_true(span_is(got.text, "木陰がほしい"));
    assert_int_equal(got.made_ms, TOWN_NOON); /* the device's clock was earlier than the receipt */
    assert_int_equal(
        store_comments_find(town.reader, &store_anyone, town_id(0xC0, 2), &town.arena, &got, NULL),
        ERR_OK);
    assert_int_equal(got.status, STATUS_PUBLIC);
    assert_int_equal(got.precision_m, 5); /* a pupil's, and so blurred from now on */
    const struct store_filter words = {.query = span_from_str("木陰")};
    struct store_page page;
    assert_int_equal(
        store_comments_list(town.reader, &store_anyone, &words, 0, 10, &town.arena, &page, NULL),
        ERR_OK);
    assert_int_equal(page.count, 1);
    struct store_counts counts;
    assert_int_equal(store_counts(town.reader, &counts, NULL), ERR_OK);
    assert_int_equal(counts.changes, 5);
    assert_int_equal(counts.comments_public, 2);
    assert_int_equal(counts.cards, 1);
    assert_int_equal(counts.quarantined, 1);
    assert_int_equal(number(&town, "SELECT count(*) FROM change WHERE standing = 6"), 2);
    assert_int_equal(number(&town, "SELECT count(DISTINCT first_server) FROM change"), 1);
    struct store_report report;
    assert_int_equal(store_check(town.store, NULL, NULL, &town.arena, &report, NULL), ERR_OK);
    for (size_t i = 0; i < report.fault_count; i++)
        print_error("%s\n", report.faults[i]);
    assert_int_equal(report.fault_count, 0);
    /* And it goes on. */
    const struct op_comment more = town_comment("あとから");
    town_write(&town, 10, 1, &more);
    town_close(&town);
}

/* A power cut between the migration and the first opening's end: tables empty, log whole. */
static void empty_tables_are_filled_at_the_next_start(void **state)
{
    (void)state;
    struct town town;
    make_old(&town);
    char path[128];
    snprintf(path, sizeof path, "%s/kakikomap.db", town.dir);
    struct db db;
    assert_int_equal(db_open(&db, path, DB_MIGRATE, NULL), ERR_OK);
    assert_int_equal(db_migrate(&db, NULL), ERR_OK);
    db_close(&db);
    for (int start = 0; start < 2; start++) {
        town_start(&town);
        assert_int_equal(number(&town, "SELECT count(*) FROM comment"), 2);
        assert_int_equal(number(&town, "SELECT count(*) FROM object"), 3);
        town_stop(&town);
    }
    town_start(&town);
    town_close(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_old_folder_is_brought_forward),
        cmocka_unit_test(empty_tables_are_filled_at_the_next_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
