/* /sync/v1/hello and /sync/v1/ops: the tablets' own protocol (schema/sync.md). */
#include "server/api/answer.h"
#include "server/api/comments.h"
#include "server/api/meeting_limit.h"
#include "server/api/sync_wire.h"
#include "server/people/caller.h"
#include "server/people/limit.h"
#include "server/store/have.h"
#include "server/store/peers.h"
#include "server/store/writer.h"
#include "sync.pb-c.h"

enum {
    SCHEMA = 1,
    PUSH_BYTES_MAX = 256 * 1024, /* the endpoint table's limit */
};

/* GET /sync/v1/hello */
enum err_code api_sync_hello(struct app *app, const struct http_request *req,
                             struct http_response *res, struct err *err)
{
    struct store_info info = *store_info(app->store);
    Kakikomap__Sync__Hello hello = KAKIKOMAP__SYNC__HELLO__INIT;
    uint64_t change = 0;
    TRY(store_newest_change(app_reader(app, req), &change, err));
    hello.server_id = sync_bytes(&info.server_id);
    hello.epoch = sync_bytes(&info.epoch);
    hello.server_ms = req->now_ms;
    hello.schema_min = SCHEMA;
    hello.schema_max = SCHEMA;
    hello.max_ops = SYNC_OPS_MAX;
    hello.max_push_bytes = PUSH_BYTES_MAX;
    hello.max_text_bytes = STORE_TEXT_MAX * 4; /* the longest UTF-8 of so many characters */
    hello.municipality = info.municipality;
    hello.municipality_name = info.name;
    hello.change = change;
    hello.demo = info.demo;
    struct store_city city = {0};
    TRY(store_city(app_reader(app, req), &city, err));
    hello.venue = city.venue;
    hello.city_change = city.change;
    hello.city_contact_ms = city.contact_ms;
    return sync_send(req, res, &hello.base, err);
}

/* --- Pushing -----------------------------------------------------------------------------------
 */

struct push {
    const struct app *app;
    const struct http_request *req;
    struct http_response *res;
    struct http_token *token;
    struct store_batch batch;
};

enum err_code sync_read_push(struct arena *arena, struct span body, struct sync_push *ret,
                             struct err *err)
{
    ProtobufCAllocator allocator = sync_allocator(arena);
    const Kakikomap__Sync__PushRequest *push =
        kakikomap__sync__push_request__unpack(&allocator, body.len, body.data);
    if (!push)
        return err_set(err, ERR_FORMAT, "the body is not a PushRequest of sync.proto", 0);
    if (push->device_id.len != UUID_BYTES)
        return err_set(err, ERR_FORMAT, "device_id must have 16 bytes", push->device_id.len);
    /* A newer app may speak: what of it we do not know is judged operation by operation. */
    if (push->schema < SCHEMA)
        return err_set(err, ERR_VERSION, "the schema is missing", push->schema);
    if (push->n_op > SYNC_OPS_MAX)
        return err_set(err, ERR_TOO_LARGE, "at most 64 operations in one push", push->n_op);
    memcpy(ret->device_id.bytes, push->device_id.data, UUID_BYTES);
    ret->sent_ms = push->sent_ms;
    ret->op_count = push->n_op;
    for (size_t i = 0; i < push->n_op; i++)
        ret->ops[i] = span_of(push->op[i].data, push->op[i].len);
    return ERR_OK;
}

static enum err_code answer(const struct push *push, const struct store_result *result,
                            struct err *err)
{
    if (result->code != ERR_OK)
        return err_set(err, result->code, result->what, 0);
    struct arena *arena = push->req->arena;
    Kakikomap__Sync__OpAck *acks = ARENA_ARRAY(arena, Kakikomap__Sync__OpAck, result->ack_count);
    Kakikomap__Sync__OpAck **list = ARENA_ARRAY(arena, Kakikomap__Sync__OpAck *, result->ack_count);
    struct uuid *ids = ARENA_ARRAY(arena, struct uuid, result->ack_count);
    if (!acks || !list || !ids)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < result->ack_count; i++) {
        const struct store_ack *ack = &result->acks[i];
        kakikomap__sync__op_ack__init(&acks[i]);
        ids[i] = ack->op_id;
        acks[i].op_id = sync_bytes_or_none(&ids[i]);
        acks[i].status = (Kakikomap__Sync__AckStatus)ack->status;
        acks[i].change = ack->change;
        acks[i].reason = sync_text(arena, span_from_str(ack->reason));
        if (!acks[i].reason)
            return err_set(err, ERR_NOMEM, "out of memory", 0);
        list[i] = &acks[i];
    }
    struct store_info info = *store_info(push->app->store);
    Kakikomap__Sync__PushResponse response = KAKIKOMAP__SYNC__PUSH_RESPONSE__INIT;
    response.server_id = sync_bytes(&info.server_id);
    response.epoch = sync_bytes(&info.epoch);
    response.server_ms = push->req->now_ms;
    response.n_ack = result->ack_count;
    response.ack = list;
    /* What was just committed included: this runs on the writer's thread. */
    struct store_reader *reader = push->app->answer_reader;
    struct store_city city = {0};
    uint64_t missing[STORE_MISSING_MAX];
    TRY(store_city(reader, &city, err));
    TRY(store_missing(reader, push->batch.device_id, missing, &response.n_missing_seq, err));
    response.city_change = city.change;
    response.missing_seq = missing;
    return sync_send(push->req, push->res, &response.base, err);
}

static void done(void *context, const struct store_result *result)
{
    const struct push *push = context;
    struct err err = {0};
    const enum err_code code = answer(push, result, &err);
    http_resume(push->token, code, &err);
}

/* POST /sync/v1/ops: answered after COMMIT and fsync. */
enum err_code api_sync_push(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err)
{
    struct push *push = ARENA_NEW(req->arena, struct push);
    struct sync_push *asked = ARENA_NEW(req->arena, struct sync_push);
    if (!push || !asked)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    struct caller caller;
    *push = (struct push){.app = app, .req = req, .res = res};
    TRY(people_token(req, push->batch.token_sha256, err));
    TRY(sync_read_push(req->arena, req->body, asked, err));
    TRY(people_caller_on(app, req, asked->device_id, &caller, err));
    TRY(people_limit_write(app, req, res, asked->device_id, (uint32_t)asked->op_count, err));
    TRY(api_limit_meetings(app, req, res, asked->ops, asked->op_count, err));
    push->batch.standing = (enum standing)caller.role;
    push->batch.scopes = caller.scopes;
    push->batch.speaker = caller.display;
    push->batch.origin = STORE_FROM_DEVICE;
    push->batch.has_token = true;
    push->batch.device_id = asked->device_id;
    push->batch.received_ms = req->now_ms;
    push->batch.sent_ms = asked->sent_ms;
    push->batch.ops = asked->ops;
    push->batch.op_count = asked->op_count;
    push->token = http_suspend(req);
    struct err refused = {0};
    const enum err_code code = store_submit(app->writer, &push->batch, done, push, &refused);
    if (code != ERR_OK)
        http_resume(push->token, code, &refused);
    return ERR_OK;
}
