/*
 * How a polygon is rebuilt:
 * 1. node: cut all segments where they meet (tiles/geo/node.h).
 * 2. For each edge, count how often exteriors and holes wind around the places on both its sides,
 *    by the edges north of its middle. Edges with inside on one side only are the new boundary.
 * 3. Walk the boundary with the inside on the right, at a fork along the inside; loops that pass
 *    a place twice fall apart there. Loops with positive area are exteriors, others holes.
 * 4. Each hole goes to the smallest exterior around it.
 */
#include "tiles/geo/repair.h"

#include <stdlib.h>

#include "tiles/geo/node.h"
#include "tiles/geo/ring.h"
#include "tiles/geo/valid.h"

struct winding {
    int32_t exteriors, holes;
};

static bool is_inside(struct winding winding)
{
    return abs(winding.exteriors) > abs(winding.holes);
}

/* Columns of edges by x, so that not every edge is asked for every other one. */
struct columns {
    int64_t min_x, width;
    uint32_t count;
    uint32_t *starts; /* count + 1 */
    uint32_t *edges;
};

static uint32_t column_of(const struct columns *columns, int64_t x)
{
    const int64_t column = (x - columns->min_x) / columns->width;
    return column >= columns->count ? columns->count - 1 : (uint32_t)column;
}

static bool columns_from_edges(const struct geo_edges *edges, struct arena *arena,
                               struct columns *ret)
{
    enum { MAX_COLUMNS = 1 << 16 };
    int64_t min_x = edges->list[0].a.x, max_x = min_x, sum = 0;
    for (uint32_t i = 0; i < edges->count; i++) {
        max_x = edges->list[i].b.x > max_x ? edges->list[i].b.x : max_x;
        sum += (int64_t)edges->list[i].b.x - edges->list[i].a.x;
    }
    /* As wide as an edge is on average: about two columns an edge. */
    int64_t width = sum / edges->count + 1;
    const int64_t least = (max_x - min_x) / MAX_COLUMNS + 1;
    width = width < least ? least : width;
    *ret = (struct columns){.min_x = min_x, .width = width};
    ret->count = (uint32_t)((max_x - min_x) / width + 1);
    ret->starts = arena_zero(arena, (size_t)ret->count + 2, sizeof *ret->starts);
    if (!ret->starts)
        return false;
    for (uint32_t i = 0; i < edges->count; i++)
        for (uint32_t c = column_of(ret, edges->list[i].a.x);
             c <= column_of(ret, edges->list[i].b.x); c++)
            ret->starts[c + 2]++;
    for (uint32_t c = 0; c < ret->count; c++)
        ret->starts[c + 2] += ret->starts[c + 1];
    ret->edges = ARENA_ARRAY(arena, uint32_t, ret->starts[ret->count + 1]);
    if (!ret->edges)
        return false;
    for (uint32_t i = 0; i < edges->count; i++)
        for (uint32_t c = column_of(ret, edges->list[i].a.x);
             c <= column_of(ret, edges->list[i].b.x); c++)
            ret->edges[ret->starts[c + 1]++] = i;
    return true;
}

/* Coordinates are doubled, so that the middle of an edge is a lattice point. Is the middle south
 * of the edge? Only for edges that span its x, half open; a vertical edge looks just west of it. */
static bool lies_south(const struct geo_edge *edge, int64_t x2, int64_t y2, bool look_west)
{
    const int64_t ax = 2 * (int64_t)edge->a.x, bx = 2 * (int64_t)edge->b.x;
    if (look_west ? !(ax < x2 && x2 <= bx) : !(ax <= x2 && x2 < bx))
        return false;
    const int64_t dx = (int64_t)edge->b.x - edge->a.x, dy = (int64_t)edge->b.y - edge->a.y;
    __extension__ typedef __int128 wide;
    return (wide)(y2 - 2 * (int64_t)edge->a.y) * dx > (wide)(x2 - ax) * dy;
}

/* North of the edge's middle, or west of it when the edge is vertical. */
static struct winding winding_before(const struct geo_edges *edges, const struct columns *columns,
                                     const struct geo_edge *edge)
{
    const bool is_vertical = edge->a.x == edge->b.x;
    const int64_t x2 = (int64_t)edge->a.x + edge->b.x, y2 = (int64_t)edge->a.y + edge->b.y;
    int64_t x = x2 / 2;
    if (x2 < 0 && x2 % 2)
        x--; /* floor */
    struct winding winding = {0, 0};
    /* Edges that end just at x in the west stand in the same or the column before; both ends were
     * entered inclusively, so the column of x has them all. */
    const uint32_t column = column_of(columns, x);
    for (uint32_t i = columns->starts[column]; i < columns->starts[column + 1]; i++) {
        const struct geo_edge *other = &edges->list[columns->edges[i]];
        if (other != edge && lies_south(other, x2, y2, is_vertical)) {
            winding.exteriors += other->exteriors;
            winding.holes += other->holes;
        }
    }
    return winding;
}

