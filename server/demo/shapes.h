/*
 * shapes: footprints: the largest rectangle that fits a lot, and figures cut from it.
 */
#pragma once

#include "server/demo/city.h"
#include "server/demo/random.h"

enum demo_shape {
    DEMO_SHAPE_BOX,
    DEMO_SHAPE_L,
    DEMO_SHAPE_U,
    DEMO_SHAPE_T,
    DEMO_SHAPE_COURT, /* a box round a courtyard */
};

/* A rectangle with axis `u` inside the convex ground, at most max_u × max_v metres, then moved
 * towards `push` while there is room. False when it would be thinner than min_m. */
bool demo_fit(const struct demo_poly *ground, struct demo_xy u, double max_u, double max_v,
              struct demo_xy push, double min_m, struct demo_frame *ret);

/* The figure inside the frame; a courtyard's ring is the box itself (demo_shape_court). */
struct demo_poly demo_shape_ring(const struct demo_frame *frame, enum demo_shape shape,
                                 struct demo_random *random);

/* Adds the building, with its courtyard if the shape has one. */
void demo_shape_build(struct demo_city *city, const struct demo_frame *frame, enum demo_shape shape,
                      struct demo_random *random, struct demo_building like);

/* Is the rectangle inside the ground, with all four corners? */
bool demo_inside(const struct demo_poly *ground, const struct demo_frame *frame);
