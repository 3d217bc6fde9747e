/*
 * cut: features of spools to the tiles of the tile set `city`.
 *
 * Purpose    Each feature is rendered once to all its zooms; the pieces are sorted by tile id,
 * layer and place, on disk when memory is short; tiles are encoded and compressed in parallel and
 * handed out in the order of their ids. The same spools give the same bytes, whatever the number of
 * threads and the memory limit. Zooms      Levels lowest to highest, at most TILER_MAX_ZOOM. A
 * feature is shown from its min_zoom, or its layer's, on; an attribute from its key's lowest zoom
 * on (city.def). Honesty    Buildings: every one, from its lowest zoom (12) to the highest, in each
 * tile it lies in. One that would vanish on the grid becomes a square of one unit (1.9 m at zoom
 * 12, 0.12 m at 16). Below zoom 12 there are none: built-up land is the layer landuse, and
 *            vector_layers says from where each layer is. Nothing is thinned out, no tile has a
 *            limit. Other polygons without area on the grid of a lower zoom are left out there and
 *            counted (`too_small`); at the highest zoom none is.
 * Borders    A building is written whole, not cut, into each tile whose square it comes nearer to
 *            than TILER_BUILDING_BUFFER units: walls and roofs have no seam, and height, name and
 *            centre are the same in each copy (they share the id). One that reaches more than a
 *            tile's width beyond the tile is cut there, out of sight. All else is cut TILER_BUFFER
 *            units outside the tile.
 * Shapes     Between lowest and highest zoom edges are simplified to a quarter of a pixel
 *            (tiles/geo/simplify.h; shared edges stay shared), at the highest not at all. Polygons
 *            are snapped, then repaired where snapping broke them.
 * Ids        A second feature of the same layer and id is a duplicate: counted, not shown. Id 0
 *            means none.
 * Memory     About 48 bytes a piece plus its bytes, or memory_limit and some 40 MB for buffers; and
 *            32 bytes a feature for finding duplicates, 32 to 64 a vertex of ground layers.
 * Errors     Those of spool.h; of the sink; ERR_FULL and ERR_IO for the temporary folder; ERR_RANGE
 *            for zooms. A feature that cannot be drawn (a polygon across a quarter of the world) is
 *            counted in `refused`, the first with its reason.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiles/archive/tile_id.h"
#include "tiles/tiler/feature.h"

enum {
    TILER_MIN_ZOOM = 5,
    TILER_MAX_ZOOM = 16, /* a tile id of 33 bits leaves 31 of the sort key */
    TILER_BUFFER = 64,
    TILER_BUILDING_BUFFER = 8,
    TILER_GZIP_LEVEL = 6,
};

enum tiler_stage { TILER_READ, TILER_WRITE };

struct tiler_progress {
    /* Features read of all, then pieces written of all; now and then, on the caller's thread. */
    void (*report)(void *context, enum tiler_stage stage, uint64_t done, uint64_t total);
    void *context;
};

/* `bytes` are a gzip member; borrowed for the call. Called on the caller's thread, ids ascending.
 */
struct tiler_sink {
    enum err_code (*add)(void *context, struct tile tile, uint64_t id, struct span bytes,
                         struct err *err);
    void *context;
};

struct tiler_options {
    size_t spool_count;
    const char *const *spools;    /* paths; the first one wins when ids are equal */
    unsigned min_zoom, max_zoom;  /* 0, 0: TILER_MIN_ZOOM to TILER_MAX_ZOOM */
    unsigned threads;             /* 0: as many as there are processors */
    int gzip_level;               /* 0: TILER_GZIP_LEVEL */
    size_t memory_limit;          /* bytes of pieces in memory; 0: no limit */
    const char *temporary_folder; /* for sorted runs; needed with a limit */
    uint64_t skip_keys;           /* bit k: leave out attribute k of enum city_key */
    bool keys_at_all_zooms;       /* disregard the keys' lowest zooms; for comparing with others */
    struct tiler_progress progress;
};

struct tiler_zoom_summary {
    uint64_t tile_count, feature_count; /* a feature counts in each tile it lies in */
    uint64_t plain_bytes, packed_bytes;
};

struct tiler_summary {
    uint64_t feature_count; /* read */
    uint64_t duplicates, refused;
    struct err first_refused;                /* `at`: number of the feature, over all spools */
    uint64_t layer_counts[CITY_LAYER_COUNT]; /* shown: without duplicates and refused */
    unsigned layer_min_zoom[CITY_LAYER_COUNT];
    uint64_t repaired;  /* polygons, once a zoom */
    uint64_t kept_tiny; /* buildings drawn as a square of one unit, once a zoom */
    uint64_t too_small; /* polygons left out, once a zoom */
    uint64_t piece_count, run_count;
    struct geo_box bounds;
    struct tiler_zoom_summary zooms[TILER_MAX_ZOOM + 1];
};

MUST_CHECK enum err_code tiler_cut(const struct tiler_options *options, struct tiler_sink sink,
                                   struct tiler_summary *ret, struct err *err);
