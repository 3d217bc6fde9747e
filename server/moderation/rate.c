#include "server/moderation/rate.h"

#include <stddef.h>

static const int64_t minute_ms = 60000, hour_ms = 3600000;

/* Is `ms` within the window that begins at `from_ms`? Claimed times may be anything. */
static bool is_in(int64_t ms, int64_t from_ms, int64_t window_ms)
{
    int64_t after;
    return ms >= from_ms && !__builtin_sub_overflow(ms, from_ms, &after) && after < window_ms;
}

static uint32_t count_in(const struct rate *rate, int64_t from_ms, int64_t window_ms)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < rate->count; i++)
        count += is_in(rate->made_ms[i], from_ms, window_ms);
    return count;
}

/* Does some window that holds made_ms hold `most` others? It may begin at any of them. */
static bool is_crowded(const struct rate *rate, int64_t made_ms, int64_t window_ms, uint32_t most)
{
    if (count_in(rate, made_ms, window_ms) >= most)
        return true;
    for (uint32_t i = 0; i < rate->count; i++)
        if (is_in(made_ms, rate->made_ms[i], window_ms) &&
            count_in(rate, rate->made_ms[i], window_ms) >= most)
            return true;
    return false;
}

static bool pay(struct rate *rate, int64_t now_ms)
{
    const int64_t all_ms = RATE_AT_ONCE * minute_ms, oldest_ms = now_ms - all_ms;
    /* A device that is new or was long silent has everything; so has each one when our own clock
     * was set far back. */
    if (rate->paid_ms < oldest_ms || rate->paid_ms > now_ms + all_ms)
        rate->paid_ms = oldest_ms;
    if (rate->paid_ms > now_ms - minute_ms)
        return false;
    rate->paid_ms += minute_ms;
    return true;
}

bool rate_note(struct rate *rate, int64_t made_ms, int64_t received_ms)
{
    const bool is_paid = pay(rate, received_ms);
    const bool floods = !is_paid || is_crowded(rate, made_ms, minute_ms, RATE_MINUTE) ||
                        is_crowded(rate, made_ms, hour_ms, RATE_HOUR);
    rate->made_ms[rate->next] = made_ms;
    rate->next = (rate->next + 1) % RATE_AT_ONCE;
    if (rate->count < RATE_AT_ONCE)
        rate->count++;
    return floods;
}
