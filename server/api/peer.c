/* /sync/v1/peer/ops and /sync/v1/peer/changes: what other servers bring and fetch (sync.md S19). */
#include "server/api/answer.h"
#include "server/api/peer_admit.h"
#include "server/live/wait.h"
#include "server/peer/apply.h"
#include "server/peer/wire.h"

/* --- What a peer brings ------------------------------------------------------------------------
 */

struct push {
    const struct app *app;
    const struct http_request *req;
    struct http_response *res;
    struct http_token *token;
    struct peer_caller caller;
    struct peer_page page;
    struct store_cursor had; /* before: what we had of the sender's epoch */
};

/* Everything was taken: log, quarantine or gone. What is to be sent again holds the cursor back. */
static bool all_taken(const struct store_result *result)
{
    for (size_t i = 0; i < result->ack_count; i++)
        if (result->acks[i].status == STORE_ACK_RETRY_LATER)
            return false;
    return true;
}

static enum err_code answer_push(const struct push *push, const struct store_result *result,
                                 struct err *err)
{
    const struct store_info *info = store_info(push->app->store);
    struct peer_receipt receipt = {info->server_id, info->epoch, push->had.change, push->had.news,
                                   push->had.op_id};
    struct span bytes;
    if (result->code != ERR_OK)
        return err_set(err, result->code, result->what, 0);
    if (peer_follows(&push->page, &push->had) && all_taken(result)) {
        const struct store_cursor *until = &push->page.page.until;
        receipt.change = until->change;
        receipt.op_id = until->op_id;
        receipt.news = until->news > receipt.news ? until->news : receipt.news;
    }
    TRY(peer_pack_receipt(push->req->arena, &receipt, &bytes, err));
    return peer_send(push->req, push->res, &push->caller, bytes, err);
}

static void pushed(void *context, const struct store_result *result)
{
    const struct push *push = context;
    struct err err = {0};
    const enum err_code code = answer_push(push, result, &err);
    http_resume(push->token, code, &err);
}

enum err_code api_peer_ops(struct app *app, const struct http_request *req,
                           struct http_response *res, struct err *err)
{
    bool answered;
    struct store_batch batch;
    struct push *push = ARENA_NEW(req->arena, struct push);
    if (!push)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *push = (struct push){.app = app, .req = req, .res = res};
    TRY(peer_admit(app, req, res, &push->caller, &answered, err));
    if (answered)
        return ERR_OK;
    TRY(peer_read_push(req->arena, req->body, &push->page, err));
    const struct store_cursor *until = &push->page.page.until;
    TRY(store_peer_progress(app_reader(app, req), push->caller.peer.id, until->server_id,
                            until->epoch, &push->had, err));
    if (peer_is_fork(&push->page.since, until, &push->had) ||
        uuid_equal(until->server_id, store_info(app->store)->server_id))
        return err_set(err, ERR_CONFLICT,
                       "another folder has come with the same identity: this one is a copy of it",
                       0);
    const struct peer_source source = {.peer_id = push->caller.peer.id,
                                       .role = push->caller.peer.role,
                                       .follows = peer_follows(&push->page, &push->had)};
    TRY(peer_batch(req->arena, &push->page, &source, req->now_ms, &batch, err));
    push->token = http_suspend(req);
    struct err refused = {0};
    const enum err_code code = store_submit(app->writer, &batch, pushed, push, &refused);
    if (code != ERR_OK)
        http_resume(push->token, code, &refused);
    return ERR_OK;
}

/* --- What a peer fetches -----------------------------------------------------------------------
 */

struct fetch {
    struct app *app;
    const struct http_request *req;
    struct peer_caller caller;
    struct store_cursor since;
    bool restarted;
    int64_t wait_ms;
    /* Of a request that waits: */
    struct live_wait wait;
    struct span body;
    size_t sent;
    bool has_body;
};

