/*
 * shape_rings: polygons on the integer grid: growing arrays, the quick test, the repair by GEOS.
 *
 * Frames     World units (tiles/geo/geometry.h); rings are not closed.
 * Ownership  A pile owns its arrays.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiles/base/attr.h"
#include "tiles/base/err.h"
#include "tiles/geo/geometry.h"

/* Polygons one behind the other: vertices, size of each ring, rings of each polygon. */
struct pile {
    struct geo_xy *vertices;
    uint32_t *ring_sizes;
    uint32_t *polygon_rings;
    size_t vertex_count, vertex_room;
    size_t ring_count, ring_room;
    size_t polygon_count, polygon_room;
};

void pile_done(struct pile *pile);
void pile_clear(struct pile *pile);
MUST_CHECK bool pile_add_vertex(struct pile *pile, struct geo_xy vertex);
MUST_CHECK bool pile_add_ring(struct pile *pile, uint32_t size);
MUST_CHECK bool pile_add_polygon(struct pile *pile, uint32_t rings);

/* Twice the area; positive when clockwise as seen on the map (y to the south). */
int64_t ring_area_doubled(const struct geo_xy *ring, size_t count);
/* All vertices on one line. */
bool ring_is_flat(const struct geo_xy *ring, size_t count);
void ring_reverse(struct geo_xy *ring, size_t count);
struct geo_box ring_box(const struct geo_xy *ring, size_t count);
bool box_meets(struct geo_box a, struct geo_box b);

/* True: surely valid. False: perhaps not; exact integers, quick for up to some hundred vertices. */
bool rings_surely_valid(const struct geo_xy *vertices, const uint32_t *sizes, size_t rings);

/* Makes each polygon of `from` valid and unites them all on the grid into `into` (cleared first).
 * *ret_invalid: at least one was not valid. Overlaps are none of the source's faults here: faces
 * of solids and surfaces of several levels overlap on the map. */
MUST_CHECK enum err_code rings_unite(const struct pile *from, struct pile *into, bool *ret_invalid,
                                     struct err *err);
