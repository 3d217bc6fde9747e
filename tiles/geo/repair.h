/*
 * repair: any rings to a polygon that keeps the rules of tiles/geo/valid.h.
 *
 * Purpose    What snapping to the grid, clipping and careless sources break: self-intersections,
 *            overlaps, spikes, holes outside, wrong order.
 * Rules      Inside is what exteriors wind around more often than holes, in whichever direction: a
 *            figure of eight keeps both its eyes, overlapping exteriors become one, an island in a
 *            hole stays, a hole outside vanishes. Crossings move to the nearest lattice point.
 * Parts without area vanish. Input      `holes` says which rings are holes. NULL: told by the sign
 * of their area; the first ring is an exterior whatever its sign, and turns the signs of all others
 * with it. Who snaps small rings asks geo_hole_roles before, for snapping may turn a sign. Frame
 * Any; the polygon may span at most 2^30 units. Ownership  The result lives in the arena; GEO_NONE
 * without vertices when nothing has area. Errors     ERR_RANGE when it spans more, ERR_NOMEM,
 * ERR_INVALID when crossings did not come to rest (never seen; the loop is bounded). *ret untouched
 * then.
 */
#pragma once

#include <stdbool.h>

#include "tiles/base/arena.h"
#include "tiles/base/err.h"
#include "tiles/geo/geometry.h"

/* Which rings are holes, by sign; `ret` has room for each part. */
void geo_hole_roles(const struct geometry *polygon, bool *ret);

/* Always rebuilds. */
MUST_CHECK enum err_code geo_repair_polygon(const struct geometry *polygon, const bool *holes,
                                            struct arena *arena, struct geometry *ret,
                                            struct err *err);

/* Rebuilds only what needs it: cuts out repeated and straight vertices and empty rings, turns rings
 * the right way, then checks. *ret_repaired: the shape itself had to change. */
MUST_CHECK enum err_code geo_repair_if_needed(const struct geometry *polygon, const bool *holes,
                                              struct arena *arena, struct geometry *ret,
                                              bool *ret_repaired, struct err *err);
