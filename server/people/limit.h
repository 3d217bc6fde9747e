/*
 * limit: how often who may do what: token buckets in memory.
 *
 * Purpose    A bucket holds so many tokens and is filled at a steady rate (limit.def). Who finds it
 *            empty hears when to come again (429, Retry-After). By device, person and meeting, and
 *            loosely by address, for a class shares one.
 * Memory     A table of fixed size. When it is full, the bucket nearest to being full again makes
 *            room among a few looked at: forgetting it gives away least.
 * Privacy    Keys are kept as hashes under a key made at each start; nothing is written or logged.
 * Threads    Any.
 * Errors     ERR_LIMIT; *ret_wait_s says how long. ERR_NOMEM at opening.
 */
#pragma once

#include <stdint.h>

#include "server/http/message.h"

struct app;
struct limits;

enum limit {
#define LIMIT(code, burst, per_minute) code,
#define LIMIT_SLOW(code, burst, minutes) code,
#include "server/people/limit.def"
    LIMIT_COUNT,
};

/* `slots` buckets at most (0: 65,536, of 32 bytes each). */
MUST_CHECK enum err_code limits_open(size_t slots, struct limits **ret, struct err *err);
void limits_close(struct limits *limits);

/* Takes `cost` tokens, or none and ERR_LIMIT. now_ms is monotonic. */
MUST_CHECK enum err_code limits_take(struct limits *limits, enum limit limit, struct span key,
                                     uint32_t cost, int64_t now_ms, uint32_t *ret_wait_s,
                                     struct err *err);
/* Gives back: what was tried was right. */
void limits_return(struct limits *limits, enum limit limit, struct span key, uint32_t cost,
                   int64_t now_ms);

/* For handlers: the same by now, with Retry-After in the answer; nothing is limited when the app
 * has no limits. */
MUST_CHECK enum err_code people_limit(struct app *app, struct http_response *res, enum limit limit,
                                      struct span key, uint32_t cost, struct err *err);
MUST_CHECK enum err_code people_limit_address(struct app *app, const struct http_request *req,
                                              struct http_response *res, enum limit limit,
                                              uint32_t cost, struct err *err);
/* Writing `count` operations, by a device or (nil) by nobody known. This machine itself is not
 * limited: the operator imports, measures and tests. */
MUST_CHECK enum err_code people_limit_write(struct app *app, const struct http_request *req,
                                            struct http_response *res, struct uuid device_id,
                                            uint32_t count, struct err *err);
void people_limit_return(struct app *app, enum limit limit, struct span key, uint32_t cost);
