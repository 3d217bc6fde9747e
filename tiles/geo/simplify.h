/*
 * simplify: fewer vertices at lower zooms, the same ones on both sides of a shared edge.
 *
 * Purpose    Douglas and Peucker's way, done once a feature: each vertex gets a rank, the tolerance
 *            at which it goes; a zoom then only compares.
 * Rules      Shared edges: vertices where the neighbours differ from ring to ring or line to line
 *            are nodes and stay for ever; what lies between two nodes is simplified from the same
 *            end, with the same arithmetic, whichever feature asks. So neighbours that had the same
 *            vertices along an edge have the same vertices afterwards: no gaps, no slivers.
 *            With tolerance 0 nothing goes.
 * Use        nodes: init · add every geometry of the layers that touch · then ranks and select for
 *            each feature. Without nodes (NULL) features are simplified each for itself.
 * Frame      World units; tolerances in the same.
 * Memory     Nodes: 16 bytes a slot, at most two slots a vertex.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/arena.h"
#include "tiles/base/buf.h"
#include "tiles/base/err.h"
#include "tiles/geo/geometry.h"

struct geo_nodes {
    struct buf slots;
    uint32_t count; /* vertices known */
};

void geo_nodes_init(struct geo_nodes *nodes);
void geo_nodes_done(struct geo_nodes *nodes);
MUST_CHECK enum err_code geo_nodes_add(struct geo_nodes *nodes, const struct geometry *geometry,
                                       struct err *err);
bool geo_nodes_has(const struct geo_nodes *nodes, struct geo_xy at);

/* The squared tolerance at which each vertex goes (infinite: never), in the arena. */
MUST_CHECK enum err_code geo_simplify_ranks(const struct geometry *geometry,
                                            const struct geo_nodes *nodes, struct arena *arena,
                                            const double **ret, struct err *err);

/* The vertices whose rank is above tolerance². Rings left with fewer than three vertices go; so
 * `holes` (may be NULL) is rewritten to ret_holes (room for all parts; may be NULL). GEO_NONE when
 * nothing is left. Lines keep their ends. */
MUST_CHECK enum err_code geo_simplify_select(const struct geometry *geometry, const double *ranks,
                                             double tolerance, const bool *holes,
                                             struct arena *arena, struct geometry *ret,
                                             bool *ret_holes, struct err *err);
