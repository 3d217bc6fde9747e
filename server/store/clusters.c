#include "server/store/clusters.h"

#include "server/store/inside.h"

enum dimension { DIMENSION_KIND = 1, DIMENSION_CHANNEL, DIMENSION_HAT, DIMENSION_CARD };
enum { HULL_PLACE_BYTES = 8 };

/* Big-endian, longitude first: the same bytes on every machine. */
static void put_place(uint8_t *at, struct store_place place)
{
    const uint32_t lon = (uint32_t)place.lon_e7, lat = (uint32_t)place.lat_e7;
    for (int i = 0; i < 4; i++) {
        at[i] = (uint8_t)(lon >> (24 - 8 * i));
        at[4 + i] = (uint8_t)(lat >> (24 - 8 * i));
    }
}

static struct store_place place_at(const uint8_t *at)
{
    uint32_t lon = 0, lat = 0;
    for (int i = 0; i < 4; i++) {
        lon = lon << 8 | at[i];
        lat = lat << 8 | at[4 + i];
    }
    return (struct store_place){(int32_t)lon, (int32_t)lat};
}

static enum err_code put_count(struct db *db, uint64_t run_id, uint32_t number,
                               enum dimension dimension, unsigned word, struct uuid card_id,
                               uint32_t count, struct err *err)
{
    if (!count)
        return ERR_OK;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_CLUSTERS_INSERT_COUNT, &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)run_id);
    db_bind_int(db, stmt, 3, number);
    db_bind_int(db, stmt, 4, dimension);
    db_bind_int(db, stmt, 5, word);
    db_bind_uuid(db, stmt, 6, card_id);
    db_bind_int(db, stmt, 7, count);
    return db_run(db, stmt, err);
}

static enum err_code put_words(struct db *db, uint64_t run_id, const struct store_cluster *cluster,
                               enum dimension dimension, const uint32_t *counts, unsigned end,
                               struct err *err)
{
    for (unsigned word = 1; word < end; word++)
        TRY(put_count(db, run_id, cluster->number, dimension, word, (struct uuid){{0}},
                      counts[word], err));
    return ERR_OK;
}

static enum err_code put_members(struct db *db, uint64_t run_id,
                                 const struct store_cluster *cluster, struct err *err)
{
    for (size_t i = 0; i < cluster->member_count; i++) {
        sqlite3_stmt *stmt;
        TRY(db_take(db, SQL_CLUSTERS_INSERT_MEMBER, &stmt, err));
        db_bind_int(db, stmt, 2, (int64_t)run_id);
        db_bind_int(db, stmt, 3, cluster->number);
        db_bind_int(db, stmt, 4, (int64_t)i);
        db_bind_uuid(db, stmt, 5, cluster->members[i]);
        TRY(db_run(db, stmt, err));
    }
    return ERR_OK;
}

static enum err_code put_row(struct db *db, uint64_t run_id, const struct store_cluster *cluster,
                             struct arena *arena, struct err *err)
{
    uint8_t *hull = arena_array(arena, cluster->hull_count, HULL_PLACE_BYTES);
    if (!hull)
        return err_set(err, ERR_NOMEM, "no memory for a cluster's outline", cluster->number);
    for (size_t i = 0; i < cluster->hull_count; i++)
        put_place(hull + i * HULL_PLACE_BYTES, cluster->hull[i]);
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_CLUSTERS_INSERT_CLUSTER, &stmt, err));
    const int64_t values[] = {(int64_t)run_id,        cluster->number,
                              cluster->size,          cluster->core_count,
                              cluster->centre.lon_e7, cluster->centre.lat_e7,
                              cluster->reach_mm,      (int64_t)cluster->area_mm2,
                              cluster->agree,         cluster->disagree,
                              cluster->unsure,        cluster->replies};
    for (size_t i = 0; i < LENGTH(values); i++)
        db_bind_int(db, stmt, (int)i + 2, values[i]);
    db_bind_blob(db, stmt, 14, span_of(hull, cluster->hull_count * HULL_PLACE_BYTES));
    return db_run(db, stmt, err);
}

