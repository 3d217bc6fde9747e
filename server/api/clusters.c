/* GET /api/clusters: the newest run of a space as GeoJSON. */
#include "server/app.h"
#include "server/json/cluster.h"

enum err_code api_clusters_list(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err);

enum err_code api_clusters_list(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err)
{
    struct uuid space_id;
    bool has_space = false;
    TRY(http_query_uuid(req, "space", &space_id, &has_space, err));

    struct store_cluster_run run;
    const enum err_code code = store_clusters_newest(
        app_reader(app, req), STORE_PUBLIC, has_space ? &space_id : NULL, req->arena, &run, err);
    if (code != ERR_OK && code != ERR_NOT_FOUND)
        return code;
    const bool has_run = code == ERR_OK;

    CLEANUP(buf_done) struct buf text = {0};
    struct json json;
    json_begin(&json, &text);
    json_clusters(&json, has_run ? &run : NULL);
    const char *copy = text.failed ? NULL : arena_copy(req->arena, buf_span(&text));
    if (!copy)
        return err_set(err, ERR_NOMEM, "no memory for the answer", 0);
    http_send_bytes(res, "application/geo+json", span_of(copy, text.len));
    return http_etag(req, res, has_run ? run.id : 0, err);
}
