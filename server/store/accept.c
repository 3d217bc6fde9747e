#include "server/store/accept.h"

#include <sodium.h>

#include "server/store/device_seq.h"
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

/* With what right and by whom an operation was first taken. */
struct receipt {
    enum standing standing;
    struct uuid first_server;
    int64_t received_ms, sent_ms;
    bool erased; /* it comes without what it said */
    uint8_t sha256[crypto_hash_sha256_BYTES];
};

static struct receipt receipt_of(const struct accept *accept, const struct store_batch *batch,
                                 size_t at)
{
    struct receipt receipt = {
        .standing = batch->origin == STORE_FROM_SERVER ? STANDING_SERVER : batch->standing,
        .first_server = accept->server_id,
        .received_ms = batch->received_ms,
        .sent_ms = batch->sent_ms,
    };
    if (batch->origin == STORE_FROM_PEER) {
        const struct store_envelope *envelope = &batch->envelopes[at];
        receipt.standing = envelope->standing;
        receipt.first_server = envelope->first_server;
        receipt.received_ms = envelope->received_ms;
        receipt.sent_ms = envelope->sent_ms;
        receipt.erased = envelope->erased;
    }
    if (receipt.erased)
        memcpy(receipt.sha256, batch->envelopes[at].sha256, sizeof receipt.sha256);
    else
        crypto_hash_sha256(receipt.sha256, batch->ops[at].data, batch->ops[at].len);
    return receipt;
}

/* What the log has under an id. */
struct known_op {
    bool exists, erased, same;
    uint64_t change;
    enum standing standing;
    struct uuid first_server;
    int64_t received_ms;
};

static enum err_code find_known(struct accept *accept, struct uuid op_id,
                                const struct receipt *receipt, struct known_op *ret,
                                struct err *err)
{
    struct db *db = accept->project.db;
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    *ret = (struct known_op){0};
    TRY(db_take(db, SQL_CHANGE_FIND_OP, &stmt, err));
    db_bind_uuid(db, stmt, 2, op_id);
    TRY(db_step(db, stmt, &ret->exists, err));
    if (!ret->exists)
        return ERR_OK;
    ret->change = (uint64_t)db_column_int(stmt, 0);
    ret->same =
        span_equal(db_column_blob(stmt, 1), span_of(receipt->sha256, sizeof receipt->sha256));
    ret->erased = db_column_int(stmt, 2) != 0;
    ret->standing = (enum standing)db_column_int(stmt, 3);
    ret->received_ms = db_column_int(stmt, 4);
    ret->first_server = db_column_uuid(stmt, 5);
    return ERR_OK;
}

static bool is_earlier(const struct receipt *receipt, const struct known_op *known)
{
    if (receipt->received_ms != known->received_ms)
        return receipt->received_ms < known->received_ms;
    return uuid_compare(receipt->first_server, known->first_server) < 0;
}

/* S18: of two receipts of one operation the earlier stays, of two rights the higher, so that all
 * servers end with the same. */
static enum err_code merge_receipt(struct accept *accept, const struct store_batch *batch,
                                   const struct op *op, const struct receipt *receipt,
                                   const struct known_op *known, struct err *err)
{
    const bool earlier = batch->origin == STORE_FROM_PEER && is_earlier(receipt, known);
    const bool higher = receipt->standing > known->standing;
    if (known->erased || (!earlier && !higher))
        return ERR_OK;
    struct db *db = accept->project.db;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_CHANGE_RAISE, &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)known->change);
    db_bind_int(db, stmt, 3, higher ? receipt->standing : known->standing);
    TRY(db_run(db, stmt, err));
    if (earlier) {
        TRY(db_take(db, SQL_CHANGE_SET_RECEIPT, &stmt, err));
        db_bind_int(db, stmt, 2, (int64_t)known->change);
        db_bind_uuid(db, stmt, 3, receipt->first_server);
        db_bind_int(db, stmt, 4, receipt->received_ms);
        db_bind_int(db, stmt, 5, receipt->sent_ms);
        TRY(db_run(db, stmt, err));
    }
    return project_receipt(&accept->project, accept->newest, op, higher, err);
}

