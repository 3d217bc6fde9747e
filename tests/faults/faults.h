/*
 * faults: what the test says should go wrong in a running server, in memory that both share.
 *
 * Purpose    The test writes numbers into a file of one page; the shim inside the server maps it
 *            and obeys at once. Offsets are those of control.mjs.
 * Units      Times are Unix milliseconds; calls and allocations count from 1 since the last reset.
 * Threads    Every field is atomic; the server's threads read, the test writes (and the other way
 *            round for the counters).
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct faults {
    atomic_int_least64_t now_ms;     /* what the server takes for the time; 0: the real one */
    atomic_int_least64_t random;     /* state of its random numbers; 0: real ones */
    atomic_int_least64_t calls;      /* writes, syncs, renames … of files so far */
    atomic_int_least64_t die_at;     /* kill -9 just before this call; 0: never */
    atomic_int_least64_t fail_errno; /* calls that need room or the right to write end so; 0: not */
    atomic_int_least64_t fail_from;  /* the first call that does */
    atomic_int_least64_t allocations;     /* counted while fail_allocation is not 0 */
    atomic_int_least64_t fail_allocation; /* this one finds no memory */
    atomic_int_least64_t rests;           /* counted up: whoever waits for a time wakes now */
    atomic_int_least64_t waiting;         /* how many timed waits have begun */
    atomic_int_least64_t still;           /* 1: timed waits end by `rests` alone */
};

/* The page of this process; NULL where nothing is to go wrong. */
extern struct faults *faults_page;

/* Maps a page of the test's; a path that cannot be mapped ends the process: a test without its
 * faults would only seem to pass. */
void faults_map(const char *path);

/* Serves as the parent of many servers (zygote.c): returns in each child, with its arguments. */
void zygote_run(int *argc, char ***argv);
