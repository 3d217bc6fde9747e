#include "server/http/dispatch.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "tiles/base/buf.h"

static const struct {
    const char *name;
    enum http_method method;
} methods[] = {
    {"GET", HTTP_GET},     {"HEAD", HTTP_GET},      {"POST", HTTP_POST},       {"PUT", HTTP_PUT},
    {"PATCH", HTTP_PATCH}, {"DELETE", HTTP_DELETE}, {"OPTIONS", HTTP_OPTIONS},
};

enum http_method http_method_from(const char *name, bool *ret_is_head)
{
    *ret_is_head = strcmp(name, "HEAD") == 0;
    for (size_t i = 0; i < LENGTH(methods); i++)
        if (strcmp(name, methods[i].name) == 0)
            return methods[i].method;
    return HTTP_OTHER;
}

/* --- Matching --- */

/* One parameter: everything up to the literal behind it, inside its segment, at least a byte. */
static bool take_param(const char **pattern, struct span *path, struct http_request *req,
                       size_t *count)
{
    const char *close = strchr(*pattern, '}');
    const char *after = close + 1;
    const size_t name_len = (size_t)(close - *pattern) - 1;
    size_t literal_len = strcspn(after, "/{");
    const uint8_t *slash = path->len ? memchr(path->data, '/', path->len) : NULL;
    const size_t segment = slash ? (size_t)(slash - path->data) : path->len;
    if (segment <= literal_len ||
        memcmp(path->data + segment - literal_len, after, literal_len) != 0)
        return false;
    assert(*count < HTTP_MAX_PARAMS);
    req->params[(*count)++] = (struct http_pair){
        span_of(*pattern + 1, name_len),
        span_of(path->data, segment - literal_len),
    };
    *path = span_of(path->data + segment, path->len - segment);
    *pattern = after + literal_len;
    return true;
}

static bool fits(const char *pattern, struct span path, struct http_request *req, size_t *ret_count)
{
    size_t count = 0;
    while (*pattern) {
        if (*pattern == '{') {
            if (!take_param(&pattern, &path, req, &count))
                return false;
        } else {
            if (path.len == 0 || path.data[0] != (uint8_t)*pattern)
                return false;
            pattern++;
            path = span_of(path.data + 1, path.len - 1);
        }
    }
    *ret_count = count;
    return path.len == 0;
}

struct http_match http_match(const struct endpoint *table, size_t count, struct http_request *req)
{
    struct http_match match = {0};
    size_t param_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct endpoint *row = &table[i];
        const bool is_rest = strcmp(row->pattern, "*") == 0;
        const bool wanted = row->method == req->method && !match.endpoint;
        /* The path of a row that is looked at only for Allow must not overwrite the parameters. */
        struct http_request scratch;
        struct http_request *into = wanted ? req : &scratch;
        if (is_rest ? match.methods != 0 : !fits(row->pattern, req->path, into, &param_count))
            continue;
        if (wanted) {
            match.endpoint = row;
            req->param_count = is_rest ? 0 : param_count;
            req->pattern = row->pattern;
        }
        if (!is_rest)
            match.methods |= 1u << row->method;
        if (match.endpoint)
            break;
    }
    return match;
}

/* --- Checks --- */

/* `allowed` is "bbox q kind*"; finds the word, tells whether it may be repeated. */
static bool is_allowed(const char *allowed, struct span name, bool *ret_repeatable)
{
    while (allowed && *allowed) {
        const size_t len = strcspn(allowed, " ");
        const bool star = len && allowed[len - 1] == '*';
        if (span_equal(name, span_of(allowed, len - star))) {
            *ret_repeatable = star;
            return true;
        }
        allowed += len + (allowed[len] == ' ');
    }
    return false;
}

static enum err_code check_query(const struct endpoint *endpoint, const struct http_request *req,
                                 struct err *err)
{
    for (size_t i = 0; i < req->query_count; i++) {
        bool repeatable = false;
        if (!is_allowed(endpoint->query, req->query[i].name, &repeatable))
            return err_set(err, ERR_PARAM, "this query parameter is not known here", i + 1);
        for (size_t j = 0; j < i && !repeatable; j++)
            if (span_equal(req->query[i].name, req->query[j].name))
                return err_set(err, ERR_PARAM, "this query parameter may stand only once", i + 1);
    }
    return ERR_OK;
}

