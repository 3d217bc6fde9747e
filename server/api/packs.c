/* Offline packs: GET /packs/{name}.pmtiles, the archive itself, whole or in ranges, and
 * GET /packs/{name}.json, the hashes by which a device checks the pieces it has taken. */
#include "server/api/archives.h"
#include "server/api/tiles.h"
#include "server/json/write.h"
#include "tiles/base/hash.h"

enum err_code api_packs_get(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err)
{
    CLEANUP(tileset_unref_at) struct tileset *tileset = NULL;
    struct http_body *body = NULL;
    TRY(api_tiles_open(app, req, http_param(req, "name"), &tileset, err));
    TRY(tileset_pack(tileset, &body, err));
    http_send_body(res, body);
    return ERR_OK;
}

static void add_hash(struct json *json, const uint8_t *hash)
{
    static const char digits[] = "0123456789abcdef";
    char text[2 * TILESET_PIECE_HASH + 1] = {0};
    for (size_t i = 0; i < TILESET_PIECE_HASH; i++) {
        text[2 * i] = digits[hash[i] >> 4];
        text[2 * i + 1] = digits[hash[i] & 15];
    }
    json_text(json, text);
}

enum err_code api_packs_about(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err)
{
    CLEANUP(tileset_unref_at) struct tileset *tileset = NULL;
    CLEANUP(buf_done) struct buf text = {0};
    struct span hashes;
    struct json json;
    TRY(api_tiles_open(app, req, http_param(req, "name"), &tileset, err));
    TRY(tileset_pieces(tileset, &hashes, err));
    const struct tileset_about about = tileset_about(tileset);
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "name");
    json_text(&json, about.name);
    json_key(&json, "edition");
    json_text(&json, about.edition);
    json_key(&json, "version");
    json_text(&json, about.version);
    json_key(&json, "made_at");
    json_time(&json, about.made_ms);
    json_key(&json, "bytes");
    json_uint(&json, about.bytes);
    json_key(&json, "piece_bytes");
    json_uint(&json, TILESET_PIECE);
    json_key(&json, "sha256");
    json_array(&json);
    for (size_t at = 0; at < hashes.len; at += TILESET_PIECE_HASH)
        add_hash(&json, hashes.data + at);
    json_end(&json);
    json_end(&json);
    const char *copy = text.failed ? NULL : arena_copy(req->arena, buf_span(&text));
    if (!copy)
        return err_set(err, ERR_NOMEM, "no memory for the answer", 0);
    const struct span bytes = span_of(copy, text.len);
    http_send_bytes(res, "application/json", bytes);
    return http_etag(req, res, hash_bytes(bytes, 0), err);
}
