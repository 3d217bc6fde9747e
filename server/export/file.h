/*
 * file: an export is there whole or not at all.
 *
 * Purpose    Bytes go to a temporary file beside the target; only a finished one, on disk, takes
 *            the target's name. What was there before stays until then.
 * Errors     ERR_NOT_FOUND the folder is not there; ERR_FULL the disk is full; ERR_IO otherwise.
 * Ownership  export_file_close removes an unfinished file.
 */
#pragma once

#include "tiles/base/buf.h"
#include "tiles/base/err.h"

struct export_file;

MUST_CHECK enum err_code export_file_open(const char *path, struct export_file **ret,
                                          struct err *err);
void export_file_close(struct export_file *file);
DEFINE_CLEANUP(struct export_file, export_file_close)

/* The temporary name, for libraries that write a file themselves. */
const char *export_file_temporary(const struct export_file *file);

MUST_CHECK enum err_code export_file_write(struct export_file *file, struct span bytes,
                                           struct err *err);

/* Flushes, syncs, gives the file its name and syncs the folder; closes the file in any case. */
MUST_CHECK enum err_code export_file_finish(struct export_file *file, struct err *err);
