/*
 * mbtiles_writer: makes an MBTiles file from tiles in any order.
 *
 * Use        open → add → finish. Closing without finish leaves what was there before.
 * Durability Written to `path.tmp`, synced, renamed.
 * Errors     ERR_IO, ERR_FULL, ERR_RANGE outside the pyramid, ERR_CONFLICT the same tile twice,
 *            ERR_INVALID no tile at all.
 * Standard   MBTiles 1.3: vector tiles gzip-compressed, rows from the south.
 */
#pragma once

#include "tiles/archive/metadata.h"
#include "tiles/archive/tile_id.h"

struct mbtiles_writer;

MUST_CHECK enum err_code mbtiles_writer_open(const char *path, struct mbtiles_writer **ret,
                                             struct err *err);
MUST_CHECK enum err_code mbtiles_writer_add(struct mbtiles_writer *writer, struct tile tile,
                                            struct span bytes, struct err *err);
MUST_CHECK enum err_code mbtiles_writer_finish(struct mbtiles_writer *writer,
                                               const struct archive_tileset *tileset,
                                               struct err *err);
void mbtiles_writer_close(struct mbtiles_writer *writer);
DEFINE_CLEANUP(struct mbtiles_writer, mbtiles_writer_close)
