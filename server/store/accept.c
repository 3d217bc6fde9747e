#include "server/store/accept.h"

#include <sodium.h>

#include "server/store/row.h"
#include "server/store/sidefile.h"
#include "server/sync/build.h"

enum { QUARANTINE_MAX = 1000 }; /* refused operations kept of one device: no one fills the disk */

struct op_limits accept_limits(const struct store_info *info)
{
    return (struct op_limits){
        .municipality = info->municipality,
        .text_max = STORE_TEXT_MAX,
        .pen_name_max = STORE_PEN_NAME_MAX,
        .building_id_max = STORE_BUILDING_ID_MAX,
        .op_max = STORE_OP_MAX,
        .min_lon_e7 = info->box.min_lon_e7,
        .min_lat_e7 = info->box.min_lat_e7,
        .max_lon_e7 = info->box.max_lon_e7,
        .max_lat_e7 = info->box.max_lat_e7,
    };
}

enum err_code accept_begin(struct accept *accept, struct err *err)
{
    sqlite3_stmt *stmt;
    int64_t newest;
    TRY(db_take(accept->project.db, SQL_CHANGE_NEWEST, &stmt, err));
    TRY(db_one_int(accept->project.db, stmt, 0, &newest, err));
    accept->newest = (uint64_t)newest;
    accept->has_erased = false;
    return ERR_OK;
}

enum err_code accept_token(struct accept *accept, const struct store_batch *batch, struct err *err)
{
    if (batch->origin != STORE_FROM_DEVICE)
        return ERR_OK;
    if (!batch->has_token || uuid_is_nil(batch->device_id))
        return err_set(err, ERR_UNAUTHORIZED, "the device says no token", 0);
    struct db *db = accept->project.db;
    sqlite3_stmt *stmt;
    bool known;
    TRY(db_take(db, SQL_DEVICE_FIND, &stmt, err));
    db_bind_uuid(db, stmt, 2, batch->device_id);
    TRY(db_step(db, stmt, &known, err));
    if (known) {
        const struct span first = db_column_blob(stmt, 0);
        const bool same =
            first.len == 32 && sodium_memcmp(first.data, batch->token_sha256, 32) == 0;
        db_reset(stmt);
        return same ? ERR_OK
                    : err_set(err, ERR_UNAUTHORIZED,
                              "this device id belongs to a device with another token", 0);
    }
    db_reset(stmt);
    TRY(db_take(db, SQL_DEVICE_ADD, &stmt, err));
    db_bind_uuid(db, stmt, 2, batch->device_id);
    db_bind_blob(db, stmt, 3, span_of(batch->token_sha256, 32));
    db_bind_int(db, stmt, 4, batch->received_ms);
    return db_run(db, stmt, err);
}

/* S1: the same bytes again are no news; other bytes under the same id never replace the first. */
static enum err_code find_known(struct accept *accept, struct uuid op_id, const uint8_t sha256[32],
                                struct store_ack *ret, bool *ret_known, struct err *err)
{
    struct db *db = accept->project.db;
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(db, SQL_CHANGE_FIND_OP, &stmt, err));
    db_bind_uuid(db, stmt, 2, op_id);
    TRY(db_step(db, stmt, ret_known, err));
    if (!*ret_known)
        return ERR_OK;
    ret->change = (uint64_t)db_column_int(stmt, 0);
    if (!span_equal(db_column_blob(stmt, 1), span_of(sha256, 32)))
        ret->status = STORE_ACK_CONFLICT_BYTES;
    else
        ret->status = db_column_int(stmt, 2) ? STORE_ACK_GONE : STORE_ACK_DUPLICATE;
    return ERR_OK;
}