/* S1: the same bytes again are no news; other bytes under the same id never replace the first. */
static enum err_code answer_known(struct accept *accept, const struct store_batch *batch,
                                  const struct op *op, const struct receipt *receipt,
                                  const struct known_op *known, struct store_ack *ret,
                                  struct err *err)
{
    ret->change = known->change;
    if (!known->same) {
        ret->status = STORE_ACK_CONFLICT_BYTES;
        return ERR_OK;
    }
    ret->status = known->erased ? STORE_ACK_GONE : STORE_ACK_DUPLICATE;
    return merge_receipt(accept, batch, op, receipt, known, err);
}

/* --- Judging ---------------------------------------------------------------------------------- */

static bool in_scopes(struct span scopes, struct uuid id)
{
    for (size_t at = 0; at + UUID_BYTES <= scopes.len; at += UUID_BYTES)
        if (memcmp(scopes.data + at, id.bytes, UUID_BYTES) == 0)
            return true;
    return false;
}

static bool is_under_another_name(const struct store_batch *batch, const struct op *op)
{
    const bool has_name = op->body == BODY_COMMENT || op->body == BODY_REPLY;
    return op->kind == OP_CREATE && has_name && batch->speaker.len &&
           !span_equal(op->pen_name, batch->speaker);
}

/* S17: in a closed space that one does not belong to, or under a name that is not one's own, one
 * speaks as a stranger. The bytes cannot be given the right name, and a refusal would be judged
 * anew by servers that do not know the account; the standing goes along. */
static enum err_code lower_standing(struct accept *accept, const struct store_batch *batch,
                                    const struct op *op, struct uuid space_id,
                                    struct receipt *receipt, struct err *err)
{
    const bool belongs =
        receipt->standing >= STANDING_MODERATOR || in_scopes(batch->scopes, space_id);
    if (batch->origin == STORE_FROM_PEER || uuid_is_nil(space_id) ||
        receipt->standing == STANDING_NONE || (belongs && !is_under_another_name(batch, op)))
        return ERR_OK;
    uint8_t tier;
    TRY(row_find_space(&accept->project, space_id, &tier, err));
    if (tier != 1)
        receipt->standing = STANDING_NONE;
    return ERR_OK;
}

static bool has_parent(const struct op *op)
{
    return op->body == BODY_REPLY || op->body == BODY_PHOTO || op->body == BODY_APPEAL;
}

static enum err_code look_up(struct accept *accept, const struct store_batch *batch,
                             const struct op *op, struct receipt *receipt, struct apply_known *ret,
                             struct err *err)
{
    const struct project *project = &accept->project;
    struct apply_known known = {
        .by_device = batch->origin == STORE_FROM_DEVICE || batch->origin == STORE_FROM_POST,
    };
    struct uuid space_id = op->kind == OP_CREATE ? op->space_id : (struct uuid){0};
    TRY(row_find_object(project, op->object_id, &known.exists, &known.type, err));
    if (known.exists && (op->kind == OP_EDIT || op->kind == OP_DELETE))
        TRY(row_find_author(project, op->object_id, known.type, &known.author_id, NULL, err));
    if (has_parent(op)) {
        TRY(row_find_object(project, op->comment_id, &known.parent_exists, &known.parent_type,
                            err));
        if (known.parent_exists)
            TRY(row_find_author(project, op->comment_id, known.parent_type, &known.parent_author_id,
                                &space_id, err));
    }
    TRY(lower_standing(accept, batch, op, space_id, receipt, err));
    known.standing = receipt->standing;
    *ret = known;
    return ERR_OK;
}

/* --- Writing ---------------------------------------------------------------------------------- */

