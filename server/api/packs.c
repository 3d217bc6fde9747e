/* Offline packs: GET /packs/{name}.pmtiles, the archive itself, whole or in ranges. */
#include "server/api/archives.h"
#include "server/api/tiles.h"

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
