#include "server/store/stride.h"

/* What is to be sent once more holds the cursor where it was. */
static bool is_held(const struct store_batch *batch, const struct store_ack *acks)
{
    bool held = batch->stride->holds;
    for (size_t i = 0; i < batch->op_count; i++)
        held |= acks[i].status == STORE_ACK_RETRY_LATER;
    return held;
}

static enum err_code take_peer(struct db *db, const struct store_batch *batch, bool held,
                               struct err *err)
{
    const struct store_stride *stride = batch->stride;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_PEER_PROGRESS_PUT, &stmt, err));
    db_bind_uuid(db, stmt, 2, stride->peer_id);
    db_bind_uuid(db, stmt, 3, stride->until.server_id);
    db_bind_uuid(db, stmt, 4, stride->until.epoch);
    db_bind_int(db, stmt, 5, held ? 0 : (int64_t)stride->until.change);
    db_bind_int(db, stmt, 6, held ? 0 : (int64_t)stride->until.news);
    db_bind_uuid(db, stmt, 7, held ? (struct uuid){{0}} : stride->until.op_id);
    db_bind_int(db, stmt, 8, batch->received_ms);
    TRY(db_run(db, stmt, err));
    TRY(db_take(db, SQL_PEER_PROGRESS_TRIM, &stmt, err));
    db_bind_uuid(db, stmt, 2, stride->peer_id);
    return db_run(db, stmt, err);
}

/* Changes from..to came from the city, which therefore has them. */
static enum err_code add_run(struct db *db, uint64_t from, uint64_t to, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *extend = NULL;
    sqlite3_stmt *stmt;
    bool extended;
    TRY(db_take(db, SQL_UPSTREAM_RUN_EXTEND, &extend, err));
    db_bind_int(db, extend, 2, (int64_t)from);
    db_bind_int(db, extend, 3, (int64_t)to);
    TRY(db_step(db, extend, &extended, err));
    if (extended)
        return ERR_OK;
    TRY(db_take(db, SQL_UPSTREAM_RUN_ADD, &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)from);
    db_bind_int(db, stmt, 3, (int64_t)to);
    return db_run(db, stmt, err);
}

static enum err_code take_upstream(struct db *db, const struct store_batch *batch, bool held,
                                   uint64_t before, uint64_t newest, struct err *err)
{
    const struct store_cursor *until = &batch->stride->until;
    sqlite3_stmt *stmt;
    /* Also when the cursor holds: these operations are the city's. */
    if (newest > before)
        TRY(add_run(db, before + 1, newest, err));
    if (held)
        return ERR_OK;
    TRY(db_take(db, SQL_UPSTREAM_TAKEN, &stmt, err));
    db_bind_uuid(db, stmt, 2, until->server_id);
    db_bind_uuid(db, stmt, 3, until->epoch);
    db_bind_int(db, stmt, 4, (int64_t)until->change);
    db_bind_int(db, stmt, 5, (int64_t)until->news);
    db_bind_uuid(db, stmt, 6, until->op_id);
    db_bind_int(db, stmt, 7, batch->received_ms);
    return db_run(db, stmt, err);
}

enum err_code stride_take(struct accept *accept, const struct store_batch *batch, uint64_t before,
                          const struct store_ack *acks, struct err *err)
{
    struct db *db = accept->project.db;
    const bool held = is_held(batch, acks);
    return batch->stride->kind == STORE_STRIDE_PEER
               ? take_peer(db, batch, held, err)
               : take_upstream(db, batch, held, before, accept->newest, err);
}
