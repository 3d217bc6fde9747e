/*
 * cookie: the session's token in the browser.
 *
 * Purpose    On HTTPS "__Host-kakiko" (Secure, the whole host, no other), on plain HTTP "kakiko",
 * which is only given and taken where staff may sign in at all: from this machine itself, or
 *            everywhere with staff_over_http. HttpOnly and SameSite=Strict in both cases.
 * Standard   RFC 6265bis, 4.1.3 (prefixes).
 */
#pragma once

#include "server/app.h"

enum { COOKIE_TOKEN_BYTES = 16, COOKIE_TOKEN_HEX = 2 * COOKIE_TOKEN_BYTES };

/* May somebody sign in over this connection? */
bool cookie_is_allowed(const struct app *app, const struct http_request *req);

/* SHA-256 of the token; false: no cookie, a malformed one, or it may not come this way. */
bool cookie_token(const struct app *app, const struct http_request *req, uint8_t ret_sha256[32]);

/* The Set-Cookie line for this token, in the request's arena; token NULL: take it away. */
MUST_CHECK enum err_code cookie_line(const struct http_request *req,
                                     const uint8_t token[COOKIE_TOKEN_BYTES], int64_t seconds,
                                     const char **ret, struct err *err);
