/* THE ENDPOINT TABLE: method, path, handler, access, body limit, query. Read this file first. */
#include "server/http/endpoints.h"

#include "tiles/base/attr.h"

/* Handlers by file: server/api/NAME.c. */
#define HANDLER(name)                                                                              \
    enum err_code name(struct app *, const struct http_request *, struct http_response *,          \
                       struct err *)

enum { KIB = 1024, MIB = 1024 * 1024 };

/* clang-format off */
const struct endpoint endpoints[] = {
    /* method    pattern               handler            access         body  type  query  frequent */
    {0},
};
/* clang-format on */
const size_t endpoint_count = LENGTH(endpoints) - 1;
