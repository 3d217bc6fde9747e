#include "tiles/geo/ring.h"

int64_t geo_ring_area2(const struct geo_xy *vertices, uint32_t count)
{
    int64_t sum = 0;
    for (uint32_t i = 2; i < count; i++) /* a fan from the first vertex keeps the terms small */
        sum += geo_turn(vertices[0], vertices[i - 1], vertices[i]);
    return sum;
}

void geo_ring_reverse(struct geo_xy *vertices, uint32_t count)
{
    /* The first vertex stays first, so that the same ring has the same start in either order. */
    for (uint32_t i = 1, j = count - 1; count && i < j; i++, j--) {
        const struct geo_xy kept = vertices[i];
        vertices[i] = vertices[j];
        vertices[j] = kept;
    }
}

/* Appends b to a chain that stays free of repeats, straight vertices and spikes. */
static uint32_t push(struct geo_xy *chain, uint32_t len, struct geo_xy b, uint32_t keep)
{
    for (;;) {
        if (len && geo_same(chain[len - 1], b))
            return len;
        if (len <= keep || geo_turn(chain[len - 2], chain[len - 1], b) != 0)
            break;
        len--;
    }
    chain[len] = b;
    return len + 1;
}

uint32_t geo_ring_tidy(struct geo_xy *vertices, uint32_t count)
{
    uint32_t len = 0;
    for (uint32_t i = 0; i < count; i++)
        len = push(vertices, len, vertices[i], 1);
    /* Where the ring closes. */
    uint32_t first = 0;
    while (len - first >= 3) {
        const struct geo_xy *v = vertices + first;
        const uint32_t n = len - first;
        if (geo_same(v[n - 1], v[0]) || geo_turn(v[n - 2], v[n - 1], v[0]) == 0)
            len--;
        else if (geo_turn(v[n - 1], v[0], v[1]) == 0)
            first++;
        else
            break;
    }
    const uint32_t left = len - first;
    if (left < 3)
        return 0;
    for (uint32_t i = 0; first && i < left; i++)
        vertices[i] = vertices[first + i];
    return left;
}

/* A spike of a line is a walk there and back: it stays; only what lies between goes. */
uint32_t geo_line_tidy(struct geo_xy *vertices, uint32_t count)
{
    uint32_t len = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct geo_xy b = vertices[i];
        if (len && geo_same(vertices[len - 1], b))
            continue;
        if (len >= 2) {
            const struct geo_xy p = vertices[len - 2], a = vertices[len - 1];
            const int64_t ahead = ((int64_t)a.x - p.x) * ((int64_t)b.x - a.x) +
                                  ((int64_t)a.y - p.y) * ((int64_t)b.y - a.y);
            if (geo_turn(p, a, b) == 0 && ahead > 0)
                len--;
        }
        vertices[len++] = b;
    }
    return len >= 2 ? len : 0;
}

int geo_ring_holds(const struct geo_xy *vertices, uint32_t count, struct geo_xy point)
{
    bool inside = false;
    for (uint32_t i = 0, j = count - 1; i < count; j = i++) {
        const struct geo_xy a = vertices[j], b = vertices[i];
        if (a.y == point.y && b.y == point.y &&
            ((a.x <= point.x && point.x <= b.x) || (b.x <= point.x && point.x <= a.x)))
            return 0;
        if ((a.y > point.y) == (b.y > point.y)) {
            if (geo_same(b, point))
                return 0;
            continue;
        }
        const int64_t turn = geo_turn(a, b, point);
        if (turn == 0)
            return 0;
        inside ^= (turn > 0) == (b.y > a.y);
    }
    return inside ? 1 : -1;
}

struct geo_box geo_box_of(const struct geo_xy *vertices, uint32_t count)
{
    struct geo_box box = {{INT32_MAX, INT32_MAX}, {INT32_MIN, INT32_MIN}};
    for (uint32_t i = 0; i < count; i++) {
        const struct geo_xy at = vertices[i];
        box.min.x = at.x < box.min.x ? at.x : box.min.x;
        box.min.y = at.y < box.min.y ? at.y : box.min.y;
        box.max.x = at.x > box.max.x ? at.x : box.max.x;
        box.max.y = at.y > box.max.y ? at.y : box.max.y;
    }
    return box;
}
