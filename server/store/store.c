#include "server/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/store/accept.h"
#include "server/store/inside.h"
#include "server/store/removal.h"

/* Where comments may be when nothing else is said. Kumagaya and a good day's outing around it;
 * elsewhere Japan with its islands. */
static const struct store_box kumagaya = {1389000000, 358000000, 1399000000, 365000000};
static const struct store_box japan = {1220000000, 200000000, 1540000000, 460000000};
enum { KUMAGAYA = 11202 };

static enum err_code set_paths(struct store *store, const char *dir, struct err *err)
{
    if (strlen(dir) >= sizeof store->dir)
        return err_set(err, ERR_USAGE, "the path of the data folder is too long", 0);
    snprintf(store->dir, sizeof store->dir, "%s", dir);
    if (!sidefile_path(dir, "kakikomap.db", store->path, sizeof store->path))
        return err_set(err, ERR_USAGE, "the path of the data folder is too long", 0);
    return ERR_OK;
}

/* --- Making one ------------------------------------------------------------------------------- */

static bool box_is_unset(struct store_box box)
{
    return !box.min_lon_e7 && !box.min_lat_e7 && !box.max_lon_e7 && !box.max_lat_e7;
}

static enum err_code info_from_settings(const struct store_settings *settings, int64_t now_ms,
                                        const uint8_t random[32], struct store_info *ret,
                                        struct err *err)
{
    struct store_info info = {
        .municipality = settings->municipality,
        .demo = settings->demo,
        .made_ms = now_ms,
        .box = settings->box,
    };
    if (info.municipality == 0 || info.municipality > 999999)
        return err_set(err, ERR_PARAM, "the municipality is a code of up to 6 digits: 11202", 0);
    const size_t len = settings->name ? strlen(settings->name) : 0;
    if (len == 0 || len > STORE_NAME_MAX ||
        op_judge_line(span_of(settings->name, len), STORE_NAME_MAX, "x", "x"))
        return err_set(err, ERR_PARAM, "the municipality's name is missing or too long", 0);
    memcpy(info.name, settings->name, len + 1);
    if (box_is_unset(info.box))
        info.box = info.municipality == KUMAGAYA ? kumagaya : japan;
    if (info.box.min_lon_e7 >= info.box.max_lon_e7 || info.box.min_lat_e7 >= info.box.max_lat_e7 ||
        info.box.min_lon_e7 < -1800000000 || info.box.max_lon_e7 > 1800000000 ||
        info.box.min_lat_e7 < -850000000 || info.box.max_lat_e7 > 850000000)
        return err_set(err, ERR_PARAM, "the box is west,south,east,north in degrees", 0);
    memcpy(info.server_id.bytes, random, UUID_BYTES);
    memcpy(info.epoch.bytes, random + UUID_BYTES, UUID_BYTES);
    *ret = info;
    return ERR_OK;
}

static enum err_code insert_info(struct db *db, const struct store_info *info, struct err *err)
{
    sqlite3_stmt *stmt;
    db->municipality = info->municipality;
    TRY(db_take(db, SQL_STORE_INSERT, &stmt, err));
    db_bind_text(db, stmt, 2, span_from_str(info->name));
    db_bind_int(db, stmt, 3, info->demo);
    db_bind_uuid(db, stmt, 4, info->server_id);
    db_bind_uuid(db, stmt, 5, info->epoch);
    db_bind_int(db, stmt, 6, info->made_ms);
    db_bind_int(db, stmt, 7, info->box.min_lon_e7);
    db_bind_int(db, stmt, 8, info->box.min_lat_e7);
    db_bind_int(db, stmt, 9, info->box.max_lon_e7);
    db_bind_int(db, stmt, 10, info->box.max_lat_e7);
    return db_run(db, stmt, err);
}

static enum err_code fill_database(const char *path, const struct store_info *info, struct err *err)
{
    struct db db;
    CLEANUP(db_close_at) struct db *opened = NULL;
    TRY(db_open(&db, path, DB_MIGRATE, err));
    opened = &db;
    TRY(db_migrate(&db, err));
    return insert_info(&db, info, err);
}

