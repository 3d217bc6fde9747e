/*
 * watch: absolute deadlines for connections.
 *
 * Purpose    An idle time-out alone keeps a connection that sends a byte every few seconds for
 * ever. A thread looks four times a second at every connection's deadline and shuts down the late
 * ones; a client that was slow to ask is told so with 408 first. Units      Deadlines in
 * milliseconds of clock_mono_ms; 0: none. Threads    Any. The socket of an entry must stay open
 * until http_watch_remove has returned: so the number is never that of another connection.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/attr.h"

struct http_watch;
struct http_watched;

enum http_phase {
    PHASE_IDLE, /* between requests */
    PHASE_HEAD,
    PHASE_BODY,
    PHASE_WORK, /* ours: no deadline */
    PHASE_SEND,
};

/* `on_late` is called for each connection cut. NULL: no memory or thread. */
struct http_watch *http_watch_new(bool may_write, void (*on_late)(void *), void *context);
void http_watch_free(struct http_watch *watch);

struct http_watched *http_watch_add(struct http_watch *watch, int fd, int64_t deadline_ms);
void http_watch_remove(struct http_watch *watch, struct http_watched *watched);
void http_watched_set(struct http_watched *watched, enum http_phase phase, int64_t deadline_ms);
int http_watched_fd(const struct http_watched *watched);
/* Shuts down all: the stop has waited long enough. */
void http_watch_cut_all(struct http_watch *watch);
