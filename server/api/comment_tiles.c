/* /tiles/comments/{z}/{x}/{y}.mvt: the live layer. */
#include "server/api/answer.h"
#include "server/api/comments.h"
#include "server/api/filter.h"
#include "server/live/comment_tile.h"

enum err_code api_comment_tiles_get(struct app *app, const struct http_request *req,
                                    struct http_response *res, struct err *err)
{
    int64_t z = 0, x = 0, y = 0;
    struct store_filter filter;
    struct http_body *body = NULL;
    TRY(http_param_int(req, "z", 0, COMMENT_TILE_MAX_Z, &z, err));
    TRY(http_param_int(req, "x", 0, UINT32_MAX, &x, err));
    TRY(http_param_int(req, "y", 0, UINT32_MAX, &y, err));
    TRY(api_filter_from(req, &filter, err));
    TRY(comment_tiles_get(app->comment_tiles, app_reader(app, req), (uint8_t)z, (uint32_t)x,
                          (uint32_t)y, &filter, &body, err));
    if (body)
        http_send_body(res, body);
    else
        res->cache_control = "no-cache";
    return ERR_OK;
}
