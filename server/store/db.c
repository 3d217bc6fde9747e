#include "server/store/db.h"

#include <spatialite.h>
#include <stdio.h>

#include "server/store/function.h"

enum {
    BUSY_MS = 10000,             /* another process imports or erases: wait for it */
    APPLICATION_ID = 0x4B4B4D50, /* "KKMP": `file kakikomap.db` names it */
};

enum err_code db_fail(struct db *db, int result, struct err *err)
{
    const int primary = result & 0xFF;
    switch (primary) {
    case SQLITE_FULL:
        return err_set(err, ERR_FULL,
                       "the disk is full: nothing was written; free some space and try again", 0);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, ERR_BUSY, "another process is writing to the store; try again", 0);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return err_set(err, ERR_CHECKSUM,
                       "the database is damaged: run kakikomap check, or restore a backup", 0);
    case SQLITE_NOMEM:
        return err_set(err, ERR_NOMEM, "out of memory in the store", 0);
    case SQLITE_READONLY:
        return err_set(err, ERR_IO, "the store is read-only: nothing was written", 0);
    case SQLITE_CANTOPEN:
        return err_set(err, ERR_IO, "the store cannot be opened: is the folder writable?", 0);
    case SQLITE_CONSTRAINT:
        return err_set(err, ERR_CONFLICT, "the store refuses a row", (uint64_t)result);
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
    case SQLITE_MISUSE:
    case SQLITE_ERROR:
        /* A statement of ours is wrong or the schema is not ours: the text helps whoever mends it.
         */
        if (db && db->sqlite)
            fprintf(stderr, "kakikomap: sqlite: %s\n", sqlite3_errmsg(db->sqlite));
        return err_set(err, ERR_INTERNAL, "a statement of the store failed", (uint64_t)result);
    default:
        return err_set(err, ERR_IO, "reading or writing the store failed", (uint64_t)result);
    }
}

enum err_code db_exec(struct db *db, const char *sql, struct err *err)
{
    const int result = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);
    return result == SQLITE_OK ? ERR_OK : db_fail(db, result, err);
}

void db_rollback(struct db *db)
{
    /* SQLite may have rolled back by itself (full disk); then this fails, rightly. */
    if (!sqlite3_get_autocommit(db->sqlite))
        sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
}

/* "Defense Against The Dark Arts" (sqlite.org/security.html), as far as our own statements allow.
 */
