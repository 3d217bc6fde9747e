#include "tiles/geo/simplify.h"

#include <math.h>

#include "tiles/base/hash.h"
#include "tiles/geo/node.h"
#include "tiles/geo/ring.h"

/* ---- which vertices are nodes ---- */

enum { EMPTY = 0, NODE = 1, FIRST_SLOTS = 1024 };

struct slot {
    struct geo_xy at;
    uint64_t neighbours; /* EMPTY, NODE, or a hash of the two, in either order */
};

static struct slot *slots_of(const struct geo_nodes *nodes)
{
    return (struct slot *)(void *)nodes->slots.data;
}

void geo_nodes_init(struct geo_nodes *nodes)
{
    *nodes = (struct geo_nodes){0};
    buf_init(&nodes->slots);
}

void geo_nodes_done(struct geo_nodes *nodes)
{
    if (nodes)
        buf_done(&nodes->slots);
}

static uint64_t hash_place(struct geo_xy at)
{
    return hash_mix((uint64_t)(uint32_t)at.x << 32 | (uint32_t)at.y, 0x9E3779B97F4A7C15);
}

static struct slot *find(struct slot *slots, size_t count, struct geo_xy at)
{
    size_t i = (size_t)hash_place(at) & (count - 1);
    while (slots[i].neighbours != EMPTY && !geo_same(slots[i].at, at))
        i = (i + 1) & (count - 1);
    return &slots[i];
}

static bool resize(struct geo_nodes *nodes, size_t count)
{
    struct buf next;
    buf_init(&next);
    size_t bytes;
    if (!size_mul(count, sizeof(struct slot), &bytes) || !buf_reserve(&next, bytes))
        return false;
    memset(next.data, 0, bytes);
    next.len = bytes;
    struct slot *to = (struct slot *)(void *)next.data, *from = slots_of(nodes);
    for (size_t i = 0; i < nodes->slots.len / sizeof *from; i++)
        if (from[i].neighbours != EMPTY)
            *find(to, count, from[i].at) = from[i];
    buf_done(&nodes->slots);
    nodes->slots = next;
    return true;
}

static bool add_vertex(struct geo_nodes *nodes, struct geo_xy at, uint64_t neighbours)
{
    size_t count = nodes->slots.len / sizeof(struct slot);
    if ((size_t)nodes->count * 2 >= count) {
        count = count ? count * 2 : FIRST_SLOTS;
        if (!resize(nodes, count))
            return false;
    }
    struct slot *slot = find(slots_of(nodes), count, at);
    if (slot->neighbours == EMPTY) {
        *slot = (struct slot){at, neighbours};
        nodes->count++;
    } else if (slot->neighbours != neighbours) {
        slot->neighbours = NODE;
    }
    return true;
}

static uint64_t hash_neighbours(struct geo_xy a, struct geo_xy b)
{
    return (hash_place(a) + hash_place(b)) | 2; /* the same in either order; never EMPTY or NODE */
}

enum err_code geo_nodes_add(struct geo_nodes *nodes, const struct geometry *geometry,
                            struct err *err)
{
    const bool is_ring = geometry->type == GEO_POLYGON;
    const struct geo_xy *v = geometry->vertices;
    if (geometry->type != GEO_LINE && !is_ring)
        return ERR_OK;
    for (uint32_t part = 0; part < geometry->part_count; v += geometry->part_sizes[part++]) {
        const uint32_t size = geometry->part_sizes[part];
        for (uint32_t i = 0; i < size; i++) {
            const bool is_end = !is_ring && (i == 0 || i + 1 == size);
            const uint64_t neighbours =
                is_end ? NODE
                       : hash_neighbours(v[i ? i - 1 : size - 1], v[i + 1 == size ? 0 : i + 1]);
            if (!add_vertex(nodes, v[i], neighbours))
                return err_set(err, ERR_NOMEM, "out of memory", 0);
        }
    }
    return ERR_OK;
}

