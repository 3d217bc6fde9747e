#include "tiles/archive/tile_id.h"

/* The curve inside a quadrant is the whole curve turned: mirrored at the diagonal, and in the
 * fourth quadrant at the other one. Only the bits below the quadrant's matter. */
static void turn(uint32_t below, bool right, bool lower, uint32_t *x, uint32_t *y)
{
    if (lower)
        return;
    if (right) {
        *x = below - (*x & below);
        *y = below - (*y & below);
    }
    const uint32_t kept = *x;
    *x = *y;
    *y = kept;
}

enum err_code tile_id_from_tile(struct tile tile, uint64_t *ret, struct err *err)
{
    if (tile.z > TILE_MAX_ZOOM)
        return err_set(err, ERR_RANGE, "zoom level is too large", tile.z);
    if (!tile_is_valid(tile))
        return err_set(err, ERR_RANGE, "tile lies outside its zoom level", tile.z);
    uint64_t along = 0;
    for (uint32_t half = (UINT32_C(1) << tile.z) >> 1; half; half >>= 1) {
        const bool right = tile.x & half, lower = tile.y & half;
        along = along << 2 | (uint64_t)((right ? 3 : 0) ^ (lower ? 1 : 0));
        turn(half - 1, right, lower, &tile.x, &tile.y);
    }
    *ret = tile_id_first(tile.z) + along;
    return ERR_OK;
}

enum err_code tile_from_id(uint64_t id, struct tile *ret, struct err *err)
{
    if (id >= tile_id_first(TILE_MAX_ZOOM + 1))
        return err_set(err, ERR_RANGE, "tile id is too large", id);
    struct tile tile = {0};
    while (id >= tile_id_first(tile.z + 1U))
        tile.z++;
    uint64_t along = id - tile_id_first(tile.z);
    for (uint32_t half = 1; half < UINT32_C(1) << tile.z; half <<= 1, along >>= 2) {
        const bool right = along & 2, lower = (along ^ along >> 1) & 1;
        turn(half - 1, right, lower, &tile.x, &tile.y);
        tile.x |= right ? half : 0;
        tile.y |= lower ? half : 0;
    }
    *ret = tile;
    return ERR_OK;
}
