/*
 * segment: pairs of segments that may meet, and how they do.
 *
 * Purpose    One sweep for the check and for the repair of polygons.
 * Frame      Differences of coordinates below 2^30 (GEO_SPAN_MAX).
 */
#pragma once

#include "tiles/base/arena.h"
#include "tiles/geo/ring.h"

struct geo_segment {
    struct geo_xy a, b;
};

enum geo_meeting {
    GEO_APART,
    GEO_TOUCH,   /* an end of one lies on the other, or ends coincide */
    GEO_CROSS,   /* in a point inside both */
    GEO_OVERLAP, /* along a piece of positive length */
};

enum geo_meeting geo_segment_meeting(struct geo_segment s, struct geo_segment t);

/* Strictly between the ends. */
bool geo_segment_holds(struct geo_segment s, struct geo_xy point);

/* The lattice point nearest to where two crossing segments cross. */
struct geo_xy geo_segment_crossing(struct geo_segment s, struct geo_segment t);

/* Calls meet(context, i, j) for each pair whose boxes meet, in an order that depends on the
 * segments alone; stops when it returns false. False when memory was gone. */
MUST_CHECK bool geo_segment_pairs(const struct geo_segment *segments, uint32_t count,
                                  struct arena *scratch,
                                  bool (*meet)(void *context, uint32_t i, uint32_t j),
                                  void *context);
