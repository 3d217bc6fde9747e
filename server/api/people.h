/*
 * people: what the handlers of people share: sessions, accounts, spaces, invitations, vault, audit.
 *
 * Purpose    schema/openapi.yaml, tag people. Answers are the caller's alone (private, no-store).
 */
#pragma once

#include "server/api/answer.h"
#include "server/json/read.h"
#include "server/people/caller.h"
#include "server/people/desk.h"

#define API_HANDLER(name)                                                                          \
    enum err_code name(struct app *app, const struct http_request *req, struct http_response *res, \
                       struct err *err)

API_HANDLER(api_session_open);
API_HANDLER(api_session_get);
API_HANDLER(api_session_close);
API_HANDLER(api_session_password);
API_HANDLER(api_session_totp_offer);
API_HANDLER(api_session_totp_on);
API_HANDLER(api_session_totp_off);
API_HANDLER(api_sessions_list);
API_HANDLER(api_sessions_close);
API_HANDLER(api_accounts_list);
API_HANDLER(api_accounts_create);
API_HANDLER(api_accounts_change);
API_HANDLER(api_accounts_remove);
API_HANDLER(api_spaces_list);
API_HANDLER(api_spaces_create);
API_HANDLER(api_spaces_member_add);
API_HANDLER(api_spaces_member_remove);
API_HANDLER(api_invitations_create);
API_HANDLER(api_invitations_accept);
API_HANDLER(api_audit_list);
API_HANDLER(api_vault_ask);
API_HANDLER(api_vault_approve);
API_HANDLER(api_vault_open);
API_HANDLER(api_vault_get);
API_HANDLER(api_vault_list);

/* One text field, copied into the arena; missing or null: *ret stays. */
MUST_CHECK enum err_code api_take_optional(struct json_fields *fields,
                                           const struct json_field *field, size_t max_characters,
                                           struct arena *arena, struct span *ret, struct err *err);
MUST_CHECK enum err_code api_take(struct json_fields *fields, const struct json_field *field,
                                  size_t max_characters, struct arena *arena, struct span *ret,
                                  struct err *err);
