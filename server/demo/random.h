/*
 * random: a small generator of our own, so that the town is the same on every machine.
 *
 * Purpose    splitmix64 (Steele, Lea, Flood 2014). A part of the town takes a stream of its own,
 *            keyed by name and number: a change in one block does not reshuffle the next.
 */
#pragma once

#include <stdint.h>

struct demo_random {
    uint64_t state;
};

static inline uint64_t demo_random_next(struct demo_random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline struct demo_random demo_random_of(uint64_t stream, uint64_t number)
{
    struct demo_random random = {.state = stream * 0xd1342543de82ef95u + number};
    random.state = demo_random_next(&random);
    return random;
}

/* [0, 1) */
static inline double demo_random_unit(struct demo_random *random)
{
    return (double)(demo_random_next(random) >> 11) * 0x1p-53;
}

static inline double demo_random_between(struct demo_random *random, double low, double high)
{
    return low + (high - low) * demo_random_unit(random);
}

/* 0 … count − 1 */
static inline int demo_random_below(struct demo_random *random, int count)
{
    return (int)(demo_random_unit(random) * count);
}

/* True in `percent` of 100 cases. */
static inline int demo_random_chance(struct demo_random *random, double percent)
{
    return demo_random_unit(random) * 100.0 < percent;
}
