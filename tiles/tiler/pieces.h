/*
 * pieces: rendered features, sorted by key, in memory or in runs on disk.
 *
 * Purpose    Equal keys stay in the order in which they were added, in memory as in runs, so the
 *            order never depends on the limit.
 * Use        new · add … · sort · next … · free.
 * Files      Runs are nameless files in the temporary folder: nothing is left after a crash.
 * Errors     ERR_NOMEM, ERR_FULL, ERR_IO.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tiles/base/attr.h"
#include "tiles/base/err.h"
#include "tiles/base/span.h"

struct pieces;

/* limit 0: all in memory; otherwise runs are written to `folder` (copied) when it is reached. */
MUST_CHECK enum err_code pieces_new(size_t limit, const char *folder, struct pieces **ret,
                                    struct err *err);
void pieces_free(struct pieces *pieces);
DEFINE_CLEANUP(struct pieces, pieces_free)

MUST_CHECK enum err_code pieces_add(struct pieces *pieces, uint64_t key, struct span bytes,
                                    struct err *err);
MUST_CHECK enum err_code pieces_sort(struct pieces *pieces, struct err *err);
/* *ret_bytes.data is NULL behind the last; borrowed until the next call. */
MUST_CHECK enum err_code pieces_next(struct pieces *pieces, uint64_t *ret_key,
                                     struct span *ret_bytes, struct err *err);

uint64_t pieces_count(const struct pieces *pieces);
uint64_t pieces_run_count(const struct pieces *pieces);
