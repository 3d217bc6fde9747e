/*
 * node: segments of rings, cut wherever they meet.
 *
 * Purpose    First half of the repair: afterwards edges meet in their ends only, each pair of
 *            places is joined by at most one edge, and an edge knows how often, and in which
 *            direction, exteriors and holes run along it.
 * Ownership  Edges live in the arena.
 */
#pragma once

#include <stdbool.h>

#include "tiles/base/arena.h"
#include "tiles/base/err.h"
#include "tiles/geo/geometry.h"

/* a lies before b (by x, then y). Counts are positive from a to b. */
struct geo_edge {
    struct geo_xy a, b;
    int32_t exteriors, holes;
};

struct geo_edges {
    struct geo_edge *list; /* sorted by a, then b */
    uint32_t count;
};

static inline int geo_compare(struct geo_xy a, struct geo_xy b)
{
    if (a.x != b.x)
        return a.x < b.x ? -1 : 1;
    return a.y < b.y ? -1 : a.y > b.y;
}

MUST_CHECK enum err_code geo_node(const struct geometry *polygon, const bool *holes,
                                  struct arena *arena, struct geo_edges *ret, struct err *err);
