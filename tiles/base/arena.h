/*
 * arena: a bump allocator; what a call returns lives in an arena and dies with it.
 *
 * Ownership  Nobody frees single pieces. arena_done frees everything; arena_reset keeps the newest
 *            block for the next round.
 * Errors     NULL when memory is gone, when `limit` would be passed, or when a product overflows.
 * Checking   With -DARENA_SEPARATE each piece has a malloc of its own, so that AddressSanitizer
 *            sees overruns.
 * Threads    One arena belongs to one thread at a time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiles/base/attr.h"
#include "tiles/base/span.h"

struct arena_block;

struct arena {
    struct arena_block *newest;
    size_t used;  /* bytes handed out since init or reset */
    size_t limit; /* 0: none */
};

void arena_init(struct arena *arena, size_t limit);
void arena_done(struct arena *arena);
void arena_reset(struct arena *arena);

/* Memory aligned for any type; not cleared. A size of 0 gives a valid, distinct piece. */
MUST_CHECK void *arena_alloc(struct arena *arena, size_t size);
MUST_CHECK void *arena_array(struct arena *arena, size_t count, size_t size);
MUST_CHECK void *arena_zero(struct arena *arena, size_t count, size_t size);

/* Copies; the copy of a string is closed by a zero byte in either case. */
MUST_CHECK char *arena_copy(struct arena *arena, struct span bytes);

/* a × b in *ret, or false when it does not fit. */
MUST_CHECK static inline bool size_mul(size_t a, size_t b, size_t *ret)
{
    return !__builtin_mul_overflow(a, b, ret);
}

#define ARENA_NEW(arena, type) ((type *)arena_zero((arena), 1, sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_array((arena), (count), sizeof(type)))
