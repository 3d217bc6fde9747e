/*
 * rate: did one device write more than a person can?
 *
 * Purpose    A tablet that comes back with a morning's comments is no flood, a script is.
 * Two clocks What counts first is how close together words were made, by the device's own clock,
 *            which needs to be right only in its steps: being wrong by years, set right before
 *            sending, or without a battery costs an honest tablet nothing. (The clock corrected as
 *            people are shown it, sync.md S11, would put all that a tablet with a fast clock wrote
 *            into the moment of receipt.) Where the device says no time, the receipt stands for it.
 *            A script can claim any times. So each device may also have only so much by our clock:
 *            as much as a group writes in a day at once, then as much as a person goes on writing.
 * Limits     What it remembers is in memory: a restart forgives. Who makes a device for every ten
 *            comments is met by the limits of server/people.
 * Units      Milliseconds.
 * Ownership  The caller's memory; a rate is zero at first.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    RATE_MINUTE = 10,   /* comments and replies of a device in any minute of its clock; */
    RATE_HOUR = 60,     /* in any hour of it; and the same by our clock after … */
    RATE_AT_ONCE = 200, /* … so many that may come together: four pupils' tablet, a whole day */
};

struct rate {
    int64_t made_ms[RATE_AT_ONCE]; /* the newest to come, in a ring: as many as may come together,
                                      so that lies taking turns push nothing out of sight */
    uint32_t count, next;
    int64_t paid_ms; /* our clock up to which the device's words are paid for, one each minute */
};

/* Notes one more; true when it is more than a person writes. */
bool rate_note(struct rate *rate, int64_t made_ms, int64_t received_ms);
