#include "server/peer/round.h"

#include <stdio.h>

#include "server/peer/carry.h"

#define PROTOBUF "application/x-protobuf"

enum {
    TARGET_MAX = 256,
    ANSWER_MAX = 4 << 20, /* a page and what is around it */
};

static enum err_code refusal(struct peer_round *round, const struct peer_answer *answer,
                             struct err *err)
{
    switch (answer->status) {
    case 401:
    case 403:
        return err_set(err, ERR_UNAUTHORIZED, "the other server does not know this key", 0);
    case 404:
        return err_set(err, ERR_VERSION, "at this address is no kakikomap that takes peers", 0);
    case 409:
        TRY(store_renew(round->store, round->now_ms(), err));
        return err_set(
            err, ERR_CONFLICT,
            "this folder is a copy of another that syncs too: start it again and it takes "
            "an identity of its own",
            0);
    case 429:
    case 503:
    case 507:
        return err_set(err, ERR_BUSY, "the other server cannot take more now", 0);
    default:
        return err_set(err, ERR_IO, "the other server has refused", (uint64_t)answer->status);
    }
}

static enum err_code ask(struct peer_round *round, const struct peer_ask *ask, struct span *ret,
                         struct err *err)
{
    struct peer_answer answer;
    TRY(peer_client_ask(round->client, ask, &answer, err));
    if (answer.status != 200 && answer.status != 0)
        return refusal(round, &answer, err);
    *ret = answer.status ? answer.body : span_of(NULL, 0);
    return ERR_OK;
}

static void tell(struct peer_round *round)
{
    if (round->progress)
        round->progress(round->self, &round->totals);
}

/* --- Pushing -----------------------------------------------------------------------------------
 */

/* Photos before the cursor passes them; their operations went before. */
static enum err_code push_photos(struct peer_round *round, const struct store_bundle *page,
                                 bool *ret_all, struct err *err)
{
    *ret_all = true;
    for (size_t i = 0; i < page->photo_count && round->photos; i++) {
        bool sent = false;
        if (round->hurry && round->hurry(round->self)) {
            *ret_all = false;
            return ERR_OK;
        }
        TRY(carry_photo_out(round, &page->photos[i], &sent, err));
        round->totals.photos_out += sent;
        tell(round);
    }
    return ERR_OK;
}

/* What a page that was sent came to. */
struct sent {
    bool moved; /* the city counts from elsewhere now */
    bool all;   /* … from the end of the page: it had not lost its place, or been put back */
};

static enum err_code take_receipt(struct peer_round *round, const struct store_upstream *upstream,
                                  const struct store_cursor *until, struct span body,
                                  struct arena *arena, struct sent *ret, struct err *err)
{
    struct peer_receipt receipt;
    struct uuid op_id;
    uint64_t newest;
    TRY(peer_read_receipt(arena, body, &receipt, err));
    *ret = (struct sent){.all = true};
    if (!uuid_equal(receipt.server_id, upstream->taken.server_id) ||
        !uuid_equal(receipt.epoch, upstream->taken.epoch)) {
        ret->moved = true; /* the next fetch finds out and begins anew */
        return ERR_OK;
    }
    TRY(store_newest_change(round->reader, &newest, err));
    TRY(store_change_op(round->reader, receipt.change, &op_id, err));
    if (receipt.change > newest || !uuid_equal(receipt.op_id, op_id)) {
        /* The city has another history of this epoch: this folder is a copy, or was put back. */
        const struct peer_answer forked = {.status = 409};
        return refusal(round, &forked, err);
    }
    ret->moved = receipt.change != upstream->pushed.change || receipt.news != upstream->pushed.news;
    ret->all = receipt.change >= until->change && receipt.news >= until->news;
    return store_upstream_pushed(round->store, receipt.server_id, receipt.epoch, receipt.change,
                                 receipt.news, round->now_ms(), err);
}

