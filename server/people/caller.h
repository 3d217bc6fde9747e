/*
 * caller: who asks, resolved in this one place; and what they may, by one table (rights.def).
 *
 * Purpose    A handler asks people_caller once and then people_may. Nobody else looks at cookies,
 *            tokens or roles.
 * Who        account: a good session cookie (__Host-kakiko on HTTPS, kakiko on plain HTTP);
 *            device: "Authorization: Bearer TOKEN" with "X-Device-Id: UUID", the token first seen
 * of it; both: an account, and the device is known as well; anyone: neither. A cookie that has run
 * out is as none; a device with another's token is refused. Scopes     Ids of spaces and meetings,
 * 16 bytes each, one behind the other, for in_scopes() of the store: what the caller belongs to, by
 * its account and by the persons who are at work on the device. `closed`: the spaces of tier C that
 * it does not belong to: not even ALL reaches into them. Caches     An answer that depends on the
 * caller is "private": people_vary(res) says so. Ownership  Everything lives in the request's
 * arena. Threads    On the request's HTTP thread only: it reads with that thread's reader. Errors
 * ERR_UNAUTHORIZED for a wrong token; as store.h.
 */
#pragma once

#include "server/app.h"
#include "server/store/accounts.h"

enum caller_kind { CALLER_ANYONE, CALLER_DEVICE, CALLER_ACCOUNT };

struct caller {
    enum caller_kind kind;
    enum role role; /* of the account, also its Standing; ROLE_NONE without one */
    struct uuid account_id, session_id;
    struct span name, display, organisation; /* of the account */
    struct uuid device_id; /* nil: none, or the device was never seen (then is_new_device) */
    bool has_device, is_new_device;
    uint8_t device_token_sha256[32]; /* with has_device */
    bool has_person;                 /* somebody has joined a meeting on the device */
    struct span scopes, closed;
};

enum right {
#define RIGHT(code, name, person, member, teacher, moderator, planner, administrator) code,
#include "server/people/rights.def"
#undef RIGHT
    RIGHT_COUNT,
};
const char *right_name(enum right right);

MUST_CHECK enum err_code people_caller(struct app *app, const struct http_request *req,
                                       struct caller *ret, struct err *err);

/* The same for a message that names its device in its body. */
MUST_CHECK enum err_code people_caller_on(struct app *app, const struct http_request *req,
                                          struct uuid device_id, struct caller *ret,
                                          struct err *err);

/* `scope` is the space or meeting it is about; nil: the open city. */
bool people_may(const struct caller *caller, enum right right, struct uuid scope);

/* Somewhere at least: for showing what there is to do. */
bool people_role_has(enum role role, enum right right);

/* ERR_UNAUTHORIZED for anyone, ERR_FORBIDDEN for those who may not. */
MUST_CHECK enum err_code people_need(const struct caller *caller, enum right right,
                                     struct uuid scope, struct err *err);

bool scopes_have(struct span scopes, struct uuid id);

/* The token of "Authorization: Bearer", base64url of 16 to 32 bytes, as SHA-256. */
MUST_CHECK enum err_code people_token(const struct http_request *req, uint8_t ret_sha256[32],
                                      struct err *err);

/* The answer is this caller's alone: Cache-Control private, no-store, and Vary. */
void people_vary(struct http_response *res);

/* For the dispatcher (ACCESS_STAFF): is there a session? ERR_UNAUTHORIZED otherwise. */
MUST_CHECK enum err_code people_session_check(struct app *app, const struct http_request *req,
                                              struct err *err);
