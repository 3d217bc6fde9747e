/* POST /api/comments/{id}/replies: answering a comment. */
#include "server/api/answer.h"
#include "server/api/comments.h"
#include "server/api/post.h"
#include "server/api/viewer.h"
#include "server/json/comment.h"

static bool is_same(const struct store_reply *stored, const struct op_reply *asked)
{
    return uuid_equal(stored->comment_id, asked->comment_id) && stored->channel == asked->channel &&
           stored->hat == asked->hat && span_equal(stored->text, asked->text) &&
           span_equal(stored->pen_name, asked->pen_name);
}

static enum err_code answer(const struct api_post *post, bool fresh, struct err *err)
{
    const struct json_new_reply *asked = post->asked;
    struct store_reply *replies = NULL;
    size_t count = 0;
    TRY(store_comments_replies(post->app->answer_reader, &store_staff, asked->reply.comment_id,
                               post->req->arena, &replies, &count, err));
    const struct store_reply *stored = NULL;
    for (size_t i = 0; i < count; i++)
        if (uuid_equal(replies[i].id, asked->id))
            stored = &replies[i];
    if (!fresh && (!stored || !is_same(stored, &asked->reply))) {
        post->res->pointer = "/id";
        return err_set(err, ERR_CONFLICT, "something else has this id already", 0);
    }
    if (!stored)
        return err_set(err, ERR_INTERNAL, "the reply is stored, but cannot be read just now", 0);
    if (stored->status != STATUS_HELD && stored->status != STATUS_PUBLIC)
        return err_set(err, ERR_GONE, "the reply was stored, and is no longer shown", 0);
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_reply(&json, stored);
    TRY(api_send(post->req, post->res, JSON, &text, err));
    post->res->status = fresh ? 201 : 200;
    return ERR_OK;
}

enum err_code api_replies_create(struct app *app, const struct http_request *req,
                                 struct http_response *res, struct err *err)
{
    struct json_new_reply *asked = ARENA_NEW(req->arena, struct json_new_reply);
    if (!asked)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(json_reply_from(req->body, req->arena, asked, &res->pointer, err));
    TRY(http_param_uuid(req, "id", &asked->reply.comment_id, err));
    struct store_viewer viewer;
    bool is_private;
    TRY(api_viewer_of_comment(app, req, asked->reply.comment_id, &viewer, &is_private, err));
    if (is_private) {
        struct store_comment comment;
        TRY(store_comments_find(app_reader(app, req), &viewer, asked->reply.comment_id, req->arena,
                                &comment, err));
        TRY(api_post_speaker(app, req, comment.space_id, &asked->reply.pen_name, err));
    }
    const struct op_head head =
        api_post_head(app, asked->id, api_post_author(app, asked->id), 0, 0);
    struct api_post post = {.app = app, .req = req, .res = res, .answer = answer, .asked = asked};
    TRY(op_build_reply(req->arena, &head, &asked->reply, &post.op, err));
    return api_post(&post, err);
}
