#include "tiles/import/shape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tiles/geo/mercator.h"
#include "tiles/import/shape_rings.h"

const struct shape_bounds shape_japan = {122, 20, 154, 46};
const struct shape_bounds shape_world = {-180, -85.0511287, 180, 85.0511287};

struct shape {
    const struct shape_bounds *bounds;
    enum shape_use use;
    struct pile polygons, united, lines; /* lines: a polygon of one ring each */
    struct pile points;
    uint32_t repairs;
    enum refusal_reason first_refused;
    bool out_of_memory;
};

struct shape *shape_new(void)
{
    return calloc(1, sizeof(struct shape));
}

void shape_free(struct shape *shape)
{
    if (!shape)
        return;
    pile_done(&shape->polygons);
    pile_done(&shape->united);
    pile_done(&shape->lines);
    pile_done(&shape->points);
    free(shape);
}

void shape_begin(struct shape *shape, const struct shape_bounds *bounds, enum shape_use use)
{
    pile_clear(&shape->polygons);
    pile_clear(&shape->lines);
    pile_clear(&shape->points);
    shape->bounds = bounds;
    shape->use = use;
    shape->repairs = 0;
    shape->first_refused = REFUSED_NOT;
    shape->out_of_memory = false;
}

static void repair(struct shape *shape, enum repair kind)
{
    if (shape->use == SHAPE_OUTLINE)
        shape->repairs |= UINT32_C(1) << kind;
}

static void refuse(struct shape *shape, enum refusal_reason reason)
{
    if (shape->first_refused == REFUSED_NOT)
        shape->first_refused = reason;
}

/* World place of a point, or why not. */
static enum refusal_reason place(const struct shape *shape, struct shape_point p,
                                 struct geo_xy *ret)
{
    if (!isfinite(p.lon) || !isfinite(p.lat))
        return REFUSED_COORDINATE;
    const struct shape_bounds *b = shape->bounds;
    if (p.lon < b->west || p.lon > b->east || p.lat < b->south || p.lat > b->north)
        return REFUSED_OUTSIDE;
    return mercator_world_from_degrees(p.lon, p.lat, ret) ? REFUSED_NOT : REFUSED_OUTSIDE;
}

static bool same_place(struct shape_point a, struct shape_point b)
{
    return a.lon == b.lon && a.lat == b.lat;
}

static bool same_xy(struct geo_xy a, struct geo_xy b)
{
    return a.x == b.x && a.y == b.y;
}

/* Appends the vertices of one ring to the pile, without repetition; *ret_count of them.
 * Repairs go to *repairs; the pile may hold a part of the ring when it is refused. */
static enum refusal_reason add_vertices(struct shape *shape, struct shape_ring ring, bool closed,
                                        struct pile *pile, size_t *ret_count)
{
    size_t count = ring.count;
    if (closed && count > 1) {
        if (same_place(ring.points[0], ring.points[count - 1]))
            count--;
        else
            repair(shape, REPAIR_CLOSED);
    }
    const size_t from = pile->vertex_count;
    for (size_t i = 0; i < count; i++) {
        struct geo_xy xy;
        const enum refusal_reason reason = place(shape, ring.points[i], &xy);
        if (reason != REFUSED_NOT)
            return reason;
        if (i > 0 && same_place(ring.points[i], ring.points[i - 1]))
            repair(shape, REPAIR_DUPLICATE);
        if (pile->vertex_count > from && same_xy(pile->vertices[pile->vertex_count - 1], xy))
            continue;
        if (!pile_add_vertex(pile, xy)) {
            shape->out_of_memory = true;
            return REFUSED_TOO_MANY_POINTS;
        }
    }
    while (closed && pile->vertex_count > from + 1 &&
           same_xy(pile->vertices[pile->vertex_count - 1], pile->vertices[from]))
        pile->vertex_count--;
    *ret_count = pile->vertex_count - from;
    return REFUSED_NOT;
}

