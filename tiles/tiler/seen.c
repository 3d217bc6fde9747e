#include "tiles/tiler/seen.h"

#include <stdlib.h>

#include "tiles/base/hash.h"

void seen_init(struct seen *seen)
{
    *seen = (struct seen){0};
}

void seen_done(struct seen *seen)
{
    free(seen->slots);
    *seen = (struct seen){0};
}

static uint64_t *find(uint64_t *slots, size_t room, uint64_t key)
{
    size_t at = (size_t)hash_mix(key, 0x9E3779B97F4A7C15) & (room - 1);
    while (slots[at] && slots[at] != key)
        at = (at + 1) & (room - 1);
    return &slots[at];
}

static bool grow(struct seen *seen)
{
    const size_t room = seen->room ? seen->room * 2 : 4096;
    uint64_t *slots = calloc(room, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < seen->room; i++)
        if (seen->slots[i])
            *find(slots, room, seen->slots[i]) = seen->slots[i];
    free(seen->slots);
    seen->slots = slots;
    seen->room = room;
    return true;
}

bool seen_add(struct seen *seen, unsigned layer, uint64_t id, bool *ret_new)
{
    if (seen->count * 2 >= seen->room && !grow(seen))
        return false;
    const uint64_t key = (uint64_t)layer << 53 | id; /* not 0, for id is not */
    uint64_t *slot = find(seen->slots, seen->room, key);
    *ret_new = *slot == 0;
    if (*ret_new) {
        *slot = key;
        seen->count++;
    }
    return true;
}
