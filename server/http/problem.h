/*
 * problem: a failure as a document that programs and people can read.
 *
 * Standard   RFC 9457, application/problem+json; "code" is the stable name of tiles/base/err.def,
 * "at" the place of the fault where there is one, "request" the id in the log.
 */
#pragma once

#include "server/http/message.h"

/* Turns *res into the problem document; what it held before is given back. Never fails: without
 * memory the answer is a literal. */
void http_problem(const struct http_request *req, struct http_response *res, enum err_code code,
                  const struct err *err);

/* Gives back what a response holds and nobody will send. */
void http_response_drop(struct http_response *res);
