/* Invitations into spaces. */
#include "server/store/accounts_insert.h"
#include "server/store/audit_row.h"
#include "server/store/inside.h"
#include "server/store/local.h"
#include "server/store/vault_row.h"
#include "server/store/view.h"

static enum err_code no_invitation(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "there is no such invitation, or it has run out", 0);
}

static enum err_code add(struct db *db, void *context, struct err *err)
{
    const struct store_invitation *invitation = context;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_INVITATION_SWEEP, &stmt, err));
    db_bind_int(db, stmt, 2, invitation->made_ms);
    TRY(db_run(db, stmt, err));
    TRY(db_take(db, SQL_INVITATION_ADD, &stmt, err));
    db_bind_blob(db, stmt, 2, span_of(invitation->code_sha256, 32));
    db_bind_uuid(db, stmt, 3, invitation->space_id);
    db_bind_text(db, stmt, 4, invitation->organisation);
    db_bind_uuid(db, stmt, 5, invitation->made_by);
    db_bind_int(db, stmt, 6, invitation->made_ms);
    db_bind_int(db, stmt, 7, invitation->until_ms);
    TRY(db_run(db, stmt, err));
    const struct audit_entry entry = {
        .at_ms = invitation->made_ms,
        .actor_id = invitation->made_by,
        .action = AUDIT_INVITE,
        .object_id = invitation->space_id,
    };
    return audit_row_add(db, &entry, err);
}

enum err_code store_invitations_add(struct store_writer *writer,
                                    const struct store_invitation *invitation, struct err *err)
{
    struct store_invitation copy = *invitation;
    return store_local(writer, add, &copy, err);
}

static enum err_code find(struct db *db, const uint8_t code_sha256[32], int64_t now_ms,
                          struct arena *arena, struct store_invitation *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(db, SQL_INVITATION_FIND, &stmt, err));
    db_bind_blob(db, stmt, 2, span_of(code_sha256, 32));
    db_bind_int(db, stmt, 3, now_ms);
    TRY(db_step(db, stmt, &row, err));
    if (!row)
        return no_invitation(err);
    struct store_invitation invitation = {
        .space_id = db_column_uuid(stmt, 0),
        .made_by = db_column_uuid(stmt, 2),
    };
    TRY(view_text(stmt, 1, arena, &invitation.organisation, err));
    memcpy(invitation.code_sha256, code_sha256, 32);
    *ret = invitation;
    return ERR_OK;
}

enum err_code store_invitations_find(struct store_reader *reader, const uint8_t code_sha256[32],
                                     int64_t now_ms, struct arena *arena,
                                     struct store_invitation *ret, struct err *err)
{
    return find(&reader->db, code_sha256, now_ms, arena, ret, err);
}

static enum err_code make_account(struct db *db, const struct store_acceptance *acceptance,
                                  struct err *err)
{
    const struct store_account *account = acceptance->account;
    TRY(accounts_insert(db, account, account->id, err));
    return acceptance->sealed.len ? vault_keep(db, account->id, acceptance->sealed, account->id,
                                               acceptance->now_ms, err)
                                  : ERR_OK;
}

static enum err_code accept_in(struct db *db, const struct store_acceptance *acceptance,
                               struct arena *arena, struct err *err)
{
    struct store_invitation invitation;
    sqlite3_stmt *stmt;
    TRY(find(db, acceptance->code_sha256, acceptance->now_ms, arena, &invitation, err));
    if (acceptance->account)
        TRY(make_account(db, acceptance, err));
    const struct uuid account_id =
        acceptance->account ? acceptance->account->id : acceptance->account_id;
    const struct store_member member = {
        .scope_id = invitation.space_id,
        .account_id = account_id,
        .actor_id = account_id,
        .now_ms = acceptance->now_ms,
    };
    TRY(members_add(db, &member, err));
    TRY(db_take(db, SQL_INVITATION_USE, &stmt, err));
    db_bind_blob(db, stmt, 2, span_of(acceptance->code_sha256, 32));
    return db_run(db, stmt, err);
}

static enum err_code accept_invitation(struct db *db, void *context, struct err *err)
{
    struct arena arena;
    arena_init(&arena, 0);
    const enum err_code code = accept_in(db, context, &arena, err);
    arena_done(&arena);
    return code;
}

enum err_code store_invitations_accept(struct store_writer *writer,
                                       const struct store_acceptance *acceptance, struct err *err)
{
    struct store_acceptance copy = *acceptance;
    return store_local(writer, accept_invitation, &copy, err);
}
