/* Sessions of accounts. */
#include "server/store/accounts.h"
#include "server/store/audit_row.h"
#include "server/store/inside.h"
#include "server/store/list.h"
#include "server/store/local.h"

static enum err_code no_session(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "there is no such session", 0);
}

static enum err_code too_late(struct err *err)
{
    return err_set(err, ERR_CONFLICT, "this was used or changed just now", 0);
}

/* --- Opening ---------------------------------------------------------------------------------- */

/* What was verified a moment ago must still be so: the password unchanged, the account enabled. */
static enum err_code check_account(struct db *db, const struct store_login *login, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(db, SQL_ACCOUNT_FIND, &stmt, err));
    db_bind_uuid(db, stmt, 2, login->account_id);
    TRY(db_step(db, stmt, &row, err));
    const bool good =
        row && db_column_int(stmt, 5) == 0 && span_equal(db_column_text(stmt, 9), login->password);
    return good ? ERR_OK : too_late(err);
}

/* N3: of two requests with the same code the second finds nothing to change. */
static enum err_code use_code(struct db *db, const struct store_login *login, struct err *err)
{
    sqlite3_stmt *stmt;
    if (login->totp_step) {
        TRY(db_take(db, SQL_ACCOUNT_TOTP_STEP, &stmt, err));
        db_bind_uuid(db, stmt, 2, login->account_id);
        db_bind_int(db, stmt, 3, login->totp_step);
        TRY(db_run(db, stmt, err));
        if (sqlite3_changes(db->sqlite) == 0)
            return too_late(err);
    }
    if (!login->has_recovery)
        return ERR_OK;
    TRY(db_take(db, SQL_RECOVERY_USE, &stmt, err));
    db_bind_uuid(db, stmt, 2, login->account_id);
    db_bind_blob(db, stmt, 3, span_of(login->recovery_sha256, 32));
    TRY(db_run(db, stmt, err));
    if (sqlite3_changes(db->sqlite) == 0)
        return too_late(err);
    const struct audit_entry entry = {
        .at_ms = login->now_ms,
        .actor_id = login->account_id,
        .action = AUDIT_RECOVERY_CODE,
        .object_id = login->account_id,
    };
    return audit_row_add(db, &entry, err);
}

static enum err_code close_old(struct db *db, const struct store_login *login, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_SESSION_SWEEP, &stmt, err));
    db_bind_int(db, stmt, 2, login->now_ms);
    TRY(db_run(db, stmt, err));
    if (!login->has_old)
        return ERR_OK;
    TRY(db_take(db, SQL_SESSION_CLOSE_TOKEN, &stmt, err));
    db_bind_blob(db, stmt, 2, span_of(login->old_sha256, 32));
    return db_run(db, stmt, err);
}

static enum err_code open_session(struct db *db, void *context, struct err *err)
{
    const struct store_login *login = context;
    TRY(check_account(db, login, err));
    TRY(use_code(db, login, err));
    TRY(close_old(db, login, err));
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_SESSION_ADD, &stmt, err));
    db_bind_blob(db, stmt, 2, span_of(login->token_sha256, 32));
    db_bind_uuid(db, stmt, 3, login->session_id);
    db_bind_uuid(db, stmt, 4, login->account_id);
    db_bind_int(db, stmt, 5, login->now_ms);
    db_bind_int(db, stmt, 6, login->until_ms);
    TRY(db_run(db, stmt, err));
    const struct audit_entry entry = {
        .at_ms = login->now_ms,
        .actor_id = login->account_id,
        .action = AUDIT_SESSION_OPEN,
        .object_id = login->session_id,
    };
    return audit_row_add(db, &entry, err);
}

enum err_code store_sessions_open(struct store_writer *writer, const struct store_login *login,
                                  struct err *err)
{
    struct store_login copy = *login;
    return store_local(writer, open_session, &copy, err);
}

/* --- Reading and closing ---------------------------------------------------------------------- */

static struct store_session read_session(sqlite3_stmt *stmt)
{
    return (struct store_session){
        .id = db_column_uuid(stmt, 0),
        .account_id = db_column_uuid(stmt, 1),
        .made_ms = db_column_int(stmt, 2),
        .until_ms = db_column_int(stmt, 3),
    };
}

enum err_code store_sessions_find(struct store_reader *reader, const uint8_t token_sha256[32],
                                  int64_t now_ms, struct arena *arena, struct store_session *ret,
                                  struct store_account *ret_account, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, SQL_SESSION_FIND, &stmt, err));
    db_bind_blob(&reader->db, stmt, 2, span_of(token_sha256, 32));
    db_bind_int(&reader->db, stmt, 3, now_ms);
    TRY(db_step(&reader->db, stmt, &row, err));
    const struct store_session session = row ? read_session(stmt) : (struct store_session){0};
    db_reset(stmt);
    if (!row)
        return no_session(err);
    TRY(store_accounts_find(reader, session.account_id, arena, ret_account, err));
    *ret = session;
    return ERR_OK;
}

enum err_code store_sessions_list(struct store_reader *reader, struct uuid account_id,
                                  int64_t now_ms, struct arena *arena, struct store_session **ret,
                                  size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_SESSION_LIST, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, account_id);
    db_bind_int(&reader->db, stmt, 3, now_ms);
    struct store_session *sessions = NULL;
    size_t count = 0, capacity = 0;
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&sessions, count, &capacity, sizeof *sessions, err));
        sessions[count++] = read_session(stmt);
    }
    *ret = sessions;
    *ret_count = count;
    return ERR_OK;
}

struct closing {
    struct uuid account_id, session_id;
    int64_t now_ms;
};

static enum err_code close_session(struct db *db, void *context, struct err *err)
{
    const struct closing *closing = context;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_SESSION_CLOSE, &stmt, err));
    db_bind_uuid(db, stmt, 2, closing->account_id);
    db_bind_uuid(db, stmt, 3, closing->session_id);
    TRY(db_run(db, stmt, err));
    if (sqlite3_changes(db->sqlite) == 0)
        return no_session(err);
    const struct audit_entry entry = {
        .at_ms = closing->now_ms,
        .actor_id = closing->account_id,
        .action = AUDIT_SESSION_CLOSE,
        .object_id = closing->session_id,
    };
    return audit_row_add(db, &entry, err);
}

enum err_code store_sessions_close(struct store_writer *writer, struct uuid account_id,
                                   struct uuid session_id, int64_t now_ms, struct err *err)
{
    struct closing closing = {account_id, session_id, now_ms};
    return store_local(writer, close_session, &closing, err);
}
