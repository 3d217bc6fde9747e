/*
 * message: the numbers of the Mapbox Vector Tile format, shared by encoder, decoder and validator.
 *
 * Standard   Mapbox Vector Tile 2.1; schema/proto/vector_tile.proto.
 */
#pragma once

#include <stdint.h>

enum { MVT_EXTENT = 4096, MVT_VERSION = 2 };

enum mvt_command { MVT_MOVE_TO = 1, MVT_LINE_TO = 2, MVT_CLOSE_PATH = 7 };

/* Field number and wire type in one byte, as they stand in the file. */
enum mvt_field {
    MVT_TILE_LAYER = 3 << 3 | 2,
    MVT_LAYER_NAME = 1 << 3 | 2,
    MVT_LAYER_FEATURE = 2 << 3 | 2,
    MVT_LAYER_KEY = 3 << 3 | 2,
    MVT_LAYER_VALUE = 4 << 3 | 2,
    MVT_LAYER_EXTENT = 5 << 3 | 0,
    MVT_LAYER_VERSION = 15 << 3 | 0,
    MVT_FEATURE_ID = 1 << 3 | 0,
    MVT_FEATURE_TAGS = 2 << 3 | 2,
    MVT_FEATURE_TYPE = 3 << 3 | 0,
    MVT_FEATURE_GEOMETRY = 4 << 3 | 2,
    MVT_VALUE_STRING = 1 << 3 | 2,
    MVT_VALUE_FLOAT = 2 << 3 | 5,
    MVT_VALUE_DOUBLE = 3 << 3 | 1,
    MVT_VALUE_INT = 4 << 3 | 0,
    MVT_VALUE_UINT = 5 << 3 | 0,
    MVT_VALUE_SINT = 6 << 3 | 0,
    MVT_VALUE_BOOL = 7 << 3 | 0,
};

/* A command integer: id in the low three bits, how often it is repeated above (section 4.3.1). */
static inline uint32_t mvt_command_integer(enum mvt_command command, uint32_t count)
{
    return (uint32_t)command | count << 3;
}

enum { MVT_COUNT_MAX = (1 << 29) - 1 };
