/*
 * tile_id: a tile's place on the Hilbert curve, the sort key of the archive.
 *
 * Purpose    Neighbours on the map become neighbours in the file.
 * Units      z is a zoom level, 0 to TILE_MAX_ZOOM; x and y count tiles from the north-west.
 * Ownership  Allocates nothing; writes *ret only on success.
 * Errors     ERR_RANGE when the tile or the id lies outside the pyramid.
 * Standard   PMTiles version 3, section 4.1, TileID.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/err.h"

enum { TILE_MAX_ZOOM = 26 };
struct tile {
    uint8_t z;
    uint32_t x, y;
};

static inline bool tile_is_valid(struct tile tile)
{
    return tile.z <= TILE_MAX_ZOOM && tile.x >> tile.z == 0 && tile.y >> tile.z == 0;
}

/* The id of the first tile of a zoom level: the number of all tiles above it. z may be
 * TILE_MAX_ZOOM + 1: the end of the pyramid. */
static inline uint64_t tile_id_first(unsigned z)
{
    return ((UINT64_C(1) << (2 * z)) - 1) / 3;
}

MUST_CHECK enum err_code tile_id_from_tile(struct tile tile, uint64_t *ret, struct err *err);
MUST_CHECK enum err_code tile_from_id(uint64_t id, struct tile *ret, struct err *err);
