/*
 * archive_header: the first 127 bytes of an archive, and what may stand there.
 *
 * Purpose    Read foreign headers without trusting them; write our own.
 * Units      Offsets and lengths in bytes; places in 1e-7 degree.
 * Errors     ERR_FORMAT when it is no archive or a field cannot be, ERR_VERSION when it is another
 *            version than 3, ERR_RANGE when a section lies outside the file; `at` is the byte of
 *            the field.
 * Standard   PMTiles version 3, section 3.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/err.h"
#include "tiles/base/span.h"

enum {
    ARCHIVE_HEADER_LEN = 127,
    ARCHIVE_FRONT_MAX = 16384, /* header and root directory together: section 2 */
};

enum archive_compression {
    ARCHIVE_UNKNOWN = 0,
    ARCHIVE_PLAIN = 1,
    ARCHIVE_GZIP = 2,
    ARCHIVE_BROTLI = 3,
    ARCHIVE_ZSTD = 4,
};

/* Others than these are kept as they are: new types come with new editions of the standard. */
enum archive_tile_type {
    ARCHIVE_TILE_OTHER = 0,
    ARCHIVE_TILE_MVT = 1,
    ARCHIVE_TILE_PNG = 2,
    ARCHIVE_TILE_JPEG = 3,
    ARCHIVE_TILE_WEBP = 4,
    ARCHIVE_TILE_AVIF = 5,
};

struct archive_section {
    uint64_t at, len;
};

struct archive_header {
    struct archive_section root, metadata, leaves, data;
    uint64_t addressed_count; /* tiles one can ask for; the three counts are 0 when unknown */
    uint64_t entry_count;     /* after runs are joined */
    uint64_t content_count;   /* distinct stored tiles */
    bool clustered;
    enum archive_compression internal_compression, tile_compression;
    uint8_t tile_type;
    uint8_t min_zoom, max_zoom, center_zoom;
    int32_t min_lon_e7, min_lat_e7, max_lon_e7, max_lat_e7, center_lon_e7, center_lat_e7;
};

/* `bytes` is the start of an archive of `size` bytes. */
MUST_CHECK enum err_code archive_header_read(struct span bytes, uint64_t size,
                                             struct archive_header *ret, struct err *err);

void archive_header_write(const struct archive_header *header, uint8_t ret[ARCHIVE_HEADER_LEN]);
