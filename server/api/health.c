#include "server/api/archives.h"
#include "server/api/service.h"
#include "server/app.h"
#include "server/json/write.h"
#include "server/peer/line.h"
#include "server/store/peers.h"

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

/* The exchange with the city: "none" where this server is the city. `behind`: changes it has not.
 */
static void add_city(struct json *json, const struct app *app, const struct store_city *city,
                     uint64_t change)
{
    struct peer_line_status line = {.what = ""};
    if (app->line)
        peer_line_status(app->line, &line);
    json_key(json, "city");
    json_object(json);
    json_key(json, "line");
    json_text(json, city->venue ? peer_line_state_name(line.state) : "none");
    json_key(json, "what");
    json_text(json, line.what);
    json_key(json, "contact");
    if (city->contact_ms)
        json_time(json, city->contact_ms);
    else
        json_null(json);
    json_key(json, "behind");
    json_uint(json, change > city->change ? change - city->change : 0);
    json_end(json);
}

static void add_health(struct json *json, const struct app *app, const struct http_request *req,
                       uint64_t change, const struct store_city *city)
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
    add_city(json, app, city, change);
    add_archives(json, app->archives);
    json_end(json);
}

enum err_code api_health_get(struct app *app, const struct http_request *req,
                             struct http_response *res, struct err *err)
{
    uint64_t change;
    struct store_reader *reader = app_reader(app, req);
    struct store_city city = {0};
    TRY(store_newest_change(reader, &change, err));
    TRY(store_city(reader, &city, err));
    TRY(archives_refresh(app->archives, reader, err));
    CLEANUP(buf_done) struct buf text = {0};
    struct json json;
    json_begin(&json, &text);
    add_health(&json, app, req, change, &city);
    buf_add_byte(&text, '\n');
    const char *copy = text.failed ? NULL : arena_copy(req->arena, buf_span(&text));
    if (!copy)
        return err_set(err, ERR_NOMEM, "no memory for the answer", 0);
    http_send_bytes(res, "application/json", span_of(copy, text.len));
    return ERR_OK;
}
