/*
 * header: is this request's head plain enough to be trusted?
 *
 * Purpose    Two readers of one connection (a front and we) must not see two different requests.
 * What could be read in two ways is refused, and the connection closed. Refused    a name that is
 * no token ("Transfer-Encoding :"), control characters in a value, no Host or several or a strange
 * one, several Content-Length or one that is no number, several Transfer-Encoding or one that is
 * not "chunked", both together; and a head whose size does not fit the fields read from it: folded
 * lines, zero bytes, odd white space, and, where a body follows, bare line feeds. Errors ERR_FORMAT
 * with the number of the header, from 1. Standard   RFC 9112, 5 and 6; RFC 9110, 5.1 and 5.5.
 */
#pragma once

#include "server/http/message.h"

struct http_head {
    struct span method, raw_target;
    bool is_http_1_0;
    const struct http_pair *headers;
    size_t header_count;
    size_t bytes; /* of request line, fields and the empty line as received; 0: not known */
};

struct http_framing {
    bool has_length, is_chunked;
    uint64_t length; /* of Content-Length */
};

MUST_CHECK enum err_code http_head_check(const struct http_head *head, struct http_framing *ret,
                                         struct err *err);

/* A state-changing request that a browser made for another site's page is refused (ASVS 3.5):
 * Sec-Fetch-Site where the browser sends it, else Origin against Host or `own_origin` (may be "").
 */
MUST_CHECK enum err_code http_origin_check(const struct http_request *req, const char *own_origin,
                                           struct err *err);
