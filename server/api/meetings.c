/* /api/meetings: opening, changing, renewing the code, finishing, lists. */
#include "server/api/meetings.h"

#include <sodium.h>

#include "server/api/post.h"
#include "server/api/staff.h"
#include "server/class/code.h"
#include "server/people/desk.h"

enum {
    LIST_MAX = 200,
    CODE_TRIES = 4, /* two meetings with one code: one in 10^12 for a thousand meetings */
};

/* --- What they share -------------------------------------------------------------------------- */

enum err_code api_need_device(const struct caller *caller, struct err *err)
{
    if (caller->has_device)
        return ERR_OK;
    return err_set(err, ERR_UNAUTHORIZED,
                   "this is for a device: its token as Bearer, its id as X-Device-Id", 0);
}

static bool leads(const struct caller *caller, const struct store_meeting *meeting)
{
    return !scopes_have(caller->closed, meeting->meeting.space_id) &&
           people_may(caller, RIGHT_LEAD, meeting->id);
}

enum err_code api_meeting_for(struct app *app, const struct http_request *req, enum right right,
                              struct caller *ret_caller, struct store_meeting *ret, struct err *err)
{
    struct uuid id;
    TRY(http_param_uuid(req, "id", &id, err));
    TRY(people_caller(app, req, ret_caller, err));
    if (ret_caller->kind == CALLER_ANYONE)
        return people_need(ret_caller, right, id, err);
    TRY(store_meetings_find(app_reader(app, req), id, req->arena, ret, err));
    if (scopes_have(ret_caller->closed, ret->meeting.space_id) ||
        !people_may(ret_caller, RIGHT_READ, id))
        return err_set(err, ERR_NOT_FOUND, "there is no such meeting", 0);
    return people_need(ret_caller, right, id, err);
}

enum err_code api_meeting_send(const struct http_request *req, struct http_response *res,
                               const struct store_meeting *meeting, bool is_leader,
                               const struct store_join_code *code, struct err *err)
{
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_meeting_with_code(&json, meeting, is_leader, code);
    return api_send_private(req, res, &text, err);
}

/* --- Reading ---------------------------------------------------------------------------------- */

/* The code that opens the meeting; *ret_code points to `code`, or is NULL when none does. */
static enum err_code find_code(struct app *app, const struct http_request *req,
                               const struct store_meeting *meeting, struct store_join_code *code,
                               const struct store_join_code **ret_code, struct err *err)
{
    *ret_code = NULL;
    if (meeting->meeting.state != MEETING_OPEN)
        return ERR_OK;
    const enum err_code found =
        store_joins_of(app_reader(app, req), meeting->id, req->now_ms, code, err);
    if (found == ERR_OK)
        *ret_code = code;
    return found == ERR_NOT_FOUND ? ERR_OK : found;
}

