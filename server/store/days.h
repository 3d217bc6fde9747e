/*
 * days: a cheap proof that two servers hold the same operations.
 *
 * Purpose    For each UTC day of the operations' ids (UUIDv7): how many, and the XOR of the SHA-256
 *            of their bytes. Equal sets give equal lists, whatever order they came in; servers with
 *            equal lists have equal exports (sync.md S23).
 * Ownership  The list lives in the arena.
 * Errors     As store.h.
 * Standard   RFC 9562 section 5.7: the first 48 bits are Unix milliseconds.
 */
#pragma once

#include "server/store/store.h"

struct store_day {
    int64_t day; /* since 1970-01-01 */
    uint64_t count;
    uint8_t xor_sha256[32];
};

/* From `first` to `last`, both included; days without operations are left out. */
MUST_CHECK enum err_code store_days(struct store_reader *reader, int64_t first, int64_t last,
                                    struct arena *arena, struct store_day **ret, size_t *ret_count,
                                    struct err *err);