enum err_code store_create(const char *dir, const struct store_settings *settings, int64_t now_ms,
                           const uint8_t random[32], struct err *err)
{
    struct store store = {0};
    struct store_info info;
    TRY(set_paths(&store, dir, err));
    TRY(info_from_settings(settings, now_ms, random, &info, err));
    TRY(inside_make_empty(dir, err));
    TRY(fill_database(store.path, &info, err));
    struct sidefile side;
    TRY(sidefile_open(&side, dir, err));
    const enum err_code code = sidefile_write_epoch(&side, info.epoch, 0, true, err);
    sidefile_close(&side);
    TRY(code);
    return sidefile_sync_dir(dir, err);
}

/* --- Opening one ------------------------------------------------------------------------------ */

enum err_code inside_read_info(struct db *db, struct store_info *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(db, SQL_STORE_READ, &stmt, err));
    TRY(db_step(db, stmt, &row, err));
    if (!row)
        return err_set(err, ERR_NOT_FOUND, "the store was not finished: make it anew", 0);
    struct store_info info = {
        .municipality = (uint32_t)db_column_int(stmt, 0),
        .demo = db_column_int(stmt, 2) != 0,
        .server_id = db_column_uuid(stmt, 3),
        .epoch = db_column_uuid(stmt, 4),
        .made_ms = db_column_int(stmt, 5),
        .box = {(int32_t)db_column_int(stmt, 6), (int32_t)db_column_int(stmt, 7),
                (int32_t)db_column_int(stmt, 8), (int32_t)db_column_int(stmt, 9)},
    };
    const struct span name = db_column_text(stmt, 1);
    memcpy(info.name, name.data, name.len < STORE_NAME_MAX ? name.len : STORE_NAME_MAX);
    *ret = info;
    return ERR_OK;
}

struct erasure_replay {
    struct accept *accept;
    const struct store_batch *batch;
};

static enum err_code replay_erasure(void *context, struct span op, struct err *err)
{
    const struct erasure_replay *replay = context;
    struct uuid id;
    if (sidefile_is_removal(op, &id))
        return removal_apply(replay->accept->project.db, id, err);
    struct store_batch batch = *replay->batch;
    batch.ops = &op;
    batch.op_count = 1;
    struct store_ack ack;
    return accept_op(replay->accept, &batch, 0, &ack, err);
}

static enum err_code begin_epoch(struct store *store, struct db *db, struct err *err)
{
    randombytes_buf(store->info.epoch.bytes, UUID_BYTES);
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_STORE_SET_EPOCH, &stmt, err));
    db_bind_uuid(db, stmt, 2, store->info.epoch);
    TRY(db_run(db, stmt, err));
    /* What was revoked since the image was made is in it still: everybody signs in anew. */
    TRY(db_take(db, SQL_SESSION_CLEAR, &stmt, err));
    return db_run(db, stmt, err);
}

/* S22: another folder has this one's identity; unless it is being served just now, it takes its
 * own. */
static enum err_code renew_identity(struct store *store, struct db *db, struct err *err)
{
    sqlite3_stmt *stmt;
    int64_t wanted;
    TRY(db_take(db, SQL_RENEWAL_FIND, &stmt, err));
    TRY(db_one_int(db, stmt, 0, &wanted, err));
    if (!wanted || !sidefile_is_alone(&store->side))
        return ERR_OK;
    randombytes_buf(store->info.server_id.bytes, UUID_BYTES);
    randombytes_buf(store->info.epoch.bytes, UUID_BYTES);
    TRY(db_take(db, SQL_STORE_SET_IDENTITY, &stmt, err));
    db_bind_uuid(db, stmt, 2, store->info.server_id);
    db_bind_uuid(db, stmt, 3, store->info.epoch);
    TRY(db_run(db, stmt, err));
    TRY(db_take(db, SQL_RENEWAL_REMOVE, &stmt, err));
    return db_run(db, stmt, err);
}

/* A migration may have emptied what is made from the log (0003): it is made again, in the
 * transaction in which opening catches up. */
