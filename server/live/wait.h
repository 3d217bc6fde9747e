/*
 * wait: requests that sleep until the next commit or a deadline.
 *
 * Purpose    The long poll of /sync/v1/changes. A waiting request is a stream that has nothing to
 *            send yet; whoever wakes it does not read the store, its own HTTP thread does.
 * Invariants L1 After live_wait_begin every commit and the deadline wake the stream at least once.
 *            L2 After live_wait_end no wake comes.
 * Threads    One thread of its own keeps the deadlines; all functions from any thread.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/http/message.h"
#include "server/store/writer.h"

struct live_waits;

/* The caller's; fields are private but `over`. */
struct live_wait {
    struct live_wait *before, *after;
    struct http_stream *stream;
    int64_t deadline_ms;
    atomic_bool over; /* a commit, the deadline or the server's end has come */
    bool listed;
};

MUST_CHECK enum err_code live_waits_open(struct live_waits **ret, struct err *err);
/* Wakes everyone for good: before the HTTP side drains. */
void live_waits_stop(struct live_waits *waits);
void live_waits_close(struct live_waits *waits);
DEFINE_CLEANUP(struct live_waits, live_waits_close)

/* A store_listener_fn; context is the struct live_waits. */
void live_waits_changed(void *context, const struct store_event *events, size_t count);

void live_wait_begin(struct live_waits *waits, struct live_wait *wait, struct http_stream *stream,
                     int64_t wait_ms);
void live_wait_end(struct live_waits *waits, struct live_wait *wait);
