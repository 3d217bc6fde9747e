/* list: arrays that grow on an arena. Inside server/store only. */
#pragma once

#include "tiles/base/arena.h"
#include "tiles/base/err.h"

/* Makes room for one more item. Old arrays stay in the arena until it goes: at most as much again.
 */
MUST_CHECK static inline enum err_code list_grow(struct arena *arena, void **items, size_t count,
                                                 size_t *capacity, size_t size, struct err *err)
{
    if (count < *capacity)
        return ERR_OK;
    const size_t wanted = *capacity ? *capacity * 2 : 16;
    void *bigger = arena_array(arena, wanted, size);
    if (!bigger)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    if (count)
        memcpy(bigger, *items, count * size);
    *items = bigger;
    *capacity = wanted;
    return ERR_OK;
}
