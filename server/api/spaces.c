/* /api/spaces, /api/invitations: where comments lie, and who comes in. */
#include <sodium.h>

#include "server/api/people.h"
#include "server/class/code.h"
#include "server/json/people.h"
#include "server/people/account.h"
#include "server/people/cookie.h"
#include "server/people/limit.h"
#include "server/people/secret.h"
#include "server/people/space.h"
#include "server/people/vault.h"
#include "server/store/vault.h"

enum { TEXT_MAX = 256, IDENTITY_MAX = 200, DAYS_PRESET = 14, DAYS_MAX = 90 };

static const struct json_field f_id = JSON_FIELD("id"), f_tier = JSON_FIELD("tier"),
                               f_name = JSON_FIELD("name"),
                               f_organisation = JSON_FIELD("organisation"),
                               f_account = JSON_FIELD("account"), f_space = JSON_FIELD("space"),
                               f_days = JSON_FIELD("days"), f_display = JSON_FIELD("display"),
                               f_password = JSON_FIELD("password"),
                               f_contact = JSON_FIELD("contact"),
                               f_real_name = JSON_FIELD("real_name");

static const struct uuid no_scope;

/* --- Spaces ----------------------------------------------------------------------------------- */

/* Open ones are everybody's to know; closed ones of those who may read in them or make them. */
static bool may_know(const struct caller *caller, const struct store_space *space)
{
    return space->tier == TIER_A || people_may(caller, RIGHT_READ, space->id) ||
           people_may(caller, RIGHT_SPACE, no_scope);
}

