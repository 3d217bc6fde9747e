/*
 * grid: from the world's units to the whole units of a grid, as tiles have them.
 *
 * Frame      The grid's unit is 2^shift world units (geometry.h), its zero lies at `origin`. With a
 *            shift of 0 or less it is as fine as the world or finer, and nothing is rounded.
 * Ownership  Results live in the arena; sizes of parts may be shared with what was given.
 * Errors     ERR_NOMEM.
 */
#pragma once

#include "tiles/base/arena.h"
#include "tiles/base/attr.h"
#include "tiles/base/err.h"
#include "tiles/geo/geometry.h"

struct geo_origin {
    int64_t x, y; /* world units */
};

/* Every vertex to the nearest unit, halves to the east and south; repeats are kept. */
MUST_CHECK enum err_code geo_grid_snap(const struct geometry *world, struct geo_origin origin,
                                       int shift, struct arena *arena, struct geometry *ret,
                                       struct err *err);

/* Lines without repeats; parts without length go. Without any part it is GEO_NONE. */
MUST_CHECK enum err_code geo_grid_tidy_lines(const struct geometry *lines, struct arena *arena,
                                             struct geometry *ret, struct err *err);
