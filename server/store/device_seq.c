#include "server/store/device_seq.h"

enum { RUNS_MAX = 256 }; /* of a device that numbers at random; what comes then is not noted */

struct run {
    int64_t first, last;
};

/* The runs that hold seq or touch it: at most two. */
static enum err_code find_around(struct db *db, struct uuid device_id, int64_t seq,
                                 struct run ret[2], size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    *ret_count = 0;
    TRY(db_take(db, SQL_DEVICE_SEQ_AROUND, &stmt, err));
    db_bind_uuid(db, stmt, 2, device_id);
    db_bind_int(db, stmt, 3, seq);
    for (bool row; *ret_count < 2;) {
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            break;
        ret[(*ret_count)++] = (struct run){db_column_int(stmt, 0), db_column_int(stmt, 1)};
    }
    return ERR_OK;
}

static enum err_code put(struct db *db, struct uuid device_id, struct run run, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_DEVICE_SEQ_PUT, &stmt, err));
    db_bind_uuid(db, stmt, 2, device_id);
    db_bind_int(db, stmt, 3, run.first);
    db_bind_int(db, stmt, 4, run.last);
    return db_run(db, stmt, err);
}

static enum err_code remove_run(struct db *db, struct uuid device_id, int64_t first,
                                struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_DEVICE_SEQ_REMOVE, &stmt, err));
    db_bind_uuid(db, stmt, 2, device_id);
    db_bind_int(db, stmt, 3, first);
    return db_run(db, stmt, err);
}

static enum err_code is_full(struct db *db, struct uuid device_id, bool *ret, struct err *err)
{
    sqlite3_stmt *stmt;
    int64_t count;
    TRY(db_take(db, SQL_DEVICE_SEQ_COUNT, &stmt, err));
    db_bind_uuid(db, stmt, 2, device_id);
    TRY(db_one_int(db, stmt, 0, &count, err));
    *ret = count >= RUNS_MAX;
    return ERR_OK;
}

enum err_code device_seq_note(struct db *db, struct uuid device_id, uint64_t number,
                              struct err *err)
{
    if (number == 0 || number > INT64_MAX - 1 || uuid_is_nil(device_id))
        return ERR_OK;
    const int64_t seq = (int64_t)number;
    struct run around[2];
    size_t count;
    TRY(find_around(db, device_id, seq, around, &count, err));
    if (count == 0) {
        bool full;
        TRY(is_full(db, device_id, &full, err));
        return full ? ERR_OK : put(db, device_id, (struct run){seq, seq}, err);
    }
    struct run merged = {seq, seq};
    for (size_t i = 0; i < count; i++) {
        if (around[i].first <= seq && around[i].last >= seq)
            return ERR_OK; /* known */
        merged.first = around[i].first < merged.first ? around[i].first : merged.first;
        merged.last = around[i].last > merged.last ? around[i].last : merged.last;
    }
    for (size_t i = 0; i < count; i++)
        if (around[i].first != merged.first)
            TRY(remove_run(db, device_id, around[i].first, err));
    return put(db, device_id, merged, err);
}