/* GET /api/spaces */
enum err_code api_spaces_list(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err)
{
    struct caller caller;
    struct store_space *spaces;
    size_t count;
    TRY(people_caller(app, req, &caller, err));
    TRY(store_spaces_list(app_reader(app, req), req->arena, &spaces, &count, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "spaces");
    json_array(&json);
    for (size_t i = 0; i < count; i++)
        if (may_know(&caller, &spaces[i]))
            json_space(&json, &spaces[i], scopes_have(caller.scopes, spaces[i].id));
    json_end(&json);
    json_end(&json);
    return api_send_private(req, res, &text, err);
}

struct making {
    struct space_new asked;
};

static enum err_code make_space(const struct desk_work *work, struct err *err)
{
    const struct making *making = work->context;
    const struct store_space space = {making->asked.id, making->asked.tier, making->asked.name,
                                      making->asked.organisation};
    bool is_new;
    TRY(space_make(work->app->store, work->app->writer, work->req->arena, &making->asked, &is_new,
                   err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_space(&json, &space, false);
    TRY(api_send_private(work->req, work->res, &text, err));
    work->res->status = is_new ? 201 : 200;
    return ERR_OK;
}

static enum err_code read_space(const struct http_request *req, struct space_new *ret,
                                const char **ret_pointer, struct err *err)
{
    const struct json_field known[] = {f_id, f_tier, f_name, f_organisation};
    uint8_t tier = 0;
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    TRY(json_fields_open(req->body, known, LENGTH(known), &fields, err));
    ret->organisation = span_from_str("");
    enum err_code code = json_take_uuid(fields, &f_id, &ret->id, err);
    if (code == ERR_OK)
        code = json_take_word(fields, &f_tier, space_tier_from_name, &tier, err);
    if (code == ERR_OK)
        code = api_take(fields, &f_name, TEXT_MAX, req->arena, &ret->name, err);
    if (code == ERR_OK)
        code = api_take_optional(fields, &f_organisation, TEXT_MAX, req->arena, &ret->organisation,
                                 err);
    ret->tier = (enum space_tier)tier;
    *ret_pointer = json_fields_pointer(fields);
    return code;
}

/* POST /api/spaces {id, tier, name, organisation} */
enum err_code api_spaces_create(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err)
{
    struct caller caller;
    struct making *making = ARENA_NEW(req->arena, struct making);
    if (!making)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(people_caller(app, req, &caller, err));
    TRY(people_need(&caller, RIGHT_SPACE, no_scope, err));
    TRY(read_space(req, &making->asked, &res->pointer, err));
    making->asked.actor_id = caller.account_id;
    making->asked.now_ms = req->now_ms;
    const struct desk_work work = {app, req, res, making};
    return desk_continue(app->desk, &work, make_space, err);
}

/* --- Members ---------------------------------------------------------------------------------- */

struct membership {
    struct store_member member;
    bool add;
};

static enum err_code change_member(const struct desk_work *work, struct err *err)
{
    const struct membership *asked = work->context;
    TRY(asked->add ? store_members_add(work->app->writer, &asked->member, err)
                   : store_members_remove(work->app->writer, &asked->member, err));
    work->res->status = 204;
    people_vary(work->res);
    return ERR_OK;
}

static enum err_code member_later(struct app *app, const struct http_request *req,
                                  struct http_response *res, const struct membership *asked,
                                  struct err *err)
{
    struct caller caller;
    struct store_space space;
    struct membership *kept = ARENA_NEW(req->arena, struct membership);
    if (!kept)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *kept = *asked;
    TRY(http_param_uuid(req, "id", &kept->member.scope_id, err));
    TRY(people_caller(app, req, &caller, err));
    TRY(store_spaces_find(app_reader(app, req), kept->member.scope_id, req->arena, &space, err));
    TRY(people_need(&caller, RIGHT_INVITE, space.id, err));
    kept->member.actor_id = caller.account_id;
    kept->member.now_ms = req->now_ms;
    const struct desk_work work = {app, req, res, kept};
    return desk_continue(app->desk, &work, change_member, err);
}

/* POST /api/spaces/{id}/members {account} */
enum err_code api_spaces_member_add(struct app *app, const struct http_request *req,
                                    struct http_response *res, struct err *err)
{
    struct membership asked = {.add = true};
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    TRY(json_fields_open(req->body, &f_account, 1, &fields, err));
    const enum err_code code = json_take_uuid(fields, &f_account, &asked.member.account_id, err);
    res->pointer = json_fields_pointer(fields);
    TRY(code);
    return member_later(app, req, res, &asked, err);
}

/* DELETE /api/spaces/{id}/members/{account} */
enum err_code api_spaces_member_remove(struct app *app, const struct http_request *req,
                                       struct http_response *res, struct err *err)
{
    struct membership asked = {.add = false};
    TRY(http_param_uuid(req, "account", &asked.member.account_id, err));
    return member_later(app, req, res, &asked, err);
}

/* --- Inviting --------------------------------------------------------------------------------- */

static enum err_code invite(const struct desk_work *work, struct err *err)
{
    struct store_invitation *invitation = work->context;
    char code[CODE_MAX + 1];
    uint8_t random[8];
    randombytes_buf(random, sizeof random);
    code_make(random, CODE_RECEIPT, code);
    crypto_hash_sha256(invitation->code_sha256, (const uint8_t *)code, CODE_RECEIPT);
    TRY(store_invitations_add(work->app->writer, invitation, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "code");
    json_text(&json, code);
    json_key(&json, "space");
    json_uuid(&json, invitation->space_id);
    json_key(&json, "until");
    json_time(&json, invitation->until_ms);
    json_end(&json);
    TRY(api_send_private(work->req, work->res, &text, err));
    work->res->status = 201;
    return ERR_OK;
}

static enum err_code read_invitation(const struct http_request *req, struct store_invitation *ret,
                                     const char **ret_pointer, struct err *err)
{
    const struct json_field known[] = {f_space, f_organisation, f_days};
    double days = DAYS_PRESET;
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    TRY(json_fields_open(req->body, known, LENGTH(known), &fields, err));
    ret->organisation = span_from_str("");
    enum err_code code = json_take_uuid(fields, &f_space, &ret->space_id, err);
    if (code == ERR_OK)
        code = api_take_optional(fields, &f_organisation, TEXT_MAX, req->arena, &ret->organisation,
                                 err);
    if (code == ERR_OK && json_has(fields, &f_days))
        code = json_take_number(fields, &f_days, 1, DAYS_MAX, &days, err);
    ret->made_ms = req->now_ms;
    ret->until_ms = req->now_ms + (int64_t)(days * 86400000);
    *ret_pointer = json_fields_pointer(fields);
    return code;
}

/* POST /api/invitations {space, organisation?, days?}: a code to hand to one person. */
enum err_code api_invitations_create(struct app *app, const struct http_request *req,
                                     struct http_response *res, struct err *err)
{
    struct caller caller;
    struct store_space space;
    struct store_invitation *invitation = ARENA_NEW(req->arena, struct store_invitation);
    if (!invitation)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(people_caller(app, req, &caller, err));
    TRY(read_invitation(req, invitation, &res->pointer, err));
    TRY(people_need(&caller, RIGHT_INVITE, invitation->space_id, err));
    TRY(store_spaces_find(app_reader(app, req), invitation->space_id, req->arena, &space, err));
    invitation->made_by = caller.account_id;
    if (invitation->organisation.len == 0)
        invitation->organisation = space.organisation;
    const struct desk_work work = {app, req, res, invitation};
    return desk_continue(app->desk, &work, invite, err);
}

/* --- Accepting -------------------------------------------------------------------------------- */

struct accepting {
    struct store_acceptance acceptance;
    struct store_invitation invitation;
    struct account_new asked;
    struct store_account account;
    struct span real_name, contact;
    struct vault_key key;
};

static enum err_code seal_identity(const struct desk_work *work, struct accepting *accepting,
                                   struct err *err)
{
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "name");
    json_string(&json, accepting->real_name);
    json_key(&json, "contact");
    json_string_or_null(&json, accepting->contact);
    json_end(&json);
    const enum err_code code =
        text.failed ? err_set(err, ERR_NOMEM, "out of memory", 0)
                    : vault_seal(work->app, &accepting->key, buf_span(&text), work->req->arena,
                                 &accepting->acceptance.sealed, err);
    if (text.data)
        sodium_memzero(text.data, text.len);
    buf_done(&text);
    return code;
}

static enum err_code make_member(const struct desk_work *work, struct accepting *accepting,
                                 struct err *err)
{
    const struct account_new *asked = &accepting->asked;
    accepting->account = (struct store_account){
        .id = people_new_id(work->req->now_ms),
        .name = asked->name,
        .display = asked->display,
        .organisation = accepting->invitation.organisation,
        .role = ROLE_MEMBER,
        .made_ms = work->req->now_ms,
    };
    TRY(secret_hash(asked->password, SECRET_PASSWORD, work->req->arena,
                    &accepting->account.password, err));
    TRY(seal_identity(work, accepting, err));
    accepting->acceptance.account = &accepting->account;
    return ERR_OK;
}

static enum err_code accept_invitation(const struct desk_work *work, struct err *err)
{
    struct accepting *accepting = work->context;
    if (uuid_is_nil(accepting->acceptance.account_id))
        TRY(make_member(work, accepting, err));
    TRY(store_invitations_accept(work->app->writer, &accepting->acceptance, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "space");
    json_uuid(&json, accepting->invitation.space_id);
    json_end(&json);
    TRY(api_send_private(work->req, work->res, &text, err));
    work->res->status = 201;
    return ERR_OK;
}

static enum err_code read_member(const struct http_request *req, struct accepting *ret,
                                 const char **ret_pointer, struct err *err)
{
    const struct json_field known[] = {f_name, f_password, f_display, f_real_name, f_contact};
    const struct {
        const struct json_field *field;
        struct span *into;
    } texts[] = {
        {&f_name, &ret->asked.name},
        {&f_password, &ret->asked.password},
        {&f_display, &ret->asked.display},
        {&f_real_name, &ret->real_name},
    };
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    TRY(json_fields_open(req->body, known, LENGTH(known), &fields, err));
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < LENGTH(texts) && code == ERR_OK; i++)
        code = api_take(fields, texts[i].field, IDENTITY_MAX, req->arena, texts[i].into, err);
    if (code == ERR_OK)
        code = api_take_optional(fields, &f_contact, IDENTITY_MAX, req->arena, &ret->contact, err);
    *ret_pointer = json_fields_pointer(fields);
    TRY(code);
    ret->asked.role = ROLE_MEMBER;
    ret->asked.organisation = ret->invitation.organisation;
    const char *problem = account_judge(&ret->asked, ret_pointer);
    return problem ? err_set(err, ERR_INVALID, problem, 0) : ERR_OK;
}

/* POST /api/invitations/{code}: who is signed in comes into the space, with {}; anybody else makes
 * an account: {name, password, display, real_name, contact?}; the last two go into the vault. */
enum err_code api_invitations_accept(struct app *app, const struct http_request *req,
                                     struct http_response *res, struct err *err)
{
    struct store_reader *reader = app_reader(app, req);
    struct caller caller;
    char code[CODE_MAX + 1];
    struct accepting *accepting = ARENA_NEW(req->arena, struct accepting);
    if (!accepting)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(people_limit_address(app, req, res, LIMIT_INVITE_ADDRESS, 1, err));
    if (!cookie_is_allowed(app, req))
        return err_set(err, ERR_FORBIDDEN,
                       "come over HTTPS: on this connection a password could be read on the way",
                       0);
    if (!code_read(http_param(req, "code"), CODE_RECEIPT, code))
        return err_set(err, ERR_NOT_FOUND, "there is no such invitation, or it has run out", 0);
    struct store_acceptance *acceptance = &accepting->acceptance;
    crypto_hash_sha256(acceptance->code_sha256, (const uint8_t *)code, CODE_RECEIPT);
    acceptance->now_ms = req->now_ms;
    TRY(store_invitations_find(reader, acceptance->code_sha256, req->now_ms, req->arena,
                               &accepting->invitation, err));
    TRY(people_caller(app, req, &caller, err));
    acceptance->account_id = caller.account_id;
    if (caller.kind != CALLER_ACCOUNT) {
        TRY(read_member(req, accepting, &res->pointer, err));
        TRY(vault_key_read(app, reader, &accepting->key, err));
    }
    const struct desk_work work = {app, req, res, accepting};
    return desk_continue(app->hashes, &work, accept_invitation, err);
}
