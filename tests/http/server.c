/*
 * server: the HTTP side alone, with endpoints made for tests, for raw sockets to attack.
 *
 * Use        http_test_server SETTING=VALUE…; prints one JSON line with its address, ends on
 * SIGTERM or when standard input closes.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/app.h"
#include "server/http/cache.h"
#include "server/http/mhd.h"
#include "server/live/hub.h"

static struct http_body *page;   /* shared, three encodings */
static struct http_body *packed; /* gzip only */

/* POST /echo: the body comes back. */
static enum err_code echo(struct app *app, const struct http_request *req,
                          struct http_response *res, struct err *err)
{
    (void)app;
    (void)err;
    http_send_bytes(res, "application/octet-stream", req->body);
    return ERR_OK;
}

/* GET /show/{word}: what arrived of path and query, for the tests to compare. */
static enum err_code show(struct app *app, const struct http_request *req,
                          struct http_response *res, struct err *err)
{
    (void)app;
    int64_t fill = 0;
    TRY(http_query_int(req, "fill", 0, 1 << 22, &fill, err));
    char *text = arena_alloc(req->arena, 512 + (size_t)fill);
    struct span word = http_param(req, "word"), q = {0};
    if (!text)
        return err_set(err, ERR_NOMEM, "no memory", 0);
    http_query(req, "q", &q);
    const int len = snprintf(text, 512, "%.*s|%.*s\n", (int)word.len, (const char *)word.data,
                             (int)q.len, q.data ? (const char *)q.data : "");
    memset(text + len, 'x', (size_t)fill);
    http_send_bytes(res, "text/plain; charset=utf-8", span_of(text, (size_t)len + (size_t)fill));
    return http_etag(req, res, 5, err);
}

static enum err_code get_page(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err)
{
    (void)app;
    (void)req;
    (void)err;
    http_send_body(res, http_body_ref(page));
    return ERR_OK;
}

static enum err_code get_packed(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err)
{
    (void)app;
    (void)req;
    (void)err;
    http_send_body(res, http_body_ref(packed));
    return ERR_OK;
}

struct wait {
    struct http_token *token;
    struct http_response *res;
    int64_t ms;
    bool fails;
};

