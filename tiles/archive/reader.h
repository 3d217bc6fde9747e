/*
 * archive_reader: finds tiles in a PMTiles archive that may be broken or hostile.
 *
 * Purpose    One reader over a memory map, a file or a browser's buffer: bytes come through
 *            read_at, or from memory without a copy.
 * Invariants 1. Nothing outside the archive's own sections is ever handed out.
 *            2. Directories nest at most ARCHIVE_DEPTH_MAX deep and unpack to at most
 *               ARCHIVE_DIRECTORY_MAX bytes; a walk reads no more bytes of leaves than there are.
 * Ownership  The reader owns its root directory; everything else lives in the caller's arena, or
 *            borrows from the source's memory.
 * Errors     As header.h and directory.h say, ERR_UNSUPPORTED for another compression than none
 *            and gzip; `at` is a byte of the archive, or the number of the tile.
 * Threads    After open, many threads may read at once if source and codec allow it.
 * Standard   PMTiles version 3.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tiles/archive/codec.h"
#include "tiles/archive/directory.h"
#include "tiles/archive/header.h"
#include "tiles/archive/tile_id.h"

enum {
    ARCHIVE_DEPTH_MAX = 4,            /* as the standard's own readers */
    ARCHIVE_DIRECTORY_MAX = 16 << 20, /* bytes, unpacked: some million entries */
    ARCHIVE_METADATA_MAX = 16 << 20,  /* bytes, unpacked */
};

struct archive_source {
    /* Fills ret[0, len) from byte `at`; ERR_IO when there is less. NULL when memory is given. */
    enum err_code (*read_at)(void *context, uint64_t at, size_t len, uint8_t *ret, struct err *err);
    void *context;
    uint64_t size;
    const uint8_t *memory; /* the whole archive, if it lies there */
};

struct archive_reader {
    struct archive_source source;
    const struct archive_codec *codec;
    struct archive_header header;
    struct archive_directory root;
    struct arena arena;
};

struct archive_source archive_source_from_span(struct span bytes);

/* codec may be NULL for archives without compression. Half-made readers may be closed. */
MUST_CHECK enum err_code archive_open(struct archive_source source,
                                      const struct archive_codec *codec, struct archive_reader *ret,
                                      struct err *err);
void archive_close(struct archive_reader *reader);

/* Where a tile lies in the file; ERR_NOT_FOUND when the archive has none there. */
MUST_CHECK enum err_code archive_find(const struct archive_reader *reader, struct tile tile,
                                      struct arena *scratch, struct archive_section *ret,
                                      struct err *err);

/* The tile's bytes as stored (compressed as header.tile_compression says). */
MUST_CHECK enum err_code archive_tile(const struct archive_reader *reader, struct tile tile,
                                      struct arena *arena, struct span *ret, struct err *err);

/* The metadata as JSON text. */
MUST_CHECK enum err_code archive_metadata(const struct archive_reader *reader, struct arena *arena,
                                          struct span *ret, struct err *err);

/* Calls visit for each entry that is a tile, ids ascending, and checks on the way that the leaves
 * fit under their parents and every entry lies inside the tile data. */
struct archive_visitor {
    enum err_code (*visit)(void *context, const struct archive_entry *entry, struct err *err);
    void *context;
};
MUST_CHECK enum err_code archive_walk(const struct archive_reader *reader,
                                      struct archive_visitor visitor, struct err *err);

/* Stored bytes [offset, offset + len) of the tile data. */
MUST_CHECK enum err_code archive_bytes(const struct archive_reader *reader,
                                       const struct archive_entry *entry, struct arena *arena,
                                       struct span *ret, struct err *err);
