#include "server/http/assets.h"

#include <stdlib.h>
#include <string.h>

#include "server/app.h"
#include "server/http/assets_table.h"

/* What MapLibre GL JS and our app need and nothing else; measured with Chromium. Workers take the
 * policy of their own script, so every file carries it. */
static const char policy[] =
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; "
    "img-src 'self' blob: data:; style-src 'self'; font-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'";

static const char without_app[] =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Kakikomap</title>"
    "<p>This kakikomap was built without its web app: install Node.js 20 and run ./start --build, "
    "then start it again. The interfaces under /api, /tiles and /sync work.</p></html>\n";

struct http_assets {
    struct http_body bodies[1]; /* http_asset_count of them */
};

/* The bytes are part of the program. */
static void keep(struct http_body *body)
{
    (void)body;
}

enum err_code http_assets_open(struct http_assets **ret, struct err *err)
{
    struct http_assets *assets =
        calloc(1, sizeof *assets + http_asset_count * sizeof(struct http_body));
    if (!assets)
        return err_set(err, ERR_NOMEM, "no memory for the web app", 0);
    for (size_t i = 0; i < http_asset_count; i++) {
        const struct http_asset_row *row = &http_asset_rows[i];
        struct http_body *body = &assets->bodies[i];
        for (size_t e = 0; e < HTTP_ENCODINGS; e++)
            if (row->bytes[e].len || e == HTTP_IDENTITY)
                body->bytes[e] = span_of(http_asset_bytes + row->bytes[e].at, row->bytes[e].len);
        body->content_type = row->type;
        body->etag = row->etag;
        body->immutable = row->immutable;
        body->content_security_policy = policy;
        body->free = keep;
        http_body_init(body);
    }
    *ret = assets;
    return ERR_OK;
}

void http_assets_close(struct http_assets *assets)
{
    if (!assets)
        return;
    for (size_t i = 0; i < http_asset_count; i++)
        http_body_unref(&assets->bodies[i]);
    free(assets);
}

size_t http_assets_count(void)
{
    return http_asset_count;
}

static int compare_paths(const void *key, const void *row)
{
    return strcmp(key, ((const struct http_asset_row *)row)->path);
}

static struct http_body *find(struct http_assets *assets, const char *path)
{
    const struct http_asset_row *row =
        bsearch(path, http_asset_rows, http_asset_count, sizeof *row, compare_paths);
    return row ? &assets->bodies[row - http_asset_rows] : NULL;
}

/* An address that the app itself makes sense of, such as one of a comment. */
static bool is_of_app(const struct http_request *req)
{
    static const char *const others[] = {"/api/", "/tiles/", "/sync/", "/packs/", "/assets/"};
    const char *path = (const char *)req->path.data;
    struct span accept;
    for (size_t i = 0; i < LENGTH(others); i++)
        if (strncmp(path, others[i], strlen(others[i])) == 0)
            return false;
    const char *last = strrchr(path, '/');
    return !strchr(last, '.') && http_header(req, "Accept", &accept) &&
           memmem(accept.data, accept.len, "text/html", strlen("text/html"));
}

enum err_code http_assets_get(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err)
{
    const char *path = (const char *)req->path.data;
    const bool is_root = strcmp(path, "/") == 0;
    if (is_root && http_asset_count == 0) {
        http_send_bytes(res, "text/html; charset=utf-8", span_from_str(without_app));
        return ERR_OK;
    }
    struct http_body *body = is_root ? NULL : find(app->assets, path);
    if (!body && (is_root || is_of_app(req)))
        body = find(app->assets, "/index.html");
    if (!body)
        return err_set(err, ERR_NOT_FOUND, "there is nothing at this address", 0);
    http_send_body(res, http_body_ref(body));
    return ERR_OK;
}
