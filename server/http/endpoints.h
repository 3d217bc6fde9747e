/*
 * endpoints: the table of everything the service answers to. Read endpoints.c first.
 */
#pragma once

#include <stddef.h>

#include "server/http/message.h"

struct app;

enum http_access {
    ACCESS_PUBLIC, /* anyone; other origins may read (CORS) */
    ACCESS_WRITE,  /* anyone, but a browser only from our own pages (Origin, Sec-Fetch-Site) */
    ACCESS_DEVICE, /* as WRITE, and with a bearer token, which the handler checks */
    ACCESS_STAFF,  /* as WRITE where it is no GET, and with a session; what its account may is for
                      the handler to ask (server/people/caller.h) */
};

struct endpoint {
    enum http_method method;
    /* {name} stands for a piece of one path segment, up to the literal that follows it in the same
     * segment. The first row that fits wins, so literals stand before parameters. */
    const char *pattern;
    enum err_code (*handler)(struct app *, const struct http_request *, struct http_response *,
                             struct err *);
    enum http_access access;
    size_t body_max;       /* bytes; 0: no body */
    const char *body_type; /* the media type the body must have; NULL: none or handler checks */
    /* Allowed query parameters, separated by blanks; a * behind the name: may be repeated.
     * Anything else is refused with 400. */
    const char *query;
    bool frequent; /* tiles and the like: logged at level debug when they go well */
};

/* An endpoint whose body is not gathered: `receive` is called when the head has been admitted, and
 * makes what takes the body; the endpoint's handler runs when all of it has been taken. */
struct endpoint_sink {
    enum http_method method;
    const char *pattern;
    enum err_code (*receive)(struct app *, const struct http_request *, struct http_response *,
                             struct http_sink **ret, struct err *);
};

extern const struct endpoint_sink endpoint_sinks[]; /* closed by an empty row */
extern const struct endpoint endpoints[];
extern const size_t endpoint_count;
