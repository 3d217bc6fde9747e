/* /api/receipts: the author of an anonymous comment comes back with the code. */
#include "server/api/post.h"
#include "server/api/review.h"
#include "server/moderation/receipt.h"
#include "server/people/limit.h"

static enum err_code find(struct app *app, const struct http_request *req,
                          struct http_response *res, struct store_review *ret, struct err *err)
{
    struct span code;
    uint8_t hash[RECEIPT_BYTES];
    TRY(people_limit_address(app, req, res, LIMIT_RECEIPT_ADDRESS, 1, err));
    TRY(json_code_from(req->body, req->arena, &code, &res->pointer, err));
    if (!receipt_hash(code, hash))
        return err_set(err, ERR_NOT_FOUND, "no comment has this receipt here", 0);
    return store_review_by_receipt(app_reader(app, req), hash, req->arena, ret, err);
}

static enum err_code send(const struct http_request *req, struct http_response *res,
                          struct store_reader *reader, const struct store_review *review,
                          struct err *err)
{
    struct json_item item;
    struct store_reply *replies;
    size_t count;
    TRY(api_review_item(reader, req->arena, review, &item, err));
    TRY(store_comments_replies(reader, &store_anyone, review->id, req->arena, &replies, &count,
                               err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_receipt(&json, &item, replies, count);
    return api_send_private(req, res, &text, err);
}

/* POST /api/receipts */
enum err_code api_receipts_open(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err)
{
    struct store_review review;
    TRY(find(app, req, res, &review, err));
    return send(req, res, app_reader(app, req), &review, err);
}

static enum err_code answer(const struct api_post *post, bool fresh, struct err *err)
{
    (void)fresh;
    const struct store_review *asked = post->asked;
    struct store_review review;
    TRY(store_review_find(post->app->answer_reader, asked->id, post->req->arena, &review, err));
    return send(post->req, post->res, post->app->answer_reader, &review, err);
}

/* POST /api/receipts/withdraw: whoever has the code speaks as the author. */
enum err_code api_receipts_withdraw(struct app *app, const struct http_request *req,
                                    struct http_response *res, struct err *err)
{
    struct store_review *review = ARENA_NEW(req->arena, struct store_review);
    if (!review)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(find(app, req, res, review, err));
    const struct op_head head = api_post_head(app, review->id, review->author_id, 0, OP_DELETE);
    struct api_post post = {.app = app, .req = req, .res = res, .answer = answer, .asked = review};
    TRY(op_build_delete(req->arena, &head, span_from_str("author"), &post.op, err));
    return api_post(&post, err);
}
