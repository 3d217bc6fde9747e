#include "server/store/review.h"

#include "server/store/inside.h"
#include "server/store/list.h"

static enum err_code copy_span(struct arena *arena, struct span from, struct span *ret,
                               struct err *err)
{
    const char *copy = arena_copy(arena, from);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = span_of(copy, from.len);
    return ERR_OK;
}

/* The columns are the same in all statements that give what is decided about. */
static enum err_code read_review(sqlite3_stmt *stmt, struct arena *arena, struct store_review *ret,
                                 struct err *err)
{
    struct store_review review = {
        .seq = (uint64_t)db_column_int(stmt, 0),
        .id = db_column_uuid(stmt, 1),
        .type = (enum object_type)db_column_int(stmt, 2),
        .comment_id = db_column_uuid(stmt, 3),
        .author_id = db_column_uuid(stmt, 4),
        .meeting_id = db_column_uuid(stmt, 5),
        .space_id = db_column_uuid(stmt, 6),
        .status = (uint8_t)db_column_int(stmt, 7),
        .kind = (uint8_t)db_column_int(stmt, 10),
        .channel = (uint8_t)db_column_int(stmt, 11),
        .hat = (uint8_t)db_column_int(stmt, 12),
        .standing = (enum standing)db_column_int(stmt, 13),
        .has_place = sqlite3_column_type(stmt, 17) != SQLITE_NULL,
        .lon_e7 = (int32_t)db_column_int(stmt, 17),
        .lat_e7 = (int32_t)db_column_int(stmt, 18),
        .precision_m = (uint32_t)db_column_int(stmt, 19),
        .made_ms = db_column_int(stmt, 20),
        .text_rev = (uint32_t)db_column_int(stmt, 21),
        .status_rev = (uint32_t)db_column_int(stmt, 22),
        .precision_rev = (uint32_t)db_column_int(stmt, 23),
        .space_rev = (uint32_t)db_column_int(stmt, 24),
        .redaction_rev = (uint32_t)db_column_int(stmt, 25),
        .reply_count = (uint32_t)db_column_int(stmt, 26),
    };
    TRY(copy_span(arena, db_column_text(stmt, 8), &review.reason, err));
    TRY(copy_span(arena, db_column_text(stmt, 9), &review.note, err));
    TRY(copy_span(arena, db_column_text(stmt, 14), &review.title, err));
    TRY(copy_span(arena, db_column_text(stmt, 15), &review.text, err));
    TRY(copy_span(arena, db_column_text(stmt, 16), &review.pen_name, err));
    *ret = review;
    return ERR_OK;
}

static enum err_code take_list(struct db *db, enum store_review_state state,
                               const struct store_reach *reach, uint64_t after, size_t limit,
                               sqlite3_stmt **ret, struct err *err)
{
    static const enum sql statements[] = {
        [STORE_REVIEW_HELD] = SQL_REVIEW_HELD,
        [STORE_REVIEW_SIGNALS] = SQL_REVIEW_HELD,
        [STORE_REVIEW_APPEALED] = SQL_REVIEW_APPEALED,
        [STORE_REVIEW_ALL] = SQL_REVIEW_ALL,
    };
    TRY(db_take(db, statements[state], ret, err));
    db_bind_int(db, *ret, 2, (int64_t)after);
    db_bind_int(db, *ret, 3, (int64_t)limit + 1);
    db_bind_int(db, *ret, 4, reach->all);
    db_bind_blob(db, *ret, 5, reach->scopes);
    db_bind_blob(db, *ret, 6, reach->closed);
    db_bind_uuid_or_null(db, *ret, 7, reach->meeting_id);
    db_bind_uuid_or_null(db, *ret, 8, reach->space_id);
    if (statements[state] == SQL_REVIEW_HELD)
        db_bind_int(db, *ret, 9, state == STORE_REVIEW_SIGNALS);
    return ERR_OK;
}

