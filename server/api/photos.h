/*
 * photos: handlers of photos' bytes: pieces in (tus 1.0), pictures out.
 *
 * Standard   tus resumable upload protocol 1.0.0: core and creation.
 */
#pragma once

#include "server/http/message.h"

struct app;

/* /sync/v1/blobs: what this server speaks of tus. */
enum err_code api_blobs_options(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err);
/* POST /sync/v1/blobs: tus creation; the photo is named by the metadata "sha256", in hexadecimal.
 */
enum err_code api_blobs_create(struct app *app, const struct http_request *req,
                               struct http_response *res, struct err *err);
/* HEAD /sync/v1/blobs/{sha256}: how much of it is here. */
enum err_code api_blobs_get(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err);
/* PATCH /sync/v1/blobs/{sha256}: its head has come; the body goes to disk as it comes, so that what
 * a broken line has let through is kept. */
enum err_code api_blobs_receive(struct app *app, const struct http_request *req,
                                struct http_response *res, struct http_sink **ret, struct err *err);
/* All of the piece has come. Answered when it is on disk; the last piece, when it is a picture. */
enum err_code api_blobs_patch(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err);
/* GET /photos/{id}/{variant}.jpg: display or thumb, for who may see it. */
enum err_code api_photos_get(struct app *app, const struct http_request *req,
                             struct http_response *res, struct err *err);
