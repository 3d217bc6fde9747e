/*
 * target: the request target, "/api/comments?limit=3", as path and parameters.
 *
 * Purpose    The one place that undoes percent-encoding, so that nothing is decoded twice.
 * Ownership  Results live in the arena; each piece is also closed by a zero byte.
 * Errors     ERR_FORMAT with the byte in the target: a broken escape, an encoded zero byte or
 * control character, bytes that are not UTF-8, "." or ".." or nothing as a path segment, an encoded
 * '/', more than HTTP_MAX_QUERY parameters. Standard   RFC 3986 for the path; the query as HTML
 * forms write it (a '+' is a blank). The absolute form of RFC 9112, 3.2.2, is read; its authority
 * is not looked at.
 */
#pragma once

#include "server/http/message.h"

struct http_target {
    struct span path;
    struct http_pair *query;
    size_t query_count;
};

MUST_CHECK enum err_code http_target_from(struct span raw, struct arena *arena,
                                          struct http_target *ret, struct err *err);