static enum err_code send_page(struct peer_round *round, const struct store_upstream *upstream,
                               const struct peer_page *page, struct arena *arena, struct sent *ret,
                               struct err *err)
{
    struct span bytes, body;
    TRY(peer_pack_push(arena, page, &bytes, err));
    const struct peer_ask push = {.method = "POST",
                                  .target = "/sync/v1/peer/ops",
                                  .body = bytes,
                                  .content_type = PROTOBUF,
                                  .answer_max = ANSWER_MAX};
    TRY(ask(round, &push, &body, err));
    round->totals.pushed += page->page.count;
    tell(round);
    return take_receipt(round, upstream, &page->page.until, body, arena, ret, err);
}

static enum err_code push_page(struct peer_round *round, struct arena *arena, bool *ret_more,
                               struct err *err)
{
    struct store_upstream upstream;
    struct peer_page page = {0};
    struct sent sent;
    bool found, all = true;
    *ret_more = false;
    TRY(store_upstream_read(round->reader, &upstream, &found, err));
    if (!found || uuid_is_nil(upstream.taken.server_id))
        return ERR_OK; /* who the city is comes with the first fetch */
    page.since = upstream.pushed;
    TRY(store_change_op(round->reader, page.since.change, &page.since.op_id, err));
    TRY(store_bundle_since(round->reader, &page.since, true, arena, &page.page, err));
    struct store_cursor *until = &page.page.until;
    if (page.page.count == 0 && page.page.photo_count == 0 && until->news == page.since.news)
        return ERR_OK;
    if (page.page.photo_count && until->change > page.since.change) {
        until->news = page.since.news; /* words first; this news comes again after them */
        page.page.more = true;
    } else {
        TRY(push_photos(round, &page.page, &all, err));
    }
    if (!all) {
        *ret_more = true;
        return ERR_OK;
    }
    TRY(send_page(round, &upstream, &page, arena, &sent, err));
    if (!sent.moved)
        return err_set(err, ERR_BUSY, "the other server cannot take more now", 0);
    *ret_more = page.page.more || !sent.all;
    return ERR_OK;
}

enum err_code peer_round_push(struct peer_round *round, bool *ret_more, struct err *err)
{
    struct arena arena;
    arena_init(&arena, 0);
    const enum err_code code = push_page(round, &arena, ret_more, err);
    arena_done(&arena);
    return code;
}

/* --- Fetching ----------------------------------------------------------------------------------
 */

/* *ret_hurry: the wait was ended by words of our own. */
static enum err_code fetch(struct peer_round *round, const struct store_cursor *taken, int wait_s,
                           struct arena *arena, struct peer_page *ret, bool *ret_hurry,
                           struct err *err)
{
    char target[TARGET_MAX], epoch[33], op[33];
    struct span body;
    peer_id_hex(taken->epoch, epoch);
    peer_id_hex(taken->op_id, op);
    snprintf(target, sizeof target,
             "/sync/v1/peer/changes?epoch=%s&since=%llu&op=%s&news=%llu&wait=%d", epoch,
             (unsigned long long)taken->change, op, (unsigned long long)taken->news, wait_s);
    const struct peer_ask get = {
        .method = "GET", .target = target, .wait_ms = wait_s * 1000, .answer_max = ANSWER_MAX};
    TRY(ask(round, &get, &body, err));
    *ret_hurry = body.len == 0;
    if (*ret_hurry)
        return ERR_OK;
    return peer_read_changes(arena, body, ret, err);
}

static enum err_code pull_photos(struct peer_round *round, const struct store_bundle *page,
                                 struct err *err)
{
    for (size_t i = 0; i < page->photo_count && round->photos; i++) {
        bool taken = false;
        TRY(carry_photo_in(round, &page->photos[i], &taken, err));
        round->totals.photos_in += taken;
        tell(round);
    }
    return ERR_OK;
}

