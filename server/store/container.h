/*
 * container: the files of a backup in a ZIP without compression. Inside server/store only.
 *
 * Errors     ERR_FORMAT no such container or a name that may not be in it; ERR_CHECKSUM.
 */
#pragma once

#include <time.h>

#include "server/store/backup.h"

enum { CONTAINER_FILES_MAX = 1 << 20, CONTAINER_NAME_MAX = 160 };

struct container_file {
    char name[CONTAINER_NAME_MAX];
    char path[768]; /* where it lies */
    uint64_t bytes;
    uint8_t sha256[32];
    struct timespec changed; /* when it was hashed: a file that changes later is noticed */
};

/* May a file of this name be in a backup? "kakikomap.db", "erased", "city/NAME", "layers/NAME",
 * "photos/ab/NAME". */
bool container_name_is_good(const char *name);

/* Hashes the files and writes them with their manifest; path and name are given. */
MUST_CHECK enum err_code container_write(const char *out, struct container_file *files,
                                         size_t count, store_progress_fn *progress, void *context,
                                         struct err *err);

/* Unpacks into dir (whose sub-folders exist) and compares with the manifest. */
MUST_CHECK enum err_code container_unpack(const char *file, const char *dir,
                                          store_progress_fn *progress, void *context,
                                          uint64_t *ret_files, uint64_t *ret_bytes,
                                          struct err *err);
