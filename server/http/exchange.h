/*
 * exchange: one request on its way through the service.
 *
 * Purpose    Everything between libmicrohttpd's callbacks: the request value being gathered, its
 * body, its arena, the answer, and what the log line needs. Knows no socket library. Ownership Made
 * at the request line, freed when the last byte of the answer has left.
 */
#pragma once

#include "server/http/dispatch.h"
#include "tiles/base/buf.h"

enum stage {
    STAGE_HEAD,  /* the request line was read */
    STAGE_BODY,  /* the endpoint is found; the body comes */
    STAGE_SPILL, /* refused; the rest of the body is read and thrown away, then answered */
    STAGE_LEAVE, /* refused and answered past libmicrohttpd; read a while, then hang up */
    STAGE_WAIT,  /* suspended */
    STAGE_SENT,
};

/* Memory for bodies under way, shared by all requests. */
struct body_budget {
    atomic_size_t used;
    size_t max;
};

struct exchange {
    struct http_exchange base; /* must be first */
    void *server, *connection;
    enum stage stage;
    struct http_request req;
    struct http_response res;
    struct arena arena;
    struct span raw_target;
    struct http_pair headers[HTTP_MAX_HEADERS];
    size_t header_count;
    bool too_many_headers;
    struct http_framing framing;
    const struct endpoint *endpoint;
    const char *allow;
    size_t taken; /* bytes of the body so far, gathered or passed on */
    struct buf body;
    size_t reserved; /* of the budget */
    uint64_t spilled;
    struct err err; /* of the refusal, for when the body has been thrown away */
    bool must_close, is_stream;
    unsigned holders; /* the request, and a stream that outlives it; one thread holds them all */
    int64_t started_us;
    int status;
    uint64_t bytes;
};

/* NULL: no memory. */
struct exchange *exchange_new(const char *raw_target);
void exchange_free(struct exchange *exchange, struct body_budget *budget);

/* A stream reads from the request's arena, and libmicrohttpd closes it after it has told that the
 * request is over: until exchange_release the arena stays. */
void exchange_hold(struct exchange *exchange);
void exchange_release(struct exchange *exchange);

/* The head is whole: fills the request, finds the endpoint. A failure is the answer. `answered`:
 * res is the answer already. */
MUST_CHECK enum err_code exchange_admit(struct exchange *exchange,
                                        const struct http_service *service, const char *method,
                                        const char *version, size_t head_bytes, bool *ret_answered,
                                        struct err *err);

/* Keeps a piece of the body, or passes it on to its sink: ERR_TOO_LARGE beyond the endpoint's
 * limit, ERR_BUSY when too many bodies are under way. */
MUST_CHECK enum err_code exchange_keep(struct exchange *exchange, struct body_budget *budget,
                                       struct span piece, struct err *err);

/* Runs the handler; what it returned, unless exchange->base.suspended. */
enum err_code exchange_run(struct exchange *exchange, const struct http_service *service,
                           struct err *err);

/* The failure becomes the answer. */
void exchange_fail(struct exchange *exchange, enum err_code code, const struct err *err);