enum err_code store_review_list(struct store_reader *reader, enum store_review_state state,
                                const struct store_reach *reach, uint64_t after, size_t limit,
                                struct arena *arena, struct store_review **ret, size_t *ret_count,
                                uint64_t *ret_next, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    struct store_review *list = NULL;
    size_t count = 0, capacity = 0, seen = 0;
    uint64_t last = 0, next = 0;
    TRY(take_list(&reader->db, state, reach, after, limit, &stmt, err));
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        if (seen++ == limit) {
            next = last;
            break;
        }
        last = (uint64_t)db_column_int(stmt, 0);
        TRY(list_grow(arena, (void **)&list, count, &capacity, sizeof *list, err));
        const enum err_code code =
            store_review_find(reader, db_column_uuid(stmt, 1), arena, &list[count], err);
        if (code != ERR_OK && code != ERR_NOT_FOUND) /* an appeal may come before its target */
            return code;
        count += code == ERR_OK;
    }
    *ret = list;
    *ret_count = count;
    *ret_next = next;
    return ERR_OK;
}

/* ?2 is bound. */
static enum err_code read_one(struct db *db, sqlite3_stmt *stmt, const char *what,
                              struct arena *arena, struct store_review *ret, struct err *err)
{
    bool row;
    TRY(db_step(db, stmt, &row, err));
    if (!row)
        return err_set(err, ERR_NOT_FOUND, what, 0);
    return read_review(stmt, arena, ret, err);
}

enum err_code store_review_find(struct store_reader *reader, struct uuid id, struct arena *arena,
                                struct store_review *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_REVIEW_FIND, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, id);
    return read_one(&reader->db, stmt, "there is nothing of this id to decide about", arena, ret,
                    err);
}

enum err_code store_review_by_receipt(struct store_reader *reader, const uint8_t hash[32],
                                      struct arena *arena, struct store_review *ret,
                                      struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_REVIEW_BY_RECEIPT, &stmt, err));
    db_bind_blob(&reader->db, stmt, 2, span_of(hash, 32));
    return read_one(&reader->db, stmt, "no comment has this receipt here", arena, ret, err);
}

static enum err_code list_ids(struct db *db, enum sql which, struct uuid of, struct arena *arena,
                              struct uuid **ret, size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    struct uuid *list = NULL;
    size_t count = 0, capacity = 0;
    TRY(db_take(db, which, &stmt, err));
    db_bind_uuid(db, stmt, 2, of);
    for (bool row;;) {
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&list, count, &capacity, sizeof *list, err));
        list[count++] = db_column_uuid(stmt, 0);
    }
    *ret = list;
    *ret_count = count;
    return ERR_OK;
}

enum err_code store_review_photos(struct store_reader *reader, struct uuid comment_id,
                                  struct arena *arena, struct uuid **ret, size_t *ret_count,
                                  struct err *err)
{
    return list_ids(&reader->db, SQL_REVIEW_PHOTOS_OF, comment_id, arena, ret, ret_count, err);
}

enum err_code store_review_quotations(struct store_reader *reader, struct uuid comment_id,
                                      struct arena *arena, struct uuid **ret, size_t *ret_count,
                                      struct err *err)
{
    return list_ids(&reader->db, SQL_REVIEW_QUOTATIONS, comment_id, arena, ret, ret_count, err);
}

enum err_code store_review_appeal_ids(struct store_reader *reader, struct uuid target_id,
                                      struct arena *arena, struct uuid **ret, size_t *ret_count,
                                      struct err *err)
{
    return list_ids(&reader->db, SQL_REVIEW_APPEAL_IDS, target_id, arena, ret, ret_count, err);
}

enum err_code store_review_cluster(struct store_reader *reader, struct uuid comment_id,
                                   uint32_t *ret, struct err *err)
{
    sqlite3_stmt *stmt;
    int64_t number;
    TRY(db_take(&reader->db, SQL_CLUSTER_OF_COMMENT, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, comment_id);
    TRY(db_one_int(&reader->db, stmt, 0, &number, err));
    *ret = (uint32_t)number;
    return ERR_OK;
}

/* --- Appeals ---------------------------------------------------------------------------------- */

static enum err_code read_appeal(sqlite3_stmt *stmt, struct arena *arena, struct store_appeal *ret,
                                 struct err *err)
{
    struct store_appeal appeal = {
        .id = db_column_uuid(stmt, 0),
        .target_id = db_column_uuid(stmt, 1),
        .author_id = db_column_uuid(stmt, 2),
        .status = (uint8_t)db_column_int(stmt, 4),
        .status_rev = (uint32_t)db_column_int(stmt, 6),
        .made_ms = db_column_int(stmt, 7),
    };
    TRY(copy_span(arena, db_column_text(stmt, 3), &appeal.text, err));
    TRY(copy_span(arena, db_column_text(stmt, 5), &appeal.note, err));
    *ret = appeal;
    return ERR_OK;
}

enum err_code store_appeals_of(struct store_reader *reader, struct uuid target_id,
                               struct arena *arena, struct store_appeal **ret, size_t *ret_count,
                               struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    struct store_appeal *list = NULL;
    size_t count = 0, capacity = 0;
    TRY(db_take(&reader->db, SQL_APPEALS_OF, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, target_id);
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&list, count, &capacity, sizeof *list, err));
        TRY(read_appeal(stmt, arena, &list[count], err));
        count++;
    }
    *ret = list;
    *ret_count = count;
    return ERR_OK;
}

