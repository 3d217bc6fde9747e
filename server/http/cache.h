/*
 * cache: what of a representation this client needs: all, a part, or nothing new.
 *
 * Purpose    Conditional requests, ranges and encodings, as functions of a request and what there
 * is. Standard   RFC 9110, 12.5.3 (Accept-Encoding), 13 (conditions), 14 (ranges). Only the first
 * of several ranges is not worth an answer in parts: several → the whole.
 */
#pragma once

#include "server/http/message.h"

/* A set of encodings: 1 << HTTP_GZIP … */
#define HTTP_HAS(encoding) (1u << (encoding))

/* The encoding the client likes best among those there are (ties: brotli, gzip, identity).
 * HTTP_ENCODINGS when it takes none of them. */
enum http_encoding http_encoding_for(const struct http_request *req, unsigned available);

/* `etag` → the quoted entity tag of one encoding: each has its own. */
enum { HTTP_ETAG_TEXT = 96 };
bool http_etag_text(const char *etag, enum http_encoding encoding, char ret[HTTP_ETAG_TEXT]);

/* Does If-None-Match name this quoted tag? */
bool http_is_current(const struct http_request *req, const char *quoted);

enum http_range { HTTP_RANGE_ALL, HTTP_RANGE_PART, HTTP_RANGE_UNMET };

/* What Range and If-Range ask of `size` bytes under this quoted tag (NULL: none). */
enum http_range http_range_of(const struct http_request *req, uint64_t size, const char *quoted,
                              uint64_t *ret_from, uint64_t *ret_len);

/* Is it worth to compress this type? */
bool http_type_is_text(const char *content_type);

/* Into the arena; false when it does not get smaller or memory is gone. Threads: any. */
bool http_gzip(struct span bytes, struct arena *arena, struct span *ret);
/* One or several members; ERR_TOO_LARGE beyond `max` bytes. */
MUST_CHECK enum err_code http_gunzip(struct span bytes, size_t max, struct arena *arena,
                                     struct span *ret, struct err *err);
