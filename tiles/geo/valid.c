#include "tiles/geo/valid.h"

#include "tiles/geo/segment.h"

/* Up to this many segments all pairs are compared: no memory, no sorting. Most buildings. */
enum { FEW_SEGMENTS = 24 };

const char *geo_fault_text(enum geo_fault fault)
{
    static const char *const texts[] = {
        [GEO_VALID] = "valid",
        [GEO_FAULT_COUNT] = "a ring has less than three vertices",
        [GEO_FAULT_REPEAT] = "a ring repeats a vertex",
        [GEO_FAULT_AREA] = "a ring has no area",
        [GEO_FAULT_ORDER] = "a hole stands before its exterior",
        [GEO_FAULT_SELF] = "a ring meets itself",
        [GEO_FAULT_RINGS] = "two rings cross or overlap",
        [GEO_FAULT_HOLE] = "a hole lies outside its exterior",
        [GEO_FAULT_NOMEM] = "out of memory",
    };
    return texts[fault];
}

struct check {
    const struct geo_segment *segments;
    const uint32_t *rings; /* of each segment */
    uint32_t count;
    enum geo_fault fault;
};

static bool is_start(const struct check *check, uint32_t i)
{
    return i == 0 || check->rings[i - 1] != check->rings[i];
}

static bool is_end(const struct check *check, uint32_t i)
{
    return i + 1 == check->count || check->rings[i + 1] != check->rings[i];
}

/* Neighbours in a ring share one end and may do no more. */
static bool pair_is_good(struct check *check, uint32_t i, uint32_t j)
{
    const struct geo_segment s = check->segments[i], t = check->segments[j];
    const enum geo_meeting meeting = geo_segment_meeting(s, t);
    if (meeting == GEO_APART)
        return true;
    if (check->rings[i] != check->rings[j]) {
        if (meeting == GEO_TOUCH)
            return true;
        check->fault = GEO_FAULT_RINGS;
        return false;
    }
    /* Of one ring: the next follows, or the last is followed by the first. Two segments that are
     * not on one line share no second point. */
    const uint32_t first = i < j ? i : j, last = i < j ? j : i;
    if (meeting == GEO_TOUCH &&
        (last == first + 1 || (is_start(check, first) && is_end(check, last))))
        return true;
    check->fault = GEO_FAULT_SELF;
    return false;
}

static bool meet(void *context, uint32_t i, uint32_t j)
{
    return pair_is_good(context, i, j);
}

static enum geo_fault check_ring(const struct geo_xy *vertices, uint32_t count)
{
    if (count < 3)
        return GEO_FAULT_COUNT;
    for (uint32_t i = 0, j = count - 1; i < count; j = i++)
        if (geo_same(vertices[i], vertices[j]))
            return GEO_FAULT_REPEAT;
    return geo_ring_area2(vertices, count) == 0 ? GEO_FAULT_AREA : GEO_VALID;
}

/* A quadrangle or triangle whose corners all turn one way is simple. */
static bool is_convex_quad(const struct geo_xy *v, uint32_t count)
{
    if (count > 4)
        return false;
    int64_t all_and = -1, all_or = 0;
    for (uint32_t i = 0; i < count; i++) {
        const int64_t turn = geo_turn(v[i], v[(i + 1) % count], v[(i + 2) % count]);
        if (turn == 0)
            return false;
        all_and &= turn;
        all_or |= turn;
    }
    return (all_and < 0) == (all_or < 0);
}

static enum geo_fault check_segments(const struct geometry *polygon, struct arena *scratch)
{
    struct geo_segment few[FEW_SEGMENTS];
    uint32_t few_rings[FEW_SEGMENTS];
    const bool is_few = polygon->vertex_count <= FEW_SEGMENTS;
    struct geo_segment *segments =
        is_few ? few : ARENA_ARRAY(scratch, struct geo_segment, polygon->vertex_count);
    uint32_t *rings = is_few ? few_rings : ARENA_ARRAY(scratch, uint32_t, polygon->vertex_count);
    if (!segments || !rings)
        return GEO_FAULT_NOMEM;
    const struct geo_xy *v = polygon->vertices;
    uint32_t count = 0;
    for (uint32_t ring = 0; ring < polygon->part_count; v += polygon->part_sizes[ring++])
        for (uint32_t i = 0, size = polygon->part_sizes[ring]; i < size; i++, count++) {
            segments[count] = (struct geo_segment){v[i], v[i + 1 == size ? 0 : i + 1]};
            rings[count] = ring;
        }
    struct check check = {.segments = segments, .rings = rings, .count = count};
    if (!is_few)
        return geo_segment_pairs(segments, count, scratch, meet, &check) ? check.fault
                                                                         : GEO_FAULT_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t j = i + 1; j < count; j++)
            if (!pair_is_good(&check, i, j))
                return check.fault;
    return GEO_VALID;
}

/* 1 inside, −1 outside, 0 when all its vertices lie on the ring. */
static int ring_holds_ring(const struct geo_xy *outer, uint32_t outer_count,
                           const struct geo_xy *inner, uint32_t inner_count)
{
    for (uint32_t i = 0; i < inner_count; i++) {
        const int where = geo_ring_holds(outer, outer_count, inner[i]);
        if (where)
            return where;
    }
    return 0;
}

static enum geo_fault check_holes(const struct geometry *polygon)
{
    const struct geo_xy *v = polygon->vertices, *exterior = v;
    uint32_t exterior_count = polygon->part_sizes[0], first_hole = 1;
    const struct geo_xy *holes = v + exterior_count;
    v = holes;
    for (uint32_t ring = 1; ring < polygon->part_count; ring++) {
        const uint32_t count = polygon->part_sizes[ring];
        if (geo_ring_area2(v, count) > 0) {
            exterior = v;
            exterior_count = count;
            first_hole = ring + 1;
            holes = v + count;
        } else {
            if (ring_holds_ring(exterior, exterior_count, v, count) < 0)
                return GEO_FAULT_HOLE;
            const struct geo_xy *other = holes;
            for (uint32_t i = first_hole; i < ring; other += polygon->part_sizes[i++])
                if (ring_holds_ring(other, polygon->part_sizes[i], v, count) > 0 ||
                    ring_holds_ring(v, count, other, polygon->part_sizes[i]) > 0)
                    return GEO_FAULT_HOLE;
        }
        v += count;
    }
    return GEO_VALID;
}

enum geo_fault geo_valid_polygon(const struct geometry *polygon, struct arena *scratch)
{
    const struct geo_xy *v = polygon->vertices;
    if (polygon->part_count == 0)
        return GEO_FAULT_COUNT;
    for (uint32_t ring = 0; ring < polygon->part_count; v += polygon->part_sizes[ring++]) {
        const enum geo_fault fault = check_ring(v, polygon->part_sizes[ring]);
        if (fault != GEO_VALID)
            return fault;
    }
    if (geo_ring_area2(polygon->vertices, polygon->part_sizes[0]) < 0)
        return GEO_FAULT_ORDER;
    if (polygon->part_count == 1 && is_convex_quad(polygon->vertices, polygon->vertex_count))
        return GEO_VALID;
    const enum geo_fault fault = check_segments(polygon, scratch);
    return fault != GEO_VALID || polygon->part_count == 1 ? fault : check_holes(polygon);
}
