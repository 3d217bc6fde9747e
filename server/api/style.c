/* GET /api/style.json?theme=light|dark&lang=ja|easy|en: the map's look, made at build time. */
#include "schema/style/style.h"
#include "server/api/tiles.h"
#include "tiles/base/hash.h"

static const struct style_file *find_style(struct span theme, struct span lang)
{
    for (size_t i = 0; i < style_files_len; i++)
        if (span_is(theme, style_files[i].theme) && span_is(lang, style_files[i].lang))
            return &style_files[i];
    return NULL;
}

enum err_code api_style_get(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err)
{
    (void)app;
    struct span theme = span_from_str("light"), lang = span_from_str("ja");
    http_query(req, "theme", &theme);
    http_query(req, "lang", &lang);
    const struct style_file *style = find_style(theme, lang);
    if (!style)
        return err_set(err, ERR_PARAM, "theme is light or dark, lang is ja, easy or en", 0);
    const struct span bytes = span_of(style->bytes, style->len);
    http_send_bytes(res, "application/json", bytes);
    return http_etag(req, res, hash_bytes(bytes, 0), err);
}