static enum err_code author_of(struct accept *accept, struct uuid id, enum object_type type,
                               struct uuid *ret, struct err *err)
{
    struct row row;
    bool found = false;
    if (type == OBJECT_COMMENT)
        TRY(row_load_comment(&accept->project, id, &row, &found, err));
    if (type == OBJECT_REPLY)
        TRY(row_load_reply(&accept->project, id, &row, &found, err));
    if (found)
        *ret = row.object.author_id;
    return ERR_OK;
}

static enum err_code look_up(struct accept *accept, const struct op *op, bool authority,
                             struct apply_known *ret, struct err *err)
{
    struct apply_known known = {.authority = authority};
    TRY(row_find_object(&accept->project, op->object_id, &known.exists, &known.type, err));
    if (known.exists && (op->kind == OP_EDIT || op->kind == OP_DELETE))
        TRY(author_of(accept, op->object_id, known.type, &known.author_id, err));
    if (!uuid_is_nil(op->space_id)) {
        sqlite3_stmt *stmt;
        int64_t tier;
        TRY(db_take(accept->project.db, SQL_SPACE_TIER, &stmt, err));
        db_bind_uuid(accept->project.db, stmt, 2, op->space_id);
        TRY(db_one_int(accept->project.db, stmt, 0, &tier, err));
        known.space_exists = tier > 0;
        known.space_tier = (uint8_t)tier;
    }
    *ret = known;
    return ERR_OK;
}

static enum err_code append(struct accept *accept, const struct store_batch *batch,
                            const struct op *op, const uint8_t sha256[32], struct span bytes,
                            struct err *err)
{
    struct db *db = accept->project.db;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_CHANGE_APPEND, &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)accept->newest + 1);
    db_bind_uuid(db, stmt, 3, op->op_id);
    db_bind_uuid(db, stmt, 4, op->object_id);
    db_bind_int(db, stmt, 5, op->kind);
    db_bind_int(db, stmt, 6, batch->origin);
    db_bind_int(db, stmt, 7, batch->received_ms);
    db_bind_int(db, stmt, 8, batch->sent_ms);
    db_bind_blob(db, stmt, 9, span_of(sha256, 32));
    db_bind_blob(db, stmt, 10, bytes);
    return db_run(db, stmt, err);
}

static enum err_code blank_one(struct accept *accept, uint64_t change, struct span bytes,
                               struct err *err)
{
    struct op op;
    struct span stub;
    TRY(op_read_stored(accept->project.arena, bytes, &op, err));
    TRY(op_build_stub(accept->project.arena, &op, &stub, err));
    sqlite3_stmt *stmt;
    TRY(db_take(accept->project.db, SQL_CHANGE_BLANK, &stmt, err));
    db_bind_int(accept->project.db, stmt, 2, (int64_t)change);
    db_bind_blob(accept->project.db, stmt, 3, stub);
    return db_run(accept->project.db, stmt, err);
}

/* S13: what the object ever said goes from the log; the list outside the database comes first, so
 * that a database restored from before is told again. */
static enum err_code blank_log(struct accept *accept, const struct op *op, struct span bytes,
                               struct err *err)
{
    if (accept->dir)
        TRY(sidefile_add_erasure(accept->dir, bytes, err));
    for (;;) {
        sqlite3_stmt *stmt;
        bool row;
        TRY(db_take(accept->project.db, SQL_CHANGE_TO_ERASE, &stmt, err));
        db_bind_uuid(accept->project.db, stmt, 2, op->object_id);
        TRY(db_step(accept->project.db, stmt, &row, err));
        if (!row) {
            db_reset(stmt);
            accept->has_erased = true;
            return ERR_OK;
        }
        const uint64_t change = (uint64_t)db_column_int(stmt, 0);
        const struct span borrowed = db_column_blob(stmt, 1);
        const char *copy = arena_copy(accept->project.arena, borrowed);
        const size_t len = borrowed.len;
        db_reset(stmt);
        if (!copy)
            return err_set(err, ERR_NOMEM, "out of memory", 0);
        TRY(blank_one(accept, change, span_of(copy, len), err));
    }
}