/* Is the hole's box inside that of its exterior? A quick test that finds holes kilometres away. */
static bool hole_is_near(struct shape_ring exterior, struct shape_ring hole)
{
    struct shape_bounds b = {180, 90, -180, -90};
    for (size_t i = 0; i < exterior.count; i++) {
        b.west = fmin(b.west, exterior.points[i].lon);
        b.east = fmax(b.east, exterior.points[i].lon);
        b.south = fmin(b.south, exterior.points[i].lat);
        b.north = fmax(b.north, exterior.points[i].lat);
    }
    for (size_t i = 0; i < hole.count; i++) {
        const struct shape_point p = hole.points[i];
        if (!(p.lon >= b.west && p.lon <= b.east && p.lat >= b.south && p.lat <= b.north))
            return false;
    }
    return true;
}

/* Nowhere wider than 1e-9 degrees, a tenth of a millimetre: a line, though snapping to the grid may
 * bend it. Slivers of some millimetres do occur between pieces of land, and are taken. */
static bool is_line(struct shape_ring ring)
{
    const struct shape_point *p = ring.points;
    double extent = 0, widest = 0;
    for (size_t i = 1; i < ring.count; i++)
        extent = fmax(extent, fmax(fabs(p[i].lon - p[0].lon), fabs(p[i].lat - p[0].lat)));
    for (size_t i = 1; i + 1 < ring.count; i++)
        widest = fmax(widest, fabs((p[i].lon - p[0].lon) * (p[i + 1].lat - p[0].lat) -
                                   (p[i + 1].lon - p[0].lon) * (p[i].lat - p[0].lat)));
    return widest <= 1e-9 * extent;
}

/* One ring to the pile, oriented. REFUSED_DEGENERATE without area. */
static enum refusal_reason add_ring(struct shape *shape, struct shape_ring ring, bool exterior)
{
    struct pile *pile = &shape->polygons;
    const size_t from = pile->vertex_count;
    size_t count = 0;
    enum refusal_reason reason = add_vertices(shape, ring, true, pile, &count);
    const int64_t area =
        reason == REFUSED_NOT ? ring_area_doubled(pile->vertices + from, count) : 0;
    if (reason == REFUSED_NOT && (is_line(ring) || ring_is_flat(pile->vertices + from, count)))
        reason = REFUSED_DEGENERATE;
    if (reason == REFUSED_NOT && !pile_add_ring(pile, (uint32_t)count)) {
        shape->out_of_memory = true;
        reason = REFUSED_TOO_MANY_POINTS;
    }
    if (reason != REFUSED_NOT) {
        pile->vertex_count = from;
        return reason;
    }
    if (area != 0 && (area > 0) != exterior) /* 0: a bow tie; its repair gives it a direction */
        ring_reverse(pile->vertices + from, count);
    return REFUSED_NOT;
}

void shape_add_polygon(struct shape *shape, const struct shape_ring *rings, size_t count)
{
    if (count == 0)
        return;
    const uint32_t repairs = shape->repairs;
    const enum refusal_reason reason = add_ring(shape, rings[0], true);
    if (reason != REFUSED_NOT) {
        shape->repairs = repairs; /* of a polygon that is not taken */
        refuse(shape, reason);
        return;
    }
    uint32_t kept = 1;
    for (size_t i = 1; i < count; i++) {
        if (hole_is_near(rings[0], rings[i]) && add_ring(shape, rings[i], false) == REFUSED_NOT)
            kept++;
        else
            repair(shape, REPAIR_HOLE);
    }
    shape->out_of_memory |= !pile_add_polygon(&shape->polygons, kept);
}

void shape_add_line(struct shape *shape, struct shape_ring line)
{
    struct pile *pile = &shape->lines;
    const size_t from = pile->vertex_count;
    const uint32_t repairs = shape->repairs;
    size_t count = 0;
    enum refusal_reason reason = add_vertices(shape, line, false, pile, &count);
    if (reason == REFUSED_NOT && count < 2)
        reason = REFUSED_DEGENERATE;
    if (reason == REFUSED_NOT) {
        shape->out_of_memory |= !pile_add_ring(pile, (uint32_t)count);
        return;
    }
    pile->vertex_count = from;
    shape->repairs = repairs;
    refuse(shape, reason);
}