/* ---- the boundary ---- */

struct step {
    struct geo_xy from, to;
    bool used;
};

struct walker {
    struct arena *arena;
    struct step *steps; /* sorted by from, then to */
    uint32_t step_count;
    struct geo_xy *loop; /* room for all vertices */
    struct geo_xy *vertices;
    uint32_t vertex_count;
    uint32_t *sizes;
    uint32_t ring_count;
};

static int by_from(const void *left, const void *right)
{
    const struct step *a = left, *b = right;
    const int order = geo_compare(a->from, b->from);
    return order ? order : geo_compare(a->to, b->to);
}

/* Boundary edges, directed so that the inside lies to the right. */
static bool steps_from_edges(struct walker *walker, const struct geo_edges *edges)
{
    struct columns columns;
    if (!columns_from_edges(edges, walker->arena, &columns))
        return false;
    walker->steps = ARENA_ARRAY(walker->arena, struct step, edges->count);
    if (!walker->steps)
        return false;
    for (uint32_t i = 0; i < edges->count; i++) {
        const struct geo_edge *edge = &edges->list[i];
        const bool is_vertical = edge->a.x == edge->b.x;
        const struct winding before = winding_before(edges, &columns, edge);
        /* Crossing an edge that runs east from north to south adds it; one that runs south,
         * from west to east, takes it away. */
        const int32_t sign = is_vertical ? -1 : 1;
        const struct winding behind = {before.exteriors + sign * edge->exteriors,
                                       before.holes + sign * edge->holes};
        if (is_inside(before) == is_inside(behind))
            continue;
        const bool forward = is_vertical ? is_inside(before) : is_inside(behind);
        walker->steps[walker->step_count++] = forward ? (struct step){edge->a, edge->b, false}
                                                      : (struct step){edge->b, edge->a, false};
    }
    qsort(walker->steps, walker->step_count, sizeof *walker->steps, by_from);
    return true;
}

