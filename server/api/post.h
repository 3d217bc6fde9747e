/*
 * post: one operation made for a simple client, handed to the writer; answered when it is on disk.
 *
 * Purpose    POST and PUT of /api go through the same rules and the same group commit as
 *            /sync/v1/ops. The server is the device; the client's id names the object, and the
 *            operation's id is made from it, so that a repeated request is the same operation.
 * Flow       api_post suspends the request; after COMMIT and fsync the plan's `answer` runs on the
 *            writer's thread with app->answer_reader, and the request goes on.
 * Ownership  The plan and the operation live in the request's arena.
 * Errors     ERR_FORBIDDEN, ERR_INVALID, ERR_RANGE for what the rules refuse, with the JSON pointer
 *            of the field; ERR_GONE for what was erased; ERR_BUSY, ERR_FULL, ERR_IO of the writer.
 */
#pragma once

#include "server/app.h"
#include "server/http/message.h"
#include "server/store/writer.h"
#include "server/sync/build.h"

struct api_post;

/* Fills the response after the commit. `fresh`: stored now; otherwise the id was there already, and
 * the answer compares what was asked with what is stored: ERR_CONFLICT when they differ. */
typedef enum err_code api_answer_fn(const struct api_post *post, bool fresh, struct err *err);

struct api_post {
    struct app *app;
    const struct http_request *req;
    struct http_response *res;
    struct span op;
    api_answer_fn *answer;
    const void *asked; /* for answer */
    struct http_token *token;
};

/* The head of an operation on behalf of somebody: its id follows from object, author, rev and
 * value. rev 0 is CREATE, whose id does not depend on the author. */
struct op_head api_post_head(const struct app *app, struct uuid object_id, struct uuid author_id,
                             uint32_t rev, uint8_t value);

/* An author that nobody can guess who does not have the server's secret: what comes without a
 * device of its own can be withdrawn by moderators only. */
struct uuid api_post_author(const struct app *app, struct uuid object_id);

/* In a closed space people write who belong there, under their own names: *pen_name becomes the
 * name that the account shows. In the open one everything stays as it is. */
MUST_CHECK enum err_code api_post_speaker(struct app *app, const struct http_request *req,
                                          struct uuid space_id, struct span *pen_name,
                                          struct err *err);

MUST_CHECK enum err_code api_post(const struct api_post *post, struct err *err);