static enum err_code fill_bare_tables(struct db *db, struct err *err)
{
    sqlite3_stmt *stmt;
    int64_t bare;
    TRY(db_take(db, SQL_STORE_IS_BARE, &stmt, err));
    TRY(db_one_int(db, stmt, 0, &bare, err));
    const struct project_replay replay = {.db = db};
    return bare ? project_replay(&replay, err) : ERR_OK;
}

/* S14: a database that is older than what this folder has acknowledged begins a new epoch. S13: it
 * is told again what must stay erased. */
static enum err_code catch_up_inside(struct store *store, struct db *db, struct accept *accept,
                                     struct err *err)
{
    struct sidefile_epoch side;
    TRY(sidefile_read_epoch(store->dir, &side, err));
    TRY(accept_begin(accept, err));
    TRY(fill_bare_tables(db, err));
    if (!side.valid || !uuid_equal(side.epoch, store->info.epoch) || side.change > accept->newest)
        TRY(begin_epoch(store, db, err));
    TRY(renew_identity(store, db, err));
    char path[600];
    if (!sidefile_path(store->dir, "erased", path, sizeof path))
        return err_set(err, ERR_USAGE, "the path of the data folder is too long", 0);
    /* With the least right that erases: more would be above what another server takes from this one
     * (S19), and raise what the log has already. */
    const struct store_batch batch = {.origin = STORE_FROM_STAFF,
                                      .standing = STANDING_MODERATOR,
                                      .received_ms = store->info.made_ms};
    struct erasure_replay replay = {accept, &batch};
    TRY(sidefile_each_erasure(path, replay_erasure, &replay, err));
    TRY(db_exec(db, "COMMIT", err));
    if (accept->has_erased || db->wipes)
        TRY(db_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", err));
    return sidefile_write_epoch(&store->side, store->info.epoch, accept->newest, true, err);
}

static enum err_code catch_up(struct store *store, struct db *db, struct err *err)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct accept accept = {
        .project = {.db = db, .arena = &arena},
        .limits = accept_limits(&store->info),
        .server_id = store->info.server_id,
    };
    enum err_code code = db_exec(db, "BEGIN IMMEDIATE", err);
    if (code == ERR_OK)
        code = catch_up_inside(store, db, &accept, err);
    if (code != ERR_OK)
        db_rollback(db);
    arena_done(&arena);
    return code;
}

static enum err_code open_for_writing(struct store *store, struct err *err)
{
    struct db db;
    CLEANUP(db_close_at) struct db *opened = NULL;
    /* SpatiaLite and its writable schema only while there is something to migrate. */
    TRY(db_open(&db, store->path, DB_WRITE, err));
    opened = &db;
    int version;
    TRY(db_version(&db, &version, err));
    if (version != SQL_MIGRATIONS) {
        db_close(&db);
        TRY(db_open(&db, store->path, DB_MIGRATE, err));
        TRY(db_migrate(&db, err));
        db_close(&db);
        TRY(db_open(&db, store->path, DB_WRITE, err));
    }
    TRY(inside_read_info(&db, &store->info, err));
    db.municipality = store->info.municipality;
    TRY(inside_make_folders(store->dir, err));
    TRY(sidefile_open(&store->side, store->dir, err));
    sidefile_make_ballast(store->dir);
    return catch_up(store, &db, err);
}

static enum err_code open_for_reading(struct store *store, struct err *err)
{
    struct db db;
    CLEANUP(db_close_at) struct db *opened = NULL;
    TRY(db_open(&db, store->path, store->mode == STORE_RESCUE ? DB_RESCUE : DB_READ, err));
    opened = &db;
    int version;
    TRY(db_version(&db, &version, err));
    if (version > SQL_MIGRATIONS)
        return err_set(err, ERR_VERSION, "this store was made by a newer kakikomap", 0);
    if (version < SQL_MIGRATIONS)
        return err_set(err, ERR_VERSION,
                       "this store is of an older kakikomap: start serve once to bring it forward",
                       0);
    return inside_read_info(&db, &store->info, err);
}