static uint32_t first_step_from(const struct walker *walker, struct geo_xy from)
{
    uint32_t low = 0, high = walker->step_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (geo_compare(walker->steps[middle].from, from) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Which quarter of the way around, turning left from the way back, does `to` lie in? */
static unsigned side_of(struct geo_xy back, struct geo_xy at, struct geo_xy to)
{
    const int64_t turn = geo_turn(at, back, to); /* negative: to the left */
    if (turn != 0)
        return turn < 0 ? 0 : 2;
    const int64_t along = ((int64_t)back.x - at.x) * ((int64_t)to.x - at.x) +
                          ((int64_t)back.y - at.y) * ((int64_t)to.y - at.y);
    return along < 0 ? 1 : 3;
}

/* The inside lies right of the way we came, which is left of the way back: the first step met
 * when turning left from the way back bounds the same piece of inside. */
static struct step *next_step(struct walker *walker, struct geo_xy back, struct geo_xy at)
{
    struct step *best = NULL;
    unsigned best_side = 0;
    for (uint32_t i = first_step_from(walker, at);
         i < walker->step_count && geo_same(walker->steps[i].from, at); i++) {
        struct step *step = &walker->steps[i];
        if (step->used)
            continue;
        const unsigned side = side_of(back, at, step->to);
        if (!best || side < best_side ||
            (side == best_side && geo_turn(at, step->to, best->to) < 0)) {
            best = step;
            best_side = side;
        }
    }
    return best;
}

static void keep_ring(struct walker *walker, const struct geo_xy *ring, uint32_t count)
{
    struct geo_xy *to = walker->vertices + walker->vertex_count;
    memcpy(to, ring, count * sizeof *ring);
    const uint32_t size = geo_ring_tidy(to, count);
    if (size == 0)
        return;
    walker->sizes[walker->ring_count++] = size;
    walker->vertex_count += size;
}

/* Adds a place to the loop; when it was there before, the way since then is a ring of its own. */
static uint32_t add_place(struct walker *walker, uint32_t len, struct geo_xy at, bool is_fork)
{
    if (is_fork)
        for (uint32_t i = len; i-- > 0;)
            if (geo_same(walker->loop[i], at)) {
                keep_ring(walker, walker->loop + i, len - i);
                len = i;
                break;
            }
    walker->loop[len] = at;
    return len + 1;
}

static bool is_fork(const struct walker *walker, struct geo_xy at)
{
    const uint32_t i = first_step_from(walker, at);
    return i + 1 < walker->step_count && geo_same(walker->steps[i + 1].from, at);
}

static bool walk(struct walker *walker)
{
    const size_t room = (size_t)walker->step_count + 1;
    walker->loop = ARENA_ARRAY(walker->arena, struct geo_xy, room);
    walker->vertices = ARENA_ARRAY(walker->arena, struct geo_xy, room);
    walker->sizes = ARENA_ARRAY(walker->arena, uint32_t, room);
    if (!walker->loop || !walker->vertices || !walker->sizes)
        return false;
    for (uint32_t i = 0; i < walker->step_count; i++) {
        if (walker->steps[i].used)
            continue;
        struct step *step = &walker->steps[i];
        const struct geo_xy start = step->from;
        uint32_t len = 0;
        while (step) {
            step->used = true;
            len = add_place(walker, len, step->from, is_fork(walker, step->from));
            if (geo_same(step->to, start))
                break;
            step = next_step(walker, step->from, step->to);
        }
        keep_ring(walker, walker->loop, len);
    }
    return true;
}

/* ---- rings to a polygon ---- */

struct ring {
    const struct geo_xy *vertices;
    uint32_t count;
    int64_t area2;
    uint32_t owner; /* of a hole: number of its exterior */
};

static bool holds_ring(const struct ring *outer, const struct ring *inner)
{
    for (uint32_t i = 0; i < inner->count; i++) {
        const int where = geo_ring_holds(outer->vertices, outer->count, inner->vertices[i]);
        if (where)
            return where > 0;
    }
    return true;
}

static void find_owner(struct ring *rings, uint32_t count, struct ring *hole)
{
    hole->owner = count;
    for (uint32_t i = 0; i < count; i++)
        if (rings[i].area2 > -hole->area2 &&
            (hole->owner == count || rings[i].area2 < rings[hole->owner].area2) &&
            holds_ring(&rings[i], hole))
            hole->owner = i;
}

static enum err_code polygon_from_rings(const struct walker *walker, struct geometry *ret,
                                        struct err *err)
{
    struct arena *arena = walker->arena;
    struct ring *rings = ARENA_ARRAY(arena, struct ring, walker->ring_count);
    struct geo_xy *vertices = ARENA_ARRAY(arena, struct geo_xy, walker->vertex_count);
    uint32_t *sizes = ARENA_ARRAY(arena, uint32_t, walker->ring_count);
    if (!rings || !vertices || !sizes)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    const struct geo_xy *v = walker->vertices;
    for (uint32_t i = 0; i < walker->ring_count; v += walker->sizes[i++])
        rings[i] = (struct ring){
            .vertices = v, .count = walker->sizes[i], .area2 = geo_ring_area2(v, walker->sizes[i])};
    for (uint32_t i = 0; i < walker->ring_count; i++)
        if (rings[i].area2 < 0)
            find_owner(rings, walker->ring_count, &rings[i]);
    struct geometry polygon = {.type = GEO_POLYGON, .part_sizes = sizes, .vertices = vertices};
    for (uint32_t i = 0; i < walker->ring_count; i++) {
        if (rings[i].area2 < 0)
            continue;
        for (uint32_t j = 0; j < walker->ring_count; j++) {
            /* The exterior itself first, then its holes. */
            const uint32_t k = j == 0 ? i : j - (j <= i);
            if (k != i && (rings[k].area2 > 0 || rings[k].owner != i))
                continue;
            memcpy(vertices + polygon.vertex_count, rings[k].vertices,
                   rings[k].count * sizeof *vertices);
            polygon.vertex_count += rings[k].count;
            sizes[polygon.part_count++] = rings[k].count;
        }
    }
    *ret = polygon;
    return ERR_OK;
}

static const struct geometry nothing = {.type = GEO_NONE};

void geo_hole_roles(const struct geometry *polygon, bool *ret)
{
    const struct geo_xy *v = polygon->vertices;
    bool flipped = false;
    for (uint32_t i = 0; i < polygon->part_count; v += polygon->part_sizes[i++]) {
        const bool is_negative = geo_ring_area2(v, polygon->part_sizes[i]) < 0;
        if (i == 0)
            flipped = is_negative;
        ret[i] = is_negative != flipped;
    }
}

static enum err_code rebuild(const struct geometry *polygon, const bool *holes, struct arena *arena,
                             struct geometry *ret, struct err *err)
{
    struct geo_edges edges;
    TRY(geo_node(polygon, holes, arena, &edges, err));
    struct walker walker = {.arena = arena};
    if (edges.count && (!steps_from_edges(&walker, &edges) || !walk(&walker)))
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    if (walker.ring_count == 0) {
        *ret = nothing;
        return ERR_OK;
    }
    return polygon_from_rings(&walker, ret, err);
}

static enum err_code check_span(const struct geometry *polygon, struct err *err)
{
    const struct geo_box box = geo_box_of(polygon->vertices, polygon->vertex_count);
    if (polygon->vertex_count && ((int64_t)box.max.x - box.min.x > GEO_SPAN_MAX ||
                                  (int64_t)box.max.y - box.min.y > GEO_SPAN_MAX))
        return err_set(err, ERR_RANGE, "a polygon is too large to be repaired", 0);
    return ERR_OK;
}

/* `holes`, or roles made from the signs; NULL without memory. */
static const bool *roles_or_own(const struct geometry *polygon, const bool *holes,
                                struct arena *arena)
{
    if (holes)
        return holes;
    bool *own = ARENA_ARRAY(arena, bool, polygon->part_count);
    if (own)
        geo_hole_roles(polygon, own);
    return own;
}

enum err_code geo_repair_polygon(const struct geometry *polygon, const bool *holes,
                                 struct arena *arena, struct geometry *ret, struct err *err)
{
    TRY(check_span(polygon, err));
    const bool *roles = roles_or_own(polygon, holes, arena);
    if (!roles)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    return rebuild(polygon, roles, arena, ret, err);
}

/* Tidy rings turned the right way; empty ones left out, an exterior with its holes. */
static bool tidy(const struct geometry *polygon, const bool *holes, struct arena *arena,
                 struct geometry *ret, bool *ret_holes)
{
    struct geo_xy *vertices = ARENA_ARRAY(arena, struct geo_xy, polygon->vertex_count);
    uint32_t *sizes = ARENA_ARRAY(arena, uint32_t, polygon->part_count);
    if (!vertices || !sizes)
        return false;
    *ret = (struct geometry){.type = GEO_POLYGON, .part_sizes = sizes, .vertices = vertices};
    const struct geo_xy *v = polygon->vertices;
    bool exterior_is_gone = false;
    for (uint32_t i = 0; i < polygon->part_count; v += polygon->part_sizes[i++]) {
        struct geo_xy *to = vertices + ret->vertex_count;
        memcpy(to, v, polygon->part_sizes[i] * sizeof *to);
        const uint32_t size = geo_ring_tidy(to, polygon->part_sizes[i]);
        if (!holes[i])
            exterior_is_gone = size == 0;
        if (size == 0 || (holes[i] && exterior_is_gone))
            continue;
        if ((geo_ring_area2(to, size) < 0) != holes[i])
            geo_ring_reverse(to, size);
        ret_holes[ret->part_count] = holes[i];
        sizes[ret->part_count++] = size;
        ret->vertex_count += size;
    }
    return true;
}

enum err_code geo_repair_if_needed(const struct geometry *polygon, const bool *holes,
                                   struct arena *arena, struct geometry *ret, bool *ret_repaired,
                                   struct err *err)
{
    TRY(check_span(polygon, err));
    struct geometry tidied;
    const bool *roles = roles_or_own(polygon, holes, arena);
    bool *tidied_roles = ARENA_ARRAY(arena, bool, polygon->part_count);
    if (!roles || !tidied_roles || !tidy(polygon, roles, arena, &tidied, tidied_roles))
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    if (tidied.part_count == 0) {
        *ret = nothing;
        *ret_repaired = false;
        return ERR_OK;
    }
    const enum geo_fault fault = geo_valid_polygon(&tidied, arena);
    if (fault == GEO_FAULT_NOMEM)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    if (fault == GEO_VALID) {
        *ret = tidied;
        *ret_repaired = false;
        return ERR_OK;
    }
    TRY(rebuild(&tidied, tidied_roles, arena, ret, err));
    *ret_repaired = true;
    return ERR_OK;
}
