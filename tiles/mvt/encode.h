/*
 * encode: features to the bytes of a vector tile.
 *
 * Purpose    The fast path: geometry goes straight to varints; keys and values are interned in
 *            open-addressing tables and numbered most frequent first, so that most take one byte.
 *            The same calls in the same order give the same bytes on every machine.
 * Frame      Tile units. Rings must be oriented and valid (tiles/geo/ring.h, repair.h), without
 *            repeated vertices; the encoder checks counts, not geometry.
 * Use        init · (begin_tile · (begin_layer · feature … · end_layer) … · bytes) … · done.
 *            An encoder keeps its memory for the next tile; one thread at a time.
 * Ownership  Names and keys are borrowed until end_layer, tags and geometry for the call only;
 *            mvt_encode_bytes lends the tile until the next begin_tile.
 * Errors     ERR_INVALID for a geometry that MVT cannot hold (no vertices, a line of one, a ring of
 *            two, an unknown type) or a number that is not finite: the feature is left out and the
 *            tile stays good, so the caller may count it and go on. ERR_NOMEM and ERR_TOO_LARGE
 *            are final. `at` is the number of the feature in its layer.
 * Standard   Mapbox Vector Tile 2.1. A layer without features is not written (section 4.1).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/buf.h"
#include "tiles/base/err.h"
#include "tiles/geo/geometry.h"
#include "tiles/mvt/message.h"
#include "tiles/mvt/value.h"

struct mvt_tag {
    uint32_t key;       /* number in the list of keys given to begin_layer */
    struct value value; /* VALUE_NULL: left out */
};

struct mvt_feature {
    uint64_t id; /* written when has_id */
    bool has_id;
    uint32_t tag_count;
    const struct mvt_tag *tags;
    struct geometry geometry;
};

/* The same, with its parts already in the form of the wire; what the tiler's records hold. */
struct mvt_raw_tag {
    uint32_t key;
    struct span value; /* of mvt_encode_value */
};

struct mvt_raw_feature {
    uint64_t id;
    bool has_id;
    enum geo_type type;
    uint32_t tag_count;
    const struct mvt_raw_tag *tags;
    struct span geometry; /* of mvt_encode_geometry */
};

struct mvt_value_entry {
    uint32_t offset, len; /* in `texts` */
    uint32_t uses;
    uint32_t rank; /* the number it gets in the tile */
};

struct mvt_feature_entry {
    uint64_t id;
    uint32_t geometry_at, geometry_len; /* in `geometries` */
    uint32_t tag_at, tag_count;         /* in `tags`, as pairs */
    uint8_t type;
    bool has_id;
};

struct mvt_encode {
    struct buf tile;                /* finished layers */
    struct buf texts;               /* interned values */
    struct buf geometries;          /* of this layer */
    struct buf tags;                /* of this layer: uint32_t pairs key, value entry */
    struct buf features;            /* of this layer: struct mvt_feature_entry */
    struct buf values;              /* of this layer: struct mvt_value_entry */
    struct buf slots;               /* open addressing: uint32_t entry + 1 */
    struct buf order;               /* uint32_t value entries as they will stand in the tile */
    struct buf key_uses, key_ranks; /* uint32_t each */
    struct buf scratch;
    const char *name;
    const char *const *keys;
    uint32_t key_count, extent;
    uint32_t value_count, feature_count;
};

void mvt_encode_init(struct mvt_encode *encode);
void mvt_encode_done(struct mvt_encode *encode);

void mvt_encode_begin_tile(struct mvt_encode *encode);
/* The name must not have been used before in this tile (section 4.1). */
MUST_CHECK enum err_code mvt_encode_begin_layer(struct mvt_encode *encode, const char *name,
                                                uint32_t extent, const char *const *keys,
                                                uint32_t key_count, struct err *err);
MUST_CHECK enum err_code mvt_encode_feature(struct mvt_encode *encode,
                                            const struct mvt_feature *feature, struct err *err);
MUST_CHECK enum err_code mvt_encode_raw_feature(struct mvt_encode *encode,
                                                const struct mvt_raw_feature *feature,
                                                struct err *err);
MUST_CHECK enum err_code mvt_encode_end_layer(struct mvt_encode *encode, struct err *err);
struct span mvt_encode_bytes(const struct mvt_encode *encode);

/* The parts: command integers and zigzag steps of a geometry; a Value message. Both append. */
MUST_CHECK enum err_code mvt_encode_geometry(struct buf *buf, const struct geometry *geometry,
                                             struct err *err);
MUST_CHECK enum err_code mvt_encode_value(struct buf *buf, const struct value *value,
                                          struct err *err);
