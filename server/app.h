/*
 * app: what a handler may use, wired together by the serve command.
 *
 * Ownership  serve opens and closes everything; handlers borrow. A test may leave NULL what the
 *            handler under test does not use.
 */
#pragma once

#include <stdint.h>

#include "server/http/message.h"

struct config;
struct store;         /* server/store/store.h: the data folder */
struct store_reader;  /* a read-only connection */
struct store_writer;  /* server/store/writer.h: the one thread that writes */
struct archives;      /* open tile archives and their cache; server/api/tiles.c's side */
struct live_hub;      /* server/live/hub.h: who listens to which change */
struct comment_tiles; /* server/live/comment_tile.h: cache of cut comment tiles */
struct live_waits;    /* server/live/wait.h: long polls */
struct photos;        /* server/photo/photo.h: taken, made safe, covered, erased */
struct http_assets;   /* server/http/assets.h: the web app */
struct http_metrics;  /* server/http/metrics.h: what /api/metrics shows */
struct desk;          /* server/people/desk.h: threads for what an HTTP thread must not wait for */
struct signals;       /* server/moderation/signals.h: what a person looks at first */
struct peers;         /* server/api/peer_admit.h: what handlers for other servers share */
struct peer_line;     /* server/peer/line.h: the exchange with the city */
struct limits;        /* server/people/limit.h: how often who may do what */

struct app {
    const struct config *config;
    struct store *store;
    struct store_reader **readers;      /* one per HTTP thread, by the request's slot */
    struct store_reader *answer_reader; /* on the writer's thread: reads what was just committed */
    struct store_writer *writer;
    struct archives *archives;
    struct comment_tiles *comment_tiles;
    struct live_hub *hub;
    struct live_waits *waits; /* NULL: nobody waits, /sync/v1/changes answers at once */
    struct photos *photos;
    struct live_waits *peer_waits; /* the same for other servers: woken by every commit */
    struct peers *peers;
    struct peer_line *line; /* NULL: none */
    struct http_assets *assets;
    struct http_metrics *metrics;
    struct desk *desk;       /* work that waits for the disk */
    struct desk *hashes;     /* slow hashes: one at a time, so that their memory has a ceiling */
    struct signals *signals; /* NULL: nobody looks */
    struct limits *limits;   /* NULL: nothing is limited */
    int64_t started_ms;
    int64_t certificate_ends_ms; /* 0: plain HTTP */
    unsigned threads;            /* HTTP threads: a request's slot is below it */
    uint8_t secret[32]; /* random at each start: pen-named posts cannot be edited by guessing */
};

/* The connection of the thread that runs this request. */
static inline struct store_reader *app_reader(const struct app *app, const struct http_request *req)
{
    return app->readers[req->slot];
}
