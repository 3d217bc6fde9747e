/*
 * blocks: a cell of the mesh cut by streets, again and again, until blocks remain.
 *
 * Purpose    Streets are the cuts: what is on both sides cannot overlap by construction.
 */
#pragma once

#include "server/demo/city.h"
#include "server/demo/plan.h"

struct demo_block {
    struct demo_poly ground; /* without the streets round it; convex */
    enum demo_zone zone;
    const struct demo_site *site; /* or NULL */
};

struct demo_blocks {
    struct demo_block *blocks;
    int count, capacity;
};

/* Cuts the cell: streets go to the city, blocks into *ret (from the city's arena). */
void demo_blocks_make(struct demo_city *city, int row, int col, struct demo_blocks *ret);