static enum err_code append(struct accept *accept, const struct store_batch *batch,
                            const struct op *op, const struct receipt *receipt, struct span bytes,
                            struct err *err)
{
    struct row_writer writer;
    TRY(row_writer_begin(&writer, accept->project.db, SQL_CHANGE_APPEND, err));
    row_put_int(&writer, (int64_t)accept->newest + 1);
    row_put_id(&writer, op->op_id);
    row_put_id(&writer, op->object_id);
    row_put_int(&writer, op->kind);
    row_put_int(&writer, batch->origin);
    row_put_int(&writer, receipt->standing);
    row_put_id(&writer, receipt->first_server);
    row_put_int(&writer, receipt->received_ms);
    row_put_int(&writer, receipt->sent_ms);
    row_put_blob(&writer, span_of(receipt->sha256, sizeof receipt->sha256));
    row_put_int(&writer, receipt->erased ? 2 : 0);
    row_put_blob(&writer, bytes);
    return db_run(accept->project.db, writer.stmt, err);
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

static enum err_code blank_object(struct accept *accept, struct uuid id, struct err *err)
{
    for (;;) {
        sqlite3_stmt *stmt;
        bool row;
        TRY(db_take(accept->project.db, SQL_CHANGE_TO_ERASE, &stmt, err));
        db_bind_uuid(accept->project.db, stmt, 2, id);
        TRY(db_step(accept->project.db, stmt, &row, err));
        if (!row) {
            db_reset(stmt);
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

/* S13: what the object ever said goes from the log, and with it what was refused; the list outside
 * the database comes first, so that a database restored from before is told again. */
static enum err_code blank_log(struct accept *accept, const struct op *op, struct span bytes,
                               struct err *err)
{
    if (accept->dir)
        TRY(sidefile_add_erasure(accept->dir, bytes, err));
    struct uuid *ids;
    size_t count;
    TRY(project_dependents(&accept->project, op->object_id, &ids, &count, err));
    for (size_t i = 0; i <= count; i++) {
        const struct uuid id = i < count ? ids[i] : op->object_id;
        TRY(blank_object(accept, id, err));
        sqlite3_stmt *stmt;
        TRY(db_take(accept->project.db, SQL_QUARANTINE_FORGET_OBJECT, &stmt, err));
        db_bind_uuid(accept->project.db, stmt, 2, id);
        TRY(db_run(accept->project.db, stmt, err));
    }
    accept->has_erased = true;
    return ERR_OK;
}

/* An operation for an object that was erased here: of a device it is forgotten, of another server
 * its stub is kept, so that both hold the same operations. */
static enum err_code keep_stub(struct accept *accept, const struct store_batch *batch,
                               const struct op *op, struct receipt receipt, struct span bytes,
                               struct store_ack *ret, struct err *err)
{
    ret->status = STORE_ACK_GONE;
    if (batch->origin != STORE_FROM_PEER)
        return ERR_OK;
    struct span stub = bytes;
    if (!receipt.erased)
        TRY(op_build_stub(accept->project.arena, op, &stub, err));
    receipt.erased = true;
    TRY(append(accept, batch, op, &receipt, stub, err));
    ret->change = ++accept->newest;
    return ERR_OK;
}

static bool keeps_refused(const struct store_batch *batch)
{
    return batch->origin == STORE_FROM_DEVICE || batch->origin == STORE_FROM_PEER;
}

static enum err_code quarantine_is_full(struct accept *accept, const struct store_batch *batch,
                                        bool *ret, struct err *err)
{
    *ret = false;
    if (batch->origin != STORE_FROM_DEVICE)
        return ERR_OK; /* a peer is known by its key, and its cursor must not stand still */
    sqlite3_stmt *stmt;
    int64_t kept;
    TRY(db_take(accept->project.db, SQL_QUARANTINE_OF_DEVICE, &stmt, err));
    db_bind_uuid(accept->project.db, stmt, 2, batch->device_id);
    TRY(db_one_int(accept->project.db, stmt, 0, &kept, err));
    *ret = kept >= QUARANTINE_MAX;
    return ERR_OK;
}

enum err_code accept_quarantine(struct accept *accept, const struct store_batch *batch, size_t at,
                                const struct op *op, const char *reason, struct store_ack *ret,
                                struct err *err)
{
    static const struct op unread;
    if (!op)
        op = &unread;
    *ret =
        (struct store_ack){.op_id = op->op_id, .status = STORE_ACK_QUARANTINED, .reason = reason};
    if (!keeps_refused(batch))
        return ERR_OK;
    bool full;
    TRY(quarantine_is_full(accept, batch, &full, err));
    if (full) {
        ret->status = STORE_ACK_RETRY_LATER;
        ret->reason = "quarantine_full";
        return ERR_OK;
    }
    const struct receipt receipt = receipt_of(accept, batch, at);
    const bool peer = batch->origin == STORE_FROM_PEER;
    struct row_writer writer;
    TRY(row_writer_begin(&writer, accept->project.db, SQL_QUARANTINE_PUT, err));
    row_put_blob(&writer, span_of(receipt.sha256, sizeof receipt.sha256));
    row_put_id_or_null(&writer, op->op_id);
    row_put_id_or_null(&writer, op->object_id);
    row_put_id(&writer, peer ? op->device_id : batch->device_id);
    row_put_int(&writer, receipt.standing);
    row_put_id(&writer, receipt.first_server);
    row_put_int(&writer, receipt.received_ms);
    row_put_int(&writer, receipt.sent_ms);
    row_put_text(&writer, span_from_str(reason));
    row_put_blob(&writer, batch->ops[at]);
    return db_run(accept->project.db, writer.stmt, err);
}

static enum err_code store_op(struct accept *accept, const struct store_batch *batch,
                              const struct op *op, const struct receipt *receipt, struct span bytes,
                              struct store_ack *ret, struct err *err)
{
    TRY(append(accept, batch, op, receipt, bytes, err));
    const struct project_step step = {
        .change = accept->newest + 1,
        .standing = receipt->standing,
        .received_ms = receipt->received_ms,
        .sent_ms = receipt->sent_ms,
    };
    if (!receipt->erased) {
        if (op->kind == OP_ERASE)
            TRY(blank_log(accept, op, bytes, err));
        TRY(project_op(&accept->project, &step, op, err));
    }
    accept->newest++;
    ret->status = STORE_ACK_STORED;
    ret->change = accept->newest;
    if (!keeps_refused(batch))
        return ERR_OK;
    sqlite3_stmt *stmt;
    TRY(db_take(accept->project.db, SQL_QUARANTINE_REMOVE, &stmt, err));
    db_bind_blob(accept->project.db, stmt, 2, span_of(receipt->sha256, sizeof receipt->sha256));
    return db_run(accept->project.db, stmt, err);
}

/* S19: a peer hands on no right above its own, neither anew nor for what is known. */
static bool is_above_peer(const struct store_batch *batch, const struct receipt *receipt)
{
    return batch->origin == STORE_FROM_PEER && receipt->standing > batch->standing;
}

static enum err_code judge_op(struct accept *accept, const struct store_batch *batch, size_t at,
                              const struct op *read, const char *reason, struct store_ack *ret,
                              struct err *err)
{
    const struct span bytes = batch->ops[at];
    struct receipt receipt = receipt_of(accept, batch, at);
    const struct op op = *read;
    if (reason && receipt.erased && !uuid_is_nil(op.op_id) && !uuid_is_nil(op.object_id))
        reason = NULL; /* a stub says nothing, by rights */
    if (!uuid_is_nil(op.op_id)) {
        struct known_op known;
        TRY(find_known(accept, op.op_id, &receipt, &known, err));
        if (known.exists && is_above_peer(batch, &receipt))
            receipt.standing = known.standing;
        if (known.exists)
            return answer_known(accept, batch, &op, &receipt, &known, ret, err);
    }
    if (!reason && batch->origin == STORE_FROM_DEVICE &&
        !uuid_equal(op.device_id, batch->device_id))
        reason = "wrong_device";
    if (!reason && is_above_peer(batch, &receipt))
        reason = "above_peer";
    if (!reason) {
        struct apply_known known;
        TRY(look_up(accept, batch, &op, &receipt, &known, err));
        const enum apply_verdict verdict = apply_judge(&op, &known, &reason);
        if (verdict == APPLY_GONE)
            return keep_stub(accept, batch, &op, receipt, bytes, ret, err);
    }
    if (reason)
        return accept_quarantine(accept, batch, at, &op, reason, ret, err);
    TRY(store_op(accept, batch, &op, &receipt, bytes, ret, err));
    return accept_signal(accept, batch, &op, err);
}

/* S22: which numbers of its device have come, by whatever way. */
static enum err_code note_seq(struct accept *accept, const struct store_batch *batch,
                              const struct op *op, const struct store_ack *ack, struct err *err)
{
    if (!keeps_refused(batch) || ack->status == STORE_ACK_RETRY_LATER ||
        (batch->origin == STORE_FROM_DEVICE && !uuid_equal(op->device_id, batch->device_id)))
        return ERR_OK;
    return device_seq_note(accept->project.db, op->device_id, op->dev_seq, err);
}

enum err_code accept_op(struct accept *accept, const struct store_batch *batch, size_t at,
                        struct store_ack *ret, struct err *err)
{
    struct op op;
    const char *reason;
    TRY(op_read(accept->project.arena, batch->ops[at], &accept->limits, &op, &reason, err));
    *ret = (struct store_ack){.op_id = op.op_id, .reason = ""};
    TRY(judge_op(accept, batch, at, &op, reason, ret, err));
    return note_seq(accept, batch, &op, ret, err);
}
