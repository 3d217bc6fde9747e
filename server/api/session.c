/* /api/session: signing in and out, the password, the codes; /api/sessions: where one is signed in.
 */
#include <sodium.h>

#include "server/api/people.h"
#include "server/class/code.h"
#include "server/json/people.h"
#include "server/people/account.h"
#include "server/people/cookie.h"
#include "server/people/login.h"
#include "server/people/secret.h"
#include "server/people/totp.h"

static const struct json_field f_name = JSON_FIELD("name"), f_password = JSON_FIELD("password"),
                               f_code = JSON_FIELD("code"), f_new = JSON_FIELD("new_password");

static void write_rights(struct json *json, enum role role)
{
    json_array(json);
    for (enum right right = 0; right < RIGHT_COUNT; right++)
        if (people_role_has(role, right))
            json_text(json, right_name(right));
    json_end(json);
}

static void write_account(struct json *json, const struct store_account *account,
                          struct span spaces, int64_t until_ms)
{
    json_key(json, "account");
    json_object(json);
    json_account_members(json, account);
    json_key(json, "spaces");
    json_ids(json, spaces);
    json_key(json, "rights");
    write_rights(json, account->role);
    json_end(json);
    json_key(json, "until");
    json_time(json, until_ms);
}

/* --- Signing in and out --- */

