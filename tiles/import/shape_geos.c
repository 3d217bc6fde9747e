/* shape_geos: the repair of shape_rings.h by GEOS, the only file that includes it. */
#include <geos_c.h>
#include <math.h>
#include <stdlib.h>

#include "tiles/import/shape_rings.h"

/* Parts smaller than this (about 10 cm × 10 cm) beside larger ones are slivers of the overlay. */
static const double sliver_units = 180;

static void quiet(const char *message, void *context)
{
    (void)message;
    (void)context;
}

static void free_all(GEOSContextHandle_t geos, GEOSGeometry **pieces, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        GEOSGeom_destroy_r(geos, pieces[i]);
}

static GEOSGeometry *geos_ring(GEOSContextHandle_t geos, const struct geo_xy *ring, uint32_t size)
{
    GEOSCoordSequence *seq = GEOSCoordSeq_create_r(geos, size + 1, 2);
    if (!seq)
        return NULL;
    for (uint32_t i = 0; i <= size; i++)
        if (!GEOSCoordSeq_setXY_r(geos, seq, i, ring[i % size].x, ring[i % size].y)) {
            GEOSCoordSeq_destroy_r(geos, seq);
            return NULL;
        }
    return GEOSGeom_createLinearRing_r(geos, seq); /* takes the sequence, also when it fails */
}

static GEOSGeometry *geos_polygon(GEOSContextHandle_t geos, const struct geo_xy *vertices,
                                  const uint32_t *sizes, uint32_t rings)
{
    GEOSGeometry **made = calloc(rings, sizeof *made);
    if (!made)
        return NULL;
    uint32_t count = 0;
    for (; count < rings; vertices += sizes[count++])
        if (!(made[count] = geos_ring(geos, vertices, sizes[count])))
            break;
    GEOSGeometry *polygon = NULL;
    if (count == rings)
        polygon = GEOSGeom_createPolygon_r(geos, made[0], made + 1, rings - 1);
    else
        free_all(geos, made, count);
    free(made);
    return polygon;
}

/* Takes `polygon`; gives it back valid. */
static GEOSGeometry *made_valid(GEOSContextHandle_t geos, GEOSGeometry *polygon, bool *ret_invalid)
{
    if (GEOSisValid_r(geos, polygon) == 1)
        return polygon;
    *ret_invalid = true;
    GEOSMakeValidParams *params = GEOSMakeValidParams_create_r(geos);
    GEOSGeometry *valid = NULL;
    if (params && GEOSMakeValidParams_setMethod_r(geos, params, GEOS_MAKE_VALID_STRUCTURE) &&
        GEOSMakeValidParams_setKeepCollapsed_r(geos, params, 0))
        valid = GEOSMakeValidWithParams_r(geos, polygon, params);
    if (params)
        GEOSMakeValidParams_destroy_r(geos, params);
    GEOSGeom_destroy_r(geos, polygon);
    return valid;
}

static bool take_ring(GEOSContextHandle_t geos, const GEOSGeometry *ring, bool exterior,
                      struct pile *into)
{
    const GEOSCoordSequence *seq = GEOSGeom_getCoordSeq_r(geos, ring);
    unsigned size = 0;
    if (!seq || !GEOSCoordSeq_getSize_r(geos, seq, &size))
        return false;
    const size_t from = into->vertex_count;
    for (unsigned i = 0; i + 1 < size; i++) {
        double x, y;
        if (!GEOSCoordSeq_getXY_r(geos, seq, i, &x, &y))
            return false;
        x = fmin(fmax(rint(x), INT32_MIN), INT32_MAX);
        y = fmin(fmax(rint(y), INT32_MIN), INT32_MAX);
        if (!pile_add_vertex(into, (struct geo_xy){(int32_t)x, (int32_t)y}))
            return false;
    }
    const size_t count = into->vertex_count - from;
    if ((ring_area_doubled(into->vertices + from, count) > 0) != exterior)
        ring_reverse(into->vertices + from, count);
    return pile_add_ring(into, (uint32_t)count);
}

