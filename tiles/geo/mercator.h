/*
 * mercator: degrees to the world square of integers and back.
 *
 * Purpose    All geometry between import and tile is in world units (tiles/geo/geometry.h).
 * Units      Degrees as double or as e7 (1e-7 degree); a world unit is 9.33 mm at the equator and
 *            7.5 mm at 36° N, so a place moves by at most half of that.
 * Errors     false, and *ret untouched, for what is no place: not finite, beyond ±180 or ±90
 *            degrees. Latitudes beyond ±85.0511° are places, but lie outside the square: they are
 *            moved to its edge, as every web map does. 180° E is the last unit of the square.
 * Standard   EPSG:3857 (WGS 84 / Pseudo-Mercator), method 1024.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/attr.h"
#include "tiles/geo/geometry.h"

struct mercator_degrees {
    double lon, lat;
};

struct mercator_bounds {
    double west, south, east, north; /* degrees */
};

MUST_CHECK bool mercator_world_from_degrees(double lon, double lat, struct geo_xy *ret);
MUST_CHECK bool mercator_world_from_e7(int32_t lon_e7, int32_t lat_e7, struct geo_xy *ret);

struct mercator_degrees mercator_degrees_from_world(struct geo_xy world);
/* Each rounded to the nearest 1e-7 degree. */
void mercator_e7_from_world(struct geo_xy world, int32_t *ret_lon_e7, int32_t *ret_lat_e7);

/* The tile's own square, both edges inclusive; z ≤ 30, x and y below 2^z. */
struct geo_box mercator_world_from_tile(unsigned z, uint32_t x, uint32_t y);
struct mercator_bounds mercator_bounds_from_tile(unsigned z, uint32_t x, uint32_t y);
struct mercator_bounds mercator_bounds_from_world(struct geo_box box);

/* The column or row of the tile at zoom z that holds a world coordinate. */
static inline uint32_t mercator_tile_from_world(unsigned z, int32_t coordinate)
{
    return z == 0 ? 0 : ((uint32_t)coordinate ^ 0x80000000U) >> (GEO_WORLD_BITS - z);
}

/* True metres on the ground of one world unit at this y: the sphere of EPSG:3857, whose error
 * against the ellipsoid is below 0.34 %; tiles/geo/measure.h has the ellipsoid. */
double mercator_metres_per_unit(int32_t y);
