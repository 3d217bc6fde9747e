/*
 * commands: command integers and zigzag steps to a geometry.
 *
 * Errors     MVT_COMMANDS_BROKEN: they do not add up (sections 4.3.1 to 4.3.3). MVT_COMMANDS_EMPTY:
 *            a shape that is no shape (a line without length, a ring of two), so that the rest of
 *            the tile can still be read.
 */
#pragma once

#include "tiles/base/arena.h"
#include "tiles/geo/geometry.h"

enum mvt_commands_result {
    MVT_COMMANDS_OK,
    MVT_COMMANDS_BROKEN,
    MVT_COMMANDS_EMPTY,
    MVT_COMMANDS_NOMEM,
};

MUST_CHECK enum mvt_commands_result mvt_commands_read(struct span commands, enum geo_type type,
                                                      struct arena *arena, struct geometry *ret);
