/*
 * archive_codec: how the caller compresses, so that the core needs no library for it.
 *
 * Purpose    Directories and metadata are gzip as a rule; natively tiles/pack gives libdeflate, a
 *            browser gives its own.
 * Ownership  Both append to the buffer of the caller.
 * Errors     ERR_FORMAT when the bytes are damaged, ERR_TOO_LARGE when more than `max` bytes would
 *            come out, ERR_NOMEM.
 * Threads    As the implementation says; the core calls from the thread it was called on.
 */
#pragma once

#include "tiles/base/buf.h"
#include "tiles/base/err.h"
#include "tiles/base/span.h"

struct archive_codec {
    enum err_code (*pack)(void *context, struct span plain, struct buf *packed, struct err *err);
    enum err_code (*unpack)(void *context, struct span packed, size_t max, struct buf *plain,
                            struct err *err);
    void *context;
};
