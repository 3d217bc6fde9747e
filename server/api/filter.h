/*
 * filter: the parameters bbox, q, since, kind, card and channel, as lists and tiles share them.
 *
 * Errors     ERR_PARAM with a sentence that names the parameter; ERR_UNSUPPORTED for a box across
 *            the date line.
 * Ownership  The filter borrows from the request and its arena.
 */
#pragma once

#include "server/http/message.h"
#include "server/store/comments.h"

MUST_CHECK enum err_code api_filter_from(const struct http_request *req, struct store_filter *ret,
                                         struct err *err);