void shape_add_point(struct shape *shape, struct shape_point point)
{
    struct geo_xy xy;
    const enum refusal_reason reason = place(shape, point, &xy);
    if (reason != REFUSED_NOT)
        refuse(shape, reason);
    else
        shape->out_of_memory |= !pile_add_vertex(&shape->points, xy);
}

static enum err_code copy_out(struct arena *arena, enum geo_type type, const struct pile *pile,
                              struct geometry *ret, struct err *err)
{
    struct geo_xy *vertices = ARENA_ARRAY(arena, struct geo_xy, pile->vertex_count);
    uint32_t *sizes = ARENA_ARRAY(arena, uint32_t, pile->ring_count + 1);
    if (!vertices || !sizes)
        return err_set(err, ERR_NOMEM, "out of memory for a shape", 0);
    memcpy(vertices, pile->vertices, pile->vertex_count * sizeof *vertices);
    if (pile->ring_count)
        memcpy(sizes, pile->ring_sizes, pile->ring_count * sizeof *sizes);
    if (type == GEO_POINT)
        sizes[0] = (uint32_t)pile->vertex_count;
    *ret = (struct geometry){
        .type = type,
        .part_count = type == GEO_POINT ? 1 : (uint32_t)pile->ring_count,
        .vertex_count = (uint32_t)pile->vertex_count,
        .part_sizes = sizes,
        .vertices = vertices,
    };
    return ERR_OK;
}

/* Does any polygon fail the quick test, or meet another's box? */
static bool needs_geos(const struct pile *pile)
{
    const struct geo_xy *vertices = pile->vertices;
    const uint32_t *sizes = pile->ring_sizes;
    if (pile->polygon_count > 16)
        return true;
    struct geo_box boxes[16];
    for (size_t p = 0; p < pile->polygon_count; p++) {
        const uint32_t rings = pile->polygon_rings[p];
        if (!rings_surely_valid(vertices, sizes, rings))
            return true;
        boxes[p] = ring_box(vertices, sizes[0]);
        for (size_t q = 0; q < p; q++)
            if (box_meets(boxes[p], boxes[q]))
                return true;
        for (uint32_t r = 0; r < rings; r++)
            vertices += *sizes++;
    }
    return false;
}

static enum err_code finish_polygons(struct shape *shape, struct arena *arena, struct geometry *ret,
                                     enum refusal_reason *ret_refused, struct err *err)
{
    if (!needs_geos(&shape->polygons))
        return copy_out(arena, GEO_POLYGON, &shape->polygons, ret, err);
    bool invalid = false;
    TRY(rings_unite(&shape->polygons, &shape->united, &invalid, err));
    if (shape->united.polygon_count == 0) {
        *ret_refused = REFUSED_DEGENERATE;
        return ERR_OK;
    }
    if (invalid)
        repair(shape, REPAIR_VALID);
    return copy_out(arena, GEO_POLYGON, &shape->united, ret, err);
}

enum err_code shape_finish(struct shape *shape, struct arena *arena, struct geometry *ret,
                           uint32_t *ret_repairs, enum refusal_reason *ret_refused, struct err *err)
{
    enum refusal_reason refused = REFUSED_NOT;
    struct geometry made = {0};
    if (shape->out_of_memory)
        return err_set(err, ERR_NOMEM, "out of memory for a shape", 0);
    if (shape->polygons.polygon_count)
        TRY(finish_polygons(shape, arena, &made, &refused, err));
    else if (shape->lines.ring_count)
        TRY(copy_out(arena, GEO_LINE, &shape->lines, &made, err));
    else if (shape->points.vertex_count)
        TRY(copy_out(arena, GEO_POINT, &shape->points, &made, err));
    else
        refused = shape->first_refused ? shape->first_refused : REFUSED_NO_GEOMETRY;
    if (refused == REFUSED_NOT && shape->first_refused != REFUSED_NOT)
        repair(shape, REPAIR_POLYGON);
    *ret_refused = refused;
    if (refused == REFUSED_NOT) {
        *ret = made;
        *ret_repairs = shape->repairs;
    }
    return ERR_OK;
}
