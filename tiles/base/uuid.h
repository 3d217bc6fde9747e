/*
 * uuid: 16 bytes that name a thing for ever.
 *
 * Purpose    Ids are made where the thing is born (UUIDv7), so that nothing waits for a server.
 * Errors     uuid_from refuses what is not the 36-character form; *ret is untouched then.
 * Standard   RFC 9562: text in section 4, version 7 in section 5.7. Letters of either case are
 * read, lower case is written.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "tiles/base/attr.h"
#include "tiles/base/span.h"

enum { UUID_BYTES = 16, UUID_TEXT = 36 };

struct uuid {
    uint8_t bytes[UUID_BYTES];
};

static inline bool uuid_equal(struct uuid a, struct uuid b)
{
    return memcmp(a.bytes, b.bytes, UUID_BYTES) == 0;
}

static inline int uuid_compare(struct uuid a, struct uuid b)
{
    return memcmp(a.bytes, b.bytes, UUID_BYTES);
}

/* False when `bytes` are not 16. */
MUST_CHECK static inline bool uuid_from_bytes(struct span bytes, struct uuid *ret)
{
    if (bytes.len != UUID_BYTES)
        return false;
    memcpy(ret->bytes, bytes.data, UUID_BYTES);
    return true;
}

static inline bool uuid_is_nil(struct uuid id)
{
    return uuid_equal(id, (struct uuid){{0}});
}

/* 7 for the ids of this project. */
static inline unsigned uuid_version(struct uuid id)
{
    return id.bytes[6] >> 4;
}

static inline int uuid_digit_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

MUST_CHECK static inline bool uuid_from(struct span text, struct uuid *ret)
{
    if (text.len != UUID_TEXT)
        return false;
    struct uuid id;
    size_t at = 0;
    for (size_t i = 0; i < UUID_BYTES; i++) {
        if (at == 8 || at == 13 || at == 18 || at == 23) {
            if (text.data[at++] != '-')
                return false;
        }
        const int high = uuid_digit_value(text.data[at]);
        const int low = uuid_digit_value(text.data[at + 1]);
        if (high < 0 || low < 0)
            return false;
        id.bytes[i] = (uint8_t)(high << 4 | low);
        at += 2;
    }
    *ret = id;
    return true;
}

/* Writes 36 characters and a closing zero. */
static inline void uuid_text(struct uuid id, char ret[UUID_TEXT + 1])
{
    static const char digits[] = "0123456789abcdef";
    size_t at = 0;
    for (size_t i = 0; i < UUID_BYTES; i++) {
        if (at == 8 || at == 13 || at == 18 || at == 23)
            ret[at++] = '-';
        ret[at++] = digits[id.bytes[i] >> 4];
        ret[at++] = digits[id.bytes[i] & 15];
    }
    ret[at] = '\0';
}

/* Version 7 from a time and 10 random bytes, which the caller brings. */
static inline struct uuid uuid_from_time(int64_t unix_ms, const uint8_t random[10])
{
    struct uuid id;
    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)((uint64_t)unix_ms >> (8 * (5 - i)));
    memcpy(id.bytes + 6, random, 10);
    id.bytes[6] = (uint8_t)(0x70 | (id.bytes[6] & 0x0F));
    id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3F));
    return id;
}

/* Version 8 from 16 bytes of a hash: the same bytes give the same id. */
static inline struct uuid uuid_from_hash(const uint8_t hash[UUID_BYTES])
{
    struct uuid id;
    memcpy(id.bytes, hash, UUID_BYTES);
    id.bytes[6] = (uint8_t)(0x80 | (id.bytes[6] & 0x0F));
    id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3F));
    return id;
}
