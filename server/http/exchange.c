#include "server/http/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "server/clock.h"
#include "server/http/problem.h"
#include "server/http/target.h"

struct exchange *exchange_new(const char *raw_target)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange)
        return NULL;
    exchange->started_us = clock_mono_us();
    exchange->holders = 1;
    arena_init(&exchange->arena, 0);
    buf_init(&exchange->body);
    const size_t len = strlen(raw_target);
    const char *copy = arena_copy(&exchange->arena, span_of(raw_target, len));
    if (!copy) {
        free(exchange);
        return NULL;
    }
    exchange->raw_target = span_of(copy, len);
    exchange->req.arena = &exchange->arena;
    exchange->req.exchange = &exchange->base;
    exchange->req.path = span_from_str("");
    return exchange;
}

void exchange_free(struct exchange *exchange, struct body_budget *budget)
{
    if (!exchange)
        return;
    if (exchange->req.sink)
        exchange->req.sink->close(exchange->req.sink);
    exchange->req.sink = NULL;
    http_response_drop(&exchange->res);
    atomic_fetch_sub(&budget->used, exchange->reserved);
    exchange->reserved = 0;
    exchange_release(exchange);
}

void exchange_hold(struct exchange *exchange)
{
    exchange->holders++;
}

void exchange_release(struct exchange *exchange)
{
    if (--exchange->holders)
        return;
    buf_done(&exchange->body);
    arena_done(&exchange->arena);
    free(exchange);
}

static enum err_code open_sink(struct exchange *exchange, const struct http_service *service,
                               struct err *err)
{
    const struct endpoint *endpoint = exchange->endpoint;
    struct http_request *req = &exchange->req;
    for (const struct endpoint_sink *sink = service->sinks; sink && sink->pattern; sink++)
        if (sink->method == endpoint->method && strcmp(sink->pattern, endpoint->pattern) == 0)
            return sink->receive(service->app, req, &exchange->res, &req->sink, err);
    return ERR_OK;
}

enum err_code exchange_admit(struct exchange *exchange, const struct http_service *service,
                             const char *method, const char *version, size_t head_bytes,
                             bool *ret_answered, struct err *err)
{
    struct http_request *req = &exchange->req;
    req->headers = exchange->headers;
    req->header_count = exchange->header_count;
    req->method = http_method_from(method, &req->is_head);
    req->now_ms = clock_unix_ms();
    *ret_answered = false;
    if (exchange->too_many_headers)
        return err_set(err, ERR_HEADERS, "too many headers", HTTP_MAX_HEADERS);
    const struct http_head head = {
        .method = span_from_str(method),
        .raw_target = exchange->raw_target,
        .is_http_1_0 = strcmp(version, "HTTP/1.0") == 0,
        .headers = exchange->headers,
        .header_count = exchange->header_count,
        .bytes = head_bytes,
    };
    exchange->must_close = true; /* until the framing is trusted */
    TRY(http_head_check(&head, &exchange->framing, err));
    exchange->must_close = false;
    struct http_target target;
    TRY(http_target_from(exchange->raw_target, &exchange->arena, &target, err));
    req->path = target.path;
    req->query = target.query;
    req->query_count = target.query_count;
    TRY(http_admit(service, req, &exchange->framing, &exchange->endpoint, &exchange->res,
                   ret_answered, &exchange->allow, err));
    return *ret_answered ? ERR_OK : open_sink(exchange, service, err);
}

static bool reserve(struct exchange *exchange, struct body_budget *budget, size_t wanted)
{
    if (wanted <= exchange->reserved)
        return true;
    const size_t more = wanted - exchange->reserved;
    const size_t before = atomic_fetch_add(&budget->used, more);
    if (before > budget->max || more > budget->max - before) {
        atomic_fetch_sub(&budget->used, more);
        return false;
    }
    exchange->reserved = wanted;
    return true;
}

enum err_code exchange_keep(struct exchange *exchange, struct body_budget *budget,
                            struct span piece, struct err *err)
{
    const size_t max = exchange->endpoint->body_max;
    if (piece.len > max - exchange->taken)
        return err_set(err, ERR_TOO_LARGE, "the body is larger than this address takes", max);
    exchange->taken += piece.len;
    if (exchange->req.sink)
        return exchange->req.sink->take(exchange->req.sink, piece, err);
    /* A told length is set aside whole; chunks grow by doubling, as buf does. */
    const size_t wanted =
        exchange->framing.has_length ? (size_t)exchange->framing.length : exchange->taken * 2;
    if (!reserve(exchange, budget, wanted))
        return err_set(err, ERR_BUSY, "too many bodies are being received; try again", 0);
    buf_add(&exchange->body, piece);
    if (exchange->body.failed)
        return err_set(err, ERR_NOMEM, "no memory for the body", 0);
    return ERR_OK;
}

enum err_code exchange_run(struct exchange *exchange, const struct http_service *service,
                           struct err *err)
{
    exchange->req.body = buf_span(&exchange->body);
    return exchange->endpoint->handler(service->app, &exchange->req, &exchange->res, err);
}

void exchange_fail(struct exchange *exchange, enum err_code code, const struct err *err)
{
    http_problem(&exchange->req, &exchange->res, code, err);
    if (exchange->allow)
        http_add_header(&exchange->res, "Allow", exchange->allow);
}