bool geo_nodes_has(const struct geo_nodes *nodes, struct geo_xy at)
{
    const size_t count = nodes->slots.len / sizeof(struct slot);
    return count && find(slots_of(nodes), count, at)->neighbours == NODE;
}

/* ---- ranks ---- */

/* A stretch of a ring or line: vertices first, first + 1 … first + len, modulo the ring's size;
 * walked backwards when that is the canonical direction. */
struct stretch {
    const struct geo_xy *v;
    double *ranks;
    uint32_t size, first, len;
    bool backwards;
};

static uint32_t index_at(const struct stretch *stretch, uint32_t i)
{
    return (stretch->first + (stretch->backwards ? stretch->len - i : i)) % stretch->size;
}

static double distance2(struct geo_xy at, struct geo_xy a, struct geo_xy b)
{
    const double abx = (double)b.x - a.x, aby = (double)b.y - a.y;
    double x = (double)at.x - a.x, y = (double)at.y - a.y;
    const double length2 = abx * abx + aby * aby;
    double along = length2 > 0 ? (x * abx + y * aby) / length2 : 0;
    along = along < 0 ? 0 : along > 1 ? 1 : along;
    x -= along * abx;
    y -= along * aby;
    return x * x + y * y;
}

struct span_of_vertices {
    uint32_t from, to;
    double limit; /* a vertex does not outlive those that made its stretch */
};

static void rank_stretch(const struct stretch *stretch, struct span_of_vertices *stack)
{
    uint32_t depth = 0;
    stack[depth++] = (struct span_of_vertices){0, stretch->len, HUGE_VAL};
    while (depth) {
        const struct span_of_vertices span = stack[--depth];
        if (span.to - span.from < 2)
            continue;
        const struct geo_xy a = stretch->v[index_at(stretch, span.from)];
        const struct geo_xy b = stretch->v[index_at(stretch, span.to)];
        uint32_t farthest = span.from + 1;
        double most = -1;
        for (uint32_t i = span.from + 1; i < span.to; i++) {
            const double d2 = distance2(stretch->v[index_at(stretch, i)], a, b);
            if (d2 > most) {
                most = d2;
                farthest = i;
            }
        }
        const double rank = most < span.limit ? most : span.limit;
        stretch->ranks[index_at(stretch, farthest)] = rank;
        stack[depth++] = (struct span_of_vertices){span.from, farthest, rank};
        stack[depth++] = (struct span_of_vertices){farthest, span.to, rank};
    }
}

/* From the lower end; of a loop, towards its lower neighbour. */
static bool runs_backwards(const struct geo_xy *v, uint32_t size, uint32_t first, uint32_t len)
{
    const struct geo_xy from = v[first % size], to = v[(first + len) % size];
    if (!geo_same(from, to))
        return geo_compare(from, to) > 0;
    return geo_compare(v[(first + 1) % size], v[(first + len - 1) % size]) > 0;
}

static void rank_between(const struct geo_xy *v, double *ranks, uint32_t size, uint32_t first,
                         uint32_t len, struct span_of_vertices *stack)
{
    const struct stretch stretch = {v,     ranks, size,
                                    first, len,   runs_backwards(v, size, first, len)};
    rank_stretch(&stretch, stack);
}

static uint32_t lowest(const struct geo_xy *v, uint32_t size)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < size; i++)
        if (geo_compare(v[i], v[best]) < 0)
            best = i;
    return best;
}

static uint32_t farthest_from(const struct geo_xy *v, uint32_t size, uint32_t anchor)
{
    uint32_t best = anchor;
    double most = -1;
    for (uint32_t i = 0; i < size; i++) {
        const double d2 = distance2(v[i], v[anchor], v[anchor]);
        if (d2 > most || (d2 == most && geo_compare(v[i], v[best]) < 0)) {
            most = d2;
            best = i;
        }
    }
    return best;
}

