/*
 * digest: SHA-256 of a file, as the rows of layers.h and backups carry it.
 *
 * Errors     ERR_NOT_FOUND when there is no such file, else ERR_IO, ERR_NOMEM.
 */
#pragma once

#include "tiles/base/err.h"

MUST_CHECK enum err_code digest_file(const char *path, uint8_t ret_sha256[32], uint64_t *ret_bytes,
                                     struct err *err);
