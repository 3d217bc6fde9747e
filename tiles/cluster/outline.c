#include "tiles/cluster/outline.h"

#include <stdbool.h>
#include <stdlib.h>

static int64_t rounded_mean(int64_t sum, int64_t count)
{
    return sum < 0 ? -((-sum + count / 2) / count) : (sum + count / 2) / count;
}

enum err_code cluster_centre(const struct geo_mm *points, uint32_t count, struct geo_mm *ret,
                             struct err *err)
{
    if (count == 0)
        return err_set(err, ERR_PARAM, "an empty cluster has no centre", 0);
    int64_t x = 0, y = 0;
    for (uint32_t i = 0; i < count; i++) {
        x += points[i].x_mm;
        y += points[i].y_mm;
    }
    *ret = (struct geo_mm){(int32_t)rounded_mean(x, count), (int32_t)rounded_mean(y, count)};
    return ERR_OK;
}

struct distance {
    uint64_t squared;
    uint32_t point;
};

static int nearer_first(const void *a, const void *b)
{
    const struct distance *left = a, *right = b;
    if (left->squared != right->squared)
        return left->squared < right->squared ? -1 : 1;
    return left->point < right->point ? -1 : left->point > right->point;
}

/* Differences of 32-bit numbers have 33 bits, so that the sum of squares may pass 64 bits only
 * for points on opposite sides of the plane's range: capped. */
static uint64_t squared_between(struct geo_mm a, struct geo_mm b)
{
    const int64_t dx = (int64_t)a.x_mm - b.x_mm, dy = (int64_t)a.y_mm - b.y_mm;
    const uint64_t x = (uint64_t)(dx < 0 ? -dx : dx), y = (uint64_t)(dy < 0 ? -dy : dy);
    uint64_t sum;
    if (__builtin_add_overflow(x * x, y * y, &sum))
        return UINT64_MAX;
    return sum;
}

enum err_code cluster_nearest(const struct geo_mm *points, uint32_t count, struct geo_mm centre,
                              uint32_t wanted, struct arena *arena, uint32_t **ret,
                              uint32_t *ret_count, struct err *err)
{
    const uint32_t found = wanted < count ? wanted : count;
    struct distance *distances = ARENA_ARRAY(arena, struct distance, count);
    uint32_t *nearest = ARENA_ARRAY(arena, uint32_t, found);
    if (!distances || !nearest)
        return err_set(err, ERR_NOMEM, "no memory for the distances", count);
    for (uint32_t i = 0; i < count; i++)
        distances[i] = (struct distance){squared_between(points[i], centre), i};
    qsort(distances, count, sizeof *distances, nearer_first);
    for (uint32_t i = 0; i < found; i++)
        nearest[i] = distances[i].point;
    *ret = nearest;
    *ret_count = found;
    return ERR_OK;
}

static int by_x_then_y(const void *a, const void *b)
{
    const struct geo_mm *left = a, *right = b;
    if (left->x_mm != right->x_mm)
        return left->x_mm < right->x_mm ? -1 : 1;
    return left->y_mm < right->y_mm ? -1 : left->y_mm > right->y_mm;
}

__extension__ typedef __int128 wide;

/* Whether a → b → c turns left. */
static bool turns_left(struct geo_mm a, struct geo_mm b, struct geo_mm c)
{
    const wide abx = (int64_t)b.x_mm - a.x_mm, aby = (int64_t)b.y_mm - a.y_mm;
    const wide acx = (int64_t)c.x_mm - a.x_mm, acy = (int64_t)c.y_mm - a.y_mm;
    return abx * acy - aby * acx > 0;
}

/* Appends the chain over the points in the given direction; the last point is left to the next. */
static uint32_t add_chain(const struct geo_mm *sorted, uint32_t count, bool backwards,
                          struct geo_mm *hull, uint32_t used)
{
    const uint32_t base = used;
    for (uint32_t i = 0; i < count; i++) {
        const struct geo_mm next = sorted[backwards ? count - 1 - i : i];
        while (used - base >= 2 && !turns_left(hull[used - 2], hull[used - 1], next))
            used--;
        hull[used++] = next;
    }
    return used - 1;
}

enum err_code cluster_hull(const struct geo_mm *points, uint32_t count, struct arena *arena,
                           struct geo_mm **ret, uint32_t *ret_count, struct err *err)
{
    if (count == 0)
        return err_set(err, ERR_PARAM, "an empty cluster has no hull", 0);
    struct geo_mm *sorted = ARENA_ARRAY(arena, struct geo_mm, count);
    struct geo_mm *hull = ARENA_ARRAY(arena, struct geo_mm, (size_t)count * 2 + 2);
    if (!sorted || !hull)
        return err_set(err, ERR_NOMEM, "no memory for the hull", count);
    memcpy(sorted, points, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_x_then_y);
    uint32_t distinct = 1;
    for (uint32_t i = 1; i < count; i++)
        if (by_x_then_y(&sorted[i], &sorted[distinct - 1]) != 0)
            sorted[distinct++] = sorted[i];
    uint32_t used = 1;
    if (distinct == 1) {
        hull[0] = sorted[0];
    } else {
        used = add_chain(sorted, distinct, false, hull, 0);
        used = add_chain(sorted, distinct, true, hull, used);
    }
    *ret = hull;
    *ret_count = used;
    return ERR_OK;
}

uint64_t cluster_hull_area_mm2(const struct geo_mm *hull, uint32_t count)
{
    if (count < 3)
        return 0;
    wide twice = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct geo_mm a = hull[i], b = hull[(i + 1) % count];
        twice += (wide)a.x_mm * b.y_mm - (wide)b.x_mm * a.y_mm;
    }
    return (uint64_t)(((twice < 0 ? -twice : twice) + 1) / 2);
}
