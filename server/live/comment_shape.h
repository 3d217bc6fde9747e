/*
 * comment_shape: the line or area of a comment as it stands in one tile.
 *
 * Purpose    Simplified to a quarter of a pixel below COMMENT_SHAPE_WHOLE_Z, cut
 * COMMENT_SHAPE_BUFFER units outside the tile, on the tile's grid, as the layers of the city are
 *            (tiles/tiler/cut.h). An area that crosses itself keeps all its eyes.
 * Frame      Corners in 1e-7 degrees; the result in tile units, valid for mvt_encode_feature.
 * Ownership  The result lives in the arena. GEO_NONE when nothing of it is left in this tile: it
 * lies elsewhere, is smaller than the grid, or reaches across a quarter of the world, which no walk
 * does (its point is shown all the same). Errors     ERR_NOMEM.
 */
#pragma once

#include "server/store/store.h"
#include "server/sync/parts.h"
#include "tiles/geo/geometry.h"

enum {
    COMMENT_SHAPE_EXTENT_BITS = 12,
    COMMENT_SHAPE_BUFFER = 64,
    COMMENT_SHAPE_WHOLE_Z = 16, /* the tiles that maps magnify */
};

/* The tile with its buffer, in world units, both edges inclusive. */
struct geo_box comment_shape_box(uint8_t z, uint32_t x, uint32_t y);

MUST_CHECK enum err_code comment_shape_in_tile(const struct path *path, bool is_area, uint8_t z,
                                               uint32_t x, uint32_t y, struct arena *arena,
                                               struct geometry *ret, struct err *err);

/* The bounds of a shape in the same units: a tile whose box they do not meet shows nothing of it.
 * False, and *ret untouched, for what is no place. */
MUST_CHECK bool comment_shape_reach(const struct store_box *bounds, struct geo_box *ret);
