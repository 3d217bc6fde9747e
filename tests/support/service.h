/*
 * service: the endpoint table over a store in a folder of its own, without a socket.
 *
 * Use        struct service service; service_open(&service); struct answer answer = ask(&service,
 *            "POST", "/api/comments", "{…}"); … service_close(&service).
 *            A request that is suspended is waited for, as the real service does.
 */
#pragma once

#include <pthread.h>

#include "server/app.h"
#include "server/http/endpoints.h"
#include "server/http/problem.h"
#include "server/live/comment_tile.h"
#include "server/people/caller.h"
#include "server/people/desk.h"
#include "tests/support/request.h"
#include "tests/support/store.h"

enum { SERVICE_TILE_BYTES = 4 * 1024 * 1024 };

struct service {
    struct town town;
    struct app app;
    struct store_reader *answer_reader;
    int64_t now_ms;
    const char *bearer;
};

struct answer {
    int status;
    const char *text;       /* closed by zero, in the town's arena */
    struct span bytes;      /* the same */
    struct http_body *body; /* of a shared body; one reference is kept until service_close */
    struct http_response res;
};

struct waiting {
    struct http_exchange base;
    pthread_mutex_t lock;
    pthread_cond_t resumed;
    bool done;
};

static inline void waiting_suspend(struct http_exchange *exchange)
{
    (void)exchange;
}

static inline void waiting_resume(struct http_exchange *exchange)
{
    struct waiting *waiting = (struct waiting *)exchange;
    pthread_mutex_lock(&waiting->lock);
    waiting->done = true;
    pthread_cond_signal(&waiting->resumed);
    pthread_mutex_unlock(&waiting->lock);
}

static inline void service_start(struct service *service)
{
    struct err err = {0};
    assert_int_equal(store_reader_open(service->town.store, &service->answer_reader, &err), ERR_OK);
    assert_int_equal(comment_tiles_open(SERVICE_TILE_BYTES, &service->app.comment_tiles, &err),
                     ERR_OK);
    assert_int_equal(store_writer_listen(service->town.writer, comment_tiles_changed,
                                         service->app.comment_tiles, &err),
                     ERR_OK);
    service->app.store = service->town.store;
    service->app.readers = &service->town.reader;
    service->app.answer_reader = service->answer_reader;
    service->app.writer = service->town.writer;
    service->app.threads = 1;
    assert_int_equal(desk_open(2, 64, false, &service->app.desk, &err), ERR_OK);
    assert_int_equal(desk_open(1, 64, false, &service->app.hashes, &err), ERR_OK);
    memset(service->app.secret, (int)(service->town.op_count++ + 1), sizeof service->app.secret);
}

static inline void service_stop(struct service *service)
{
    desk_close(service->app.hashes);
    desk_close(service->app.desk);
    store_writer_close(service->town.writer);
    service->town.writer = NULL;
    comment_tiles_close(service->app.comment_tiles);
    store_reader_close(service->answer_reader);
}

static inline void service_open(struct service *service)
{
    *service = (struct service){.now_ms = 1800000000000};
    town_open(&service->town);
    service_start(service);
}

/* As when the program ends and begins again: another secret, the same folder. */
static inline void service_restart(struct service *service)
{
    service_stop(service);
    town_stop(&service->town);
    town_start(&service->town);
    service_start(service);
}

static inline void service_close(struct service *service)
{
    service_stop(service);
    town_close(&service->town);
}

static inline void answer_take(struct service *service, const struct http_request *req,
                               struct answer *answer)
{
    struct http_response *res = &answer->res;
    struct span bytes = {0};
    (void)req;
    if (res->content == HTTP_BYTES)
        bytes = res->bytes;
    if (res->content == HTTP_BODY)
        bytes = res->body->bytes[HTTP_IDENTITY];
    answer->status = res->status ? res->status : res->content == HTTP_EMPTY ? 204 : 200;
    answer->text = arena_copy(&service->town.arena, bytes);
    assert_non_null(answer->text);
    answer->bytes = span_of(answer->text, bytes.len);
    answer->body = res->content == HTTP_BODY ? res->body : NULL;
}

static inline struct answer ask_bytes(struct service *service, const char *method,
                                      const char *target, const char *type, struct span body)
{
    struct waiting waiting = {.base = {.suspend = waiting_suspend, .resume = waiting_resume}};
    pthread_mutex_init(&waiting.lock, NULL);
    pthread_cond_init(&waiting.resumed, NULL);
    struct http_request req;
    struct answer answer = {0};
    request_init(&req, &service->town.arena, method, target);
    if (type)
        request_header(&req, "Content-Type", type);
    if (service->bearer)
        request_header(&req, "Authorization", service->bearer);
    req.body = body;
    req.now_ms = service->now_ms;
    req.exchange = &waiting.base;

    const struct http_service table = {
        .app = &service->app,
        .endpoints = endpoints,
        .endpoint_count = endpoint_count,
        .own_origin = "",
        .session_check = people_session_check,
    };
    const struct http_framing framing = {.has_length = body.len > 0, .length = body.len};
    const struct endpoint *endpoint = NULL;
    const char *allow = NULL;
    bool answered = false;
    struct err err = {0};
    enum err_code code =
        http_admit(&table, &req, &framing, &endpoint, &answer.res, &answered, &allow, &err);
    if (code == ERR_OK && !answered)
        code = endpoint->handler(&service->app, &req, &answer.res, &err);
    if (waiting.base.suspended) {
        pthread_mutex_lock(&waiting.lock);
        while (!waiting.done)
            pthread_cond_wait(&waiting.resumed, &waiting.lock);
        pthread_mutex_unlock(&waiting.lock);
        code = waiting.base.code;
        err = waiting.base.err;
    }
    if (code != ERR_OK)
        http_problem(&req, &answer.res, code, &err);
    answer_take(service, &req, &answer);
    pthread_cond_destroy(&waiting.resumed);
    pthread_mutex_destroy(&waiting.lock);
    return answer;
}

static inline struct answer ask(struct service *service, const char *method, const char *target,
                                const char *json)
{
    return ask_bytes(service, method, target, json ? "application/json" : NULL,
                     json ? span_from_str(json) : (struct span){0});
}

static inline void answer_done(struct answer *answer)
{
    http_body_unref(answer->body);
    answer->body = NULL;
}
