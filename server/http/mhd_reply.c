#include "server/http/mhd_reply.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/http/cache.h"
#include "server/http/problem.h"

enum {
    WORTH_COMPRESSING = 860, /* below this a packet is saved by nothing */
    INFLATE_MAX = 64 << 20,
    STREAM_BLOCK = 4096,
};

/* What no page of ours needs is refused everywhere; the web app's page brings its own policy. */
static const char strictest[] = "default-src 'none'; frame-ancestors 'none'";
static const char permissions[] = "geolocation=(self), camera=(self), microphone=(), payment=(), "
                                  "usb=()";

static bool add(struct MHD_Response *made, const char *name, const char *value)
{
    return MHD_add_response_header(made, name, value) == MHD_YES;
}

static bool is_html(const char *content_type)
{
    return content_type && strncmp(content_type, "text/html", 9) == 0;
}

/* The headers that do not depend on the single request. `policy` NULL: the strictest. */
static bool add_common(struct MHD_Response *made, const char *content_type, const char *policy,
                       bool is_public)
{
    bool ok = add(made, "X-Content-Type-Options", "nosniff") &&
              add(made, "Referrer-Policy", "same-origin") &&
              add(made, "Content-Security-Policy", policy ? policy : strictest);
    if (content_type)
        ok = ok && add(made, "Content-Type", content_type);
    if (is_html(content_type))
        return ok && add(made, "Permissions-Policy", permissions) &&
               add(made, "Cross-Origin-Opener-Policy", "same-origin") &&
               add(made, "Cross-Origin-Resource-Policy", "same-origin");
    if (!is_public)
        return ok && add(made, "Cross-Origin-Resource-Policy", "same-origin");
    return ok && add(made, "Cross-Origin-Resource-Policy", "cross-origin") &&
           add(made, "Access-Control-Allow-Origin", "*") &&
           add(made, "Access-Control-Expose-Headers", "ETag, Content-Range, X-Request-Id");
}

static bool add_hsts(struct MHD_Response *made, const struct mhd_reply *reply)
{
    return !reply->hsts || add(made, "Strict-Transport-Security", "max-age=31536000");
}

static bool queue(struct mhd_reply *reply, int status, struct MHD_Response *made, uint64_t bytes)
{
    reply->status = status;
    reply->bytes = reply->req->is_head ? 0 : bytes;
    return MHD_queue_response(reply->connection, (unsigned)status, made) == MHD_YES;
}

/* --- Shared bodies --- */

static void release_body(void *body)
{
    http_body_release(body);
}

static void destroy_prepared(void *prepared)
{
    MHD_destroy_response(prepared);
}

static const char *caching_of(const struct http_body *body)
{
    if (body->immutable)
        return "public, max-age=31536000, immutable";
    return body->cache_control ? body->cache_control : "no-cache";
}

static bool has_choice(const struct http_body *body)
{
    return body->bytes[HTTP_GZIP].data || body->bytes[HTTP_BROTLI].data;
}

static bool add_body_headers(struct MHD_Response *made, const struct mhd_reply *reply,
                             const struct http_body *body, enum http_encoding encoding,
                             const char *quoted)
{
    static const char *const names[HTTP_ENCODINGS] = {NULL, "gzip", "br"};
    return add_common(made, body->content_type, body->content_security_policy, reply->is_public) &&
           add_hsts(made, reply) && add(made, "Cache-Control", caching_of(body)) &&
           (!quoted || add(made, "ETag", quoted)) &&
           (!has_choice(body) || add(made, "Vary", "Accept-Encoding")) &&
           (!body->ranges || add(made, "Accept-Ranges", "bytes")) &&
           (!names[encoding] || add(made, "Content-Encoding", names[encoding]));
}

/* A response over a piece of the body, which it holds until the last byte has left. */
static struct MHD_Response *make_over(struct http_body *body, struct span bytes)
{
    atomic_fetch_add_explicit(&body->holders, 1, memory_order_relaxed);
    struct MHD_Response *made = MHD_create_response_from_buffer_with_free_callback_cls(
        bytes.len, (void *)(uintptr_t)bytes.data, release_body, body);
    if (!made)
        http_body_release(body);
    return made;
}

