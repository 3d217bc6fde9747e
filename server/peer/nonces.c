/*
 * A table with open addressing. A nonce may be forgotten when its request's time has left the
 * window: the time alone then refuses it. So that a restart, which forgets all, lets nothing in
 * again, requests signed before the start are refused as of a wrong time.
 */
#include <pthread.h>
#include <stdlib.h>

#include "server/peer/sign.h"

enum { SLOTS = 1 << 16, FILL_MAX = SLOTS / 2 };

struct slot {
    int64_t time_ms; /* 0: empty */
    uint8_t nonce[PEER_NONCE];
};

struct peer_nonces {
    pthread_mutex_t lock;
    int64_t since_ms; /* nothing from before */
    size_t count;
    struct slot *slots;
};

enum err_code peer_nonces_open(int64_t now_ms, struct peer_nonces **ret, struct err *err)
{
    struct peer_nonces *nonces = calloc(1, sizeof *nonces);
    struct slot *slots = calloc(SLOTS, sizeof *slots);
    if (!nonces || !slots) {
        free(nonces);
        free(slots);
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    }
    *nonces = (struct peer_nonces){.since_ms = now_ms, .slots = slots};
    pthread_mutex_init(&nonces->lock, NULL);
    *ret = nonces;
    return ERR_OK;
}

void peer_nonces_close(struct peer_nonces *nonces)
{
    if (!nonces)
        return;
    pthread_mutex_destroy(&nonces->lock);
    free(nonces->slots);
    free(nonces);
}

/* The slot of this nonce, or the empty one where it belongs. Nonces of good signatures are the
 * peer's own random bytes; one that makes them alike only slows its own requests. */
static struct slot *find(struct slot *slots, const uint8_t nonce[PEER_NONCE])
{
    size_t at = (size_t)nonce[0] | (size_t)nonce[1] << 8;
    while (slots[at].time_ms != 0 && memcmp(slots[at].nonce, nonce, PEER_NONCE) != 0)
        at = (at + 1) % SLOTS;
    return &slots[at];
}

/* Keeps what may still come again; false without memory. */
static bool sweep(struct peer_nonces *nonces, int64_t now_ms)
{
    struct slot *slots = calloc(SLOTS, sizeof *slots);
    if (!slots)
        return false;
    nonces->count = 0;
    for (size_t i = 0; i < SLOTS; i++) {
        const struct slot *old = &nonces->slots[i];
        if (old->time_ms == 0 || old->time_ms < now_ms - PEER_WINDOW_MS)
            continue;
        *find(slots, old->nonce) = *old;
        nonces->count++;
    }
    free(nonces->slots);
    nonces->slots = slots;
    return true;
}

static enum peer_freshness take(struct peer_nonces *nonces, const struct peer_signature *signature,
                                int64_t now_ms)
{
    if (now_ms < nonces->since_ms)
        nonces->since_ms = now_ms; /* our own clock was set back */
    if (signature->time_ms < nonces->since_ms || signature->time_ms < now_ms - PEER_WINDOW_MS ||
        signature->time_ms > now_ms + PEER_WINDOW_MS)
        return PEER_WRONG_TIME;
    struct slot *slot = find(nonces->slots, signature->nonce);
    if (slot->time_ms != 0)
        return PEER_REPLAYED;
    if (nonces->count >= FILL_MAX) {
        if (!sweep(nonces, now_ms) || nonces->count >= FILL_MAX)
            return PEER_TOO_MANY;
        slot = find(nonces->slots, signature->nonce);
    }
    slot->time_ms = signature->time_ms;
    memcpy(slot->nonce, signature->nonce, PEER_NONCE);
    nonces->count++;
    return PEER_FRESH;
}

enum peer_freshness peer_nonces_take(struct peer_nonces *nonces,
                                     const struct peer_signature *signature, int64_t now_ms)
{
    pthread_mutex_lock(&nonces->lock);
    const enum peer_freshness freshness = take(nonces, signature, now_ms);
    pthread_mutex_unlock(&nonces->lock);
    return freshness;
}
