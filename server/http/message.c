#include "server/http/message.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "tiles/base/buf.h"
#include "tiles/base/num.h"

static const struct http_pair *find(const struct http_pair *pairs, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (span_is(pairs[i].name, name))
            return &pairs[i];
    return NULL;
}

struct span http_param(const struct http_request *req, const char *name)
{
    const struct http_pair *pair = find(req->params, req->param_count, name);
    assert(pair && "the endpoint's pattern names this parameter");
    return pair ? pair->value : (struct span){0};
}

enum err_code http_param_uuid(const struct http_request *req, const char *name, struct uuid *ret,
                              struct err *err)
{
    if (!uuid_from(http_param(req, name), ret))
        return err_set(err, ERR_PARAM,
                       "the id in the path must be a UUID: 36 characters, 8-4-4-4-12 hex digits",
                       0);
    return ERR_OK;
}

static enum err_code int_from(struct span text, int64_t min, int64_t max, int64_t *ret,
                              struct err *err)
{
    /* The contract's numbers have no plus sign. */
    const bool plus = text.len > 0 && text.data[0] == '+';
    const enum err_code code = plus ? ERR_FORMAT : num_int_from(text, min, max, ret, err);
    if (code == ERR_RANGE)
        return err_set(err, ERR_PARAM, "the number lies outside its bounds", 0);
    if (code != ERR_OK)
        return err_set(err, ERR_PARAM, "a whole number is expected", 0);
    return ERR_OK;
}

enum err_code http_param_int(const struct http_request *req, const char *name, int64_t min,
                             int64_t max, int64_t *ret, struct err *err)
{
    return int_from(http_param(req, name), min, max, ret, err);
}

bool http_query(const struct http_request *req, const char *name, struct span *ret)
{
    const struct http_pair *pair = find(req->query, req->query_count, name);
    if (pair)
        *ret = pair->value;
    return pair != NULL;
}

enum err_code http_query_int(const struct http_request *req, const char *name, int64_t min,
                             int64_t max, int64_t *ret, struct err *err)
{
    struct span text;
    return http_query(req, name, &text) ? int_from(text, min, max, ret, err) : ERR_OK;
}

enum err_code http_query_uuid(const struct http_request *req, const char *name, struct uuid *ret,
                              bool *ret_found, struct err *err)
{
    struct span text;
    const bool found = http_query(req, name, &text);
    if (found && !uuid_from(text, ret))
        return err_set(err, ERR_PARAM, "a UUID is expected: 36 characters, 8-4-4-4-12 hex digits",
                       0);
    *ret_found = found;
    return ERR_OK;
}

/* Cuts the piece up to the next comma off the front; false when nothing is left. */
static bool next_piece(struct span text, size_t *at, struct span *ret)
{
    if (*at > text.len)
        return false;
    const uint8_t *from = text.data + *at;
    const size_t left = text.len - *at;
    const uint8_t *comma = left ? memchr(from, ',', left) : NULL;
    *ret = span_of(from, comma ? (size_t)(comma - from) : left);
    *at += ret->len + 1;
    return true;
}

enum err_code http_query_bbox(const struct http_request *req, const char *name,
                              struct http_bbox *ret, bool *ret_found, struct err *err)
{
    struct span text, piece;
    if (!http_query(req, name, &text)) {
        *ret_found = false;
        return ERR_OK;
    }
    static const double limits[4] = {180, 90, 180, 90};
    int32_t e7[4];
    size_t count = 0;
    for (size_t at = 0; next_piece(text, &at, &piece); count++) {
        double degrees;
        if (count == 4 || num_double_from(piece, &degrees, NULL) != ERR_OK)
            return err_set(err, ERR_PARAM,
                           "bbox is four numbers in degrees: minlon,minlat,maxlon,maxlat", 0);
        if (degrees < -limits[count] || degrees > limits[count] ||
            !num_e7_from_double(degrees, &e7[count]))
            return err_set(err, ERR_PARAM,
                           "bbox lies outside the world: longitude to 180, latitude to 90", count);
    }
    if (count != 4)
        return err_set(err, ERR_PARAM,
                       "bbox is four numbers in degrees: minlon,minlat,maxlon,maxlat", 0);
    if (e7[1] > e7[3])
        return err_set(err, ERR_PARAM, "bbox has its southern edge north of its northern one", 1);
    *ret = (struct http_bbox){e7[0], e7[1], e7[2], e7[3]};
    *ret_found = true;
    return ERR_OK;
}

bool http_query_next(const struct http_request *req, const char *name, struct http_list *list,
                     struct span *ret)
{
    for (; list->pair < req->query_count; list->pair++, list->at = 0)
        if (span_is(req->query[list->pair].name, name) &&
            next_piece(req->query[list->pair].value, &list->at, ret))
            return true;
    return false;
}

bool http_header(const struct http_request *req, const char *name, struct span *ret)
{
    const size_t len = strlen(name);
    for (size_t i = 0; i < req->header_count; i++) {
        const struct http_pair *pair = &req->headers[i];
        if (pair->name.len == len && strncasecmp((const char *)pair->name.data, name, len) == 0) {
            *ret = pair->value;
            return true;
        }
    }
    return false;
}