static struct MHD_Response *make_body(const struct mhd_reply *reply, struct http_body *body,
                                      enum http_encoding encoding, struct span bytes,
                                      const char *quoted)
{
    struct MHD_Response *made = make_over(body, bytes);
    if (made && !add_body_headers(made, reply, body, encoding, quoted)) {
        MHD_destroy_response(made);
        return NULL;
    }
    return made;
}

/* The body's prepared response at `index`, made at the first use. The body owns it. */
static struct MHD_Response *prepared_of(const struct mhd_reply *reply, struct http_body *body,
                                        size_t index, enum http_encoding encoding,
                                        struct span bytes, const char *quoted)
{
    void *known = atomic_load_explicit(&body->prepared[index], memory_order_acquire);
    if (known)
        return known;
    struct MHD_Response *made = make_body(reply, body, encoding, bytes, quoted);
    if (!made)
        return NULL;
    atomic_store_explicit(&body->prepared_free, destroy_prepared, memory_order_relaxed);
    if (atomic_compare_exchange_strong(&body->prepared[index], &known, made))
        return made;
    MHD_destroy_response(made); /* another thread was quicker */
    return known;
}

static bool send_once(struct mhd_reply *reply, int status, struct MHD_Response *made,
                      uint64_t bytes)
{
    if (!made)
        return false;
    bool ok = !reply->must_close || add(made, "Connection", "close");
    ok = ok && queue(reply, status, made, bytes);
    MHD_destroy_response(made);
    return ok;
}

static bool send_range(struct mhd_reply *reply, struct http_body *body, enum http_range range,
                       uint64_t from, uint64_t len, const char *quoted)
{
    char text[80];
    const size_t size = body->bytes[HTTP_IDENTITY].len;
    struct span part = {0};
    if (range == HTTP_RANGE_UNMET) {
        snprintf(text, sizeof text, "bytes */%zu", size);
    } else {
        snprintf(text, sizeof text, "bytes %llu-%llu/%zu", (unsigned long long)from,
                 (unsigned long long)(from + len - 1), size);
        part = span_of(body->bytes[HTTP_IDENTITY].data + from, (size_t)len);
    }
    struct MHD_Response *made = make_body(reply, body, HTTP_IDENTITY, part, quoted);
    if (made && !add(made, "Content-Range", text)) {
        MHD_destroy_response(made);
        return false;
    }
    return send_once(reply, range == HTTP_RANGE_UNMET ? 416 : 206, made, part.len);
}

/* Only gzip is kept and this client does not read it: rare, so it is unpacked each time. */
static bool send_inflated(struct mhd_reply *reply, struct http_body *body)
{
    struct span plain;
    char quoted[HTTP_ETAG_TEXT];
    if (http_gunzip(body->bytes[HTTP_GZIP], INFLATE_MAX, reply->req->arena, &plain, NULL) != ERR_OK)
        return false;
    const bool has_tag = body->etag && http_etag_text(body->etag, HTTP_IDENTITY, quoted);
    if (has_tag && http_is_current(reply->req, quoted))
        return send_once(reply, 304,
                         make_body(reply, body, HTTP_IDENTITY, (struct span){0}, quoted), 0);
    struct MHD_Response *made = MHD_create_response_from_buffer(
        plain.len, (void *)(uintptr_t)plain.data, MHD_RESPMEM_PERSISTENT);
    if (made && !add_body_headers(made, reply, body, HTTP_IDENTITY, has_tag ? quoted : NULL)) {
        MHD_destroy_response(made);
        return false;
    }
    return send_once(reply, 200, made, plain.len);
}