static bool is_form_type(struct span type)
{
    static const char *const forms[] = {"application/x-www-form-urlencoded", "multipart/form-data",
                                        "text/plain"};
    for (size_t i = 0; i < LENGTH(forms); i++)
        if (type.len >= strlen(forms[i]) &&
            strncasecmp((const char *)type.data, forms[i], strlen(forms[i])) == 0)
            return true;
    return false;
}

static enum err_code check_body(const struct endpoint *endpoint, const struct http_request *req,
                                const struct http_framing *framing, struct err *err)
{
    const bool has_body = framing->is_chunked || (framing->has_length && framing->length);
    if (framing->has_length && framing->length > endpoint->body_max)
        return err_set(err, ERR_TOO_LARGE, "the body is larger than this address takes",
                       endpoint->body_max);
    if (has_body && endpoint->body_max == 0)
        return err_set(err, ERR_TOO_LARGE, "this address takes no body", 0);
    if (endpoint->method == HTTP_GET || endpoint->method == HTTP_DELETE || !endpoint->body_max)
        return ERR_OK;
    if (endpoint->body_type)
        return http_need_type(req, endpoint->body_type, err);
    struct span type;
    if (http_header(req, "Content-Type", &type) && is_form_type(type))
        return err_set(err, ERR_MEDIA_TYPE, "forms are not accepted here", 0);
    return ERR_OK;
}

static enum err_code check_access(const struct http_service *service,
                                  const struct endpoint *endpoint, const struct http_request *req,
                                  struct err *err)
{
    struct span token;
    if (endpoint->access == ACCESS_PUBLIC)
        return ERR_OK;
    /* A link from elsewhere may lead to a GET; what a page of another site could read is kept from
     * it by its browser, for only ACCESS_PUBLIC gets CORS. */
    if (endpoint->access != ACCESS_STAFF || endpoint->method != HTTP_GET)
        TRY(http_origin_check(req, service->own_origin, err));
    if (endpoint->access == ACCESS_DEVICE)
        TRY(http_bearer(req, &token, err));
    if (endpoint->access != ACCESS_STAFF)
        return ERR_OK;
    return service->session_check ? service->session_check(service->app, req, err)
                                  : err_set(err, ERR_UNAUTHORIZED, "nobody can sign in here", 0);
}

/* --- Allow and OPTIONS --- */

static const char *allow_text(unsigned fitting, struct arena *arena)
{
    struct buf text;
    buf_init(&text);
    for (size_t i = 0; i < LENGTH(methods); i++) {
        const bool is_options = methods[i].method == HTTP_OPTIONS;
        if (!is_options && !(fitting & 1u << methods[i].method))
            continue;
        if (text.len)
            buf_add_str(&text, ", ");
        buf_add_str(&text, methods[i].name);
    }
    const char *copy = text.failed ? NULL : arena_copy(arena, buf_span(&text));
    buf_done(&text);
    return copy ? copy : "OPTIONS";
}

/* Any site may read what is public; nobody else's page may write. */
static void answer_options(const struct http_request *req, unsigned fitting,
                           struct http_response *res)
{
    res->status = 204;
    http_add_header(res, "Allow", allow_text(fitting, req->arena));
    if (fitting & 1u << HTTP_GET) {
        http_add_header(res, "Access-Control-Allow-Methods", "GET, HEAD");
        http_add_header(res, "Access-Control-Allow-Headers",
                        "Range, If-None-Match, If-Range, Last-Event-ID, Cache-Control");
        http_add_header(res, "Access-Control-Max-Age", "86400");
    }
}

static const char *const no_method = "this address does not take this method; see Allow";

enum err_code http_admit(const struct http_service *service, struct http_request *req,
                         const struct http_framing *framing, const struct endpoint **ret_endpoint,
                         struct http_response *res, bool *ret_answered, const char **ret_allow,
                         struct err *err)
{
    const struct http_match match = http_match(service->endpoints, service->endpoint_count, req);
    *ret_answered = false;
    *ret_endpoint = match.endpoint;
    if (!match.endpoint && match.methods == 0)
        return err_set(err, ERR_NOT_FOUND, "there is nothing at this address", 0);
    if (!match.endpoint && req->method == HTTP_OPTIONS) {
        answer_options(req, match.methods, res);
        *ret_answered = true;
        return ERR_OK;
    }
    if (!match.endpoint) {
        *ret_allow = allow_text(match.methods, req->arena);
        return err_set(err, ERR_METHOD, no_method, 0);
    }
    TRY(check_query(match.endpoint, req, err));
    TRY(check_access(service, match.endpoint, req, err));
    return check_body(match.endpoint, req, framing, err);
}
