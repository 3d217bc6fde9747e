/*
 * build: spools to a PMTiles archive on disk.
 *
 * Purpose    The tiler (cut.h) and the archive (tiles/pack/file.h) joined, with the metadata of the
 *            tile set `city`.
 * Files      `path` is there whole or not at all, synced (pack_file). Hand it the name of a new
 *            edition, then change the row that says which edition is served.
 * Errors     ERR_INVALID when there is no feature at all: an archive needs a tile. Else as cut.h
 *            and pack_file.h.
 */
#pragma once

#include "tiles/archive/header.h"
#include "tiles/tiler/cut.h"

struct tiler_build {
    struct tiler_options tiler;
    const char *path;
    /* UTF-8, may be NULL. */
    const char *name, *description, *attribution, *version;
};

struct tiler_build_summary {
    struct tiler_summary tiler;
    struct archive_header header; /* bounds, counts, section lengths */
    uint64_t bytes;               /* of the file */
};

MUST_CHECK enum err_code tiler_build_archive(const struct tiler_build *build,
                                             struct tiler_build_summary *ret, struct err *err);
