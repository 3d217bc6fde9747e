/* THE ENDPOINT TABLE: method, path, handler, access, body limit, query. Read this file first. */
#include "server/http/endpoints.h"

#include "tiles/base/attr.h"

/* Handlers by file: server/api/NAME.c. */
#define HANDLER(name)                                                                              \
    enum err_code name(struct app *, const struct http_request *, struct http_response *,          \
                       struct err *)

HANDLER(api_comments_list);
HANDLER(api_comments_get);
HANDLER(api_comments_create);
HANDLER(api_replies_create);
HANDLER(api_reactions_put);
HANDLER(api_cards_list);
HANDLER(api_feed_get);
HANDLER(api_clusters_list);
HANDLER(api_comment_tiles_get);
HANDLER(api_sync_hello);
HANDLER(api_sync_push);
HANDLER(api_sync_changes);
HANDLER(api_blobs_options);
HANDLER(api_blobs_create);
HANDLER(api_blobs_get);
HANDLER(api_blobs_patch);
HANDLER(api_photos_get);
HANDLER(api_sync_have);
HANDLER(api_sync_digest);
HANDLER(api_peer_ops);
HANDLER(api_peer_changes);
HANDLER(api_peer_folder);
HANDLER(api_peer_blob_get);
HANDLER(api_peer_blob_take);
HANDLER(api_layers_list);
HANDLER(api_packs_get);
HANDLER(api_packs_about);
HANDLER(api_style_get);
HANDLER(api_tilejson_comments);
HANDLER(api_tilejson_get);
HANDLER(api_tiles_get);
HANDLER(api_session_open);
HANDLER(api_session_get);
HANDLER(api_session_close);
HANDLER(api_session_password);
HANDLER(api_session_totp_offer);
HANDLER(api_session_totp_on);
HANDLER(api_session_totp_off);
HANDLER(api_sessions_list);
HANDLER(api_sessions_close);
HANDLER(api_accounts_list);
HANDLER(api_accounts_create);
HANDLER(api_accounts_change);
HANDLER(api_accounts_remove);
HANDLER(api_spaces_list);
HANDLER(api_spaces_create);
HANDLER(api_spaces_member_add);
HANDLER(api_spaces_member_remove);
HANDLER(api_invitations_create);
HANDLER(api_invitations_accept);
HANDLER(api_audit_list);
HANDLER(api_vault_ask);
HANDLER(api_vault_approve);
HANDLER(api_vault_open);
HANDLER(api_vault_get);
HANDLER(api_vault_list);
HANDLER(api_join_card_get);
HANDLER(api_meetings_list);
HANDLER(api_meetings_create);
HANDLER(api_meetings_get);
HANDLER(api_meetings_change);
HANDLER(api_meetings_renew);
HANDLER(api_meetings_finish);
HANDLER(api_meetings_release);
HANDLER(api_meetings_pin);
HANDLER(api_meetings_forget);
HANDLER(api_board_get);
HANDLER(api_board_live);
HANDLER(api_presence_put);
HANDLER(api_join);
HANDLER(api_join_name);
HANDLER(api_join_return);
HANDLER(api_review_list);
HANDLER(api_review_get);
HANDLER(api_moderate_many);
HANDLER(api_moderate_one);
HANDLER(api_words_get);
HANDLER(api_words_put);
HANDLER(api_appeals_create);
HANDLER(api_receipts_open);
HANDLER(api_receipts_withdraw);
HANDLER(api_mine_get);
HANDLER(api_quotations_create);
HANDLER(api_live_get);
HANDLER(api_health_get);
HANDLER(api_metrics_get);
HANDLER(http_assets_get);

#define RECEIVER(name)                                                                             \
    enum err_code name(struct app *, const struct http_request *, struct http_response *,          \
                       struct http_sink **, struct err *)

RECEIVER(api_blobs_receive);

enum { KIB = 1024, MIB = 1024 * 1024 };

