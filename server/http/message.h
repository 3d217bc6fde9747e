/*
 * message: a request and its response as plain values.
 *
 * Purpose    Handlers see these and never a socket; tests make them by hand.
 * Handlers   enum err_code api_x(struct app *, const struct http_request *, struct http_response *,
 *            struct err *): parse, act, fill the response, return ERR_OK. A failure returned
 *            becomes a problem document (RFC 9457); what was put into the response before is
 *            dropped.
 * Ownership  Everything a request points at, and what a handler allocates from req->arena, lives
 *            until the last byte of the answer has left. A body given to http_send_body is one
 *            reference that the sender takes over.
 * Threads    A request belongs to one HTTP thread (`slot` numbers it from 0). Only http_resume and
 *            http_stream_wake may be called from other threads.
 * Standard   RFC 9110 (semantics), RFC 3986 (percent-encoding), WHATWG server-sent events.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiles/base/arena.h"
#include "tiles/base/attr.h"
#include "tiles/base/err.h"
#include "tiles/base/span.h"
#include "tiles/base/uuid.h"

enum http_method {
    HTTP_GET, /* a HEAD request arrives as GET; the sender leaves the body out */
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS, /* answered by dispatch, unless the table has a row of its own */
    HTTP_OTHER,   /* never reaches a handler */
};

/* Every name and value is also closed by a zero byte. */
struct http_pair {
    struct span name, value;
};

enum { HTTP_MAX_PARAMS = 6, HTTP_MAX_HEADERS = 64, HTTP_MAX_QUERY = 64 };

struct http_exchange; /* the sender's side of one request */

/* Where a request comes from. For limits and for deciding whether a password may travel; never
 * stored, never logged. Behind a front on this machine (public_url) it is what the front says. */
struct http_peer {
    uint8_t address[16]; /* IPv6, or IPv4 mapped into it; zero bytes: not known */
    bool is_secure;      /* HTTPS all the way to the browser */
    bool is_local;       /* this machine itself, nothing in front */
};

/* A body that is not gathered in memory: an upload on its way to disk. The endpoint's `receive`
 * makes one in the request's arena; whatever becomes of the request, close runs once at its end. */
struct http_sink {
    enum err_code (*take)(struct http_sink *sink, struct span piece, struct err *err);
    void (*close)(struct http_sink *sink);
};

struct http_request {
    enum http_method method;
    bool is_head;
    struct span path;    /* decoded, UTF-8 without control characters, starts with '/' */
    const char *pattern; /* the endpoint's, e.g. "/api/comments/{id}" */
    struct http_pair params[HTTP_MAX_PARAMS]; /* of the path: {id} */
    size_t param_count;
    const struct http_pair *query; /* decoded, UTF-8, in the order sent */
    size_t query_count;
    const struct http_pair *headers;
    size_t header_count;
    struct span body;
    struct http_sink *sink; /* where the body went instead; NULL: it was gathered */
    struct arena *arena;
    int64_t now_ms; /* Unix time at which the request came in */
    uint64_t id;    /* of the log line */
    struct http_peer peer;
    unsigned slot; /* of the HTTP thread: 0 … threads − 1; the store has a reader for each */
    struct http_exchange *exchange;
};

/* --- Reading a request ------------------------------------------------------------------------ */

/* The failures below are ERR_PARAM, with a sentence that says what is expected. */

/* A parameter of the path. The endpoint table promises it, so it is there. */
struct span http_param(const struct http_request *req, const char *name);
MUST_CHECK enum err_code http_param_uuid(const struct http_request *req, const char *name,
                                         struct uuid *ret, struct err *err);
MUST_CHECK enum err_code http_param_int(const struct http_request *req, const char *name,
                                        int64_t min, int64_t max, int64_t *ret, struct err *err);

/* The first value of a query parameter, or false. Dispatch has refused unknown parameters, and
 * repeated ones where the endpoint does not allow them. */
bool http_query(const struct http_request *req, const char *name, struct span *ret);

