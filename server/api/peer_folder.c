/* GET /sync/v1/peer/folder: what a venue's new folder is made from. */
#include "server/api/peer_admit.h"
#include "server/peer/wire.h"

enum err_code api_peer_folder(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err)
{
    struct peer_caller caller;
    bool answered;
    struct span bytes;
    TRY(peer_admit(app, req, res, &caller, &answered, err));
    if (answered)
        return ERR_OK;
    const struct store_info *info = store_info(app->store);
    struct peer_folder folder = {
        .server_id = info->server_id,
        .epoch = info->epoch,
        .settings = {.municipality = info->municipality,
                     .name = info->name,
                     .demo = info->demo,
                     .box = info->box},
    };
    TRY(store_layers_list(app_reader(app, req), req->arena, &folder.layers, &folder.layer_count,
                          err));
    TRY(peer_pack_folder(req->arena, &folder, &bytes, err));
    return peer_send(req, res, &caller, bytes, err);
}
