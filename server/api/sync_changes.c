/* GET /sync/v1/changes: what the public may see of all that changed since, at once or as soon as
 * something has. */
#include "server/api/answer.h"
#include "server/api/comments.h"
#include "server/api/sync_wire.h"
#include "server/live/wait.h"

struct ask {
    struct app *app;
    const struct http_request *req;
    uint64_t since;
    size_t limit;
    int64_t wait_ms;
    bool restarted;
    /* Of a request that waits: */
    struct live_wait wait;
    struct span body;
    size_t sent;
    bool has_body;
};

static enum err_code read_changes(struct ask *ask, struct store_changes *ret, struct err *err)
{
    return store_changes_since(app_reader(ask->app, ask->req), &store_anyone, ask->since,
                               ask->limit, ask->req->arena, ret, err);
}

static enum err_code pack(struct ask *ask, const struct store_changes *changes, struct span *ret,
                          struct err *err)
{
    return sync_pack_changes(ask->req->arena, store_info(ask->app->store), changes, ask->restarted,
                             ret, err);
}

static enum err_code make_body(struct ask *ask, bool even_empty)
{
    struct store_changes changes;
    TRY(read_changes(ask, &changes, NULL));
    if (changes.count == 0 && !even_empty)
        return ERR_OK;
    TRY(pack(ask, &changes, &ask->body, NULL));
    ask->has_body = true;
    return ERR_OK;
}

/* On the HTTP thread: the status has gone out already, so a failure can only cut the answer off,
 * which the client takes for a lost connection and asks again. */
static ptrdiff_t read_stream(void *self, uint8_t *to, size_t room)
{
    struct ask *ask = self;
    if (!ask->has_body) {
        const bool over = atomic_load(&ask->wait.over);
        if (make_body(ask, over) != ERR_OK)
            return -1;
        if (!ask->has_body)
            return 0;
    }
    const size_t left = ask->body.len - ask->sent;
    if (left == 0)
        return -1;
    const size_t count = left < room ? left : room;
    memcpy(to, ask->body.data + ask->sent, count);
    ask->sent += count;
    return (ptrdiff_t)count;
}

static void close_stream(void *self)
{
    struct ask *ask = self;
    live_wait_end(ask->app->waits, &ask->wait);
}

static void open_stream(void *self, struct http_stream *stream)
{
    struct ask *ask = self;
    live_wait_begin(ask->app->waits, &ask->wait, stream, ask->wait_ms);
}

static bool is_hex_id(struct span text, struct uuid *ret)
{
    if (text.len != 2 * UUID_BYTES)
        return false;
    for (size_t i = 0; i < UUID_BYTES; i++) {
        const int high = uuid_digit_value(text.data[2 * i]);
        const int low = uuid_digit_value(text.data[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        ret->bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* Another epoch, or a number this store has never given: counted from 0 again. */
static enum err_code judge_epoch(struct ask *ask, struct err *err)
{
    struct span text;
    struct uuid epoch;
    uint64_t newest = 0;
    TRY(store_newest_change(app_reader(ask->app, ask->req), &newest, err));
    const bool named = http_query(ask->req, "epoch", &text);
    if (named && !is_hex_id(text, &epoch))
        return err_set(err, ERR_PARAM, "epoch: 32 hexadecimal digits, as hello tells them", 0);
    const bool other = named && !uuid_equal(epoch, store_info(ask->app->store)->epoch);
    if (other || ask->since > newest) {
        ask->restarted = true;
        ask->since = 0;
    }
    return ERR_OK;
}

enum err_code api_sync_changes(struct app *app, const struct http_request *req,
                               struct http_response *res, struct err *err)
{
    struct ask *ask = ARENA_NEW(req->arena, struct ask);
    if (!ask)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    int64_t since = 0, limit = 500, wait_s = 0;
    TRY(http_query_int(req, "since", 0, INT64_MAX, &since, err));
    TRY(http_query_int(req, "limit", 1, 1000, &limit, err));
    TRY(http_query_int(req, "wait", 0, 25, &wait_s, err));
    *ask = (struct ask){.app = app,
                        .req = req,
                        .since = (uint64_t)since,
                        .limit = (size_t)limit,
                        .wait_ms = wait_s * 1000};
    TRY(judge_epoch(ask, err));
    struct store_changes changes;
    TRY(read_changes(ask, &changes, err));
    if (changes.count == 0 && !ask->restarted && wait_s > 0 && app->waits) {
        static const struct http_stream_ops ops = {.read = read_stream, .close = close_stream};
        http_send_stream(res, PROTOBUF, &ops, ask, open_stream);
    } else {
        struct span body;
        TRY(pack(ask, &changes, &body, err));
        http_send_bytes(res, PROTOBUF, body);
    }
    res->cache_control = "no-store";
    return ERR_OK;
}
