/*
 * render: one feature to its pieces, one for each tile of each zoom it is drawn in.
 *
 * Purpose    The part of cutting that runs in many threads. What is drawn where is said in cut.h.
 * Piece      varint id (0: none) · type · varint tag count · tags (varint key of the layer's list,
 *            varint length, Value message) · geometry commands. The key sorts pieces by tile, layer
 *            and place in the tile along a Hilbert curve, which packs better than the source's
 * order. Threads    One renderer belongs to one thread at a time; nodes are shared, read only.
 */
#pragma once

#include "tiles/base/arena.h"
#include "tiles/base/buf.h"
#include "tiles/geo/simplify.h"
#include "tiles/mvt/encode.h"
#include "tiles/tiler/feature.h"

enum {
    PIECE_TILE_SHIFT = 31,
    PIECE_LAYER_SHIFT = 27,
    PIECE_ORDER_BITS = 24,
    RENDER_EXTENT_BITS = 12, /* MVT_EXTENT */
};

struct render_options {
    unsigned min_zoom, max_zoom;
    uint64_t skip_keys;
    bool keys_at_all_zooms;
    const struct geo_nodes *nodes; /* of the ground layers; NULL: none */
};

struct render_piece {
    uint64_t key;
    uint32_t offset, len; /* in `bytes` */
};

struct render {
    struct render_options options;
    struct arena arena, tile_arena;
    struct buf bytes;        /* of all pieces since render_clear */
    struct buf pieces;       /* struct render_piece */
    struct buf values, tags; /* of the zoom being drawn */
    uint64_t repaired, kept_tiny, too_small;
};

void render_init(struct render *render, const struct render_options *options);
void render_done(struct render *render);

/* From which zoom on a feature is shown. */
unsigned render_min_zoom(const struct feature *feature);

/* Appends the feature's pieces. ERR_RANGE, ERR_INVALID: it cannot be drawn, and none was added. */
MUST_CHECK enum err_code render_feature(struct render *render, const struct feature *feature,
                                        struct err *err);

/* A piece read back for the encoder; `room` holds its tags. False when the bytes are no piece. */
enum { PIECE_TAGS_MAX = 256 };
MUST_CHECK bool render_piece_read(struct span piece, struct mvt_raw_tag room[PIECE_TAGS_MAX],
                                  struct mvt_raw_feature *ret);

/* The names of a layer's attributes in the order of the keys in pieces. */
uint32_t render_layer_keys(enum city_layer layer, const char *ret[CITY_KEY_COUNT]);
