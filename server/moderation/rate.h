/*
 * rate: did one device write more than a person can?
 *
 * Purpose    A tablet that comes back with a morning's comments is no flood: what counts is how
 * close together they were made, by the device's own clock, which needs to be right only in its
 *            steps. Where the device says no time, the receipt stands for it.
 * Units      Milliseconds.
 * Ownership  The caller's memory; a rate is zero at first.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    RATE_COUNT = 10,        /* comments and replies … */
    RATE_WINDOW_MS = 60000, /* … within a minute are no longer one person's writing */
};

struct rate {
    int64_t made_ms[RATE_COUNT]; /* the newest, in a ring */
    uint32_t count;
};

/* Notes one more; true when it and the RATE_COUNT before it lie within the window. */
bool rate_note(struct rate *rate, int64_t made_ms);
