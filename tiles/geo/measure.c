#include "tiles/geo/measure.h"

#include <math.h>

#include "tiles/geo/ring.h"

static const double pi = 3.14159265358979323846;
static const double world_width = 4294967296.0;
static const double semi_major_m = 6378137.0; /* WGS 84 */
static const double e2 = 6.69437999014131e-3; /* first eccentricity squared, WGS 84 */

static double latitude_of(double y)
{
    return atan(sinh(-y / world_width * 2.0 * pi));
}

double measure_distance_m(struct geo_xy a, struct geo_xy b)
{
    const double north_a = latitude_of(a.y), north_b = latitude_of(b.y);
    const double middle = (north_a + north_b) / 2, sine = sin(middle);
    const double w2 = 1.0 - e2 * sine * sine;
    const double meridian = semi_major_m * (1.0 - e2) / (w2 * sqrt(w2));
    const double across = semi_major_m / sqrt(w2);
    const double east = ((double)b.x - a.x) / world_width * 2.0 * pi;
    const double north = north_b - north_a;
    const double dx = across * cos(middle) * east, dy = meridian * north;
    return sqrt(dx * dx + dy * dy);
}

double measure_length_m(const struct geometry *geometry)
{
    if (geometry->type != GEO_LINE && geometry->type != GEO_POLYGON)
        return 0;
    double sum = 0;
    const struct geo_xy *v = geometry->vertices;
    for (uint32_t part = 0; part < geometry->part_count; v += geometry->part_sizes[part++]) {
        const uint32_t size = geometry->part_sizes[part];
        for (uint32_t i = 1; i < size; i++)
            sum += measure_distance_m(v[i - 1], v[i]);
        if (geometry->type == GEO_POLYGON && size > 1)
            sum += measure_distance_m(v[size - 1], v[0]);
    }
    return sum;
}

/* Snyder 3-12: the area between the equator and a latitude, per radian of longitude, is
 * semi_major² / 2 × q. */
static double authalic_q(double latitude)
{
    const double e = sqrt(e2), s = sin(latitude);
    return (1.0 - e2) * (s / (1.0 - e2 * s * s) + atanh(e * s) / e);
}

static double ring_area_m2(const struct geo_xy *v, uint32_t size)
{
    if (size < 3)
        return 0;
    /* From the first vertex, so that small rings do not drown in large numbers. */
    const double q0 = authalic_q(latitude_of(v[0].y));
    double sum = 0, q_before = 0;
    for (uint32_t i = 1; i <= size; i++) {
        const struct geo_xy to = v[i == size ? 0 : i];
        const double q = authalic_q(latitude_of(to.y)) - q0;
        /* Simpson's rule along the edge: q is not linear in y. */
        const double middle = authalic_q(latitude_of(((double)v[i - 1].y + to.y) / 2)) - q0;
        sum += ((double)to.x - v[i - 1].x) * (q_before + 4 * middle + q) / 6;
        q_before = q;
    }
    return fabs(sum) / world_width * 2.0 * pi * semi_major_m * semi_major_m / 2.0;
}

double measure_area_m2(const struct geometry *geometry)
{
    if (geometry->type != GEO_POLYGON)
        return 0;
    double sum = 0;
    bool flipped = false;
    const struct geo_xy *v = geometry->vertices;
    for (uint32_t part = 0; part < geometry->part_count; v += geometry->part_sizes[part++]) {
        const uint32_t size = geometry->part_sizes[part];
        const bool is_negative = geo_ring_area2(v, size) < 0;
        if (part == 0)
            flipped = is_negative;
        sum += (is_negative != flipped ? -1.0 : 1.0) * ring_area_m2(v, size);
    }
    return sum;
}