enum err_code accept_quarantine(struct accept *accept, const struct store_batch *batch,
                                struct span bytes, struct uuid op_id, const char *reason,
                                struct store_ack *ret, struct err *err)
{
    *ret = (struct store_ack){.op_id = op_id, .status = STORE_ACK_QUARANTINED, .reason = reason};
    if (batch->origin != STORE_FROM_DEVICE)
        return ERR_OK;
    struct db *db = accept->project.db;
    sqlite3_stmt *stmt;
    int64_t kept;
    TRY(db_take(db, SQL_QUARANTINE_OF_DEVICE, &stmt, err));
    db_bind_uuid(db, stmt, 2, batch->device_id);
    TRY(db_one_int(db, stmt, 0, &kept, err));
    if (kept >= QUARANTINE_MAX) {
        ret->status = STORE_ACK_RETRY_LATER;
        ret->reason = "quarantine_full";
        return ERR_OK;
    }
    uint8_t sha256[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(sha256, bytes.data, bytes.len);
    TRY(db_take(db, SQL_QUARANTINE_PUT, &stmt, err));
    db_bind_blob(db, stmt, 2, span_of(sha256, 32));
    db_bind_uuid(db, stmt, 3, batch->device_id);
    db_bind_int(db, stmt, 4, batch->received_ms);
    db_bind_text(db, stmt, 5, span_from_str(reason));
    db_bind_blob(db, stmt, 6, bytes);
    return db_run(db, stmt, err);
}

static enum err_code store_op(struct accept *accept, const struct store_batch *batch,
                              const struct op *op, const uint8_t sha256[32], struct span bytes,
                              struct store_ack *ret, struct err *err)
{
    TRY(append(accept, batch, op, sha256, bytes, err));
    if (op->kind == OP_ERASE)
        TRY(blank_log(accept, op, bytes, err));
    const struct project_step step = {
        .change = accept->newest + 1,
        .authority = batch->origin == STORE_FROM_SERVER,
        .received_ms = batch->received_ms,
        .sent_ms = batch->sent_ms,
    };
    TRY(project_op(&accept->project, &step, op, err));
    accept->newest++;
    ret->status = STORE_ACK_STORED;
    ret->change = accept->newest;
    if (batch->origin != STORE_FROM_DEVICE)
        return ERR_OK;
    sqlite3_stmt *stmt;
    TRY(db_take(accept->project.db, SQL_QUARANTINE_REMOVE, &stmt, err));
    db_bind_blob(accept->project.db, stmt, 2, span_of(sha256, 32));
    return db_run(accept->project.db, stmt, err);
}

enum err_code accept_op(struct accept *accept, const struct store_batch *batch, struct span bytes,
                        struct store_ack *ret, struct err *err)
{
    struct op op;
    const char *reason;
    TRY(op_read(accept->project.arena, bytes, &accept->limits, &op, &reason, err));
    *ret = (struct store_ack){.op_id = op.op_id, .reason = ""};
    uint8_t sha256[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(sha256, bytes.data, bytes.len);
    if (!uuid_is_nil(op.op_id)) {
        bool known;
        TRY(find_known(accept, op.op_id, sha256, ret, &known, err));
        if (known)
            return ERR_OK;
    }
    if (!reason && batch->origin == STORE_FROM_DEVICE &&
        !uuid_equal(op.device_id, batch->device_id))
        reason = "wrong_device";
    if (!reason) {
        struct apply_known known;
        TRY(look_up(accept, &op, batch->origin == STORE_FROM_SERVER, &known, err));
        const enum apply_verdict verdict = apply_judge(&op, &known, &reason);
        if (verdict == APPLY_GONE) {
            ret->status = STORE_ACK_GONE;
            return ERR_OK;
        }
    }
    if (reason)
        return accept_quarantine(accept, batch, bytes, op.op_id, reason, ret, err);
    return store_op(accept, batch, &op, sha256, bytes, ret, err);
}
