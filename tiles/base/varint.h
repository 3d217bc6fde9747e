/*
 * varint: base-128 integers and zigzag, as Protocol Buffers and PMTiles write them.
 *
 * Standard   Protocol Buffers, "Encoding", Base 128 Varints and Signed Integers.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiles/base/span.h"

enum { VARINT_MAX = 10 }; /* bytes of the longest */

static inline size_t varint_put(uint8_t *at, uint64_t value)
{
    size_t len = 0;
    while (value >= 0x80) {
        at[len++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    at[len++] = (uint8_t)value;
    return len;
}

/* Takes one from the front of *from; false when it is cut off or longer than 64 bits. */
static inline bool varint_take(struct span *from, uint64_t *ret)
{
    uint64_t value = 0;
    for (size_t i = 0; i < from->len && i < VARINT_MAX; i++) {
        const uint8_t byte = from->data[i];
        if (i == 9 && byte > 1)
            return false;
        value |= (uint64_t)(byte & 0x7F) << (7 * i);
        if (byte < 0x80) {
            from->data += i + 1;
            from->len -= i + 1;
            *ret = value;
            return true;
        }
    }
    return false;
}

static inline uint64_t zigzag_from_int(int64_t value)
{
    return ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
}

static inline int64_t int_from_zigzag(uint64_t value)
{
    return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}
