/* /api/accounts: who may sign in; for administrators. */
#include "server/api/people.h"
#include "server/json/people.h"
#include "server/people/account.h"
#include "server/people/secret.h"

enum { TEXT_MAX = 256 };

static const struct json_field f_name = JSON_FIELD("name"), f_display = JSON_FIELD("display"),
                               f_organisation = JSON_FIELD("organisation"),
                               f_role = JSON_FIELD("role"), f_password = JSON_FIELD("password"),
                               f_disabled = JSON_FIELD("disabled"), f_totp = JSON_FIELD("totp");

static const struct uuid no_scope;

static enum err_code need_administrator(struct app *app, const struct http_request *req,
                                        struct caller *ret, struct err *err)
{
    TRY(people_caller(app, req, ret, err));
    return people_need(ret, RIGHT_ACCOUNTS, no_scope, err);
}

static bool find_role(struct span name, uint8_t *ret)
{
    enum role role;
    if (!role_from_name(name, &role))
        return false;
    *ret = (uint8_t)role;
    return true;
}

static enum err_code send_account(const struct http_request *req, struct http_response *res,
                                  const struct store_account *account, struct err *err)
{
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_account(&json, account);
    return api_send_private(req, res, &text, err);
}

/* GET /api/accounts */
enum err_code api_accounts_list(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err)
{
    struct caller caller;
    struct store_account *accounts;
    size_t count;
    TRY(need_administrator(app, req, &caller, err));
    TRY(store_accounts_list(app_reader(app, req), req->arena, &accounts, &count, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "accounts");
    json_array(&json);
    for (size_t i = 0; i < count; i++)
        json_account(&json, &accounts[i]);
    json_end(&json);
    json_end(&json);
    return api_send_private(req, res, &text, err);
}

/* --- Making ----------------------------------------------------------------------------------- */

struct making {
    struct account_new asked;
    struct uuid actor_id;
};

static enum err_code read_new(const struct http_request *req, struct account_new *ret,
                              const char **ret_pointer, struct err *err)
{
    const struct json_field known[] = {f_name, f_display, f_organisation, f_role, f_password};
    const struct {
        const struct json_field *field;
        struct span *into;
    } texts[] = {{&f_name, &ret->name}, {&f_display, &ret->display}, {&f_password, &ret->password}};
    uint8_t role = 0;
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    TRY(json_fields_open(req->body, known, LENGTH(known), &fields, err));
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < LENGTH(texts) && code == ERR_OK; i++)
        code = api_take(fields, texts[i].field, TEXT_MAX, req->arena, texts[i].into, err);
    ret->organisation = span_from_str("");
    if (code == ERR_OK)
        code = api_take_optional(fields, &f_organisation, TEXT_MAX, req->arena, &ret->organisation,
                                 err);
    if (code == ERR_OK)
        code = json_take_word(fields, &f_role, find_role, &role, err);
    ret->role = (enum role)role;
    *ret_pointer = json_fields_pointer(fields);
    return code;
}

static enum err_code make(const struct desk_work *work, struct err *err)
{
    const struct making *making = work->context;
    struct store_account account = {
        .name = making->asked.name,
        .display = making->asked.display,
        .organisation = making->asked.organisation,
        .role = making->asked.role,
        .made_ms = work->req->now_ms,
    };
    TRY(account_make(work->app->writer, work->req->arena, &making->asked, making->actor_id,
                     work->req->now_ms, &account.id, err));
    TRY(send_account(work->req, work->res, &account, err));
    work->res->status = 201;
    return ERR_OK;
}

/* POST /api/accounts */
enum err_code api_accounts_create(struct app *app, const struct http_request *req,
                                  struct http_response *res, struct err *err)
{
    struct caller caller;
    struct making *making = ARENA_NEW(req->arena, struct making);
    if (!making)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(need_administrator(app, req, &caller, err));
    TRY(read_new(req, &making->asked, &res->pointer, err));
    const char *problem = account_judge(&making->asked, &res->pointer);
    if (problem)
        return err_set(err, ERR_INVALID, problem, 0);
    making->actor_id = caller.account_id;
    const struct desk_work work = {app, req, res, making};
    return desk_continue(app->hashes, &work, make, err);
}

/* --- Changing --------------------------------------------------------------------------------- */

struct changing {
    struct store_account before;
    struct store_account_change change;
    struct span password;
    bool drop_codes;
};

