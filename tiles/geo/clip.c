/*
 * Polygons are cut by Sutherland and Hodgman's way, border by border, which leaves bridges along
 * the border where a ring leaves the box more than once. The repair takes them out again: pieces
 * that run there and back cancel (tiles/geo/node.h).
 */
#include "tiles/geo/clip.h"

#include "tiles/geo/repair.h"
#include "tiles/geo/ring.h"

static const struct geometry nothing = {.type = GEO_NONE};

static bool holds(struct geo_box box, struct geo_xy at)
{
    return at.x >= box.min.x && at.x <= box.max.x && at.y >= box.min.y && at.y <= box.max.y;
}

/* from + span × part / whole to the nearest integer, half up; whole > 0, 0 ≤ part ≤ whole. */
static int32_t portion(int32_t from, int64_t span, int64_t part, int64_t whole)
{
    __extension__ typedef __int128 wide;
    int64_t product;
    if (!__builtin_mul_overflow(2 * span, part, &product) && product <= INT64_MAX - whole &&
        product >= INT64_MIN + 2 * whole) {
        const int64_t twice = product + whole, by = 2 * whole;
        const int64_t floored = twice >= 0 ? twice / by : -((-twice + by - 1) / by);
        return (int32_t)(from + floored);
    }
    const wide twice = (wide)span * part * 2 + whole, by = (wide)whole * 2;
    const wide floored = twice >= 0 ? twice / by : -((-twice + by - 1) / by);
    return (int32_t)(from + (int64_t)floored);
}

/* Where the segment crosses the line x = at (or y = at); always computed from its western
 * (northern) end, so that both directions give the same point. */
static struct geo_xy crossing_x(struct geo_xy a, struct geo_xy b, int32_t at)
{
    if (a.x > b.x) {
        const struct geo_xy kept = a;
        a = b;
        b = kept;
    }
    return (struct geo_xy){at,
                           portion(a.y, (int64_t)b.y - a.y, (int64_t)at - a.x, (int64_t)b.x - a.x)};
}

static struct geo_xy crossing_y(struct geo_xy a, struct geo_xy b, int32_t at)
{
    const struct geo_xy turned =
        crossing_x((struct geo_xy){a.y, a.x}, (struct geo_xy){b.y, b.x}, at);
    return (struct geo_xy){turned.y, turned.x};
}

/* ---- points ---- */

static enum err_code clip_points(const struct geometry *points, struct geo_box box,
                                 struct arena *arena, struct geometry *ret, struct err *err)
{
    struct geo_xy *kept = ARENA_ARRAY(arena, struct geo_xy, points->vertex_count);
    uint32_t *size = ARENA_ARRAY(arena, uint32_t, 1);
    if (!kept || !size)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *size = 0;
    for (uint32_t i = 0; i < points->vertex_count; i++)
        if (holds(box, points->vertices[i]))
            kept[(*size)++] = points->vertices[i];
    *ret = *size ? (struct geometry){GEO_POINT, 1, *size, size, kept} : nothing;
    return ERR_OK;
}

/* ---- lines ---- */

struct lines {
    struct geo_xy *vertices;
    uint32_t *sizes;
    uint32_t vertex_count, part_count, part_start;
};

static void end_part(struct lines *lines)
{
    const uint32_t size = lines->vertex_count - lines->part_start;
    if (size >= 2)
        lines->sizes[lines->part_count++] = size;
    else
        lines->vertex_count = lines->part_start; /* touched the box in a point */
    lines->part_start = lines->vertex_count;
}

static void add_vertex(struct lines *lines, struct geo_xy at)
{
    if (lines->vertex_count > lines->part_start &&
        geo_same(lines->vertices[lines->vertex_count - 1], at))
        return;
    lines->vertices[lines->vertex_count++] = at;
}

/* The piece of a segment inside the box, its direction kept; false when there is none. Each cut is
 * made on the segment as it was given, so that rounding does not add up. */
static bool cut_segment(struct geo_xy *from, struct geo_xy *to, struct geo_box box)
{
    const struct geo_xy a = *from, b = *to;
    for (unsigned end = 0; end < 2; end++) {
        struct geo_xy *at = end ? to : from;
        const struct geo_xy other = end ? *from : *to;
        if (at->x < box.min.x || at->x > box.max.x) {
            const int32_t border = at->x < box.min.x ? box.min.x : box.max.x;
            if (at->x < box.min.x ? other.x < border : other.x > border)
                return false;
            *at = crossing_x(a, b, border);
        }
        if (at->y < box.min.y || at->y > box.max.y) {
            const int32_t border = at->y < box.min.y ? box.min.y : box.max.y;
            if (at->y < box.min.y ? other.y < border : other.y > border)
                return false;
            *at = crossing_y(a, b, border);
            if (at->x < box.min.x || at->x > box.max.x)
                return false;
        }
    }
    return true;
}

