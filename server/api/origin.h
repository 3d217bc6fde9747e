/* origin: the address of this server as the client sees it, for what must be absolute. */
#pragma once

#include "server/app.h"
#include "tiles/base/buf.h"

/* "https://v01.map.example": the configured public address, else the one the request came to;
 * nothing when the request names no host. */
void api_add_origin(struct buf *to, const struct app *app, const struct http_request *req);
