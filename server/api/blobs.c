/*
 * /sync/v1/blobs: photos in pieces that can be interrupted anywhere, by tus 1.0.
 *
 * The operation that names a photo comes first; then POST (or the first PATCH) begins, HEAD tells
 * how far it got, PATCH goes on. The answer to the last PATCH says whether it became a picture.
 */
#include "server/api/photos.h"

#include <sodium.h>
#include <stdio.h>

#include "server/api/answer.h"
#include "server/people/caller.h"
#include "server/photo/photo.h"
#include "tiles/base/num.h"

#define TUS_VERSION "1.0.0"
enum { SHA_HEX = 2 * SHA256_BYTES, NUMBER_SIZE = 24 };

static void add_number(const struct http_request *req, struct http_response *res, const char *name,
                       uint64_t value)
{
    char text[NUMBER_SIZE];
    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    const char *copy = arena_copy(req->arena, span_from_str(text));
    if (copy)
        http_keep_header(res, name, copy);
}

/* Every answer names the version; a request of another one is refused (tus 1.0, 3.2). */
static enum err_code tus_begin(const struct http_request *req, struct http_response *res,
                               struct err *err)
{
    struct span version;
    http_keep_header(res, "Tus-Resumable", TUS_VERSION);
    res->cache_control = "no-store";
    if (http_header(req, "Tus-Resumable", &version) && span_is(version, TUS_VERSION))
        return ERR_OK;
    http_keep_header(res, "Tus-Version", TUS_VERSION);
    return err_set(err, ERR_PRECONDITION, "the header Tus-Resumable must say 1.0.0", 0);
}

static enum err_code read_number(const struct http_request *req, const char *name, bool *ret_found,
                                 uint64_t *ret, struct err *err)
{
    struct span text;
    int64_t value = 0;
    *ret_found = http_header(req, name, &text);
    if (*ret_found && num_int_from(text, 0, INT64_MAX, &value, NULL) != ERR_OK)
        return err_set(err, ERR_PARAM, "Upload-Offset and Upload-Length are whole numbers", 0);
    *ret = (uint64_t)value;
    return ERR_OK;
}

static bool sha256_from(struct span hex, struct sha256 *ret)
{
    return hex.len == SHA_HEX && sodium_hex2bin(ret->bytes, SHA256_BYTES, (const char *)hex.data,
                                                hex.len, NULL, NULL, NULL) == 0;
}

static enum err_code bad_sha256(struct err *err)
{
    return err_set(err, ERR_PARAM, "a photo is named by its SHA-256: 64 hexadecimal digits", 0);
}

/* --- Which photo, of whom --- */

struct asked {
    struct photo_key key;
    struct store_blob_status status;
};

static enum err_code judge(const struct app *app, const struct http_request *req,
                           const struct sha256 *sha256, struct store_blob_status *ret,
                           struct err *err)
{
    TRY(store_blob_status(app_reader(app, req), sha256, ret, err));
    if (ret->state == STORE_BLOB_UNKNOWN)
        return err_set(err, req->method == HTTP_GET ? ERR_NOT_FOUND : ERR_CONFLICT,
                       "no operation names this photo: words come first, then photos", 0);
    if (ret->state == STORE_BLOB_REFUSED) {
        const char *reason = arena_copy(req->arena, span_from_str(ret->reason));
        return err_set(err, ERR_INVALID, reason ? reason : "the photo was refused", 0);
    }
    if (ret->bytes > PHOTO_BYTES_MAX)
        return err_set(err, ERR_TOO_LARGE, "photos have at most 20 MiB", PHOTO_BYTES_MAX);
    return ERR_OK;
}

static enum err_code ask(struct app *app, const struct http_request *req,
                         const struct sha256 *sha256, struct asked *ret, struct err *err)
{
    struct caller caller;
    struct asked asked;
    TRY(people_caller(app, req, &caller, err));
    if (!caller.has_device || caller.is_new_device)
        return err_set(err, ERR_UNAUTHORIZED,
                       "photos are sent by a device that has sent its words: its token and "
                       "X-Device-Id",
                       0);
    TRY(judge(app, req, sha256, &asked.status, err));
    asked.key = (struct photo_key){caller.device_id, *sha256, asked.status.bytes};
    *ret = asked;
    return ERR_OK;
}

static uint64_t offset_of(const struct app *app, const struct asked *asked)
{
    return asked->status.state == STORE_BLOB_READY ? asked->key.length
                                                   : photos_offset(app->photos, &asked->key);
}

static enum err_code check_length(const struct http_request *req, const struct asked *asked,
                                  bool must, struct err *err)
{
    bool found;
    uint64_t length = 0;
    TRY(read_number(req, "Upload-Length", &found, &length, err));
    if (!found && must)
        return err_set(err, ERR_PARAM, "the header Upload-Length is missing", 0);
    if (found && length != asked->key.length)
        return err_set(err, ERR_CONFLICT, "the photo's operation says another length",
                       asked->key.length);
    return ERR_OK;
}

/* --- OPTIONS, POST, HEAD --- */

enum err_code api_blobs_options(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err)
{
    (void)app;
    (void)req;
    (void)err;
    http_add_header(res, "Tus-Resumable", TUS_VERSION);
    http_add_header(res, "Tus-Version", TUS_VERSION);
    http_add_header(res, "Tus-Extension", "creation");
    add_number(req, res, "Tus-Max-Size", PHOTO_BYTES_MAX);
    res->status = 204;
    return ERR_OK;
}

