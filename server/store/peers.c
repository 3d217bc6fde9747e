#include "server/store/peers.h"

#include <stdio.h>

#include "server/store/inside.h"
#include "server/store/list.h"

/* One statement in a connection of its own. */
struct own {
    struct db db;
    sqlite3_stmt *stmt;
};

static enum err_code own_open(struct own *own, struct store *store, enum sql which, struct err *err)
{
    TRY(inside_open_own(store, &own->db, err));
    const enum err_code code = db_take(&own->db, which, &own->stmt, err);
    if (code != ERR_OK)
        db_close(&own->db);
    return code;
}

static enum err_code own_run(struct own *own, struct err *err)
{
    const enum err_code code = db_run(&own->db, own->stmt, err);
    db_close(&own->db);
    return code;
}

static void copy_text(struct span from, char *to, size_t room)
{
    snprintf(to, room, "%.*s", (int)from.len, (const char *)from.data);
}

/* --- Who may come ----------------------------------------------------------------------------- */

enum err_code store_peer_add(struct store *store, const struct store_peer *peer, struct err *err)
{
    struct own own;
    TRY(own_open(&own, store, SQL_PEER_ADD, err));
    db_bind_uuid(&own.db, own.stmt, 2, peer->id);
    db_bind_text(&own.db, own.stmt, 3, span_from_str(peer->name));
    db_bind_int(&own.db, own.stmt, 4, peer->role);
    db_bind_int(&own.db, own.stmt, 5, peer->added_ms);
    const enum err_code code = own_run(&own, err);
    if (code == ERR_CONFLICT)
        return err_set(err, ERR_CONFLICT, "there is a peer of that name: remove it first", 0);
    return code;
}

static enum err_code remove_peer(struct db *db, const char *name, struct err *err)
{
    sqlite3_stmt *stmt;
    bool found;
    TRY(db_exec(db, "BEGIN IMMEDIATE", err));
    TRY(db_take(db, SQL_PEER_REMOVE, &stmt, err));
    db_bind_text(db, stmt, 2, span_from_str(name));
    TRY(db_step(db, stmt, &found, err));
    const struct uuid id = found ? db_column_uuid(stmt, 0) : (struct uuid){{0}};
    db_reset(stmt);
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "there is no peer of that name", 0);
    TRY(db_take(db, SQL_PEER_PROGRESS_REMOVE, &stmt, err));
    db_bind_uuid(db, stmt, 2, id);
    TRY(db_run(db, stmt, err));
    return db_exec(db, "COMMIT", err);
}

enum err_code store_peer_remove(struct store *store, const char *name, struct err *err)
{
    struct db db;
    TRY(inside_open_own(store, &db, err));
    const enum err_code code = remove_peer(&db, name, err);
    if (code != ERR_OK)
        db_rollback(&db);
    db_close(&db);
    return code;
}

static void peer_from_row(sqlite3_stmt *stmt, struct store_peer *ret)
{
    *ret = (struct store_peer){
        .id = db_column_uuid(stmt, 0),
        .role = (uint8_t)db_column_int(stmt, 2),
        .added_ms = db_column_int(stmt, 3),
        .contact_ms = db_column_int(stmt, 4),
    };
    copy_text(db_column_text(stmt, 1), ret->name, sizeof ret->name);
}

enum err_code store_peer_find(struct store_reader *reader, struct uuid id, struct store_peer *ret,
                              bool *ret_found, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_PEER_FIND, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, id);
    TRY(db_step(&reader->db, stmt, ret_found, err));
    if (*ret_found)
        peer_from_row(stmt, ret);
    return ERR_OK;
}

enum err_code store_peers_list(struct store_reader *reader, struct arena *arena,
                               struct store_peer **ret, size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_PEER_LIST, &stmt, err));
    struct store_peer *peers = NULL;
    size_t count = 0, capacity = 0;
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&peers, count, &capacity, sizeof *peers, err));
        peer_from_row(stmt, &peers[count++]);
    }
    *ret = peers;
    *ret_count = count;
    return ERR_OK;
}

