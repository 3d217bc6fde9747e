#include "server/store/have.h"

#include "server/store/inside.h"
#include "server/store/peers.h"

/* What the city has of this store. */
struct at_city {
    bool venue;
    uint64_t change, news;
};

static enum err_code look(struct store_reader *reader, struct at_city *ret, struct err *err)
{
    struct store_upstream upstream;
    struct store_city city;
    *ret = (struct at_city){0};
    TRY(store_upstream_read(reader, &upstream, &ret->venue, err));
    if (!ret->venue)
        return ERR_OK;
    TRY(store_city(reader, &city, err));
    ret->change = city.change;
    ret->news = upstream.pushed.news;
    return ERR_OK;
}

/* Behind what was pushed: it may have come from there. */
static enum err_code came_from_city(struct store_reader *reader, uint64_t change, bool *ret,
                                    struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, SQL_UPSTREAM_RUN_FIND, &stmt, err));
    db_bind_int(&reader->db, stmt, 2, (int64_t)change);
    TRY(db_step(&reader->db, stmt, &row, err));
    *ret = row && (uint64_t)db_column_int(stmt, 0) <= change;
    return ERR_OK;
}

/* One number, or −1. */
static enum err_code one_number(struct store_reader *reader, enum sql which, struct span key,
                                int64_t *ret, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(&reader->db, which, &stmt, err));
    db_bind_blob(&reader->db, stmt, 2, key);
    return db_one_int(&reader->db, stmt, -1, ret, err);
}

static enum err_code have_op(struct store_reader *reader, const struct at_city *at, struct uuid id,
                             struct store_have *ret, struct err *err)
{
    const struct span key = span_of(id.bytes, UUID_BYTES);
    int64_t change, news;
    TRY(one_number(reader, SQL_HAVE_OP, key, &change, err));
    if (change >= 0) {
        *ret = (struct store_have){.here = true};
        ret->city = !at->venue || (uint64_t)change <= at->change;
        return ret->city ? ERR_OK : came_from_city(reader, (uint64_t)change, &ret->city, err);
    }
    TRY(one_number(reader, SQL_HAVE_REFUSED, key, &news, err));
    ret->here = news >= 0;
    ret->city = ret->here && (!at->venue || (uint64_t)news <= at->news);
    return ERR_OK;
}

enum err_code store_have_ops(struct store_reader *reader, const struct uuid *ids, size_t count,
                             struct store_have *ret, struct err *err)
{
    struct at_city at;
    TRY(look(reader, &at, err));
    for (size_t i = 0; i < count; i++)
        TRY(have_op(reader, &at, ids[i], &ret[i], err));
    return ERR_OK;
}

enum err_code store_have_photos(struct store_reader *reader, const struct span *sha256,
                                size_t count, struct store_have *ret, struct err *err)
{
    struct at_city at;
    TRY(look(reader, &at, err));
    for (size_t i = 0; i < count; i++) {
        int64_t news;
        TRY(one_number(reader, SQL_HAVE_PHOTO, sha256[i], &news, err));
        ret[i].here = news >= 0;
        ret[i].city = ret[i].here && (!at.venue || (uint64_t)news <= at.news);
    }
    return ERR_OK;
}

enum err_code store_missing(struct store_reader *reader, struct uuid device_id,
                            uint64_t ret[STORE_MISSING_MAX], size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    uint64_t expected = 1;
    size_t count = 0;
    TRY(db_take(&reader->db, SQL_DEVICE_SEQ_RUNS, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, device_id);
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        for (; expected < (uint64_t)db_column_int(stmt, 0) && count < STORE_MISSING_MAX; expected++)
            ret[count++] = expected;
        expected = (uint64_t)db_column_int(stmt, 1) + 1;
    }
    *ret_count = count;
    return ERR_OK;
}
