/*
 * streets: the main streets of the mesh: lines, sidewalks, crossings, trees.
 */
#pragma once

#include "server/demo/city.h"

void demo_streets_lines(struct demo_city *city);
void demo_streets_sidewalks(struct demo_city *city);
/* After the blocks: trees keep clear of the mouths of the streets they cut. */
void demo_streets_trees(struct demo_city *city);