enum err_code store_peer_progress(struct store_reader *reader, struct uuid peer_id,
                                  struct uuid server_id, struct uuid epoch,
                                  struct store_cursor *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, SQL_PEER_PROGRESS_FIND, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, peer_id);
    db_bind_uuid(&reader->db, stmt, 3, server_id);
    db_bind_uuid(&reader->db, stmt, 4, epoch);
    TRY(db_step(&reader->db, stmt, &row, err));
    *ret = (struct store_cursor){.server_id = server_id, .epoch = epoch};
    if (row) {
        ret->change = (uint64_t)db_column_int(stmt, 0);
        ret->news = (uint64_t)db_column_int(stmt, 1);
        ret->op_id = db_column_uuid(stmt, 2);
    }
    return ERR_OK;
}

/* --- Whom we go to ---------------------------------------------------------------------------- */

enum err_code store_upstream_read(struct store_reader *reader, struct store_upstream *ret,
                                  bool *ret_found, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_UPSTREAM_READ, &stmt, err));
    TRY(db_step(&reader->db, stmt, ret_found, err));
    if (!*ret_found)
        return ERR_OK;
    struct store_upstream upstream = {
        .taken = {db_column_uuid(stmt, 3), db_column_uuid(stmt, 4),
                  (uint64_t)db_column_int(stmt, 5), (uint64_t)db_column_int(stmt, 6),
                  db_column_uuid(stmt, 7)},
        .pushed = {.server_id = reader->store->info.server_id, .epoch = db_column_uuid(stmt, 8)},
        .contact_ms = db_column_int(stmt, 11),
        .file_id = db_column_uuid(stmt, 12),
    };
    /* Another epoch of ours since: it counts for nothing. */
    if (uuid_equal(upstream.pushed.epoch, reader->store->info.epoch)) {
        upstream.pushed.change = (uint64_t)db_column_int(stmt, 9);
        upstream.pushed.news = (uint64_t)db_column_int(stmt, 10);
    }
    copy_text(db_column_text(stmt, 0), upstream.url, sizeof upstream.url);
    copy_text(db_column_text(stmt, 1), upstream.ca_file, sizeof upstream.ca_file);
    const struct span sealed = db_column_blob(stmt, 2);
    if (sealed.len > sizeof upstream.sealed)
        return err_set(err, ERR_CHECKSUM, "the upstream's key in the store is damaged", 0);
    memcpy(upstream.sealed, sealed.data, sealed.len);
    upstream.sealed_len = sealed.len;
    *ret = upstream;
    return ERR_OK;
}

enum err_code store_upstream_put(struct store *store, const struct store_upstream *upstream,
                                 struct err *err)
{
    struct own own;
    TRY(own_open(&own, store, SQL_UPSTREAM_PUT, err));
    db_bind_text(&own.db, own.stmt, 2, span_from_str(upstream->url));
    db_bind_text(&own.db, own.stmt, 3, span_from_str(upstream->ca_file));
    db_bind_blob(&own.db, own.stmt, 4, span_of(upstream->sealed, upstream->sealed_len));
    return own_run(&own, err);
}

enum err_code store_upstream_remove(struct store *store, struct err *err)
{
    struct own own;
    TRY(own_open(&own, store, SQL_UPSTREAM_REMOVE, err));
    return own_run(&own, err);
}

static enum err_code begin_upstream(struct db *db, const struct store_info *info,
                                    const struct store_cursor *taken, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_exec(db, "BEGIN IMMEDIATE", err));
    TRY(db_take(db, SQL_UPSTREAM_RUN_CLEAR, &stmt, err));
    TRY(db_run(db, stmt, err));
    TRY(db_take(db, SQL_UPSTREAM_BEGIN, &stmt, err));
    db_bind_uuid(db, stmt, 2, taken->server_id);
    db_bind_uuid(db, stmt, 3, taken->epoch);
    db_bind_uuid(db, stmt, 4, info->epoch);
    db_bind_int(db, stmt, 5, (int64_t)taken->change);
    db_bind_int(db, stmt, 6, (int64_t)taken->news);
    db_bind_uuid(db, stmt, 7, taken->op_id);
    TRY(db_run(db, stmt, err));
    return db_exec(db, "COMMIT", err);
}