static enum err_code sign_in(const struct desk_work *work, struct err *err)
{
    struct login *login = work->context;
    int64_t until_ms;
    TRY(login_finish(work, login, &until_ms, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    write_account(&json, &login->account, login->spaces, until_ms);
    json_key(&json, "secure");
    json_bool(&json, true);
    json_end(&json);
    return api_send_private(work->req, work->res, &text, err);
}

static enum err_code read_login(const struct http_request *req, struct login *login,
                                const char **ret_pointer, struct err *err)
{
    const struct json_field known[] = {f_name, f_password, f_code};
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    TRY(json_fields_open(req->body, known, LENGTH(known), &fields, err));
    enum err_code code = api_take(fields, &f_name, LOGIN_TEXT_MAX, req->arena, &login->name, err);
    if (code == ERR_OK)
        code = api_take(fields, &f_password, LOGIN_TEXT_MAX, req->arena, &login->password, err);
    if (code == ERR_OK)
        code = api_take_optional(fields, &f_code, LOGIN_TEXT_MAX, req->arena, &login->code, err);
    *ret_pointer = json_fields_pointer(fields);
    return code;
}

/* POST /api/session */
enum err_code api_session_open(struct app *app, const struct http_request *req,
                               struct http_response *res, struct err *err)
{
    struct login *login = ARENA_NEW(req->arena, struct login);
    if (!login)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(read_login(req, login, &res->pointer, err));
    TRY(login_begin(app, req, res, login, err));
    const struct desk_work work = {app, req, res, login};
    return desk_continue(app->hashes, &work, sign_in, err);
}

/* GET /api/session: who is signed in here, and whether anybody could. */
enum err_code api_session_get(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err)
{
    uint8_t token[32];
    struct store_session session;
    struct store_account account;
    struct span spaces;
    enum err_code code = ERR_NOT_FOUND;
    if (cookie_token(app, req, token))
        code = store_sessions_find(app_reader(app, req), token, req->now_ms, req->arena, &session,
                                   &account, err);
    if (code == ERR_OK)
        code = store_members_scopes(app_reader(app, req), account.id, req->arena, &spaces, err);
    if (code != ERR_OK && code != ERR_NOT_FOUND)
        return code;
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    if (code == ERR_OK) {
        write_account(&json, &account, spaces, session.until_ms);
    } else {
        json_key(&json, "account");
        json_null(&json);
    }
    json_key(&json, "secure");
    json_bool(&json, cookie_is_allowed(app, req));
    json_end(&json);
    return api_send_private(req, res, &text, err);
}

struct closing {
    struct uuid account_id, session_id;
    bool is_own;
};

static enum err_code close_session(const struct desk_work *work, struct err *err)
{
    const struct closing *closing = work->context;
    const enum err_code code = store_sessions_close(work->app->writer, closing->account_id,
                                                    closing->session_id, work->req->now_ms, err);
    if (code != ERR_OK && !(closing->is_own && code == ERR_NOT_FOUND))
        return code;
    if (closing->is_own) {
        const char *line;
        TRY(cookie_line(work->req, NULL, 0, &line, err));
        http_add_header(work->res, "Set-Cookie", line);
    }
    work->res->status = 204;
    people_vary(work->res);
    return ERR_OK;
}

static enum err_code close_later(struct app *app, const struct http_request *req,
                                 struct http_response *res, const struct closing *asked,
                                 struct err *err)
{
    struct closing *closing = ARENA_NEW(req->arena, struct closing);
    if (!closing)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *closing = *asked;
    const struct desk_work work = {app, req, res, closing};
    return desk_continue(app->desk, &work, close_session, err);
}

/* DELETE /api/session */
enum err_code api_session_close(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err)
{
    struct caller caller;
    TRY(people_caller(app, req, &caller, err));
    const struct closing closing = {caller.account_id, caller.session_id, true};
    return close_later(app, req, res, &closing, err);
}

/* GET /api/sessions: one's own. */
enum err_code api_sessions_list(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err)
{
    struct caller caller;
    struct store_session *sessions;
    size_t count;
    TRY(people_caller(app, req, &caller, err));
    TRY(store_sessions_list(app_reader(app, req), caller.account_id, req->now_ms, req->arena,
                            &sessions, &count, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "sessions");
    json_array(&json);
    for (size_t i = 0; i < count; i++)
        json_session(&json, &sessions[i], uuid_equal(sessions[i].id, caller.session_id));
    json_end(&json);
    json_end(&json);
    return api_send_private(req, res, &text, err);
}

/* DELETE /api/sessions/{id}: one of one's own. */
enum err_code api_sessions_close(struct app *app, const struct http_request *req,
                                 struct http_response *res, struct err *err)
{
    struct caller caller;
    struct closing closing = {0};
    TRY(http_param_uuid(req, "id", &closing.session_id, err));
    TRY(people_caller(app, req, &caller, err));
    closing.account_id = caller.account_id;
    closing.is_own = uuid_equal(closing.session_id, caller.session_id);
    return close_later(app, req, res, &closing, err);
}

/* --- The password --- */

/* What asks for the password once more: the account as it is, and what was sent. */
struct confirmed {
    struct store_account account;
    struct uuid session_id;
    struct span password, new_password, code;
};

/* Reads the body's fields, of which the password must be there when it is known. */
static enum err_code read_confirmed(struct app *app, const struct http_request *req,
                                    struct http_response *res, const struct json_field *known,
                                    size_t known_count, struct confirmed **ret, struct err *err)
{
    struct caller caller;
    TRY(people_caller(app, req, &caller, err));
    struct confirmed *asked = ARENA_NEW(req->arena, struct confirmed);
    if (!asked)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    TRY(json_fields_open(req->body, known, known_count, &fields, err));
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < known_count && code == ERR_OK; i++) {
        struct span *into = strcmp(known[i].name, f_new.name) == 0    ? &asked->new_password
                            : strcmp(known[i].name, f_code.name) == 0 ? &asked->code
                                                                      : &asked->password;
        code = api_take(fields, &known[i], LOGIN_TEXT_MAX, req->arena, into, err);
    }
    res->pointer = json_fields_pointer(fields);
    TRY(code);
    asked->session_id = caller.session_id;
    TRY(store_accounts_find(app_reader(app, req), caller.account_id, req->arena, &asked->account,
                            err));
    *ret = asked;
    return ERR_OK;
}

static enum err_code set_password(const struct desk_work *work, struct err *err)
{
    struct confirmed *asked = work->context;
    TRY(login_confirm(work->app, work->req, work->res, &asked->account, asked->password, err));
    struct store_account_change change = {
        .id = asked->account.id,
        .actor_id = asked->account.id,
        .now_ms = work->req->now_ms,
        .disabled = -1,
        .keep_session_id = asked->session_id,
    };
    TRY(account_change(work->app->writer, work->req->arena, &change, asked->new_password, err));
    work->res->status = 204;
    people_vary(work->res);
    return ERR_OK;
}

/* PUT /api/session/password: ends all other sessions. */
enum err_code api_session_password(struct app *app, const struct http_request *req,
                                   struct http_response *res, struct err *err)
{
    const struct json_field known[] = {f_password, f_new};
    struct confirmed *asked;
    TRY(read_confirmed(app, req, res, known, LENGTH(known), &asked, err));
    const char *problem = secret_judge_password(asked->new_password, asked->account.name);
    if (problem) {
        res->pointer = f_new.pointer;
        return err_set(err, ERR_INVALID, problem, 0);
    }
    const struct desk_work work = {app, req, res, asked};
    return desk_continue(app->hashes, &work, set_password, err);
}

/* --- The codes --- */

static enum err_code offer_totp(const struct desk_work *work, struct err *err)
{
    const struct confirmed *asked = work->context;
    uint8_t secret[TOTP_SECRET_BYTES];
    char base32[TOTP_BASE32 + 1];
    TRY(login_confirm(work->app, work->req, work->res, &asked->account, asked->password, err));
    randombytes_buf(secret, sizeof secret);
    totp_base32(secret, base32);
    TRY(store_accounts_totp_offer(work->app->writer, asked->account.id, secret, err));
    struct buf uri, text;
    struct json json;
    buf_init(&uri);
    buf_init(&text);
    buf_add_str(&uri, "otpauth://totp/Kakikomap:");
    buf_add(&uri, asked->account.name); /* small letters, digits, . _ - */
    buf_add_str(&uri, "?secret=");
    buf_add_str(&uri, base32);
    buf_add_str(&uri, "&issuer=Kakikomap&algorithm=SHA1&digits=6&period=30");
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "secret");
    json_text(&json, base32);
    json_key(&json, "uri");
    json_string(&json, buf_span(&uri));
    json_end(&json);
    text.failed |= uri.failed;
    buf_done(&uri);
    return api_send_private(work->req, work->res, &text, err);
}

/* POST /api/session/totp {password}: a secret that counts once its first code has come. */
enum err_code api_session_totp_offer(struct app *app, const struct http_request *req,
                                     struct http_response *res, struct err *err)
{
    const struct json_field known[] = {f_password};
    struct confirmed *asked;
    TRY(read_confirmed(app, req, res, known, LENGTH(known), &asked, err));
    const struct desk_work work = {app, req, res, asked};
    return desk_continue(app->hashes, &work, offer_totp, err);
}

static enum err_code put_totp_on(const struct desk_work *work, struct err *err)
{
    const struct confirmed *asked = work->context;
    char codes[ACCOUNT_RECOVERY_CODES][CODE_MAX + 1];
    uint8_t hashes[ACCOUNT_RECOVERY_CODES][32];
    for (size_t i = 0; i < ACCOUNT_RECOVERY_CODES; i++) {
        uint8_t random[8];
        randombytes_buf(random, sizeof random);
        code_make(random, CODE_RECEIPT, codes[i]);
        crypto_hash_sha256(hashes[i], (const uint8_t *)codes[i], CODE_RECEIPT);
    }
    const int64_t step = totp_step_of(asked->account.totp_next, asked->code, work->req->now_ms,
                                      asked->account.totp_step);
    TRY(store_accounts_totp_on(work->app->writer, asked->account.id, step,
                               (const uint8_t(*)[32])hashes, work->req->now_ms, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "recovery");
    json_array(&json);
    for (size_t i = 0; i < ACCOUNT_RECOVERY_CODES; i++)
        json_text(&json, codes[i]);
    json_end(&json);
    json_end(&json);
    return api_send_private(work->req, work->res, &text, err);
}

/* PUT /api/session/totp {code}: the first code; answers with ten recovery codes, shown once. */
enum err_code api_session_totp_on(struct app *app, const struct http_request *req,
                                  struct http_response *res, struct err *err)
{
    const struct json_field known[] = {f_code};
    struct confirmed *asked;
    TRY(read_confirmed(app, req, res, known, LENGTH(known), &asked, err));
    if (!asked->account.has_totp_next)
        return err_set(err, ERR_CONFLICT, "ask for a secret first", 0);
    if (!totp_step_of(asked->account.totp_next, asked->code, req->now_ms,
                      asked->account.totp_step)) {
        res->pointer = f_code.pointer;
        return err_set(err, ERR_INVALID, "this is not the code of the app just now", 0);
    }
    const struct desk_work work = {app, req, res, asked};
    return desk_continue(app->desk, &work, put_totp_on, err);
}

static enum err_code put_totp_off(const struct desk_work *work, struct err *err)
{
    const struct confirmed *asked = work->context;
    TRY(login_confirm(work->app, work->req, work->res, &asked->account, asked->password, err));
    TRY(store_accounts_totp_off(work->app->writer, asked->account.id, asked->account.id,
                                work->req->now_ms, err));
    work->res->status = 204;
    people_vary(work->res);
    return ERR_OK;
}

/* DELETE /api/session/totp {password} */
enum err_code api_session_totp_off(struct app *app, const struct http_request *req,
                                   struct http_response *res, struct err *err)
{
    const struct json_field known[] = {f_password};
    struct confirmed *asked;
    TRY(read_confirmed(app, req, res, known, LENGTH(known), &asked, err));
    const struct desk_work work = {app, req, res, asked};
    return desk_continue(app->hashes, &work, put_totp_off, err);
}
