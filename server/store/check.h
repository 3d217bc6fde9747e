/*
 * check: is the store whole, and are its tables what its log says?
 *
 * Purpose    Database pages, references, each operation's checksum, gaps in the numbering; then all
 *            tables made from the log are made anew in a temporary database and compared, full text
 *            and spatial index included (sync.md S12). Reads one snapshot: serving goes on.
 * Ownership  Faults are sentences in the arena.
 * Errors     For what kept the check from running; what it found is in the report. ERR_FULL when
 *            there is no room for the temporary database.
 */
#pragma once

#include "server/store/store.h"

enum { STORE_FAULTS_MAX = 100 };

struct store_report {
    struct store_counts counts;
    uint64_t ops; /* of the log, read and replayed */
    const char **faults;
    size_t fault_count; /* at most STORE_FAULTS_MAX are told */
};

/* Called now and then; `total` may be 0: not yet known. */
typedef void store_progress_fn(void *context, uint64_t done, uint64_t total);

MUST_CHECK enum err_code store_check(struct store *store, store_progress_fn *progress,
                                     void *context, struct arena *arena, struct store_report *ret,
                                     struct err *err);
