/*
 * answer: what handlers of comments share in filling a response.
 *
 * Ownership  Bytes are copied into the request's arena.
 */
#pragma once

#include "server/app.h"
#include "server/http/message.h"
#include "server/json/write.h"
#include "server/store/store.h"

#define GEOJSON "application/geo+json"
#define JSON "application/json"
#define PROTOBUF "application/x-protobuf"

/* Sends what was written and empties the buffer's memory, also on failure. */
MUST_CHECK enum err_code api_send(const struct http_request *req, struct http_response *res,
                                  const char *content_type, struct buf *text, struct err *err);

/* The same as JSON that is this caller's own (people_vary). */
MUST_CHECK enum err_code api_send_private(const struct http_request *req, struct http_response *res,
                                          struct buf *text, struct err *err);

/* ETag of an answer that changes only with the store: its newest change, in this epoch. */
MUST_CHECK enum err_code api_etag(const struct app *app, const struct http_request *req,
                                  struct http_response *res, uint64_t change, struct err *err);
