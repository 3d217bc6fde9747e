/*
 * review: what the handlers of moderation share: finding an object for who may, and telling of it.
 *
 * Purpose    schema/openapi.yaml, tag moderation. Answers are the caller's alone (private,
 * no-store).
 */
#pragma once

#include "server/api/answer.h"
#include "server/json/review.h"
#include "server/people/caller.h"

/* May the caller do this about the object? By its space, or by its meeting; into a closed space
 * that it does not belong to nobody reaches. */
bool api_review_may(const struct caller *caller, enum right right,
                    const struct store_review *review);

/* ERR_NOT_FOUND also for what the caller may not even read. */
MUST_CHECK enum err_code api_review_find(struct store_reader *reader, const struct caller *caller,
                                         struct uuid id, struct arena *arena,
                                         struct store_review *ret, struct err *err);

/* With its photos, appeals and cluster. */
MUST_CHECK enum err_code api_review_item(struct store_reader *reader, struct arena *arena,
                                         const struct store_review *review, struct json_item *ret,
                                         struct err *err);
MUST_CHECK enum err_code api_review_send(const struct http_request *req, struct http_response *res,
                                         struct store_reader *reader,
                                         const struct store_review *review, struct err *err);

/* --- Handlers --- */

enum err_code api_review_list(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err);
enum err_code api_review_get(struct app *app, const struct http_request *req,
                             struct http_response *res, struct err *err);
enum err_code api_moderate_many(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err);
enum err_code api_moderate_one(struct app *app, const struct http_request *req,
                               struct http_response *res, struct err *err);
enum err_code api_words_get(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err);
enum err_code api_words_put(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err);
enum err_code api_appeals_create(struct app *app, const struct http_request *req,
                                 struct http_response *res, struct err *err);
enum err_code api_receipts_open(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err);
enum err_code api_receipts_withdraw(struct app *app, const struct http_request *req,
                                    struct http_response *res, struct err *err);
enum err_code api_mine_get(struct app *app, const struct http_request *req,
                           struct http_response *res, struct err *err);
enum err_code api_quotations_create(struct app *app, const struct http_request *req,
                                    struct http_response *res, struct err *err);
