#include "tiles/base/arena.h"

#include <stdlib.h>

struct arena_block {
    struct arena_block *older;
    size_t size; /* usable bytes behind this header */
    size_t used;
    _Alignas(max_align_t) uint8_t bytes[];
};

enum { ALIGN = _Alignof(max_align_t), FIRST_BLOCK = 4096, LARGEST_STEP = 1 << 20 };

void arena_init(struct arena *arena, size_t limit)
{
    *arena = (struct arena){.limit = limit};
}

static void free_from(struct arena_block *block)
{
    while (block) {
        struct arena_block *older = block->older;
        free(block);
        block = older;
    }
}

void arena_done(struct arena *arena)
{
    if (!arena)
        return;
    free_from(arena->newest);
    *arena = (struct arena){.limit = arena->limit};
}

void arena_reset(struct arena *arena)
{
#ifdef ARENA_SEPARATE
    arena_done(arena);
#else
    struct arena_block *keep = arena->newest;
    if (keep) {
        free_from(keep->older);
        keep->older = NULL;
        keep->used = 0;
    }
    arena->used = 0;
#endif
}

static struct arena_block *add_block(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX - sizeof(struct arena_block))
        return NULL;
    struct arena_block *block = malloc(sizeof(struct arena_block) + size);
    if (!block)
        return NULL;
    block->older = arena->newest;
    block->size = size;
    block->used = 0;
    arena->newest = block;
    return block;
}

/* Blocks double up to a megabyte: few calls for large jobs, little waste for small ones. */
static size_t next_block_size(const struct arena *arena, size_t wanted)
{
#ifdef ARENA_SEPARATE
    (void)arena;
    return wanted;
#else
    size_t size = arena->newest ? arena->newest->size * 2 : FIRST_BLOCK;
    if (size > LARGEST_STEP)
        size = LARGEST_STEP;
    return size < wanted ? wanted : size;
#endif
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX - ALIGN)
        return NULL;
    const size_t rounded = size == 0 ? ALIGN : (size + ALIGN - 1) / ALIGN * ALIGN;
    if (arena->limit && (rounded > arena->limit || arena->used > arena->limit - rounded))
        return NULL;
    struct arena_block *block = arena->newest;
#ifdef ARENA_SEPARATE
    block = NULL;
    if (size == 0)
        size = 1;
#else
    size = rounded;
#endif
    if (!block || block->size - block->used < size) {
        block = add_block(arena, next_block_size(arena, size));
        if (!block)
            return NULL;
    }
    void *piece = block->bytes + block->used;
    block->used += size;
    arena->used += rounded;
    return piece;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    return size_mul(count, size, &total) ? arena_alloc(arena, total) : NULL;
}

void *arena_zero(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (!size_mul(count, size, &total))
        return NULL;
    void *piece = arena_alloc(arena, total);
    return piece ? memset(piece, 0, total) : NULL;
}

char *arena_copy(struct arena *arena, struct span bytes)
{
    if (bytes.len == SIZE_MAX)
        return NULL;
    char *copy = arena_alloc(arena, bytes.len + 1);
    if (!copy)
        return NULL;
    if (bytes.len)
        memcpy(copy, bytes.data, bytes.len);
    copy[bytes.len] = '\0';
    return copy;
}
