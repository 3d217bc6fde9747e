#include "server/http/problem.h"

#include "tiles/base/buf.h"

static void add_json_text(struct buf *buf, const char *text)
{
    buf_add_byte(buf, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            buf_add_byte(buf, '\\');
        buf_add_byte(buf, (uint8_t)*text); /* literals of ours: no control characters */
    }
    buf_add_byte(buf, '"');
}

void http_response_drop(struct http_response *res)
{
    if (res->content == HTTP_BODY)
        http_body_unref(res->body);
    if (res->content == HTTP_STREAM)
        res->stream_ops->close(res->stream_self);
    *res = (struct http_response){0};
}

static void drop_but_kept(struct http_response *res)
{
    const struct http_response before = *res;
    http_response_drop(res);
    for (size_t i = 0; i < before.header_count; i++)
        if (before.kept & 1u << i)
            res->headers[res->header_count++] = before.headers[i];
    res->kept = (1u << res->header_count) - 1;
}

/* Headers that belong to a failure as such. */
static void add_headers(const struct http_request *req, struct http_response *res, int status,
                        uint32_t retry_after_s)
{
    if (status == 401)
        http_add_header(res, "WWW-Authenticate", "Bearer realm=\"kakikomap\"");
    if (status != 429 && status != 503)
        return;
    struct buf text;
    buf_init(&text);
    buf_add_int(&text, retry_after_s ? retry_after_s : 2);
    const char *seconds = text.failed ? NULL : arena_copy(req->arena, buf_span(&text));
    buf_done(&text);
    http_add_header(res, "Retry-After", seconds ? seconds : "2");
}

void http_problem(const struct http_request *req, struct http_response *res, enum err_code code,
                  const struct err *err)
{
    const char *pointer = res->pointer;
    const uint32_t retry_after_s = res->retry_after_s;
    drop_but_kept(res);
    const int status = err_http_status(code);
    struct buf text;
    buf_init(&text);
    buf_add_str(&text, "{\"type\":\"about:blank\",\"title\":");
    add_json_text(&text, err_title(code));
    buf_add_str(&text, ",\"status\":");
    buf_add_int(&text, status);
    buf_add_str(&text, ",\"code\":");
    add_json_text(&text, err_name(code));
    buf_add_str(&text, ",\"detail\":");
    add_json_text(&text, err && err->what ? err->what : err_title(code));
    if (err && err->at) {
        buf_add_str(&text, ",\"at\":");
        buf_add_int(&text, (int64_t)err->at);
    }
    if (pointer) {
        buf_add_str(&text, ",\"pointer\":");
        add_json_text(&text, pointer);
    }
    buf_add_str(&text, ",\"request\":");
    buf_add_int(&text, (int64_t)req->id);
    buf_add_str(&text, "}\n");
    const struct span built = buf_span(&text);
    const char *copy = text.failed ? NULL : arena_copy(req->arena, built);
    static const char without_memory[] = "{\"type\":\"about:blank\",\"title\":\"out of "
                                         "memory\",\"status\":503,\"code\":\"nomem\"}\n";
    if (copy)
        http_send_bytes(res, "application/problem+json", span_of(copy, built.len));
    else
        http_send_bytes(res, "application/problem+json", span_from_str(without_memory));
    buf_done(&text);
    res->status = copy ? status : 503;
    res->cache_control = "no-store";
    add_headers(req, res, res->status, retry_after_s);
}
