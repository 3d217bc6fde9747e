/*
 * pool: jobs done by several threads, taken back in the order they were given.
 *
 * Purpose    Whatever the threads do and however many they are, the caller sees one order; so its
 *            output cannot depend on them.
 * Use        new · while there is work: (full → take) · give · at the end take until NULL · free.
 * Ownership  Jobs and workers' states belong to the caller; a job is the pool's from give to take.
 * Threads    One caller. `run` is called on worker threads, with the state of its worker.
 */
#pragma once

#include <stdbool.h>

#include "tiles/base/attr.h"
#include "tiles/base/err.h"

struct pool;

/* `states[i]` is handed to worker i. At most `room` jobs are inside at once. */
MUST_CHECK enum err_code pool_new(unsigned threads, unsigned room,
                                  void (*run)(void *state, void *job), void *const *states,
                                  struct pool **ret, struct err *err);
/* Waits for running jobs; those never begun are dropped. */
void pool_free(struct pool *pool);
DEFINE_CLEANUP(struct pool, pool_free)

bool pool_is_full(const struct pool *pool);
/* Only when it is not full. */
void pool_give(struct pool *pool, void *job);
/* The oldest job, done; waits for it. NULL when there is none inside. */
void *pool_take(struct pool *pool);
