/* POST /api/quotations: a comment of one space is quoted in another, under no name. */
#include "server/api/staff.h"

#include "server/api/post.h"
#include "server/api/review.h"

struct quoting {
    struct json_quotation asked;
    struct store_comment comment;
};

static enum err_code answer(const struct api_staff *plan, const struct store_ack *acks,
                            struct err *err)
{
    const struct quoting *quoting = plan->asked;
    struct store_reader *reader = plan->app->answer_reader;
    struct store_comment stored;
    struct store_review review;
    const bool fresh = acks[0].status == STORE_ACK_STORED;
    if (acks[0].status != STORE_ACK_CONFLICT_BYTES)
        TRY(api_staff_ack(&acks[0], err));
    TRY(store_comments_find(reader, &store_staff, quoting->asked.id, plan->req->arena, &stored,
                            err));
    if (!uuid_equal(stored.quoted_id, quoting->asked.comment_id) ||
        !uuid_equal(stored.space_id, quoting->asked.space_id)) {
        plan->res->pointer = "/id";
        return err_set(err, ERR_CONFLICT, "something else has this id already", 0);
    }
    TRY(store_review_find(reader, quoting->asked.id, plan->req->arena, &review, err));
    TRY(api_review_send(plan->req, plan->res, reader, &review, err));
    plan->res->status = fresh ? 201 : 200;
    return ERR_OK;
}

/* Words, drawing and readings as they are; the place as exactly as it is shown; no name. */
static enum err_code build(struct api_staff *plan, const struct quoting *quoting, struct err *err)
{
    const struct store_comment *comment = &quoting->comment;
    struct arena *arena = plan->req->arena;
    struct op_head head =
        api_post_head(plan->app, quoting->asked.id, plan->caller->account_id, 0, 0);
    struct op_comment quotation = {
        .kind = comment->kind,
        .channel = comment->channel,
        .hat = comment->hat,
        .text = comment->text,
        .title = comment->title,
        .building_id = comment->building_id,
        .lon_e7 = comment->lon_e7,
        .lat_e7 = comment->lat_e7,
        .card_id = comment->card_id,
        .space_id = quoting->asked.space_id,
        .mood = comment->mood,
        .shape = comment->shape,
        .quoted_id = comment->id,
        .source = comment->source,
    };
    struct span op;
    TRY(path_unpack(arena, comment->path, &quotation.path, err));
    TRY(marks_unpack(arena, comment->marks, &quotation.marks, err));
    TRY(op_build_comment(arena, &head, &quotation, &op, err));
    api_staff_add(plan, op, AUDIT_QUOTE, comment->id, NULL);
    /* What was public where it came from need not be released a second time. */
    static const struct op_why why = {0};
    head = api_staff_head(plan, quoting->asked.id, 1);
    TRY(op_build_moderation(arena, &head, STATUS_PUBLIC, &why, &op, err));
    api_staff_add(plan, op, AUDIT_PUBLISH, quoting->asked.id, NULL);
    return ERR_OK;
}

static enum err_code check(struct app *app, const struct http_request *req,
                           const struct caller *caller, const struct quoting *quoting,
                           struct err *err)
{
    const struct store_comment *comment = &quoting->comment;
    struct apply_around to;
    TRY(people_need(caller, RIGHT_QUOTE, comment->space_id, err));
    TRY(people_need(caller, RIGHT_QUOTE, quoting->asked.space_id, err));
    TRY(store_review_around(app_reader(app, req), quoting->asked.space_id, (struct uuid){{0}}, &to,
                            err));
    if (!uuid_is_nil(quoting->asked.space_id) && !to.space_known)
        return err_set(err, ERR_NOT_FOUND, "there is no such space", 0);
    if (uuid_equal(comment->space_id, quoting->asked.space_id))
        return err_set(err, ERR_CONFLICT, "it stands in this space already", 0);
    if (comment->status != STATUS_PUBLIC)
        return err_set(err, ERR_CONFLICT, "only what is public where it stands can be quoted", 0);
    return ERR_OK;
}

enum err_code api_quotations_create(struct app *app, const struct http_request *req,
                                    struct http_response *res, struct err *err)
{
    struct caller caller;
    struct api_staff *plan;
    struct quoting *quoting = ARENA_NEW(req->arena, struct quoting);
    if (!quoting)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(people_caller(app, req, &caller, err));
    if (!people_role_has(caller.role, RIGHT_QUOTE))
        return people_need(&caller, RIGHT_QUOTE, (struct uuid){{0}}, err);
    TRY(json_quotation_from(req->body, &quoting->asked, &res->pointer, err));
    /* As a member sees it: the place is no more exact than it is shown. */
    struct store_review review;
    TRY(store_review_find(app_reader(app, req), quoting->asked.comment_id, req->arena, &review,
                          err));
    const struct store_viewer viewer = {
        .audience = STORE_MEMBER,
        .scopes = uuid_is_nil(review.space_id) || scopes_have(caller.closed, review.space_id)
                      ? caller.scopes
                      : span_of(review.space_id.bytes, UUID_BYTES),
    };
    TRY(store_comments_find(app_reader(app, req), &viewer, quoting->asked.comment_id, req->arena,
                            &quoting->comment, err));
    TRY(check(app, req, &caller, quoting, err));
    TRY(api_staff_begin(app, req, res, &caller, 2, &plan, err));
    plan->answer = answer;
    plan->asked = quoting;
    TRY(build(plan, quoting, err));
    return api_staff_run(plan, err);
}
