/* Any bytes as a request target and header lines: what is accepted keeps the promises of target.h,
 * header.h and cache.h. The first line is the target, then "Name: value" each. */
#include <stdlib.h>
#include <string.h>

#include "server/http/cache.h"
#include "server/http/dispatch.h"
#include "server/http/target.h"
#include "tests/fuzz/fuzz.h"
#include "tiles/base/utf8.h"

static const struct endpoint table[] = {
    {.method = HTTP_GET, .pattern = "/api/comments", .query = "bbox q since limit kind*"},
    {.method = HTTP_GET, .pattern = "/api/comments/{id}", .query = ""},
    {.method = HTTP_GET, .pattern = "/tiles/{name}.json", .query = ""},
    {.method = HTTP_GET, .pattern = "/tiles/{name}/{z}/{x}/{y}.mvt", .query = "v"},
    {.method = HTTP_POST, .pattern = "/api/comments", .body_max = 1024, .query = ""},
    {.method = HTTP_GET, .pattern = "*"},
};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static struct span take_line(struct span *text)
{
    const uint8_t *end = text->len ? memchr(text->data, '\n', text->len) : NULL;
    const struct span line = span_of(text->data, end ? (size_t)(end - text->data) : text->len);
    const size_t taken = line.len + (end != NULL);
    *text = span_of(text->data + taken, text->len - taken);
    return line;
}

static size_t take_headers(struct span text, struct http_pair *pairs)
{
    size_t count = 0;
    while (text.len && count < HTTP_MAX_HEADERS) {
        const struct span line = take_line(&text);
        const uint8_t *colon = line.len ? memchr(line.data, ':', line.len) : NULL;
        if (!colon)
            continue;
        const size_t name = (size_t)(colon - line.data);
        pairs[count++] =
            (struct http_pair){span_of(line.data, name), span_of(colon + 1, line.len - name - 1)};
    }
    return count;
}

static void check_target(const struct http_target *target)
{
    must(target->path.len > 0 && target->path.data[0] == '/');
    must(utf8_is_valid(target->path) && !memchr(target->path.data, 0, target->path.len));
    must(!strstr((const char *)target->path.data, "/../"));
    must(target->query_count <= HTTP_MAX_QUERY);
    for (size_t i = 0; i < target->query_count; i++) {
        const struct http_pair *pair = &target->query[i];
        must(utf8_is_valid(pair->name) && utf8_is_valid(pair->value));
        must(strlen((const char *)pair->value.data) == pair->value.len);
    }
}

static void check_request(struct http_request *req)
{
    struct http_response res = {0};
    const struct http_service service = {
        .endpoints = table, .endpoint_count = LENGTH(table), .own_origin = ""};
    const struct endpoint *endpoint = NULL;
    const char *allow = NULL;
    struct http_framing framing = {0};
    struct http_bbox box;
    int64_t number = 5;
    bool answered, found;
    uint64_t from = 0, len = 0;
    const struct http_head head = {.method = span_from_str("GET"),
                                   .raw_target = span_from_str("/"),
                                   .headers = req->headers,
                                   .header_count = req->header_count};
    if (http_head_check(&head, &framing, NULL) == ERR_OK)
        must(!(framing.has_length && framing.is_chunked));
    if (http_admit(&service, req, &framing, &endpoint, &res, &answered, &allow, NULL) == ERR_OK)
        must(endpoint && req->param_count <= HTTP_MAX_PARAMS);
    if (http_query_int(req, "limit", 1, 1000, &number, NULL) == ERR_OK)
        must(number >= 1 && number <= 1000);
    if (http_query_bbox(req, "bbox", &box, &found, NULL) == ERR_OK && found)
        must(box.south_e7 <= box.north_e7 && box.north_e7 <= 900000000);
    struct span piece;
    for (struct http_list list = {0}; http_query_next(req, "kind", &list, &piece);)
        must(!piece.len || !memchr(piece.data, ',', piece.len));
    if (http_range_of(req, 1000, "\"e\"", &from, &len) == HTTP_RANGE_PART)
        must(len > 0 && from < 1000 && len <= 1000 - from);
    const enum http_encoding encoding = http_encoding_for(req, 7);
    must(encoding <= HTTP_ENCODINGS);
    http_is_current(req, "\"e\"");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct http_pair headers[HTTP_MAX_HEADERS];
    struct span text = span_of(data, size);
    const struct span raw = take_line(&text);
    struct http_request req = {.method = HTTP_GET, .arena = &arena, .headers = headers};
    req.header_count = take_headers(text, headers);
    arena_init(&arena, 0);
    struct http_target target;
    if (http_target_from(raw, &arena, &target, NULL) == ERR_OK) {
        check_target(&target);
        req.path = target.path;
        req.query = target.query;
        req.query_count = target.query_count;
        check_request(&req);
    }
    arena_done(&arena);
    return 0;
}
