/*
 * have: who has what, before a device lets go of it (sync.md S21).
 *
 * Purpose    An operation is here when it is in the log or kept in quarantine, a photo when its
 *            variants are on disk; and each may be at the city already. And what never came: the
 *            numbers that are missing among a device's own.
 * Errors     As store.h.
 */
#pragma once

#include "server/store/store.h"

enum { STORE_MISSING_MAX = 64 };

struct store_have {
    bool here, city;
};

MUST_CHECK enum err_code store_have_ops(struct store_reader *reader, const struct uuid *ids,
                                        size_t count, struct store_have *ret, struct err *err);
/* Hashes of 32 bytes each. */
MUST_CHECK enum err_code store_have_photos(struct store_reader *reader, const struct span *sha256,
                                           size_t count, struct store_have *ret, struct err *err);

/* Numbers of the device's operations that never came although later ones did, the lowest first. */
MUST_CHECK enum err_code store_missing(struct store_reader *reader, struct uuid device_id,
                                       uint64_t ret[STORE_MISSING_MAX], size_t *ret_count,
                                       struct err *err);
