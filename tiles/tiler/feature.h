/*
 * feature: a thing of the city on its way from a source into tiles.
 *
 * Purpose    The contract between who makes features (imports, the demo city) and who cuts them.
 * Frames     Geometry is in world units (tiles/geo/geometry.h).
 * Ownership  A sink borrows the feature for the time of the call.
 */
#pragma once

#include <stdint.h>

#include "tiles/base/err.h"
#include "tiles/geo/geometry.h"
#include "tiles/mvt/value.h"

enum city_layer {
#define LAYER(symbol, name, type, min_zoom) symbol,
#define KEY(symbol, layer, name, type, min_zoom, description)
#include "tiles/tiler/city.def"
#undef LAYER
#undef KEY
    CITY_LAYER_COUNT
};

enum city_key {
#define LAYER(symbol, name, type, min_zoom)
#define KEY(symbol, layer, name, type, min_zoom, description) symbol,
#include "tiles/tiler/city.def"
#undef LAYER
#undef KEY
    CITY_KEY_COUNT
};

struct feature_tag {
    enum city_key key;
    struct value value;
};

struct feature {
    enum city_layer layer;
    uint64_t id;      /* stable for the same source id; at most 2^53 − 1, as JavaScript counts */
    uint8_t min_zoom; /* 0: the layer's own */
    uint32_t tag_count;
    struct geometry geometry;
    const struct feature_tag *tags;
};

/* Where features go: a spool, a test's list. */
struct feature_sink {
    enum err_code (*add)(void *context, const struct feature *feature, struct err *err);
    void *context;
};
