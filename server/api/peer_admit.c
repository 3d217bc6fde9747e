#include "server/api/peer_admit.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/api/answer.h"
#include "server/peer/secret.h"

struct peers {
    char dir[512];
    struct peer_nonces *nonces;
};

enum err_code peers_open(const char *dir, int64_t now_ms, struct peers **ret, struct err *err)
{
    CLEANUP(peers_close_at) struct peers *peers = calloc(1, sizeof *peers);
    if (!peers)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    snprintf(peers->dir, sizeof peers->dir, "%s", dir);
    TRY(peer_nonces_open(now_ms, &peers->nonces, err));
    *ret = peers;
    peers = NULL;
    return ERR_OK;
}

void peers_close(struct peers *peers)
{
    if (!peers)
        return;
    peer_nonces_close(peers->nonces);
    free(peers);
}

/* The target as it came over the wire: the addresses for peers need no escapes, so putting the
 * decoded parts together gives it again; anything else does not fit its signature. */
static enum err_code target_of(const struct http_request *req, struct span *ret, struct err *err)
{
    struct buf text;
    buf_init(&text);
    buf_add(&text, req->path);
    for (size_t i = 0; i < req->query_count; i++) {
        buf_add_byte(&text, i ? '&' : '?');
        buf_add(&text, req->query[i].name);
        buf_add_byte(&text, '=');
        buf_add(&text, req->query[i].value);
    }
    const size_t len = text.len;
    const char *copy = text.failed ? NULL : arena_copy(req->arena, buf_span(&text));
    buf_done(&text);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = span_of(copy, len);
    return ERR_OK;
}

static const char *method_of(const struct http_request *req)
{
    switch (req->method) {
    case HTTP_POST:
        return "POST";
    case HTTP_PATCH:
        return "PATCH";
    default:
        return req->is_head ? "HEAD" : "GET";
    }
}

/* One sentence for an unknown peer and a wrong signature: nobody learns which peers there are. */
static enum err_code check_signature(struct app *app, const struct http_request *req,
                                     const struct peer_signature *signature,
                                     struct peer_caller *ret, struct err *err)
{
    static const char unknown[] = "this request is not signed with a key that is known here";
    uint8_t secret[PEER_SECRET];
    struct peer_key key;
    struct span target;
    bool found;
    TRY(target_of(req, &target, err));
    TRY(store_peer_find(app_reader(app, req), signature->id, &ret->peer, &found, err));
    if (!found)
        return err_set(err, ERR_UNAUTHORIZED, unknown, 0);
    TRY(peer_secret_read(app->peers->dir, secret, err));
    peer_secret_issue(secret, signature->id, &key);
    peer_key_derive(key.secret, PEER_SIGN, span_of(NULL, 0), ret->sign_key);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(&key, sizeof key);
    if (!peer_signature_fits(signature, ret->sign_key, method_of(req), target, req->body))
        return err_set(err, ERR_UNAUTHORIZED, unknown, 0);
    memcpy(ret->mac, signature->mac, PEER_MAC);
    return ERR_OK;
}

static enum err_code tell_time(const struct http_request *req, struct http_response *res,
                               struct err *err)
{
    static const char body[] =
        "{\"type\":\"about:blank\",\"title\":\"not signed in\",\"status\":401,"
        "\"code\":\"wrong_time\",\"detail\":\"the request's time is not ours: sign again with "
        "Kakiko-Time\"}\n";
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", (long long)req->now_ms);
    const char *time = arena_copy(req->arena, span_from_str(digits));
    if (!time)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    http_send_bytes(res, "application/problem+json", span_from_str(body));
    res->status = 401;
    res->cache_control = "no-store";
    http_add_header(res, "Kakiko-Time", time);
    return ERR_OK;
}

enum err_code peer_admit(struct app *app, const struct http_request *req, struct http_response *res,
                         struct peer_caller *ret, bool *ret_answered, struct err *err)
{
    struct peer_signature signature;
    struct span header = {0};
    *ret_answered = false;
    (void)!http_header(req, "Authorization", &header);
    TRY(peer_signature_from(header, &signature, err));
    TRY(check_signature(app, req, &signature, ret, err));
    switch (peer_nonces_take(app->peers->nonces, &signature, req->now_ms)) {
    case PEER_FRESH:
        return ERR_OK;
    case PEER_WRONG_TIME:
        *ret_answered = true;
        return tell_time(req, res, err);
    case PEER_REPLAYED:
        return err_set(err, ERR_UNAUTHORIZED, "this request has come before", 0);
    default:
        return err_set(err, ERR_LIMIT, "too many requests of peers at once", 0);
    }
}

enum err_code peer_signed(const struct http_request *req, const struct peer_caller *caller,
                          struct span bytes, struct span *ret, struct err *err)
{
    uint8_t *all = arena_alloc(req->arena, bytes.len + PEER_MAC);
    if (!all)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    if (bytes.len)
        memcpy(all, bytes.data, bytes.len);
    peer_sign_answer(caller->sign_key, caller->mac, bytes, all + bytes.len);
    *ret = span_of(all, bytes.len + PEER_MAC);
    return ERR_OK;
}

enum err_code peer_send(const struct http_request *req, struct http_response *res,
                        const struct peer_caller *caller, struct span bytes, struct err *err)
{
    struct span body;
    TRY(peer_signed(req, caller, bytes, &body, err));
    http_send_bytes(res, PROTOBUF, body);
    res->cache_control = "no-store";
    return ERR_OK;
}
