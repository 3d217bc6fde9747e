/* PUT /api/comments/{id}/reaction: agree, disagree, be unsure, or take it back. */
#include "server/api/answer.h"
#include "server/api/comments.h"
#include "server/api/post.h"
#include "server/json/comment.h"

struct asked {
    struct uuid comment_id;
};

static enum err_code answer(const struct api_post *post, bool fresh, struct err *err)
{
    (void)fresh; /* the newest stands; a repetition changes nothing */
    const struct asked *asked = post->asked;
    struct store_comment comment;
    TRY(store_comments_find(post->app->answer_reader, &store_anyone, asked->comment_id,
                            post->req->arena, &comment, err));
    return api_comment_send(post, &comment, err);
}

enum err_code api_reactions_put(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err)
{
    struct json_new_reaction reaction;
    struct store_comment comment;
    uint8_t before = REACTION_NONE;
    uint32_t rev = 0;
    struct asked *asked = ARENA_NEW(req->arena, struct asked);
    if (!asked)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(json_reaction_from(req->body, &reaction, &res->pointer, err));
    TRY(http_param_uuid(req, "id", &asked->comment_id, err));
    struct store_reader *reader = app_reader(app, req);
    TRY(store_comments_find(reader, &store_anyone, asked->comment_id, req->arena, &comment, err));
    TRY(store_reactions_find(reader, asked->comment_id, reaction.author, &before, &rev, err));
    struct api_post post = {.app = app, .req = req, .res = res, .answer = answer, .asked = asked};
    if (before == reaction.value)
        return api_comment_send(&post, &comment, err);
    const struct op_head head =
        api_post_head(app, asked->comment_id, reaction.author, rev + 1, reaction.value);
    TRY(op_build_reaction(req->arena, &head, reaction.value, &post.op, err));
    return api_post(&post, err);
}