static enum err_code make_page(const struct fetch *fetch, struct span *ret, bool *ret_empty,
                               struct err *err)
{
    struct peer_page page = {.restarted = fetch->restarted};
    struct span bytes;
    TRY(store_bundle_since(app_reader(fetch->app, fetch->req), &fetch->since, false,
                           fetch->req->arena, &page.page, err));
    *ret_empty = page.page.count == 0 && page.page.photo_count == 0;
    TRY(peer_pack_changes(fetch->req->arena, &page, &bytes, err));
    return peer_signed(fetch->req, &fetch->caller, bytes, ret, err);
}

/* On the HTTP thread; a failure can only cut the answer off: the peer asks again. */
static ptrdiff_t read_stream(void *self, uint8_t *to, size_t room)
{
    struct fetch *fetch = self;
    if (!fetch->has_body) {
        const bool over = atomic_load(&fetch->wait.over);
        bool empty;
        if (make_page(fetch, &fetch->body, &empty, NULL) != ERR_OK)
            return -1;
        if (empty && !over)
            return 0;
        fetch->has_body = true;
    }
    const size_t left = fetch->body.len - fetch->sent;
    if (left == 0)
        return -1;
    const size_t count = left < room ? left : room;
    memcpy(to, fetch->body.data + fetch->sent, count);
    fetch->sent += count;
    return (ptrdiff_t)count;
}

static void close_stream(void *self)
{
    struct fetch *fetch = self;
    live_wait_end(fetch->app->peer_waits, &fetch->wait);
}

static void open_stream(void *self, struct http_stream *stream)
{
    struct fetch *fetch = self;
    live_wait_begin(fetch->app->peer_waits, &fetch->wait, stream, fetch->wait_ms);
}

/* From where: what the peer says it has, when it is of this store as it is; else from 0. */
static enum err_code read_cursor(struct fetch *fetch, struct err *err)
{
    const struct http_request *req = fetch->req;
    struct store_cursor *since = &fetch->since;
    int64_t change = 0, news = 0;
    struct span text;
    bool fits = false;
    since->server_id = store_info(fetch->app->store)->server_id;
    TRY(http_query_int(req, "since", 0, INT64_MAX, &change, err));
    TRY(http_query_int(req, "news", 0, INT64_MAX, &news, err));
    if (http_query(req, "epoch", &text) && !peer_id_from_hex(text, &since->epoch))
        return err_set(err, ERR_PARAM, "epoch: 32 hexadecimal digits", 0);
    if (http_query(req, "op", &text) && !peer_id_from_hex(text, &since->op_id))
        return err_set(err, ERR_PARAM, "op: 32 hexadecimal digits", 0);
    since->change = (uint64_t)change;
    since->news = (uint64_t)news;
    TRY(store_cursor_fits(app_reader(fetch->app, req), since, &fits, err));
    if (!fits) {
        /* S22: of our epoch, and of more than we have: this folder was put back as an image. */
        if (uuid_equal(since->epoch, store_info(fetch->app->store)->epoch))
            TRY(store_renew(fetch->app->store, req->now_ms, err));
        *since = (struct store_cursor){0};
        fetch->restarted = true;
    }
    return ERR_OK;
}

enum err_code api_peer_changes(struct app *app, const struct http_request *req,
                               struct http_response *res, struct err *err)
{
    bool answered, empty;
    int64_t wait_s = 0;
    struct span body;
    struct fetch *fetch = ARENA_NEW(req->arena, struct fetch);
    if (!fetch)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *fetch = (struct fetch){.app = app, .req = req};
    TRY(peer_admit(app, req, res, &fetch->caller, &answered, err));
    if (answered)
        return ERR_OK;
    TRY(http_query_int(req, "wait", 0, 25, &wait_s, err));
    fetch->wait_ms = wait_s * 1000;
    TRY(read_cursor(fetch, err));
    TRY(make_page(fetch, &body, &empty, err));
    if (empty && !fetch->restarted && wait_s > 0 && app->peer_waits) {
        static const struct http_stream_ops ops = {.read = read_stream, .close = close_stream};
        http_send_stream(res, PROTOBUF, &ops, fetch, open_stream);
    } else {
        http_send_bytes(res, PROTOBUF, body);
    }
    res->cache_control = "no-store";
    return ERR_OK;
}
