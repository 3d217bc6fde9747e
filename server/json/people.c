#include "server/json/people.h"

void json_account_members(struct json *json, const struct store_account *account)
{
    json_key(json, "id");
    json_uuid(json, account->id);
    json_key(json, "name");
    json_string(json, account->name);
    json_key(json, "display");
    json_string(json, account->display);
    json_key(json, "role");
    json_text(json, role_name(account->role));
    json_key(json, "organisation");
    json_string(json, account->organisation);
    json_key(json, "totp");
    json_bool(json, account->has_totp);
}

void json_account(struct json *json, const struct store_account *account)
{
    json_object(json);
    json_account_members(json, account);
    json_key(json, "disabled");
    json_bool(json, account->disabled);
    json_key(json, "made_at");
    json_time(json, account->made_ms);
    json_end(json);
}

void json_ids(struct json *json, struct span ids)
{
    json_array(json);
    for (size_t at = 0; at + UUID_BYTES <= ids.len; at += UUID_BYTES) {
        struct uuid id;
        memcpy(id.bytes, ids.data + at, UUID_BYTES);
        json_uuid(json, id);
    }
    json_end(json);
}

void json_session(struct json *json, const struct store_session *session, bool is_this)
{
    json_object(json);
    json_key(json, "id");
    json_uuid(json, session->id);
    json_key(json, "made_at");
    json_time(json, session->made_ms);
    json_key(json, "until");
    json_time(json, session->until_ms);
    json_key(json, "this");
    json_bool(json, is_this);
    json_end(json);
}

void json_space(struct json *json, const struct store_space *space, bool is_member)
{
    static const char *const tiers[] = {"", "A", "B", "C"};
    json_object(json);
    json_key(json, "id");
    json_uuid(json, space->id);
    json_key(json, "tier");
    json_text(json, tiers[space->tier]);
    json_key(json, "name");
    json_string(json, space->name);
    json_key(json, "organisation");
    json_string(json, space->organisation);
    json_key(json, "member");
    json_bool(json, is_member);
    json_end(json);
}

void json_audit_row(struct json *json, const struct audit_row *row, struct span actor_name)
{
    static const char digits[] = "0123456789abcdef";
    char hash[65] = "";
    for (size_t i = 0; i < sizeof row->hash; i++) {
        hash[2 * i] = digits[row->hash[i] >> 4];
        hash[2 * i + 1] = digits[row->hash[i] & 15];
    }
    json_object(json);
    json_key(json, "seq");
    json_uint(json, row->seq);
    json_key(json, "at");
    json_time(json, row->at_ms);
    json_key(json, "actor");
    if (uuid_is_nil(row->actor_id))
        json_null(json);
    else
        json_uuid(json, row->actor_id);
    json_key(json, "actor_name");
    json_string_or_null(json, actor_name);
    json_key(json, "action");
    json_string(json, row->action);
    json_key(json, "object");
    if (uuid_is_nil(row->object_id))
        json_null(json);
    else
        json_uuid(json, row->object_id);
    json_key(json, "reason");
    json_string_or_null(json, row->reason);
    json_key(json, "hash");
    json_text(json, hash);
    json_end(json);
}
