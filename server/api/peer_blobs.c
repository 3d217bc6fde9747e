/* /sync/v1/peer/blobs/{sha256}: photos between servers, as their display variant. */
#include <sodium.h>

#include "server/api/peer_admit.h"
#include "server/photo/photo.h"

static enum err_code read_name(const struct http_request *req, struct sha256 *ret, struct err *err)
{
    const struct span hex = http_param(req, "sha256");
    size_t len = 0;
    if (hex.len != 2 * SHA256_BYTES ||
        sodium_hex2bin(ret->bytes, SHA256_BYTES, (const char *)hex.data, hex.len, NULL, &len,
                       NULL) != 0 ||
        len != SHA256_BYTES)
        return err_set(err, ERR_NOT_FOUND, "a photo's name has 64 hexadecimal digits", 0);
    return ERR_OK;
}

enum err_code api_peer_blob_get(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err)
{
    struct peer_caller caller;
    struct sha256 name;
    struct span photo;
    bool answered;
    TRY(peer_admit(app, req, res, &caller, &answered, err));
    if (answered)
        return ERR_OK;
    TRY(read_name(req, &name, err));
    TRY(photos_read(store_dir(app->store), &name, PHOTO_DISPLAY, req->arena, &photo, err));
    return peer_send(req, res, &caller, photo, err);
}

struct taking {
    const struct http_request *req;
    struct http_response *res;
    struct http_token *token;
    struct peer_caller caller;
    struct sha256 name;
};

static void taken(void *context, enum err_code code, const char *what, uint64_t offset)
{
    struct taking *taking = context;
    struct err err = {.code = code, .what = what, .at = offset};
    if (code == ERR_OK)
        code = peer_send(taking->req, taking->res, &taking->caller, span_of(NULL, 0), &err);
    http_resume(taking->token, code, &err);
}

enum err_code api_peer_blob_take(struct app *app, const struct http_request *req,
                                 struct http_response *res, struct err *err)
{
    struct span offset;
    bool answered;
    struct taking *taking = ARENA_NEW(req->arena, struct taking);
    if (!taking)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *taking = (struct taking){.req = req, .res = res};
    TRY(peer_admit(app, req, res, &taking->caller, &answered, err));
    if (answered)
        return ERR_OK;
    TRY(read_name(req, &taking->name, err));
    if (!http_header(req, "Upload-Offset", &offset) || !span_is(offset, "0"))
        return err_set(err, ERR_PARAM, "a photo comes whole here: Upload-Offset: 0", 0);
    taking->token = http_suspend(req);
    struct err refused = {0};
    const enum err_code code =
        photos_finish_display(app->photos, &taking->name, req->body, taken, taking, &refused);
    if (code != ERR_OK)
        http_resume(taking->token, code, &refused);
    return ERR_OK;
}