/* clang-format off */
const struct endpoint endpoints[] = {
    /* method    pattern               handler            access         body  type  query  frequent */
    {HTTP_GET,  "/api/comments",               api_comments_list,     ACCESS_PUBLIC, 0,         NULL, "bbox q since limit cursor kind* card* channel* meeting space", false},
    {HTTP_POST, "/api/comments",               api_comments_create,   ACCESS_WRITE,  16 * KIB,  "application/json", "", false},
    {HTTP_GET,  "/api/comments/{id}",          api_comments_get,      ACCESS_PUBLIC, 0,         NULL, "", false},
    {HTTP_POST, "/api/comments/{id}/replies",  api_replies_create,    ACCESS_WRITE,  16 * KIB,  "application/json", "", false},
    {HTTP_PUT,  "/api/comments/{id}/reaction", api_reactions_put,     ACCESS_WRITE,  KIB,       "application/json", "", false},
    {HTTP_GET,  "/api/cards",                  api_cards_list,        ACCESS_PUBLIC, 0,         NULL, "", false},
    {HTTP_GET,  "/feed.atom",                  api_feed_get,          ACCESS_PUBLIC, 0,         NULL, "", false},
    {HTTP_GET,  "/api/clusters",               api_clusters_list,     ACCESS_PUBLIC, 0,         NULL, "space", false},
    {HTTP_GET,  "/api/session",                api_session_get,       ACCESS_PUBLIC, 0,         NULL, "", false},
    {HTTP_POST, "/api/session",                api_session_open,      ACCESS_WRITE,  4 * KIB,   "application/json", "", false},
    {HTTP_DELETE, "/api/session",              api_session_close,     ACCESS_WRITE,  0,         NULL, "", false},
    {HTTP_PUT,  "/api/session/password",       api_session_password,  ACCESS_STAFF,  4 * KIB,   "application/json", "", false},
    {HTTP_POST, "/api/session/totp",           api_session_totp_offer, ACCESS_STAFF, 4 * KIB,   "application/json", "", false},
    {HTTP_PUT,  "/api/session/totp",           api_session_totp_on,   ACCESS_STAFF,  4 * KIB,   "application/json", "", false},
    {HTTP_DELETE, "/api/session/totp",         api_session_totp_off,  ACCESS_STAFF,  4 * KIB,   "application/json", "", false},
    {HTTP_GET,  "/api/sessions",               api_sessions_list,     ACCESS_STAFF,  0,         NULL, "", false},
    {HTTP_DELETE, "/api/sessions/{id}",        api_sessions_close,    ACCESS_STAFF,  0,         NULL, "", false},
    {HTTP_GET,  "/api/accounts",               api_accounts_list,     ACCESS_STAFF,  0,         NULL, "", false},
    {HTTP_POST, "/api/accounts",               api_accounts_create,   ACCESS_STAFF,  4 * KIB,   "application/json", "", false},
    {HTTP_PATCH, "/api/accounts/{id}",         api_accounts_change,   ACCESS_STAFF,  4 * KIB,   "application/json", "", false},
    {HTTP_DELETE, "/api/accounts/{id}",        api_accounts_remove,   ACCESS_STAFF,  0,         NULL, "", false},
    {HTTP_GET,  "/api/spaces",                 api_spaces_list,       ACCESS_PUBLIC, 0,         NULL, "", false},
    {HTTP_POST, "/api/spaces",                 api_spaces_create,     ACCESS_STAFF,  4 * KIB,   "application/json", "", false},
    {HTTP_POST, "/api/spaces/{id}/members",    api_spaces_member_add, ACCESS_STAFF,  KIB,       "application/json", "", false},
    {HTTP_DELETE, "/api/spaces/{id}/members/{account}", api_spaces_member_remove, ACCESS_STAFF, 0, NULL, "", false},
    {HTTP_POST, "/api/invitations",            api_invitations_create, ACCESS_STAFF, 4 * KIB,   "application/json", "", false},
    {HTTP_POST, "/api/invitations/{code}",     api_invitations_accept, ACCESS_WRITE, 8 * KIB,   "application/json", "", false},
    {HTTP_GET,  "/api/audit",                  api_audit_list,        ACCESS_STAFF,  0,         NULL, "day after limit", false},
    {HTTP_GET,  "/api/vault/requests",         api_vault_list,        ACCESS_STAFF,  0,         NULL, "", false},
    {HTTP_POST, "/api/vault/requests",         api_vault_ask,         ACCESS_STAFF,  4 * KIB,   "application/json", "", false},
    {HTTP_GET,  "/api/vault/requests/{id}",    api_vault_get,         ACCESS_STAFF,  0,         NULL, "", false},
    {HTTP_POST, "/api/vault/requests/{id}/approval", api_vault_approve, ACCESS_STAFF, 0,        NULL, "", false},
    {HTTP_POST, "/api/vault/requests/{id}/opening", api_vault_open,   ACCESS_STAFF,  0,         NULL, "", false},
    {HTTP_GET,  "/api/meetings",               api_meetings_list,     ACCESS_PUBLIC, 0,         NULL, "", false},
    {HTTP_POST, "/api/meetings",               api_meetings_create,   ACCESS_STAFF,  64 * KIB,  "application/json", "", false},
    {HTTP_GET,  "/api/meetings/{id}",          api_meetings_get,      ACCESS_PUBLIC, 0,         NULL, "", false},
    {HTTP_PATCH, "/api/meetings/{id}",         api_meetings_change,   ACCESS_STAFF,  64 * KIB,  "application/json", "", false},
    {HTTP_POST, "/api/meetings/{id}/code",     api_meetings_renew,    ACCESS_STAFF,  0,         NULL, "", false},
    {HTTP_POST, "/api/meetings/{id}/finish",   api_meetings_finish,   ACCESS_STAFF,  0,         NULL, "", false},
    {HTTP_POST, "/api/meetings/{id}/release",  api_meetings_release,  ACCESS_STAFF,  32 * KIB,  "application/json", "", false},
    {HTTP_POST, "/api/meetings/{id}/pin",      api_meetings_pin,      ACCESS_STAFF,  KIB,       "application/json", "", false},
    {HTTP_DELETE, "/api/meetings/{id}/persons", api_meetings_forget,  ACCESS_STAFF,  0,         NULL, "", false},
    {HTTP_GET,  "/api/meetings/{id}/board",    api_board_get,         ACCESS_STAFF,  0,         NULL, "", false},
    {HTTP_GET,  "/api/meetings/{id}/card.pdf", api_join_card_get,     ACCESS_STAFF,  0,         NULL, "layout", false},
    {HTTP_GET,  "/api/meetings/{id}/live",     api_board_live,        ACCESS_STAFF,  0,         NULL, "", false},
    {HTTP_PUT,  "/api/meetings/{id}/presence", api_presence_put,      ACCESS_DEVICE, KIB,       "application/json", "", false},
    {HTTP_POST, "/api/join",                   api_join,              ACCESS_DEVICE, KIB,       "application/json", "", false},
    {HTTP_POST, "/api/join/name",              api_join_name,         ACCESS_DEVICE, KIB,       "application/json", "", false},
    {HTTP_POST, "/api/join/return",            api_join_return,       ACCESS_DEVICE, KIB,       "application/json", "", false},
    {HTTP_GET,  "/api/moderation",             api_review_list,       ACCESS_STAFF,  0,         NULL, "state meeting space cursor limit", false},
    {HTTP_POST, "/api/moderation",             api_moderate_many,     ACCESS_STAFF,  16 * KIB,  "application/json", "", false},
    {HTTP_GET,  "/api/moderation/words",       api_words_get,         ACCESS_STAFF,  0,         NULL, "", false},
    {HTTP_PUT,  "/api/moderation/words",       api_words_put,         ACCESS_STAFF,  32 * KIB,  "application/json", "", false},
    {HTTP_GET,  "/api/moderation/{id}",        api_review_get,        ACCESS_STAFF,  0,         NULL, "", false},
    {HTTP_POST, "/api/moderation/{id}",        api_moderate_one,      ACCESS_STAFF,  8 * KIB,   "application/json", "", false},
    {HTTP_POST, "/api/appeals",                api_appeals_create,    ACCESS_WRITE,  8 * KIB,   "application/json", "", false},
    {HTTP_POST, "/api/receipts",               api_receipts_open,     ACCESS_WRITE,  KIB,       "application/json", "", false},
    {HTTP_POST, "/api/receipts/withdraw",      api_receipts_withdraw, ACCESS_WRITE,  KIB,       "application/json", "", false},
    {HTTP_GET,  "/api/mine",                   api_mine_get,          ACCESS_PUBLIC, 0,         NULL, "", false},
    {HTTP_POST, "/api/quotations",             api_quotations_create, ACCESS_STAFF,  KIB,       "application/json", "", false},
    {HTTP_GET,  "/sync/v1/hello",              api_sync_hello,        ACCESS_PUBLIC, 0,         NULL, "", false},
    {HTTP_POST, "/sync/v1/ops",                api_sync_push,         ACCESS_DEVICE, 256 * KIB, "application/x-protobuf", "", false},
    {HTTP_GET,  "/sync/v1/changes",            api_sync_changes,      ACCESS_PUBLIC, 0,         NULL, "epoch since mark limit wait", false},
    {HTTP_OPTIONS, "/sync/v1/blobs",           api_blobs_options,     ACCESS_PUBLIC, 0,         NULL, "", false},
    {HTTP_POST, "/sync/v1/blobs",              api_blobs_create,      ACCESS_DEVICE, 0,         NULL, "", false},
    {HTTP_OPTIONS, "/sync/v1/blobs/{sha256}",  api_blobs_options,     ACCESS_PUBLIC, 0,         NULL, "", false},
    {HTTP_GET,  "/sync/v1/blobs/{sha256}",     api_blobs_get,         ACCESS_DEVICE, 0,         NULL, "", false},
    {HTTP_PATCH, "/sync/v1/blobs/{sha256}",    api_blobs_patch,       ACCESS_DEVICE, 20 * MIB,  "application/offset+octet-stream", "", false},
    {HTTP_GET,  "/photos/{id}/{variant}.jpg",  api_photos_get,        ACCESS_PUBLIC, 0,         NULL, "v", true},
    {HTTP_POST, "/sync/v1/have",               api_sync_have,         ACCESS_DEVICE, 128 * KIB, "application/x-protobuf", "", false},
    {HTTP_GET,  "/sync/v1/digest",             api_sync_digest,       ACCESS_PUBLIC, 0,         NULL, "day", false},
    {HTTP_POST, "/sync/v1/peer/ops",           api_peer_ops,          ACCESS_WRITE,  2 * MIB,   "application/x-protobuf", "", false},
    {HTTP_GET,  "/sync/v1/peer/changes",       api_peer_changes,      ACCESS_WRITE,  0,         NULL, "epoch since op news wait", false},
    {HTTP_GET,  "/sync/v1/peer/folder",        api_peer_folder,       ACCESS_WRITE,  0,         NULL, "", false},
    {HTTP_GET,  "/sync/v1/peer/blobs/{sha256}", api_peer_blob_get,    ACCESS_WRITE,  0,         NULL, "", false},
    {HTTP_PATCH, "/sync/v1/peer/blobs/{sha256}", api_peer_blob_take,  ACCESS_WRITE,  4 * MIB,   "application/offset+octet-stream", "", false},
    {HTTP_GET,  "/tiles/comments/{z}/{x}/{y}.mvt", api_comment_tiles_get, ACCESS_PUBLIC, 0,     NULL, "kind* card* channel* q", true},
    {HTTP_GET,  "/tiles/comments.json",        api_tilejson_comments, ACCESS_PUBLIC, 0,         NULL, "", false},
    {HTTP_GET,  "/tiles/{name}.json",          api_tilejson_get,      ACCESS_PUBLIC, 0,         NULL, "", false},
    {HTTP_GET,  "/tiles/{name}/{z}/{x}/{y}.mvt", api_tiles_get,       ACCESS_PUBLIC, 0,         NULL, "v", true},
    {HTTP_GET,  "/packs/{name}.pmtiles",       api_packs_get,         ACCESS_PUBLIC, 0,         NULL, "", true},
    {HTTP_GET,  "/packs/{name}.json",          api_packs_about,       ACCESS_PUBLIC, 0,         NULL, "", false},
    {HTTP_GET,  "/api/layers",                 api_layers_list,       ACCESS_PUBLIC, 0,         NULL, "", false},
    {HTTP_GET,  "/api/style.json",             api_style_get,         ACCESS_PUBLIC, 0,         NULL, "theme lang", false},
    {HTTP_GET,  "/api/live",                   api_live_get,          ACCESS_PUBLIC, 0,         NULL, "since", false},
    {HTTP_GET,  "/api/health",                 api_health_get,        ACCESS_PUBLIC, 0,         NULL, "", false},
    {HTTP_GET,  "/api/metrics",                api_metrics_get,       ACCESS_PUBLIC, 0,         NULL, "", false},
    {HTTP_GET,  "*",                           http_assets_get,       ACCESS_PUBLIC, 0,         NULL, NULL, true},
    {0},
};
/* clang-format on */
const size_t endpoint_count = LENGTH(endpoints) - 1;

const struct endpoint_sink endpoint_sinks[] = {
    {HTTP_PATCH, "/sync/v1/blobs/{sha256}", api_blobs_receive},
    {0},
};
