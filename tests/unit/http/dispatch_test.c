#include <stdio.h>
#include <string.h>

#include "tests/support/request.h"

static const struct endpoint table[] = {
    {.method = HTTP_GET, .pattern = "/", .query = ""},
    {.method = HTTP_GET, .pattern = "/api/comments", .query = "q limit kind*"},
    {.method = HTTP_POST,
     .pattern = "/api/comments",
     .access = ACCESS_WRITE,
     .body_max = 100,
     .body_type = "application/json",
     .query = ""},
    {.method = HTTP_GET, .pattern = "/api/comments/{id}", .query = ""},
    {.method = HTTP_POST,
     .pattern = "/sync/ops",
     .access = ACCESS_DEVICE,
     .body_max = 100,
     .query = ""},
    {.method = HTTP_GET, .pattern = "/tiles/comments.json", .query = ""},
    {.method = HTTP_GET, .pattern = "/tiles/{name}.json", .query = ""},
    {.method = HTTP_GET, .pattern = "/tiles/{name}/{z}/{x}/{y}.mvt", .query = "v"},
    {.method = HTTP_GET, .pattern = "*"},
};

/* `params` is written name=value with a '|' between. */
struct row {
    const char *label, *method, *target, *headers;
    int64_t length; /* of the body; −1: chunked */
    enum err_code code;
    const char *pattern, *params;
};

/* clang-format off */
#define JSON "Content-Type:application/json"
static const struct row rows[] = {
    { "the root",                              "GET",  "/",                       "", 0, ERR_OK, "/", "" },
    { "a list with parameters",                "GET",  "/api/comments?q=a&limit=3", "", 0, ERR_OK, "/api/comments", "" },
    { "HEAD goes where GET goes",              "HEAD", "/api/comments",           "", 0, ERR_OK, "/api/comments", "" },
    { "a repeatable parameter twice",          "GET",  "/api/comments?kind=a&kind=b", "", 0, ERR_OK, "/api/comments", "" },
    { "another parameter twice",               "GET",  "/api/comments?q=a&q=b",   "", 0, ERR_PARAM, "/api/comments", NULL },
    { "an unknown parameter",                  "GET",  "/api/comments?foo=1",     "", 0, ERR_PARAM, "/api/comments", NULL },
    { "the beginning of a known name",         "GET",  "/api/comments?lim=1",     "", 0, ERR_PARAM, "/api/comments", NULL },
    { "a known name and its star",             "GET",  "/api/comments?kind%2A=1", "", 0, ERR_PARAM, "/api/comments", NULL },
    { "an id in the path",                     "GET",  "/api/comments/x1",        "", 0, ERR_OK, "/api/comments/{id}", "id=x1" },
    { "a literal stands before a parameter",   "GET",  "/tiles/comments.json",    "", 0, ERR_OK, "/tiles/comments.json", "" },
    { "a parameter with a literal behind it",  "GET",  "/tiles/city.json",        "", 0, ERR_OK, "/tiles/{name}.json", "name=city" },
    { "dots inside a parameter",               "GET",  "/tiles/a.b.json",         "", 0, ERR_OK, "/tiles/{name}.json", "name=a.b" },
    { "four parameters",                       "GET",  "/tiles/city/16/5/7.mvt",  "", 0, ERR_OK, "/tiles/{name}/{z}/{x}/{y}.mvt", "name=city|z=16|x=5|y=7" },
    { "a parameter is not empty",              "GET",  "/tiles/.json",            "", 0, ERR_OK, "*", "" },
    { "a parameter ends at the slash",         "GET",  "/api/comments/a/b",       "", 0, ERR_OK, "*", "" },
    { "what is not known is for the app",      "GET",  "/about",                  "", 0, ERR_OK, "*", "" },
    { "nobody writes to what is not known",    "POST", "/about",                  "", 0, ERR_NOT_FOUND, NULL, NULL },
    { "a method that the path does not take",  "PUT",  "/api/comments",           "", 0, ERR_METHOD, NULL, NULL },
    { "a method nobody knows",                 "BREW", "/api/comments",           "", 0, ERR_METHOD, NULL, NULL },
    { "a body of the right kind",              "POST", "/api/comments",           JSON, 100, ERR_OK, "/api/comments", "" },
    { "a body with a charset",                 "POST", "/api/comments",           JSON "; charset=utf-8", 9, ERR_OK, "/api/comments", "" },
    { "a chunked body",                        "POST", "/api/comments",           JSON, -1, ERR_OK, "/api/comments", "" },
    { "a body that is too large",              "POST", "/api/comments",           JSON, 101, ERR_TOO_LARGE, "/api/comments", NULL },
    { "a body without a type",                 "POST", "/api/comments",           "", 9, ERR_MEDIA_TYPE, "/api/comments", NULL },
    { "a body of another type",                "POST", "/api/comments",           "Content-Type:text/plain", 9, ERR_MEDIA_TYPE, "/api/comments", NULL },
    { "a type that only begins like ours",     "POST", "/api/comments",           JSON "p", 9, ERR_MEDIA_TYPE, "/api/comments", NULL },
    { "a form where any type goes",            "POST", "/sync/ops",               "Authorization:Bearer x|Content-Type:multipart/form-data; boundary=x", 9, ERR_MEDIA_TYPE, "/sync/ops", NULL },
    { "a body where none belongs",             "GET",  "/api/comments",           "", 5, ERR_TOO_LARGE, "/api/comments", NULL },
    { "another site's page",                   "POST", "/api/comments",           JSON "|Origin:http://evil.example", 9, ERR_FORBIDDEN, "/api/comments", NULL },
    { "another site's page may read",          "GET",  "/api/comments",           "Origin:http://evil.example", 0, ERR_OK, "/api/comments", "" },
    { "a device without a token",              "POST", "/sync/ops",               "", 9, ERR_UNAUTHORIZED, "/sync/ops", NULL },
    { "a device with another scheme",          "POST", "/sync/ops",               "Authorization:Basic eDp5", 9, ERR_UNAUTHORIZED, "/sync/ops", NULL },
    { "a device with a token",                 "POST", "/sync/ops",               "Authorization:bearer abc", 9, ERR_OK, "/sync/ops", "" },
};
/* clang-format on */

