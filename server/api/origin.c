#include "server/api/origin.h"

#include <string.h>

#include "server/config.h"

static bool is_host(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t byte = text.data[i];
        const bool ok = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                        (byte >= '0' && byte <= '9') || strchr(".-:[]", byte);
        if (!ok || byte == '\0')
            return false;
    }
    return text.len > 0 && text.len < 256;
}

void api_add_origin(struct buf *to, const struct app *app, const struct http_request *req)
{
    struct span host;
    if (app->config && app->config->public_url[0]) {
        buf_add_str(to, app->config->public_url); /* without a slash at its end: config_check */
        return;
    }
    if (!http_header(req, "Host", &host) || !is_host(host))
        return;
    buf_add_str(to, req->peer.is_secure ? "https://" : "http://");
    buf_add(to, host);
}
