/*
 * pixels: a picture in memory, made smaller, turned, covered. Arithmetic only.
 *
 * Units      8 bits each of red, green, blue; rows from the top, without gaps.
 * Ownership  Results live in the arena handed in.
 * Errors     ERR_NOMEM.
 * Threads    Any.
 */
#pragma once

#include <stdint.h>

#include "server/sync/parts.h"
#include "tiles/base/arena.h"
#include "tiles/base/err.h"

struct pixels {
    uint8_t *rgb;
    uint32_t width, height; /* at least 1 */
};

MUST_CHECK enum err_code pixels_new(struct arena *arena, uint32_t width, uint32_t height,
                                    struct pixels *ret, struct err *err);

/* The size at which a picture fits into a square of `side`; never larger than it is. */
void pixels_fit(uint32_t width, uint32_t height, uint32_t side, uint32_t *ret_width,
                uint32_t *ret_height);

/* Every source pixel counts by the area it has in the new one: nothing flickers, nothing is lost.
 * `width`, `height` are at most the source's; the same size gives the source itself. */
MUST_CHECK enum err_code pixels_shrink(const struct pixels *from, uint32_t width, uint32_t height,
                                       struct arena *arena, struct pixels *ret, struct err *err);

/* EXIF orientation 1–8 → upright; 1 gives the source itself. */
MUST_CHECK enum err_code pixels_turn(const struct pixels *from, uint8_t orientation,
                                     struct arena *arena, struct pixels *ret, struct err *err);

/* Paints the boxes over, edges rounded outwards. */
void pixels_cover(struct pixels *pixels, const struct box *boxes, size_t count);
