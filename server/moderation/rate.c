#include "server/moderation/rate.h"

bool rate_note(struct rate *rate, int64_t made_ms)
{
    bool is_flood = rate->count >= RATE_COUNT;
    for (uint32_t i = 0; is_flood && i < RATE_COUNT; i++) {
        int64_t apart;
        is_flood = !__builtin_sub_overflow(made_ms, rate->made_ms[i], &apart) &&
                   apart < RATE_WINDOW_MS && apart > -RATE_WINDOW_MS;
    }
    rate->made_ms[rate->count % RATE_COUNT] = made_ms;
    /* Counts on past the ring only as far as its place needs. */
    rate->count = rate->count < 2 * RATE_COUNT - 1 ? rate->count + 1 : RATE_COUNT;
    return is_flood;
}
