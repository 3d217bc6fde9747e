/*
 * desk: threads for work that an HTTP thread must not wait for: slow hashes, the writer's commit.
 *
 * Purpose    A bounded queue in front of a fixed number of threads: however many ask, memory and
 *            processor have a ceiling, and everybody else is served meanwhile.
 * Invariants D1 A job that was taken runs once, also while the desk closes.
 *            D2 At most `queue_max` jobs wait; more are refused at once.
 * Threads    Any thread may submit. Jobs run on the desk's threads.
 * Errors     ERR_BUSY the queue is full or the desk is closing; ERR_NOMEM.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "server/http/message.h"

struct app;
struct desk;

/* `yields`: the threads step back when others want the processor. */
MUST_CHECK enum err_code desk_open(unsigned threads, size_t queue_max, bool yields,
                                   struct desk **ret, struct err *err);
/* Finishes what was taken. NULL is allowed. */
void desk_close(struct desk *desk);

typedef void desk_fn(void *context);
MUST_CHECK enum err_code desk_submit(struct desk *desk, desk_fn *run, void *context,
                                     struct err *err);

/* --- A handler that goes on at a desk --- */

/* What the rest of a handler gets. No reader of the store: what must be read is read before, on the
 * HTTP thread, or inside the store's own transaction. */
struct desk_work {
    struct app *app;
    const struct http_request *req;
    struct http_response *res;
    void *context; /* in the request's arena */
};
typedef enum err_code desk_work_fn(const struct desk_work *work, struct err *err);

/* Suspends the request; `run` goes on with it on a thread of the desk, and its result is the
 * answer. Returns what the handler is to return. With the desk full the answer is 503. */
MUST_CHECK enum err_code desk_continue(struct desk *desk, const struct desk_work *work,
                                       desk_work_fn *run, struct err *err);
