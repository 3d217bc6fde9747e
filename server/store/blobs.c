#include "server/store/blobs.h"

#include <sodium.h>
#include <stdio.h>

#include "server/store/inside.h"
#include "server/store/list.h"
#include "server/store/local.h"

static void bind_sha256(struct db *db, sqlite3_stmt *stmt, int at, const struct sha256 *sha256)
{
    db_bind_blob(db, stmt, at, span_of(sha256->bytes, SHA256_BYTES));
}

/* The schema holds the length. */
static struct sha256 column_sha256(sqlite3_stmt *stmt, int at)
{
    struct sha256 sha256 = {{0}};
    const struct span bytes = db_column_blob(stmt, at);
    if (bytes.len == SHA256_BYTES)
        memcpy(sha256.bytes, bytes.data, SHA256_BYTES);
    return sha256;
}

static struct store_blob read_blob(sqlite3_stmt *stmt)
{
    return (struct store_blob){
        .sha256 = column_sha256(stmt, 0),
        .width = (uint32_t)db_column_int(stmt, 1),
        .height = (uint32_t)db_column_int(stmt, 2),
        .display = {column_sha256(stmt, 3), (uint32_t)db_column_int(stmt, 4)},
        .thumb = {column_sha256(stmt, 5), (uint32_t)db_column_int(stmt, 6)},
        .made_ms = db_column_int(stmt, 7),
    };
}

void store_blob_name(const struct sha256 *sha256, enum photo_variant variant,
                     char ret[STORE_BLOB_NAME])
{
    char hex[2 * SHA256_BYTES + 1];
    sodium_bin2hex(hex, sizeof hex, sha256->bytes, SHA256_BYTES);
    snprintf(ret, STORE_BLOB_NAME, "photos/%.2s/%s.%s.jpg", hex, hex,
             variant == PHOTO_THUMB ? "thumb" : "display");
}

/* --- Reading ---------------------------------------------------------------------------------- */

static enum err_code find_refusal(struct store_reader *reader, const struct sha256 *sha256,
                                  struct store_blob_status *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, SQL_BLOB_REFUSED, &stmt, err));
    bind_sha256(&reader->db, stmt, 2, sha256);
    TRY(db_step(&reader->db, stmt, &row, err));
    if (!row)
        return ERR_OK;
    const struct span reason = db_column_text(stmt, 0);
    ret->state = STORE_BLOB_REFUSED;
    snprintf(ret->reason, sizeof ret->reason, "%.*s", (int)reason.len, (const char *)reason.data);
    return ERR_OK;
}

enum err_code store_blob_status(struct store_reader *reader, const struct sha256 *sha256,
                                struct store_blob_status *ret, struct err *err)
{
    struct store_blob_status status = {.state = STORE_BLOB_UNKNOWN};
    sqlite3_stmt *stmt;
    int64_t bytes = 0;
    TRY(db_take(&reader->db, SQL_BLOB_WANTED_BYTES, &stmt, err));
    bind_sha256(&reader->db, stmt, 2, sha256);
    TRY(db_one_int(&reader->db, stmt, 0, &bytes, err));
    if (bytes > 0) {
        struct store_blob blob;
        const enum err_code found = store_blob_find(reader, sha256, &blob, err);
        if (found != ERR_OK && found != ERR_NOT_FOUND)
            return found;
        status.bytes = (uint32_t)bytes;
        status.state = found == ERR_OK ? STORE_BLOB_READY : STORE_BLOB_MISSING;
        if (found != ERR_OK)
            TRY(find_refusal(reader, sha256, &status, err));
    }
    *ret = status;
    return ERR_OK;
}

static enum err_code take_one(struct store_reader *reader, sqlite3_stmt *stmt,
                              struct store_blob *ret, struct err *err)
{
    bool row;
    TRY(db_step(&reader->db, stmt, &row, err));
    if (!row)
        return err_set(err, ERR_NOT_FOUND, "this photo is not here", 0);
    *ret = read_blob(stmt);
    return ERR_OK;
}

enum err_code store_blob_find(struct store_reader *reader, const struct sha256 *sha256,
                              struct store_blob *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_BLOB_FIND, &stmt, err));
    bind_sha256(&reader->db, stmt, 2, sha256);
    return take_one(reader, stmt, ret, err);
}

