/* Tiles of archives: GET /tiles/{name}/{z}/{x}/{y}.mvt */
#include "server/api/tiles.h"

#include "server/api/archives.h"
#include "server/app.h"

enum { VERSION_MAX = 64 };

static enum err_code tile_of(const struct http_request *req, struct tile *ret, struct err *err)
{
    int64_t z = 0, x = 0, y = 0;
    TRY(http_param_int(req, "z", 0, UINT8_MAX, &z, err));
    TRY(http_param_int(req, "x", 0, UINT32_MAX, &x, err));
    TRY(http_param_int(req, "y", 0, UINT32_MAX, &y, err));
    *ret = (struct tile){.z = (uint8_t)z, .x = (uint32_t)x, .y = (uint32_t)y};
    return ERR_OK;
}

enum err_code api_tiles_open(struct app *app, const struct http_request *req, struct span name,
                             struct tileset **ret, struct err *err)
{
    struct store_reader *reader = app->readers ? app->readers[req->slot] : NULL;
    TRY(archives_refresh(app->archives, reader, err));
    return archives_find(app->archives, name, ret, err);
}

bool api_tiles_is_empty_city(struct app *app, struct span name, enum err_code opened)
{
    return opened == ERR_NOT_FOUND && span_is(name, API_TILES_CITY) &&
           archives_fault(app->archives).code == ERR_OK;
}

enum err_code api_tiles_get(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err)
{
    CLEANUP(tileset_unref_at) struct tileset *tileset = NULL;
    struct http_body *body = NULL;
    struct tile tile = {0};
    struct span version = {0};
    TRY(tile_of(req, &tile, err));
    const bool versioned = http_query(req, "v", &version);
    if (version.len > VERSION_MAX)
        return err_set(err, ERR_PARAM, "v: a version of the archive, as its TileJSON tells it", 0);
    const struct span name = http_param(req, "name");
    const enum err_code opened = api_tiles_open(app, req, name, &tileset, err);
    if (api_tiles_is_empty_city(app, name, opened)) {
        res->status = 204; /* nothing was imported yet */
        res->cache_control = "no-cache";
        return ERR_OK;
    }
    TRY(opened);
    const bool immutable = versioned && span_is(version, tileset_about(tileset).version);
    TRY(tileset_tile(tileset, tile, immutable, &body, err));
    if (body) {
        http_send_body(res, body);
        return ERR_OK;
    }
    res->status = 204; /* inside the pyramid, and nothing there */
    res->cache_control = immutable ? "public, max-age=31536000, immutable" : "no-cache";
    return ERR_OK;
}
