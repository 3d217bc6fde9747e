/*
 * assets: the web app, compiled into the program.
 *
 * Purpose    One program serves its own app: no folder to lose, no path to escape from.
 * Answers    A file by its exact path; "/" is index.html, and so is every address of the app's own
 *            (no dot in its last step, and the client asks for HTML). Files with a hash in their
 * name may be kept for good. A program built without the app says so.
 */
#pragma once

#include "server/http/message.h"

struct app;
struct http_assets;

/* Needs no file: the table is in the program. */
MUST_CHECK enum err_code http_assets_open(struct http_assets **ret, struct err *err);
void http_assets_close(struct http_assets *assets);

/* How many files the app has; 0: built without it. */
size_t http_assets_count(void);

/* The handler of the row "*". */
enum err_code http_assets_get(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err);