/* "filename eA==,sha256 YWJj…": comma-separated pairs of a key and its value in base64. */
static bool metadata_find(struct span metadata, const char *key, char *ret, size_t size,
                          size_t *ret_len)
{
    const size_t key_len = strlen(key);
    for (size_t at = 0; at < metadata.len;) {
        const uint8_t *from = metadata.data + at;
        const uint8_t *comma = memchr(from, ',', metadata.len - at);
        const size_t len = comma ? (size_t)(comma - from) : metadata.len - at;
        if (len > key_len + 1 && memcmp(from, key, key_len) == 0 && from[key_len] == ' ')
            return sodium_base642bin((unsigned char *)ret, size, (const char *)from + key_len + 1,
                                     len - key_len - 1, " ", ret_len, NULL,
                                     sodium_base64_VARIANT_ORIGINAL) == 0;
        at += len + 1;
    }
    return false;
}

enum err_code api_blobs_create(struct app *app, const struct http_request *req,
                               struct http_response *res, struct err *err)
{
    struct span metadata;
    struct sha256 sha256;
    struct asked asked;
    char hex[SHA_HEX], location[sizeof "/sync/v1/blobs/" + SHA_HEX] = "/sync/v1/blobs/";
    size_t len = 0;
    TRY(tus_begin(req, res, err));
    if (!http_header(req, "Upload-Metadata", &metadata) ||
        !metadata_find(metadata, "sha256", hex, sizeof hex, &len) ||
        !sha256_from(span_of(hex, len), &sha256))
        return bad_sha256(err);
    TRY(ask(app, req, &sha256, &asked, err));
    TRY(check_length(req, &asked, true, err));
    sodium_bin2hex(location + strlen(location), SHA_HEX + 1, sha256.bytes, SHA256_BYTES);
    const char *copy = arena_copy(req->arena, span_from_str(location));
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    http_add_header(res, "Location", copy);
    res->status = 201;
    return ERR_OK;
}

enum err_code api_blobs_get(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err)
{
    struct sha256 sha256;
    struct asked asked;
    TRY(tus_begin(req, res, err));
    if (!sha256_from(http_param(req, "sha256"), &sha256))
        return bad_sha256(err);
    TRY(ask(app, req, &sha256, &asked, err));
    add_number(req, res, "Upload-Offset", offset_of(app, &asked));
    add_number(req, res, "Upload-Length", asked.key.length);
    res->status = req->is_head ? 200 : 204;
    return ERR_OK;
}

/* --- PATCH --- */

struct piece {
    struct http_sink sink; /* must be first */
    struct photo_upload *upload;
    const struct http_request *req;
    struct http_response *res;
    struct http_token *token;
};

static enum err_code take(struct http_sink *sink, struct span bytes, struct err *err)
{
    return photos_take(((struct piece *)sink)->upload, bytes, err);
}

static void close_piece(struct http_sink *sink)
{
    photos_end(((struct piece *)sink)->upload);
}

static enum err_code begin(struct app *app, const struct http_request *req,
                           struct http_response *res, struct sha256 *sha256,
                           struct photo_upload **ret, struct err *err)
{
    struct asked asked;
    bool found;
    uint64_t offset = 0;
    TRY(ask(app, req, sha256, &asked, err));
    TRY(check_length(req, &asked, false, err));
    TRY(read_number(req, "Upload-Offset", &found, &offset, err));
    if (!found)
        return err_set(err, ERR_PARAM, "the header Upload-Offset is missing", 0);
    if (asked.status.state == STORE_BLOB_READY && offset == asked.key.length)
        return ERR_OK;
    const enum err_code code =
        asked.status.state == STORE_BLOB_READY
            ? err_set(err, ERR_CONFLICT, "all of this photo is here", asked.key.length)
            : photos_begin(app->photos, &asked.key, offset, ret, err);
    if (code == ERR_CONFLICT)
        add_number(req, res, "Upload-Offset", offset_of(app, &asked));
    return code;
}

enum err_code api_blobs_receive(struct app *app, const struct http_request *req,
                                struct http_response *res, struct http_sink **ret, struct err *err)
{
    struct sha256 sha256;
    struct photo_upload *upload = NULL;
    TRY(tus_begin(req, res, err));
    if (!sha256_from(http_param(req, "sha256"), &sha256))
        return bad_sha256(err);
    struct piece *piece = ARENA_NEW(req->arena, struct piece);
    if (!piece)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(begin(app, req, res, &sha256, &upload, err));
    if (!upload)
        return ERR_OK;
    *piece = (struct piece){.sink = {take, close_piece}, .upload = upload, .req = req, .res = res};
    *ret = &piece->sink;
    return ERR_OK;
}

static void finished(void *context, enum err_code code, const char *what, uint64_t offset)
{
    struct piece *piece = context;
    /* Bytes changed on their way: the upload begins anew, as after any other conflict. */
    const enum err_code told = code == ERR_CHECKSUM ? ERR_CONFLICT : code;
    const struct err err = {told, what, 0};
    if (code == ERR_OK) {
        add_number(piece->req, piece->res, "Upload-Offset", offset);
        piece->res->status = 204;
    }
    http_resume(piece->token, told, &err);
}

enum err_code api_blobs_patch(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err)
{
    struct sha256 sha256;
    struct asked asked;
    if (req->sink) {
        struct piece *piece = (struct piece *)req->sink;
        piece->token = http_suspend(req);
        photos_finish(piece->upload, finished, piece);
        return ERR_OK;
    }
    /* Nothing was left to send: the answer to the last piece was lost. */
    if (req->body.len || !sha256_from(http_param(req, "sha256"), &sha256))
        return err_set(err, ERR_CONFLICT, "all of this photo is here", 0);
    TRY(ask(app, req, &sha256, &asked, err));
    add_number(req, res, "Upload-Offset", asked.key.length);
    res->status = 204;
    return ERR_OK;
}
