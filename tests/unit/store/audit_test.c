/* The audit log's chain, and what breaks it. */
#include "server/store/audit.h"

#include <sqlite3.h>

#include "tests/support/store.h"

enum { ROWS = 8 };

static struct town town;

static void add(enum audit_action action, uint64_t object, const char *reason)
{
    const struct audit_entry entry = {
        .at_ms = TOWN_NOON + (int64_t)object,
        .actor_id = town_id(0xAC, 1),
        .action = action,
        .object_id = town_id(0x0B, object),
        .reason = reason,
    };
    assert_int_equal(store_audit_add(town.writer, &entry, NULL), ERR_OK);
}

static int open_town(void **state)
{
    (void)state;
    town_open(&town);
    for (uint64_t i = 1; i <= ROWS; i++)
        add(i % 2 ? AUDIT_HIDE : AUDIT_RESTORE, i, i % 2 ? "abuse" : NULL);
    return 0;
}

static int close_town(void **state)
{
    (void)state;
    town_close(&town);
    return 0;
}

static struct audit_verdict verify(void)
{
    struct audit_verdict verdict;
    assert_int_equal(store_audit_verify(town.reader, &verdict, NULL), ERR_OK);
    return verdict;
}

static int run(const char *sql)
{
    char path[100];
    sqlite3 *sqlite;
    snprintf(path, sizeof path, "%s/kakikomap.db", town.dir);
    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    const int result = sqlite3_exec(sqlite, sql, NULL, NULL, NULL);
    sqlite3_close(sqlite);
    return result;
}

static void a_chain_that_nobody_touched_is_whole(void **state)
{
    (void)state;
    const struct audit_verdict verdict = verify();
    assert_int_equal(verdict.rows, ROWS);
    assert_int_equal(verdict.broken_at, 0);
    struct audit_row *rows;
    size_t count;
    assert_int_equal(
        store_audit_list(town.reader, 0, INT64_MAX, 2, 3, &town.arena, &rows, &count, NULL),
        ERR_OK);
    assert_int_equal(count, 3);
    assert_int_equal(rows[0].seq, 3);
    assert_true(span_is(rows[0].action, "hide"));
    assert_true(span_is(rows[0].reason, "abuse"));
}

static void the_database_itself_refuses_to_change_it(void **state)
{
    (void)state;
    assert_int_equal(run("UPDATE audit SET reason = 'test' WHERE seq = 3"), SQLITE_CONSTRAINT);
    assert_int_equal(run("DELETE FROM audit WHERE seq = 3"), SQLITE_CONSTRAINT);
    assert_int_equal(verify().broken_at, 0);
}

static const struct row {
    const char *label, *sql;
    uint64_t broken_at;
} rows[] = {
    {"a changed reason breaks it there", "UPDATE audit SET reason = 'test' WHERE seq = 3", 3},
    {"so does a changed time", "UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 5", 5},
    {"so does another actor", "UPDATE audit SET actor_id = zeroblob(16) WHERE seq = 1", 1},
    {"so does a row taken out", "DELETE FROM audit WHERE seq = 4", 5},
    {"so does the first row taken out", "DELETE FROM audit WHERE seq = 1", 2},
    {"so do two rows exchanged",
     "UPDATE audit SET seq = 100 WHERE seq = 6; UPDATE audit SET seq = 6 WHERE seq = 7;"
     "UPDATE audit SET seq = 7 WHERE seq = 100",
     6},
    {"so does a letter moved from action to reason",
     "UPDATE audit SET action = 'hid', reason = 'e' || reason WHERE seq = 7", 7},
    {"a cut end leaves a good chain with another head", "DELETE FROM audit WHERE seq = 8", 0},
};

static void shows_where(void **state)
{
    const struct row *row = *state;
    const struct audit_verdict before = verify();
    assert_int_equal(run("DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_cut"),
                     SQLITE_OK);
    assert_int_equal(run(row->sql), SQLITE_OK);
    const struct audit_verdict after = verify();
    assert_int_equal(after.broken_at, row->broken_at);
    assert_memory_not_equal(before.head, after.head, sizeof before.head);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(rows) + 2] = {
        cmocka_unit_test_setup_teardown(a_chain_that_nobody_touched_is_whole, open_town,
                                        close_town),
        cmocka_unit_test_setup_teardown(the_database_itself_refuses_to_change_it, open_town,
                                        close_town),
    };
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[2 + i] = (struct CMUnitTest){rows[i].label, shows_where, open_town, close_town,
                                           (void *)&rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
