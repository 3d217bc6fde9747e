/*
 * cell: places as keys along the Z curve over the world square.
 *
 * Purpose    The points of any tile are one range of keys; the cells of a tile are one range of
 * cells. Units      World coordinates of tiles/geo/geometry.h; a cell at level L is a tile of zoom
 * L.
 */
#pragma once

#include <stdint.h>

#include "tiles/geo/mercator.h"

/* 0b…cba → 0b…0c0b0a ("interleave bits by binary magic numbers", Anderson, Bit Twiddling Hacks). */
static inline uint64_t cell_spread(uint32_t value)
{
    uint64_t bits = value;
    bits = (bits | bits << 16) & 0x0000FFFF0000FFFFULL;
    bits = (bits | bits << 8) & 0x00FF00FF00FF00FFULL;
    bits = (bits | bits << 4) & 0x0F0F0F0F0F0F0F0FULL;
    bits = (bits | bits << 2) & 0x3333333333333333ULL;
    return (bits | bits << 1) & 0x5555555555555555ULL;
}

static inline uint32_t cell_gather(uint64_t bits)
{
    bits &= 0x5555555555555555ULL;
    bits = (bits | bits >> 1) & 0x3333333333333333ULL;
    bits = (bits | bits >> 2) & 0x0F0F0F0F0F0F0F0FULL;
    bits = (bits | bits >> 4) & 0x00FF00FF00FF00FFULL;
    bits = (bits | bits >> 8) & 0x0000FFFF0000FFFFULL;
    return (uint32_t)(bits | bits >> 16);
}

static inline uint64_t cell_from_xy(uint32_t x, uint32_t y)
{
    return cell_spread(x) | cell_spread(y) << 1;
}

static inline uint64_t cell_from_world(struct geo_xy world)
{
    return cell_from_xy((uint32_t)world.x ^ 0x80000000U, (uint32_t)world.y ^ 0x80000000U);
}

/* The cell at a level (0–31) that holds the full cell. */
static inline uint64_t cell_at_level(uint64_t cell, unsigned level)
{
    return level == 0 ? 0 : cell >> (64 - 2 * level);
}

/* SQLite's integers are signed: the order is kept by moving zero to the middle. */
static inline int64_t cell_key(uint64_t cell)
{
    return (int64_t)(cell ^ 0x8000000000000000ULL);
}

static inline struct geo_xy cell_world_from_key(int64_t key)
{
    const uint64_t cell = (uint64_t)key ^ 0x8000000000000000ULL;
    return (struct geo_xy){.x = (int32_t)(cell_gather(cell) ^ 0x80000000U),
                           .y = (int32_t)(cell_gather(cell >> 1) ^ 0x80000000U)};
}

/* First and last key of tile z/x/y; z ≤ 31. */
static inline void cell_range_from_tile(unsigned z, uint32_t x, uint32_t y, int64_t *first,
                                        int64_t *last)
{
    if (z == 0) {
        *first = INT64_MIN;
        *last = INT64_MAX;
        return;
    }
    const uint64_t start = cell_from_xy(x, y) << (64 - 2 * z);
    *first = cell_key(start);
    *last = cell_key(start | (UINT64_MAX >> (2 * z)));
}
