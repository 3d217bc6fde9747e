/* POST /api/moderation, /api/moderation/{id}: decisions about one object and about lists. */
#include "server/api/decide.h"

/* --- One -------------------------------------------------------------------------------------- */

static enum err_code answer_one(const struct api_staff *plan, const struct store_ack *acks,
                                struct err *err)
{
    const struct store_review *asked = plan->asked;
    struct store_review review;
    for (size_t i = 0; i < plan->op_count; i++)
        TRY(api_staff_ack(&acks[i], err));
    TRY(store_review_find(plan->app->answer_reader, asked->id, plan->req->arena, &review, err));
    return api_review_send(plan->req, plan->res, plan->app->answer_reader, &review, err);
}

static enum err_code answer_erased(const struct api_staff *plan, const struct store_ack *acks,
                                   struct err *err)
{
    for (size_t i = 0; i < plan->op_count; i++)
        if (acks[i].status != STORE_ACK_GONE)
            TRY(api_staff_ack(&acks[i], err));
    plan->res->status = 204;
    return ERR_OK;
}

static enum err_code erase(struct app *app, const struct http_request *req,
                           struct http_response *res, const struct caller *caller,
                           const struct json_decision *decision, const struct store_review *review,
                           struct err *err)
{
    struct decide_erasure erasure;
    struct api_staff *plan;
    if (!api_review_may(caller, RIGHT_ERASE, review))
        return err_set(err, ERR_FORBIDDEN, "your role does not allow this here", 0);
    TRY(decide_erasure_of(app_reader(app, req), req->arena, review, &erasure, err));
    TRY(api_staff_begin(app, req, res, caller, erasure.count, &plan, err));
    plan->answer = answer_erased;
    TRY(decide_erase(plan, decision, &erasure, err));
    return api_staff_run(plan, err);
}

/* The object of the path, or the target of the appeal that the path names. */
static enum err_code find_target(struct app *app, const struct http_request *req,
                                 const struct caller *caller, struct store_review *ret,
                                 struct store_appeal *ret_appeal, bool *ret_is_appeal,
                                 struct err *err)
{
    struct store_reader *reader = app_reader(app, req);
    struct uuid id;
    TRY(http_param_uuid(req, "id", &id, err));
    const enum err_code code = store_appeals_find(reader, id, req->arena, ret_appeal, err);
    *ret_is_appeal = code == ERR_OK;
    if (code != ERR_OK && code != ERR_NOT_FOUND)
        return code;
    return api_review_find(reader, caller, *ret_is_appeal ? ret_appeal->target_id : id, req->arena,
                           ret, err);
}

enum err_code api_moderate_one(struct app *app, const struct http_request *req,
                               struct http_response *res, struct err *err)
{
    struct caller caller;
    struct json_decision decision;
    struct store_appeal appeal;
    bool is_appeal;
    struct api_staff *plan;
    struct store_review *review = ARENA_NEW(req->arena, struct store_review);
    if (!review)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(people_caller(app, req, &caller, err));
    TRY(json_decision_from(req->body, req->arena, &decision, &res->pointer, err));
    TRY(find_target(app, req, &caller, review, &appeal, &is_appeal, err));
    if (decision.action == JSON_ERASE && !is_appeal)
        return erase(app, req, res, &caller, &decision, review, err);
    TRY(api_staff_begin(app, req, res, &caller, DECIDE_OPS, &plan, err));
    plan->answer = answer_one;
    plan->asked = review;
    if (is_appeal)
        TRY(decide_appeal(plan, &decision, &appeal, review, err));
    else
        TRY(decide_add(plan, &decision, review, err));
    return api_staff_run(plan, err);
}

/* --- A list ----------------------------------------------------------------------------------- */

struct many {
    struct json_refused *refused;
    size_t refused_count;
    struct uuid *ids; /* of each operation of the plan */
};

static enum err_code answer_many(const struct api_staff *plan, const struct store_ack *acks,
                                 struct err *err)
{
    const struct many *many = plan->asked;
    size_t done = 0, refused_count = many->refused_count;
    for (size_t i = 0; i < plan->op_count; i++) {
        struct err why = {0};
        const enum err_code code = api_staff_ack(&acks[i], &why);
        if (code == ERR_OK)
            done++;
        else
            many->refused[refused_count++] =
                (struct json_refused){many->ids[i], span_from_str(err_name(code))};
    }
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_done(&json, "done", done, "refused", many->refused, refused_count);
    return api_send(plan->req, plan->res, JSON, &text, err);
}

static enum err_code add_one(struct api_staff *plan, const struct json_decision *decision,
                             struct uuid id, struct err *err)
{
    struct store_review review;
    TRY(api_review_find(app_reader(plan->app, plan->req), plan->caller, id, plan->req->arena,
                        &review, err));
    return decide_add(plan, decision, &review, err);
}

static bool is_refusal(enum err_code code)
{
    return code == ERR_NOT_FOUND || code == ERR_FORBIDDEN || code == ERR_CONFLICT ||
           code == ERR_INVALID;
}

enum err_code api_moderate_many(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err)
{
    struct caller caller;
    struct json_decision decision;
    struct api_staff *plan;
    struct many *many = ARENA_NEW(req->arena, struct many);
    if (!many)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(people_caller(app, req, &caller, err));
    if (!people_role_has(caller.role, RIGHT_MODERATE))
        return people_need(&caller, RIGHT_MODERATE, (struct uuid){{0}}, err);
    TRY(json_decisions_from(req->body, req->arena, &decision, &res->pointer, err));
    many->refused = ARENA_ARRAY(req->arena, struct json_refused, decision.id_count);
    many->ids = ARENA_ARRAY(req->arena, struct uuid, decision.id_count);
    if (!many->refused || !many->ids)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(api_staff_begin(app, req, res, &caller, decision.id_count, &plan, err));
    plan->answer = answer_many;
    plan->asked = many;
    for (size_t i = 0; i < decision.id_count; i++) {
        many->ids[plan->op_count] = decision.ids[i];
        const enum err_code code = add_one(plan, &decision, decision.ids[i], err);
        if (is_refusal(code))
            many->refused[many->refused_count++] =
                (struct json_refused){decision.ids[i], span_from_str(err_name(code))};
        else if (code != ERR_OK)
            return code;
    }
    return api_staff_run(plan, err);
}
