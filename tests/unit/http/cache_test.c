#include <string.h>

#include "server/http/cache.h"
#include "tests/support/request.h"

enum { I = HTTP_HAS(HTTP_IDENTITY), G = HTTP_HAS(HTTP_GZIP), B = HTTP_HAS(HTTP_BROTLI) };

struct encoding_row {
    const char *label, *accept;
    unsigned available;
    enum http_encoding wanted;
};

/* Expected values follow RFC 9110, 12.5.3. */
/* clang-format off */
static const struct encoding_row encodings[] = {
    { "no header: as it is",                      NULL,                       I | G | B, HTTP_IDENTITY },
    { "what browsers send takes brotli",          "gzip, deflate, br, zstd",  I | G | B, HTTP_BROTLI },
    { "gzip where brotli is not made",            "gzip, deflate, br",        I | G,     HTTP_GZIP },
    { "identity where nothing else is made",      "gzip, deflate, br",        I,         HTTP_IDENTITY },
    { "the greater q wins",                       "br;q=0.5, gzip;q=0.8",     I | G | B, HTTP_GZIP },
    { "q=0 refuses",                              "gzip;q=0, br;q=0",         I | G | B, HTTP_IDENTITY },
    { "identity may be refused",                  "identity;q=0, gzip",       I | G,     HTTP_GZIP },
    { "identity refused and nothing else there",  "identity;q=0, br",         I | G,     HTTP_ENCODINGS },
    { "a star takes what is not named",           "br;q=0, *",                I | G | B, HTTP_GZIP },
    { "a star with q=0 refuses the rest",         "gzip, *;q=0",              I | B,     HTTP_ENCODINGS },
    { "the empty header: as it is",               "",                         I | G | B, HTTP_IDENTITY },
    { "case and blanks do not matter",            " GZIP ; Q=0.9 ",           I | G,     HTTP_GZIP },
    { "the old name x-gzip",                      "x-gzip",                   I | G,     HTTP_GZIP },
    { "a broken q counts as refusal",             "gzip;q=2",                 I | G,     HTTP_IDENTITY },
    { "only gzip is there and not wanted",        NULL,                       G,         HTTP_ENCODINGS },
};
/* clang-format on */

static void chooses(void **state)
{
    const struct encoding_row *row = *state;
    struct arena arena;
    arena_init(&arena, 0);
    struct http_request req;
    request_init(&req, &arena, "GET", "/");
    if (row->accept)
        request_header(&req, "Accept-Encoding", row->accept);
    assert_int_equal(http_encoding_for(&req, row->available), row->wanted);
    arena_done(&arena);
}

struct tag_row {
    const char *label, *if_none_match;
    bool is_current;
};

/* clang-format off */
static const struct tag_row tags[] = {
    { "the same tag",                     "\"abc-gz\"",               true },
    { "one of a list",                    "\"x\", \"abc-gz\" , \"y\"", true },
    { "a weak tag compares weakly",       "W/\"abc-gz\"",             true },
    { "a star",                           "*",                        true },
    { "the tag of another encoding",      "\"abc\"",                  false },
    { "a tag without quotes",             "abc-gz",                   false },
    { "another tag",                      "\"abd-gz\"",               false },
    { "the empty list",                   "",                         false },
};
/* clang-format on */

static void compares(void **state)
{
    const struct tag_row *row = *state;
    struct arena arena;
    arena_init(&arena, 0);
    struct http_request req;
    char quoted[HTTP_ETAG_TEXT];
    request_init(&req, &arena, "GET", "/");
    assert_true(http_etag_text("abc", HTTP_GZIP, quoted));
    assert_false(http_is_current(&req, quoted));
    request_header(&req, "if-none-match", row->if_none_match);
    assert_int_equal(http_is_current(&req, quoted), row->is_current);
    arena_done(&arena);
}

struct range_row {
    const char *label, *range, *if_range;
    uint64_t size;
    enum http_range kind;
    uint64_t from, len;
};

