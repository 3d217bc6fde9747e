/* What tiles, search and sync read: kept equal to the view comment_public, row by row. */
#include "server/store/bigram.h"
#include "server/store/cell.h"
#include "server/store/point.h"
#include "server/store/project.h"

static const uint8_t count_levels[] = {8, 11, 14, 17};

void project_tell(const struct project *project, const struct store_event *event)
{
    if (project->events)
        buf_add(project->events, span_of(event, sizeof *event));
}

enum err_code project_touch(const struct project *project, struct uuid id, enum object_type type,
                            uint64_t change, bool seen, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(project->db, SQL_OBJECT_TOUCH, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, id);
    db_bind_int(project->db, stmt, 3, type);
    db_bind_int(project->db, stmt, 4, (int64_t)change);
    db_bind_int(project->db, stmt, 5, seen);
    return db_run(project->db, stmt, err);
}

static enum err_code keep(struct arena *arena, struct span bytes, struct span *ret, struct err *err)
{
    const char *copy = arena_copy(arena, bytes);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = span_of(copy, bytes.len);
    return ERR_OK;
}

static enum err_code take_bounds(const struct project *project, const struct project_view *view,
                                 struct store_box *ret, struct err *err)
{
    struct path path;
    TRY(path_unpack(project->arena, view->path, &path, err));
    struct store_box box = {view->lon_e7, view->lat_e7, view->lon_e7, view->lat_e7};
    for (size_t i = 0; i < path.count; i++) {
        const struct corner corner = path.corners[i];
        box.min_lon_e7 = corner.lon_e7 < box.min_lon_e7 ? corner.lon_e7 : box.min_lon_e7;
        box.max_lon_e7 = corner.lon_e7 > box.max_lon_e7 ? corner.lon_e7 : box.max_lon_e7;
        box.min_lat_e7 = corner.lat_e7 < box.min_lat_e7 ? corner.lat_e7 : box.min_lat_e7;
        box.max_lat_e7 = corner.lat_e7 > box.max_lat_e7 ? corner.lat_e7 : box.max_lat_e7;
    }
    *ret = box;
    return ERR_OK;
}

enum err_code project_public_view(const struct project *project, uint64_t seq,
                                  struct project_view *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(project->db, SQL_PUBLIC_VIEW, &stmt, err));
    db_bind_int(project->db, stmt, 2, (int64_t)seq);
    struct project_view view = {0};
    TRY(db_step(project->db, stmt, &view.exists, err));
    if (view.exists) {
        view.kind = (uint8_t)db_column_int(stmt, 0);
        view.channel = (uint8_t)db_column_int(stmt, 1);
        view.hat = (uint8_t)db_column_int(stmt, 2);
        view.status = (uint8_t)db_column_int(stmt, 3);
        view.card_id = db_column_uuid(stmt, 4);
        TRY(keep(project->arena, db_column_text(stmt, 5), &view.text, err));
        TRY(keep(project->arena, db_column_text(stmt, 6), &view.building_id, err));
        view.lon_e7 = (int32_t)db_column_int(stmt, 7);
        view.lat_e7 = (int32_t)db_column_int(stmt, 8);
        view.agree = (uint32_t)db_column_int(stmt, 9);
        view.reply_count = (uint32_t)db_column_int(stmt, 10);
        view.id = db_column_uuid(stmt, 11);
        view.shape = (uint8_t)db_column_int(stmt, 12);
        if (view.shape != SHAPE_POINT) {
            TRY(keep(project->arena, db_column_blob(stmt, 13), &view.path, err));
            TRY(take_bounds(project, &view, &view.bounds, err));
        }
        view.meeting_id = db_column_uuid(stmt, 14);
    }
    *ret = view;
    return ERR_OK;
}

