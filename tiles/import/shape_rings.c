#include "tiles/import/shape_rings.h"

#include <stdlib.h>
#include <string.h>

/* Beyond this many vertices, GEOS with its index is quicker than all pairs. */
enum { QUICK_VERTICES = 128 };
/* Differences below this have products that fit into 63 bits. */
static const int64_t quick_extent = INT64_C(1) << 30;

static bool grow(void **array, size_t *room, size_t count, size_t size)
{
    if (count < *room)
        return true;
    const size_t more = *room ? *room * 2 : 256;
    void *moved = realloc(*array, more * size);
    if (!moved)
        return false;
    *array = moved;
    *room = more;
    return true;
}

void pile_done(struct pile *pile)
{
    free(pile->vertices);
    free(pile->ring_sizes);
    free(pile->polygon_rings);
    *pile = (struct pile){0};
}

void pile_clear(struct pile *pile)
{
    pile->vertex_count = pile->ring_count = pile->polygon_count = 0;
}

bool pile_add_vertex(struct pile *pile, struct geo_xy vertex)
{
    if (!grow((void **)&pile->vertices, &pile->vertex_room, pile->vertex_count, sizeof vertex))
        return false;
    pile->vertices[pile->vertex_count++] = vertex;
    return true;
}

bool pile_add_ring(struct pile *pile, uint32_t size)
{
    if (!grow((void **)&pile->ring_sizes, &pile->ring_room, pile->ring_count, sizeof size))
        return false;
    pile->ring_sizes[pile->ring_count++] = size;
    return true;
}

bool pile_add_polygon(struct pile *pile, uint32_t rings)
{
    if (!grow((void **)&pile->polygon_rings, &pile->polygon_room, pile->polygon_count,
              sizeof rings))
        return false;
    pile->polygon_rings[pile->polygon_count++] = rings;
    return true;
}

int64_t ring_area_doubled(const struct geo_xy *ring, size_t count)
{
    if (count < 3)
        return 0;
    /* Relative to the first vertex; wraps only for rings larger than a continent, whose sign
     * does not matter to anyone who draws a city. */
    uint64_t sum = 0;
    for (size_t i = 1; i + 1 < count; i++) {
        const int64_t ax = (int64_t)ring[i].x - ring[0].x, ay = (int64_t)ring[i].y - ring[0].y;
        const int64_t bx = (int64_t)ring[i + 1].x - ring[0].x;
        const int64_t by = (int64_t)ring[i + 1].y - ring[0].y;
        sum += (uint64_t)ax * (uint64_t)by - (uint64_t)bx * (uint64_t)ay;
    }
    return (int64_t)sum;
}

bool ring_is_flat(const struct geo_xy *ring, size_t count)
{
    /* A bow tie has no area either, but its triangles have. */
    for (size_t i = 1; i + 1 < count; i++)
        if (ring_area_doubled((struct geo_xy[]){ring[0], ring[i], ring[i + 1]}, 3) != 0)
            return false;
    return true;
}

void ring_reverse(struct geo_xy *ring, size_t count)
{
    /* The first vertex stays the first. */
    for (size_t i = 1, j = count - 1; i < j; i++, j--) {
        const struct geo_xy kept = ring[i];
        ring[i] = ring[j];
        ring[j] = kept;
    }
}

struct geo_box ring_box(const struct geo_xy *ring, size_t count)
{
    struct geo_box box = {.min = {INT32_MAX, INT32_MAX}, .max = {INT32_MIN, INT32_MIN}};
    for (size_t i = 0; i < count; i++) {
        const struct geo_xy p = ring[i];
        box.min.x = p.x < box.min.x ? p.x : box.min.x;
        box.min.y = p.y < box.min.y ? p.y : box.min.y;
        box.max.x = p.x > box.max.x ? p.x : box.max.x;
        box.max.y = p.y > box.max.y ? p.y : box.max.y;
    }
    return box;
}