/* The first rows are the examples of RFC 9110, 14.1.2, for 10000 bytes. */
/* clang-format off */
static const struct range_row ranges[] = {
    { "the first 500 bytes",             "bytes=0-499",     NULL,       10000, HTTP_RANGE_PART,  0, 500 },
    { "the second 500 bytes",            "bytes=500-999",   NULL,       10000, HTTP_RANGE_PART,  500, 500 },
    { "the last 500 bytes",              "bytes=-500",      NULL,       10000, HTTP_RANGE_PART,  9500, 500 },
    { "from 9500 to the end",            "bytes=9500-",     NULL,       10000, HTTP_RANGE_PART,  9500, 500 },
    { "a single byte",                   "bytes=0-0",       NULL,       10000, HTTP_RANGE_PART,  0, 1 },
    { "beyond the end is cut",           "bytes=9990-20000", NULL,      10000, HTTP_RANGE_PART,  9990, 10 },
    { "a suffix longer than all",        "bytes=-20000",    NULL,       10000, HTTP_RANGE_PART,  0, 10000 },
    { "behind the end is not met",       "bytes=10000-",    NULL,       10000, HTTP_RANGE_UNMET, 0, 0 },
    { "a suffix of nothing",             "bytes=-0",        NULL,       10000, HTTP_RANGE_UNMET, 0, 0 },
    { "an empty file has no range",      "bytes=0-",        NULL,       0,     HTTP_RANGE_UNMET, 0, 0 },
    { "several ranges: the whole",       "bytes=0-0,-1",    NULL,       10000, HTTP_RANGE_ALL,   0, 0 },
    { "the wrong way round: the whole",  "bytes=5-4",       NULL,       10000, HTTP_RANGE_ALL,   0, 0 },
    { "another unit: the whole",         "lines=0-4",       NULL,       10000, HTTP_RANGE_ALL,   0, 0 },
    { "no number: the whole",            "bytes=a-b",       NULL,       10000, HTTP_RANGE_ALL,   0, 0 },
    { "a sign: the whole",               "bytes=+1-2",      NULL,       10000, HTTP_RANGE_ALL,   0, 0 },
    { "nothing: the whole",              "bytes=",          NULL,       10000, HTTP_RANGE_ALL,   0, 0 },
    { "only a dash: the whole",          "bytes=-",         NULL,       10000, HTTP_RANGE_ALL,   0, 0 },
    { "more than 63 bits: the whole",    "bytes=99999999999999999999-", NULL, 10000, HTTP_RANGE_ALL, 0, 0 },
    { "If-Range with our tag",           "bytes=0-499",     "\"abc\"",  10000, HTTP_RANGE_PART,  0, 500 },
    { "If-Range with another tag",       "bytes=0-499",     "\"old\"",  10000, HTTP_RANGE_ALL,   0, 0 },
    { "If-Range with a weak tag",        "bytes=0-499",     "W/\"abc\"", 10000, HTTP_RANGE_ALL,  0, 0 },
    { "If-Range with a date",            "bytes=0-499",     "Wed, 21 Oct 2015 07:28:00 GMT", 10000, HTTP_RANGE_ALL, 0, 0 },
};
/* clang-format on */

static void finds_range(void **state)
{
    const struct range_row *row = *state;
    struct arena arena;
    arena_init(&arena, 0);
    struct http_request req;
    request_init(&req, &arena, "GET", "/");
    request_header(&req, "Range", row->range);
    if (row->if_range)
        request_header(&req, "If-Range", row->if_range);
    uint64_t from = 0, len = 0;
    assert_int_equal(http_range_of(&req, row->size, "\"abc\"", &from, &len), row->kind);
    assert_int_equal(from, row->from);
    assert_int_equal(len, row->len);
    arena_done(&arena);
}

static void gzip_round_trip(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    uint8_t bytes[100000], twice[200000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i % 251);
    struct span packed, plain;
    assert_true(http_gzip(span_of(bytes, sizeof bytes), &arena, &packed));
    assert_true(packed.len < sizeof bytes / 10);
    /* Two members one after the other are one stream: RFC 1952, 2.2. */
    memcpy(twice, packed.data, packed.len);
    memcpy(twice + packed.len, packed.data, packed.len);
    assert_int_equal(http_gunzip(span_of(twice, 2 * packed.len), 1 << 20, &arena, &plain, NULL),
                     ERR_OK);
    assert_int_equal(plain.len, 2 * sizeof bytes);
    assert_memory_equal(plain.data + sizeof bytes, bytes, sizeof bytes);
    plain = (struct span){0};
    assert_int_equal(http_gunzip(packed, 1000, &arena, &plain, NULL), ERR_TOO_LARGE);
    twice[packed.len / 2] ^= 0xFF;
    assert_int_not_equal(http_gunzip(span_of(twice, packed.len), 1 << 20, &arena, &plain, NULL),
                         ERR_OK);
    assert_null(plain.data);
    arena_done(&arena);
}

static void short_is_not_packed(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct span packed = {0};
    assert_false(http_gzip(span_from_str("abc"), &arena, &packed));
    assert_null(packed.data);
    arena_done(&arena);
}

#define ROW(rows, run)                                                                             \
    tests[count++] = (struct CMUnitTest)                                                           \
    {                                                                                              \
        rows[i].label, run, NULL, NULL, (void *)&rows[i]                                           \
    }

int main(void)
{
    struct CMUnitTest tests[LENGTH(encodings) + LENGTH(tags) + LENGTH(ranges) + 2];
    size_t count = 0;
    for (size_t i = 0; i < LENGTH(encodings); i++)
        ROW(encodings, chooses);
    for (size_t i = 0; i < LENGTH(tags); i++)
        ROW(tags, compares);
    for (size_t i = 0; i < LENGTH(ranges); i++)
        ROW(ranges, finds_range);
    tests[count++] = (struct CMUnitTest){"gzip comes back, several members too", gzip_round_trip,
                                         NULL, NULL, NULL};
    tests[count++] = (struct CMUnitTest){"what would grow is left as it is", short_is_not_packed,
                                         NULL, NULL, NULL};
    return _cmocka_run_group_tests("cache", tests, count, NULL, NULL);
}
