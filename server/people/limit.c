#include "server/people/limit.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "server/app.h"
#include "server/clock.h"

enum {
    SLOTS_DEFAULT = 65536,
    LOOKED_AT = 8, /* slots that a key may lie in */
    MICRO = 1000000,
};

/* Tokens are counted in millionths, so that a slow rate loses nothing between two looks. */
static const struct {
    int64_t burst; /* millionths */
    int64_t per_ms;
} rates[LIMIT_COUNT] = {
#define LIMIT(code, at_once, per_minute)                                                           \
    [code] = {(int64_t)(at_once)*MICRO, (int64_t)(per_minute)*MICRO / 60000},
#define LIMIT_SLOW(code, at_once, minutes)                                                         \
    [code] = {(int64_t)(at_once)*MICRO, (int64_t)(at_once)*MICRO / ((int64_t)(minutes)*60000)},
#include "server/people/limit.def"
};

struct bucket {
    uint64_t key; /* 0: free */
    int64_t tokens, at_ms;
    enum limit limit;
};

struct limits {
    pthread_mutex_t lock;
    uint8_t secret[crypto_shorthash_KEYBYTES];
    size_t slots; /* a power of two */
    struct bucket *buckets;
};

enum err_code limits_open(size_t slots, struct limits **ret, struct err *err)
{
    struct limits *limits = calloc(1, sizeof *limits);
    if (limits) {
        limits->slots = slots ? slots : SLOTS_DEFAULT;
        assert((limits->slots & (limits->slots - 1)) == 0);
        limits->buckets = calloc(limits->slots, sizeof *limits->buckets);
    }
    if (!limits || !limits->buckets) {
        free(limits);
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    }
    randombytes_buf(limits->secret, sizeof limits->secret);
    pthread_mutex_init(&limits->lock, NULL);
    *ret = limits;
    return ERR_OK;
}

void limits_close(struct limits *limits)
{
    if (!limits)
        return;
    pthread_mutex_destroy(&limits->lock);
    free(limits->buckets);
    free(limits);
}

static void fill(struct bucket *bucket, int64_t now_ms)
{
    const int64_t burst = rates[bucket->limit].burst, rate = rates[bucket->limit].per_ms;
    const int64_t passed = now_ms > bucket->at_ms ? now_ms - bucket->at_ms : 0;
    const int64_t missing = burst - bucket->tokens;
    bucket->tokens = passed > missing / rate ? burst : bucket->tokens + passed * rate;
    bucket->at_ms = now_ms;
}

/* The key's bucket, filled up to now; when it is new, in the place of the fullest of its slots. */
static struct bucket *find(struct limits *limits, enum limit limit, struct span key, int64_t now_ms)
{
    uint8_t bytes[1 + 64], hash[crypto_shorthash_BYTES];
    uint64_t number;
    assert(key.len < sizeof bytes);
    bytes[0] = (uint8_t)limit;
    memcpy(bytes + 1, key.data, key.len);
    crypto_shorthash(hash, bytes, 1 + key.len, limits->secret);
    memcpy(&number, hash, sizeof number);
    number |= number == 0;
    struct bucket *place = NULL;
    double fullest = -1;
    for (size_t i = 0; i < LOOKED_AT; i++) {
        struct bucket *bucket = &limits->buckets[(number + i) & (limits->slots - 1)];
        if (bucket->key == number) {
            fill(bucket, now_ms);
            return bucket;
        }
        if (bucket->key)
            fill(bucket, now_ms);
        const double share =
            bucket->key ? (double)bucket->tokens / (double)rates[bucket->limit].burst : 2;
        if (share > fullest) {
            fullest = share;
            place = bucket;
        }
    }
    *place = (struct bucket){number, rates[limit].burst, now_ms, limit};
    return place;
}

enum err_code limits_take(struct limits *limits, enum limit limit, struct span key, uint32_t cost,
                          int64_t now_ms, uint32_t *ret_wait_s, struct err *err)
{
    const int64_t price = (int64_t)cost * MICRO;
    pthread_mutex_lock(&limits->lock);
    struct bucket *bucket = find(limits, limit, key, now_ms);
    const int64_t missing = price - bucket->tokens;
    if (missing <= 0)
        bucket->tokens -= price;
    pthread_mutex_unlock(&limits->lock);
    if (missing <= 0)
        return ERR_OK;
    *ret_wait_s = (uint32_t)(missing / rates[limit].per_ms / 1000 + 1);
    return err_set(err, ERR_LIMIT, "that was too often: wait a while and try again", *ret_wait_s);
}

void limits_return(struct limits *limits, enum limit limit, struct span key, uint32_t cost,
                   int64_t now_ms)
{
    pthread_mutex_lock(&limits->lock);
    struct bucket *bucket = find(limits, limit, key, now_ms);
    const int64_t full = rates[limit].burst, tokens = bucket->tokens + (int64_t)cost * MICRO;
    bucket->tokens = tokens < full ? tokens : full;
    pthread_mutex_unlock(&limits->lock);
}

enum err_code people_limit(struct app *app, struct http_response *res, enum limit limit,
                           struct span key, uint32_t cost, struct err *err)
{
    if (!app->limits)
        return ERR_OK;
    return limits_take(app->limits, limit, key, cost, clock_mono_ms(), &res->retry_after_s, err);
}

enum err_code people_limit_address(struct app *app, const struct http_request *req,
                                   struct http_response *res, enum limit limit, uint32_t cost,
                                   struct err *err)
{
    /* Whoever has an IPv6 address has a network of 2^64 of them. */
    const bool mapped = memcmp(req->peer.address, (const uint8_t[10]){0}, 10) == 0;
    return people_limit(app, res, limit, span_of(req->peer.address, mapped ? 16 : 8), cost, err);
}

enum err_code people_limit_write(struct app *app, const struct http_request *req,
                                 struct http_response *res, struct uuid device_id, uint32_t count,
                                 struct err *err)
{
    if (req->peer.is_local)
        return ERR_OK;
    if (uuid_is_nil(device_id))
        return people_limit_address(app, req, res, LIMIT_POST_ADDRESS, count, err);
    TRY(people_limit(app, res, LIMIT_WRITE_DEVICE, span_of(device_id.bytes, UUID_BYTES), count,
                     err));
    return people_limit_address(app, req, res, LIMIT_WRITE_ADDRESS, count, err);
}

void people_limit_return(struct app *app, enum limit limit, struct span key, uint32_t cost)
{
    if (app->limits)
        limits_return(app->limits, limit, key, cost, clock_mono_ms());
}
