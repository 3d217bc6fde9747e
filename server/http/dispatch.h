/*
 * dispatch: from a request's head to its endpoint.
 *
 * Purpose    Match, then check method, query, access, body: in this order, before any body is read.
 * Errors     ERR_NOT_FOUND, ERR_METHOD, ERR_PARAM, ERR_UNAUTHORIZED, ERR_FORBIDDEN, ERR_TOO_LARGE,
 * ERR_MEDIA_TYPE.
 */
#pragma once

#include "server/http/endpoints.h"
#include "server/http/header.h"

struct http_service {
    struct app *app;
    const struct endpoint *endpoints;
    size_t endpoint_count;
    const char *own_origin; /* "https://kakiko.example", or "" */
    /* Of ACCESS_STAFF: ERR_UNAUTHORIZED without a session. NULL: nobody has one. */
    enum err_code (*session_check)(struct app *, const struct http_request *, struct err *);
    const struct endpoint_sink *sinks; /* NULL: every body is gathered */
};

struct http_match {
    const struct endpoint *endpoint; /* NULL: no row of this method fits */
    unsigned methods; /* 1 << HTTP_GET …: all that fit the path, 0: the path is unknown */
};

/* Fills the request's path parameters. A row "*" fits every path that no other row fits. */
struct http_match http_match(const struct endpoint *table, size_t count, struct http_request *req);

/* Finds the endpoint and checks what the head shows. *ret_endpoint may be set on failure too (for
 * the log). Answers OPTIONS itself: then *ret_answered. On ERR_METHOD *ret_allow is the Allow
 * header. */
MUST_CHECK enum err_code http_admit(const struct http_service *service, struct http_request *req,
                                    const struct http_framing *framing,
                                    const struct endpoint **ret_endpoint, struct http_response *res,
                                    bool *ret_answered, const char **ret_allow, struct err *err);

enum http_method http_method_from(const char *name, bool *ret_is_head);
