/*
 * outline: where a cluster lies: its middle, the comments nearest to it, its hull.
 *
 * Units      Millimetres in a plane, areas in square millimetres.
 * Ownership  Results live in the arena.
 * Errors     ERR_PARAM for an empty set; ERR_NOMEM.
 */
#pragma once

#include "tiles/cluster/density.h"

/* The mean of the points, rounded to the nearest millimetre, halves away from zero. */
MUST_CHECK enum err_code cluster_centre(const struct geo_mm *points, uint32_t count,
                                        struct geo_mm *ret, struct err *err);

/* Indices of the at most `wanted` points nearest to `centre`, nearest first; equal distances in
 * input order. */
MUST_CHECK enum err_code cluster_nearest(const struct geo_mm *points, uint32_t count,
                                         struct geo_mm centre, uint32_t wanted, struct arena *arena,
                                         uint32_t **ret, uint32_t *ret_count, struct err *err);

/* The convex hull, counter-clockwise with y to the north, first vertex not repeated, points on
 * its sides left out (Andrew's monotone chain, 1979); one or two vertices for a point or a
 * line. */
MUST_CHECK enum err_code cluster_hull(const struct geo_mm *points, uint32_t count,
                                      struct arena *arena, struct geo_mm **ret, uint32_t *ret_count,
                                      struct err *err);

/* Area of a hull by the surveyor's formula, halves rounded up. Of points within a plane zone it
 * fits: 4,000 km squared are 1.6e19. */
uint64_t cluster_hull_area_mm2(const struct geo_mm *hull, uint32_t count);
