/*
 * local: a change of tables that are not in the log (accounts, persons, join codes, peers …).
 * Inside server/store only.
 *
 * Purpose    Such a change shares the writer's transaction and its fsync with the operations that
 *            wait beside it: one writer, no lock to wait for.
 * Contract   `change` reads and writes by `db`, on the writer's thread, in a savepoint: when it
 * fails, nothing of it stays, and only its caller hears of it. It may run twice, when a neighbour's
 * failure undid the transaction: what it leaves in `context` is overwritten. Threads    store_local
 * waits for COMMIT and fsync: never from the writer's own thread, and from an HTTP thread only by
 * way of a desk (server/people/desk.h). Errors     What `change` returned; else as writer.h.
 */
#pragma once

#include "server/store/db.h"
#include "server/store/writer.h"

typedef enum err_code store_local_fn(struct db *db, void *context, struct err *err);

/* Waits. */
MUST_CHECK enum err_code store_local(struct store_writer *writer, store_local_fn *change,
                                     void *context, struct err *err);

/* Does not wait: `done` runs on the writer's thread, as with store_submit. `change_context` must
 * live until then. */
MUST_CHECK enum err_code store_local_submit(struct store_writer *writer, store_local_fn *change,
                                            void *change_context, store_done_fn *done,
                                            void *context, struct err *err);
