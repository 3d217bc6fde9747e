/*
 * tiles: handlers of the tile sets that come from archives.
 *
 * Purpose    /tiles/{name}/{z}/{x}/{y}.mvt, /tiles/{name}.json, /packs/{name}, /api/layers.
 * Answers    A tile that is not in the archive is 204, and so is every tile of the city before its
 *            first import; a zoom level it does not have, and a place outside the pyramid, 404.
 * With ?v=, as the TileJSON writes it, tiles may be kept for good: another edition has another
 * address.
 */
#pragma once

#include "server/http/message.h"

/* The tile set that imports make. */
#define API_TILES_CITY "city"

struct app;
struct tileset;

enum err_code api_tiles_get(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err);
enum err_code api_tilejson_get(struct app *app, const struct http_request *req,
                               struct http_response *res, struct err *err);
enum err_code api_tilejson_comments(struct app *app, const struct http_request *req,
                                    struct http_response *res, struct err *err);
enum err_code api_packs_get(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err);
enum err_code api_packs_about(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err);
enum err_code api_layers_list(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err);
enum err_code api_style_get(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err);

/* The tile set of this name in its newest edition; a reference. */
MUST_CHECK enum err_code api_tiles_open(struct app *app, const struct http_request *req,
                                        struct span name, struct tileset **ret, struct err *err);

/* Opening failed because nothing was imported yet: an empty map, not a fault. */
bool api_tiles_is_empty_city(struct app *app, struct span name, enum err_code opened);