enum err_code store_appeals_find(struct store_reader *reader, struct uuid id, struct arena *arena,
                                 struct store_appeal *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, SQL_APPEALS_FIND, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, id);
    TRY(db_step(&reader->db, stmt, &row, err));
    if (!row)
        return err_set(err, ERR_NOT_FOUND, "there is no such appeal", 0);
    return read_appeal(stmt, arena, ret, err);
}

/* --- History ---------------------------------------------------------------------------------- */

enum err_code store_review_history(struct store_reader *reader, struct uuid id, struct arena *arena,
                                   struct store_step **ret, size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    struct store_step *list = NULL;
    size_t count = 0, capacity = 0;
    TRY(db_take(&reader->db, SQL_REVIEW_HISTORY, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, id);
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&list, count, &capacity, sizeof *list, err));
        struct span bytes;
        struct store_step *step = &list[count++];
        TRY(copy_span(arena, db_column_blob(stmt, 4), &bytes, err));
        step->change = (uint64_t)db_column_int(stmt, 0);
        step->received_ms = db_column_int(stmt, 1);
        step->standing = (enum standing)db_column_int(stmt, 2);
        step->erased = db_column_int(stmt, 3) != 0;
        TRY(op_read_stored(arena, bytes, &step->op, err));
    }
    *ret = list;
    *ret_count = count;
    return ERR_OK;
}

enum err_code store_review_around(struct store_reader *reader, struct uuid space_id,
                                  struct uuid meeting_id, struct apply_around *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, SQL_REVIEW_AROUND, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, space_id);
    db_bind_uuid(&reader->db, stmt, 3, meeting_id);
    TRY(db_step(&reader->db, stmt, &row, err));
    *ret = (struct apply_around){
        .space_known = sqlite3_column_type(stmt, 0) != SQLITE_NULL,
        .space_tier = (uint8_t)db_column_int(stmt, 0),
        .meeting_known = sqlite3_column_type(stmt, 1) != SQLITE_NULL,
        .meeting_holds = db_column_int(stmt, 1) != 0,
    };
    return ERR_OK;
}

/* --- A device's own --------------------------------------------------------------------------- */

enum err_code store_review_of_device(struct store_reader *reader, struct uuid device_id,
                                     struct arena *arena, struct store_own **ret, size_t *ret_count,
                                     struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    struct store_own *list = NULL;
    size_t count = 0, capacity = 0;
    TRY(db_take(&reader->db, SQL_DEVICE_OBJECTS, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, device_id);
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&list, count, &capacity, sizeof *list, err));
        list[count++] = (struct store_own){.id = db_column_uuid(stmt, 0),
                                           .type = (enum object_type)db_column_int(stmt, 1)};
    }
    *ret = list;
    *ret_count = count;
    return ERR_OK;
}

enum err_code store_review_refused(struct store_reader *reader, struct uuid device_id,
                                   struct arena *arena, struct store_refused **ret,
                                   size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    struct store_refused *list = NULL;
    size_t count = 0, capacity = 0;
    TRY(db_take(&reader->db, SQL_QUARANTINE_LIST_OF_DEVICE, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, device_id);
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&list, count, &capacity, sizeof *list, err));
        list[count].op_id = db_column_uuid(stmt, 0);
        list[count].object_id = db_column_uuid(stmt, 1);
        TRY(copy_span(arena, db_column_text(stmt, 2), &list[count].reason, err));
        count++;
    }
    *ret = list;
    *ret_count = count;
    return ERR_OK;
}
