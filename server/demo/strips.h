/*
 * strips: the three long things that cross the town: canal, railway, river.
 */
#pragma once

#include "server/demo/city.h"

void demo_canal_make(struct demo_city *city);
void demo_rail_make(struct demo_city *city);
void demo_river_make(struct demo_city *city);

enum { DEMO_STRIP_POINTS = 49 }; /* 12 cells of DEMO_CURVE pieces, and the end */

/* The line of the mesh `row`, moved `offset` metres to its left (north). */
void demo_strip_line(int row, double offset, struct demo_xy ret[DEMO_STRIP_POINTS]);
/* Between two lines of the mesh, `share` of the way from the northern to the southern. */
void demo_strip_between(int row, double share, struct demo_xy ret[DEMO_STRIP_POINTS]);
