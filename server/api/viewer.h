/*
 * viewer: through whose eyes a request reads comments.
 *
 * Purpose    Most read what the public may see, and their answers may be kept by caches. Who
 * belongs to a class or a closed space also reads what lies there; such an answer is the caller's
 *            alone (people_vary).
 * Ownership  Scopes live in the request's arena.
 * Errors     ERR_UNAUTHORIZED, ERR_FORBIDDEN for a meeting or space one does not belong to;
 *            ERR_NOT_FOUND for a comment one may not see, whoever else may.
 */
#pragma once

#include "server/app.h"
#include "server/http/message.h"
#include "server/store/comments.h"

/* Of ?meeting= and ?space=, which go into the filter. *ret_private: not the public's view. */
MUST_CHECK enum err_code api_viewer_of_place(struct app *app, const struct http_request *req,
                                             struct store_filter *filter, struct store_viewer *ret,
                                             bool *ret_private, struct err *err);

MUST_CHECK enum err_code api_viewer_of_comment(struct app *app, const struct http_request *req,
                                               struct uuid id, struct store_viewer *ret,
                                               bool *ret_private, struct err *err);
