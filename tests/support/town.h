/*
 * town: an invented town of buildings, the same on every machine.
 *
 * Purpose    Load for tests and benchmarks like that of research on vector tiles: rotated
 * rectangles and L-shapes, denser towards the middle, over 49 tiles of zoom 14 around Kumagaya;
 *            height, storeys and use everywhere, year for 70 %, a name for 2 %.
 */
#pragma once

#include <stdint.h>

#include "tiles/tiler/feature.h"

/* Ids 1 to count, all distinct; building_id is "bldg-" and the id in eight digits. */
enum err_code town_make(uint32_t count, struct feature_sink sink, struct err *err);
