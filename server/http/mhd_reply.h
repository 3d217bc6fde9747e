/*
 * mhd_reply: a response value becomes what libmicrohttpd sends.
 *
 * Purpose    Encoding, conditions and ranges are decided here with cache.h; prepared responses are
 *            kept in shared bodies, so that sending one again is a look-up and a queue call.
 * Only       mhd.c and mhd_reply.c know libmicrohttpd.
 */
#pragma once

#include "server/http/exchange.h"

struct MHD_Connection;

struct mhd_reply {
    struct MHD_Connection *connection;
    struct exchange *exchange; /* held by a stream until it is closed */
    const struct http_request *req;
    struct http_response *res; /* what it holds is taken over, sent or not */
    bool is_public;            /* other origins may read */
    bool must_close;
    bool hsts;
    int status;     /* out: what was sent */
    uint64_t bytes; /* out: of the body */
    bool is_stream; /* out */
};

/* False: nothing could be queued; the connection must be dropped. */
bool mhd_reply_send(struct mhd_reply *reply);
