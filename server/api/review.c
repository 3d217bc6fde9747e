/* GET /api/moderation, /api/moderation/{id}: the queue, and one object with its history. */
#include "server/api/review.h"

bool api_review_may(const struct caller *caller, enum right right,
                    const struct store_review *review)
{
    if (!uuid_is_nil(review->space_id) && scopes_have(caller->closed, review->space_id))
        return false;
    return people_may(caller, right, review->space_id) ||
           (!uuid_is_nil(review->meeting_id) && people_may(caller, right, review->meeting_id));
}

enum err_code api_review_find(struct store_reader *reader, const struct caller *caller,
                              struct uuid id, struct arena *arena, struct store_review *ret,
                              struct err *err)
{
    struct store_review review;
    TRY(store_review_find(reader, id, arena, &review, err));
    if (!api_review_may(caller, RIGHT_READ_HELD, &review))
        return err_set(err, ERR_NOT_FOUND, "there is nothing of this id to decide about", 0);
    *ret = review;
    return ERR_OK;
}

enum err_code api_review_item(struct store_reader *reader, struct arena *arena,
                              const struct store_review *review, struct json_item *ret,
                              struct err *err)
{
    struct json_item item = {.review = *review};
    struct uuid *photos = NULL;
    struct store_appeal *appeals = NULL;
    if (review->type == OBJECT_COMMENT) {
        TRY(store_review_photos(reader, review->id, arena, &photos, &item.photo_count, err));
        TRY(store_review_cluster(reader, review->id, &item.cluster, err));
    }
    TRY(store_appeals_of(reader, review->id, arena, &appeals, &item.appeal_count, err));
    item.photos = photos;
    item.appeals = appeals;
    *ret = item;
    return ERR_OK;
}

enum err_code api_review_send(const struct http_request *req, struct http_response *res,
                              struct store_reader *reader, const struct store_review *review,
                              struct err *err)
{
    struct json_item item;
    TRY(api_review_item(reader, req->arena, review, &item, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_item(&json, &item);
    return api_send_private(req, res, &text, err);
}

/* --- The queue -------------------------------------------------------------------------------- */

static enum err_code read_state(const struct http_request *req, enum store_review_state *ret,
                                struct err *err)
{
    static const char *const names[] = {
        [STORE_REVIEW_HELD] = "held",
        [STORE_REVIEW_SIGNALS] = "signals",
        [STORE_REVIEW_APPEALED] = "appeals",
        [STORE_REVIEW_ALL] = "all",
    };
    struct span text;
    if (!http_query(req, "state", &text))
        return ERR_OK;
    for (size_t i = 0; i < LENGTH(names); i++)
        if (span_is(text, names[i])) {
            *ret = (enum store_review_state)i;
            return ERR_OK;
        }
    return err_set(err, ERR_PARAM, "state is held, signals, appeals or all", 0);
}

/* A teacher's queue is that of the own classes; a moderator's the city. */
static enum err_code read_reach(const struct http_request *req, const struct caller *caller,
                                struct store_reach *ret, struct err *err)
{
    bool found;
    struct store_reach reach = {
        .all = people_may(caller, RIGHT_READ_HELD, (struct uuid){{0}}),
        .scopes = caller->scopes,
        .closed = caller->closed,
    };
    TRY(http_query_uuid(req, "meeting", &reach.meeting_id, &found, err));
    TRY(http_query_uuid(req, "space", &reach.space_id, &found, err));
    if (!reach.all && !people_role_has(caller->role, RIGHT_READ_HELD))
        return people_need(caller, RIGHT_READ_HELD, (struct uuid){{0}}, err);
    *ret = reach;
    return ERR_OK;
}

/* GET /api/moderation */
enum err_code api_review_list(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err)
{
    struct store_reader *reader = app_reader(app, req);
    enum store_review_state state = STORE_REVIEW_HELD;
    int64_t cursor = 0, limit = 50;
    struct caller caller;
    struct store_reach reach;
    struct store_review *list;
    size_t count;
    uint64_t next;
    TRY(read_state(req, &state, err));
    TRY(http_query_int(req, "cursor", 1, INT64_MAX, &cursor, err));
    TRY(http_query_int(req, "limit", 1, 200, &limit, err));
    TRY(people_caller(app, req, &caller, err));
    TRY(read_reach(req, &caller, &reach, err));
    TRY(store_review_list(reader, state, &reach, (uint64_t)cursor, (size_t)limit, req->arena, &list,
                          &count, &next, err));
    struct json_item *items = ARENA_ARRAY(req->arena, struct json_item, count);
    if (!items)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < count; i++)
        TRY(api_review_item(reader, req->arena, &list[i], &items[i], err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_item_page(&json, items, count, next);
    return api_send_private(req, res, &text, err);
}

/* GET /api/moderation/{id} */
enum err_code api_review_get(struct app *app, const struct http_request *req,
                             struct http_response *res, struct err *err)
{
    struct store_reader *reader = app_reader(app, req);
    struct caller caller;
    struct store_review review;
    struct json_item item;
    struct store_step *steps;
    size_t count;
    struct uuid id;
    TRY(http_param_uuid(req, "id", &id, err));
    TRY(people_caller(app, req, &caller, err));
    TRY(api_review_find(reader, &caller, id, req->arena, &review, err));
    TRY(api_review_item(reader, req->arena, &review, &item, err));
    TRY(store_review_history(reader, id, req->arena, &steps, &count, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_item_history(&json, &item, steps, count);
    return api_send_private(req, res, &text, err);
}