static enum err_code full_cell(const struct project_view *view, uint64_t *ret, struct err *err)
{
    struct geo_xy world;
    if (!mercator_world_from_e7(view->lon_e7, view->lat_e7, &world))
        return err_set(err, ERR_RANGE, "a comment lies outside the world", 0);
    *ret = cell_from_world(world);
    return ERR_OK;
}

static enum err_code put_point(const struct project *project, uint64_t seq,
                               const struct project_view *view, struct err *err)
{
    struct db *db = project->db;
    uint64_t cell;
    TRY(full_cell(view, &cell, err));
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_POINT_PUT, &stmt, err));
    db_bind_int(db, stmt, 2, cell_key(cell));
    db_bind_int(db, stmt, 3, (int64_t)seq);
    const struct store_point point = {
        .id = view->id,
        .card_id = view->card_id,
        .lon_e7 = view->lon_e7,
        .lat_e7 = view->lat_e7,
        .kind = view->kind,
        .channel = view->channel,
        .hat = view->hat,
        .status = view->status,
        .agree = view->agree,
        .replies = view->reply_count,
        .building_id = view->building_id,
    };
    uint8_t record[POINT_MAX];
    db_bind_blob(db, stmt, 4, span_of(record, point_pack(&point, record)));
    db_bind_uuid_or_null(db, stmt, 5, view->card_id);
    return db_run(db, stmt, err);
}

static enum err_code remove_point(const struct project *project, uint64_t seq,
                                  const struct project_view *view, struct err *err)
{
    uint64_t cell;
    TRY(full_cell(view, &cell, err));
    sqlite3_stmt *stmt;
    TRY(db_take(project->db, SQL_POINT_REMOVE, &stmt, err));
    db_bind_int(project->db, stmt, 2, cell_key(cell));
    db_bind_int(project->db, stmt, 3, (int64_t)seq);
    return db_run(project->db, stmt, err);
}

static enum err_code count_at(const struct project *project, enum sql which, unsigned level,
                              uint64_t cell, const struct project_view *view, struct err *err)
{
    struct db *db = project->db;
    sqlite3_stmt *stmt;
    TRY(db_take(db, which, &stmt, err));
    db_bind_int(db, stmt, 2, level);
    db_bind_int(db, stmt, 3, (int64_t)cell_at_level(cell, level));
    if (which != SQL_COUNT_DROP_EMPTY) {
        db_bind_int(db, stmt, 4, view->lon_e7);
        db_bind_int(db, stmt, 5, view->lat_e7);
        db_bind_int(db, stmt, 6, view->kind);
    }
    return db_run(db, stmt, err);
}

static enum err_code count(const struct project *project, const struct project_view *view, bool add,
                           struct err *err)
{
    uint64_t cell;
    TRY(full_cell(view, &cell, err));
    for (size_t i = 0; i < LENGTH(count_levels); i++) {
        const unsigned level = count_levels[i];
        TRY(count_at(project, add ? SQL_COUNT_ADD : SQL_COUNT_TAKE, level, cell, view, err));
        if (!add)
            TRY(count_at(project, SQL_COUNT_DROP_EMPTY, level, cell, view, err));
    }
    return ERR_OK;
}

/* A contentless FTS5 table forgets a row only when it is told the words it was given. */
static enum err_code index_text(const struct project *project, enum sql which, uint64_t seq,
                                struct span text, struct err *err)
{
    if (text.len == 0)
        return ERR_OK;
    struct buf grams;
    buf_init(&grams);
    sqlite3_stmt *stmt = NULL;
    enum err_code code = bigram_index(text, &grams, err);
    if (code == ERR_OK)
        code = db_take(project->db, which, &stmt, err);
    if (code == ERR_OK) {
        db_bind_int(project->db, stmt, 2, (int64_t)seq);
        db_bind_text(project->db, stmt, 3, buf_span(&grams));
        code = db_run(project->db, stmt, err);
    }
    buf_done(&grams);
    return code;
}

