#include <string.h>

#include "server/http/problem.h"
#include "tests/support/request.h"

struct bbox_row {
    const char *label, *target;
    enum err_code code;
    bool found;
    struct http_bbox box;
};

/* clang-format off */
static const struct bbox_row boxes[] = {
    { "four numbers",                  "/?bbox=139.3,36.1,139.4,36.2",  ERR_OK, true, { 1393000000, 361000000, 1394000000, 362000000 } },
    { "none is none",                  "/",                             ERR_OK, false, { 7, 7, 7, 7 } },
    { "the whole world",               "/?bbox=-180,-90,180,90",        ERR_OK, true, { -1800000000, -900000000, 1800000000, 900000000 } },
    { "across the date line",          "/?bbox=170,-10,-170,10",        ERR_OK, true, { 1700000000, -100000000, -1700000000, 100000000 } },
    { "fifteen decimals",              "/?bbox=139.388812345678901,36,140,37", ERR_OK, true, { 1393888123, 360000000, 1400000000, 370000000 } },
    { "three numbers",                 "/?bbox=1,2,3",                  ERR_PARAM, false, { 7, 7, 7, 7 } },
    { "five numbers",                  "/?bbox=1,2,3,4,5",              ERR_PARAM, false, { 7, 7, 7, 7 } },
    { "an empty piece",                "/?bbox=1,,3,4",                 ERR_PARAM, false, { 7, 7, 7, 7 } },
    { "nothing",                       "/?bbox=",                       ERR_PARAM, false, { 7, 7, 7, 7 } },
    { "words",                         "/?bbox=a,b,c,d",                ERR_PARAM, false, { 7, 7, 7, 7 } },
    { "not a number",                  "/?bbox=nan,1,2,3",              ERR_PARAM, false, { 7, 7, 7, 7 } },
    { "outside the world",             "/?bbox=181,1,182,3",            ERR_PARAM, false, { 7, 7, 7, 7 } },
    { "north and south exchanged",     "/?bbox=1,4,2,3",                ERR_PARAM, false, { 7, 7, 7, 7 } },
    { "latitude before longitude",     "/?bbox=36.1,139.3,36.2,139.4",  ERR_PARAM, false, { 7, 7, 7, 7 } },
};
/* clang-format on */

static void reads_bbox(void **state)
{
    const struct bbox_row *row = *state;
    struct arena arena;
    struct http_request req;
    struct http_bbox box = {7, 7, 7, 7};
    bool found = false;
    arena_init(&arena, 0);
    request_init(&req, &arena, "GET", row->target);
    assert_int_equal(http_query_bbox(&req, "bbox", &box, &found, NULL), row->code);
    assert_int_equal(found, row->found);
    assert_memory_equal(&box, &row->box, sizeof box);
    arena_done(&arena);
}

static void lists_of_words(void **state)
{
    (void)state;
    struct arena arena;
    struct http_request req;
    struct span piece;
    char text[100] = "";
    arena_init(&arena, 0);
    request_init(&req, &arena, "GET", "/?kind=a,b&x=1,2&kind=c&kind=&kind=d,");
    for (struct http_list list = {0}; http_query_next(&req, "kind", &list, &piece);) {
        strncat(text, (const char *)piece.data, piece.len);
        strcat(text, ";");
    }
    assert_string_equal(text, "a;b;c;;d;;");
    arena_done(&arena);
}

static void numbers(void **state)
{
    (void)state;
    struct arena arena;
    struct http_request req;
    int64_t value = 42;
    arena_init(&arena, 0);
    request_init(&req, &arena, "GET", "/?a=7&b=x&c=1001&d=");
    assert_int_equal(http_query_int(&req, "missing", 1, 1000, &value, NULL), ERR_OK);
    assert_int_equal(value, 42);
    assert_int_equal(http_query_int(&req, "b", 1, 1000, &value, NULL), ERR_PARAM);
    assert_int_equal(http_query_int(&req, "c", 1, 1000, &value, NULL), ERR_PARAM);
    assert_int_equal(http_query_int(&req, "d", 1, 1000, &value, NULL), ERR_PARAM);
    assert_int_equal(value, 42);
    assert_int_equal(http_query_int(&req, "a", 1, 1000, &value, NULL), ERR_OK);
    assert_int_equal(value, 7);
    arena_done(&arena);
}

