#include "tiles/geo/mercator.h"

#include <math.h>

static const double pi = 3.14159265358979323846;
static const double world_width = 4294967296.0;       /* 2^32 units */
static const double world_metres = 40075016.68557849; /* 2 π × 6378137 m, EPSG:3857 */

static int32_t nearest_unit(double units)
{
    const double rounded = floor(units + 0.5);
    if (rounded <= -2147483648.0)
        return INT32_MIN;
    if (rounded >= 2147483647.0)
        return INT32_MAX;
    return (int32_t)rounded;
}

static int32_t y_from_lat(double lat)
{
    const double sine = sin(lat * (pi / 180.0));
    /* atanh(sin φ) is the Mercator ordinate; at the poles it is infinite and ends at the edge. */
    const double ordinate = atanh(sine) / (2.0 * pi);
    return nearest_unit(-ordinate * world_width);
}

bool mercator_world_from_degrees(double lon, double lat, struct geo_xy *ret)
{
    if (!(lon >= -180.0 && lon <= 180.0 && lat >= -90.0 && lat <= 90.0)) /* also refuses NaN */
        return false;
    ret->x = nearest_unit(lon / 360.0 * world_width);
    ret->y = y_from_lat(lat);
    return true;
}

bool mercator_world_from_e7(int32_t lon_e7, int32_t lat_e7, struct geo_xy *ret)
{
    if (lon_e7 < -1800000000 || lon_e7 > 1800000000 || lat_e7 < -900000000 || lat_e7 > 900000000)
        return false;
    ret->x = nearest_unit((double)lon_e7 / 3.6e9 * world_width);
    ret->y = y_from_lat((double)lat_e7 / 1e7);
    return true;
}

struct mercator_degrees mercator_degrees_from_world(struct geo_xy world)
{
    return (struct mercator_degrees){
        .lon = (double)world.x / world_width * 360.0,
        .lat = atan(sinh(-(double)world.y / world_width * 2.0 * pi)) * (180.0 / pi),
    };
}

void mercator_e7_from_world(struct geo_xy world, int32_t *ret_lon_e7, int32_t *ret_lat_e7)
{
    const struct mercator_degrees degrees = mercator_degrees_from_world(world);
    *ret_lon_e7 = (int32_t)floor(degrees.lon * 1e7 + 0.5);
    *ret_lat_e7 = (int32_t)floor(degrees.lat * 1e7 + 0.5);
}

struct geo_box mercator_world_from_tile(unsigned z, uint32_t x, uint32_t y)
{
    const int64_t side = (int64_t)1 << (GEO_WORLD_BITS - z);
    const int64_t left = (int64_t)x * side + INT32_MIN, top = (int64_t)y * side + INT32_MIN;
    return (struct geo_box){
        .min = {(int32_t)left, (int32_t)top},
        .max = {(int32_t)(left + side - 1), (int32_t)(top + side - 1)},
    };
}

static struct mercator_bounds bounds_from_edges(double left, double top, double right,
                                                double bottom)
{
    return (struct mercator_bounds){
        .west = left / world_width * 360.0,
        .east = right / world_width * 360.0,
        .north = atan(sinh(-top / world_width * 2.0 * pi)) * (180.0 / pi),
        .south = atan(sinh(-bottom / world_width * 2.0 * pi)) * (180.0 / pi),
    };
}

struct mercator_bounds mercator_bounds_from_tile(unsigned z, uint32_t x, uint32_t y)
{
    const double side = ldexp(world_width, -(int)z), half = world_width / 2;
    return bounds_from_edges(x * side - half, y * side - half, (x + 1.0) * side - half,
                             (y + 1.0) * side - half);
}

struct mercator_bounds mercator_bounds_from_world(struct geo_box box)
{
    return bounds_from_edges(box.min.x, box.min.y, box.max.x, box.max.y);
}

double mercator_metres_per_unit(int32_t y)
{
    /* The scale at latitude φ is 1 / cos φ = cosh(ordinate). */
    return world_metres / world_width / cosh((double)y / world_width * 2.0 * pi);
}
