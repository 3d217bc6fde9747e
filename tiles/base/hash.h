/*
 * hash: a fast 64-bit hash for tables in memory and for finding equal bytes.
 *
 * Standard   Own mix over the folded 64×64→128-bit product, after wyhash (Wang Yi, public domain).
 *            Not cryptographic; not a file format: nothing stored may depend on its value.
 */
#pragma once

#include <stdint.h>

#include "tiles/base/span.h"

__extension__ typedef unsigned __int128 hash_wide;

static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
    const hash_wide product = (hash_wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t hash_bytes(struct span bytes, uint64_t seed)
{
    static const uint64_t k0 = 0xA0761D6478BD642F, k1 = 0xE7037ED1A0B428DB;
    const uint8_t *at = bytes.data;
    uint64_t hash = seed ^ k0;
    size_t left = bytes.len;
    for (; left >= 16; left -= 16, at += 16) {
        uint64_t a, b;
        memcpy(&a, at, 8);
        memcpy(&b, at + 8, 8);
        hash = hash_mix(a ^ k1, b ^ hash);
    }
    uint64_t a = 0, b = 0;
    if (left >= 8) {
        memcpy(&a, at, 8);
        memcpy(&b, at + 8, left - 8);
    } else if (left) {
        memcpy(&a, at, left);
    }
    return hash_mix(k1 ^ bytes.len, hash_mix(a ^ k1, b ^ hash));
}
