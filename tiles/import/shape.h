/*
 * shape: rings, lines and points in degrees become valid geometry in world units.
 *
 * Purpose    The one place where coordinates from outside are checked and repaired, for CityGML and
 *            OGR alike.
 * Rules      1. Every coordinate is finite and inside the accepted bounds, or its polygon, line or
 *               point is refused.
 *            2. Repaired and reported: unclosed rings, repeated points, rings that touch or cross
 *               themselves, holes without area or outside their polygon.
 *               A repair for the 7 mm grid of world units alone is not reported.
 *            3. One usable polygon is enough; unusable ones beside it are dropped and reported.
 *            4. Polygons come out oriented as geometry.h says, valid by OGC Simple Features, and,
 *               where several were given, united: no inner borders.
 * Ownership  Scratch belongs to the shape and is used again; results live in the arena.
 * Standard   OGC 06-103r4 section 6.1.11 (validity), by GEOS where the quick exact test doubts.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tiles/base/arena.h"
#include "tiles/base/attr.h"
#include "tiles/geo/geometry.h"
#include "tiles/import/report.h"

struct shape;

struct shape_point {
    double lon, lat; /* degrees */
    double z;        /* metres above sea level; not looked at here */
};

struct shape_ring {
    const struct shape_point *points;
    size_t count;
};

/* Degrees, inclusive. */
struct shape_bounds {
    double west, south, east, north;
};

/* Japan, and the whole of the Web Mercator square. */
extern const struct shape_bounds shape_japan, shape_world;

MUST_CHECK struct shape *shape_new(void); /* NULL: memory */
void shape_free(struct shape *shape);
DEFINE_CLEANUP(struct shape, shape_free)

enum shape_use {
    SHAPE_OUTLINE, /* each polygon should be usable: what is not is a fault, and reported */
    SHAPE_FACES,   /* faces of a body: upright ones have no area on the map, that is no fault */
};

/* Forgets what was added; `bounds` is borrowed until finish. */
void shape_begin(struct shape *shape, const struct shape_bounds *bounds, enum shape_use use);

/* The exterior first, its holes behind it. What is refused is remembered until finish. */
void shape_add_polygon(struct shape *shape, const struct shape_ring *rings, size_t count);
void shape_add_line(struct shape *shape, struct shape_ring line);
void shape_add_point(struct shape *shape, struct shape_point point);

/* The geometry of what was added since begin: polygons if there are any, else lines, else points.
 * REFUSED_NOT with *ret and *ret_repairs (bits 1 << enum repair), or why nothing is left.
 * `err` is set only when memory is gone. */
MUST_CHECK enum err_code shape_finish(struct shape *shape, struct arena *arena,
                                      struct geometry *ret, uint32_t *ret_repairs,
                                      enum refusal_reason *ret_refused, struct err *err);
