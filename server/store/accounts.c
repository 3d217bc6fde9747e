#include "server/store/accounts.h"

#include "server/store/accounts_insert.h"
#include "server/store/audit_row.h"
#include "server/store/inside.h"
#include "server/store/list.h"
#include "server/store/local.h"
#include "server/store/removal.h"
#include "server/store/view.h"

const char *role_name(enum role role)
{
    return role == ROLE_NONE ? "" : standing_name(role);
}

bool role_from_name(struct span name, enum role *ret)
{
    uint8_t standing;
    if (!standing_from_name(name, &standing) || standing == ROLE_NONE || standing >= ROLE_END)
        return false;
    *ret = (enum role)standing;
    return true;
}

/* --- Reading ---------------------------------------------------------------------------------- */

static bool read_secret(sqlite3_stmt *stmt, int at, uint8_t ret[ACCOUNT_TOTP_BYTES])
{
    const struct span secret = db_column_blob(stmt, at);
    if (secret.len != ACCOUNT_TOTP_BYTES)
        return false;
    memcpy(ret, secret.data, ACCOUNT_TOTP_BYTES);
    return true;
}

static enum err_code read_account(sqlite3_stmt *stmt, struct arena *arena,
                                  struct store_account *ret, struct err *err)
{
    struct store_account account = {
        .id = db_column_uuid(stmt, 0),
        .role = (enum role)db_column_int(stmt, 4),
        .disabled = db_column_int(stmt, 5),
        .totp_step = db_column_int(stmt, 8),
        .made_ms = db_column_int(stmt, 10),
    };
    account.has_totp = read_secret(stmt, 6, account.totp);
    account.has_totp_next = read_secret(stmt, 7, account.totp_next);
    TRY(view_text(stmt, 1, arena, &account.name, err));
    TRY(view_text(stmt, 2, arena, &account.display, err));
    TRY(view_text(stmt, 3, arena, &account.organisation, err));
    TRY(view_text(stmt, 9, arena, &account.password, err));
    *ret = account;
    return ERR_OK;
}

static enum err_code no_account(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "there is no such account", 0);
}

static enum err_code find_account(struct db *db, struct uuid id, struct arena *arena,
                                  struct store_account *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(db, SQL_ACCOUNT_FIND, &stmt, err));
    db_bind_uuid(db, stmt, 2, id);
    TRY(db_step(db, stmt, &row, err));
    return row ? read_account(stmt, arena, ret, err) : no_account(err);
}

enum err_code store_accounts_find(struct store_reader *reader, struct uuid id, struct arena *arena,
                                  struct store_account *ret, struct err *err)
{
    return find_account(&reader->db, id, arena, ret, err);
}

enum err_code store_accounts_find_name(struct store_reader *reader, struct span name,
                                       struct arena *arena, struct store_account *ret,
                                       struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, SQL_ACCOUNT_FIND_NAME, &stmt, err));
    db_bind_text(&reader->db, stmt, 2, name);
    TRY(db_step(&reader->db, stmt, &row, err));
    return row ? read_account(stmt, arena, ret, err) : no_account(err);
}

enum err_code store_accounts_list(struct store_reader *reader, struct arena *arena,
                                  struct store_account **ret, size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_ACCOUNT_LIST, &stmt, err));
    struct store_account *accounts = NULL;
    size_t count = 0, capacity = 0;
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&accounts, count, &capacity, sizeof *accounts, err));
        TRY(read_account(stmt, arena, &accounts[count], err));
        count++;
    }
    *ret = accounts;
    *ret_count = count;
    return ERR_OK;
}

/* --- Writing ---------------------------------------------------------------------------------- */

struct adding {
    const struct store_account *account;
    struct uuid actor_id;
};

enum err_code accounts_insert(struct db *db, const struct store_account *account,
                              struct uuid actor_id, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_ACCOUNT_ADD, &stmt, err));
    db_bind_uuid(db, stmt, 2, account->id);
    db_bind_text(db, stmt, 3, account->name);
    db_bind_text(db, stmt, 4, account->display);
    db_bind_text(db, stmt, 5, account->organisation);
    db_bind_int(db, stmt, 6, account->role);
    db_bind_text(db, stmt, 7, account->password);
    db_bind_int(db, stmt, 8, account->made_ms);
    const enum err_code code = db_run(db, stmt, err);
    if (code == ERR_CONFLICT)
        return err_set(err, code, "an account of this name is there already", 0);
    TRY(code);
    const struct audit_entry entry = {
        .at_ms = account->made_ms,
        .actor_id = actor_id,
        .action = AUDIT_ACCOUNT_ADD,
        .object_id = account->id,
        .reason = role_name(account->role),
    };
    return audit_row_add(db, &entry, err);
}

static enum err_code add_account(struct db *db, void *context, struct err *err)
{
    const struct adding *adding = context;
    return accounts_insert(db, adding->account, adding->actor_id, err);
}

