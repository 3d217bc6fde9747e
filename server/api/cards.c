/* GET /api/cards: the themes people discuss. */
#include "server/api/answer.h"
#include "server/api/comments.h"
#include "server/json/comment.h"

enum err_code api_cards_list(struct app *app, const struct http_request *req,
                             struct http_response *res, struct err *err)
{
    struct store_reader *reader = app_reader(app, req);
    struct store_card *cards = NULL;
    size_t count = 0;
    uint64_t newest = 0;
    /* The number is read first: a change between is then asked for again, never missed. */
    TRY(store_newest_change(reader, &newest, err));
    TRY(store_cards_list(reader, req->arena, &cards, &count, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_cards(&json, cards, count, newest);
    TRY(api_send(req, res, JSON, &text, err));
    return api_etag(app, req, res, newest, err);
}
