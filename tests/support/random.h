/* random: the same numbers on every machine, for tests that try many shapes. */
#pragma once

#include <stdint.h>

static inline uint32_t random_next(uint64_t *state)
{
    /* SplitMix64, Sebastiano Vigna, public domain. */
    uint64_t z = *state += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return (uint32_t)((z ^ (z >> 31)) >> 32);
}

static inline int32_t random_between(uint64_t *state, int32_t min, int32_t max)
{
    return min + (int32_t)(random_next(state) % (uint32_t)(max - min + 1));
}