static bool same_place(const struct project_view *a, const struct project_view *b)
{
    return a->lon_e7 == b->lon_e7 && a->lat_e7 == b->lat_e7;
}

static enum err_code move_point(const struct project *project, uint64_t seq,
                                const struct project_view *before, const struct project_view *after,
                                struct err *err)
{
    const bool stays = before->exists && after->exists && same_place(before, after);
    if (before->exists && !stays)
        TRY(remove_point(project, seq, before, err));
    if (after->exists)
        TRY(put_point(project, seq, after, err));
    if (stays && before->kind == after->kind)
        return ERR_OK;
    if (before->exists)
        TRY(count(project, before, false, err));
    if (after->exists)
        TRY(count(project, after, true, err));
    return ERR_OK;
}

static enum err_code move_text(const struct project *project, uint64_t seq,
                               const struct project_view *before, const struct project_view *after,
                               struct err *err)
{
    if (before->exists && after->exists && span_equal(before->text, after->text))
        return ERR_OK;
    if (before->exists)
        TRY(index_text(project, SQL_TEXT_REMOVE, seq, before->text, err));
    if (after->exists)
        TRY(index_text(project, SQL_TEXT_ADD, seq, after->text, err));
    return ERR_OK;
}

/* For the tiles that it crosses. */
static enum err_code put_shape(const struct project *project, uint64_t seq,
                               const struct project_view *view, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(project->db, SQL_SHAPE_PUT, &stmt, err));
    db_bind_int(project->db, stmt, 2, (int64_t)seq);
    db_bind_int(project->db, stmt, 3, view->bounds.min_lon_e7);
    db_bind_int(project->db, stmt, 4, view->bounds.max_lon_e7);
    db_bind_int(project->db, stmt, 5, view->bounds.min_lat_e7);
    db_bind_int(project->db, stmt, 6, view->bounds.max_lat_e7);
    return db_run(project->db, stmt, err);
}

static bool has_shape(const struct project_view *view)
{
    return view->exists && view->shape != SHAPE_POINT;
}

static enum err_code move_shape(const struct project *project, uint64_t seq,
                                const struct project_view *before, const struct project_view *after,
                                struct err *err)
{
    if (has_shape(after))
        return put_shape(project, seq, after, err);
    if (!has_shape(before))
        return ERR_OK;
    sqlite3_stmt *stmt;
    TRY(db_take(project->db, SQL_SHAPE_REMOVE, &stmt, err));
    db_bind_int(project->db, stmt, 2, (int64_t)seq);
    return db_run(project->db, stmt, err);
}

/* Replies are seen where their comment is: they come and go with it. */
static enum err_code touch_replies(const struct project *project, struct uuid comment_id,
                                   uint64_t change, bool seen, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(project->db, SQL_REPLIES_TOUCH, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, comment_id);
    db_bind_int(project->db, stmt, 3, (int64_t)change);
    db_bind_int(project->db, stmt, 4, seen);
    return db_run(project->db, stmt, err);
}

enum err_code project_public_refresh(const struct project *project, uint64_t change, uint64_t seq,
                                     struct uuid id, enum object_type type,
                                     const struct project_view *before,
                                     struct project_view *ret_after, struct err *err)
{
    struct project_view after = {0};
    if (type != OBJECT_ERASED) {
        /* The view joins `object`: the row must be there before the view can show anything. */
        TRY(project_touch(project, id, type, change, false, err));
        TRY(project_public_view(project, seq, &after, err));
    }
    TRY(move_point(project, seq, before, &after, err));
    TRY(move_text(project, seq, before, &after, err));
    TRY(move_shape(project, seq, before, &after, err));
    /* What was erased is always announced: whoever has it must remove it. */
    if (after.exists || type == OBJECT_ERASED)
        TRY(project_touch(project, id, type, change, true, err));
    if (before->exists != after.exists)
        TRY(touch_replies(project, id, change, after.exists, err));
    *ret_after = after;
    return ERR_OK;
}
