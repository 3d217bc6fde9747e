/*
 * archive_writer: makes a clustered PMTiles archive from tiles in the order of their ids.
 *
 * Purpose    Equal tiles are stored once (by hash, then compared), equal neighbours are one entry,
 *            the root directory stays within the first 16,384 bytes.
 * Use        Tile data streams into a part as it comes. At the end the writer hands out the front
 *            (header, root, metadata, leaves); front + part is the archive.
 * Rules      Ids ascend strictly. The same tiles give the same bytes.
 * Ownership  The writer borrows the part and the codec until it is freed.
 * Errors     ERR_INVALID when ids do not ascend, a tile is empty or there is none at all;
 *            ERR_TOO_LARGE for a tile of 4 GiB; ERR_NOMEM; what the part returns. `at` is the id.
 *            After a failure only archive_writer_free makes sense.
 * Standard   PMTiles version 3.
 */
#pragma once

#include <stdint.h>

#include "tiles/archive/codec.h"
#include "tiles/archive/header.h"
#include "tiles/archive/metadata.h"

/* Where tile data goes: written once from front to back; read again to compare equal tiles. */
struct archive_part {
    enum err_code (*write)(void *context, struct span bytes, struct err *err);
    enum err_code (*read_at)(void *context, uint64_t at, size_t len, uint8_t *ret, struct err *err);
    void *context;
};

struct archive_writer;

MUST_CHECK enum err_code archive_writer_new(struct archive_part part,
                                            const struct archive_codec *codec,
                                            struct archive_writer **ret, struct err *err);
void archive_writer_free(struct archive_writer *writer);
DEFINE_CLEANUP(struct archive_writer, archive_writer_free)

/* `bytes` as stored: already compressed as the tile set's tile_compression says. */
MUST_CHECK enum err_code archive_writer_add(struct archive_writer *writer, uint64_t id,
                                            struct span bytes, struct err *err);

/* Appends the front to *ret_front; *ret_header is what it says. Zooms come from the tiles. */
MUST_CHECK enum err_code archive_writer_finish(struct archive_writer *writer,
                                               const struct archive_tileset *tileset,
                                               struct buf *ret_front,
                                               struct archive_header *ret_header, struct err *err);
