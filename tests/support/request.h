/*
 * request: HTTP requests made by hand, for tests of handlers and of what decides before them.
 *
 * Use        struct http_request req; request_init(&req, &arena, "GET", "/api/comments?limit=3");
 *            request_header(&req, "Range", "bytes=0-9"); … The arena owns everything.
 */
#pragma once

#include "server/http/dispatch.h"
#include "server/http/target.h"
#include "tests/support/test.h"

static inline void request_init(struct http_request *req, struct arena *arena, const char *method,
                                const char *target)
{
    struct http_target parsed;
    assert_int_equal(http_target_from(span_from_str(target), arena, &parsed, NULL), ERR_OK);
    *req = (struct http_request){
        .path = parsed.path,
        .query = parsed.query,
        .query_count = parsed.query_count,
        .arena = arena,
        .now_ms = 1800000000000,
        .id = 7,
    };
    req->method = http_method_from(method, &req->is_head);
}

static inline void request_header(struct http_request *req, const char *name, const char *value)
{
    struct http_pair *headers = ARENA_ARRAY(req->arena, struct http_pair, req->header_count + 1);
    assert_non_null(headers);
    if (req->header_count)
        memcpy(headers, req->headers, req->header_count * sizeof *headers);
    headers[req->header_count++] = (struct http_pair){span_from_str(name), span_from_str(value)};
    req->headers = headers;
}