static void *answer_later(void *context)
{
    struct wait *wait = context;
    const struct timespec pause = {wait->ms / 1000, wait->ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
    http_send_bytes(wait->res, "text/plain", span_from_str("late\n"));
    const struct err err = {ERR_CONFLICT, "it was decided otherwise", 3};
    http_resume(wait->token, wait->fails ? ERR_CONFLICT : ERR_OK, &err);
    free(wait);
    return NULL;
}

/* POST /wait?ms=: answered by another thread, as a comment is by the writer's. */
static enum err_code wait_for(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err)
{
    (void)app;
    int64_t ms = 50, fails = 0;
    TRY(http_query_int(req, "ms", 0, 10000, &ms, err));
    TRY(http_query_int(req, "fails", 0, 1, &fails, err));
    struct wait *wait = calloc(1, sizeof *wait);
    pthread_t thread;
    if (!wait)
        return err_set(err, ERR_NOMEM, "no memory", 0);
    *wait = (struct wait){NULL, res, ms, fails};
    wait->token = http_suspend(req);
    if (pthread_create(&thread, NULL, answer_later, wait) != 0)
        answer_later(wait);
    else
        pthread_detach(thread);
    return ERR_OK;
}

static enum err_code live(struct app *app, const struct http_request *req,
                          struct http_response *res, struct err *err)
{
    (void)req;
    struct live_listener *listener = NULL;
    TRY(live_listener_new(app->hub, &listener, err));
    if (live_listener_greet(listener, span_from_str("retry: 3000\n\n"), 0, err) != ERR_OK) {
        live_listener_free(listener);
        return ERR_NOMEM;
    }
    live_listener_send(listener, res);
    return ERR_OK;
}

/* POST /publish?n=&of=: n events, numbered from `of`. */
static enum err_code publish(struct app *app, const struct http_request *req,
                             struct http_response *res, struct err *err)
{
    int64_t n = 1, of = 1;
    TRY(http_query_int(req, "n", 1, 100000, &n, err));
    TRY(http_query_int(req, "of", 1, 1 << 30, &of, err));
    for (int64_t i = 0; i < n; i++) {
        const struct store_event event = {.type = STORE_EVENT_COMMENT,
                                          .change = (uint64_t)(of + i),
                                          .is_public = true,
                                          .new_lon_e7 = 1393880000,
                                          .new_lat_e7 = 361470000};
        live_hub_changed(app->hub, &event, 1);
    }
    res->status = 204;
    return ERR_OK;
}

static enum err_code metrics(struct app *app, const struct http_request *req,
                             struct http_response *res, struct err *err)
{
    struct buf text;
    buf_init(&text);
    http_metrics_write(app->metrics, &text);
    const char *copy = arena_copy(req->arena, buf_span(&text));
    if (copy)
        http_send_bytes(res, "text/plain; version=0.0.4", span_of(copy, text.len));
    buf_done(&text);
    return copy ? ERR_OK : err_set(err, ERR_NOMEM, "no memory", 0);
}

/* clang-format off */
static const struct endpoint table[] = {
    { HTTP_POST, "/echo",         echo,       ACCESS_PUBLIC, 65536, NULL,               "",          false },
    { HTTP_PUT,  "/echo",         echo,       ACCESS_WRITE,  1024,  "application/json", "",          false },
    { HTTP_POST, "/large",        echo,       ACCESS_PUBLIC, 8 << 20, NULL,             "",          false },
    { HTTP_GET,  "/show/{word}",  show,       ACCESS_PUBLIC, 0,     NULL,               "q fill k*", false },
    { HTTP_GET,  "/page",         get_page,   ACCESS_PUBLIC, 0,     NULL,               "",          true },
    { HTTP_GET,  "/packed",       get_packed, ACCESS_PUBLIC, 0,     NULL,               "",          true },
    { HTTP_POST, "/wait",         wait_for,   ACCESS_PUBLIC, 1024,  NULL,               "ms fails",  false },
    { HTTP_GET,  "/wait",         wait_for,   ACCESS_PUBLIC, 0,     NULL,               "ms fails",  false },
    { HTTP_POST, "/secret",       echo,       ACCESS_DEVICE, 1024,  NULL,               "",          false },
    { HTTP_GET,  "/live",         live,       ACCESS_PUBLIC, 0,     NULL,               "",          false },
    { HTTP_POST, "/publish",      publish,    ACCESS_PUBLIC, 0,     NULL,               "n of",      false },
    { HTTP_GET,  "/metrics",      metrics,    ACCESS_PUBLIC, 0,     NULL,               "",          false },
};
/* clang-format on */

static void keep(struct http_body *body)
{
    (void)body;
}

static struct http_body *body_over(struct arena *arena, struct span text, bool only_packed)
{
    struct http_body *body = ARENA_NEW(arena, struct http_body);
    if (!body || !http_gzip(text, arena, &body->bytes[HTTP_GZIP]))
        exit(1);
    if (!only_packed) {
        body->bytes[HTTP_IDENTITY] = text;
        body->bytes[HTTP_BROTLI] = span_from_str("not really brotli");
        body->ranges = true;
    }
    body->content_type = "text/plain; charset=utf-8";
    body->cache_control = "public, max-age=60";
    body->etag = "e1";
    body->free = keep;
    http_body_init(body);
    return body;
}

static int serve(const struct config *config)
{
    struct app app = {.config = config, .threads = (unsigned)config->threads};
    struct config_problem problem;
    struct http_server *server = NULL;
    const struct http_port port = {config->listen, config->tls_certificate[0] != 0, 0};
    const struct http_service service = {&app, table, LENGTH(table), config->public_url,
                                         NULL, NULL};
    app.metrics = http_metrics_new(table, LENGTH(table), app.threads);
    if (!app.metrics ||
        live_hub_open((size_t)config->live_listeners, 300, &app.hub, NULL) != ERR_OK)
        return 1;
    const enum err_code code =
        http_server_open(config, &port, &service, app.metrics, &server, &problem);
    if (code != ERR_OK) {
        fprintf(stderr, "%s\n", problem.text);
        live_hub_close(app.hub);
        http_metrics_free(app.metrics);
        return code == ERR_USAGE ? 2 : 1;
    }
    printf("{\"url\":\"%s\"}\n", http_server_url(server));
    fflush(stdout);
    sigset_t stop;
    int which;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigwait(&stop, &which);
    live_hub_stop(app.hub);
    const bool clean = http_server_drain(server, config->stop_timeout * 1000);
    http_server_close(server);
    live_hub_close(app.hub);
    http_metrics_free(app.metrics);
    printf("{\"clean\":%s}\n", clean ? "true" : "false");
    return 0;
}

int main(int argc, char **argv)
{
    struct config config;
    struct config_problem problem;
    config_defaults(&config);
    for (int i = 1; i < argc; i++)
        if (config_read_text(&config, span_from_str(argv[i]), "argument", &problem) != ERR_OK) {
            fprintf(stderr, "%s\n", problem.text);
            return 2;
        }
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
    struct arena arena;
    arena_init(&arena, 0);
    char *text = arena_alloc(&arena, 10000);
    if (!text)
        return 1;
    for (size_t i = 0; i < 10000; i++)
        text[i] = (char)('0' + i % 10);
    page = body_over(&arena, span_of(text, 10000), false);
    packed = body_over(&arena, span_of(text, 10000), true);
    const int status = serve(&config);
    http_body_unref(page);
    http_body_unref(packed);
    arena_done(&arena);
    return status;
}
