/*
 * lots: what stands on a block that is nobody's site: lots, houses, gardens, fields.
 */
#pragma once

#include <stdint.h>

#include "server/demo/blocks.h"

void demo_lots_fill(struct demo_city *city, const struct demo_block *block);

/* A house on a lot, by the ways of the zone (houses.c). */
void demo_house_build(struct demo_city *city, const struct demo_poly *lot, enum demo_zone zone,
                      uint64_t stream);

/* Rows of public flats, halls of works, shops with car parks, fields (grounds.c). */
void demo_slabs_build(struct demo_city *city, const struct demo_poly *ground);
void demo_fields_build(struct demo_city *city, const struct demo_poly *ground);

/* A number for the ground's own stream of chances. */
uint64_t demo_stream_of(const struct demo_poly *ground);