static int freed, destroyed;

static void count_free(struct http_body *body)
{
    (void)body;
    freed++;
}

static void count_destroy(void *prepared)
{
    (void)prepared;
    destroyed++;
}

/* The bytes outlive the last user while a prepared response is still on its way. */
static void body_lives_while_sent(void **state)
{
    (void)state;
    freed = destroyed = 0;
    int prepared;
    struct http_body body = {.free = count_free};
    http_body_init(&body);
    http_body_ref(&body);
    http_body_unref(&body);
    assert_int_equal(freed, 0);
    atomic_store(&body.prepared_free, count_destroy); /* as the sender prepares a response */
    atomic_store(&body.prepared[HTTP_GZIP], &prepared);
    atomic_fetch_add(&body.holders, 1);
    http_body_unref(&body);
    assert_int_equal(destroyed, 1);
    assert_int_equal(freed, 0);
    http_body_release(&body);
    assert_int_equal(freed, 1);
}

static void problem_document(void **state)
{
    (void)state;
    struct arena arena;
    struct http_request req;
    arena_init(&arena, 0);
    request_init(&req, &arena, "GET", "/");
    freed = 0;
    struct http_body body = {.free = count_free};
    http_body_init(&body);
    struct http_response res = {.status = 201};
    http_send_body(&res, &body);
    const struct err err = {ERR_PARAM, "say \"please\"", 3};
    http_problem(&req, &res, ERR_PARAM, &err);
    assert_int_equal(freed, 1); /* what the handler had put there is given back */
    assert_int_equal(res.status, 400);
    assert_string_equal(res.content_type, "application/problem+json");
    assert_true(span_is(
        res.bytes, "{\"type\":\"about:blank\",\"title\":\"a parameter is missing or wrong\","
                   "\"status\":400,\"code\":\"param\",\"detail\":\"say \\\"please\\\"\",\"at\":3,"
                   "\"request\":7}\n"));
    arena_done(&arena);
}

static void problem_without_memory(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 16);
    struct http_request req = {.arena = &arena};
    struct http_response res = {0};
    http_problem(&req, &res, ERR_NOT_FOUND, NULL);
    assert_int_equal(res.status, 503);
    assert_true(res.bytes.len > 0);
    arena_done(&arena);
}

static void noop_suspend(struct http_exchange *exchange)
{
    (void)exchange;
}

static int resumed;

static void count_resume(struct http_exchange *exchange)
{
    (void)exchange;
    resumed++;
}

static void waits_and_goes_on(void **state)
{
    (void)state;
    struct http_exchange exchange = {.suspend = noop_suspend, .resume = count_resume};
    const struct http_request req = {.exchange = &exchange};
    struct http_token *token = http_suspend(&req);
    assert_true(exchange.suspended);
    const struct err err = {ERR_FULL, "the disk is full", 0};
    http_resume(token, ERR_FULL, &err);
    assert_int_equal(resumed, 1);
    assert_int_equal(exchange.code, ERR_FULL);
    assert_string_equal(exchange.err.what, "the disk is full");
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(boxes) + 6] = {
        {"values of a list, repeated or with commas", lists_of_words, NULL, NULL, NULL},
        {"numbers keep their default unless right", numbers, NULL, NULL, NULL},
        {"a shared body lives until it is sent", body_lives_while_sent, NULL, NULL, NULL},
        {"a failure is a problem document", problem_document, NULL, NULL, NULL},
        {"a failure without memory is one too", problem_without_memory, NULL, NULL, NULL},
        {"a request waits and goes on with a failure", waits_and_goes_on, NULL, NULL, NULL},
    };
    for (size_t i = 0; i < LENGTH(boxes); i++)
        tests[6 + i] =
            (struct CMUnitTest){boxes[i].label, reads_bbox, NULL, NULL, (void *)&boxes[i]};
    return _cmocka_run_group_tests("message", tests, LENGTH(tests), NULL, NULL);
}
