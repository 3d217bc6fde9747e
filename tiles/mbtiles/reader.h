/*
 * mbtiles_reader: tiles out of an MBTiles file that may be broken or hostile.
 *
 * Purpose    Take over tile sets that others made.
 * Rules      Rows count from the south in the file and from the north here. Where the metadata do
 *            not name a format, the first tile's first bytes do.
 * Ownership  What the reader tells lives until it is closed; tiles are in the caller's arena, or
 *            borrowed for the time of a visit.
 * Errors     ERR_IO no such file; ERR_FORMAT not SQLite, or not MBTiles; ERR_UNSUPPORTED unknown
 *            tile format; ERR_NOT_FOUND no such tile; ERR_RANGE a tile outside the pyramid.
 * Threads    One thread at a time.
 * Standard   MBTiles 1.3.
 */
#pragma once

#include "tiles/archive/metadata.h"
#include "tiles/archive/tile_id.h"
#include "tiles/base/arena.h"

struct mbtiles_reader;

struct mbtiles_about {
    struct archive_tileset tileset; /* without layers */
    const char *json;               /* the metadata's "json": vector_layers and more; or NULL */
    uint8_t min_zoom, max_zoom;     /* of the tiles, not of the metadata */
    uint64_t tile_count;
};

MUST_CHECK enum err_code mbtiles_reader_open(const char *path, struct mbtiles_reader **ret,
                                             struct err *err);
void mbtiles_reader_close(struct mbtiles_reader *reader);
DEFINE_CLEANUP(struct mbtiles_reader, mbtiles_reader_close)

const struct mbtiles_about *mbtiles_reader_about(const struct mbtiles_reader *reader);

MUST_CHECK enum err_code mbtiles_reader_tile(struct mbtiles_reader *reader, struct tile tile,
                                             struct arena *arena, struct span *ret,
                                             struct err *err);

/* Every tile in the order of its id (PMTiles' order). Tiles of length 0 are left out. */
struct mbtiles_visitor {
    enum err_code (*visit)(void *context, uint64_t id, struct span bytes, struct err *err);
    void *context;
};
MUST_CHECK enum err_code mbtiles_reader_walk(struct mbtiles_reader *reader,
                                             struct mbtiles_visitor visitor, struct err *err);
