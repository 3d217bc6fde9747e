#include "server/store/check.h"

#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

#include "server/store/inside.h"
#include "server/store/project.h"

/* SQL that names tables from the list below, which is ours; nothing from outside is put in. */
enum { SQL_MAX = 600, PATH_BYTES = 700 };

struct check {
    struct store *store;
    struct db *db; /* the database made anew; the one under check is attached as `live` */
    struct arena *arena;
    struct store_report *report;
    store_progress_fn *progress;
    void *context;
    uint64_t total; /* operations of the log */
};

static enum err_code add_fault(struct check *check, const char *text, struct err *err)
{
    struct store_report *report = check->report;
    if (report->fault_count >= STORE_FAULTS_MAX)
        return ERR_OK;
    const char *copy = arena_copy(check->arena, span_from_str(text));
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    report->faults[report->fault_count++] = copy;
    return ERR_OK;
}

/* Runs a statement; each row's first column that is not "ok" is a fault with this name. */
static enum err_code rows_are_faults(struct check *check, const char *sql, const char *name,
                                     struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int result = sqlite3_prepare_v2(check->db->sqlite, sql, -1, &stmt, NULL);
    enum err_code code = ERR_OK;
    while (result == SQLITE_OK && code == ERR_OK) {
        result = sqlite3_step(stmt);
        if (result != SQLITE_ROW)
            break;
        result = SQLITE_OK;
        const char *text = (const char *)sqlite3_column_text(stmt, 0);
        if (text && strcmp(text, "ok") == 0)
            continue;
        char fault[300];
        snprintf(fault, sizeof fault, "%s: %.200s", name, text ? text : "a row is wrong");
        code = add_fault(check, fault, err);
    }
    if (code == ERR_OK && result != SQLITE_DONE) {
        /* A page that cannot be read is what the check looks for, not its failure. */
        char fault[300];
        snprintf(fault, sizeof fault, "%s: %.200s", name, sqlite3_errmsg(check->db->sqlite));
        code = (result & 0xFF) == SQLITE_CORRUPT || (result & 0xFF) == SQLITE_NOTADB
                   ? add_fault(check, fault, err)
                   : db_fail(check->db, result, err);
    }
    sqlite3_finalize(stmt);
    return code;
}

static enum err_code check_pages(struct check *check, struct err *err)
{
    TRY(rows_are_faults(check, "PRAGMA live.integrity_check(20)", "database", err));
    TRY(rows_are_faults(check, "PRAGMA live.foreign_key_check", "reference", err));
    TRY(rows_are_faults(check, "SELECT rtreecheck('live', 'idx_comment_geom')", "spatial index",
                        err));
    TRY(rows_are_faults(check, "SELECT rtreecheck('live', 'comment_shape')", "lines and areas",
                        err));
    /* Both schemas come from the same migrations: a difference was made by somebody else. */
    return rows_are_faults(check,
                           "SELECT name || ' is not as the program makes it' FROM"
                           " (SELECT type, name, sql FROM live.sqlite_schema EXCEPT"
                           "  SELECT type, name, sql FROM main.sqlite_schema)"
                           " WHERE name NOT LIKE 'sqlite_stat%'"
                           " UNION ALL SELECT name || ' is missing' FROM"
                           " (SELECT type, name FROM main.sqlite_schema EXCEPT SELECT type, name "
                           "FROM live.sqlite_schema)",
                           "schema", err);
}

