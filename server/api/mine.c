/* GET /api/mine: what became of what this device sent. */
#include "server/api/review.h"
#include "server/store/have.h"

static bool is_told_of(enum object_type type)
{
    return type == OBJECT_COMMENT || type == OBJECT_REPLY || type == OBJECT_PHOTO;
}

static enum err_code read_objects(struct store_reader *reader, struct arena *arena,
                                  struct uuid device_id, struct json_mine *mine, struct err *err)
{
    struct store_own *own;
    size_t count;
    TRY(store_review_of_device(reader, device_id, arena, &own, &count, err));
    struct json_item *items = ARENA_ARRAY(arena, struct json_item, count);
    struct uuid *erased = ARENA_ARRAY(arena, struct uuid, count);
    if (!items || !erased)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < count; i++) {
        struct store_review review;
        if (own[i].type == OBJECT_ERASED)
            erased[mine->erased_count++] = own[i].id;
        if (!is_told_of(own[i].type))
            continue;
        TRY(store_review_find(reader, own[i].id, arena, &review, err));
        TRY(api_review_item(reader, arena, &review, &items[mine->item_count++], err));
    }
    mine->items = items;
    mine->erased = erased;
    return ERR_OK;
}

static enum err_code read_mine(struct store_reader *reader, struct arena *arena,
                               struct uuid device_id, struct json_mine *mine, struct err *err)
{
    struct store_refused *refused;
    uint64_t *missing = ARENA_ARRAY(arena, uint64_t, STORE_MISSING_MAX);
    if (!missing)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(read_objects(reader, arena, device_id, mine, err));
    TRY(store_review_refused(reader, device_id, arena, &refused, &mine->refused_count, err));
    TRY(store_missing(reader, device_id, missing, &mine->missing_count, err));
    mine->refused = refused;
    mine->missing = missing;
    return ERR_OK;
}

enum err_code api_mine_get(struct app *app, const struct http_request *req,
                           struct http_response *res, struct err *err)
{
    struct store_reader *reader = app_reader(app, req);
    struct caller caller;
    struct json_mine mine = {0};
    TRY(people_caller(app, req, &caller, err));
    if (!caller.has_device)
        return err_set(err, ERR_UNAUTHORIZED,
                       "this is for a device: its token as Bearer, its id as X-Device-Id", 0);
    TRY(store_reader_begin(reader, err)); /* all of one moment */
    const enum err_code code =
        caller.is_new_device ? ERR_OK : read_mine(reader, req->arena, caller.device_id, &mine, err);
    store_reader_end(reader);
    TRY(code);
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_mine(&json, &mine);
    return api_send_private(req, res, &text, err);
}