static enum err_code harden(struct db *db, enum db_mode mode, struct err *err)
{
    sqlite3 *sqlite = db->sqlite;
    if (mode != DB_MIGRATE) {
        sqlite3_db_config(sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_db_config(sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    }
    sqlite3_db_config(sqlite, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_limit(sqlite, SQLITE_LIMIT_LENGTH, 64 << 20);
    return db_exec(db,
                   "PRAGMA foreign_keys=ON;"
                   "PRAGMA cell_size_check=ON;"
                   "PRAGMA mmap_size=0;"
                   "PRAGMA temp_store=MEMORY;",
                   err);
}

static enum err_code set_up(struct db *db, enum db_mode mode, struct err *err)
{
    TRY(harden(db, mode, err));
    TRY(function_register(db, err));
    if (mode == DB_RESCUE)
        return ERR_OK;
    sqlite3_busy_timeout(db->sqlite, BUSY_MS);
    if (mode == DB_READ)
        return db_exec(db, "PRAGMA query_only=ON; PRAGMA cache_size=-2048;", err);
    /* FULL: an acknowledged commit survives a power cut (research: NORMAL lost half of them). The
     * WAL is written back when idle, see writer.c; the limit here is for long bursts. What is taken
     * away is overwritten (S13), whatever SQLite was built with. A larger cache costs memory for
     * good and saves nothing measurable: what is not in it lies in the system's. */
    return db_exec(db,
                   "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                   "PRAGMA wal_autocheckpoint=8000; PRAGMA cache_size=-4096;",
                   err);
}

enum err_code db_open(struct db *db, const char *path, enum db_mode mode, struct err *err)
{
    *db = (struct db){0};
    int flags = SQLITE_OPEN_NOMUTEX;
    flags |= mode == DB_READ || mode == DB_RESCUE ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    flags |= mode == DB_MIGRATE ? SQLITE_OPEN_CREATE : 0;
    int result;
    if (mode == DB_RESCUE) {
        /* immutable=1: reads without the -shm file that WAL wants to write. */
        char *uri = sqlite3_mprintf("file:%s?immutable=1", path);
        if (!uri)
            return err_set(err, ERR_NOMEM, "out of memory in the store", 0);
        result = sqlite3_open_v2(uri, &db->sqlite, flags | SQLITE_OPEN_URI, NULL);
        sqlite3_free(uri);
    } else {
        result = sqlite3_open_v2(path, &db->sqlite, flags, NULL);
    }
    if (result != SQLITE_OK) {
        const enum err_code code = db_fail(NULL, result, err);
        db_close(db);
        return code;
    }
    if (mode == DB_MIGRATE) {
        db->spatialite = spatialite_alloc_connection();
        if (!db->spatialite) {
            db_close(db);
            return err_set(err, ERR_NOMEM, "SpatiaLite cannot start", 0);
        }
        spatialite_init_ex(db->sqlite, db->spatialite, 0);
    }
    const enum err_code code = set_up(db, mode, err);
    if (code != ERR_OK)
        db_close(db);
    return code;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    for (size_t i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(db->statements[i]);
    sqlite3_close(db->sqlite);
    if (db->spatialite)
        spatialite_cleanup_ex(db->spatialite);
    *db = (struct db){0};
}

enum err_code db_version(struct db *db, int *ret, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int result = sqlite3_prepare_v2(db->sqlite, "PRAGMA user_version", -1, &stmt, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(stmt);
    const int version = result == SQLITE_ROW ? sqlite3_column_int(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    if (result != SQLITE_ROW)
        return db_fail(db, result, err);
    *ret = version;
    return ERR_OK;
}

static enum err_code migrate_from(struct db *db, int version, struct err *err)
{
    for (int i = version; i < SQL_MIGRATIONS; i++)
        TRY(db_exec(db, sql_migrations[i], err));
    char pragma[96];
    snprintf(pragma, sizeof pragma, "PRAGMA user_version=%d; PRAGMA application_id=%d;",
             (int)SQL_MIGRATIONS, (int)APPLICATION_ID);
    TRY(db_exec(db, pragma, err));
    return db_exec(db, "COMMIT", err);
}

enum err_code db_migrate(struct db *db, struct err *err)
{
    int version;
    TRY(db_version(db, &version, err));
    if (version > SQL_MIGRATIONS)
        return err_set(err, ERR_VERSION, "this store was made by a newer kakikomap",
                       (uint64_t)version);
    if (version == SQL_MIGRATIONS)
        return ERR_OK;
    TRY(db_exec(db, "BEGIN IMMEDIATE", err));
    const enum err_code code = migrate_from(db, version, err);
    if (code != ERR_OK)
        db_rollback(db);
    return code;
}

enum err_code db_take(struct db *db, enum sql which, sqlite3_stmt **ret, struct err *err)
{
    sqlite3_stmt *stmt = db->statements[which];
    if (!stmt) {
        const int result = sqlite3_prepare_v3(db->sqlite, sql_text[which], -1,
                                              SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
        if (result != SQLITE_OK)
            return db_fail(db, result, err);
        db->statements[which] = stmt;
    } else {
        sqlite3_reset(stmt);
    }
    db->bind_failed = SQLITE_OK;
    db_bind_int(db, stmt, 1, db->municipality);
    *ret = stmt;
    return ERR_OK;
}

static void note(struct db *db, int result)
{
    if (result != SQLITE_OK && db->bind_failed == SQLITE_OK)
        db->bind_failed = result;
}

void db_bind_int(struct db *db, sqlite3_stmt *stmt, int at, int64_t value)
{
    note(db, sqlite3_bind_int64(stmt, at, value));
}

/* An empty span is an empty value, not NULL. Bytes must live until the statement is reset. */
void db_bind_text(struct db *db, sqlite3_stmt *stmt, int at, struct span text)
{
    note(db, sqlite3_bind_text64(stmt, at, text.len ? (const char *)text.data : "", text.len,
                                 SQLITE_STATIC, SQLITE_UTF8));
}

void db_bind_blob(struct db *db, sqlite3_stmt *stmt, int at, struct span bytes)
{
    if (bytes.len == 0)
        note(db, sqlite3_bind_zeroblob(stmt, at, 0));
    else
        note(db, sqlite3_bind_blob64(stmt, at, bytes.data, bytes.len, SQLITE_STATIC));
}

void db_bind_uuid(struct db *db, sqlite3_stmt *stmt, int at, struct uuid id)
{
    note(db, sqlite3_bind_blob(stmt, at, id.bytes, UUID_BYTES, SQLITE_TRANSIENT));
}

void db_bind_uuid_or_null(struct db *db, sqlite3_stmt *stmt, int at, struct uuid id)
{
    if (uuid_is_nil(id))
        note(db, sqlite3_bind_null(stmt, at));
    else
        db_bind_uuid(db, stmt, at, id);
}

enum err_code db_step(struct db *db, sqlite3_stmt *stmt, bool *ret_row, struct err *err)
{
    if (db->bind_failed != SQLITE_OK)
        return db_fail(db, db->bind_failed, err);
    const int result = sqlite3_step(stmt);
    if (result == SQLITE_ROW || result == SQLITE_DONE) {
        *ret_row = result == SQLITE_ROW;
        return ERR_OK;
    }
    const enum err_code code = db_fail(db, result, err);
    sqlite3_reset(stmt);
    return code;
}

enum err_code db_run(struct db *db, sqlite3_stmt *stmt, struct err *err)
{
    bool row;
    TRY(db_step(db, stmt, &row, err));
    sqlite3_reset(stmt);
    return ERR_OK;
}

enum err_code db_one_int(struct db *db, sqlite3_stmt *stmt, int64_t otherwise, int64_t *ret,
                         struct err *err)
{
    bool row;
    TRY(db_step(db, stmt, &row, err));
    *ret = row && sqlite3_column_type(stmt, 0) != SQLITE_NULL ? sqlite3_column_int64(stmt, 0)
                                                              : otherwise;
    sqlite3_reset(stmt);
    return ERR_OK;
}

struct uuid db_column_uuid(sqlite3_stmt *stmt, int at)
{
    struct uuid id = {{0}};
    const struct span bytes = db_column_blob(stmt, at);
    if (bytes.len == UUID_BYTES)
        memcpy(id.bytes, bytes.data, UUID_BYTES);
    return id;
}

struct span db_column_text(sqlite3_stmt *stmt, int at)
{
    const unsigned char *text = sqlite3_column_text(stmt, at);
    return span_of(text, text ? (size_t)sqlite3_column_bytes(stmt, at) : 0);
}

struct span db_column_blob(sqlite3_stmt *stmt, int at)
{
    const void *bytes = sqlite3_column_blob(stmt, at);
    return span_of(bytes, bytes ? (size_t)sqlite3_column_bytes(stmt, at) : 0);
}
