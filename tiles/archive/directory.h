/*
 * archive_directory: which tile lies where, as columns of small numbers.
 *
 * Purpose    Read foreign directories without trusting them; write our own; search one.
 * Rules      Entries ascend by tile id and do not overlap; none has length 0; a directory has at
 *            least one. An entry with run 0 points at a leaf directory.
 * Units      Offsets count from the start of the tile data (of the leaf section for a leaf).
 * Ownership  Read entries live in the arena.
 * Errors     ERR_FORMAT with `at` = number of the entry, ERR_NOMEM.
 * Standard   PMTiles version 3, section 4.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tiles/base/arena.h"
#include "tiles/base/buf.h"
#include "tiles/base/err.h"
#include "tiles/base/span.h"

struct archive_entry {
    uint64_t id;
    uint64_t offset;
    uint32_t len;
    uint32_t run; /* so many tiles in a row have these bytes; 0: a leaf directory */
};

struct archive_directory {
    const struct archive_entry *entries;
    size_t count;
};

/* `plain` is already decompressed. */
MUST_CHECK enum err_code archive_directory_read(struct span plain, struct arena *arena,
                                                struct archive_directory *ret, struct err *err);

/* Appends the uncompressed form; a failure of memory sticks in the buffer. */
void archive_directory_write(struct archive_directory directory, struct buf *plain);

/* The entry that holds `id` (a run or a leaf), or NULL. */
const struct archive_entry *archive_directory_find(struct archive_directory directory, uint64_t id);
