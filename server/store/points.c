/* Tiles: single points, and counts over grids. */
#include "server/store/cell.h"
#include "server/store/comments.h"
#include "server/store/filter.h"
#include "server/store/inside.h"
#include "server/store/point.h"

enum { LEVEL_MAX = 17, GRID_BITS_MAX = 6, ZOOM_MAX = 30 };

static enum err_code check_tile(uint8_t z, uint32_t x, uint32_t y, struct err *err)
{
    if (z > ZOOM_MAX || (z < 32 && (x >> z || y >> z)))
        return err_set(err, ERR_RANGE, "the tile lies outside the world", z);
    return ERR_OK;
}

static struct store_point point_from_columns(sqlite3_stmt *stmt)
{
    return (struct store_point){
        .seq = (uint64_t)db_column_int(stmt, 0),
        .id = db_column_uuid(stmt, 1),
        .lon_e7 = (int32_t)db_column_int(stmt, 2),
        .lat_e7 = (int32_t)db_column_int(stmt, 3),
        .kind = (uint8_t)db_column_int(stmt, 4),
        .channel = (uint8_t)db_column_int(stmt, 5),
        .hat = (uint8_t)db_column_int(stmt, 6),
        .status = (uint8_t)db_column_int(stmt, 7),
        .card_id = db_column_uuid(stmt, 8),
        .agree = (uint32_t)db_column_int(stmt, 9),
        .replies = (uint32_t)db_column_int(stmt, 10),
        .building_id = db_column_text(stmt, 11),
    };
}

/* Points found by words come in the order of the words' index: keep those of the tile. */
static enum err_code each_found(struct db *db, uint8_t z, uint32_t x, uint32_t y,
                                const struct filter *filter, store_point_fn *each, void *context,
                                struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(db, SQL_POINTS_SEARCH, &stmt, err));
    db_bind_text(db, stmt, 2, filter->phrase);
    filter_bind_point(db, stmt, filter);
    for (bool row;;) {
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            return ERR_OK;
        struct store_point point = point_from_columns(stmt);
        struct geo_xy world;
        if (!mercator_world_from_e7(point.lon_e7, point.lat_e7, &world))
            continue;
        if (mercator_tile_from_world(z, world.x) != x || mercator_tile_from_world(z, world.y) != y)
            continue;
        point.x = world.x;
        point.y = world.y;
        TRY(each(context, &point, err));
    }
}

static enum err_code each_in_range(struct db *db, uint8_t z, uint32_t x, uint32_t y,
                                   const struct filter *filter, store_point_fn *each, void *context,
                                   struct err *err)
{
    int64_t first, last;
    cell_range_from_tile(z, x, y, &first, &last);
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(db, SQL_POINTS_IN_RANGE, &stmt, err));
    db_bind_int(db, stmt, 2, first);
    db_bind_int(db, stmt, 3, last);
    for (bool row;;) {
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            return ERR_OK;
        struct store_point point;
        if (!point_unpack(db_column_blob(stmt, 2), &point))
            return err_set(err, ERR_CHECKSUM, "a point is damaged: run kakikomap check", 0);
        if (!point_fits(&point, filter))
            continue;
        const struct geo_xy world = cell_world_from_key(db_column_int(stmt, 0));
        point.seq = (uint64_t)db_column_int(stmt, 1);
        point.x = world.x;
        point.y = world.y;
        TRY(each(context, &point, err));
    }
}

static enum err_code each_point(struct db *db, uint8_t z, uint32_t x, uint32_t y,
                                const struct filter *filter, store_point_fn *each, void *context,
                                struct err *err)
{
    return filter->has_query ? each_found(db, z, x, y, filter, each, context, err)
                             : each_in_range(db, z, x, y, filter, each, context, err);
}

enum err_code store_points_in_tile(struct store_reader *reader, uint8_t z, uint32_t x, uint32_t y,
                                   const struct store_filter *asked, store_point_fn *each,
                                   void *context, struct err *err)
{
    TRY(check_tile(z, x, y, err));
    struct arena arena;
    arena_init(&arena, 0);
    struct filter filter;
    enum err_code code = filter_prepare(asked, &arena, &filter, err);
    if (code == ERR_OK)
        code = each_point(&reader->db, z, x, y, &filter, each, context, err);
    arena_done(&arena);
    return code;
}

/* --- Counts ----------------------------------------------------------------------------------- */

struct sums {
    uint64_t count;
    int64_t lon_sum, lat_sum, of; /* of: how many the sums are over */
    uint32_t by_kind[COMMENT_KIND_END];
};

struct grid {
    unsigned level, bits;
    uint32_t x, y; /* of its first cell */
    struct sums *cells;
};

static struct sums *grid_at(const struct grid *grid, uint64_t cell)
{
    const uint32_t x = cell_gather(cell) - grid->x, y = cell_gather(cell >> 1) - grid->y;
    return &grid->cells[((size_t)y << grid->bits) + x];
}

