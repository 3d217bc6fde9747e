/*
 * clip: what of a geometry lies in a box.
 *
 * Purpose    Cuts features to a tile and its buffer.
 * Rules      The box is inclusive: what lies on its border stays. Cuts are made at the lattice
 * point nearest to where the border is crossed; a segment is cut at the same point in whichever
 *            direction it is walked, so neighbours stay neighbours. Lines that leave and come back
 *            become several lines. Polygons keep the rules of tiles/geo/valid.h: no bridges along
 *            the border, a U cut through its arms gives two polygons.
 * Frame      Any; a polygon may span at most 2^30 units.
 * Ownership  The result lives in the arena; what needs no cut borrows from the input. GEO_NONE
 *            without vertices when nothing is left.
 * Errors     ERR_NOMEM, ERR_RANGE, ERR_INVALID as in repair.h. *ret untouched then.
 */
#pragma once

#include <stdbool.h>

#include "tiles/base/arena.h"
#include "tiles/base/err.h"
#include "tiles/geo/geometry.h"

MUST_CHECK enum err_code geo_clip(const struct geometry *geometry, struct geo_box box,
                                  struct arena *arena, struct geometry *ret, struct err *err);

/* The same for polygons whose roles are known (tiles/geo/repair.h). */
MUST_CHECK enum err_code geo_clip_polygon(const struct geometry *polygon, const bool *holes,
                                          struct geo_box box, struct arena *arena,
                                          struct geometry *ret, struct err *err);