enum err_code http_bearer(const struct http_request *req, struct span *ret, struct err *err)
{
    static const char scheme[] = "Bearer ";
    const size_t len = sizeof scheme - 1;
    struct span value;
    if (!http_header(req, "Authorization", &value))
        return err_set(err, ERR_UNAUTHORIZED, "this needs a header Authorization: Bearer TOKEN", 0);
    if (value.len <= len || strncasecmp((const char *)value.data, scheme, len) != 0)
        return err_set(err, ERR_UNAUTHORIZED, "the Authorization header must read Bearer TOKEN", 0);
    *ret = span_of(value.data + len, value.len - len);
    return ERR_OK;
}

enum err_code http_need_type(const struct http_request *req, const char *type, struct err *err)
{
    struct span value;
    if (!http_header(req, "Content-Type", &value))
        return err_set(err, ERR_MEDIA_TYPE, "the request has a body but no Content-Type", 0);
    const size_t len = strlen(type);
    const bool same = value.len >= len && strncasecmp((const char *)value.data, type, len) == 0 &&
                      (value.len == len || value.data[len] == ';' || value.data[len] == ' ');
    if (!same)
        return err_set(err, ERR_MEDIA_TYPE, "this Content-Type is not accepted here", 0);
    return ERR_OK;
}

void http_body_init(struct http_body *body)
{
    assert(body->free);
    atomic_init(&body->users, 1);
    atomic_init(&body->holders, 1);
    for (size_t i = 0; i < LENGTH(body->prepared); i++)
        atomic_init(&body->prepared[i], NULL);
    atomic_init(&body->prepared_free, NULL);
}

struct http_body *http_body_ref(struct http_body *body)
{
    atomic_fetch_add_explicit(&body->users, 1, memory_order_relaxed);
    return body;
}

void http_body_release(struct http_body *body)
{
    if (atomic_fetch_sub_explicit(&body->holders, 1, memory_order_acq_rel) == 1)
        body->free(body);
}

void http_body_unref(struct http_body *body)
{
    if (!body || atomic_fetch_sub_explicit(&body->users, 1, memory_order_acq_rel) != 1)
        return;
    /* Each prepared response holds the bytes until it has been sent for the last time. */
    for (size_t i = 0; i < LENGTH(body->prepared); i++) {
        void *prepared = atomic_load_explicit(&body->prepared[i], memory_order_acquire);
        if (prepared)
            atomic_load_explicit(&body->prepared_free, memory_order_relaxed)(prepared);
    }
    http_body_release(body);
}

void http_send_bytes(struct http_response *res, const char *content_type, struct span bytes)
{
    res->content = HTTP_BYTES;
    res->content_type = content_type;
    res->bytes = bytes;
}

void http_send_body(struct http_response *res, struct http_body *body)
{
    res->content = HTTP_BODY;
    res->body = body;
}

void http_send_stream(struct http_response *res, const char *content_type,
                      const struct http_stream_ops *ops, void *self,
                      void (*opened)(void *self, struct http_stream *stream))
{
    res->content = HTTP_STREAM;
    res->content_type = content_type;
    res->stream_ops = ops;
    res->stream_self = self;
    res->stream_opened = opened;
}

void http_stream_wake(struct http_stream *stream)
{
    stream->wake(stream);
}

void http_add_header(struct http_response *res, const char *name, const char *value)
{
    assert(res->header_count < HTTP_MAX_RESPONSE_HEADERS);
    if (res->header_count < HTTP_MAX_RESPONSE_HEADERS)
        res->headers[res->header_count++] =
            (struct http_pair){span_from_str(name), span_from_str(value)};
}

void http_keep_header(struct http_response *res, const char *name, const char *value)
{
    res->kept |= 1u << res->header_count;
    http_add_header(res, name, value);
}

enum err_code http_etag(const struct http_request *req, struct http_response *res, uint64_t version,
                        struct err *err)
{
    struct buf text;
    buf_init(&text);
    buf_add_str(&text, "c");
    buf_add_int(&text, (int64_t)(version & INT64_MAX));
    char *etag = text.failed ? NULL : arena_copy(req->arena, buf_span(&text));
    buf_done(&text);
    if (!etag)
        return err_set(err, ERR_NOMEM, "no memory for the answer", 0);
    res->etag = etag;
    return ERR_OK;
}

struct http_token *http_suspend(const struct http_request *req)
{
    struct http_exchange *exchange = req->exchange;
    assert(!exchange->suspended);
    exchange->suspended = true;
    exchange->code = ERR_OK;
    exchange->err = (struct err){0};
    exchange->suspend(exchange);
    return (struct http_token *)exchange;
}

void http_resume(struct http_token *token, enum err_code code, const struct err *err)
{
    struct http_exchange *exchange = (struct http_exchange *)token;
    exchange->code = code;
    if (code != ERR_OK && err)
        exchange->err = *err;
    exchange->err.code = code;
    exchange->resume(exchange);
}
