/* A picture that this caller may see. */
#include "server/api/photos.h"

#include <sodium.h>

#include "server/api/answer.h"
#include "server/people/caller.h"
#include "server/photo/photo.h"

/* What the caller's scopes show; else, to those who may see what is held there, everything. */
static enum err_code find(struct app *app, const struct http_request *req, struct uuid id,
                          struct store_blob *ret, struct err *err)
{
    struct caller caller;
    struct uuid meeting_id, space_id;
    struct store_reader *reader = app_reader(app, req);
    TRY(people_caller(app, req, &caller, err));
    const enum err_code code = store_blob_shown(reader, STORE_MEMBER, caller.scopes, id, ret, err);
    if (code != ERR_NOT_FOUND || caller.kind != CALLER_ACCOUNT)
        return code;
    TRY(store_photo_place(reader, id, &meeting_id, &space_id, err));
    if (!people_may(&caller, RIGHT_READ_HELD, uuid_is_nil(space_id) ? meeting_id : space_id))
        return code;
    return store_blob_shown(reader, STORE_STAFF, caller.scopes, id, ret, err);
}

/* Asked anew each time it is shown: a photo that was hidden must not come from a cache. */
static void add_headers(struct http_response *res)
{
    res->cache_control = "private, no-cache";
    http_add_header(res, "Vary", "Cookie, Authorization");
    http_add_header(res, "Content-Security-Policy", "sandbox");
    http_add_header(res, "Content-Disposition", "inline; filename=\"photo.jpg\"");
}

enum err_code api_photos_get(struct app *app, const struct http_request *req,
                             struct http_response *res, struct err *err)
{
    enum { ETAG_BYTES = 16 };
    struct uuid id;
    struct store_blob blob;
    struct span bytes;
    const struct span variant = http_param(req, "variant");
    const bool is_thumb = span_is(variant, "thumb");
    TRY(http_param_uuid(req, "id", &id, err));
    if (!is_thumb && !span_is(variant, "display"))
        return err_set(err, ERR_NOT_FOUND, "a photo has the variants display and thumb", 0);
    TRY(find(app, req, id, &blob, err));
    TRY(photos_read(store_dir(app->store), &blob.sha256, is_thumb ? PHOTO_THUMB : PHOTO_DISPLAY,
                    req->arena, &bytes, err));
    char *etag = arena_alloc(req->arena, 2 * ETAG_BYTES + 1);
    if (!etag)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    const struct store_file *file = is_thumb ? &blob.thumb : &blob.display;
    sodium_bin2hex(etag, 2 * ETAG_BYTES + 1, file->sha256.bytes, ETAG_BYTES);
    res->etag = etag;
    http_send_bytes(res, "image/jpeg", bytes);
    add_headers(res);
    return ERR_OK;
}