static bool send_body(struct mhd_reply *reply, struct http_body *body)
{
    unsigned available = 0;
    for (unsigned i = 0; i < HTTP_ENCODINGS; i++)
        if (body->bytes[i].data)
            available |= HTTP_HAS(i);
    char text[HTTP_ETAG_TEXT];
    struct span range_header;
    if (body->ranges && http_header(reply->req, "Range", &range_header) &&
        (available & HTTP_HAS(HTTP_IDENTITY)))
        available = HTTP_HAS(HTTP_IDENTITY);
    enum http_encoding encoding = http_encoding_for(reply->req, available);
    if (encoding == HTTP_ENCODINGS && !(available & HTTP_HAS(HTTP_IDENTITY)) &&
        (available & HTTP_HAS(HTTP_GZIP)))
        return send_inflated(reply, body);
    if (encoding == HTTP_ENCODINGS) /* nothing it likes: RFC 9110 lets us send what there is */
        encoding = HTTP_IDENTITY;
    const char *quoted = body->etag && http_etag_text(body->etag, encoding, text) ? text : NULL;
    const bool is_current = quoted && http_is_current(reply->req, quoted);
    uint64_t from = 0, len = 0;
    if (!is_current && body->ranges && encoding == HTTP_IDENTITY) {
        const enum http_range range =
            http_range_of(reply->req, body->bytes[HTTP_IDENTITY].len, quoted, &from, &len);
        if (range != HTTP_RANGE_ALL)
            return send_range(reply, body, range, from, len, quoted);
    }
    const struct span bytes = is_current ? (struct span){0} : body->bytes[encoding];
    const int status = is_current ? 304 : reply->res->status ? reply->res->status : 200;
    if (reply->must_close)
        return send_once(reply, status, make_body(reply, body, encoding, bytes, quoted), bytes.len);
    struct MHD_Response *prepared = prepared_of(
        reply, body, encoding + (is_current ? HTTP_ENCODINGS : 0), encoding, bytes, quoted);
    return prepared && queue(reply, status, prepared, bytes.len);
}

/* --- Bytes of the request's arena --- */

static bool add_own_headers(struct MHD_Response *made, const struct mhd_reply *reply,
                            const char *quoted)
{
    const struct http_response *res = reply->res;
    char id[24];
    snprintf(id, sizeof id, "%llu", (unsigned long long)reply->req->id);
    const char *caching = res->cache_control ? res->cache_control
                          : quoted           ? "no-cache"
                                             : "no-store";
    bool ok = add_common(made, res->content == HTTP_EMPTY ? NULL : res->content_type, NULL,
                         reply->is_public) &&
              add_hsts(made, reply) && add(made, "Cache-Control", caching) &&
              add(made, "X-Request-Id", id) && (!quoted || add(made, "ETag", quoted));
    for (size_t i = 0; ok && i < res->header_count; i++)
        ok = add(made, (const char *)res->headers[i].name.data,
                 (const char *)res->headers[i].value.data);
    return ok;
}

static bool send_bytes(struct mhd_reply *reply)
{
    const struct http_response *res = reply->res;
    const bool may_pack = res->content == HTTP_BYTES && res->bytes.len >= WORTH_COMPRESSING &&
                          http_type_is_text(res->content_type);
    enum http_encoding encoding = HTTP_IDENTITY;
    if (may_pack &&
        http_encoding_for(reply->req, HTTP_HAS(HTTP_IDENTITY) | HTTP_HAS(HTTP_GZIP)) == HTTP_GZIP)
        encoding = HTTP_GZIP;
    char text[HTTP_ETAG_TEXT];
    const char *quoted = res->etag && http_etag_text(res->etag, encoding, text) ? text : NULL;
    int status = res->status ? res->status : res->content == HTTP_EMPTY ? 204 : 200;
    struct span bytes = res->content == HTTP_BYTES ? res->bytes : (struct span){0};
    if (status == 200 && quoted && http_is_current(reply->req, quoted)) {
        status = 304;
        bytes = (struct span){0};
    }
    if (encoding == HTTP_GZIP && bytes.len && !http_gzip(bytes, reply->req->arena, &bytes))
        return false;
    struct MHD_Response *made = MHD_create_response_from_buffer(
        bytes.len, (void *)(uintptr_t)bytes.data, MHD_RESPMEM_PERSISTENT);
    bool ok = made && add_own_headers(made, reply, quoted);
    if (may_pack)
        ok = ok && add(made, "Vary", "Accept-Encoding");
    if (encoding == HTTP_GZIP && status != 304)
        ok = ok && add(made, "Content-Encoding", "gzip");
    if (!ok) {
        if (made)
            MHD_destroy_response(made);
        return false;
    }
    return send_once(reply, status, made, bytes.len);
}