enum err_code store_blob_shown(struct store_reader *reader, enum store_audience audience,
                               struct span scopes, struct uuid photo_id, struct store_blob *ret,
                               struct err *err)
{
    static const enum sql by_audience[] = {
        [STORE_PUBLIC] = SQL_BLOB_SHOWN_PUBLIC,
        [STORE_MEMBER] = SQL_BLOB_SHOWN_MEMBER,
        [STORE_STAFF] = SQL_BLOB_SHOWN_STAFF,
    };
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, by_audience[audience], &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, photo_id);
    db_bind_blob(&reader->db, stmt, 3, scopes);
    return take_one(reader, stmt, ret, err);
}

enum err_code store_photo_place(struct store_reader *reader, struct uuid photo_id,
                                struct uuid *ret_meeting_id, struct uuid *ret_space_id,
                                struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, SQL_PHOTO_PLACE, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, photo_id);
    TRY(db_step(&reader->db, stmt, &row, err));
    if (!row)
        return err_set(err, ERR_NOT_FOUND, "this photo is not here", 0);
    *ret_meeting_id = db_column_uuid(stmt, 0);
    *ret_space_id = db_column_uuid(stmt, 1);
    return ERR_OK;
}

enum err_code store_blobs_list(struct store_reader *reader, const struct sha256 *after, size_t max,
                               struct arena *arena, struct store_blob **ret, size_t *ret_count,
                               struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_BLOB_LIST, &stmt, err));
    bind_sha256(&reader->db, stmt, 2, after);
    db_bind_int(&reader->db, stmt, 3, (int64_t)max);
    struct store_blob *blobs = NULL;
    size_t count = 0, capacity = 0;
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&blobs, count, &capacity, sizeof *blobs, err));
        blobs[count++] = read_blob(stmt);
    }
    *ret = blobs;
    *ret_count = count;
    return ERR_OK;
}

static enum err_code add_boxes(struct arena *arena, struct span bytes, struct boxes *all,
                               struct err *err)
{
    struct boxes more;
    TRY(boxes_unpack(arena, bytes, &more, err));
    struct box *items = ARENA_ARRAY(arena, struct box, all->count + more.count);
    if (!items)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    if (all->count)
        memcpy(items, all->items, all->count * sizeof *items);
    if (more.count)
        memcpy(items + all->count, more.items, more.count * sizeof *items);
    *all = (struct boxes){items, all->count + more.count};
    return ERR_OK;
}

enum err_code store_blob_covers(struct store_reader *reader, const struct sha256 *sha256,
                                struct arena *arena, struct store_covers *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_BLOB_REDACTIONS, &stmt, err));
    bind_sha256(&reader->db, stmt, 2, sha256);
    struct store_covers covers = {0};
    size_t capacity = 0;
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        if (db_column_int(stmt, 1) == 0)
            continue;
        TRY(list_grow(arena, (void **)&covers.redactions, covers.count, &capacity,
                      sizeof *covers.redactions, err));
        covers.redactions[covers.count++] =
            (struct store_redaction){db_column_uuid(stmt, 0), db_column_uuid(stmt, 2)};
        TRY(add_boxes(arena, db_column_blob(stmt, 3), &covers.boxes, err));
    }
    *ret = covers;
    return ERR_OK;
}

static enum err_code next(struct store_reader *reader, enum sql which, struct sha256 *at,
                          bool *ret_found, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, which, &stmt, err));
    bind_sha256(&reader->db, stmt, 2, at);
    TRY(db_step(&reader->db, stmt, ret_found, err));
    if (*ret_found)
        *at = column_sha256(stmt, 0);
    return ERR_OK;
}

enum err_code store_blob_next_unwanted(struct store_reader *reader, struct sha256 *at,
                                       bool *ret_found, struct err *err)
{
    return next(reader, SQL_BLOB_NEXT_UNWANTED, at, ret_found, err);
}

enum err_code store_blob_next_uncovered(struct store_reader *reader, struct sha256 *at,
                                        bool *ret_found, struct err *err)
{
    return next(reader, SQL_BLOB_NEXT_UNCOVERED, at, ret_found, err);
}