static void rank_ring(const struct geo_xy *v, double *ranks, uint32_t size,
                      const struct geo_nodes *nodes, struct span_of_vertices *stack)
{
    uint32_t fixed = 0, first = 0;
    for (uint32_t i = size; i-- > 0;) {
        ranks[i] = nodes && geo_nodes_has(nodes, v[i]) ? HUGE_VAL : 0;
        if (ranks[i] > 0) {
            fixed++;
            first = i;
        }
    }
    if (fixed < 2) {
        /* A ring needs two ends to be held at: the node or its lowest vertex, and the farthest. */
        if (fixed == 0)
            first = lowest(v, size);
        const uint32_t other = farthest_from(v, size, first);
        ranks[first] = ranks[other] = HUGE_VAL;
    }
    for (uint32_t start = first, end; start < first + size; start = end) {
        for (end = start + 1; ranks[end % size] < HUGE_VAL; end++)
            ;
        rank_between(v, ranks, size, start, end - start, stack);
    }
}

static void rank_line(const struct geo_xy *v, double *ranks, uint32_t size,
                      const struct geo_nodes *nodes, struct span_of_vertices *stack)
{
    for (uint32_t i = 0; i < size; i++)
        ranks[i] = i == 0 || i + 1 == size || (nodes && geo_nodes_has(nodes, v[i])) ? HUGE_VAL : 0;
    for (uint32_t start = 0, end; start + 1 < size; start = end) {
        for (end = start + 1; ranks[end] < HUGE_VAL; end++)
            ;
        rank_between(v, ranks, size, start, end - start, stack);
    }
}

enum err_code geo_simplify_ranks(const struct geometry *geometry, const struct geo_nodes *nodes,
                                 struct arena *arena, const double **ret, struct err *err)
{
    double *ranks = ARENA_ARRAY(arena, double, geometry->vertex_count);
    /* Depth: each span pushes two and takes one, so never more than the vertices. */
    struct span_of_vertices *stack =
        ARENA_ARRAY(arena, struct span_of_vertices, (size_t)geometry->vertex_count + 2);
    if (!ranks || !stack)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    const struct geo_xy *v = geometry->vertices;
    double *at = ranks;
    for (uint32_t part = 0; part < geometry->part_count; part++) {
        const uint32_t size = geometry->part_sizes[part];
        if (geometry->type == GEO_POLYGON && size)
            rank_ring(v, at, size, nodes, stack);
        else if (geometry->type == GEO_LINE && size)
            rank_line(v, at, size, nodes, stack);
        else
            for (uint32_t i = 0; i < size; i++)
                at[i] = HUGE_VAL;
        v += size;
        at += size;
    }
    *ret = ranks;
    return ERR_OK;
}

enum err_code geo_simplify_select(const struct geometry *geometry, const double *ranks,
                                  double tolerance, const bool *holes, struct arena *arena,
                                  struct geometry *ret, bool *ret_holes, struct err *err)
{
    struct geo_xy *vertices = ARENA_ARRAY(arena, struct geo_xy, geometry->vertex_count);
    uint32_t *sizes = ARENA_ARRAY(arena, uint32_t, geometry->part_count);
    if (!vertices || !sizes)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    const double limit = tolerance > 0 ? tolerance * tolerance : -1;
    const uint32_t least = geometry->type == GEO_POLYGON ? 3 : 1;
    struct geometry out = {.type = geometry->type, .part_sizes = sizes, .vertices = vertices};
    const struct geo_xy *v = geometry->vertices;
    for (uint32_t part = 0; part < geometry->part_count; part++) {
        struct geo_xy *to = vertices + out.vertex_count;
        uint32_t size = 0;
        for (uint32_t i = 0; i < geometry->part_sizes[part]; i++, v++)
            if (*ranks++ > limit)
                to[size++] = *v;
        if (size < least)
            continue;
        if (ret_holes)
            ret_holes[out.part_count] = holes && holes[part];
        sizes[out.part_count++] = size;
        out.vertex_count += size;
    }
    *ret = out.part_count ? out : (struct geometry){.type = GEO_NONE};
    return ERR_OK;
}
