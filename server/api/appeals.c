/* POST /api/appeals: an author does not agree. */
#include "server/api/post.h"
#include "server/api/review.h"
#include "server/moderation/receipt.h"
#include "server/people/limit.h"

static enum err_code answer(const struct api_post *post, bool fresh, struct err *err)
{
    const struct json_new_appeal *asked = post->asked;
    struct store_appeal stored;
    TRY(store_appeals_find(post->app->answer_reader, asked->id, post->req->arena, &stored, err));
    if (!uuid_equal(stored.target_id, asked->target_id) || !span_equal(stored.text, asked->text)) {
        post->res->pointer = "/id";
        return err_set(err, ERR_CONFLICT, "something else has this id already", 0);
    }
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_appeal(&json, &stored);
    TRY(api_send(post->req, post->res, JSON, &text, err));
    people_vary(post->res);
    post->res->status = fresh ? 201 : 200;
    return ERR_OK;
}

static enum err_code is_of_device(struct store_reader *reader, struct arena *arena,
                                  struct uuid device_id, struct uuid target_id, bool *ret,
                                  struct err *err)
{
    struct store_own *own;
    size_t count;
    TRY(store_review_of_device(reader, device_id, arena, &own, &count, err));
    *ret = false;
    for (size_t i = 0; i < count && !*ret; i++)
        *ret = uuid_equal(own[i].id, target_id);
    return ERR_OK;
}

/* By the receipt's code, or on the device that made it. Whose it is not hears that there is none.
 */
static enum err_code check_author(struct app *app, const struct http_request *req,
                                  struct http_response *res, const struct json_new_appeal *asked,
                                  const struct store_review *target, struct err *err)
{
    static const char unknown[] = "there is nothing of this id that this device or receipt made";
    struct store_reader *reader = app_reader(app, req);
    bool is_own = false;
    if (asked->receipt.len) {
        uint8_t hash[RECEIPT_BYTES];
        struct store_review found;
        TRY(people_limit_address(app, req, res, LIMIT_RECEIPT_ADDRESS, 1, err));
        if (!receipt_hash(asked->receipt, hash))
            return err_set(err, ERR_NOT_FOUND, unknown, 0);
        TRY(store_review_by_receipt(reader, hash, req->arena, &found, err));
        is_own = uuid_equal(found.id, target->id) || uuid_equal(found.id, target->comment_id);
        is_own = is_own && uuid_equal(found.author_id, target->author_id);
    } else {
        struct caller caller;
        TRY(people_caller(app, req, &caller, err));
        if (!caller.has_device)
            return err_set(err, ERR_UNAUTHORIZED,
                           "this is for the device that wrote it, or with the receipt", 0);
        TRY(is_of_device(reader, req->arena, caller.device_id, target->id, &is_own, err));
    }
    return is_own ? ERR_OK : err_set(err, ERR_NOT_FOUND, unknown, 0);
}

enum err_code api_appeals_create(struct app *app, const struct http_request *req,
                                 struct http_response *res, struct err *err)
{
    struct store_review target;
    struct json_new_appeal *asked = ARENA_NEW(req->arena, struct json_new_appeal);
    if (!asked)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(json_appeal_from(req->body, req->arena, asked, &res->pointer, err));
    TRY(store_review_find(app_reader(app, req), asked->target_id, req->arena, &target, err));
    TRY(check_author(app, req, res, asked, &target, err));
    const struct op_head head = api_post_head(app, asked->id, target.author_id, 0, 0);
    struct api_post post = {.app = app, .req = req, .res = res, .answer = answer, .asked = asked};
    TRY(op_build_appeal(req->arena, &head, asked->target_id, asked->text, &post.op, err));
    return api_post(&post, err);
}
