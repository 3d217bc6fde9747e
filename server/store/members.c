/* Where accounts and devices belong. */
#include "server/store/accounts.h"
#include "server/store/accounts_insert.h"
#include "server/store/audit_row.h"
#include "server/store/inside.h"
#include "server/store/local.h"
#include "tiles/base/buf.h"

/* The first column of every row, 16 bytes each, behind one another. */
static enum err_code gather_ids(struct db *db, sqlite3_stmt *stmt, struct arena *arena,
                                struct span *ret, struct err *err)
{
    CLEANUP(buf_done) struct buf ids = {0};
    for (bool row;;) {
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            break;
        buf_add(&ids, db_column_blob(stmt, 0));
    }
    const char *copy = ids.failed ? NULL : arena_copy(arena, buf_span(&ids));
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = span_of(copy, ids.len);
    return ERR_OK;
}

enum err_code store_members_scopes(struct store_reader *reader, struct uuid account_id,
                                   struct arena *arena, struct span *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_MEMBER_SCOPES, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, account_id);
    return gather_ids(&reader->db, stmt, arena, ret, err);
}

enum err_code store_members_scopes_of_device(struct store_reader *reader, struct uuid device_id,
                                             int64_t now_ms, struct arena *arena, struct span *ret,
                                             struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_MEMBER_SCOPES_OF_DEVICE, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, device_id);
    db_bind_int(&reader->db, stmt, 3, now_ms);
    return gather_ids(&reader->db, stmt, arena, ret, err);
}

enum err_code store_members_closed(struct store_reader *reader, struct arena *arena,
                                   struct span *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_MEMBER_CLOSED, &stmt, err));
    return gather_ids(&reader->db, stmt, arena, ret, err);
}

static enum err_code change_membership(struct db *db, const struct store_member *member, bool add,
                                       struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(db, add ? SQL_MEMBER_ADD : SQL_MEMBER_REMOVE, &stmt, err));
    db_bind_uuid(db, stmt, 2, member->account_id);
    db_bind_uuid(db, stmt, 3, member->scope_id);
    if (add)
        db_bind_int(db, stmt, 4, member->now_ms);
    const enum err_code code = db_run(db, stmt, err);
    if (code == ERR_CONFLICT)
        return err_set(err, ERR_NOT_FOUND, "there is no such account", 0);
    TRY(code);
    if (sqlite3_changes(db->sqlite) == 0)
        return ERR_OK;
    struct audit_entry entry = {
        .at_ms = member->now_ms,
        .actor_id = member->actor_id,
        .action = add ? AUDIT_MEMBER_ADD : AUDIT_MEMBER_REMOVE,
        .object_id = member->scope_id,
    };
    TRY(audit_row_add(db, &entry, err));
    if (uuid_equal(member->actor_id, member->account_id))
        return ERR_OK;
    entry.action = AUDIT_MEMBER_ACCOUNT;
    entry.object_id = member->account_id;
    return audit_row_add(db, &entry, err);
}

enum err_code members_add(struct db *db, const struct store_member *member, struct err *err)
{
    return change_membership(db, member, true, err);
}

static enum err_code add(struct db *db, void *context, struct err *err)
{
    return change_membership(db, context, true, err);
}

static enum err_code take_away(struct db *db, void *context, struct err *err)
{
    return change_membership(db, context, false, err);
}

enum err_code store_members_add(struct store_writer *writer, const struct store_member *member,
                                struct err *err)
{
    struct store_member copy = *member;
    return store_local(writer, add, &copy, err);
}

enum err_code store_members_remove(struct store_writer *writer, const struct store_member *member,
                                   struct err *err)
{
    struct store_member copy = *member;
    return store_local(writer, take_away, &copy, err);
}

enum err_code store_devices_token(struct store_reader *reader, struct uuid device_id,
                                  uint8_t ret_sha256[32], bool *ret_known, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_DEVICE_FIND, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, device_id);
    TRY(db_step(&reader->db, stmt, ret_known, err));
    if (!*ret_known)
        return ERR_OK;
    const struct span token = db_column_blob(stmt, 0);
    if (token.len != 32)
        return err_set(err, ERR_CHECKSUM, "a device's row is damaged", 0);
    memcpy(ret_sha256, token.data, 32);
    return ERR_OK;
}
