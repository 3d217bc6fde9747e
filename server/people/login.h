/*
 * login: a name, a password and a code become a session.
 *
 * Purpose    Everything that is tried is counted before it is compared, costs the same for names
 *            that exist and names that do not, and says only "wrong": nobody learns who has an
 *            account. A session's token is 128 random bits, new at every login (no fixation), kept
 *            as SHA-256, good for 12 hours.
 * Errors     ERR_WRONG_LOGIN; ERR_CODE_NEEDED after a right password where TOTP is on; ERR_LIMIT;
 *            ERR_FORBIDDEN over a connection that can be read on the way.
 */
#pragma once

#include "server/people/desk.h"
#include "server/store/accounts.h"

enum { LOGIN_HOURS = 12, LOGIN_TEXT_MAX = 256 };

struct login {
    struct span name, password, code; /* code may be empty */

    /* Filled by login_begin. */
    struct store_account account; /* id nil: there is none, or it is disabled */
    struct span spaces;           /* 16 bytes each */
    bool has_old;
    uint8_t old_sha256[32];
    uint8_t pair[32]; /* key of the limit by name and address */
};

/* On the HTTP thread: counts, and reads the account. */
MUST_CHECK enum err_code login_begin(struct app *app, const struct http_request *req,
                                     struct http_response *res, struct login *login,
                                     struct err *err);
/* On app->hashes: compares, opens the session, sets the cookie. */
MUST_CHECK enum err_code login_finish(const struct desk_work *work, struct login *login,
                                      int64_t *ret_until_ms, struct err *err);

/* Is this the account's password? Counted like a login; for what asks for it again. On app->hashes.
 */
MUST_CHECK enum err_code login_confirm(struct app *app, const struct http_request *req,
                                       struct http_response *res,
                                       const struct store_account *account, struct span password,
                                       struct err *err);
