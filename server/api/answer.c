#include "server/api/answer.h"

#include "server/people/caller.h"

#include <string.h>

#include "tiles/base/hash.h"

enum err_code api_send(const struct http_request *req, struct http_response *res,
                       const char *content_type, struct buf *text, struct err *err)
{
    const char *copy = text->failed ? NULL : arena_copy(req->arena, buf_span(text));
    const size_t len = text->len;
    buf_done(text);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    http_send_bytes(res, content_type, span_of(copy, len));
    return ERR_OK;
}

enum err_code api_send_private(const struct http_request *req, struct http_response *res,
                               struct buf *text, struct err *err)
{
    TRY(api_send(req, res, JSON, text, err));
    people_vary(res);
    return ERR_OK;
}

enum err_code api_etag(const struct app *app, const struct http_request *req,
                       struct http_response *res, uint64_t change, struct err *err)
{
    const struct uuid epoch = store_info(app->store)->epoch;
    return http_etag(req, res, hash_bytes(span_of(epoch.bytes, UUID_BYTES), change), err);
}
