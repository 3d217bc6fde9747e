/* /api/moderation/words: what the city looks at first. */
#include "server/api/review.h"
#include "server/moderation/signals.h"
#include "server/moderation/wordlist.h"
#include "server/people/desk.h"
#include "server/store/joins.h"

struct words {
    struct span *list;
    size_t count;
};

static enum err_code send(const struct http_request *req, struct http_response *res,
                          const struct words *words, struct err *err)
{
    size_t own_count;
    const struct span *own = wordlist_own(&own_count);
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_words(&json, words->list, words->count, own, own_count);
    return api_send_private(req, res, &text, err);
}

/* GET /api/moderation/words */
enum err_code api_words_get(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err)
{
    struct caller caller;
    struct words words;
    TRY(people_caller(app, req, &caller, err));
    TRY(people_need(&caller, RIGHT_MODERATE, (struct uuid){{0}}, err));
    TRY(store_words_list(app_reader(app, req), req->arena, &words.list, &words.count, err));
    return send(req, res, &words, err);
}

static enum err_code set(const struct desk_work *desk, struct err *err)
{
    const struct words *words = desk->context;
    TRY(store_words_set(desk->app->writer, words->list, words->count, err));
    if (desk->app->signals)
        TRY(signals_set_words(desk->app->signals, words->list, words->count, err));
    return send(desk->req, desk->res, words, err);
}

/* PUT /api/moderation/words */
enum err_code api_words_put(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err)
{
    struct caller caller;
    struct words *words = ARENA_NEW(req->arena, struct words);
    if (!words)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(people_caller(app, req, &caller, err));
    TRY(people_need(&caller, RIGHT_MODERATE, (struct uuid){{0}}, err));
    TRY(json_words_from(req->body, req->arena, &words->list, &words->count, &res->pointer, err));
    const struct desk_work desk = {app, req, res, words};
    return desk_continue(app->desk, &desk, set, err);
}