/* In these the parameter may be missing: then *ret stays as it is (the caller's default). */
MUST_CHECK enum err_code http_query_int(const struct http_request *req, const char *name,
                                        int64_t min, int64_t max, int64_t *ret, struct err *err);
MUST_CHECK enum err_code http_query_uuid(const struct http_request *req, const char *name,
                                         struct uuid *ret, bool *ret_found, struct err *err);

/* bbox=minlon,minlat,maxlon,maxlat in degrees → integers of 1e-7 degree: west, south, east, north.
 * minlon may exceed maxlon (the box crosses the date line), minlat may not exceed maxlat. */
struct http_bbox {
    int32_t west_e7, south_e7, east_e7, north_e7;
};
MUST_CHECK enum err_code http_query_bbox(const struct http_request *req, const char *name,
                                         struct http_bbox *ret, bool *ret_found, struct err *err);

/* Walks over all values of a repeatable parameter, also split at commas:
 * kind=idea,good&kind=action. for (struct http_list list = {0}; http_query_next(req, "kind", &list,
 * &value);) … Empty pieces are handed out too, so that the caller refuses them as unknown words. */
struct http_list {
    size_t pair, at;
};
bool http_query_next(const struct http_request *req, const char *name, struct http_list *list,
                     struct span *ret);

/* A header's value by its name in any case; dispatch refused ambiguous ones. */
bool http_header(const struct http_request *req, const char *name, struct span *ret);

/* The token of "Authorization: Bearer …"; ERR_UNAUTHORIZED when there is none. */
MUST_CHECK enum err_code http_bearer(const struct http_request *req, struct span *ret,
                                     struct err *err);

/* Does the Content-Type name this type (parameters such as charset aside)? else ERR_MEDIA_TYPE. */
MUST_CHECK enum err_code http_need_type(const struct http_request *req, const char *type,
                                        struct err *err);

/* --- A body that many responses share --------------------------------------------------------- */

enum http_encoding { HTTP_IDENTITY, HTTP_GZIP, HTTP_BROTLI, HTTP_ENCODINGS };

/*
 * Bytes made once and sent often: a cached tile, a file of the web app, a mapped archive. Headers
 * are fixed when it is made, and the sender keeps its prepared responses inside, so sending it
 * again costs one look-up and one queue call.
 *
 * Fill the fields, then http_body_init, then never change them. Strings must live as long as the
 * body (literals, or memory that `free` releases).
 */
struct http_body {
    struct span bytes[HTTP_ENCODINGS]; /* data NULL: not there. At least one is. */
    const char *content_type;
    const char *cache_control; /* NULL: "no-cache" (keep it, but ask each time) */
    const char *etag; /* without quotes; NULL: none. One per body: encodings get suffixes */
    const char
        *content_security_policy; /* NULL: the strictest there is; the web app's page has its own */
    bool ranges;                  /* Range is honoured, on identity bytes */
    bool immutable; /* named by its content: kept for a year without asking; wins over cache_control
                     */
    void (*free)(
        struct http_body *); /* the last user has gone: release bytes, strings, the struct */
    void *owner;             /* for `free` */

    /* Private to message.c and the sender. */
    atomic_int users;   /* references by caches and responses on their way */
    atomic_int holders; /* 1 for all users together, 1 for each prepared response */
    _Atomic(void *) prepared[HTTP_ENCODINGS * 2]; /* whole, then 304, by encoding */
    void (*_Atomic prepared_free)(void *);
};

/* One reference, the caller's. */
void http_body_init(struct http_body *body);
struct http_body *http_body_ref(struct http_body *body);
void http_body_unref(struct http_body *body);
DEFINE_CLEANUP(struct http_body, http_body_unref)
/* Gives back one of `holders`; for the sender alone. */
void http_body_release(struct http_body *body);

/* --- A stream that ends when somebody hangs up ------------------------------------------------ */