static bool take_polygon(GEOSContextHandle_t geos, const GEOSGeometry *polygon, struct pile *into)
{
    const GEOSGeometry *ring = GEOSGetExteriorRing_r(geos, polygon);
    const int holes = GEOSGetNumInteriorRings_r(geos, polygon);
    if (!ring || holes < 0 || !take_ring(geos, ring, true, into))
        return false;
    uint32_t rings = 1;
    for (int i = 0; i < holes; i++) {
        ring = GEOSGetInteriorRingN_r(geos, polygon, i);
        const GEOSGeometry *shell = ring;
        double area = 0;
        GEOSGeometry *hole =
            shell ? GEOSGeom_createPolygon_r(geos, GEOSGeom_clone_r(geos, shell), NULL, 0) : NULL;
        const bool measured = hole && GEOSArea_r(geos, hole, &area);
        GEOSGeom_destroy_r(geos, hole);
        if (!measured)
            return false;
        if (area < sliver_units)
            continue;
        if (!take_ring(geos, ring, false, into))
            return false;
        rings++;
    }
    return pile_add_polygon(into, rings);
}

static bool take_all(GEOSContextHandle_t geos, const GEOSGeometry *from, struct pile *into)
{
    double whole = 0;
    const int count = GEOSGetNumGeometries_r(geos, from);
    if (count < 0 || !GEOSArea_r(geos, from, &whole))
        return false;
    for (int i = 0; i < count; i++) {
        const GEOSGeometry *part = GEOSGetGeometryN_r(geos, from, i);
        double area = 0;
        if (!part)
            return false;
        if (GEOSGeomTypeId_r(geos, part) != GEOS_POLYGON || GEOSisEmpty_r(geos, part))
            continue;
        if (!GEOSArea_r(geos, part, &area))
            return false;
        if (area < sliver_units && area < whole / 2)
            continue;
        if (!take_polygon(geos, part, into))
            return false;
    }
    return true;
}

static enum err_code unite(GEOSContextHandle_t geos, const struct pile *from,
                           GEOSGeometry **polygons, struct pile *into, bool *invalid,
                           struct err *err)
{
    const struct geo_xy *vertices = from->vertices;
    const uint32_t *sizes = from->ring_sizes;
    unsigned count = 0;
    for (size_t p = 0; p < from->polygon_count; p++) {
        const uint32_t rings = from->polygon_rings[p];
        GEOSGeometry *polygon = geos_polygon(geos, vertices, sizes, rings);
        polygon = polygon ? made_valid(geos, polygon, invalid) : NULL;
        if (polygon)
            polygons[count++] = polygon;
        for (uint32_t r = 0; r < rings; r++)
            vertices += *sizes++;
    }
    GEOSGeometry *all = GEOSGeom_createCollection_r(geos, GEOS_GEOMETRYCOLLECTION, polygons, count);
    if (!all) {
        free_all(geos, polygons, count);
        return err_set(err, ERR_NOMEM, "out of memory for a shape", 0);
    }
    GEOSGeometry *united = GEOSUnaryUnionPrec_r(geos, all, 1.0);
    GEOSGeom_destroy_r(geos, all);
    if (!united)
        return ERR_OK; /* nothing was usable: `into` stays empty */
    const bool taken = take_all(geos, united, into);
    GEOSGeom_destroy_r(geos, united);
    return taken ? ERR_OK : err_set(err, ERR_NOMEM, "out of memory for a shape", 0);
}

enum err_code rings_unite(const struct pile *from, struct pile *into, bool *ret_invalid,
                          struct err *err)
{
    pile_clear(into);
    GEOSContextHandle_t geos = GEOS_init_r();
    GEOSGeometry **polygons = calloc(from->polygon_count + 1, sizeof *polygons);
    enum err_code code = ERR_NOMEM;
    bool invalid = false;
    if (geos && polygons) {
        GEOSContext_setNoticeMessageHandler_r(geos, quiet, NULL);
        GEOSContext_setErrorMessageHandler_r(geos, quiet, NULL);
        code = unite(geos, from, polygons, into, &invalid, err);
    } else {
        code = err_set(err, ERR_NOMEM, "out of memory for a shape", 0);
    }
    free(polygons);
    if (geos)
        GEOS_finish_r(geos);
    if (code == ERR_OK)
        *ret_invalid = invalid;
    return code;
}
