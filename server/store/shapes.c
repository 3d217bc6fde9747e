/* Tiles: lines and areas. */
#include "server/store/comments.h"
#include "server/store/filter.h"
#include "server/store/inside.h"

/* ?2…?10 of SQL_SHAPES_IN_BOX. */
static void bind(struct db *db, sqlite3_stmt *stmt, struct store_box box,
                 const struct filter *filter)
{
    if (filter->has_query)
        db_bind_text(db, stmt, 2, filter->asked.query);
    else
        sqlite3_bind_null(stmt, 2);
    db_bind_int(db, stmt, 3, box.min_lon_e7);
    filter_bind_point(db, stmt, filter);
    db_bind_int(db, stmt, 8, box.min_lat_e7);
    db_bind_int(db, stmt, 9, box.max_lon_e7);
    db_bind_int(db, stmt, 10, box.max_lat_e7);
}

static enum err_code is_any(struct db *db, struct store_box box, bool *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(db, SQL_SHAPE_IS_IN_BOX, &stmt, err));
    db_bind_int(db, stmt, 2, box.min_lon_e7);
    db_bind_int(db, stmt, 3, box.min_lat_e7);
    db_bind_int(db, stmt, 4, box.max_lon_e7);
    db_bind_int(db, stmt, 5, box.max_lat_e7);
    return db_step(db, stmt, ret, err);
}

static enum err_code each_shape(struct db *db, struct store_box box, const struct filter *filter,
                                struct arena *arena, store_shape_fn *each, void *context,
                                struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(db, SQL_SHAPES_IN_BOX, &stmt, err));
    bind(db, stmt, box, filter);
    for (bool row;;) {
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            return ERR_OK;
        struct store_shape shape = {
            .seq = (uint64_t)db_column_int(stmt, 0),
            .id = db_column_uuid(stmt, 1),
            .kind = (uint8_t)db_column_int(stmt, 2),
            .hat = (uint8_t)db_column_int(stmt, 3),
            .shape = (uint8_t)db_column_int(stmt, 4),
        };
        arena_reset(arena);
        TRY(path_unpack(arena, db_column_blob(stmt, 5), &shape.path, err));
        TRY(each(context, &shape, err));
    }
}

enum err_code store_shapes_in_box(struct store_reader *reader, struct store_box box,
                                  const struct store_filter *asked, store_shape_fn *each,
                                  void *context, struct err *err)
{
    bool any;
    TRY(is_any(&reader->db, box, &any, err));
    if (!any)
        return ERR_OK;
    struct arena kept, arena;
    arena_init(&kept, 0);
    arena_init(&arena, 0);
    struct filter filter;
    enum err_code code = filter_prepare(asked, &kept, &filter, err);
    if (code == ERR_OK)
        code = each_shape(&reader->db, box, &filter, &arena, each, context, err);
    arena_done(&arena);
    arena_done(&kept);
    return code;
}
