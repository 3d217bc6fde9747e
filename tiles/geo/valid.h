/*
 * valid: does a polygon keep the rules of vector tiles?
 *
 * Purpose    Decides whether a snapped or clipped polygon must be repaired; tests hold every tile
 *            against it.
 * Rules      Rings of three or more vertices, none repeated, with area; exteriors clockwise as
 * seen, holes the other way, each behind its exterior and inside it; no ring crosses, overlaps or
 * touches itself; no two rings cross or overlap. Rings of one polygon may touch in points. Frame
 * Differences of coordinates below 2^30. Standard   Mapbox Vector Tile 2.1, section 4.3.4.4.
 */
#pragma once

#include "tiles/base/arena.h"
#include "tiles/geo/geometry.h"

enum geo_fault {
    GEO_VALID,
    GEO_FAULT_COUNT,  /* a ring of less than three vertices */
    GEO_FAULT_REPEAT, /* a vertex twice in a row */
    GEO_FAULT_AREA,   /* a ring without area */
    GEO_FAULT_ORDER,  /* a hole before its exterior: the first ring must be one */
    GEO_FAULT_SELF,   /* a ring meets itself */
    GEO_FAULT_RINGS,  /* two rings cross or overlap */
    GEO_FAULT_HOLE,   /* a hole lies outside its exterior or in another hole */
    GEO_FAULT_NOMEM,
};

const char *geo_fault_text(enum geo_fault fault);

/* The first fault in the order of the list. */
enum geo_fault geo_valid_polygon(const struct geometry *polygon, struct arena *scratch);