enum err_code peer_apply_page(struct peer_round *round, struct peer_page *page,
                              const struct peer_source *source, struct arena *arena,
                              struct err *err)
{
    struct store_batch batch;
    struct store_ack *acks = ARENA_ARRAY(arena, struct store_ack, page->page.count);
    if (!acks)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(peer_batch(arena, page, source, round->now_ms(), &batch, err));
    TRY(store_submit_wait(round->writer, &batch, acks, err));
    const uint64_t later = round->totals.in.later;
    peer_count(acks, page->page.count, &round->totals.in);
    round->totals.fetched += page->page.count;
    tell(round);
    if (round->totals.in.later != later)
        return err_set(err, ERR_BUSY, "too much that was refused is kept here already", 0);
    return ERR_OK;
}

static bool is_same_city(const struct store_cursor *a, const struct store_cursor *b)
{
    return uuid_equal(a->server_id, b->server_id) && uuid_equal(a->epoch, b->epoch);
}

static enum err_code pull_page(struct peer_round *round, int wait_s, struct arena *arena,
                               bool *ret_more, struct err *err)
{
    struct store_upstream upstream;
    struct peer_page page;
    bool found, hurry;
    *ret_more = false;
    TRY(store_upstream_read(round->reader, &upstream, &found, err));
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "this folder goes to no other server", 0);
    TRY(fetch(round, &upstream.taken, wait_s, arena, &page, &hurry, err));
    if (hurry) {
        *ret_more = true;
        return ERR_OK;
    }
    struct store_cursor *until = &page.page.until;
    if (uuid_equal(until->server_id, store_info(round->store)->server_id))
        return err_set(err, ERR_CONFLICT, "this server was told to sync with itself", 0);
    if (page.restarted || !is_same_city(until, &upstream.taken)) {
        /* S22: it may have lost what it had of us, so it is asked and told from 0 again. */
        const struct store_cursor anew = {until->server_id, until->epoch, 0, 0, {{0}}};
        round->totals.restarted |= !uuid_is_nil(upstream.taken.server_id);
        TRY(store_upstream_begin(round->store, &anew, err));
        if (!page.restarted) { /* this page was counted from elsewhere */
            *ret_more = true;
            return ERR_OK;
        }
    }
    const struct peer_source city = {.upstream = true, .follows = true};
    const bool nothing = page.page.count == 0 && page.page.photo_count == 0 &&
                         until->change == upstream.taken.change &&
                         until->news == upstream.taken.news;
    if (nothing)
        return store_upstream_met(round->store, round->now_ms(), err);
    const struct store_cursor start = {0};
    const struct store_cursor *from = page.restarted ? &start : &upstream.taken;
    if (page.page.more && until->change <= from->change && until->news <= from->news)
        return err_set(err, ERR_FORMAT, "the other server sends pages that lead nowhere", 0);
    const uint64_t news = until->news;
    if (page.page.photo_count) {
        until->news = from->news; /* until they are here */
        TRY(peer_apply_page(round, &page, &city, arena, err));
        TRY(pull_photos(round, &page.page, err));
        page.page.count = 0;
        until->news = news;
    }
    TRY(peer_apply_page(round, &page, &city, arena, err));
    *ret_more = page.page.more;
    return ERR_OK;
}

enum err_code peer_round_pull(struct peer_round *round, int wait_s, bool *ret_more, struct err *err)
{
    struct arena arena;
    arena_init(&arena, 0);
    const enum err_code code = pull_page(round, wait_s, &arena, ret_more, err);
    arena_done(&arena);
    return code;
}

enum err_code peer_round_run(struct peer_round *round, struct err *err)
{
    for (bool more = true; more;) {
        bool pulled = true, pushed = true;
        while (pulled)
            TRY(peer_round_pull(round, 0, &pulled, err));
        while (pushed)
            TRY(peer_round_push(round, &pushed, err));
        /* What was pushed comes back with the city's receipts; what came meanwhile too. */
        TRY(peer_round_pull(round, 0, &more, err));
    }
    return ERR_OK;
}
