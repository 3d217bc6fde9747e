#include "server/people/login.h"

#include <sodium.h>
#include <stdlib.h>

#include "server/class/code.h"
#include "server/people/account.h"
#include "server/people/cookie.h"
#include "server/people/limit.h"
#include "server/people/secret.h"
#include "server/people/totp.h"

static enum err_code wrong(struct err *err)
{
    return err_set(err, ERR_WRONG_LOGIN, "the name, the password or the code is wrong", 0);
}

/* One attacker behind one address must not lock out the owner who comes from elsewhere. */
static void key_of_pair(const struct http_request *req, struct span name, uint8_t ret[32])
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, req->peer.address, sizeof req->peer.address);
    crypto_hash_sha256_update(&state, name.data, name.len);
    crypto_hash_sha256_final(&state, ret);
}

static enum err_code count(struct app *app, const struct http_request *req,
                           struct http_response *res, struct span name, const uint8_t pair[32],
                           struct err *err)
{
    uint8_t key[32];
    crypto_hash_sha256(key, name.data, name.len);
    TRY(people_limit_address(app, req, res, LIMIT_LOGIN_ADDRESS, 1, err));
    TRY(people_limit(app, res, LIMIT_LOGIN_PAIR, span_of(pair, 32), 1, err));
    return people_limit(app, res, LIMIT_LOGIN_ACCOUNT, span_of(key, sizeof key), 1, err);
}

static void uncount(struct app *app, struct span name, const uint8_t pair[32])
{
    uint8_t key[32];
    crypto_hash_sha256(key, name.data, name.len);
    people_limit_return(app, LIMIT_LOGIN_PAIR, span_of(pair, 32), 1);
    people_limit_return(app, LIMIT_LOGIN_ACCOUNT, span_of(key, sizeof key), 1);
}

/* --- Wrong tries in the audit log --- */

struct refusal {
    struct store_writer *writer;
    struct audit_entry entry;
};

static void note_refusal(void *context)
{
    struct refusal *refusal = context;
    (void)!store_audit_add(refusal->writer, &refusal->entry, NULL);
    free(refusal);
}

/* Later, at the other desk: waiting for the disk here would tell that the account exists. */
static void tell_refusal(struct app *app, const struct http_request *req,
                         const struct store_account *account)
{
    struct refusal *refusal = uuid_is_nil(account->id) ? NULL : malloc(sizeof *refusal);
    if (!refusal)
        return;
    *refusal = (struct refusal){
        .writer = app->writer,
        .entry = {.at_ms = req->now_ms, .action = AUDIT_SESSION_REFUSED, .object_id = account->id},
    };
    if (desk_submit(app->desk, note_refusal, refusal, NULL) != ERR_OK)
        free(refusal);
}

/* --- Signing in --- */

enum err_code login_begin(struct app *app, const struct http_request *req,
                          struct http_response *res, struct login *login, struct err *err)
{
    if (!cookie_is_allowed(app, req))
        return err_set(err, ERR_FORBIDDEN,
                       "sign in over HTTPS: on this connection a password could be read on the way",
                       0);
    key_of_pair(req, login->name, login->pair);
    TRY(count(app, req, res, login->name, login->pair, err));
    login->has_old = cookie_token(app, req, login->old_sha256);
    struct store_reader *reader = app_reader(app, req);
    const enum err_code code =
        store_accounts_find_name(reader, login->name, req->arena, &login->account, err);
    if (code != ERR_OK && code != ERR_NOT_FOUND)
        return code;
    if (code != ERR_OK || login->account.disabled)
        login->account = (struct store_account){0};
    return store_members_scopes(reader, login->account.id, req->arena, &login->spaces, err);
}

/* Which step or recovery code it is; false: none. */
static bool judge_code(const struct login *login, int64_t now_ms, struct store_login *opening)
{
    char recovery[CODE_MAX + 1];
    opening->totp_step =
        totp_step_of(login->account.totp, login->code, now_ms, login->account.totp_step);
    if (opening->totp_step)
        return true;
    if (!code_read(login->code, CODE_RECEIPT, recovery))
        return false;
    crypto_hash_sha256(opening->recovery_sha256, (const uint8_t *)recovery, CODE_RECEIPT);
    opening->has_recovery = true;
    return true;
}

static enum err_code open_session(const struct desk_work *work, const struct login *login,
                                  struct store_login *opening, struct err *err)
{
    uint8_t token[COOKIE_TOKEN_BYTES];
    const char *line = NULL;
    randombytes_buf(token, sizeof token);
    crypto_hash_sha256(opening->token_sha256, token, sizeof token);
    opening->account_id = login->account.id;
    opening->session_id = people_new_id(work->req->now_ms);
    opening->password = login->account.password;
    opening->has_old = login->has_old;
    memcpy(opening->old_sha256, login->old_sha256, sizeof opening->old_sha256);
    opening->now_ms = work->req->now_ms;
    opening->until_ms = opening->now_ms + (int64_t)LOGIN_HOURS * 3600000;
    enum err_code code = store_sessions_open(work->app->writer, opening, err);
    if (code == ERR_OK)
        code = cookie_line(work->req, token, (int64_t)LOGIN_HOURS * 3600, &line, err);
    sodium_memzero(token, sizeof token);
    TRY(code);
    http_add_header(work->res, "Set-Cookie", line);
    return ERR_OK;
}

enum err_code login_finish(const struct desk_work *work, struct login *login, int64_t *ret_until_ms,
                           struct err *err)
{
    struct store_login opening = {0};
    const struct store_account *account = &login->account;
    if (!secret_is_right(login->password, account->password, SECRET_PASSWORD)) {
        tell_refusal(work->app, work->req, account);
        return wrong(err);
    }
    if (account->has_totp && login->code.len == 0) {
        uncount(work->app, login->name, login->pair);
        return err_set(err, ERR_CODE_NEEDED, "the six digits of the app are asked for as well", 0);
    }
    if (account->has_totp && !judge_code(login, work->req->now_ms, &opening)) {
        tell_refusal(work->app, work->req, account);
        return wrong(err);
    }
    const enum err_code code = open_session(work, login, &opening, err);
    if (code == ERR_CONFLICT) /* the code was used, or the password changed, a moment ago */
        return wrong(err);
    TRY(code);
    uncount(work->app, login->name, login->pair);
    *ret_until_ms = opening.until_ms;
    return ERR_OK;
}

enum err_code login_confirm(struct app *app, const struct http_request *req,
                            struct http_response *res, const struct store_account *account,
                            struct span password, struct err *err)
{
    uint8_t pair[32];
    key_of_pair(req, account->name, pair);
    TRY(count(app, req, res, account->name, pair, err));
    if (!secret_is_right(password, account->password, SECRET_PASSWORD)) {
        tell_refusal(app, req, account);
        return wrong(err);
    }
    uncount(app, account->name, pair);
    return ERR_OK;
}
