#include "tiles/import/citygml_feature.h"

#include <math.h>

void citygml_add_polygon(const struct member *member, uint32_t polygon, struct shape *shape,
                         struct arena *arena)
{
    const struct member_polygon *p = &member->polygons[polygon];
    struct shape_ring *rings = ARENA_ARRAY(arena, struct shape_ring, p->ring_count);
    if (!rings)
        return; /* the shape stays without it; the arena has no limit, so memory is gone anyway */
    for (uint32_t i = 0; i < p->ring_count; i++) {
        const struct member_ring ring = member->rings[p->first_ring + i];
        rings[i] = (struct shape_ring){.points = member->points + ring.first, .count = ring.count};
    }
    shape_add_polygon(shape, rings, p->ring_count);
}

void citygml_polygon_z(const struct member *member, uint32_t polygon, double *low, double *high)
{
    const struct member_polygon *p = &member->polygons[polygon];
    *low = INFINITY;
    *high = -INFINITY;
    for (uint32_t i = 0; i < p->ring_count; i++) {
        const struct member_ring ring = member->rings[p->first_ring + i];
        for (uint32_t j = 0; j < ring.count; j++) {
            *low = fmin(*low, member->points[ring.first + j].z);
            *high = fmax(*high, member->points[ring.first + j].z);
        }
    }
}
