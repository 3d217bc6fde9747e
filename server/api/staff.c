#include "server/api/staff.h"

#include <sodium.h>

#include "server/store/store.h"

enum err_code api_staff_begin(struct app *app, const struct http_request *req,
                              struct http_response *res, const struct caller *caller, size_t op_max,
                              struct api_staff **ret, struct err *err)
{
    struct api_staff *plan = ARENA_NEW(req->arena, struct api_staff);
    struct caller *kept = ARENA_NEW(req->arena, struct caller);
    struct span *ops = ARENA_ARRAY(req->arena, struct span, op_max);
    struct audit_entry *audit = ARENA_ARRAY(req->arena, struct audit_entry, op_max);
    if (!plan || !kept || !ops || !audit)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *kept = *caller;
    *plan = (struct api_staff){
        .app = app,
        .req = req,
        .res = res,
        .caller = kept,
        .ops = ops,
        .audit = audit,
        .op_max = op_max,
    };
    *ret = plan;
    return ERR_OK;
}

struct op_head api_staff_head(const struct api_staff *plan, struct uuid object_id, uint32_t rev)
{
    const struct store_info *info = store_info(plan->app->store);
    uint8_t random[16];
    randombytes_buf(random, sizeof random);
    return (struct op_head){
        .op_id = uuid_from_time(plan->req->now_ms, random),
        .device_id = info->server_id,
        .object_id = object_id,
        .author_id = plan->caller->account_id,
        .dev_seq = 1,
        .municipality = info->municipality,
        .rev = rev,
        .made_ms = plan->req->now_ms,
    };
}

void api_staff_add(struct api_staff *plan, struct span op, enum audit_action action,
                   struct uuid object_id, const char *reason)
{
    plan->ops[plan->op_count] = op;
    plan->audit[plan->op_count++] = (struct audit_entry){
        .at_ms = plan->req->now_ms,
        .actor_id = plan->caller->account_id,
        .action = action,
        .object_id = object_id,
        .reason = reason,
    };
}

static void done(void *context, const struct store_result *result)
{
    const struct api_staff *plan = context;
    struct err err = {0};
    enum err_code code = result->code;
    if (code == ERR_OK)
        code = plan->answer(plan, result->acks, &err);
    else
        (void)!err_set(&err, code, result->what, 0);
    people_vary(plan->res);
    http_resume(plan->token, code, &err);
}

enum err_code api_staff_run(struct api_staff *plan, struct err *err)
{
    if (plan->op_count == 0) {
        TRY(plan->answer(plan, NULL, err));
        people_vary(plan->res);
        return ERR_OK;
    }
    const struct store_batch batch = {
        .origin = STORE_FROM_STAFF,
        .standing = (enum standing)plan->caller->role,
        .scopes = plan->caller->scopes,
        .device_id = store_info(plan->app->store)->server_id,
        .received_ms = plan->req->now_ms,
        .ops = plan->ops,
        .op_count = plan->op_count,
        .audit = plan->audit,
    };
    plan->token = http_suspend(plan->req);
    struct err refused = {0};
    const enum err_code code = store_submit(plan->app->writer, &batch, done, plan, &refused);
    if (code != ERR_OK)
        http_resume(plan->token, code, &refused);
    return ERR_OK;
}

enum err_code api_staff_ack(const struct store_ack *ack, struct err *err)
{
    switch (ack->status) {
    case STORE_ACK_STORED:
    case STORE_ACK_DUPLICATE:
        return ERR_OK;
    case STORE_ACK_CONFLICT_BYTES:
        return err_set(err, ERR_CONFLICT, "something else has this id already", 0);
    case STORE_ACK_GONE:
        return err_set(err, ERR_GONE, "what had this id was erased for good", 0);
    case STORE_ACK_RETRY_LATER:
        return err_set(err, ERR_BUSY, "try again in a moment", 0);
    case STORE_ACK_QUARANTINED:
        break;
    }
    if (strcmp(ack->reason, "object_exists") == 0)
        return err_set(err, ERR_CONFLICT, "something else has this id already", 0);
    if (strcmp(ack->reason, "not_allowed") == 0)
        return err_set(err, ERR_FORBIDDEN, "your role does not allow this here", 0);
    if (strcmp(ack->reason, "outside") == 0)
        return err_set(err, ERR_RANGE, "the place lies outside of this town", 0);
    return err_set(err, ERR_INVALID, "the rules of this town do not allow it", 0);
}
