#include "tiles/import/feature_id.h"

static uint64_t fnv1a(uint64_t hash, struct span bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        hash = (hash ^ bytes.data[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t finish(uint64_t hash)
{
    hash ^= hash >> 33;
    hash *= UINT64_C(0xff51afd7ed558ccd);
    hash ^= hash >> 33;
    hash *= UINT64_C(0xc4ceb9fe1a85ec53);
    hash ^= hash >> 33;
    hash >>= 11;
    return hash ? hash : 1;
}

static const uint64_t basis = UINT64_C(0xcbf29ce484222325);

uint64_t feature_id_from_text(struct span id)
{
    return finish(fnv1a(basis, id));
}

uint64_t feature_id_from_number(const char *source, uint64_t number)
{
    uint64_t hash = fnv1a(basis, span_from_str(source));
    const uint8_t zero = 0;
    hash = fnv1a(hash, span_of(&zero, 1));
    uint8_t bytes[8];
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    return finish(fnv1a(hash, span_of(bytes, sizeof bytes)));
}
