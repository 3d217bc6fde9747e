#include "server/live/comment_shape.h"

#include "tiles/geo/clip.h"
#include "tiles/geo/grid.h"
#include "tiles/geo/mercator.h"
#include "tiles/geo/repair.h"
#include "tiles/geo/ring.h"
#include "tiles/geo/simplify.h"

enum { EXTENT = 1 << COMMENT_SHAPE_EXTENT_BITS };

/* Of a tile drawn 512 pixels wide, in units of its grid. */
static const double quarter_pixel = EXTENT / 512.0 / 4;

static int32_t in_world(int64_t coordinate)
{
    return (int32_t)(coordinate < INT32_MIN   ? INT32_MIN
                     : coordinate > INT32_MAX ? INT32_MAX
                                              : coordinate);
}

/* A tile is 2^(32 − z) world units wide. */
static int64_t buffer_in_world(uint8_t z)
{
    return (INT64_C(1) << (GEO_WORLD_BITS - z)) * COMMENT_SHAPE_BUFFER / EXTENT;
}

struct geo_box comment_shape_box(uint8_t z, uint32_t x, uint32_t y)
{
    const int64_t side = INT64_C(1) << (GEO_WORLD_BITS - z), buffer = buffer_in_world(z);
    const int64_t west = x * side + INT32_MIN, north = y * side + INT32_MIN;
    return (struct geo_box){{in_world(west - buffer), in_world(north - buffer)},
                            {in_world(west + side + buffer), in_world(north + side + buffer)}};
}

bool comment_shape_reach(const struct store_box *bounds, struct geo_box *ret)
{
    struct geo_box box;
    if (!mercator_world_from_e7(bounds->min_lon_e7, bounds->max_lat_e7, &box.min) ||
        !mercator_world_from_e7(bounds->max_lon_e7, bounds->min_lat_e7, &box.max))
        return false;
    *ret = box;
    return true;
}

/* --- From corners to what is left in the tile ----------------------------------------------------
 */

static const struct geometry nothing = {.type = GEO_NONE};
static const bool no_hole = false;

/* False when it is no shape that a tile can show. */
static bool world_from_path(const struct path *path, bool is_area, struct geo_xy *vertices,
                            uint32_t *size, struct geometry *ret)
{
    for (size_t i = 0; i < path->count; i++)
        if (!mercator_world_from_e7(path->corners[i].lon_e7, path->corners[i].lat_e7, &vertices[i]))
            return false;
    *size = (uint32_t)path->count;
    const struct geo_box box = geo_box_of(vertices, *size);
    if ((int64_t)box.max.x - box.min.x > GEO_SPAN_MAX ||
        (int64_t)box.max.y - box.min.y > GEO_SPAN_MAX)
        return false;
    *size = is_area ? geo_ring_tidy(vertices, *size) : geo_line_tidy(vertices, *size);
    *ret = (struct geometry){.type = is_area ? GEO_POLYGON : GEO_LINE,
                             .part_count = 1,
                             .vertex_count = *size,
                             .part_sizes = size,
                             .vertices = vertices};
    return *size > 0;
}

static enum err_code simplify(struct geometry *shape, uint8_t z, struct arena *arena,
                              struct err *err)
{
    if (z >= COMMENT_SHAPE_WHOLE_Z)
        return ERR_OK;
    const double *ranks;
    bool hole = false;
    const double unit = (double)(INT64_C(1) << (GEO_WORLD_BITS - COMMENT_SHAPE_EXTENT_BITS - z));
    TRY(geo_simplify_ranks(shape, NULL, arena, &ranks, err));
    const bool is_area = shape->type == GEO_POLYGON;
    return geo_simplify_select(shape, ranks, quarter_pixel * unit, is_area ? &no_hole : NULL, arena,
                               shape, is_area ? &hole : NULL, err);
}

static enum err_code snap(const struct geometry *world, uint8_t z, uint32_t x, uint32_t y,
                          struct arena *arena, struct geometry *ret, struct err *err)
{
    const int64_t side = INT64_C(1) << (GEO_WORLD_BITS - z);
    const struct geo_origin corner = {x * side + INT32_MIN, y * side + INT32_MIN};
    return geo_grid_snap(world, corner, GEO_WORLD_BITS - COMMENT_SHAPE_EXTENT_BITS - z, arena, ret,
                         err);
}

static enum err_code cut_line(struct geometry *shape, uint8_t z, uint32_t x, uint32_t y,
                              struct arena *arena, struct geometry *ret, struct err *err)
{
    struct geometry part, snapped;
    TRY(geo_clip(shape, comment_shape_box(z, x, y), arena, &part, err));
    if (part.part_count == 0) {
        *ret = nothing;
        return ERR_OK;
    }
    TRY(snap(&part, z, x, y, arena, &snapped, err));
    return geo_grid_tidy_lines(&snapped, arena, ret, err);
}

/* Repaired before it is cut, for a hand crosses its own line, and after, for the grid may. */
static enum err_code cut_area(struct geometry *shape, uint8_t z, uint32_t x, uint32_t y,
                              struct arena *arena, struct geometry *ret, struct err *err)
{
    struct geometry whole, part, snapped;
    bool repaired;
    TRY(geo_repair_if_needed(shape, &no_hole, arena, &whole, &repaired, err));
    if (whole.part_count)
        TRY(geo_clip(&whole, comment_shape_box(z, x, y), arena, &part, err));
    if (whole.part_count == 0 || part.part_count == 0) {
        *ret = nothing;
        return ERR_OK;
    }
    TRY(snap(&part, z, x, y, arena, &snapped, err));
    bool *holes = ARENA_ARRAY(arena, bool, part.part_count);
    if (!holes)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    geo_hole_roles(&part, holes); /* before snapping, which may turn the sign of a small ring */
    TRY(geo_repair_if_needed(&snapped, holes, arena, ret, &repaired, err));
    return ERR_OK;
}

enum err_code comment_shape_in_tile(const struct path *path, bool is_area, uint8_t z, uint32_t x,
                                    uint32_t y, struct arena *arena, struct geometry *ret,
                                    struct err *err)
{
    uint32_t size = 0;
    struct geometry shape = nothing;
    struct geo_xy *vertices = ARENA_ARRAY(arena, struct geo_xy, path->count);
    if (!vertices)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    if (path->count == 0 || !world_from_path(path, is_area, vertices, &size, &shape)) {
        *ret = nothing;
        return ERR_OK;
    }
    struct err fault = {0};
    enum err_code code = simplify(&shape, z, arena, &fault);
    if (code == ERR_OK && shape.part_count == 0)
        *ret = nothing;
    else if (code == ERR_OK)
        code = is_area ? cut_area(&shape, z, x, y, arena, ret, &fault)
                       : cut_line(&shape, z, x, y, arena, ret, &fault);
    if (code == ERR_OK || code == ERR_NOMEM)
        return code == ERR_OK ? ERR_OK : err_set(err, code, fault.what, fault.at);
    /* One that cannot be drawn must not take its tile along. */
    *ret = nothing;
    return ERR_OK;
}
