/*
 * comments: handlers of what people wrote: comments, replies, reactions, cards, their tiles, sync.
 *
 * Purpose    schema/openapi.yaml, tags comments and sync, and the live comment tiles. Reading goes
 *            to the reader of the request's thread and sees only what is public; writing is
 *            suspended until it is on disk.
 */
#pragma once

#include "server/http/message.h"
#include "server/store/comments.h"

struct api_post;
struct app;

#define API_HANDLER(name)                                                                          \
    enum err_code name(struct app *app, const struct http_request *req, struct http_response *res, \
                       struct err *err)

API_HANDLER(api_comments_list);
API_HANDLER(api_comments_get);
API_HANDLER(api_comments_create);
API_HANDLER(api_replies_create);
API_HANDLER(api_reactions_put);
API_HANDLER(api_cards_list);
API_HANDLER(api_feed_get);
API_HANDLER(api_comment_tiles_get);
API_HANDLER(api_sync_hello);
API_HANDLER(api_sync_push);
API_HANDLER(api_sync_changes);

/* The comment as the answer to a post. */
MUST_CHECK enum err_code api_comment_send(const struct api_post *post,
                                          const struct store_comment *comment, struct err *err);
/* Before a device lets go of something: who has it? */
enum err_code api_sync_have(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err);
/* Count and XOR of hashes a day: do two servers hold the same? */
enum err_code api_sync_digest(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err);
