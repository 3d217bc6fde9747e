/* /api/vault: two moderators and a reason open one identity, once, within an hour. */
#include <sodium.h>

#include "server/api/people.h"
#include "server/people/account.h"
#include "server/people/vault.h"
#include "server/store/vault.h"

enum { REASON_MAX = 400 };

static const struct json_field f_person = JSON_FIELD("person"), f_reason = JSON_FIELD("reason");

static const struct uuid no_scope;

static void write_time_or_null(struct json *json, int64_t at_ms)
{
    if (at_ms)
        json_time(json, at_ms);
    else
        json_null(json);
}

static void write_request(struct json *json, const struct store_vault_request *request)
{
    json_key(json, "id");
    json_uuid(json, request->id);
    json_key(json, "person");
    json_uuid(json, request->person_id);
    json_key(json, "reason");
    json_string(json, request->reason);
    json_key(json, "asked_by");
    json_uuid(json, request->asked_by);
    json_key(json, "asked_at");
    json_time(json, request->asked_ms);
    json_key(json, "approved_by");
    if (uuid_is_nil(request->approved_by))
        json_null(json);
    else
        json_uuid(json, request->approved_by);
    json_key(json, "approved_at");
    write_time_or_null(json, request->approved_ms);
    json_key(json, "opened_at");
    write_time_or_null(json, request->opened_ms);
}

static enum err_code need_moderator(struct app *app, const struct http_request *req,
                                    struct caller *ret, struct err *err)
{
    TRY(people_caller(app, req, ret, err));
    return people_need(ret, RIGHT_VAULT, no_scope, err);
}

static enum err_code send_request(const struct http_request *req, struct http_response *res,
                                  const struct store_vault_request *request, struct err *err)
{
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    write_request(&json, request);
    json_end(&json);
    return api_send_private(req, res, &text, err);
}

/* --- Asking and agreeing ---------------------------------------------------------------------- */

static enum err_code ask(const struct desk_work *work, struct err *err)
{
    const struct store_vault_request *request = work->context;
    TRY(store_vault_ask(work->app->writer, request, err));
    TRY(send_request(work->req, work->res, request, err));
    work->res->status = 201;
    return ERR_OK;
}

/* POST /api/vault/requests {person, reason} */
enum err_code api_vault_ask(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err)
{
    const struct json_field known[] = {f_person, f_reason};
    struct caller caller;
    struct store_vault_request *request = ARENA_NEW(req->arena, struct store_vault_request);
    if (!request)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(need_moderator(app, req, &caller, err));
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    TRY(json_fields_open(req->body, known, LENGTH(known), &fields, err));
    enum err_code code = json_take_uuid(fields, &f_person, &request->person_id, err);
    if (code == ERR_OK)
        code = api_take(fields, &f_reason, REASON_MAX, req->arena, &request->reason, err);
    res->pointer = json_fields_pointer(fields);
    TRY(code);
    request->id = people_new_id(req->now_ms);
    request->asked_by = caller.account_id;
    request->asked_ms = req->now_ms;
    const struct desk_work work = {app, req, res, request};
    return desk_continue(app->desk, &work, ask, err);
}

struct step {
    struct uuid id, actor_id;
    struct vault_key key;
};

static enum err_code step_later(struct app *app, const struct http_request *req,
                                struct http_response *res, desk_work_fn *run, struct err *err)
{
    struct caller caller;
    struct step *step = ARENA_NEW(req->arena, struct step);
    if (!step)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(http_param_uuid(req, "id", &step->id, err));
    TRY(need_moderator(app, req, &caller, err));
    TRY(vault_key_read(app, app_reader(app, req), &step->key, err));
    step->actor_id = caller.account_id;
    const struct desk_work work = {app, req, res, step};
    return desk_continue(app->desk, &work, run, err);
}

static enum err_code approve(const struct desk_work *work, struct err *err)
{
    const struct step *step = work->context;
    TRY(store_vault_approve(work->app->writer, step->id, step->actor_id, work->req->now_ms, err));
    work->res->status = 204;
    people_vary(work->res);
    return ERR_OK;
}

/* POST /api/vault/requests/{id}/approval */
enum err_code api_vault_approve(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err)
{
    return step_later(app, req, res, approve, err);
}

/* --- Opening ---------------------------------------------------------------------------------- */

static enum err_code open_entry(const struct desk_work *work, struct err *err)
{
    const struct step *step = work->context;
    struct arena *arena = work->req->arena;
    struct span sealed, identity;
    TRY(vault_can_open(work->app, &step->key, err)); /* before the one time is used up */
    TRY(store_vault_open(work->app->writer, step->id, step->actor_id, work->req->now_ms, arena,
                         &sealed, err));
    TRY(vault_open(work->app, &step->key, sealed, arena, &identity, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "identity");
    json_raw(&json, identity);
    json_end(&json);
    return api_send_private(work->req, work->res, &text, err);
}

/* POST /api/vault/requests/{id}/opening: the identity, once. */
enum err_code api_vault_open(struct app *app, const struct http_request *req,
                             struct http_response *res, struct err *err)
{
    return step_later(app, req, res, open_entry, err);
}

/* --- Looking ---------------------------------------------------------------------------------- */

/* GET /api/vault/requests/{id} */
enum err_code api_vault_get(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err)
{
    struct caller caller;
    struct uuid id;
    struct store_vault_request request;
    TRY(http_param_uuid(req, "id", &id, err));
    TRY(need_moderator(app, req, &caller, err));
    TRY(store_vault_find(app_reader(app, req), id, req->arena, &request, err));
    return send_request(req, res, &request, err);
}

/* GET /api/vault/requests */
enum err_code api_vault_list(struct app *app, const struct http_request *req,
                             struct http_response *res, struct err *err)
{
    struct caller caller;
    struct store_vault_request *requests;
    size_t count;
    TRY(need_moderator(app, req, &caller, err));
    TRY(store_vault_list(app_reader(app, req), req->arena, &requests, &count, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "requests");
    json_array(&json);
    for (size_t i = 0; i < count; i++) {
        json_object(&json);
        write_request(&json, &requests[i]);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
    return api_send_private(req, res, &text, err);
}
