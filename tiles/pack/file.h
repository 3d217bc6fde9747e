/*
 * pack_file: writes a PMTiles archive to disk so that it is there whole or not at all.
 *
 * Use        open → add in the order of tile ids → finish. Closing without finish leaves nothing.
 * Durability Tile data goes to a nameless side file beside the target, then front and data to
 *            `path.tmp`, which is synced and renamed over `path`; the folder is synced too.
 * Errors     ERR_IO, ERR_FULL when the disk is full, else as archive_writer says.
 */
#pragma once

#include "tiles/archive/writer.h"

struct pack_file;

MUST_CHECK enum err_code pack_file_open(const char *path, struct pack_file **ret, struct err *err);
MUST_CHECK enum err_code pack_file_add(struct pack_file *file, uint64_t id, struct span bytes,
                                       struct err *err);
/* Afterwards `path` is the archive; *ret_header says what is in it. */
MUST_CHECK enum err_code pack_file_finish(struct pack_file *file,
                                          const struct archive_tileset *tileset,
                                          struct archive_header *ret_header, struct err *err);
void pack_file_close(struct pack_file *file);
DEFINE_CLEANUP(struct pack_file, pack_file_close)
