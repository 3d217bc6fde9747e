#include "tiles/import/ogr_geometry.h"

enum { COLLECTION_DEPTH = 16, POINTS_MAX = 4000000 };

struct walk {
    struct shape *shape;
    struct arena *arena;
    uint64_t points;
    bool failed; /* memory */
};

static struct shape_ring ring_of(struct walk *walk, OGRGeometryH line)
{
    const int count = OGR_G_GetPointCount(line);
    if (count <= 0 || (walk->points += (uint64_t)count) > POINTS_MAX)
        return (struct shape_ring){0};
    struct shape_point *points = arena_zero(walk->arena, (size_t)count, sizeof *points);
    if (!points) {
        walk->failed = true;
        return (struct shape_ring){0};
    }
    OGR_G_GetPoints(line, &points->lon, sizeof *points, &points->lat, sizeof *points, &points->z,
                    sizeof *points);
    return (struct shape_ring){.points = points, .count = (size_t)count};
}

static void add_polygon(struct walk *walk, OGRGeometryH polygon)
{
    const int count = OGR_G_GetGeometryCount(polygon);
    if (count <= 0)
        return;
    struct shape_ring *rings = ARENA_ARRAY(walk->arena, struct shape_ring, (size_t)count);
    if (!rings) {
        walk->failed = true;
        return;
    }
    for (int i = 0; i < count; i++)
        rings[i] = ring_of(walk, OGR_G_GetGeometryRef(polygon, i));
    shape_add_polygon(walk->shape, rings, (size_t)count);
}

static void add(struct walk *walk, OGRGeometryH geometry, unsigned depth)
{
    const OGRwkbGeometryType type = OGR_GT_Flatten(OGR_G_GetGeometryType(geometry));
    switch (type) {
    case wkbPolygon:
    case wkbTriangle:
        add_polygon(walk, geometry);
        return;
    case wkbLineString:
    case wkbLinearRing:
        shape_add_line(walk->shape, ring_of(walk, geometry));
        return;
    case wkbPoint:
        if (!OGR_G_IsEmpty(geometry))
            shape_add_point(walk->shape, (struct shape_point){.lon = OGR_G_GetX(geometry, 0),
                                                              .lat = OGR_G_GetY(geometry, 0)});
        return;
    default:
        break;
    }
    if (depth == COLLECTION_DEPTH)
        return;
    const int count = OGR_G_GetGeometryCount(geometry);
    for (int i = 0; i < count; i++)
        add(walk, OGR_G_GetGeometryRef(geometry, i), depth + 1);
}

enum err_code ogr_geometry(OGRGeometryH geometry, struct shape *shape, struct arena *arena,
                           struct geometry *ret, uint32_t *ret_repairs,
                           enum refusal_reason *ret_refused, struct err *err)
{
    OGRGeometryH straight =
        OGR_G_HasCurveGeometry(geometry, 0) ? OGR_G_GetLinearGeometry(geometry, 0, NULL) : NULL;
    const OGRwkbGeometryType type = OGR_GT_Flatten(OGR_G_GetGeometryType(geometry));
    const bool body = type == wkbPolyhedralSurface || type == wkbTIN;
    struct walk walk = {.shape = shape, .arena = arena};
    shape_begin(shape, &shape_world, body ? SHAPE_FACES : SHAPE_OUTLINE);
    add(&walk, straight ? straight : geometry, 0);
    if (straight)
        OGR_G_DestroyGeometry(straight);
    if (walk.failed)
        return err_set(err, ERR_NOMEM, "out of memory for a geometry", 0);
    if (walk.points > POINTS_MAX) {
        *ret_refused = REFUSED_TOO_MANY_POINTS;
        return ERR_OK;
    }
    return shape_finish(shape, arena, ret, ret_repairs, ret_refused, err);
}
