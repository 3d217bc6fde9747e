/*
 * seen: which (layer, id) were there before.
 *
 * Memory     16 to 32 bytes an id.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiles/base/attr.h"

struct seen {
    uint64_t *slots; /* 0: free; else layer and id, mixed into one number */
    size_t room, count;
};

void seen_init(struct seen *seen);
void seen_done(struct seen *seen);

/* *ret_new: it was not there. False when memory is gone. id is 1 … 2^53 − 1, layer below 1024. */
MUST_CHECK bool seen_add(struct seen *seen, unsigned layer, uint64_t id, bool *ret_new);
