/*
 * sites: what stands on the block of a site: one layout a kind.
 *
 * Frame      Layouts are drawn in a frame of the block with u to the east and v to the north, as
 *            near as the block allows; what does not fit is left out or made smaller.
 */
#pragma once

#include "server/demo/plan.h"
#include "server/demo/random.h"
#include "server/demo/shapes.h"

enum { DEMO_PLACED_MAX = 48 };

struct demo_layout {
    struct demo_city *city;
    const struct demo_site *site;
    struct demo_poly ground; /* the block itself */
    struct demo_poly inner;  /* 3 m inside */
    struct demo_frame frame;
    struct demo_random random;
    struct demo_poly placed[DEMO_PLACED_MAX]; /* what trees and later buildings keep clear of */
    int placed_count;
};

/* Fills the block of the site; its place is named too. */
void demo_site_build(struct demo_city *city, const struct demo_site *site,
                     const struct demo_poly *ground);

/* Tries the rectangle, smaller and smaller down to 60 per cent; false when nothing fits. */
bool demo_layout_put(struct demo_layout *layout, double u, double v, double half_u, double half_v,
                     enum demo_shape shape, struct demo_building like, struct demo_frame *ret);
void demo_layout_trees(struct demo_layout *layout, int count, double margin, const char *species,
                       double height);
/* Trees along the sides, `inset` metres inside. */
void demo_layout_border(struct demo_layout *layout, double inset, double spacing,
                        const char *species, double height);
/* Is the point in the ground, and nothing there within `clear` metres? */
bool demo_layout_free(const struct demo_layout *layout, struct demo_xy at, double clear);
void demo_layout_place(struct demo_layout *layout, double u, double v, const char *kind,
                       const char *name, const char *name_en, int rank);

/* Layouts of green (greens.c, the others go on) and of buildings (sites.c). */
void demo_green_build(struct demo_layout *layout);
void demo_grey_build(struct demo_layout *layout);
