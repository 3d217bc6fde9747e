/* POST /api/meetings/{id}/release: comments leave the meeting, one by one or all. */
#include "server/api/meetings.h"
#include "server/api/staff.h"
#include "server/json/review.h"

enum { HELD_MAX = 2000 }; /* of one call; what is left is told */

struct release {
    struct json_refused *left;
    size_t left_count;
};

static enum err_code answer(const struct api_staff *plan, const struct store_ack *acks,
                            struct err *err)
{
    const struct release *release = plan->asked;
    size_t released = 0;
    struct buf text;
    struct json json;
    for (size_t i = 0; i < plan->op_count; i++)
        released += acks[i].status == STORE_ACK_STORED;
    buf_init(&text);
    json_begin(&json, &text);
    json_done(&json, "released", released, "left", release->left, release->left_count);
    return api_send(plan->req, plan->res, JSON, &text, err);
}

static enum err_code add(struct api_staff *plan, const struct store_held *held, struct err *err)
{
    static const struct op_why why = {0};
    struct span op;
    const struct op_head head = api_staff_head(plan, held->id, held->status_rev + 1);
    TRY(op_build_moderation(plan->req->arena, &head, STATUS_PUBLIC, &why, &op, err));
    api_staff_add(plan, op, AUDIT_RELEASE, held->id, NULL);
    return ERR_OK;
}

/* What a signal or a person holds for a reason of its own waits for somebody to look. */
static enum err_code add_all(struct api_staff *plan, struct release *release,
                             const struct store_held *held, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (span_is(held[i].reason, "class"))
            TRY(add(plan, &held[i], err));
        else
            release->left[release->left_count++] =
                (struct json_refused){held[i].id, held[i].reason};
    }
    return ERR_OK;
}

static enum err_code add_some(struct api_staff *plan, struct release *release,
                              const struct json_release *asked, const struct store_held *held,
                              size_t count, struct err *err)
{
    for (size_t i = 0; i < asked->count; i++) {
        const struct store_held *found = NULL;
        for (size_t j = 0; j < count && !found; j++)
            if (uuid_equal(held[j].id, asked->comments[i]))
                found = &held[j];
        for (size_t j = 0; j < i && found; j++)
            if (uuid_equal(asked->comments[j], found->id))
                found = NULL; /* asked for twice */
        if (found)
            TRY(add(plan, found, err));
        else
            release->left[release->left_count++] =
                (struct json_refused){asked->comments[i], span_from_str("not_found")};
    }
    return ERR_OK;
}

enum err_code api_meetings_release(struct app *app, const struct http_request *req,
                                   struct http_response *res, struct err *err)
{
    struct caller caller;
    struct store_meeting meeting;
    struct json_release asked;
    struct store_held *held;
    size_t count;
    struct api_staff *plan;
    TRY(api_meeting_for(app, req, RIGHT_RELEASE, &caller, &meeting, err));
    TRY(json_release_from(req->body, req->arena, &asked, &res->pointer, err));
    TRY(store_meetings_held(app_reader(app, req), meeting.id, HELD_MAX, req->arena, &held, &count,
                            err));
    struct release *release = ARENA_NEW(req->arena, struct release);
    if (!release)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    release->left = ARENA_ARRAY(req->arena, struct json_refused, count + asked.count);
    if (!release->left)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(api_staff_begin(app, req, res, &caller, count, &plan, err));
    plan->answer = answer;
    plan->asked = release;
    if (asked.all)
        TRY(add_all(plan, release, held, count, err));
    else
        TRY(add_some(plan, release, &asked, held, count, err));
    return api_staff_run(plan, err);
}
