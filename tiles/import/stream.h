/*
 * stream: bytes that come piece by piece: a file, an entry of a zip, memory in a test.
 *
 * Ownership  Borrows its context and name.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tiles/base/err.h"

struct import_stream {
    const char *name;   /* for reports */
    const char *source; /* of the source: numbers of features without ids are made from it */
    /* Up to `room` bytes; *ret 0 at the end. */
    enum err_code (*read)(void *context, void *into, size_t room, size_t *ret, struct err *err);
    void *context;
};
