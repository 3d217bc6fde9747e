#include <string.h>

#include "server/http/target.h"
#include "tests/support/test.h"

/* `query` is written name=value; with a '|' between parameters. */
struct row {
    const char *label, *raw, *path, *query;
    enum err_code code;
    uint64_t at;
};

/* clang-format off */
static const struct row rows[] = {
    { "a plain path",                         "/api/health",          "/api/health", "",      ERR_OK, 0 },
    { "the root",                             "/",                    "/", "",                ERR_OK, 0 },
    { "an escape is undone once",             "/a%2541",              "/a%41", "",            ERR_OK, 0 },
    { "UTF-8 in the path",                    "/%E7%86%8A",           "/熊", "",              ERR_OK, 0 },
    { "a plus in the path stays",             "/a+b",                 "/a+b", "",             ERR_OK, 0 },
    { "query parameters in order",            "/a?x=1&y=2",           "/a", "x=1|y=2",        ERR_OK, 0 },
    { "a plus in the query is a blank",       "/a?q=a+b",             "/a", "q=a b",          ERR_OK, 0 },
    { "a parameter without a value",          "/a?x",                 "/a", "x=",             ERR_OK, 0 },
    { "empty pieces are skipped",             "/a?&&x=1&",            "/a", "x=1",            ERR_OK, 0 },
    { "only the first equals sign parts",     "/a?x=1=2",             "/a", "x=1=2",          ERR_OK, 0 },
    { "Japanese in the query",                "/a?q=%E6%AD%A9%E9%81%93", "/a", "q=歩道",      ERR_OK, 0 },
    { "a repeated parameter is kept twice",   "/a?k=1&k=2",           "/a", "k=1|k=2",        ERR_OK, 0 },
    { "a question mark inside the query",     "/a?q=?",               "/a", "q=?",            ERR_OK, 0 },
    { "the absolute form",                    "http://h:80/a?x=1",    "/a", "x=1",            ERR_OK, 0 },
    { "the absolute form without a path",     "http://h",             "/", "",                ERR_OK, 0 },
    { "a slash at the end",                   "/a/",                  "/a/", "",              ERR_OK, 0 },
    { "three dots are a name",                "/...",                 "/...", "",             ERR_OK, 0 },
    { "an encoded line break in a query",     "/a?q=%0A",             "/a", "q=\n",           ERR_OK, 0 },
    { "no slash in front",                    "a",                    "", "",                 ERR_FORMAT, 0 },
    { "the empty target",                     "",                     "", "",                 ERR_FORMAT, 0 },
    { "an asterisk",                          "*",                    "", "",                 ERR_FORMAT, 0 },
    { "a zero byte by escape",                "/a%00b",               "", "",                 ERR_FORMAT, 2 },
    { "a zero byte in the query",             "/a?q=%00",             "", "",                 ERR_FORMAT, 5 },
    { "a control character in the path",      "/a%0Ab",               "", "",                 ERR_FORMAT, 2 },
    { "an encoded slash",                     "/a%2fb",               "", "",                 ERR_FORMAT, 2 },
    { "two dots",                             "/../etc/passwd",       "", "",                 ERR_FORMAT, 1 },
    { "two encoded dots",                     "/%2e%2E/etc",          "", "",                 ERR_FORMAT, 1 },
    { "two dots at the end",                  "/a/..",                "", "",                 ERR_FORMAT, 3 },
    { "one dot",                              "/./a",                 "", "",                 ERR_FORMAT, 1 },
    { "an empty step",                        "//a",                  "", "",                 ERR_FORMAT, 1 },
    { "a broken escape",                      "/a%4",                 "", "",                 ERR_FORMAT, 2 },
    { "an escape that is no number",          "/a%zz",                "", "",                 ERR_FORMAT, 2 },
    { "overlong UTF-8",                       "/%C0%AE",              "", "",                 ERR_FORMAT, 0 },
    { "bytes that are not UTF-8 in a query",  "/a?q=%FF",             "", "",                 ERR_FORMAT, 5 },
    { "a number sign",                        "/a#b",                 "", "",                 ERR_FORMAT, 0 },
};
/* clang-format on */

static void reads(void **state)
{
    const struct row *row = *state;
    struct arena arena;
    arena_init(&arena, 0);
    struct http_target target = {0};
    struct err err = {0};
    assert_int_equal(http_target_from(span_from_str(row->raw), &arena, &target, &err), row->code);
    if (row->code == ERR_OK) {
        assert_true(span_is(target.path, row->path));
        char query[256] = "";
        for (size_t i = 0; i < target.query_count; i++) {
            strcat(query, i ? "|" : "");
            strcat(query, (const char *)target.query[i].name.data);
            strcat(query, "=");
            strcat(query, (const char *)target.query[i].value.data);
        }
        assert_string_equal(query, row->query);
    } else {
        assert_int_equal(err.at, row->at);
        assert_null(target.path.data);
    }
    arena_done(&arena);
}

static void too_many(void **state)
{
    (void)state;
    char raw[4 + 2 * (HTTP_MAX_QUERY + 1)] = "/?";
    for (int i = 0; i < HTTP_MAX_QUERY; i++)
        strcat(raw, i ? "&a" : "a");
    struct arena arena;
    struct http_target target;
    arena_init(&arena, 0);
    assert_int_equal(http_target_from(span_from_str(raw), &arena, &target, NULL), ERR_OK);
    assert_int_equal(target.query_count, HTTP_MAX_QUERY);
    strcat(raw, "&");
    assert_int_equal(http_target_from(span_from_str(raw), &arena, &target, NULL), ERR_FORMAT);
    arena_done(&arena);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(rows) + 1];
    size_t count = 0;
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[count++] = (struct CMUnitTest){rows[i].label, reads, NULL, NULL, (void *)&rows[i]};
    tests[count++] =
        (struct CMUnitTest){"more parameters than allowed are refused", too_many, NULL, NULL, NULL};
    return _cmocka_run_group_tests("target", tests, count, NULL, NULL);
}
