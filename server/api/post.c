#include "server/api/post.h"

#include <sodium.h>

#include "server/api/meeting_limit.h"
#include "server/people/caller.h"
#include "server/people/limit.h"
#include "server/store/spaces.h"
#include "server/store/store.h"

struct refusal {
    const char *reason; /* of schema/sync.md */
    enum err_code code;
    const char *what, *pointer;
};

/* What the rules refuse, as a simple client reads it. What is missing here cannot come from a body
 * that server/json has let through. */
static const struct refusal refusals[] = {
    {"hat_not_allowed", ERR_FORBIDDEN,
     "without signing in, people write as citizen or pupil; this hat is for those who signed in",
     "/hat"},
    {"outside", ERR_RANGE, "the place lies outside of this town", "/lon"},
    {"text_too_long", ERR_INVALID, "the text is too long", "/text"},
    {"bad_text", ERR_INVALID, "the text has a character that cannot be kept", "/text"},
    {"missing_text", ERR_INVALID, "the text has nothing to read", "/text"},
    {"pen_name_too_long", ERR_INVALID, "the pen name is too long", "/pen_name"},
    {"bad_pen_name", ERR_INVALID, "the pen name has a character that cannot be kept", "/pen_name"},
    {"bad_title", ERR_INVALID, "the title has a character that cannot be kept", "/title"},
    {"bad_source", ERR_INVALID, "the source has a character that cannot be kept", "/source"},
    {"missing_source", ERR_INVALID, "an official fact says where the city published it", "/source"},
    {"bad_shape", ERR_INVALID, "the line or area has too few corners, or too many", "/geometry"},
    {"bad_reading", ERR_RANGE, "no instrument outdoors shows this", "/readings"},
    {"bad_building", ERR_INVALID, "the building's id is not one of a city's data", "/building_id"},
    {"bad_channel", ERR_INVALID, "the channel is not known", "/channel"},
    {"missing_id", ERR_INVALID, "the id cannot be the nil UUID", "/id"},
    {"too_large", ERR_TOO_LARGE, "the text is too large", "/text"},
    {"not_allowed", ERR_FORBIDDEN, "this is for the town's own people", NULL},
    {"wrong_object", ERR_NOT_FOUND, "there is no such comment", NULL},
};

struct op_head api_post_head(const struct app *app, struct uuid object_id, struct uuid author_id,
                             uint32_t rev, uint8_t value)
{
    const struct store_info *info = store_info(app->store);
    int64_t made_ms = 0;
    for (int i = 0; i < 6; i++)
        made_ms = made_ms << 8 | object_id.bytes[i];
    uint8_t hash[crypto_hash_sha256_BYTES];
    const uint8_t tail[] = {(uint8_t)(rev >> 24), (uint8_t)(rev >> 16), (uint8_t)(rev >> 8),
                            (uint8_t)rev, value};
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, object_id.bytes, UUID_BYTES);
    if (rev)
        crypto_hash_sha256_update(&state, author_id.bytes, UUID_BYTES);
    crypto_hash_sha256_update(&state, tail, sizeof(tail));
    crypto_hash_sha256_final(&state, hash);
    return (struct op_head){
        .op_id = uuid_from_time(made_ms, hash),
        .device_id = info->server_id,
        .object_id = object_id,
        .author_id = author_id,
        .dev_seq = 1,
        .municipality = info->municipality,
        .rev = rev,
        .made_ms = made_ms,
    };
}

struct uuid api_post_author(const struct app *app, struct uuid object_id)
{
    uint8_t mac[crypto_auth_BYTES];
    crypto_auth(mac, object_id.bytes, UUID_BYTES, app->secret);
    return uuid_from_time(0, mac);
}

enum err_code api_post_speaker(struct app *app, const struct http_request *req,
                               struct uuid space_id, struct span *pen_name, struct err *err)
{
    struct caller caller;
    struct store_space space;
    if (uuid_is_nil(space_id))
        return ERR_OK;
    TRY(people_caller(app, req, &caller, err));
    const enum err_code code =
        store_spaces_find(app_reader(app, req), space_id, req->arena, &space, err);
    if (code == ERR_NOT_FOUND)
        return ERR_OK; /* it may come by another server: the rules hold the words back till then */
    TRY(code);
    if (space.tier == TIER_A)
        return ERR_OK;
    TRY(people_need(&caller, RIGHT_WRITE, space_id, err));
    if (caller.kind == CALLER_ACCOUNT)
        *pen_name = caller.display;
    return ERR_OK;
}

static enum err_code refuse(const struct api_post *post, const char *reason, struct err *err)
{
    for (const struct refusal *row = refusals; row < refusals + LENGTH(refusals); row++)
        if (strcmp(row->reason, reason) == 0) {
            post->res->pointer = row->pointer;
            return err_set(err, row->code, row->what, 0);
        }
    return err_set(err, ERR_INVALID, "the rules of this town do not allow it", 0);
}

static enum err_code answer(const struct api_post *post, const struct store_result *result,
                            struct err *err)
{
    if (result->code != ERR_OK)
        return err_set(err, result->code, result->what, 0);
    const struct store_ack *ack = &result->acks[0];
    switch (ack->status) {
    case STORE_ACK_STORED:
        return post->answer(post, true, err);
    case STORE_ACK_DUPLICATE:
    case STORE_ACK_CONFLICT_BYTES:
        return post->answer(post, false, err);
    case STORE_ACK_QUARANTINED:
        /* The object came by another way, from a tablet: compared like any repetition. */
        if (strcmp(ack->reason, "object_exists") == 0)
            return post->answer(post, false, err);
        return refuse(post, ack->reason, err);
    case STORE_ACK_RETRY_LATER:
        return err_set(err, ERR_BUSY, "too many refused requests are kept; try again later", 0);
    case STORE_ACK_GONE:
        return err_set(err, ERR_GONE, "what had this id was erased for good", 0);
    }
    return err_set(err, ERR_INTERNAL, "the writer gave no answer", 0);
}

static void done(void *context, const struct store_result *result)
{
    const struct api_post *post = context;
    struct err err = {0};
    const enum err_code code = answer(post, result, &err);
    http_resume(post->token, code, &err);
}

enum err_code api_post(const struct api_post *post, struct err *err)
{
    struct api_post *kept = ARENA_NEW(post->req->arena, struct api_post);
    if (!kept)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    struct caller caller;
    *kept = *post;
    TRY(people_caller(post->app, post->req, &caller, err));
    TRY(people_limit_write(post->app, post->req, post->res, caller.device_id, 1, err));
    TRY(api_limit_meetings(post->app, post->req, post->res, &post->op, 1, err));
    const struct store_batch batch = {
        .origin = STORE_FROM_POST,
        .standing = (enum standing)caller.role,
        .scopes = caller.scopes,
        .speaker = caller.display,
        .device_id = store_info(post->app->store)->server_id,
        .received_ms = post->req->now_ms,
        .ops = &kept->op,
        .op_count = 1,
    };
    kept->token = http_suspend(post->req);
    struct err refused = {0};
    const enum err_code code = store_submit(post->app->writer, &batch, done, kept, &refused);
    if (code != ERR_OK)
        http_resume(kept->token, code, &refused);
    return ERR_OK;
}