static void admits(void **state)
{
    const struct row *row = *state;
    struct arena arena;
    struct http_request req;
    char headers[256];
    arena_init(&arena, 0);
    request_init(&req, &arena, row->method, row->target);
    request_header(&req, "Host", "a");
    strcpy(headers, row->headers);
    for (char *line = strtok(headers, "|"); line; line = strtok(NULL, "|")) {
        char *colon = strchr(line, ':');
        *colon = '\0';
        request_header(&req, line, colon + 1);
    }
    const struct http_framing framing = {
        .has_length = row->length > 0,
        .is_chunked = row->length<0, .length = row->length> 0 ? (uint64_t)row->length : 0};
    const struct http_service service = {
        .endpoints = table, .endpoint_count = LENGTH(table), .own_origin = ""};
    const struct endpoint *endpoint = NULL;
    struct http_response res = {0};
    const char *allow = NULL;
    bool answered = true;
    assert_int_equal(http_admit(&service, &req, &framing, &endpoint, &res, &answered, &allow, NULL),
                     row->code);
    assert_false(answered);
    if (row->pattern)
        assert_string_equal(endpoint->pattern, row->pattern);
    else
        assert_null(endpoint);
    if (row->code == ERR_METHOD)
        assert_string_equal(allow, "GET, HEAD, POST, OPTIONS");
    char params[256] = "";
    for (size_t i = 0; i < req.param_count; i++) {
        char one[128];
        snprintf(one, sizeof one, "%s%.*s=%.*s", i ? "|" : "", (int)req.params[i].name.len,
                 (const char *)req.params[i].name.data, (int)req.params[i].value.len,
                 (const char *)req.params[i].value.data);
        strcat(params, one);
    }
    if (row->params)
        assert_string_equal(params, row->params);
    arena_done(&arena);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(rows)];
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[i] = (struct CMUnitTest){rows[i].label, admits, NULL, NULL, (void *)&rows[i]};
    return _cmocka_run_group_tests("dispatch", tests, LENGTH(rows), NULL, NULL);
}
