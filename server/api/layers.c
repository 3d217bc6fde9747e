/* What maps there are: GET /api/layers, /tiles/{name}.json and /tiles/comments.json (TileJSON). */
#include <string.h>

#include "server/api/archives.h"
#include "server/api/origin.h"
#include "server/api/tiles.h"
#include "server/app.h"
#include "server/config.h"
#include "server/json/pick.h"
#include "server/json/write.h"
#include "server/live/comment_tile.h"
#include "tiles/base/hash.h"

static enum err_code send_json(const struct http_request *req, struct http_response *res,
                               const struct buf *text, struct err *err)
{
    const char *copy = text->failed ? NULL : arena_copy(req->arena, buf_span(text));
    if (!copy)
        return err_set(err, ERR_NOMEM, "no memory for the answer", 0);
    const struct span bytes = span_of(copy, text->len);
    http_send_bytes(res, "application/json", bytes);
    return http_etag(req, res, hash_bytes(bytes, 0), err);
}

/* Tile addresses must be absolute for readers other than our own page (QGIS, MapLibre Native). */
static void add_address(struct json *json, const struct app *app, const struct http_request *req,
                        const char *name, const char *version)
{
    CLEANUP(buf_done) struct buf text = {0};
    api_add_origin(&text, app, req);
    buf_add_str(&text, "/tiles/");
    buf_add_str(&text, name);
    buf_add_str(&text, "/{z}/{x}/{y}.mvt");
    if (version) {
        buf_add_str(&text, "?v=");
        buf_add_str(&text, version);
    }
    json_key(json, "tiles");
    json_array(json);
    json_string(json, buf_span(&text));
    json_end(json);
    if (text.failed)
        json->out->failed = true;
}

static void add_box(struct json *json, int32_t west, int32_t south, int32_t east, int32_t north)
{
    json_key(json, "bounds");
    json_array(json);
    json_e7(json, west);
    json_e7(json, south);
    json_e7(json, east);
    json_e7(json, north);
    json_end(json);
}

static void add_zooms(struct json *json, unsigned min, unsigned max)
{
    json_key(json, "minzoom");
    json_uint(json, min);
    json_key(json, "maxzoom");
    json_uint(json, max);
}

enum { PICK_LAYERS, PICK_NAME, PICK_DESCRIPTION, PICK_ATTRIBUTION, PICK_COUNT };
static const char *const picked[PICK_COUNT] = {"vector_layers", "name", "description",
                                               "attribution"};

static void write_tilejson(struct json *json, const struct app *app, const struct http_request *req,
                           const struct tileset_about *about, const struct span values[PICK_COUNT])
{
    const struct archive_header *header = about->header;
    json_object(json);
    json_key(json, "tilejson");
    json_text(json, "3.0.0");
    for (size_t i = PICK_NAME; i < PICK_COUNT; i++) {
        if (!values[i].data || values[i].data[0] != '"')
            continue;
        json_key(json, picked[i]);
        json_raw(json, values[i]);
    }
    json_key(json, "scheme");
    json_text(json, "xyz");
    add_address(json, app, req, about->name, about->version);
    add_zooms(json, header->min_zoom, header->max_zoom);
    add_box(json, header->min_lon_e7, header->min_lat_e7, header->max_lon_e7, header->max_lat_e7);
    json_key(json, "center");
    json_array(json);
    json_e7(json, header->center_lon_e7);
    json_e7(json, header->center_lat_e7);
    json_uint(json, header->center_zoom);
    json_end(json);
    json_key(json, "vector_layers");
    const bool is_list = values[PICK_LAYERS].data && values[PICK_LAYERS].data[0] == '[';
    json_raw(json, is_list ? values[PICK_LAYERS] : span_from_str("[]"));
    json_end(json);
}

/* The city before its first import: a map without anything on it, not a failure. */
static enum err_code send_empty_city(struct app *app, const struct http_request *req,
                                     struct http_response *res, struct err *err)
{
    CLEANUP(buf_done) struct buf text = {0};
    struct json json;
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "tilejson");
    json_text(&json, "3.0.0");
    json_key(&json, "name");
    json_text(&json, API_TILES_CITY);
    json_key(&json, "scheme");
    json_text(&json, "xyz");
    add_address(&json, app, req, API_TILES_CITY, NULL);
    add_zooms(&json, 5, 16); /* as imports are cut: tiles/tiler */
    json_key(&json, "vector_layers");
    json_array(&json);
    json_end(&json);
    json_end(&json);
    return send_json(req, res, &text, err);
}

enum err_code api_tilejson_get(struct app *app, const struct http_request *req,
                               struct http_response *res, struct err *err)
{
    CLEANUP(tileset_unref_at) struct tileset *tileset = NULL;
    CLEANUP(buf_done) struct buf text = {0};
    struct span values[PICK_COUNT];
    struct json json;
    const struct span name = http_param(req, "name");
    const enum err_code opened = api_tiles_open(app, req, name, &tileset, err);
    if (api_tiles_is_empty_city(app, name, opened))
        return send_empty_city(app, req, res, err);
    TRY(opened);
    const struct tileset_about about = tileset_about(tileset);
    if (json_pick(about.metadata, picked, PICK_COUNT, req->arena, values, NULL) != ERR_OK)
        memset(values, 0, sizeof values); /* its tiles can be drawn without */
    json_begin(&json, &text);
    write_tilejson(&json, app, req, &about, values);
    return send_json(req, res, &text, err);
}

