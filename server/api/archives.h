/*
 * archives: the tile sets that are served now.
 *
 * Purpose    `import` puts a new edition into the store while `serve` runs: the next request for a
 *            tile set opens it and goes over to it, without a restart. Who is still reading the old
 *            edition ends in peace.
 * Invariants 1. After archives_changed, every request finds the store's newest rows or, where an
 *               archive of them cannot be opened, the edition before and a fault on record.
 *            2. Nothing is closed under a reader: a found tile set is a reference.
 * Threads    Any, after archives_open.
 */
#pragma once

#include "server/api/tileset.h"
#include "server/store/writer.h"

struct archives;

enum { ARCHIVES_MAX = 32 };

/* `folder`: where the files of the rows lie (DIR/layers). Nothing is open yet; the first request
 * (or archives_refresh) opens what the store lists. */
MUST_CHECK enum err_code archives_open(const char *folder, struct archives **ret, struct err *err);
void archives_close(struct archives *archives);
DEFINE_CLEANUP(struct archives, archives_close)

/* A store_listener_fn: context is the struct archives. */
void archives_changed(void *context, const struct store_event *events, size_t count);

/* Goes over to the store's rows if they changed. An archive that cannot be opened does not fail
 * this: see archives_fault. */
MUST_CHECK enum err_code archives_refresh(struct archives *archives, struct store_reader *reader,
                                          struct err *err);
/* The same with rows at hand. The failure is the first one's; the other rows are in force. */
MUST_CHECK enum err_code archives_set(struct archives *archives, const struct store_layer *rows,
                                      size_t count, struct err *err);

/* A reference; ERR_NOT_FOUND. */
MUST_CHECK enum err_code archives_find(struct archives *archives, struct span name,
                                       struct tileset **ret, struct err *err);
/* References to all, in the order of the store; how many. */
size_t archives_list(struct archives *archives, struct tileset *ret[ARCHIVES_MAX]);

/* The last failure to open an archive that the store lists; ERR_OK when all are open. */
struct err archives_fault(struct archives *archives);
