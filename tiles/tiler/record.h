/*
 * record: one feature as bytes, the content of a spool.
 *
 * Format     layer · min_zoom · id · geometry type · part count · part sizes · vertices as zigzag
 *            differences, x before y · tag count · tags (key, value type, value). All varints,
 *            but floats (4 bytes, little-endian) and strings (varint length, bytes).
 * Errors     record_check: ERR_INVALID. record_read: ERR_FORMAT, `at` 0. Both leave outputs alone.
 */
#pragma once

#include "tiles/base/arena.h"
#include "tiles/base/buf.h"
#include "tiles/tiler/feature.h"

enum { RECORD_MAX = 64 << 20 }; /* bytes; about 15 million vertices */

struct record_names {
    uint32_t layer_count, key_count;
    uint32_t layers[64]; /* the file's number → enum city_layer */
    uint32_t keys[512];  /* the file's number → enum city_key */
};

/* Does the feature keep the contract of feature.h and city.def? */
MUST_CHECK enum err_code record_check(const struct feature *feature, struct err *err);

/* Appends; look at buf->failed. */
void record_write(struct buf *buf, const struct feature *feature);

/* Checks all that record_check does; the feature lives in the arena, its strings in `bytes`. */
MUST_CHECK enum err_code record_read(struct span bytes, const struct record_names *names,
                                     struct arena *arena, struct feature *ret, struct err *err);
