#include "server/store/nearby.h"

#include <stdlib.h>

#include "server/store/cell.h"
#include "server/store/point.h"

enum { TILES_MAX = 16, DEEPEST = 24 };

/* The box as few tiles of one zoom. */
struct cover {
    unsigned z;
    uint32_t min_x, min_y, max_x, max_y;
};

static int32_t clamp(int32_t value, int32_t min, int32_t max)
{
    return value < min ? min : value > max ? max : value;
}

static struct cover cover_from_box(struct store_box box)
{
    struct geo_xy north_west = {INT32_MIN, INT32_MIN}, south_east = {INT32_MAX, INT32_MAX};
    const int32_t lon = 1800000000, lat = 900000000;
    if (!mercator_world_from_e7(clamp(box.min_lon_e7, -lon, lon), clamp(box.max_lat_e7, -lat, lat),
                                &north_west) ||
        !mercator_world_from_e7(clamp(box.max_lon_e7, -lon, lon), clamp(box.min_lat_e7, -lat, lat),
                                &south_east))
        return (struct cover){0};
    for (unsigned z = DEEPEST; z > 0; z--) {
        const struct cover cover = {
            .z = z,
            .min_x = mercator_tile_from_world(z, north_west.x),
            .min_y = mercator_tile_from_world(z, north_west.y),
            .max_x = mercator_tile_from_world(z, south_east.x),
            .max_y = mercator_tile_from_world(z, south_east.y),
        };
        const uint64_t wide = cover.max_x - cover.min_x + 1, high = cover.max_y - cover.min_y + 1;
        if (wide * high <= TILES_MAX)
            return cover;
    }
    return (struct cover){0};
}

static enum err_code count_tile(struct db *db, unsigned z, uint32_t x, uint32_t y, uint64_t *sum,
                                struct err *err)
{
    /* Counts are kept at 8, 11, 14 and 17; below 17 the parent's count is guess enough. */
    const unsigned level = z <= 8 ? 8 : z <= 11 ? 11 : z <= 14 ? 14 : 17;
    uint64_t first, last;
    if (z <= level) {
        first = cell_from_xy(x, y) << (2 * (level - z));
        last = first + ((1ULL << (2 * (level - z))) - 1);
    } else {
        first = last = cell_from_xy(x, y) >> (2 * (z - level));
    }
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(db, SQL_COUNTS_IN_RANGE, &stmt, err));
    db_bind_int(db, stmt, 2, level);
    db_bind_int(db, stmt, 3, (int64_t)first);
    db_bind_int(db, stmt, 4, (int64_t)last);
    for (bool row;;) {
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            return ERR_OK;
        *sum += (uint64_t)db_column_int(stmt, 1);
    }
}

enum err_code nearby_is_cheaper(struct db *db, const struct filter *filter, size_t limit, bool *ret,
                                struct err *err)
{
    const struct cover cover = cover_from_box(filter->box);
    uint64_t inside = 0, whole = 0;
    for (uint32_t y = cover.min_y; y <= cover.max_y; y++)
        for (uint32_t x = cover.min_x; x <= cover.max_x; x++)
            TRY(count_tile(db, cover.z, x, y, &inside, err));
    TRY(count_tile(db, 0, 0, 0, &whole, err));
    /* A row of a comment costs about eight rows of points. */
    const double walk = (double)limit * (double)whole / (double)(inside + 1) * 8;
    *ret = (double)inside + (double)limit * 8 < walk || inside < limit;
    return ERR_OK;
}

/* A heap with the lowest seq on top: it is the one to go when a higher comes. */
struct heap {
    uint64_t *items;
    size_t count, size;
};

static void sift_down(struct heap *heap)
{
    for (size_t i = 0;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < heap->count; child++)
            if (heap->items[child] < heap->items[least])
                least = child;
        if (least == i)
            return;
        const uint64_t swap = heap->items[i];
        heap->items[i] = heap->items[least];
        heap->items[least] = swap;
        i = least;
    }
}

static void heap_offer(struct heap *heap, uint64_t seq)
{
    if (heap->count == heap->size) {
        if (seq > heap->items[0]) {
            heap->items[0] = seq;
            sift_down(heap);
        }
        return;
    }
    size_t i = heap->count++;
    for (; i > 0 && heap->items[(i - 1) / 2] > seq; i = (i - 1) / 2)
        heap->items[i] = heap->items[(i - 1) / 2];
    heap->items[i] = seq;
}

static enum err_code gather(struct db *db, const struct filter *filter, uint64_t cursor, unsigned z,
                            uint32_t x, uint32_t y, struct heap *heap, struct err *err)
{
    int64_t first, last;
    cell_range_from_tile(z, x, y, &first, &last);
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(db, SQL_POINTS_IN_RANGE, &stmt, err));
    db_bind_int(db, stmt, 2, first);
    db_bind_int(db, stmt, 3, last);
    const struct store_box box = filter->box;
    for (bool row;;) {
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            return ERR_OK;
        const uint64_t seq = (uint64_t)db_column_int(stmt, 1);
        struct store_point point;
        if (!point_unpack(db_column_blob(stmt, 2), &point))
            return err_set(err, ERR_CHECKSUM, "a point is damaged: run kakikomap check", seq);
        if (seq < cursor && point.lon_e7 >= box.min_lon_e7 && point.lon_e7 <= box.max_lon_e7 &&
            point.lat_e7 >= box.min_lat_e7 && point.lat_e7 <= box.max_lat_e7 &&
            point_fits(&point, filter))
            heap_offer(heap, seq);
    }
}

static int highest_first(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

enum err_code nearby_newest(struct db *db, const struct filter *filter, uint64_t cursor,
                            size_t limit, struct arena *arena, uint64_t **ret, size_t *ret_count,
                            struct err *err)
{
    struct heap heap = {.items = ARENA_ARRAY(arena, uint64_t, limit), .size = limit};
    if (!heap.items)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    const struct cover cover = cover_from_box(filter->box);
    for (uint32_t y = cover.min_y; y <= cover.max_y; y++)
        for (uint32_t x = cover.min_x; x <= cover.max_x; x++)
            TRY(gather(db, filter, cursor, cover.z, x, y, &heap, err));
    qsort(heap.items, heap.count, sizeof *heap.items, highest_first);
    *ret = heap.items;
    *ret_count = heap.count;
    return ERR_OK;
}