enum err_code store_upstream_begin(struct store *store, const struct store_cursor *taken,
                                   struct err *err)
{
    struct db db;
    TRY(inside_open_own(store, &db, err));
    const enum err_code code = begin_upstream(&db, &store->info, taken, err);
    if (code != ERR_OK)
        db_rollback(&db);
    db_close(&db);
    return code;
}

enum err_code store_upstream_pushed(struct store *store, struct uuid server_id, struct uuid epoch,
                                    uint64_t change, uint64_t news, int64_t now_ms, struct err *err)
{
    struct own own;
    TRY(own_open(&own, store, SQL_UPSTREAM_PUSHED, err));
    db_bind_uuid(&own.db, own.stmt, 2, server_id);
    db_bind_uuid(&own.db, own.stmt, 3, epoch);
    db_bind_uuid(&own.db, own.stmt, 4, store->info.epoch);
    db_bind_int(&own.db, own.stmt, 5, (int64_t)change);
    db_bind_int(&own.db, own.stmt, 6, (int64_t)news);
    db_bind_int(&own.db, own.stmt, 7, now_ms);
    return own_run(&own, err);
}

enum err_code store_upstream_met(struct store *store, int64_t now_ms, struct err *err)
{
    struct own own;
    TRY(own_open(&own, store, SQL_UPSTREAM_MET, err));
    db_bind_int(&own.db, own.stmt, 2, now_ms);
    return own_run(&own, err);
}

enum err_code store_upstream_file(struct store *store, struct uuid file_id, struct err *err)
{
    struct own own;
    TRY(own_open(&own, store, SQL_UPSTREAM_FILE, err));
    db_bind_uuid(&own.db, own.stmt, 2, file_id);
    return own_run(&own, err);
}

enum err_code store_upstream_gap(struct store_reader *reader, uint64_t after, uint64_t *ret_first,
                                 uint64_t *ret_last, struct err *err)
{
    uint64_t first = after + 1;
    for (;;) {
        CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
        bool row;
        TRY(db_take(&reader->db, SQL_UPSTREAM_RUN_FIND, &stmt, err));
        db_bind_int(&reader->db, stmt, 2, (int64_t)first);
        TRY(db_step(&reader->db, stmt, &row, err));
        const uint64_t run = row ? (uint64_t)db_column_int(stmt, 0) : 0;
        if (!row || run > first) {
            *ret_first = first;
            *ret_last = row ? run - 1 : UINT64_MAX;
            return ERR_OK;
        }
        first = (uint64_t)db_column_int(stmt, 1) + 1;
    }
}

enum err_code store_city(struct store_reader *reader, struct store_city *ret, struct err *err)
{
    struct store_upstream upstream;
    struct store_city city = {0};
    TRY(store_upstream_read(reader, &upstream, &city.venue, err));
    if (!city.venue) {
        TRY(store_newest_change(reader, &city.change, err));
    } else {
        uint64_t first, last;
        city.contact_ms = upstream.contact_ms;
        TRY(store_upstream_gap(reader, upstream.pushed.change, &first, &last, err));
        city.change = first - 1;
    }
    *ret = city;
    return ERR_OK;
}

/* --- Two folders with one identity ------------------------------------------------------------ */

enum err_code store_renew(struct store *store, int64_t now_ms, struct err *err)
{
    struct own own;
    TRY(own_open(&own, store, SQL_RENEWAL_ADD, err));
    db_bind_int(&own.db, own.stmt, 2, now_ms);
    return own_run(&own, err);
}

enum err_code store_will_renew(struct store_reader *reader, bool *ret, struct err *err)
{
    sqlite3_stmt *stmt;
    int64_t count;
    TRY(db_take(&reader->db, SQL_RENEWAL_FIND, &stmt, err));
    TRY(db_one_int(&reader->db, stmt, 0, &count, err));
    *ret = count > 0;
    return ERR_OK;
}
