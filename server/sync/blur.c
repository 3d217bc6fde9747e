#include "server/sync/blur.h"

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t middle(int64_t at, int64_t step)
{
    return floor_div(at, step) * step + step / 2;
}

static int32_t clamp(int64_t value, int64_t limit)
{
    return (int32_t)(value > limit ? limit : value < -limit ? -limit : value);
}

struct corner blur_corner(struct corner exact, uint32_t metres)
{
    if (metres == 0)
        return exact;
    const int64_t high = (int64_t)metres * 8983 / 100;
    const int64_t lat = middle(exact.lat_e7, high);
    /* cos x ≈ 4 (8100 − x²) / (32400 + x²), x in degrees; here in thousandths of one. */
    const int64_t x = lat / 10000, square = x * x;
    const int64_t over = 32400000000 + square, under = 4 * (8100000000 - square);
    const int64_t wide = under > 0 ? high * over / under : 3600000000;
    return (struct corner){.lon_e7 = clamp(middle(exact.lon_e7, wide), 1800000000),
                           .lat_e7 = clamp(lat, 900000000)};
}

enum err_code blur_path(struct arena *arena, const struct path *exact, uint32_t metres,
                        struct path *ret, struct err *err)
{
    struct path path = {.corners = ARENA_ARRAY(arena, struct corner, exact->count)};
    if (!path.corners)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < exact->count; i++) {
        const struct corner corner = blur_corner(exact->corners[i], metres);
        const struct corner *last = path.count ? &path.corners[path.count - 1] : NULL;
        if (metres && last && last->lon_e7 == corner.lon_e7 && last->lat_e7 == corner.lat_e7)
            continue;
        path.corners[path.count++] = corner;
    }
    *ret = path;
    return ERR_OK;
}