static enum err_code clip_lines(const struct geometry *in, struct geo_box box, struct arena *arena,
                                struct geometry *ret, struct err *err)
{
    struct lines lines = {
        .vertices = ARENA_ARRAY(arena, struct geo_xy, (size_t)in->vertex_count * 2),
        .sizes = ARENA_ARRAY(arena, uint32_t, in->vertex_count),
    };
    if (!lines.vertices || !lines.sizes)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    const struct geo_xy *v = in->vertices;
    for (uint32_t part = 0; part < in->part_count; v += in->part_sizes[part++]) {
        for (uint32_t i = 1; i < in->part_sizes[part]; i++) {
            struct geo_xy from = v[i - 1], to = v[i];
            if (!cut_segment(&from, &to, box)) {
                end_part(&lines);
                continue;
            }
            if (!geo_same(from, v[i - 1]))
                end_part(&lines);
            add_vertex(&lines, from);
            add_vertex(&lines, to);
            if (!geo_same(to, v[i]))
                end_part(&lines);
        }
        end_part(&lines);
    }
    *ret = lines.part_count ? (struct geometry){GEO_LINE, lines.part_count, lines.vertex_count,
                                                lines.sizes, lines.vertices}
                            : nothing;
    return ERR_OK;
}

/* ---- polygons ---- */

enum border { WEST, EAST, NORTH, SOUTH };

static bool is_within(struct geo_xy at, struct geo_box box, enum border border)
{
    switch (border) {
    case WEST:
        return at.x >= box.min.x;
    case EAST:
        return at.x <= box.max.x;
    case NORTH:
        return at.y >= box.min.y;
    case SOUTH:
        return at.y <= box.max.y;
    }
    return false;
}

static struct geo_xy cross(struct geo_xy a, struct geo_xy b, struct geo_box box, enum border border)
{
    switch (border) {
    case WEST:
        return crossing_x(a, b, box.min.x);
    case EAST:
        return crossing_x(a, b, box.max.x);
    case NORTH:
        return crossing_y(a, b, box.min.y);
    case SOUTH:
        return crossing_y(a, b, box.max.y);
    }
    return a;
}

static uint32_t cut_ring(const struct geo_xy *ring, uint32_t count, struct geo_box box,
                         enum border border, struct geo_xy *out)
{
    uint32_t len = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct geo_xy at = ring[i], before = ring[i ? i - 1 : count - 1];
        const bool now = is_within(at, box, border);
        if (now != is_within(before, box, border))
            out[len++] = cross(before, at, box, border);
        if (now)
            out[len++] = at;
    }
    return len;
}

/* In room for `capacity` vertices each; returns the vertices left in `ring`. */
static uint32_t cut_all_sides(struct geo_xy *ring, uint32_t count, struct geo_box box,
                              struct geo_xy *spare)
{
    for (unsigned border = WEST; border <= SOUTH; border += 2) {
        count = cut_ring(ring, count, box, (enum border)border, spare);
        count = cut_ring(spare, count, box, (enum border)(border + 1), ring);
    }
    return count;
}

enum err_code geo_clip_polygon(const struct geometry *polygon, const bool *holes,
                               struct geo_box box, struct arena *arena, struct geometry *ret,
                               struct err *err)
{
    uint32_t longest = 0;
    for (uint32_t i = 0; i < polygon->part_count; i++)
        longest = polygon->part_sizes[i] > longest ? polygon->part_sizes[i] : longest;
    /* Each border adds at most half as many vertices again: (3/2)^4 ≈ 5.1. */
    struct geo_xy *spare = ARENA_ARRAY(arena, struct geo_xy, (size_t)longest * 6 + 8);
    struct geo_xy *vertices =
        ARENA_ARRAY(arena, struct geo_xy, (size_t)polygon->vertex_count * 6 + 8);
    uint32_t *sizes = ARENA_ARRAY(arena, uint32_t, polygon->part_count);
    bool *roles = ARENA_ARRAY(arena, bool, polygon->part_count);
    bool *all_roles = ARENA_ARRAY(arena, bool, polygon->part_count);
    if (!spare || !vertices || !sizes || !roles || !all_roles)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    if (!holes)
        geo_hole_roles(polygon, all_roles);
    struct geometry cut = {.type = GEO_POLYGON, .part_sizes = sizes, .vertices = vertices};
    const struct geo_xy *v = polygon->vertices;
    for (uint32_t i = 0; i < polygon->part_count; v += polygon->part_sizes[i++]) {
        struct geo_xy *to = vertices + cut.vertex_count;
        memcpy(to, v, polygon->part_sizes[i] * sizeof *to);
        const uint32_t size = cut_all_sides(to, polygon->part_sizes[i], box, spare);
        if (size < 3)
            continue;
        roles[cut.part_count] = holes ? holes[i] : all_roles[i];
        sizes[cut.part_count++] = size;
        cut.vertex_count += size;
    }
    if (cut.part_count == 0) {
        *ret = nothing;
        return ERR_OK;
    }
    bool repaired;
    return geo_repair_if_needed(&cut, roles, arena, ret, &repaired, err);
}

enum err_code geo_clip(const struct geometry *geometry, struct geo_box box, struct arena *arena,
                       struct geometry *ret, struct err *err)
{
    const struct geo_box bounds = geo_box_of(geometry->vertices, geometry->vertex_count);
    if (geometry->vertex_count == 0 || !geo_box_meets(bounds, box)) {
        *ret = nothing;
        return ERR_OK;
    }
    if (geo_box_holds(box, bounds)) {
        *ret = *geometry;
        return ERR_OK;
    }
    switch (geometry->type) {
    case GEO_POINT:
        return clip_points(geometry, box, arena, ret, err);
    case GEO_LINE:
        return clip_lines(geometry, box, arena, ret, err);
    case GEO_POLYGON:
        return geo_clip_polygon(geometry, NULL, box, arena, ret, err);
    case GEO_NONE:
        break;
    }
    *ret = nothing;
    return ERR_OK;
}
