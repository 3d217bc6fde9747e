/*
 * geometry: points, lines and polygons as flat arrays of integers.
 *
 * Purpose    The one shape that import, tiler, MVT and comments share.
 * Frames     The same struct serves two frames; a function says which it wants.
 *            World: the Web Mercator square is 2^32 units wide; x and y run from −2^31 at 180° W
 *            and the northern edge to 2^31 − 1; one tile at zoom z is 2^(32 − z) units.
 *            Tile: units of the layer's extent (4096), from the north-west corner of the tile.
 *            y grows to the south in both.
 * Shape      Points: one part with all of them. Lines: a part a line. Polygons: a part a ring; the
 *            exterior comes first, its holes behind it, then the next exterior. Rings are not
 *            closed: the first vertex is not repeated.
 * Orientation After geo_orient: exteriors have positive area by the surveyor's formula with y to
 *            the south (clockwise as seen on the map), holes negative. MVT 2.1, section 4.3.4.4.
 * Ownership  Borrows both arrays, as a rule from an arena.
 */
#pragma once

#include <stdint.h>

enum geo_type { GEO_NONE = 0, GEO_POINT = 1, GEO_LINE = 2, GEO_POLYGON = 3 }; /* values as in MVT */

enum { GEO_WORLD_BITS = 32 };

struct geo_xy {
    int32_t x, y;
};

struct geometry {
    enum geo_type type;
    uint32_t part_count;
    uint32_t vertex_count;      /* of all parts */
    const uint32_t *part_sizes; /* vertices of each part */
    const struct geo_xy *vertices;
};

/* A place in a plane zone of Japan (tiles/plane): millimetres, x to the east, y to the north. */
struct geo_mm {
    int32_t x_mm, y_mm;
};

enum { GEO_MAX_MM = 2000 * 1000 * 1000 }; /* of a coordinate: 2,000 km from the zone's origin */

/* Inclusive bounds; empty while min > max. */
struct geo_box {
    struct geo_xy min, max;
};