/* Attributes of the layers "comment" and "comment_shape": server/live/comment_tile.h. */
struct field {
    const char *name, *type;
};
static const struct field comment_fields[] = {
    {"id", "String"},       {"kind", "String"},   {"card", "String"},    {"hat", "String"},
    {"channel", "String"},  {"agree", "Number"},  {"replies", "Number"}, {"building_id", "String"},
    {"count", "Number"},    {"idea", "Number"},   {"trouble", "Number"}, {"good", "Number"},
    {"question", "Number"}, {"action", "Number"}, {"reading", "Number"},
};
static const struct field shape_fields[] = {
    {"id", "String"}, {"kind", "String"}, {"hat", "String"}};

static void add_vector_layer(struct json *json, const char *name, const char *description,
                             uint8_t min_zoom, const struct field *fields, size_t count)
{
    json_object(json);
    json_key(json, "id");
    json_text(json, name);
    json_key(json, "description");
    json_text(json, description);
    add_zooms(json, min_zoom, COMMENT_TILE_MAX_Z);
    json_key(json, "fields");
    json_object(json);
    for (size_t i = 0; i < count; i++) {
        json_key(json, fields[i].name);
        json_text(json, fields[i].type);
    }
    json_end(json);
    json_end(json);
}

enum err_code api_tilejson_comments(struct app *app, const struct http_request *req,
                                    struct http_response *res, struct err *err)
{
    CLEANUP(buf_done) struct buf text = {0};
    struct json json;
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "tilejson");
    json_text(&json, "3.0.0");
    json_key(&json, "name");
    json_text(&json, "comments");
    json_key(&json, "scheme");
    json_text(&json, "xyz");
    add_address(&json, app, req, "comments", NULL);
    add_zooms(&json, 0, COMMENT_TILE_MAX_Z);
    if (app->store) {
        const struct store_box box = store_info(app->store)->box;
        add_box(&json, box.min_lon_e7, box.min_lat_e7, box.max_lon_e7, box.max_lat_e7);
    }
    json_key(&json, "vector_layers");
    json_array(&json);
    add_vector_layer(&json, "comment",
                     "Comments as points; at low zooms, and where they are many, cells with counts",
                     0, comment_fields, LENGTH(comment_fields));
    add_vector_layer(&json, "comment_shape", "Lines and areas that comments were drawn as",
                     COMMENT_TILE_POINTS_Z, shape_fields, LENGTH(shape_fields));
    json_end(&json);
    json_end(&json);
    return send_json(req, res, &text, err);
}

static void add_path(struct json *json, const char *key, const char *before, const char *name,
                     const char *behind)
{
    CLEANUP(buf_done) struct buf path = {0};
    buf_add_str(&path, before);
    buf_add_str(&path, name);
    buf_add_str(&path, behind);
    json_key(json, key);
    json_string(json, buf_span(&path));
    if (path.failed)
        json->out->failed = true;
}

static void add_archive(struct json *json, const struct tileset_about *about)
{
    json_object(json);
    json_key(json, "name");
    json_text(json, about->name);
    json_key(json, "live");
    json_bool(json, false);
    add_path(json, "tilejson", "/tiles/", about->name, ".json");
    add_path(json, "pack", "/packs/", about->name, ".pmtiles");
    json_key(json, "edition");
    json_text(json, about->edition);
    json_key(json, "version");
    json_text(json, about->version);
    json_key(json, "bytes");
    json_uint(json, about->bytes);
    json_key(json, "made_at");
    json_time(json, about->made_ms);
    add_zooms(json, about->header->min_zoom, about->header->max_zoom);
    add_box(json, about->header->min_lon_e7, about->header->min_lat_e7, about->header->max_lon_e7,
            about->header->max_lat_e7);
    json_end(json);
}

static void add_comments(struct json *json)
{
    static const char *const absent[] = {"pack", "edition", "bytes", "made_at"};
    json_object(json);
    json_key(json, "name");
    json_text(json, "comments");
    json_key(json, "live");
    json_bool(json, true);
    json_key(json, "tilejson");
    json_text(json, "/tiles/comments.json");
    for (size_t i = 0; i < LENGTH(absent); i++) {
        json_key(json, absent[i]);
        json_null(json);
    }
    add_zooms(json, 0, COMMENT_TILE_MAX_Z);
    json_end(json);
}

enum err_code api_layers_list(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err)
{
    struct tileset *tilesets[ARCHIVES_MAX];
    CLEANUP(buf_done) struct buf text = {0};
    struct json json;
    TRY(archives_refresh(app->archives, app->readers ? app->readers[req->slot] : NULL, err));
    const size_t count = archives_list(app->archives, tilesets);
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "layers");
    json_array(&json);
    for (size_t i = 0; i < count; i++) {
        const struct tileset_about about = tileset_about(tilesets[i]);
        add_archive(&json, &about);
        tileset_unref(tilesets[i]);
    }
    add_comments(&json);
    json_end(&json);
    json_end(&json);
    return send_json(req, res, &text, err);
}