static enum err_code check_row(struct check *check, sqlite3_stmt *stmt, const struct op *op,
                               struct span bytes, struct err *err)
{
    char fault[120];
    const long long change = (long long)db_column_int(stmt, 0);
    uint8_t sha256[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(sha256, bytes.data, bytes.len);
    const bool erased = db_column_int(stmt, 5) != 0;
    if (!erased && !span_equal(db_column_blob(stmt, 6), span_of(sha256, sizeof sha256))) {
        snprintf(fault, sizeof fault, "log: the bytes of change %lld are not those received",
                 change);
        TRY(add_fault(check, fault, err));
    }
    if (!uuid_equal(db_column_uuid(stmt, 7), op->op_id) ||
        !uuid_equal(db_column_uuid(stmt, 8), op->object_id) ||
        db_column_int(stmt, 9) != (int64_t)op->kind) {
        snprintf(fault, sizeof fault, "log: change %lld is filed under another id", change);
        TRY(add_fault(check, fault, err));
    }
    return ERR_OK;
}

static enum err_code look_at_row(void *context, sqlite3_stmt *row, const struct op *op,
                                 struct span bytes, struct err *err)
{
    struct check *check = context;
    check->report->ops++;
    if (check->progress && check->report->ops % 1000 == 0)
        check->progress(check->context, check->report->ops, check->total);
    return check_row(check, row, op, bytes, err);
}

static enum err_code cannot_be_applied(void *context, uint64_t change, struct err *err)
{
    char fault[120];
    snprintf(fault, sizeof fault, "log: change %llu cannot be applied", (unsigned long long)change);
    return add_fault(context, fault, err);
}

static enum err_code replay(struct check *check, struct err *err)
{
    struct db *db = check->db;
    sqlite3_stmt *stmt;
    int64_t gaps, total;
    TRY(db_take(db, SQL_CHECK_CHANGE_COUNT, &stmt, err));
    TRY(db_one_int(db, stmt, 0, &total, err));
    check->total = (uint64_t)total;
    TRY(db_take(db, SQL_CHECK_GAPS, &stmt, err));
    TRY(db_one_int(db, stmt, 0, &gaps, err));
    if (gaps)
        TRY(add_fault(check, "log: change numbers are missing", err));
    TRY(db_take(db, SQL_CHECK_COPY_LOG, &stmt, err));
    TRY(db_run(db, stmt, err));
    const struct project_replay replay = {db, look_at_row, cannot_be_applied, check};
    return project_replay(&replay, err);
}

static enum err_code compare(struct check *check, const char *table, const char *columns,
                             struct err *err)
{
    char sql[SQL_MAX], name[80];
    snprintf(name, sizeof name, "table %s", table);
    snprintf(sql, sizeof sql,
             "SELECT n || ' rows are not what the log says' FROM"
             " (SELECT count(*) AS n FROM (SELECT %s FROM live.%s EXCEPT SELECT %s FROM main.%s))"
             " WHERE n > 0 UNION ALL SELECT n || ' rows that the log says are missing' FROM"
             " (SELECT count(*) AS n FROM (SELECT %s FROM main.%s EXCEPT SELECT %s FROM live.%s))"
             " WHERE n > 0",
             columns, table, columns, table, columns, table, columns, table);
    return rows_are_faults(check, sql, name, err);
}

static enum err_code compare_all(struct check *check, struct err *err)
{
    static const char *const tables[] = {
        "space",  "meeting",  "card",          "comment", "reply",         "photo",
        "appeal", "reaction", "comment_point", "erased",  "comment_count", "device_object"};
    for (size_t i = 0; i < LENGTH(tables); i++)
        TRY(compare(check, tables[i], "*", err));
    TRY(compare(check, "comment_shape", "seq, min_lon_e7, max_lon_e7, min_lat_e7, max_lat_e7",
                err));
    /* An object may have been touched once more, when a receipt of before was learnt (S18). */
    TRY(compare(check, "object", "municipality, id, type, seen", err));
    TRY(rows_are_faults(check,
                        "SELECT 'an object is older than its newest change' FROM live.object l"
                        " JOIN main.object m ON m.municipality = l.municipality AND m.id = l.id"
                        " WHERE l.change < m.change LIMIT 1",
                        "table object", err));
    TRY(compare(check, "idx_comment_geom", "pkid, xmin, xmax, ymin, ymax", err));
    /* The words of full text: how many texts hold each, and how often. */
    TRY(db_exec(
        check->db,
        "CREATE VIRTUAL TABLE temp.words_live USING fts5vocab('live', 'comment_text', 'row');"
        "CREATE VIRTUAL TABLE temp.words_anew USING fts5vocab('main', 'comment_text', 'row');",
        err));
    return rows_are_faults(
        check,
        "SELECT n || ' words are not what the log says' FROM (SELECT count(*) AS n FROM"
        " (SELECT * FROM words_live EXCEPT SELECT * FROM words_anew)) WHERE n > 0"
        " UNION ALL SELECT n || ' words that the log says are missing' FROM (SELECT count(*) AS n "
        "FROM"
        " (SELECT * FROM words_anew EXCEPT SELECT * FROM words_live)) WHERE n > 0",
        "full text", err);
}

/* Faults of the pages make the rest meaningless: they are told alone. */
static enum err_code run_checks(struct check *check, struct err *err)
{
    TRY(check_pages(check, err));
    if (check->report->fault_count)
        return ERR_OK;
    TRY(replay(check, err));
    return compare_all(check, err);
}

static enum err_code attach(struct db *db, const struct store *store, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int result = sqlite3_prepare_v2(db->sqlite, "ATTACH ?1 AS live", -1, &stmt, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_bind_text(stmt, 1, store->path, -1, SQLITE_STATIC);
    if (result == SQLITE_OK)
        result = sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    return result == SQLITE_DONE ? ERR_OK : db_fail(db, result, err);
}

static enum err_code check_in(struct check *check, const char *path, struct err *err)
{
    struct db db;
    CLEANUP(db_close_at) struct db *opened = NULL;
    TRY(db_open(&db, path, DB_MIGRATE, err));
    opened = &db;
    TRY(db_migrate(&db, err));
    db_close(&db);
    TRY(db_open(&db, path, DB_WRITE, err));
    db.municipality = check->store->info.municipality;
    check->db = &db;
    TRY(db_exec(&db, "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY;", err));
    TRY(attach(&db, check->store, err));
    TRY(db_exec(&db, "BEGIN", err));
    const enum err_code code = run_checks(check, err);
    db_rollback(&db);
    return code;
}

/* With what stands beside it: a full disk keeps SQLite from tidying up. */
static void forget(const char *path)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < LENGTH(ends); i++) {
        char name[PATH_BYTES + 16];
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
}

enum err_code store_check(struct store *store, store_progress_fn *progress, void *context,
                          struct arena *arena, struct store_report *ret, struct err *err)
{
    struct store_report report = {.faults = ARENA_ARRAY(arena, const char *, STORE_FAULTS_MAX)};
    if (!report.faults)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    CLEANUP(store_reader_close_at) struct store_reader *reader = NULL;
    TRY(store_reader_open(store, &reader, err));
    TRY(store_counts(reader, &report.counts, err));
    struct check check = {
        .store = store,
        .arena = arena,
        .report = &report,
        .progress = progress,
        .context = context,
    };
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/tmp/check-%ld.db", store->dir, (long)getpid());
    forget(path);
    const enum err_code code = check_in(&check, path, err);
    forget(path);
    TRY(code);
    *ret = report;
    return ERR_OK;
}