/* --- Streams --- */

struct mhd_stream {
    struct http_stream base; /* must be first */
    struct MHD_Connection *connection;
    struct exchange *exchange;
    const struct http_stream_ops *ops;
    void *self;
    pthread_mutex_t lock; /* guards the two flags; never held while calling ops */
    bool asleep;          /* suspended, until woken */
    bool woken;           /* since the last read began */
};

static void wake_stream(struct http_stream *base)
{
    struct mhd_stream *stream = (struct mhd_stream *)base;
    pthread_mutex_lock(&stream->lock);
    stream->woken = true;
    if (stream->asleep) {
        stream->asleep = false;
        MHD_resume_connection(stream->connection);
    }
    pthread_mutex_unlock(&stream->lock);
}

static ssize_t read_stream(void *context, uint64_t position, char *to, size_t room)
{
    (void)position;
    struct mhd_stream *stream = context;
    pthread_mutex_lock(&stream->lock);
    stream->woken = false;
    pthread_mutex_unlock(&stream->lock);
    const ptrdiff_t got = stream->ops->read(stream->self, (uint8_t *)to, room);
    if (got != 0)
        return got > 0 ? (ssize_t)got : MHD_CONTENT_READER_END_OF_STREAM;
    /* Sleep, unless somebody had news between the read and here. */
    pthread_mutex_lock(&stream->lock);
    if (!stream->woken) {
        stream->asleep = true;
        MHD_suspend_connection(stream->connection);
    }
    pthread_mutex_unlock(&stream->lock);
    return 0;
}

static void free_stream(void *context)
{
    struct mhd_stream *stream = context;
    stream->ops->close(stream->self);
    exchange_release(stream->exchange);
    pthread_mutex_destroy(&stream->lock);
    free(stream);
}

static bool send_stream(struct mhd_reply *reply)
{
    struct http_response *res = reply->res;
    struct mhd_stream *stream = calloc(1, sizeof *stream);
    if (!stream) {
        http_response_drop(res);
        return false;
    }
    *stream = (struct mhd_stream){.base = {wake_stream},
                                  .exchange = reply->exchange,
                                  .connection = reply->connection,
                                  .ops = res->stream_ops,
                                  .self = res->stream_self};
    pthread_mutex_init(&stream->lock, NULL);
    exchange_hold(reply->exchange);
    struct MHD_Response *made = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK,
                                                                  read_stream, stream, free_stream);
    if (!made) {
        free_stream(stream);
        return false;
    }
    if (!reply->req->is_head)
        res->stream_opened(res->stream_self, &stream->base);
    reply->is_stream = true;
    /* A front such as nginx must not gather the events. */
    const bool ok = add_own_headers(made, reply, NULL) && add(made, "X-Accel-Buffering", "no");
    if (!ok) {
        MHD_destroy_response(made);
        return false;
    }
    return send_once(reply, 200, made, 0);
}

bool mhd_reply_send(struct mhd_reply *reply)
{
    struct http_response *res = reply->res;
    if (res->content == HTTP_BODY) {
        const bool ok = send_body(reply, res->body);
        http_body_unref(res->body);
        res->body = NULL;
        res->content = HTTP_EMPTY;
        return ok;
    }
    if (res->content == HTTP_STREAM) {
        const bool ok = send_stream(reply);
        res->content = HTTP_EMPTY;
        return ok;
    }
    return send_bytes(reply);
}
