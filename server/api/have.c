/* POST /sync/v1/have: before a device lets go of something, who has it? (sync.md S21) */
#include "server/store/have.h"
#include "server/api/answer.h"
#include "server/api/comments.h"
#include "server/api/sync_wire.h"
#include "server/people/caller.h"
#include "sync.pb-c.h"

enum { HAVE_MAX = 1000 };

typedef ProtobufCBinaryData wire_list;

/* What is not here into `missing`, what the city has into `city`. */
static enum err_code sort(struct arena *arena, const struct store_have *have, wire_list *asked,
                          size_t count, wire_list **ret_missing, size_t *ret_missing_count,
                          wire_list **ret_city, size_t *ret_city_count, struct err *err)
{
    wire_list *missing = ARENA_ARRAY(arena, wire_list, count);
    wire_list *city = ARENA_ARRAY(arena, wire_list, count);
    if (!missing || !city)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret_missing_count = *ret_city_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!have[i].here)
            missing[(*ret_missing_count)++] = asked[i];
        if (have[i].city)
            city[(*ret_city_count)++] = asked[i];
    }
    *ret_missing = missing;
    *ret_city = city;
    return ERR_OK;
}

static enum err_code look(struct store_reader *reader, struct arena *arena,
                          const Kakikomap__Sync__HaveRequest *asked,
                          Kakikomap__Sync__HaveResponse *answer, struct err *err)
{
    struct uuid *ids = ARENA_ARRAY(arena, struct uuid, asked->n_op_id);
    struct span *hashes = ARENA_ARRAY(arena, struct span, asked->n_sha256);
    struct store_have *have = ARENA_ARRAY(arena, struct store_have, HAVE_MAX);
    if (!ids || !hashes || !have)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < asked->n_op_id; i++)
        if (!uuid_from_bytes(span_of(asked->op_id[i].data, asked->op_id[i].len), &ids[i]))
            return err_set(err, ERR_FORMAT, "an op_id has 16 bytes", i);
    for (size_t i = 0; i < asked->n_sha256; i++) {
        hashes[i] = span_of(asked->sha256[i].data, asked->sha256[i].len);
        if (hashes[i].len != 32)
            return err_set(err, ERR_FORMAT, "a sha256 has 32 bytes", i);
    }
    TRY(store_have_ops(reader, ids, asked->n_op_id, have, err));
    TRY(sort(arena, have, asked->op_id, asked->n_op_id, &answer->missing_op, &answer->n_missing_op,
             &answer->city_op, &answer->n_city_op, err));
    TRY(store_have_photos(reader, hashes, asked->n_sha256, have, err));
    return sort(arena, have, asked->sha256, asked->n_sha256, &answer->missing_sha256,
                &answer->n_missing_sha256, &answer->city_sha256, &answer->n_city_sha256, err);
}

enum err_code api_sync_have(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err)
{
    struct caller caller;
    TRY(people_caller(app, req, &caller, err)); /* refuses a device with another's token */
    ProtobufCAllocator allocator = sync_allocator(req->arena);
    const Kakikomap__Sync__HaveRequest *asked =
        kakikomap__sync__have_request__unpack(&allocator, req->body.len, req->body.data);
    if (!asked)
        return err_set(err, ERR_FORMAT, "the body is not a HaveRequest of sync.proto", 0);
    if (asked->n_op_id > HAVE_MAX || asked->n_sha256 > HAVE_MAX)
        return err_set(err, ERR_TOO_LARGE, "at most 1000 of each at once", HAVE_MAX);
    struct store_info info = *store_info(app->store);
    Kakikomap__Sync__HaveResponse answer = KAKIKOMAP__SYNC__HAVE_RESPONSE__INIT;
    answer.server_id = sync_bytes(&info.server_id);
    answer.epoch = sync_bytes(&info.epoch);
    TRY(look(app_reader(app, req), req->arena, asked, &answer, err));
    res->cache_control = "no-store";
    return sync_send(req, res, &answer.base, err);
}
