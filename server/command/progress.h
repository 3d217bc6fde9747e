/*
 * progress: how far long work has come, on standard error.
 *
 * Purpose    A bar on a terminal; elsewhere a plain line now and then, so that a log stays short.
 * Use        progress_begin → progress_to as often as one likes → progress_finish. What else a
 *            command prints in between goes through progress_line, so that it does not tear the
 * bar. For work told by callbacks that carry nothing: progress_show … progress_end. Threads    One
 * thread at a time.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/attr.h"

struct progress {
    const char *what;     /* "reading", "cutting tiles" */
    const char *unit;     /* "bytes" is shown as kB, MB …; else the word */
    uint64_t total, done; /* total 0: unknown */
    int64_t begun_ms, shown_ms;
    bool terminal, bar_stands;
    char item[256]; /* what is being worked on */
};

void progress_begin(struct progress *progress, const char *what, const char *unit, uint64_t total);
/* `item` may be NULL: the same as before. */
void progress_to(struct progress *progress, uint64_t done, const char *item);
void progress_line(struct progress *progress, const char *format, ...) PRINTF_LIKE(2, 3);
void progress_finish(struct progress *progress);

/* The process's own bar, one there is: another word begins anew. */
void progress_show(const char *word, uint64_t done, uint64_t total);
/* Takes that bar away. */
void progress_end(void);

/* Monotonic time. */
int64_t progress_now_ms(void);
