/*
 * ogr_kind: which layer a feature of a foreign source belongs to.
 *
 * Rules      1. A kind of city.def says it: "roof" is a building, "pond" water, "bench" a place.
 *            2. A layer's own name as kind ("green") says it, without a kind inside the layer.
 *            3. Another word: polygons with a height are buildings, polygons without are land use
 *               of that kind, lines roads, points places of that kind.
 *            4. No word: polygons are buildings, lines roads, points places.
 *            A kind that cannot have this geometry (a tree as polygon) is refused.
 */
#pragma once

#include <stdbool.h>

#include "tiles/base/span.h"
#include "tiles/geo/geometry.h"
#include "tiles/tiler/feature.h"

struct ogr_kind {
    enum city_layer layer;
    struct span kind; /* the tag's value; empty: none */
};

/* false: the kind does not fit the geometry. */
bool ogr_kind_of(struct span word, enum geo_type type, bool has_height, struct ogr_kind *ret);
