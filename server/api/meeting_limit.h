/*
 * meeting_limit: how much may be written into one meeting, by all devices together.
 *
 * Purpose    A class comes back at once and is let in; who has found its code does not fill it.
 *            Comments count; what hangs on them (photos, edits, replies) is limited by the device.
 * Errors     ERR_LIMIT with Retry-After: nothing of the push is taken, and it may come again. This
 *            machine itself is not limited (people_limit_write).
 */
#pragma once

#include "server/app.h"
#include "server/http/message.h"

MUST_CHECK enum err_code api_limit_meetings(struct app *app, const struct http_request *req,
                                            struct http_response *res, const struct span *ops,
                                            size_t op_count, struct err *err);