static enum err_code put_cluster(struct db *db, uint64_t run_id,
                                 const struct store_cluster *cluster, struct arena *arena,
                                 struct err *err)
{
    TRY(put_row(db, run_id, cluster, arena, err));
    TRY(put_words(db, run_id, cluster, DIMENSION_KIND, cluster->by_kind, COMMENT_KIND_END, err));
    TRY(put_words(db, run_id, cluster, DIMENSION_CHANNEL, cluster->by_channel, CHANNEL_END, err));
    TRY(put_words(db, run_id, cluster, DIMENSION_HAT, cluster->by_hat, HAT_END, err));
    for (size_t i = 0; i < cluster->card_count; i++)
        TRY(put_count(db, run_id, cluster->number, DIMENSION_CARD, 0, cluster->cards[i].card_id,
                      cluster->cards[i].count, err));
    return put_members(db, run_id, cluster, err);
}

static enum err_code put_run(struct db *db, const struct store_cluster_run *run, uint64_t id,
                             struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_CLUSTERS_INSERT_RUN, &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)id);
    db_bind_int(db, stmt, 3, run->method_version);
    db_bind_int(db, stmt, 4, run->audience);
    db_bind_uuid(db, stmt, 5, run->space_id);
    db_bind_int(db, stmt, 6, run->epsg);
    db_bind_int(db, stmt, 7, run->radius_mm);
    db_bind_int(db, stmt, 8, run->min_points);
    db_bind_int(db, stmt, 9, (int64_t)run->change);
    db_bind_int(db, stmt, 10, run->made_ms);
    db_bind_blob(db, stmt, 11, span_of(run->input_sha256, sizeof run->input_sha256));
    db_bind_int(db, stmt, 12, run->comment_count);
    db_bind_int(db, stmt, 13, run->noise_count);
    return db_run(db, stmt, err);
}

static enum err_code find_same(struct db *db, const struct store_cluster_run *run, int64_t *ret_id,
                               struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_CLUSTERS_FIND_SAME, &stmt, err));
    db_bind_int(db, stmt, 2, run->audience);
    db_bind_uuid(db, stmt, 3, run->space_id);
    db_bind_int(db, stmt, 4, run->method_version);
    db_bind_int(db, stmt, 5, run->epsg);
    db_bind_int(db, stmt, 6, run->radius_mm);
    db_bind_int(db, stmt, 7, run->min_points);
    db_bind_blob(db, stmt, 8, span_of(run->input_sha256, sizeof run->input_sha256));
    return db_one_int(db, stmt, 0, ret_id, err);
}

static enum err_code put_all(struct db *db, const struct store_cluster_run *run, int64_t *ret_id,
                             bool *ret_is_new, struct err *err)
{
    TRY(find_same(db, run, ret_id, err));
    if (*ret_id) {
        *ret_is_new = false;
        return ERR_OK;
    }
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_CLUSTERS_NEXT_ID, &stmt, err));
    TRY(db_one_int(db, stmt, 1, ret_id, err));
    TRY(put_run(db, run, (uint64_t)*ret_id, err));
    struct arena arena;
    arena_init(&arena, 0);
    enum err_code code = ERR_OK;
    for (size_t i = 0; code == ERR_OK && i < run->cluster_count; i++)
        code = put_cluster(db, (uint64_t)*ret_id, &run->clusters[i], &arena, err);
    arena_done(&arena);
    *ret_is_new = true;
    return code;
}

/* BEGIN IMMEDIATE waits for the writer of a running server; then nobody writes in between. */
static enum err_code put_durably(struct db *db, const struct store_cluster_run *run,
                                 int64_t *ret_id, bool *ret_is_new, struct err *err)
{
    TRY(db_exec(db, "BEGIN IMMEDIATE", err));
    TRY(put_all(db, run, ret_id, ret_is_new, err));
    return db_exec(db, "COMMIT", err);
}

