/*
 * pack_gzip: gzip by libdeflate, as archives, tiles and HTTP use it.
 *
 * Ownership  Appends to the caller's buffer. A pack_gzip holds tables of some 100 kB; reuse it.
 * Errors     ERR_FORMAT when the bytes are no sound gzip, ERR_TOO_LARGE when more than `max` bytes
 *            come out, ERR_NOMEM; `at` is the byte of the member.
 * Threads    One pack_gzip belongs to one thread at a time.
 * Standard   RFC 1952, with several members in a row. The same input gives the same bytes.
 */
#pragma once

#include <stddef.h>

#include "tiles/archive/codec.h"

struct pack_gzip {
    int level; /* of libdeflate, 1 to 12 */
    void *compressor, *decompressor;
    struct archive_codec codec; /* for tiles/archive; points back at this struct: do not move it */
};

/* Tables are made at first use. */
void pack_gzip_init(struct pack_gzip *gzip, int level);
void pack_gzip_done(struct pack_gzip *gzip);

MUST_CHECK enum err_code pack_gzip_pack(struct pack_gzip *gzip, struct span plain,
                                        struct buf *packed, struct err *err);
MUST_CHECK enum err_code pack_gzip_unpack(struct pack_gzip *gzip, struct span packed, size_t max,
                                          struct buf *plain, struct err *err);
