/* GET /sync/v1/changes: what the public may see of all that changed since, at once or as soon as
 * something has. */
#include <sodium.h>

#include "server/api/answer.h"
#include "server/api/comments.h"
#include "server/api/sync_wire.h"
#include "server/live/wait.h"
#include "server/store/envelopes.h"

enum { MARK_BYTES = 8 };

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

/* Which operation has this number here: told as a hash, for it may be one that nobody may see. */
static enum err_code mark_of(struct ask *ask, uint64_t change, uint8_t ret[MARK_BYTES],
                             struct err *err)
{
    struct uuid op_id;
    uint8_t hash[crypto_hash_sha256_BYTES];
    TRY(store_change_op(app_reader(ask->app, ask->req), change, &op_id, err));
    crypto_hash_sha256(hash, op_id.bytes, sizeof op_id.bytes);
    memcpy(ret, hash, MARK_BYTES);
    return ERR_OK;
}

static enum err_code pack(struct ask *ask, const struct store_changes *changes, struct span *ret,
                          struct err *err)
{
    uint8_t mark[MARK_BYTES];
    TRY(mark_of(ask, changes->next, mark, err));
    return sync_pack_changes(ask->req->arena, store_info(ask->app->store), changes, ask->restarted,
                             span_of(mark, sizeof mark), ret, err);
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

static enum err_code read_hex(const struct http_request *req, const char *name, uint8_t *ret,
                              size_t bytes, bool *ret_named, struct err *err)
{
    struct span text;
    size_t count = 0;
    *ret_named = http_query(req, name, &text);
    if (*ret_named &&
        (sodium_hex2bin(ret, bytes, (const char *)text.data, text.len, NULL, &count, NULL) != 0 ||
         text.len != 2 * bytes || count != bytes))
        return err_set(err, ERR_PARAM, "epoch and mark: hexadecimal digits, as they were told", 0);
    return ERR_OK;
}

/* Another epoch, a number this store has never given, or one that is another change here (an old
 * image was put back with its `epoch` file, and went on from there): counted from 0 again. */
static enum err_code judge_cursor(struct ask *ask, struct err *err)
{
    struct uuid epoch;
    uint8_t mark[MARK_BYTES], ours[MARK_BYTES];
    uint64_t newest = 0;
    bool has_epoch, has_mark;
    TRY(store_newest_change(app_reader(ask->app, ask->req), &newest, err));
    TRY(read_hex(ask->req, "epoch", epoch.bytes, sizeof epoch.bytes, &has_epoch, err));
    TRY(read_hex(ask->req, "mark", mark, sizeof mark, &has_mark, err));
    TRY(mark_of(ask, ask->since, ours, err));
    const bool other = has_epoch && !uuid_equal(epoch, store_info(ask->app->store)->epoch);
    const bool forked = has_mark && ask->since > 0 && memcmp(mark, ours, sizeof mark) != 0;
    if (other || forked || ask->since > newest) {
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
    TRY(judge_cursor(ask, err));
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