enum err_code store_accounts_add(struct store_writer *writer, const struct store_account *account,
                                 struct uuid actor_id, struct err *err)
{
    struct adding adding = {account, actor_id};
    return store_local(writer, add_account, &adding, err);
}

/* N1 */
static enum err_code keep_an_administrator(struct db *db, const struct store_account *before,
                                           enum role role, bool disabled, struct err *err)
{
    if (before->role != ROLE_ADMINISTRATOR || before->disabled ||
        (role == ROLE_ADMINISTRATOR && !disabled))
        return ERR_OK;
    sqlite3_stmt *stmt;
    int64_t others;
    TRY(db_take(db, SQL_ACCOUNT_ADMINISTRATORS, &stmt, err));
    db_bind_uuid(db, stmt, 2, before->id);
    TRY(db_one_int(db, stmt, 0, &others, err));
    return others > 0 ? ERR_OK
                      : err_set(err, ERR_CONFLICT,
                                "this is the last administrator: make another one first", 0);
}

static enum err_code tell_changes(struct db *db, const struct store_account_change *change,
                                  const struct store_account *before, enum role role, bool disabled,
                                  struct err *err)
{
    const struct {
        bool happened;
        enum audit_action action;
        const char *reason;
    } events[] = {
        {role != before->role, AUDIT_ACCOUNT_ROLE, role_name(role)},
        {disabled && !before->disabled, AUDIT_ACCOUNT_DISABLE, NULL},
        {!disabled && before->disabled, AUDIT_ACCOUNT_ENABLE, NULL},
        {change->password.data != NULL, AUDIT_ACCOUNT_PASSWORD, NULL},
        {change->display.data || change->organisation.data, AUDIT_ACCOUNT_DISPLAY, NULL},
    };
    for (size_t i = 0; i < LENGTH(events); i++) {
        const struct audit_entry entry = {
            .at_ms = change->now_ms,
            .actor_id = change->actor_id,
            .action = events[i].action,
            .object_id = change->id,
            .reason = events[i].reason,
        };
        if (events[i].happened)
            TRY(audit_row_add(db, &entry, err));
    }
    return ERR_OK;
}

static enum err_code write_change(struct db *db, const struct store_account_change *change,
                                  const struct store_account *before, struct err *err)
{
    const enum role role = change->role ? change->role : before->role;
    const bool disabled = change->disabled < 0 ? before->disabled : change->disabled > 0;
    TRY(keep_an_administrator(db, before, role, disabled, err));
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_ACCOUNT_CHANGE, &stmt, err));
    db_bind_uuid(db, stmt, 2, change->id);
    db_bind_int(db, stmt, 3, role);
    db_bind_int(db, stmt, 4, disabled);
    db_bind_text(db, stmt, 5, change->display.data ? change->display : before->display);
    db_bind_text(db, stmt, 6,
                 change->organisation.data ? change->organisation : before->organisation);
    db_bind_text(db, stmt, 7, change->password.data ? change->password : before->password);
    TRY(db_run(db, stmt, err));
    if (role != before->role || (disabled && !before->disabled) || change->password.data) {
        TRY(db_take(db, SQL_SESSION_CLOSE_OTHERS, &stmt, err));
        db_bind_uuid(db, stmt, 2, change->id);
        db_bind_uuid(db, stmt, 3, change->keep_session_id);
        TRY(db_run(db, stmt, err));
    }
    return tell_changes(db, change, before, role, disabled, err);
}

static enum err_code change_account(struct db *db, void *context, struct err *err)
{
    const struct store_account_change *change = context;
    struct arena arena;
    struct store_account before;
    arena_init(&arena, 0);
    enum err_code code = find_account(db, change->id, &arena, &before, err);
    if (code == ERR_OK)
        code = write_change(db, change, &before, err);
    arena_done(&arena);
    return code;
}

enum err_code store_accounts_change(struct store_writer *writer,
                                    const struct store_account_change *change, struct err *err)
{
    struct store_account_change copy = *change;
    return store_local(writer, change_account, &copy, err);
}

struct removal {
    struct uuid id, actor_id;
    int64_t now_ms;
};

static enum err_code remove_account(struct db *db, void *context, struct err *err)
{
    const struct removal *removal = context;
    struct arena arena;
    struct store_account before;
    arena_init(&arena, 0);
    enum err_code code = find_account(db, removal->id, &arena, &before, err);
    if (code == ERR_OK)
        code = keep_an_administrator(db, &before, ROLE_NONE, true, err);
    arena_done(&arena);
    TRY(code);
    TRY(removal_apply(db, removal->id, err));
    const struct audit_entry entry = {
        .at_ms = removal->now_ms,
        .actor_id = removal->actor_id,
        .action = AUDIT_ACCOUNT_REMOVE,
        .object_id = removal->id,
    };
    TRY(audit_row_add(db, &entry, err));
    return removal_keep(db, span_of(removal->id.bytes, UUID_BYTES), err);
}

