/*
 * decode: the bytes of a vector tile to features.
 *
 * Purpose    Reads what anybody wrote, version 1 and 2, and says exactly where it is broken.
 * Frame      Tile units of each layer's own extent.
 * Rules      Fatal faults (broken protobuf, no name or version, a tag that points nowhere, commands
 *            that do not add up) refuse the tile. Faults of one feature or layer that leave the
 *            rest readable (no type, odd tags, a second layer of the same name …) leave that one
 *            out: it is counted in `skipped`, and `first_skip` says why. The border between the
 *            two is the one of mapbox/mvt-fixtures 4.0.
 *            Geometry is checked for form here; validate.h also looks at shapes.
 * Ownership  Everything lives in the arena; names, texts and raw geometry borrow from `tile`.
 * Errors     ERR_FORMAT, ERR_VERSION, ERR_NOMEM; `at` is the byte in the tile.
 * Standard   Mapbox Vector Tile 2.1.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/arena.h"
#include "tiles/base/err.h"
#include "tiles/geo/geometry.h"
#include "tiles/mvt/message.h"

enum mvt_value_type {
    MVT_IS_STRING = 1,
    MVT_IS_FLOAT,
    MVT_IS_DOUBLE,
    MVT_IS_INT,
    MVT_IS_UINT,
    MVT_IS_SINT,
    MVT_IS_BOOL,
};

struct mvt_decoded_value {
    enum mvt_value_type type;
    union {
        struct span string;
        float real32;
        double real64;
        int64_t integer; /* int and sint */
        uint64_t natural;
        bool boolean;
    };
};

struct mvt_decoded_feature {
    uint64_t id;
    bool has_id;
    uint32_t tag_count; /* pairs */
    const uint32_t *tags;
    struct geometry geometry; /* GEO_NONE, without vertices, for the type UNKNOWN */
    struct span commands;     /* the same as it stood in the tile */
};

struct mvt_decoded_layer {
    struct span name;
    uint32_t version, extent;
    bool has_extent;
    uint32_t key_count, value_count, feature_count;
    const struct span *keys;
    const struct mvt_decoded_value *values;
    const struct mvt_decoded_feature *features;
};

struct mvt_decoded_tile {
    uint32_t layer_count;
    const struct mvt_decoded_layer *layers;
    uint32_t skipped; /* features and layers left out */
    struct err first_skip;
};

MUST_CHECK enum err_code mvt_decode(struct span tile, struct arena *arena,
                                    struct mvt_decoded_tile *ret, struct err *err);

/* The layer of that name, or NULL. */
const struct mvt_decoded_layer *mvt_decode_find_layer(const struct mvt_decoded_tile *tile,
                                                      const char *name);
/* The value of a feature's key, or NULL. */
const struct mvt_decoded_value *mvt_decode_find_value(const struct mvt_decoded_layer *layer,
                                                      const struct mvt_decoded_feature *feature,
                                                      const char *key);