/* GET /api/meetings */
enum err_code api_meetings_list(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err)
{
    struct caller caller;
    struct store_meeting *meetings = NULL;
    size_t count = 0;
    TRY(people_caller(app, req, &caller, err));
    const struct store_reach reach = {
        .all = people_may(&caller, RIGHT_LEAD, (struct uuid){{0}}),
        .scopes = caller.scopes,
        .closed = caller.closed,
    };
    if (reach.all || caller.scopes.len)
        TRY(store_meetings_list(app_reader(app, req), &reach, LIST_MAX, req->arena, &meetings,
                                &count, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_meetings(&json, meetings, count, reach.all);
    return api_send_private(req, res, &text, err);
}

/* GET /api/meetings/{id} */
enum err_code api_meetings_get(struct app *app, const struct http_request *req,
                               struct http_response *res, struct err *err)
{
    struct caller caller;
    struct store_meeting meeting;
    struct store_join_code code;
    const struct store_join_code *open = NULL;
    TRY(api_meeting_for(app, req, RIGHT_READ, &caller, &meeting, err));
    TRY(find_code(app, req, &meeting, &code, &open, err));
    return api_meeting_send(req, res, &meeting, leads(&caller, &meeting), open, err);
}

/* --- Writing ---------------------------------------------------------------------------------- */

/* What a desk goes on with. */
struct work {
    struct caller caller;
    struct store_meeting meeting;
    struct store_join_code code;
    bool has_code, fresh;
    struct span op; /* empty: nothing for the log */
    enum audit_action action;
};

static struct store_join_code new_code(const struct http_request *req,
                                       const struct store_meeting *meeting)
{
    struct store_join_code code = {
        .meeting_id = meeting->id,
        .made_ms = req->now_ms,
        .expires_ms = meeting->meeting.ends_ms,
    };
    uint8_t random[5];
    char made[CODE_MAX + 1];
    randombytes_buf(random, sizeof random);
    code_make(random, CODE_JOIN, made);
    memcpy(code.code, made, sizeof code.code);
    return code;
}

static enum err_code put_code(const struct desk_work *desk, struct work *work, struct err *err)
{
    enum err_code code = ERR_CONFLICT;
    for (int i = 0; code == ERR_CONFLICT && i < CODE_TRIES; i++) {
        work->code = new_code(desk->req, &work->meeting);
        code = store_joins_put(desk->app->writer, &work->code, err);
    }
    work->has_code = code == ERR_OK;
    return code;
}

/* The operation, with its row in the audit log. */
static enum err_code submit(const struct desk_work *desk, const struct work *work, struct err *err)
{
    struct store_ack ack;
    const struct audit_entry audit = {
        .at_ms = desk->req->now_ms,
        .actor_id = work->caller.account_id,
        .action = work->action,
        .object_id = work->meeting.id,
    };
    if (!work->op.len)
        return store_audit_add(desk->app->writer, &audit, err);
    const struct store_batch batch = {
        .origin = STORE_FROM_STAFF,
        .standing = (enum standing)work->caller.role,
        .scopes = work->caller.scopes,
        .device_id = store_info(desk->app->store)->server_id,
        .received_ms = desk->req->now_ms,
        .ops = &work->op,
        .op_count = 1,
        .audit = &audit,
    };
    TRY(store_submit_wait(desk->app->writer, &batch, &ack, err));
    return api_staff_ack(&ack, err);
}

static enum err_code answer(const struct desk_work *desk, const struct work *work, struct err *err)
{
    return api_meeting_send(desk->req, desk->res, &work->meeting, true,
                            work->has_code ? &work->code : NULL, err);
}

/* Each step may be repeated: a request that was cut off is simply sent again. */
static enum err_code open_meeting(const struct desk_work *desk, struct err *err)
{
    struct work *work = desk->context;
    const struct store_member member = {
        .scope_id = work->meeting.id,
        .account_id = work->caller.account_id,
        .actor_id = work->caller.account_id,
        .now_ms = desk->req->now_ms,
    };
    if (work->fresh)
        TRY(submit(desk, work, err));
    TRY(store_members_add(desk->app->writer, &member, err));
    if (!work->has_code)
        TRY(put_code(desk, work, err));
    desk->res->status = work->fresh ? 201 : 200;
    return answer(desk, work, err);
}

static struct op_head head_of(struct app *app, const struct http_request *req,
                              const struct work *work, uint32_t rev)
{
    uint8_t random[16];
    struct op_head head = api_post_head(app, work->meeting.id, work->caller.account_id, rev, 0);
    if (rev == 0)
        return head; /* the same meeting asked for again is the same operation */
    randombytes_buf(random, sizeof random);
    head.op_id = uuid_from_time(req->now_ms, random);
    head.made_ms = req->now_ms;
    return head;
}

static enum err_code is_same_meeting(const struct http_request *req, const struct meeting *a,
                                     const struct meeting *b, bool *ret, struct err *err)
{
    struct span packed_a, packed_b;
    TRY(meeting_pack(req->arena, a, &packed_a, err));
    TRY(meeting_pack(req->arena, b, &packed_b, err));
    *ret = span_equal(packed_a, packed_b);
    return ERR_OK;
}

/* The id may be there from before: then what is asked must be what is stored. */
static enum err_code look_for_same(struct app *app, const struct http_request *req,
                                   struct http_response *res, struct work *work, struct err *err)
{
    struct store_meeting stored;
    const struct store_join_code *open = NULL;
    bool is_same = false;
    const enum err_code code =
        store_meetings_find(app_reader(app, req), work->meeting.id, req->arena, &stored, err);
    work->fresh = code == ERR_NOT_FOUND;
    if (work->fresh)
        return ERR_OK;
    TRY(code);
    TRY(is_same_meeting(req, &stored.meeting, &work->meeting.meeting, &is_same, err));
    if (!is_same || !leads(&work->caller, &stored)) {
        res->pointer = "/id";
        return err_set(err, ERR_CONFLICT, "something else has this id already", 0);
    }
    TRY(find_code(app, req, &stored, &work->code, &open, err));
    work->has_code = open != NULL;
    return ERR_OK;
}

/* POST /api/meetings */
enum err_code api_meetings_create(struct app *app, const struct http_request *req,
                                  struct http_response *res, struct err *err)
{
    struct json_new_meeting asked;
    struct work *work = ARENA_NEW(req->arena, struct work);
    if (!work)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(people_caller(app, req, &work->caller, err));
    if (work->caller.kind != CALLER_ACCOUNT)
        return people_need(&work->caller, RIGHT_MEETING, (struct uuid){{0}}, err);
    TRY(json_meeting_from(req->body, req->arena, &asked, &res->pointer, err));
    TRY(people_need(&work->caller, RIGHT_MEETING, asked.meeting.space_id, err));
    if (asked.meeting.ends_ms <= req->now_ms) {
        res->pointer = "/ends";
        return err_set(err, ERR_INVALID, "the meeting would be over already", 0);
    }
    work->meeting = (struct store_meeting){.id = asked.id, .meeting = asked.meeting};
    work->action = AUDIT_MEETING_OPEN;
    TRY(look_for_same(app, req, res, work, err));
    const struct op_head head = head_of(app, req, work, 0);
    TRY(op_build_meeting(req->arena, &head, &work->meeting.meeting, &work->op, err));
    const struct desk_work desk = {app, req, res, work};
    return desk_continue(app->desk, &desk, open_meeting, err);
}

/* What the other three begin with. */
static enum err_code begin(struct app *app, const struct http_request *req,
                           enum audit_action action, struct work **ret, struct err *err)
{
    const struct store_join_code *open = NULL;
    struct work *work = ARENA_NEW(req->arena, struct work);
    if (!work)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(api_meeting_for(app, req, RIGHT_LEAD, &work->caller, &work->meeting, err));
    TRY(find_code(app, req, &work->meeting, &work->code, &open, err));
    work->has_code = open != NULL;
    work->action = action;
    *ret = work;
    return ERR_OK;
}

static enum err_code change_meeting(const struct desk_work *desk, struct err *err)
{
    struct work *work = desk->context;
    TRY(submit(desk, work, err));
    if (work->has_code) {
        work->code.expires_ms = work->meeting.meeting.ends_ms;
        TRY(store_joins_until(desk->app->writer, work->meeting.id, work->code.expires_ms, err));
        work->has_code = work->code.expires_ms > desk->req->now_ms;
    }
    return answer(desk, work, err);
}

/* PATCH /api/meetings/{id} */
enum err_code api_meetings_change(struct app *app, const struct http_request *req,
                                  struct http_response *res, struct err *err)
{
    struct work *work = NULL;
    TRY(begin(app, req, AUDIT_MEETING_CHANGE, &work, err));
    TRY(json_meeting_change_from(req->body, req->arena, &work->meeting.meeting, &res->pointer,
                                 err));
    const struct op_head head = head_of(app, req, work, work->meeting.rev + 1);
    TRY(op_build_meeting(req->arena, &head, &work->meeting.meeting, &work->op, err));
    const struct desk_work desk = {app, req, res, work};
    return desk_continue(app->desk, &desk, change_meeting, err);
}

static enum err_code renew_code(const struct desk_work *desk, struct err *err)
{
    struct work *work = desk->context;
    TRY(put_code(desk, work, err));
    TRY(submit(desk, work, err));
    return answer(desk, work, err);
}

/* POST /api/meetings/{id}/code */
enum err_code api_meetings_renew(struct app *app, const struct http_request *req,
                                 struct http_response *res, struct err *err)
{
    struct work *work = NULL;
    TRY(begin(app, req, AUDIT_MEETING_CODE, &work, err));
    if (work->meeting.meeting.state != MEETING_OPEN || work->meeting.meeting.ends_ms <= req->now_ms)
        return err_set(err, ERR_CONFLICT, "the meeting is over: change its end first", 0);
    const struct desk_work desk = {app, req, res, work};
    return desk_continue(app->desk, &desk, renew_code, err);
}

static enum err_code finish_meeting(const struct desk_work *desk, struct err *err)
{
    struct work *work = desk->context;
    if (work->op.len)
        TRY(submit(desk, work, err));
    TRY(store_joins_close(desk->app->writer, work->meeting.id, err));
    work->has_code = false;
    return answer(desk, work, err);
}

/* POST /api/meetings/{id}/finish */
enum err_code api_meetings_finish(struct app *app, const struct http_request *req,
                                  struct http_response *res, struct err *err)
{
    struct work *work = NULL;
    TRY(begin(app, req, AUDIT_MEETING_FINISH, &work, err));
    if (work->meeting.meeting.state != MEETING_FINISHED) {
        work->meeting.meeting.state = MEETING_FINISHED;
        const struct op_head head = head_of(app, req, work, work->meeting.rev + 1);
        TRY(op_build_meeting(req->arena, &head, &work->meeting.meeting, &work->op, err));
    }
    const struct desk_work desk = {app, req, res, work};
    return desk_continue(app->desk, &desk, finish_meeting, err);
}