enum err_code store_accounts_remove(struct store_writer *writer, struct uuid id,
                                    struct uuid actor_id, int64_t now_ms, struct err *err)
{
    struct removal removal = {id, actor_id, now_ms};
    return store_local(writer, remove_account, &removal, err);
}

/* --- TOTP ------------------------------------------------------------------------------------- */

struct totp_change {
    struct uuid id, actor_id;
    const uint8_t *secret; /* of an offer */
    int64_t step;          /* of the first code */
    const uint8_t (*recovery)[32];
    int64_t now_ms;
};

static enum err_code write_totp(struct db *db, struct uuid id, const uint8_t *totp,
                                const uint8_t *next, int64_t step, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_ACCOUNT_TOTP, &stmt, err));
    db_bind_uuid(db, stmt, 2, id);
    if (totp) /* else NULL, which every statement begins with */
        db_bind_blob(db, stmt, 3, span_of(totp, ACCOUNT_TOTP_BYTES));
    else
        sqlite3_bind_null(stmt, 3);
    if (next)
        db_bind_blob(db, stmt, 4, span_of(next, ACCOUNT_TOTP_BYTES));
    else
        sqlite3_bind_null(stmt, 4);
    db_bind_int(db, stmt, 5, step);
    return db_run(db, stmt, err);
}

static enum err_code clear_recovery(struct db *db, struct uuid id, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_RECOVERY_CLEAR, &stmt, err));
    db_bind_uuid(db, stmt, 2, id);
    return db_run(db, stmt, err);
}

static enum err_code offer_totp(struct db *db, void *context, struct err *err)
{
    const struct totp_change *change = context;
    struct arena arena;
    struct store_account account;
    arena_init(&arena, 0);
    enum err_code code = find_account(db, change->id, &arena, &account, err);
    if (code == ERR_OK)
        code = write_totp(db, change->id, account.has_totp ? account.totp : NULL, change->secret, 0,
                          err);
    arena_done(&arena);
    return code;
}

enum err_code store_accounts_totp_offer(struct store_writer *writer, struct uuid id,
                                        const uint8_t secret[ACCOUNT_TOTP_BYTES], struct err *err)
{
    struct totp_change change = {.id = id, .secret = secret};
    return store_local(writer, offer_totp, &change, err);
}

static enum err_code put_totp_on(struct db *db, const struct totp_change *change,
                                 const struct store_account *account, struct err *err)
{
    if (!account->has_totp_next || change->step <= account->totp_step)
        return err_set(err, ERR_CONFLICT, "this code does not fit any more: ask for a new secret",
                       0);
    TRY(write_totp(db, change->id, account->totp_next, NULL, change->step, err));
    TRY(clear_recovery(db, change->id, err));
    for (size_t i = 0; i < ACCOUNT_RECOVERY_CODES; i++) {
        sqlite3_stmt *stmt;
        TRY(db_take(db, SQL_RECOVERY_ADD, &stmt, err));
        db_bind_uuid(db, stmt, 2, change->id);
        db_bind_blob(db, stmt, 3, span_of(change->recovery[i], 32));
        TRY(db_run(db, stmt, err));
    }
    const struct audit_entry entry = {
        .at_ms = change->now_ms,
        .actor_id = change->id,
        .action = AUDIT_TOTP_ON,
        .object_id = change->id,
    };
    return audit_row_add(db, &entry, err);
}

static enum err_code totp_on(struct db *db, void *context, struct err *err)
{
    const struct totp_change *change = context;
    struct arena arena;
    struct store_account account;
    arena_init(&arena, 0);
    enum err_code code = find_account(db, change->id, &arena, &account, err);
    if (code == ERR_OK)
        code = put_totp_on(db, change, &account, err);
    arena_done(&arena);
    return code;
}

enum err_code store_accounts_totp_on(struct store_writer *writer, struct uuid id, int64_t step,
                                     const uint8_t recovery_sha256[ACCOUNT_RECOVERY_CODES][32],
                                     int64_t now_ms, struct err *err)
{
    struct totp_change change = {
        .id = id, .step = step, .recovery = recovery_sha256, .now_ms = now_ms};
    return store_local(writer, totp_on, &change, err);
}

static enum err_code totp_off(struct db *db, void *context, struct err *err)
{
    const struct totp_change *change = context;
    TRY(write_totp(db, change->id, NULL, NULL, 0, err));
    if (sqlite3_changes(db->sqlite) == 0)
        return no_account(err);
    TRY(clear_recovery(db, change->id, err));
    const struct audit_entry entry = {
        .at_ms = change->now_ms,
        .actor_id = change->actor_id,
        .action = AUDIT_TOTP_OFF,
        .object_id = change->id,
    };
    return audit_row_add(db, &entry, err);
}

enum err_code store_accounts_totp_off(struct store_writer *writer, struct uuid id,
                                      struct uuid actor_id, int64_t now_ms, struct err *err)
{
    struct totp_change change = {.id = id, .actor_id = actor_id, .now_ms = now_ms};
    return store_local(writer, totp_off, &change, err);
}