enum err_code store_clusters_put(struct store *store, const struct store_cluster_run *run,
                                 uint64_t *ret_id, bool *ret_is_new, struct err *err)
{
    struct db db;
    int64_t id = 0;
    bool is_new = false;
    TRY(inside_open_own(store, &db, err));
    const enum err_code code = put_durably(&db, run, &id, &is_new, err);
    if (code != ERR_OK)
        db_rollback(&db);
    db_close(&db);
    if (code != ERR_OK)
        return code;
    *ret_id = (uint64_t)id;
    *ret_is_new = is_new;
    return ERR_OK;
}

static enum err_code read_run(struct db *db, struct store_cluster_run *run, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool has_row;
    TRY(db_take(db, SQL_CLUSTERS_NEWEST_RUN, &stmt, err));
    db_bind_int(db, stmt, 2, run->audience);
    db_bind_uuid(db, stmt, 3, run->space_id);
    TRY(db_step(db, stmt, &has_row, err));
    if (!has_row)
        return err_set(err, ERR_NOT_FOUND, "no clusters were made yet", 0);
    run->id = (uint64_t)db_column_int(stmt, 0);
    run->method_version = (uint32_t)db_column_int(stmt, 1);
    run->epsg = (int)db_column_int(stmt, 2);
    run->radius_mm = (uint32_t)db_column_int(stmt, 3);
    run->min_points = (uint32_t)db_column_int(stmt, 4);
    run->change = (uint64_t)db_column_int(stmt, 5);
    run->made_ms = db_column_int(stmt, 6);
    const struct span hash = db_column_blob(stmt, 7);
    if (hash.len != sizeof run->input_sha256)
        return err_set(err, ERR_CHECKSUM, "a cluster run in the store is damaged", run->id);
    memcpy(run->input_sha256, hash.data, hash.len);
    run->comment_count = (uint32_t)db_column_int(stmt, 8);
    run->noise_count = (uint32_t)db_column_int(stmt, 9);
    run->cluster_count = (size_t)db_column_int(stmt, 10);
    return ERR_OK;
}

static enum err_code read_hull(struct span bytes, struct arena *arena,
                               struct store_cluster *cluster, struct err *err)
{
    cluster->hull_count = bytes.len / HULL_PLACE_BYTES;
    cluster->hull = ARENA_ARRAY(arena, struct store_place, cluster->hull_count);
    if (!cluster->hull)
        return err_set(err, ERR_NOMEM, "no memory for a cluster's outline", cluster->number);
    for (size_t i = 0; i < cluster->hull_count; i++)
        cluster->hull[i] = place_at(bytes.data + i * HULL_PLACE_BYTES);
    return ERR_OK;
}

static enum err_code read_rows(struct db *db, struct store_cluster_run *run, struct arena *arena,
                               struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool has_row;
    TRY(db_take(db, SQL_CLUSTERS_OF_RUN, &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)run->id);
    run->clusters = arena_zero(arena, run->cluster_count, sizeof *run->clusters);
    if (!run->clusters)
        return err_set(err, ERR_NOMEM, "no memory for the clusters", run->cluster_count);
    for (size_t i = 0; i < run->cluster_count; i++) {
        TRY(db_step(db, stmt, &has_row, err));
        if (!has_row)
            return err_set(err, ERR_CHECKSUM, "a cluster run in the store is damaged", run->id);
        struct store_cluster *cluster = &run->clusters[i];
        cluster->number = (uint32_t)db_column_int(stmt, 0);
        cluster->size = (uint32_t)db_column_int(stmt, 1);
        cluster->core_count = (uint32_t)db_column_int(stmt, 2);
        cluster->centre.lon_e7 = (int32_t)db_column_int(stmt, 3);
        cluster->centre.lat_e7 = (int32_t)db_column_int(stmt, 4);
        cluster->reach_mm = (uint32_t)db_column_int(stmt, 5);
        cluster->area_mm2 = (uint64_t)db_column_int(stmt, 6);
        cluster->agree = (uint32_t)db_column_int(stmt, 7);
        cluster->disagree = (uint32_t)db_column_int(stmt, 8);
        cluster->unsure = (uint32_t)db_column_int(stmt, 9);
        cluster->replies = (uint32_t)db_column_int(stmt, 10);
        TRY(read_hull(db_column_blob(stmt, 11), arena, cluster, err));
    }
    return ERR_OK;
}

