/*
 * ring: area, order and tidiness of a single ring or line of integers.
 *
 * Frame      World or tile. Differences of coordinates must stay below 2^31 (GEO_SPAN_MAX): half
 *            the world; whoever calls with more gets wrong signs, never a crash.
 * Standard   Mapbox Vector Tile 2.1, section 4.3.4.4 (surveyor's formula, y to the south).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/geo/geometry.h"

static const int64_t GEO_SPAN_MAX = INT64_C(1) << 30;

static inline bool geo_same(struct geo_xy a, struct geo_xy b)
{
    return a.x == b.x && a.y == b.y;
}

/* Twice the signed area of a, b, c: positive when they turn clockwise as seen on the map. */
static inline int64_t geo_turn(struct geo_xy a, struct geo_xy b, struct geo_xy c)
{
    return ((int64_t)b.x - a.x) * ((int64_t)c.y - a.y) -
           ((int64_t)b.y - a.y) * ((int64_t)c.x - a.x);
}

/* Twice the signed area: positive for exteriors, negative for holes. */
int64_t geo_ring_area2(const struct geo_xy *vertices, uint32_t count);

void geo_ring_reverse(struct geo_xy *vertices, uint32_t count);

/* Takes out repeated vertices, vertices on a straight line and spikes, in place. The shape stays
 * exactly as it was. Returns the vertices left: 0 when the ring has no area. */
uint32_t geo_ring_tidy(struct geo_xy *vertices, uint32_t count);

/* The same for a line: ends stay. 0 when it has no length. */
uint32_t geo_line_tidy(struct geo_xy *vertices, uint32_t count);

/* −1 outside, 0 on the ring, 1 inside. */
int geo_ring_holds(const struct geo_xy *vertices, uint32_t count, struct geo_xy point);

struct geo_box geo_box_of(const struct geo_xy *vertices, uint32_t count);

static inline bool geo_box_meets(struct geo_box a, struct geo_box b)
{
    return a.min.x <= b.max.x && b.min.x <= a.max.x && a.min.y <= b.max.y && b.min.y <= a.max.y;
}

static inline bool geo_box_holds(struct geo_box outer, struct geo_box inner)
{
    return inner.min.x >= outer.min.x && inner.max.x <= outer.max.x && inner.min.y >= outer.min.y &&
           inner.max.y <= outer.max.y;
}
