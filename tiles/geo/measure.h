/*
 * measure: lengths and areas in metres on the WGS 84 ellipsoid.
 *
 * Frame      World units.
 * Edges      Straight on the map (loxodromes), as they are drawn.
 * Accuracy   Lengths: relative error below 1e-6 for segments up to 10 km, below 1e-4 up to 300 km.
 *            Areas: below 1e-5 for edges up to 10 km. Both besides the grid itself: a vertex may
 *            stand 5 mm beside its place, so the area of a 10 m house is good to about 0.1 %.
 * Standard   Radii of curvature and authalic latitude: Snyder, Map Projections (1987), section 3.
 */
#pragma once

#include "tiles/geo/geometry.h"

double measure_distance_m(struct geo_xy a, struct geo_xy b);

/* Lines: the sum of their lengths; rings: of their circumferences; points: 0. */
double measure_length_m(const struct geometry *geometry);

/* Exteriors less holes, told apart by sign (geo_hole_roles); 0 for points and lines. */
double measure_area_m2(const struct geometry *geometry);