static void take_count(struct store_cluster *cluster, sqlite3_stmt *stmt)
{
    const unsigned word = (unsigned)db_column_int(stmt, 1);
    const uint32_t count = (uint32_t)db_column_int(stmt, 3);
    switch ((enum dimension)db_column_int(stmt, 0)) {
    case DIMENSION_KIND:
        if (word < COMMENT_KIND_END)
            cluster->by_kind[word] = count;
        break;
    case DIMENSION_CHANNEL:
        if (word < CHANNEL_END)
            cluster->by_channel[word] = count;
        break;
    case DIMENSION_HAT:
        if (word < HAT_END)
            cluster->by_hat[word] = count;
        break;
    case DIMENSION_CARD:
        if (cluster->card_count < cluster->size)
            cluster->cards[cluster->card_count++] =
                (struct store_card_count){db_column_uuid(stmt, 2), count};
        break;
    }
}

static enum err_code read_counts(struct db *db, uint64_t run_id, struct store_cluster *cluster,
                                 struct arena *arena, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool has_row;
    cluster->cards = ARENA_ARRAY(arena, struct store_card_count, cluster->size);
    if (!cluster->cards)
        return err_set(err, ERR_NOMEM, "no memory for a cluster's cards", cluster->number);
    TRY(db_take(db, SQL_CLUSTERS_COUNTS, &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)run_id);
    db_bind_int(db, stmt, 3, cluster->number);
    for (;;) {
        TRY(db_step(db, stmt, &has_row, err));
        if (!has_row)
            return ERR_OK;
        take_count(cluster, stmt);
    }
}

static const enum sql members_for[] = {
    [STORE_PUBLIC] = SQL_CLUSTERS_MEMBERS_PUBLIC,
    [STORE_MEMBER] = SQL_CLUSTERS_MEMBERS_MEMBER,
    [STORE_STAFF] = SQL_CLUSTERS_MEMBERS_STAFF,
};

static enum err_code read_members(struct db *db, const struct store_cluster_run *run,
                                  struct store_cluster *cluster, struct arena *arena,
                                  struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool has_row;
    cluster->members = ARENA_ARRAY(arena, struct uuid, cluster->size);
    if (!cluster->members)
        return err_set(err, ERR_NOMEM, "no memory for a cluster's comments", cluster->number);
    TRY(db_take(db, members_for[run->audience], &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)run->id);
    db_bind_int(db, stmt, 3, cluster->number);
    for (;;) {
        TRY(db_step(db, stmt, &has_row, err));
        if (!has_row)
            return ERR_OK;
        if (cluster->member_count < cluster->size)
            cluster->members[cluster->member_count++] = db_column_uuid(stmt, 0);
    }
}

enum err_code store_clusters_newest(struct store_reader *reader, enum store_audience audience,
                                    const struct uuid *space_id, struct arena *arena,
                                    struct store_cluster_run *ret, struct err *err)
{
    struct db *db = &reader->db;
    struct store_cluster_run run = {.audience = audience, .has_space = space_id != NULL};
    if (space_id)
        run.space_id = *space_id;
    TRY(read_run(db, &run, err));
    TRY(read_rows(db, &run, arena, err));
    for (size_t i = 0; i < run.cluster_count; i++) {
        TRY(read_counts(db, run.id, &run.clusters[i], arena, err));
        TRY(read_members(db, &run, &run.clusters[i], arena, err));
    }
    *ret = run;
    return ERR_OK;
}
