#include "server/photo/pixels.h"

#include <string.h>

enum { COVER_GREY = 0x60, FRACTION_BITS = 8 };

enum err_code pixels_new(struct arena *arena, uint32_t width, uint32_t height, struct pixels *ret,
                         struct err *err)
{
    uint8_t *rgb = arena_array(arena, (size_t)width * 3, height);
    if (!rgb)
        return err_set(err, ERR_NOMEM, "no memory for the picture", 0);
    *ret = (struct pixels){rgb, width, height};
    return ERR_OK;
}

static uint32_t scaled(uint32_t value, uint32_t by, uint32_t of)
{
    const uint32_t rounded = (uint32_t)(((uint64_t)value * by + of / 2) / of);
    return rounded ? rounded : 1;
}

void pixels_fit(uint32_t width, uint32_t height, uint32_t side, uint32_t *ret_width,
                uint32_t *ret_height)
{
    const uint32_t longer = width > height ? width : height;
    *ret_width = longer <= side ? width : scaled(width, side, longer);
    *ret_height = longer <= side ? height : scaled(height, side, longer);
}

/* --- Smaller --- */

/* The new pixel `at` of `to` covers [at·from, (at+1)·from) on a ruler where an old one is `to`
 * long. Calls it old by old: its index and how much of the new pixel it makes up, in `from`-ths. */
struct ruler {
    uint64_t begin, end;
    uint32_t to, index;
};

static struct ruler ruler_of(uint32_t at, uint32_t from, uint32_t to)
{
    const uint64_t begin = (uint64_t)at * from;
    return (struct ruler){begin, begin + from, to, (uint32_t)(begin / to)};
}

static uint32_t ruler_next(struct ruler *ruler, uint32_t *ret_index)
{
    if (ruler->begin >= ruler->end)
        return 0;
    const uint64_t edge = ((uint64_t)ruler->index + 1) * ruler->to;
    const uint64_t stop = edge < ruler->end ? edge : ruler->end;
    const uint32_t share = (uint32_t)(stop - ruler->begin);
    *ret_index = ruler->index++;
    ruler->begin = stop;
    return share;
}

/* A row of `from` becomes a row of `width` values with FRACTION_BITS behind the point. */
static void shrink_row(const uint8_t *from, uint32_t from_width, uint32_t width, uint16_t *to)
{
    for (uint32_t x = 0; x < width; x++, to += 3) {
        uint64_t sum[3] = {0};
        struct ruler ruler = ruler_of(x, from_width, width);
        uint32_t old = 0;
        for (uint32_t share; (share = ruler_next(&ruler, &old));)
            for (int c = 0; c < 3; c++)
                sum[c] += (uint64_t)share * from[(size_t)old * 3 + (size_t)c];
        for (int c = 0; c < 3; c++)
            to[c] = (uint16_t)(((sum[c] << FRACTION_BITS) + from_width / 2) / from_width);
    }
}

static void add_row(uint64_t *sums, const uint16_t *row, size_t count, uint32_t share)
{
    for (size_t i = 0; i < count; i++)
        sums[i] += (uint64_t)row[i] * share;
}

enum err_code pixels_shrink(const struct pixels *from, uint32_t width, uint32_t height,
                            struct arena *arena, struct pixels *ret, struct err *err)
{
    if (width == from->width && height == from->height) {
        *ret = *from;
        return ERR_OK;
    }
    const size_t values = (size_t)width * 3;
    uint16_t *row = ARENA_ARRAY(arena, uint16_t, values);
    uint64_t *sums = ARENA_ARRAY(arena, uint64_t, values);
    struct pixels to;
    TRY(pixels_new(arena, width, height, &to, err));
    if (!row || !sums)
        return err_set(err, ERR_NOMEM, "no memory for the picture", 0);
    uint32_t shrunk = UINT32_MAX; /* which old row lies in `row`: an edge row is used twice */
    const uint64_t whole = (uint64_t)from->height << FRACTION_BITS;
    for (uint32_t y = 0; y < height; y++) {
        memset(sums, 0, values * sizeof *sums);
        struct ruler ruler = ruler_of(y, from->height, height);
        uint32_t old = 0;
        for (uint32_t share; (share = ruler_next(&ruler, &old));) {
            if (shrunk != old)
                shrink_row(from->rgb + (size_t)old * from->width * 3, from->width, width, row);
            shrunk = old;
            add_row(sums, row, values, share);
        }
        uint8_t *out = to.rgb + (size_t)y * values;
        for (size_t i = 0; i < values; i++)
            out[i] = (uint8_t)((sums[i] + whole / 2) / whole);
    }
    *ret = to;
    return ERR_OK;
}

/* --- Upright --- */

enum err_code pixels_turn(const struct pixels *from, uint8_t orientation, struct arena *arena,
                          struct pixels *ret, struct err *err)
{
    if (orientation <= 1 || orientation > 8) {
        *ret = *from;
        return ERR_OK;
    }
    /* Exif 2.32, 4.6.4: where the picture's first row and first column lie. */
    static const struct {
        uint8_t swaps, from_right, from_bottom;
    } ways[9] = {[2] = {0, 1, 0}, [3] = {0, 1, 1}, [4] = {0, 0, 1}, [5] = {1, 0, 0},
                 [6] = {1, 0, 1}, [7] = {1, 1, 1}, [8] = {1, 1, 0}};
    const bool swaps = ways[orientation].swaps;
    struct pixels to;
    TRY(pixels_new(arena, swaps ? from->height : from->width, swaps ? from->width : from->height,
                   &to, err));
    uint8_t *out = to.rgb;
    for (uint32_t y = 0; y < to.height; y++)
        for (uint32_t x = 0; x < to.width; x++, out += 3) {
            uint32_t old_x = swaps ? y : x, old_y = swaps ? x : y;
            if (ways[orientation].from_right)
                old_x = from->width - 1 - old_x;
            if (ways[orientation].from_bottom)
                old_y = from->height - 1 - old_y;
            memcpy(out, from->rgb + ((size_t)old_y * from->width + old_x) * 3, 3);
        }
    *ret = to;
    return ERR_OK;
}

/* --- Covered --- */

static uint32_t edge(uint32_t thousandths, uint32_t length, uint32_t round)
{
    const uint64_t at = ((uint64_t)thousandths * length + round) / 1000;
    return at > length ? length : (uint32_t)at;
}

void pixels_cover(struct pixels *pixels, const struct box *boxes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint32_t left = edge(boxes[i].left, pixels->width, 0);
        const uint32_t right = edge(boxes[i].right, pixels->width, 999);
        const uint32_t bottom = edge(boxes[i].bottom, pixels->height, 999);
        for (uint32_t y = edge(boxes[i].top, pixels->height, 0); y < bottom && left < right; y++)
            memset(pixels->rgb + ((size_t)y * pixels->width + left) * 3, COVER_GREY,
                   (size_t)(right - left) * 3);
    }
}