static enum err_code add_point(void *context, const struct store_point *point, struct err *err)
{
    (void)err;
    const struct grid *grid = context;
    const uint64_t cell = cell_from_world((struct geo_xy){point->x, point->y});
    struct sums *sums = grid_at(grid, cell_at_level(cell, grid->level));
    sums->count++;
    sums->of++;
    sums->lon_sum += point->lon_e7;
    sums->lat_sum += point->lat_e7;
    if (point->kind < COMMENT_KIND_END)
        sums->by_kind[point->kind]++;
    return ERR_OK;
}

static void add_counts(const struct grid *grid, sqlite3_stmt *stmt, unsigned level, uint32_t kinds)
{
    const uint64_t cell = (uint64_t)db_column_int(stmt, 0) >> (2 * (level - grid->level));
    struct sums *sums = grid_at(grid, cell);
    uint64_t count = 0;
    for (unsigned kind = 1; kind < COMMENT_KIND_END; kind++) {
        if (kinds && !(kinds >> kind & 1))
            continue;
        const uint32_t of_kind = (uint32_t)db_column_int(stmt, 3 + (int)kind);
        sums->by_kind[kind] += of_kind;
        count += of_kind;
    }
    if (count == 0)
        return;
    sums->count += count;
    sums->of += db_column_int(stmt, 1);
    sums->lon_sum += db_column_int(stmt, 2);
    sums->lat_sum += db_column_int(stmt, 3);
}

static enum err_code add_kept_counts(struct db *db, uint8_t z, uint32_t x, uint32_t y,
                                     const struct grid *grid, uint32_t kinds, struct err *err)
{
    const unsigned level = grid->level <= 8    ? 8
                           : grid->level <= 11 ? 11
                           : grid->level <= 14 ? 14
                                               : 17;
    const uint64_t first = cell_from_xy(x, y) << (2 * (level - z));
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(db, SQL_COUNTS_IN_RANGE, &stmt, err));
    db_bind_int(db, stmt, 2, level);
    db_bind_int(db, stmt, 3, (int64_t)first);
    db_bind_int(db, stmt, 4, (int64_t)(first + ((1ULL << (2 * (level - z))) - 1)));
    for (bool row;;) {
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            return ERR_OK;
        add_counts(grid, stmt, level, kinds);
    }
}

static enum err_code fill_grid(struct db *db, uint8_t z, uint32_t x, uint32_t y, struct grid *grid,
                               const struct filter *filter, struct err *err)
{
    const struct store_filter *asked = &filter->asked;
    if (!filter->has_query && !asked->channels && !asked->hats && !asked->card_count)
        return add_kept_counts(db, z, x, y, grid, asked->kinds, err);
    return each_point(db, z, x, y, filter, add_point, grid, err);
}

static enum err_code list_cells(const struct grid *grid, struct arena *arena,
                                struct store_cell **ret, size_t *ret_count, struct err *err)
{
    const size_t side = (size_t)1 << grid->bits;
    size_t filled = 0;
    for (size_t i = 0; i < side * side; i++)
        filled += grid->cells[i].count > 0;
    struct store_cell *cells = ARENA_ARRAY(arena, struct store_cell, filled);
    if (!cells)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    size_t count = 0;
    for (size_t i = 0; i < side * side; i++) {
        const struct sums *sums = &grid->cells[i];
        if (sums->count == 0)
            continue;
        struct store_cell cell = {
            .x = grid->x + (uint32_t)(i & (side - 1)),
            .y = grid->y + (uint32_t)(i >> grid->bits),
            .lon_e7 = (int32_t)(sums->lon_sum / sums->of),
            .lat_e7 = (int32_t)(sums->lat_sum / sums->of),
            .count = (uint32_t)sums->count,
        };
        memcpy(cell.by_kind, sums->by_kind, sizeof cell.by_kind);
        cells[count++] = cell;
    }
    *ret = cells;
    *ret_count = count;
    return ERR_OK;
}

enum err_code store_cells_in_tile(struct store_reader *reader, uint8_t z, uint32_t x, uint32_t y,
                                  uint8_t level, const struct store_filter *asked,
                                  struct arena *arena, struct store_cell **ret, size_t *ret_count,
                                  struct err *err)
{
    TRY(check_tile(z, x, y, err));
    if (level < z || level > LEVEL_MAX || level - z > GRID_BITS_MAX)
        return err_set(err, ERR_RANGE, "the grid is too fine for this tile", level);
    struct filter filter;
    TRY(filter_prepare(asked, arena, &filter, err));
    struct grid grid = {
        .level = level,
        .bits = (unsigned)level - z,
        .x = x << (level - z),
        .y = y << (level - z),
    };
    const size_t side = (size_t)1 << grid.bits;
    grid.cells = arena_zero(arena, side * side, sizeof *grid.cells);
    if (!grid.cells)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(fill_grid(&reader->db, z, x, y, &grid, &filter, err));
    return list_cells(&grid, arena, ret, ret_count, err);
}
