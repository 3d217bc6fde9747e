#include "tiles/geo/segment.h"

#include <stdlib.h>

__extension__ typedef __int128 wide;

static int sign(int64_t value)
{
    return value > 0 ? 1 : value < 0 ? -1 : 0;
}

bool geo_segment_holds(struct geo_segment s, struct geo_xy point)
{
    if (geo_turn(s.a, s.b, point) != 0 || geo_same(s.a, point) || geo_same(s.b, point))
        return false;
    const struct geo_xy ends[2] = {s.a, s.b};
    return geo_box_meets(geo_box_of(ends, 2), (struct geo_box){point, point});
}

static enum geo_meeting meeting_on_one_line(struct geo_segment s, struct geo_segment t)
{
    /* The longer axis of s tells the order along the line. */
    const bool by_x = llabs((int64_t)s.b.x - s.a.x) >= llabs((int64_t)s.b.y - s.a.y);
    const int64_t s1 = by_x ? s.a.x : s.a.y, s2 = by_x ? s.b.x : s.b.y;
    const int64_t t1 = by_x ? t.a.x : t.a.y, t2 = by_x ? t.b.x : t.b.y;
    const int64_t s_min = s1 < s2 ? s1 : s2, s_max = s1 < s2 ? s2 : s1;
    const int64_t t_min = t1 < t2 ? t1 : t2, t_max = t1 < t2 ? t2 : t1;
    const int64_t low = s_min > t_min ? s_min : t_min, high = s_max < t_max ? s_max : t_max;
    return low > high ? GEO_APART : low == high ? GEO_TOUCH : GEO_OVERLAP;
}

enum geo_meeting geo_segment_meeting(struct geo_segment s, struct geo_segment t)
{
    const int c = sign(geo_turn(s.a, s.b, t.a)), d = sign(geo_turn(s.a, s.b, t.b));
    if (c * d > 0)
        return GEO_APART;
    const int a = sign(geo_turn(t.a, t.b, s.a)), b = sign(geo_turn(t.a, t.b, s.b));
    if (a * b > 0)
        return GEO_APART;
    if (c == 0 && d == 0)
        return meeting_on_one_line(s, t);
    return c && d && a && b ? GEO_CROSS : GEO_TOUCH;
}

static int32_t moved(int32_t from, int64_t by, int64_t times, int64_t of)
{
    /* from + by × times / of, rounded half away from zero; of > 0 */
    const wide product = (wide)by * times * 2;
    const wide quotient = (product < 0 ? product - of : product + of) / ((wide)of * 2);
    return (int32_t)(from + (int64_t)quotient);
}

struct geo_xy geo_segment_crossing(struct geo_segment s, struct geo_segment t)
{
    const int64_t from_a = geo_turn(t.a, t.b, s.a), from_b = geo_turn(t.a, t.b, s.b);
    int64_t of = from_a - from_b, times = from_a;
    if (of < 0) {
        of = -of;
        times = -times;
    }
    return (struct geo_xy){
        moved(s.a.x, (int64_t)s.b.x - s.a.x, times, of),
        moved(s.a.y, (int64_t)s.b.y - s.a.y, times, of),
    };
}

struct swept {
    int32_t min_x, max_x, min_y, max_y;
    uint32_t number;
};

static int by_min_x(const void *left, const void *right)
{
    const struct swept *a = left, *b = right;
    if (a->min_x != b->min_x)
        return a->min_x < b->min_x ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

bool geo_segment_pairs(const struct geo_segment *segments, uint32_t count, struct arena *scratch,
                       bool (*meet)(void *context, uint32_t i, uint32_t j), void *context)
{
    struct swept *swept = ARENA_ARRAY(scratch, struct swept, count);
    if (!swept)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const struct geo_segment s = segments[i];
        swept[i] = (struct swept){
            .min_x = s.a.x < s.b.x ? s.a.x : s.b.x,
            .max_x = s.a.x < s.b.x ? s.b.x : s.a.x,
            .min_y = s.a.y < s.b.y ? s.a.y : s.b.y,
            .max_y = s.a.y < s.b.y ? s.b.y : s.a.y,
            .number = i,
        };
    }
    qsort(swept, count, sizeof *swept, by_min_x);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t j = i + 1; j < count && swept[j].min_x <= swept[i].max_x; j++)
            if (swept[j].min_y <= swept[i].max_y && swept[i].min_y <= swept[j].max_y &&
                !meet(context, swept[i].number, swept[j].number))
                return true;
    return true;
}
