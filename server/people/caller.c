#include "server/people/caller.h"

#include <sodium.h>

#include "server/people/cookie.h"
#include "tiles/base/buf.h"

enum { TOKEN_MIN = 16, TOKEN_MAX = 32 };

enum err_code people_token(const struct http_request *req, uint8_t ret_sha256[32], struct err *err)
{
    static const char expected[] =
        "the token after \"Bearer\" must be base64url of 16 to 32 bytes that the device made";
    struct span text;
    uint8_t token[TOKEN_MAX];
    size_t len = 0;
    const char *end = NULL;
    TRY(http_bearer(req, &text, err));
    const char *from = (const char *)text.data;
    if (sodium_base642bin(token, sizeof(token), from, text.len, NULL, &len, &end,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        end != from + text.len || len < TOKEN_MIN)
        return err_set(err, ERR_UNAUTHORIZED, expected, 0);
    crypto_hash_sha256(ret_sha256, token, len);
    return ERR_OK;
}

/* --- The device ------------------------------------------------------------------------------- */

static enum err_code device_of_head(const struct http_request *req, struct uuid *ret,
                                    struct err *err)
{
    struct span header;
    if (!http_header(req, "X-Device-Id", &header))
        return ERR_OK;
    return uuid_from(header, ret) && !uuid_is_nil(*ret)
               ? ERR_OK
               : err_set(err, ERR_PARAM, "X-Device-Id must be a UUID", 0);
}

static enum err_code find_device(struct store_reader *reader, const struct http_request *req,
                                 struct uuid device_id, struct caller *caller, struct err *err)
{
    uint8_t first[32];
    bool known;
    if (uuid_is_nil(device_id))
        return ERR_OK;
    caller->device_id = device_id;
    TRY(people_token(req, caller->device_token_sha256, err));
    TRY(store_devices_token(reader, caller->device_id, first, &known, err));
    if (known && sodium_memcmp(first, caller->device_token_sha256, sizeof first) != 0)
        return err_set(err, ERR_UNAUTHORIZED,
                       "this device id belongs to a device with another token", 0);
    caller->has_device = true;
    caller->is_new_device = !known;
    caller->kind = CALLER_DEVICE;
    return ERR_OK;
}

/* --- The account ------------------------------------------------------------------------------ */

static enum err_code find_account(struct app *app, const struct http_request *req,
                                  struct caller *caller, struct err *err)
{
    uint8_t token[32];
    struct store_session session;
    struct store_account account;
    if (!cookie_token(app, req, token))
        return ERR_OK;
    const enum err_code code = store_sessions_find(app_reader(app, req), token, req->now_ms,
                                                   req->arena, &session, &account, err);
    if (code == ERR_NOT_FOUND)
        return ERR_OK; /* run out, or revoked: as if there were none */
    TRY(code);
    caller->kind = CALLER_ACCOUNT;
    caller->role = account.role;
    caller->account_id = account.id;
    caller->session_id = session.id;
    caller->name = account.name;
    caller->display = account.display;
    caller->organisation = account.organisation;
    return ERR_OK;
}

/* --- Where they belong ------------------------------------------------------------------------ */

static enum err_code find_scopes(struct store_reader *reader, const struct http_request *req,
                                 struct caller *caller, struct err *err)
{
    struct span of_account = {0}, of_device = {0}, tier_c;
    if (caller->kind == CALLER_ACCOUNT)
        TRY(store_members_scopes(reader, caller->account_id, req->arena, &of_account, err));
    /* Who joins a class under a pen name does not lead it by the account signed in beside: with a
     * role above member only the account's own memberships count. */
    if (caller->has_device && !caller->is_new_device && caller->role <= ROLE_MEMBER)
        TRY(store_members_scopes_of_device(reader, caller->device_id, req->now_ms, req->arena,
                                           &of_device, err));
    TRY(store_members_closed(reader, req->arena, &tier_c, err));
    caller->has_person = of_device.len > 0;
    CLEANUP(buf_done) struct buf scopes = {0};
    CLEANUP(buf_done) struct buf closed = {0};
    buf_add(&scopes, of_account);
    buf_add(&scopes, of_device);
    for (size_t at = 0; at < tier_c.len; at += UUID_BYTES) {
        struct uuid id;
        memcpy(id.bytes, tier_c.data + at, UUID_BYTES);
        if (!scopes_have(buf_span(&scopes), id))
            buf_add(&closed, span_of(id.bytes, UUID_BYTES));
    }
    const char *scopes_copy = scopes.failed ? NULL : arena_copy(req->arena, buf_span(&scopes));
    const char *closed_copy = closed.failed ? NULL : arena_copy(req->arena, buf_span(&closed));
    if (!scopes_copy || !closed_copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    caller->scopes = span_of(scopes_copy, scopes.len);
    caller->closed = span_of(closed_copy, closed.len);
    return ERR_OK;
}

enum err_code people_caller_on(struct app *app, const struct http_request *req,
                               struct uuid device_id, struct caller *ret, struct err *err)
{
    struct store_reader *reader = app_reader(app, req);
    struct caller caller = {.kind = CALLER_ANYONE};
    TRY(find_device(reader, req, device_id, &caller, err));
    TRY(find_account(app, req, &caller, err));
    if (caller.kind != CALLER_ANYONE)
        TRY(find_scopes(reader, req, &caller, err));
    *ret = caller;
    return ERR_OK;
}

enum err_code people_caller(struct app *app, const struct http_request *req, struct caller *ret,
                            struct err *err)
{
    struct uuid device_id = {{0}};
    TRY(device_of_head(req, &device_id, err));
    return people_caller_on(app, req, device_id, ret, err);
}

void people_vary(struct http_response *res)
{
    res->cache_control = "private, no-store";
    http_add_header(res, "Vary", "Cookie, Authorization, X-Device-Id");
}

enum err_code people_session_check(struct app *app, const struct http_request *req, struct err *err)
{
    struct caller caller = {.kind = CALLER_ANYONE};
    TRY(find_account(app, req, &caller, err));
    return caller.kind == CALLER_ACCOUNT
               ? ERR_OK
               : err_set(err, ERR_UNAUTHORIZED, "this is for those who have signed in", 0);
}
