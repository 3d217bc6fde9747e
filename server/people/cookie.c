#include "server/people/cookie.h"

#include <sodium.h>

#include "server/config.h"
#include "tiles/base/buf.h"

static const char *name_for(const struct http_request *req)
{
    return req->peer.is_secure ? "__Host-kakiko" : "kakiko";
}

bool cookie_is_allowed(const struct app *app, const struct http_request *req)
{
    return req->peer.is_secure || req->peer.is_local ||
           (app->config && app->config->staff_over_http);
}

/* "a=1; kakiko=…; b=2": the value of the first pair of this name. */
static bool find_value(struct span header, const char *name, struct span *ret)
{
    const size_t name_len = strlen(name);
    const uint8_t *at = header.data, *end = header.data + header.len;
    while (at < end) {
        while (at < end && (*at == ' ' || *at == ';'))
            at++;
        const uint8_t *close = memchr(at, ';', (size_t)(end - at));
        close = close ? close : end;
        if ((size_t)(close - at) > name_len && memcmp(at, name, name_len) == 0 &&
            at[name_len] == '=') {
            *ret = span_of(at + name_len + 1, (size_t)(close - at) - name_len - 1);
            return true;
        }
        at = close;
    }
    return false;
}

bool cookie_token(const struct app *app, const struct http_request *req, uint8_t ret_sha256[32])
{
    struct span header, value;
    uint8_t token[COOKIE_TOKEN_BYTES];
    size_t len = 0;
    if (!cookie_is_allowed(app, req) || !http_header(req, "Cookie", &header) ||
        !find_value(header, name_for(req), &value) || value.len != COOKIE_TOKEN_HEX ||
        sodium_hex2bin(token, sizeof token, (const char *)value.data, value.len, NULL, &len,
                       NULL) != 0 ||
        len != sizeof token)
        return false;
    crypto_hash_sha256(ret_sha256, token, sizeof token);
    return true;
}

enum err_code cookie_line(const struct http_request *req, const uint8_t token[COOKIE_TOKEN_BYTES],
                          int64_t seconds, const char **ret, struct err *err)
{
    char hex[COOKIE_TOKEN_HEX + 1] = "";
    if (token)
        sodium_bin2hex(hex, sizeof hex, token, COOKIE_TOKEN_BYTES);
    CLEANUP(buf_done) struct buf line = {0};
    buf_add_str(&line, name_for(req));
    buf_add_str(&line, "=");
    buf_add_str(&line, hex);
    buf_add_str(&line, "; Path=/; HttpOnly; SameSite=Strict; Max-Age=");
    buf_add_int(&line, token ? seconds : 0);
    if (req->peer.is_secure)
        buf_add_str(&line, "; Secure");
    sodium_memzero(hex, sizeof hex);
    *ret = line.failed ? NULL : arena_copy(req->arena, buf_span(&line));
    return *ret ? ERR_OK : err_set(err, ERR_NOMEM, "out of memory", 0);
}
