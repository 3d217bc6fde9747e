/*
 * db: one SQLite connection with its statements. Inside server/store only.
 *
 * Purpose    Opens with the settings of DESIGN.md section 3, keeps each statement of schema/queries
 *            prepared, and turns SQLite's results into the program's failures.
 * Use        db_take, db_bind_…, db_step until *ret_row is false, columns in between, db_reset.
 *            The first failed bind sticks and is told by db_step.
 * Threads    One connection belongs to one thread at a time.
 * Errors     SQLITE_FULL → ERR_FULL; BUSY, LOCKED → ERR_BUSY; CORRUPT, NOTADB → ERR_CHECKSUM;
 *            NOMEM → ERR_NOMEM; CONSTRAINT → ERR_CONFLICT; the rest → ERR_IO.
 */
#pragma once

#include <sqlite3.h>

#include "schema/sql.h"
#include "server/store/store.h"

struct db {
    sqlite3 *sqlite;
    void *spatialite; /* only while migrating */
    sqlite3_stmt *statements[SQL_COUNT];
    uint32_t municipality; /* bound as ?1 by db_take */
    const char *dir;       /* the store's folder, of a connection that may write; borrowed */
    int bind_failed;
    bool wipes; /* set by a change that takes something away for good: the write-ahead log, which
                   still holds it, is emptied after the commit */
};

enum db_mode { DB_MIGRATE, DB_WRITE, DB_READ, DB_RESCUE };

MUST_CHECK enum err_code db_open(struct db *db, const char *path, enum db_mode mode,
                                 struct err *err);
void db_close(struct db *db);
DEFINE_CLEANUP(struct db, db_close)

/* Brings the file to this program's version in one transaction. `db` was opened with DB_MIGRATE. */
MUST_CHECK enum err_code db_migrate(struct db *db, struct err *err);
MUST_CHECK enum err_code db_version(struct db *db, int *ret, struct err *err);

MUST_CHECK enum err_code db_fail(struct db *db, int result, struct err *err);
/* Literal statements only: BEGIN, COMMIT, PRAGMA. */
MUST_CHECK enum err_code db_exec(struct db *db, const char *sql, struct err *err);
void db_rollback(struct db *db);

/* The statement, ready to bind, with ?1 = municipality. */
MUST_CHECK enum err_code db_take(struct db *db, enum sql which, sqlite3_stmt **ret,
                                 struct err *err);
void db_bind_int(struct db *db, sqlite3_stmt *stmt, int at, int64_t value);
void db_bind_text(struct db *db, sqlite3_stmt *stmt, int at, struct span text);
void db_bind_blob(struct db *db, sqlite3_stmt *stmt, int at, struct span bytes);
void db_bind_uuid(struct db *db, sqlite3_stmt *stmt, int at, struct uuid id);
/* NULL for the nil id. */
void db_bind_uuid_or_null(struct db *db, sqlite3_stmt *stmt, int at, struct uuid id);

MUST_CHECK enum err_code db_step(struct db *db, sqlite3_stmt *stmt, bool *ret_row, struct err *err);
/* Steps a statement that gives no row, and resets it. */
MUST_CHECK enum err_code db_run(struct db *db, sqlite3_stmt *stmt, struct err *err);
/* One integer of one row; *ret = `otherwise` when there is no row or it is NULL. Resets. */
MUST_CHECK enum err_code db_one_int(struct db *db, sqlite3_stmt *stmt, int64_t otherwise,
                                    int64_t *ret, struct err *err);
static inline void db_reset(sqlite3_stmt *stmt)
{
    sqlite3_reset(stmt);
}
static inline void db_reset_at(sqlite3_stmt **stmt)
{
    if (*stmt)
        sqlite3_reset(*stmt);
}

/* Columns; spans borrow from the statement until the next step or reset. NULL gives nil or empty.
 */
struct uuid db_column_uuid(sqlite3_stmt *stmt, int at);
struct span db_column_text(sqlite3_stmt *stmt, int at);
struct span db_column_blob(sqlite3_stmt *stmt, int at);
static inline int64_t db_column_int(sqlite3_stmt *stmt, int at)
{
    return sqlite3_column_int64(stmt, at);
}
