/*
 * people: accounts, sessions, spaces, audit rows as JSON. Secrets have no function here.
 *
 * Purpose    The shapes are those of schema/openapi.yaml.
 */
#pragma once

#include "server/json/write.h"
#include "server/store/accounts.h"
#include "server/store/spaces.h"

/* For an administrator's list. */
void json_account(struct json *json, const struct store_account *account);
/* The members only, for who goes on to write others. */
void json_account_members(struct json *json, const struct store_account *account);
/* Ids of 16 bytes each, one behind the other, as an array. */
void json_ids(struct json *json, struct span ids);
void json_session(struct json *json, const struct store_session *session, bool is_this);
/* `actor_name` empty: a local command, or an account that is no more. */
void json_audit_row(struct json *json, const struct audit_row *row, struct span actor_name);
void json_space(struct json *json, const struct store_space *space, bool is_member);
