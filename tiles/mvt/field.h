/*
 * field: one field after the other of a protobuf message.
 *
 * Standard   Protocol Buffers, "Encoding". Groups (wire types 3 and 4) are refused: no tile has
 * any.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/attr.h"
#include "tiles/base/varint.h"

struct mvt_field_value {
    uint32_t key;      /* field number and wire type, to compare with enum mvt_field */
    uint64_t number;   /* varint, fixed32 and fixed64 */
    struct span bytes; /* length-delimited */
    const uint8_t *at; /* where the field begins */
};

/* False when the rest is no field. Call only while rest.len > 0. */
MUST_CHECK static inline bool mvt_field_take(struct span *rest, struct mvt_field_value *ret)
{
    uint64_t key;
    *ret = (struct mvt_field_value){.at = rest->data};
    if (!varint_take(rest, &key) || key >> 3 == 0 || key > UINT32_MAX)
        return false;
    ret->key = (uint32_t)key;
    switch (key & 7) {
    case 0:
        return varint_take(rest, &ret->number);
    case 2: {
        uint64_t len;
        if (!varint_take(rest, &len) || len > rest->len)
            return false;
        ret->bytes = span_of(rest->data, (size_t)len);
        rest->data += len;
        rest->len -= (size_t)len;
        return true;
    }
    case 1:
    case 5: {
        const size_t len = (key & 7) == 1 ? 8 : 4;
        if (rest->len < len)
            return false;
        for (size_t i = 0; i < len; i++)
            ret->number |= (uint64_t)rest->data[i] << (8 * i);
        rest->data += len;
        rest->len -= len;
        return true;
    }
    default:
        return false;
    }
}
