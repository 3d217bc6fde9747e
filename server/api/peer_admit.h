/*
 * peer_admit: is this request signed by a peer that we know?
 *
 * Purpose    Each handler of /sync/v1/peer asks here first; its answer is signed for the request.
 * Refused    With 401. A wrong time carries ours in Kakiko-Time, so that the peer can sign again.
 */
#pragma once

#include "server/app.h"
#include "server/peer/sign.h"
#include "server/store/peers.h"

struct peers; /* what the handlers share: the folder's secret, nonces */

MUST_CHECK enum err_code peers_open(const char *dir, int64_t now_ms, struct peers **ret,
                                    struct err *err);
void peers_close(struct peers *peers);
DEFINE_CLEANUP(struct peers, peers_close)

struct peer_caller {
    struct store_peer peer;
    uint8_t sign_key[PEER_SECRET];
    uint8_t mac[PEER_MAC]; /* of the request: what the answer is signed for */
};

/* *ret_answered: the answer stands in `res` already, a refusal with a header. */
MUST_CHECK enum err_code peer_admit(struct app *app, const struct http_request *req,
                                    struct http_response *res, struct peer_caller *ret,
                                    bool *ret_answered, struct err *err);

/* The bytes and their mac, in the request's arena. */
MUST_CHECK enum err_code peer_signed(const struct http_request *req,
                                     const struct peer_caller *caller, struct span bytes,
                                     struct span *ret, struct err *err);
/* peer_signed, sent as protobuf. */
MUST_CHECK enum err_code peer_send(const struct http_request *req, struct http_response *res,
                                   const struct peer_caller *caller, struct span bytes,
                                   struct err *err);

/* POST /sync/v1/peer/ops, GET …/changes, GET …/folder, GET and PATCH …/blobs/{sha256}. */
enum err_code api_peer_ops(struct app *app, const struct http_request *req,
                           struct http_response *res, struct err *err);
enum err_code api_peer_changes(struct app *app, const struct http_request *req,
                               struct http_response *res, struct err *err);
enum err_code api_peer_folder(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err);
enum err_code api_peer_blob_get(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err);
enum err_code api_peer_blob_take(struct app *app, const struct http_request *req,
                                 struct http_response *res, struct err *err);
