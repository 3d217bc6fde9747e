/*
 * validate: does a tile keep every MUST of the standard?
 *
 * Purpose    Holds our own tiles against the standard in tests and in `check`.
 * Rules      What decode.h accepts without leaving anything out; version 2; an extent that is
 *            written; at least one layer and one feature in each; polygons by tiles/geo/valid.h;
 *            lines without repeated vertices; keys and values each once in a layer and all used;
 *            ids each once in a layer unless `ids_may_repeat` (a feature in several parts).
 * Errors     ERR_INVALID with the rule, `at` the number of the feature in its layer; what
 * mvt_decode says of broken bytes. Standard   Mapbox Vector Tile 2.1, sections 3 and 4.
 */
#pragma once

#include <stdbool.h>

#include "tiles/mvt/decode.h"

struct mvt_validate_counts {
    uint32_t layers, features, vertices;
};

MUST_CHECK enum err_code mvt_validate(struct span tile, bool ids_may_repeat,
                                      struct mvt_validate_counts *ret, struct err *err);
