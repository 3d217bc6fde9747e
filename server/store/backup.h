/*
 * backup: one file with everything of a data folder, made while it serves; and back.
 *
 * Format     A ZIP without compression: manifest.sha256 first (lines as sha256sum writes them),
 *            then kakikomap.db (VACUUM INTO of one snapshot), erased, city/NAME.features,
 *            layers/FILE, photos/ab/FILE. Any unzip opens it, sha256sum -c checks it.
 * Durability Written beside the target, synced, renamed, the folder synced: the file is there whole
 *            or not at all.
 * Restore    Into a new or empty folder only. Every file is checked against the manifest before
 *            any of them counts; the folder begins a new epoch (sync.md S14), and what was erased
 *            since the backup is erased again when the old folder's list is given (S13).
 * Errors     ERR_CHECKSUM a file of the backup is damaged; ERR_FORMAT it is no backup; ERR_CONFLICT
 *            the folder is not empty, or the folder changed while it was copied (try again).
 */
#pragma once

#include "server/store/check.h"

struct store_backup {
    uint64_t bytes, files, change;
};

MUST_CHECK enum err_code store_backup(struct store *store, const char *out,
                                      store_progress_fn *progress, void *context,
                                      struct store_backup *ret, struct err *err);

/* erased: path of another folder's list of erasures, or NULL. */
MUST_CHECK enum err_code store_restore(const char *file, const char *dir, const char *erased,
                                       store_progress_fn *progress, void *context,
                                       struct store_backup *ret, struct err *err);