bool box_meets(struct geo_box a, struct geo_box b)
{
    return a.min.x <= b.max.x && b.min.x <= a.max.x && a.min.y <= b.max.y && b.min.y <= a.max.y;
}

/* −1, 0, 1: c lies left of, on, right of a → b. Exact while extents stay below quick_extent. */
static int side(struct geo_xy a, struct geo_xy b, struct geo_xy c)
{
    const int64_t cross =
        ((int64_t)b.x - a.x) * ((int64_t)c.y - a.y) - ((int64_t)b.y - a.y) * ((int64_t)c.x - a.x);
    return (cross > 0) - (cross < 0);
}

static bool between(int32_t a, int32_t b, int32_t c)
{
    return a < b ? a <= c && c <= b : b <= c && c <= a;
}

static bool on_segment(struct geo_xy a, struct geo_xy b, struct geo_xy c)
{
    return side(a, b, c) == 0 && between(a.x, b.x, c.x) && between(a.y, b.y, c.y);
}

static bool segments_meet(struct geo_xy a, struct geo_xy b, struct geo_xy c, struct geo_xy d)
{
    if ((a.x < c.x && a.x < d.x && b.x < c.x && b.x < d.x) ||
        (a.x > c.x && a.x > d.x && b.x > c.x && b.x > d.x) ||
        (a.y < c.y && a.y < d.y && b.y < c.y && b.y < d.y) ||
        (a.y > c.y && a.y > d.y && b.y > c.y && b.y > d.y))
        return false;
    if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0)
        return true;
    return on_segment(a, b, c) || on_segment(a, b, d) || on_segment(c, d, a) || on_segment(c, d, b);
}

static bool ring_is_simple(const struct geo_xy *ring, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct geo_xy a = ring[i], b = ring[(i + 1) % n], c = ring[(i + 2) % n];
        /* A spike: the way goes back on itself. */
        if (n > 2 && (on_segment(a, b, c) || on_segment(b, c, a)))
            return false;
        for (size_t j = i + 2; j < n; j++)
            if ((j + 1) % n != i && segments_meet(a, b, ring[j], ring[(j + 1) % n]))
                return false;
    }
    return true;
}

/* Strictly inside; the rings are known not to touch. */
static bool ring_holds(const struct geo_xy *ring, size_t n, struct geo_xy p)
{
    bool inside = false;
    for (size_t i = 0, j = n - 1; i < n; j = i++) {
        const struct geo_xy a = ring[i], b = ring[j];
        if ((a.y > p.y) != (b.y > p.y)) {
            const int s = side(a, b, p);
            inside ^= (b.y > a.y) ? s > 0 : s < 0;
        }
    }
    return inside;
}

static bool rings_meet(const struct geo_xy *a, size_t n, const struct geo_xy *b, size_t m)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++)
            if (segments_meet(a[i], a[(i + 1) % n], b[j], b[(j + 1) % m]))
                return true;
    return false;
}

bool rings_surely_valid(const struct geo_xy *vertices, const uint32_t *sizes, size_t rings)
{
    size_t total = 0;
    for (size_t r = 0; r < rings; r++)
        total += sizes[r];
    if (total > QUICK_VERTICES)
        return false;
    const struct geo_box box = ring_box(vertices, total);
    if ((int64_t)box.max.x - box.min.x >= quick_extent ||
        (int64_t)box.max.y - box.min.y >= quick_extent)
        return false;
    const struct geo_xy *ring = vertices;
    for (size_t r = 0; r < rings; ring += sizes[r++]) {
        if (!ring_is_simple(ring, sizes[r]))
            return false;
        const struct geo_xy *before = vertices;
        for (size_t q = 0; q < r; before += sizes[q++]) {
            const bool inside = ring_holds(before, sizes[q], ring[0]);
            const bool around = q > 0 && ring_holds(ring, sizes[r], before[0]);
            if (inside != (q == 0) || around || rings_meet(before, sizes[q], ring, sizes[r]))
                return false;
        }
    }
    return true;
}
