/*
 * staff: operations that somebody signed in decides, handed to the writer in one transaction.
 *
 * Purpose    The server makes the operation, with the account's standing; each that is stored gets
 * a row in the audit log beside it. Answered when it is on disk. Flow       api_staff suspends the
 * request; after COMMIT and fsync `answer` runs on the writer's thread with app->answer_reader and
 * the acks, and the request goes on. Ownership  The plan, its operations and audit rows live in the
 * request's arena. Errors     Of the writer: ERR_BUSY, ERR_FULL, ERR_IO. What the rules refuse
 * stands in the acks.
 */
#pragma once

#include "server/app.h"
#include "server/people/caller.h"
#include "server/store/writer.h"
#include "server/sync/build.h"

struct api_staff;
typedef enum err_code api_staff_fn(const struct api_staff *plan, const struct store_ack *acks,
                                   struct err *err);

struct api_staff {
    struct app *app;
    const struct http_request *req;
    struct http_response *res;
    const struct caller *caller;
    struct span *ops;          /* room for op_max, in the arena */
    struct audit_entry *audit; /* one for each */
    size_t op_count, op_max;
    api_staff_fn *answer;
    const void *asked; /* for answer */
    struct http_token *token;
};

/* Room for so many operations. */
MUST_CHECK enum err_code api_staff_begin(struct app *app, const struct http_request *req,
                                         struct http_response *res, const struct caller *caller,
                                         size_t op_max, struct api_staff **ret, struct err *err);

/* The head of a decision about an object. The account is the author, which views never show; an
 * operation that is asked for twice is made twice, and the second changes nothing. */
struct op_head api_staff_head(const struct api_staff *plan, struct uuid object_id, uint32_t rev);

/* Takes the operation, with its row of the audit log. `reason` is a literal, or NULL. */
void api_staff_add(struct api_staff *plan, struct span op, enum audit_action action,
                   struct uuid object_id, const char *reason);

/* The handler returns what this returns. Without an operation (of a list) `answer` runs at once, on
 * the HTTP thread: it must not read the store then. */
MUST_CHECK enum err_code api_staff_run(struct api_staff *plan, struct err *err);

/* ERR_OK when it was stored, then or now; else the failure a client is told. */
MUST_CHECK enum err_code api_staff_ack(const struct store_ack *ack, struct err *err);