enum err_code store_blob_uses(struct store_reader *reader, const struct sha256 *sha256,
                              struct store_blob_use *ret, size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    size_t count = 0;
    TRY(db_take(&reader->db, SQL_BLOB_USES, &stmt, err));
    bind_sha256(&reader->db, stmt, 2, sha256);
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row || count == STORE_BLOB_USES_MAX)
            break;
        ret[count++] = (struct store_blob_use){
            .photo_id = db_column_uuid(stmt, 0),
            .comment_id = db_column_uuid(stmt, 1),
            .meeting_id = db_column_uuid(stmt, 2),
            .is_public = db_column_int(stmt, 3) != 0,
        };
    }
    *ret_count = count;
    return ERR_OK;
}

enum err_code store_blob_counts(struct store_reader *reader, struct store_blob_counts *ret,
                                struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, SQL_BLOB_COUNTS, &stmt, err));
    TRY(db_step(&reader->db, stmt, &row, err));
    *ret = (struct store_blob_counts){
        .here = (uint64_t)db_column_int(stmt, 0),
        .bytes = (uint64_t)db_column_int(stmt, 1),
        .awaited = (uint64_t)db_column_int(stmt, 2),
    };
    return ERR_OK;
}

/* --- Writing ---------------------------------------------------------------------------------- */

struct put {
    const struct store_blob *blob;
    const struct store_covers *covers;
};

static enum err_code put_row(struct db *db, const struct store_blob *blob, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_BLOB_PUT, &stmt, err));
    bind_sha256(db, stmt, 2, &blob->sha256);
    db_bind_int(db, stmt, 3, blob->width);
    db_bind_int(db, stmt, 4, blob->height);
    bind_sha256(db, stmt, 5, &blob->display.sha256);
    db_bind_int(db, stmt, 6, blob->display.bytes);
    bind_sha256(db, stmt, 7, &blob->thumb.sha256);
    db_bind_int(db, stmt, 8, blob->thumb.bytes);
    db_bind_int(db, stmt, 9, blob->made_ms);
    return db_run(db, stmt, err);
}

static enum err_code run_on(struct db *db, enum sql which, const struct sha256 *sha256,
                            struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(db, which, &stmt, err));
    bind_sha256(db, stmt, 2, sha256);
    return db_run(db, stmt, err);
}

static enum err_code put(struct db *db, void *context, struct err *err)
{
    const struct put *put = context;
    TRY(put_row(db, put->blob, err));
    TRY(run_on(db, SQL_BLOB_COVER_CLEAR, &put->blob->sha256, err));
    for (size_t i = 0; i < put->covers->count; i++) {
        sqlite3_stmt *stmt;
        TRY(db_take(db, SQL_BLOB_COVER_PUT, &stmt, err));
        bind_sha256(db, stmt, 2, &put->blob->sha256);
        db_bind_uuid(db, stmt, 3, put->covers->redactions[i].photo_id);
        db_bind_uuid(db, stmt, 4, put->covers->redactions[i].op_id);
        TRY(db_run(db, stmt, err));
    }
    return ERR_OK;
}

enum err_code store_blob_put(struct store_writer *writer, const struct store_blob *blob,
                             const struct store_covers *covers, struct err *err)
{
    struct put context = {blob, covers};
    return store_local(writer, put, &context, err);
}

struct refusal {
    const struct sha256 *sha256;
    const char *reason;
    int64_t now_ms;
};

static enum err_code refuse(struct db *db, void *context, struct err *err)
{
    const struct refusal *refusal = context;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_BLOB_REFUSE, &stmt, err));
    bind_sha256(db, stmt, 2, refusal->sha256);
    db_bind_text(db, stmt, 3, span_from_str(refusal->reason));
    db_bind_int(db, stmt, 4, refusal->now_ms);
    return db_run(db, stmt, err);
}

enum err_code store_blob_refuse(struct store_writer *writer, const struct sha256 *sha256,
                                const char *reason, int64_t now_ms, struct err *err)
{
    struct refusal context = {sha256, reason, now_ms};
    return store_local(writer, refuse, &context, err);
}

static enum err_code remove_row(struct db *db, void *context, struct err *err)
{
    const struct sha256 *sha256 = context;
    TRY(run_on(db, SQL_BLOB_COVER_CLEAR, sha256, err));
    return run_on(db, SQL_BLOB_REMOVE, sha256, err);
}

enum err_code store_blob_remove(struct store_writer *writer, const struct sha256 *sha256,
                                struct err *err)
{
    struct sha256 copy = *sha256;
    return store_local(writer, remove_row, &copy, err);
}