static enum err_code read_change(struct json_fields *fields, const struct http_request *req,
                                 struct changing *ret, struct err *err)
{
    uint8_t role = 0;
    bool flag;
    if (json_has(fields, &f_role)) {
        TRY(json_take_word(fields, &f_role, find_role, &role, err));
        ret->change.role = (enum role)role;
    }
    if (json_has(fields, &f_disabled)) {
        TRY(json_take_bool(fields, &f_disabled, &flag, err));
        ret->change.disabled = flag;
    }
    if (json_has(fields, &f_totp)) {
        TRY(json_take_bool(fields, &f_totp, &flag, err));
        if (flag)
            return json_fault(fields, &f_totp, ERR_INVALID,
                              "only its owner can switch an account's codes on", err);
        ret->drop_codes = true;
    }
    TRY(api_take_optional(fields, &f_display, TEXT_MAX, req->arena, &ret->change.display, err));
    TRY(api_take_optional(fields, &f_organisation, TEXT_MAX, req->arena, &ret->change.organisation,
                          err));
    TRY(api_take_optional(fields, &f_password, TEXT_MAX, req->arena, &ret->password, err));
    const char *problem =
        ret->change.display.data ? account_judge_display(ret->change.display) : NULL;
    if (problem)
        return json_fault(fields, &f_display, ERR_INVALID, problem, err);
    problem = ret->password.len ? secret_judge_password(ret->password, ret->before.name) : NULL;
    return problem ? json_fault(fields, &f_password, ERR_INVALID, problem, err) : ERR_OK;
}

static enum err_code apply_change(const struct desk_work *work, struct err *err)
{
    struct changing *changing = work->context;
    struct store_account_change *change = &changing->change;
    struct store_account after = changing->before;
    TRY(account_change(work->app->writer, work->req->arena, change, changing->password, err));
    if (changing->drop_codes)
        TRY(store_accounts_totp_off(work->app->writer, change->id, change->actor_id, change->now_ms,
                                    err));
    after.role = change->role ? change->role : after.role;
    after.disabled = change->disabled < 0 ? after.disabled : change->disabled > 0;
    after.display = change->display.data ? change->display : after.display;
    after.organisation = change->organisation.data ? change->organisation : after.organisation;
    after.has_totp = after.has_totp && !changing->drop_codes;
    return send_account(work->req, work->res, &after, err);
}

/* PATCH /api/accounts/{id} */
enum err_code api_accounts_change(struct app *app, const struct http_request *req,
                                  struct http_response *res, struct err *err)
{
    const struct json_field known[] = {f_display,  f_organisation, f_role,
                                       f_password, f_disabled,     f_totp};
    struct caller caller;
    struct changing *changing = ARENA_NEW(req->arena, struct changing);
    if (!changing)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(http_param_uuid(req, "id", &changing->change.id, err));
    TRY(need_administrator(app, req, &caller, err));
    TRY(store_accounts_find(app_reader(app, req), changing->change.id, req->arena,
                            &changing->before, err));
    changing->change.actor_id = caller.account_id;
    changing->change.now_ms = req->now_ms;
    changing->change.disabled = -1;
    if (uuid_equal(caller.account_id, changing->change.id))
        changing->change.keep_session_id = caller.session_id;
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    TRY(json_fields_open(req->body, known, LENGTH(known), &fields, err));
    const enum err_code code = read_change(fields, req, changing, err);
    res->pointer = json_fields_pointer(fields);
    TRY(code);
    const struct desk_work work = {app, req, res, changing};
    return desk_continue(changing->password.len ? app->hashes : app->desk, &work, apply_change,
                         err);
}

/* --- Removing --------------------------------------------------------------------------------- */

static enum err_code remove_account(const struct desk_work *work, struct err *err)
{
    const struct changing *changing = work->context;
    const struct store_account_change *change = &changing->change;
    TRY(store_accounts_remove(work->app->writer, change->id, change->actor_id, change->now_ms,
                              err));
    work->res->status = 204;
    people_vary(work->res);
    return ERR_OK;
}

/* DELETE /api/accounts/{id}: for good, with what the vault holds of it. */
enum err_code api_accounts_remove(struct app *app, const struct http_request *req,
                                  struct http_response *res, struct err *err)
{
    struct caller caller;
    struct changing *changing = ARENA_NEW(req->arena, struct changing);
    if (!changing)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(http_param_uuid(req, "id", &changing->change.id, err));
    TRY(need_administrator(app, req, &caller, err));
    changing->change.actor_id = caller.account_id;
    changing->change.now_ms = req->now_ms;
    const struct desk_work work = {app, req, res, changing};
    return desk_continue(app->desk, &work, remove_account, err);
}
