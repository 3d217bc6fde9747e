/*
 * archive_verify: reads a whole archive and finds what is wrong with it.
 *
 * Purpose    `kakikomap check`, and before an archive is put in the place of another.
 * Checks     Ids ascend and leaves fit; every tile lies inside the data and can be decompressed;
 *            the header's counts, zooms and `clustered` agree with the entries. `tile` may look
 *            into each distinct tile (decode it), plain bytes.
 * Errors     The first fault: what the reader says, ERR_INVALID when header and content disagree
 *            (`at` = what was counted), what `tile` returns. `at` is a tile id where it is a tile.
 */
#pragma once

#include "tiles/archive/reader.h"

struct archive_report {
    uint64_t addressed_count, entry_count, content_count;
    uint64_t tile_bytes;  /* stored, distinct */
    uint64_t plain_bytes; /* the same, decompressed */
    uint8_t min_zoom, max_zoom;
};

struct archive_tile_check {
    /* NULL: tiles are only decompressed. */
    enum err_code (*tile)(void *context, uint64_t id, struct span plain, struct err *err);
    void *context;
};

enum { ARCHIVE_TILE_MAX = 64 << 20 }; /* bytes of one decompressed tile */

MUST_CHECK enum err_code archive_verify(const struct archive_reader *reader,
                                        struct archive_tile_check check, struct archive_report *ret,
                                        struct err *err);
