/*
 * exports: the functions of the core that the browser sees.
 *
 * Purpose    One module, core.wasm, made of the same sources as the native core. It imports
 * nothing: memory, numbers and bytes go in and out through its own memory. Use        Numbers in
 * JavaScript; arrays are written into memory from core_alloc, and results are read where the
 * pointers of struct core_geometry say. Views of the memory must be made anew after each call, for
 * it may have grown. Ownership  core_free frees what core_alloc, core_clip and core_mvt_open gave.
 * Errors     0 (or NULL) for failure; core_last_error says why, an address of text closed by zero.
 * Threads    One.
 */
#pragma once

#include <stdint.h>

#include "tiles/base/attr.h"
#include "tiles/geo/geometry.h"

/* How a geometry lies in memory, 32-bit words in the browser: type, part count, vertex count,
 * pointers to sizes and vertices. The same as struct geometry. */

WASM_EXPORT(core_alloc) void *core_alloc(uint32_t size);
WASM_EXPORT(core_free) void core_free(void *pointer);
WASM_EXPORT(core_last_error) const char *core_last_error(void);

/* World units of a place, into ret[0] and ret[1]; degrees back, likewise. */
WASM_EXPORT(core_world_from_degrees)
int32_t core_world_from_degrees(double lon, double lat, int32_t *ret);
WASM_EXPORT(core_degrees_from_world)
void core_degrees_from_world(int32_t x, int32_t y, double *ret);

/* Parts of a geometry in a box; a geometry to be given to core_free. */
WASM_EXPORT(core_clip)
const struct geometry *core_clip(int32_t type, uint32_t part_count, const uint32_t *sizes,
                                 const int32_t *vertices, int32_t min_x, int32_t min_y,
                                 int32_t max_x, int32_t max_y);
WASM_EXPORT(core_length_m) double core_length_m(const struct geometry *geometry);
WASM_EXPORT(core_area_m2) double core_area_m2(const struct geometry *geometry);

/* A decoded tile; it reads from `bytes`, which must outlive it. */
struct core_tile;
WASM_EXPORT(core_mvt_open) struct core_tile *core_mvt_open(const uint8_t *bytes, uint32_t len);
WASM_EXPORT(core_mvt_close) void core_mvt_close(struct core_tile *tile);
WASM_EXPORT(core_mvt_layer_count) uint32_t core_mvt_layer_count(const struct core_tile *tile);
/* The number of a layer, −1 without it. `name` has `len` bytes of UTF-8. */
WASM_EXPORT(core_mvt_layer)
int32_t core_mvt_layer(const struct core_tile *tile, const uint8_t *name, uint32_t len);
WASM_EXPORT(core_mvt_feature_count)
uint32_t core_mvt_feature_count(const struct core_tile *tile, uint32_t layer);
WASM_EXPORT(core_mvt_geometry)
const struct geometry *core_mvt_geometry(const struct core_tile *tile, uint32_t layer,
                                         uint32_t feature);
/* Ids up to 2^53 − 1 as a number; −1 without one. */
WASM_EXPORT(core_mvt_id)
double core_mvt_id(const struct core_tile *tile, uint32_t layer, uint32_t feature);
/* An attribute as a number, NaN when it is absent or a text. */
WASM_EXPORT(core_mvt_number)
double core_mvt_number(const struct core_tile *tile, uint32_t layer, uint32_t feature,
                       const uint8_t *key, uint32_t len);
