#include "tiles/geo/node.h"

#include <stdlib.h>

#include "tiles/geo/ring.h"
#include "tiles/geo/segment.h"

/* Rounding a crossing may move a segment across a third one; a few rounds bring that to rest. */
enum { MAX_ROUNDS = 64 };

struct cut {
    uint32_t edge;
    struct geo_xy at;
};

struct noder {
    struct arena *arena;
    struct geo_edge *edges;
    const struct geo_segment *segments;
    uint32_t count;
    struct cut *cuts;
    uint32_t cut_count, cut_room;
    bool failed;
};

static int by_ends(const void *left, const void *right)
{
    const struct geo_edge *a = left, *b = right;
    const int order = geo_compare(a->a, b->a);
    return order ? order : geo_compare(a->b, b->b);
}

/* Equal edges become one; those that cancel out go. */
static uint32_t merge(struct geo_edge *edges, uint32_t count)
{
    qsort(edges, count, sizeof *edges, by_ends);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count;) {
        struct geo_edge sum = edges[i++];
        for (; i < count && by_ends(&sum, &edges[i]) == 0; i++) {
            sum.exteriors += edges[i].exteriors;
            sum.holes += edges[i].holes;
        }
        if (sum.exteriors || sum.holes)
            edges[kept++] = sum;
    }
    return kept;
}

static struct geo_edge edge_between(struct geo_xy from, struct geo_xy to, int32_t exteriors,
                                    int32_t holes)
{
    if (geo_compare(from, to) < 0)
        return (struct geo_edge){from, to, exteriors, holes};
    return (struct geo_edge){to, from, -exteriors, -holes};
}

static bool edges_from_rings(const struct geometry *polygon, const bool *holes, struct noder *noder)
{
    noder->edges = ARENA_ARRAY(noder->arena, struct geo_edge, polygon->vertex_count);
    if (!noder->edges)
        return false;
    const struct geo_xy *v = polygon->vertices;
    for (uint32_t ring = 0; ring < polygon->part_count; v += polygon->part_sizes[ring++]) {
        const uint32_t size = polygon->part_sizes[ring];
        for (uint32_t i = 0; i < size; i++) {
            const struct geo_xy to = v[i + 1 == size ? 0 : i + 1];
            if (!geo_same(v[i], to))
                noder->edges[noder->count++] = edge_between(v[i], to, !holes[ring], holes[ring]);
        }
    }
    noder->count = merge(noder->edges, noder->count);
    return true;
}

static void add_cut(struct noder *noder, uint32_t edge, struct geo_xy at)
{
    const struct geo_segment s = noder->segments[edge];
    if (geo_same(s.a, at) || geo_same(s.b, at))
        return;
    if (noder->cut_count == noder->cut_room) {
        const uint32_t room = noder->cut_room ? noder->cut_room * 2 : 64;
        struct cut *cuts = ARENA_ARRAY(noder->arena, struct cut, room);
        if (!cuts) {
            noder->failed = true;
            return;
        }
        if (noder->cut_count)
            memcpy(cuts, noder->cuts, noder->cut_count * sizeof *cuts);
        noder->cuts = cuts;
        noder->cut_room = room;
    }
    noder->cuts[noder->cut_count++] = (struct cut){edge, at};
}

static bool cut_pair(void *context, uint32_t i, uint32_t j)
{
    struct noder *noder = context;
    const struct geo_segment s = noder->segments[i], t = noder->segments[j];
    const enum geo_meeting meeting = geo_segment_meeting(s, t);
    if (meeting == GEO_CROSS) {
        const struct geo_xy at = geo_segment_crossing(s, t);
        add_cut(noder, i, at);
        add_cut(noder, j, at);
    } else if (meeting != GEO_APART) {
        if (geo_segment_holds(s, t.a))
            add_cut(noder, i, t.a);
        if (geo_segment_holds(s, t.b))
            add_cut(noder, i, t.b);
        if (geo_segment_holds(t, s.a))
            add_cut(noder, j, s.a);
        if (geo_segment_holds(t, s.b))
            add_cut(noder, j, s.b);
    }
    return !noder->failed;
}

/* Along an edge that runs from a to b, lattice order by x then y is the order on the edge, but for
 * cuts that rounding put beside it; they stay between its ends as far as it matters. */
static int by_edge_and_place(const void *left, const void *right)
{
    const struct cut *a = left, *b = right;
    if (a->edge != b->edge)
        return a->edge < b->edge ? -1 : 1;
    return geo_compare(a->at, b->at);
}

static bool apply_cuts(struct noder *noder)
{
    qsort(noder->cuts, noder->cut_count, sizeof *noder->cuts, by_edge_and_place);
    struct geo_edge *next =
        ARENA_ARRAY(noder->arena, struct geo_edge, (size_t)noder->count + noder->cut_count);
    if (!next)
        return false;
    uint32_t count = 0, cut = 0;
    for (uint32_t i = 0; i < noder->count; i++) {
        const struct geo_edge edge = noder->edges[i];
        struct geo_xy from = edge.a;
        for (; cut < noder->cut_count && noder->cuts[cut].edge == i; cut++) {
            const struct geo_xy to = noder->cuts[cut].at;
            if (geo_same(from, to))
                continue;
            next[count++] = edge_between(from, to, edge.exteriors, edge.holes);
            from = to;
        }
        if (!geo_same(from, edge.b))
            next[count++] = edge_between(from, edge.b, edge.exteriors, edge.holes);
    }
    noder->edges = next;
    noder->count = merge(next, count);
    noder->cut_count = 0;
    return true;
}

static bool cut_once(struct noder *noder)
{
    struct geo_segment *segments = ARENA_ARRAY(noder->arena, struct geo_segment, noder->count);
    if (!segments)
        return false;
    for (uint32_t i = 0; i < noder->count; i++)
        segments[i] = (struct geo_segment){noder->edges[i].a, noder->edges[i].b};
    noder->segments = segments;
    return geo_segment_pairs(segments, noder->count, noder->arena, cut_pair, noder) &&
           !noder->failed;
}

enum err_code geo_node(const struct geometry *polygon, const bool *holes, struct arena *arena,
                       struct geo_edges *ret, struct err *err)
{
    struct noder noder = {.arena = arena};
    if (!edges_from_rings(polygon, holes, &noder))
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (unsigned round = 0; round < MAX_ROUNDS; round++) {
        if (!cut_once(&noder))
            return err_set(err, ERR_NOMEM, "out of memory", 0);
        if (noder.cut_count == 0) {
            *ret = (struct geo_edges){noder.edges, noder.count};
            return ERR_OK;
        }
        if (!apply_cuts(&noder))
            return err_set(err, ERR_NOMEM, "out of memory", 0);
    }
    return err_set(err, ERR_INVALID, "the crossings of a polygon do not come to rest", 0);
}