enum err_code store_open(const char *dir, enum store_mode mode, struct store **ret, struct err *err)
{
    if (sodium_init() < 0)
        return err_set(err, ERR_INTERNAL, "libsodium cannot start", 0);
    CLEANUP(store_close_at) struct store *store = calloc(1, sizeof *store);
    if (!store)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    store->mode = mode;
    store->side.epoch_fd = -1;
    TRY(set_paths(store, dir, err));
    if (access(store->path, F_OK) != 0)
        return err_set(err, ERR_NOT_FOUND,
                       "there is no store in this folder: make one with kakikomap init or demo", 0);
    if (mode == STORE_WRITE && access(store->path, W_OK) != 0)
        return err_set(err, ERR_IO, "the store is not writable: nothing can be saved here", 0);
    TRY(mode == STORE_WRITE ? open_for_writing(store, err) : open_for_reading(store, err));
    *ret = store;
    store = NULL;
    return ERR_OK;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    sidefile_close(&store->side);
    free(store);
}

const struct store_info *store_info(const struct store *store)
{
    return &store->info;
}

const char *store_dir(const struct store *store)
{
    return store->dir;
}

bool store_is_alone(struct store *store)
{
    return sidefile_is_alone(&store->side);
}

/* --- Readers ---------------------------------------------------------------------------------- */

enum err_code store_reader_open(struct store *store, struct store_reader **ret, struct err *err)
{
    struct store_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    reader->store = store;
    const enum err_code code =
        db_open(&reader->db, store->path, store->mode == STORE_RESCUE ? DB_RESCUE : DB_READ, err);
    if (code != ERR_OK) {
        free(reader);
        return code;
    }
    reader->db.municipality = store->info.municipality;
    *ret = reader;
    return ERR_OK;
}

void store_reader_close(struct store_reader *reader)
{
    if (!reader)
        return;
    db_close(&reader->db);
    free(reader);
}

enum err_code store_reader_begin(struct store_reader *reader, struct err *err)
{
    return db_exec(&reader->db, "BEGIN", err);
}

void store_reader_end(struct store_reader *reader)
{
    if (!sqlite3_get_autocommit(reader->db.sqlite))
        sqlite3_exec(reader->db.sqlite, "COMMIT", NULL, NULL, NULL);
}

enum err_code store_newest_change(struct store_reader *reader, uint64_t *ret, struct err *err)
{
    sqlite3_stmt *stmt;
    int64_t newest;
    TRY(db_take(&reader->db, SQL_CHANGE_NEWEST, &stmt, err));
    TRY(db_one_int(&reader->db, stmt, 0, &newest, err));
    *ret = (uint64_t)newest;
    return ERR_OK;
}

static uint64_t size_of(const char *path, const char *suffix)
{
    char name[700];
    struct stat info;
    snprintf(name, sizeof name, "%s%s", path, suffix);
    return stat(name, &info) == 0 ? (uint64_t)info.st_size : 0;
}

enum err_code store_counts(struct store_reader *reader, struct store_counts *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, SQL_STORE_COUNTS, &stmt, err));
    TRY(db_step(&reader->db, stmt, &row, err));
    uint64_t room, mark;
    sidefile_room(reader->store->dir, &room, &mark);
    *ret = (struct store_counts){
        .changes = (uint64_t)db_column_int(stmt, 0),
        .comments = (uint64_t)db_column_int(stmt, 1),
        .comments_public = (uint64_t)db_column_int(stmt, 2),
        .replies = (uint64_t)db_column_int(stmt, 3),
        .reactions = (uint64_t)db_column_int(stmt, 4),
        .cards = (uint64_t)db_column_int(stmt, 5),
        .quarantined = (uint64_t)db_column_int(stmt, 6),
        .erased = (uint64_t)db_column_int(stmt, 7),
        .database_bytes = size_of(reader->store->path, ""),
        .wal_bytes = size_of(reader->store->path, "-wal"),
        .free_bytes = room,
    };
    return ERR_OK;
}

enum err_code inside_open_own(struct store *store, struct db *ret, struct err *err)
{
    if (store->mode != STORE_WRITE)
        return err_set(err, ERR_USAGE, "the store was opened for reading", 0);
    TRY(db_open(ret, store->path, DB_WRITE, err));
    ret->municipality = store->info.municipality;
    ret->dir = store->dir;
    return ERR_OK;
}
