/*
 * files: small files that are there whole or not at all, and gone when they are gone. Inside
 * server/photo only.
 *
 * Errors     ERR_FULL the disk is full; ERR_NOT_FOUND; ERR_NOMEM; ERR_IO.
 */
#pragma once

#include "server/store/blobs.h"
#include "tiles/base/arena.h"
#include "tiles/base/err.h"
#include "tiles/base/span.h"

enum { FILES_PATH = 900 };

MUST_CHECK enum err_code files_fail(struct err *err, const char *what); /* by errno */

/* Makes a folder, and its name is on disk; one that is there is fine. */
MUST_CHECK enum err_code files_make_folder(const char *path, struct err *err);
MUST_CHECK enum err_code files_sync_folder(const char *path, struct err *err);

MUST_CHECK enum err_code files_read(const char *path, size_t max, struct arena *arena,
                                    struct span *ret, struct err *err);

/* Written beside `path`, synced, renamed; the folder is left to files_sync_folder. What was there
 * before is overwritten on the disk once the new one has its name there: see files_erase. */
MUST_CHECK enum err_code files_replace(const char *folder, const char *path, struct span bytes,
                                       struct err *err);

/* Is this the name of a file that files_replace was cut off in? */
bool files_is_half_written(const char *name);

/* Zeros over the bytes, then the name goes; the folder is synced. No file is fine. What a disk that
 * moves its blocks (flash, copy-on-write) keeps, only encrypting the disk can help. */
MUST_CHECK enum err_code files_erase(const char *folder, const char *path, struct err *err);

/* Less than a tenth of the disk is free (of a large disk: less than 2 GiB). */
bool files_is_short_of_room(const char *path);
