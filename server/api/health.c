#include "server/api/archives.h"
#include "server/api/service.h"
#include "server/app.h"
#include "server/json/write.h"

static void add_archives(struct json *json, struct archives *archives)
{
    struct tileset *tilesets[ARCHIVES_MAX];
    const size_t count = archives_list(archives, tilesets);
    json_key(json, "archives");
    json_array(json);
    for (size_t i = 0; i < count; i++) {
        const struct tileset_about about = tileset_about(tilesets[i]);
        json_object(json);
        json_key(json, "name");
        json_text(json, about.name);
        json_key(json, "edition");
        json_text(json, about.edition);
        json_key(json, "bytes");
        json_uint(json, about.bytes);
        json_end(json);
        tileset_unref(tilesets[i]);
    }
    json_end(json);
}

static void add_health(struct json *json, const struct app *app, const struct http_request *req,
                       uint64_t change)
{
    const struct store_info *info = store_info(app->store);
    const struct err fault = archives_fault(app->archives);
    json_object(json);
    json_key(json, "status");
    json_text(json, fault.code == ERR_OK ? "ok" : "degraded");
    if (fault.code != ERR_OK) {
        json_key(json, "fault");
        json_text(json, fault.what ? fault.what : err_title(fault.code));
    }
    json_key(json, "version");
    json_text(json, KAKIKOMAP_VERSION);
    json_key(json, "change");
    json_uint(json, change);
    json_key(json, "uptime_s");
    json_int(json, (req->now_ms - app->started_ms) / 1000);
    json_key(json, "municipality");
    json_uint(json, info->municipality);
    json_key(json, "name");
    json_text(json, info->name);
    json_key(json, "demo");
    json_bool(json, info->demo);
    if (app->certificate_ends_ms) {
        json_key(json, "certificate_days_left");
        json_int(json, (app->certificate_ends_ms - req->now_ms) / (24 * 3600 * INT64_C(1000)));
    }
    add_archives(json, app->archives);
    json_end(json);
}

enum err_code api_health_get(struct app *app, const struct http_request *req,
                             struct http_response *res, struct err *err)
{
    uint64_t change;
    struct store_reader *reader = app_reader(app, req);
    TRY(store_newest_change(reader, &change, err));
    TRY(archives_refresh(app->archives, reader, err));
    CLEANUP(buf_done) struct buf text = {0};
    struct json json;
    json_begin(&json, &text);
    add_health(&json, app, req, change);
    buf_add_byte(&text, '\n');
    const char *copy = text.failed ? NULL : arena_copy(req->arena, buf_span(&text));
    if (!copy)
        return err_set(err, ERR_NOMEM, "no memory for the answer", 0);
    http_send_bytes(res, "application/json", span_of(copy, text.len));
    return ERR_OK;
}