/* The sender's side: what wakes it. */
struct http_stream {
    void (*wake)(struct http_stream *stream);
};

struct http_stream_ops {
    /* On the HTTP thread, when the client can take more: copies at most `room` bytes and returns
     * how many; 0: nothing now, sleep until http_stream_wake; −1: the end. */
    ptrdiff_t (*read)(void *self, uint8_t *to, size_t room);
    /* Once, at the end, whoever ended it. After it returns no wake may come. */
    void (*close)(void *self);
};

/* Any thread, any time between `open` and `close`. */
void http_stream_wake(struct http_stream *stream);

/* --- Filling a response ----------------------------------------------------------------------- */

enum http_content { HTTP_EMPTY, HTTP_BYTES, HTTP_BODY, HTTP_STREAM };

enum { HTTP_MAX_RESPONSE_HEADERS = 12 };

struct http_response {
    int status; /* 0: 200, or 204 when there is no content */
    enum http_content content;
    const char *content_type; /* of HTTP_BYTES and HTTP_STREAM */
    struct span bytes;        /* of HTTP_BYTES; in the arena or a literal */
    struct http_body *body;   /* of HTTP_BODY; one reference */
    const struct http_stream_ops *stream_ops;
    void *stream_self;
    void (*stream_opened)(void *self, struct http_stream *stream); /* here is what to wake */
    const char *cache_control; /* NULL: "no-cache" with an ETag, "no-store" without */
    const char *etag;          /* without quotes, in the arena; NULL: none */
    const char *pointer;       /* of a failure: JSON pointer of the field at fault, a literal */
    uint32_t retry_after_s;    /* of 429 and 503; 0: 2 */
    struct http_pair headers[HTTP_MAX_RESPONSE_HEADERS];
    size_t header_count;
    unsigned kept; /* bit i: headers[i] stays when the answer becomes a failure */
};

/* Bytes from the arena (or a literal). Text is compressed on its way where the client wants it. */
void http_send_bytes(struct http_response *res, const char *content_type, struct span bytes);
/* Takes over one reference. Headers, ETag and caching are the body's own. */
void http_send_body(struct http_response *res, struct http_body *body);
/* `opened` is called once, before the first read, with the stream to wake. When the answer cannot
 * be sent at all, only `close` is called. */
void http_send_stream(struct http_response *res, const char *content_type,
                      const struct http_stream_ops *ops, void *self,
                      void (*opened)(void *self, struct http_stream *stream));
/* A further header; name and value live in the arena or are literals without line breaks. */
void http_add_header(struct http_response *res, const char *name, const char *value);
/* The same, and it stays when a failure replaces what the handler had filled in. */
void http_keep_header(struct http_response *res, const char *name, const char *value);
/* ETag of HTTP_BYTES from the change number that last touched what is sent. */
MUST_CHECK enum err_code http_etag(const struct http_request *req, struct http_response *res,
                                   uint64_t version, struct err *err);

/* --- A request that waits --------------------------------------------------------------------- */

/*
 * A handler that has to wait for another thread (the writer's commit) calls http_suspend, hands
 * the token on, and returns ERR_OK at once without touching req or res again. The other thread
 * fills res (memory from req->arena: the request is its alone now) and calls http_resume exactly
 * once with ERR_OK or a failure; afterwards it touches neither.
 *
 *   struct http_token *token = http_suspend(req);
 *   store_write(app->store, job, done, token_and_res);
 *   return ERR_OK;
 *
 * The other thread may be quicker than the handler's return. The server's stop waits for it.
 */
struct http_token;
struct http_token *http_suspend(const struct http_request *req);
void http_resume(struct http_token *token, enum err_code code, const struct err *err);

/* What suspends: the sender in the service, a semaphore in tests. */
struct http_exchange {
    void (*suspend)(struct http_exchange *exchange);
    void (*resume)(struct http_exchange *exchange);
    bool suspended; /* written and read on the HTTP thread alone */
    enum err_code code;
    struct err err;
};
