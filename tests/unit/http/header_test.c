#include <string.h>

#include "server/http/header.h"
#include "tests/support/request.h"

/* Headers are written "Name:value|Name:value", as the parser hands them on: values trimmed. */
struct row {
    const char *label, *headers;
    enum err_code code;
    uint64_t at;
    int extra_bytes; /* how much longer the head was than it should be */
    bool is_http_1_0;
};

/* clang-format off */
static const struct row rows[] = {
    { "a plain request",                          "Host:a",                                             ERR_OK, 0, 0, 0 },
    { "a port and an IPv6 address",               "Host:[::1]:8080",                                    ERR_OK, 0, 0, 0 },
    { "a body with a length",                     "Host:a|Content-Length:5",                            ERR_OK, 0, 0, 0 },
    { "a chunked body",                           "Host:a|Transfer-Encoding:Chunked",                   ERR_OK, 0, 0, 0 },
    { "no Host in HTTP/1.0",                      "Accept:*/*",                                         ERR_OK, 0, 0, 1 },
    { "no blank behind a colon, no body",         "Host:a",                                             ERR_OK, 0, -1, 0 },
    { "no Host",                                  "Accept:*/*",                                         ERR_FORMAT, 0, 0, 0 },
    { "two Hosts",                                "Host:a|host:a",                                      ERR_FORMAT, 2, 0, 0 },
    { "an empty Host",                            "Host:",                                              ERR_FORMAT, 1, 0, 0 },
    { "a user name in Host",                      "Host:u@a",                                           ERR_FORMAT, 1, 0, 0 },
    { "a path in Host",                           "Host:a/b",                                           ERR_FORMAT, 1, 0, 0 },
    { "two lengths that differ",                  "Host:a|Content-Length:5|Content-Length:6",           ERR_FORMAT, 3, 0, 0 },
    { "two lengths that agree",                   "Host:a|Content-Length:5|Content-Length:5",           ERR_FORMAT, 3, 0, 0 },
    { "a list of lengths",                        "Host:a|Content-Length:5, 5",                         ERR_FORMAT, 2, 0, 0 },
    { "a signed length",                          "Host:a|Content-Length:+5",                           ERR_FORMAT, 2, 0, 0 },
    { "a negative length",                        "Host:a|Content-Length:-5",                           ERR_FORMAT, 2, 0, 0 },
    { "a length in hexadecimal",                  "Host:a|Content-Length:0x5",                          ERR_FORMAT, 2, 0, 0 },
    { "a length beyond 63 bits",                  "Host:a|Content-Length:9223372036854775808",          ERR_FORMAT, 2, 0, 0 },
    { "an empty length",                          "Host:a|Content-Length:",                             ERR_FORMAT, 2, 0, 0 },
    { "a length and chunks",                      "Host:a|Content-Length:5|Transfer-Encoding:chunked",  ERR_FORMAT, 0, 0, 0 },
    { "a coding that is not chunked",             "Host:a|Transfer-Encoding:gzip, chunked",             ERR_FORMAT, 2, 0, 0 },
    { "chunked twice",                            "Host:a|Transfer-Encoding:chunked|Transfer-Encoding:chunked", ERR_FORMAT, 3, 0, 0 },
    { "a blank before the colon",                 "Host:a|Transfer-Encoding :chunked",                  ERR_FORMAT, 2, 0, 0 },
    { "chunks in HTTP/1.0",                       "Transfer-Encoding:chunked",                          ERR_FORMAT, 0, 0, 1 },
    { "an empty name",                            "Host:a|:x",                                          ERR_FORMAT, 2, 0, 0 },
    { "a folded value that shows its line break", "Host:a|X:1\r\n 2",                                   ERR_FORMAT, 2, 0, 0 },
    { "a head longer than its fields",            "Host:a",                                             ERR_FORMAT, 0, 1, 0 },
    { "a head shorter than its fields, with body", "Host:a|Content-Length:5",                           ERR_FORMAT, 0, -1, 0 },
};
/* clang-format on */

