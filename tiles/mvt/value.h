/*
 * value: what an attribute of a feature can hold.
 *
 * Purpose    The same values travel from import through the tiler into vector tiles.
 * Rules      There are no doubles: tiles carry the shortest of integer and float that is exact.
 * Ownership  A string borrows.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/span.h"

enum value_type { VALUE_NULL, VALUE_STRING, VALUE_INT, VALUE_FLOAT, VALUE_BOOL };

struct value {
    enum value_type type;
    union {
        struct span string; /* UTF-8 */
        int64_t integer;
        float number;
        bool boolean;
    };
};