static size_t split(char *text, struct http_pair *pairs)
{
    size_t count = 0;
    for (char *line = strtok(text, "|"); line; line = strtok(NULL, "|")) {
        char *colon = strchr(line, ':');
        pairs[count++] =
            (struct http_pair){span_of(line, (size_t)(colon - line)), span_from_str(colon + 1)};
    }
    return count;
}

static void checks(void **state)
{
    const struct row *row = *state;
    char text[256];
    strcpy(text, row->headers);
    struct http_pair pairs[8];
    struct http_head head = {
        .method = span_from_str("POST"),
        .raw_target = span_from_str("/x"),
        .is_http_1_0 = row->is_http_1_0,
        .headers = pairs,
        .header_count = split(text, pairs),
        .bytes = strlen("POST /x HTTP/1.1\r\n\r\n"),
    };
    for (size_t i = 0; i < head.header_count; i++)
        head.bytes += pairs[i].name.len + pairs[i].value.len + strlen(": \r\n");
    head.bytes = (size_t)((int)head.bytes + row->extra_bytes);
    struct http_framing framing = {.length = 42};
    struct err err = {0};
    assert_int_equal(http_head_check(&head, &framing, &err), row->code);
    assert_int_equal(err.at, row->at);
    if (row->code != ERR_OK)
        assert_int_equal(framing.length, 42);
    else if (strstr(row->headers, "Length"))
        assert_int_equal(framing.length, 5);
}

struct origin_row {
    const char *label, *site, *origin;
    enum err_code code;
};

/* clang-format off */
static const struct origin_row origins[] = {
    { "a program that is no browser may write",     NULL,          NULL,                       ERR_OK },
    { "our own page may write",                     "same-origin", "http://map.example:8080",  ERR_OK },
    { "an address typed by hand may write",         "none",        NULL,                       ERR_OK },
    { "another site's page may not",                "cross-site",  "http://evil.example",      ERR_FORBIDDEN },
    { "a neighbour's page may not",                 "same-site",   "http://x.map.example",     ERR_FORBIDDEN },
    { "an older browser on our page",               NULL,          "http://map.example:8080",  ERR_OK },
    { "an older browser behind a front with HTTPS", NULL,          "https://map.example:8080", ERR_OK },
    { "an older browser by the public address",     NULL,          "https://kakiko.example",   ERR_OK },
    { "an older browser on another page",           NULL,          "http://evil.example",      ERR_FORBIDDEN },
    { "a page without an origin",                   NULL,          "null",                     ERR_FORBIDDEN },
    { "another port is another origin",             NULL,          "http://map.example",       ERR_FORBIDDEN },
    { "an origin that only begins like ours",       NULL,          "http://map.example:8080.evil.example", ERR_FORBIDDEN },
};
/* clang-format on */

static void checks_origin(void **state)
{
    const struct origin_row *row = *state;
    struct arena arena;
    arena_init(&arena, 0);
    struct http_request req;
    request_init(&req, &arena, "POST", "/api/comments");
    request_header(&req, "host", "map.example:8080");
    if (row->site)
        request_header(&req, "Sec-Fetch-Site", row->site);
    if (row->origin)
        request_header(&req, "Origin", row->origin);
    assert_int_equal(http_origin_check(&req, "https://kakiko.example", NULL), row->code);
    arena_done(&arena);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(rows) + LENGTH(origins)];
    size_t count = 0;
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[count++] = (struct CMUnitTest){rows[i].label, checks, NULL, NULL, (void *)&rows[i]};
    for (size_t i = 0; i < LENGTH(origins); i++)
        tests[count++] =
            (struct CMUnitTest){origins[i].label, checks_origin, NULL, NULL, (void *)&origins[i]};
    return _cmocka_run_group_tests("header", tests, count, NULL, NULL);
}
