/*
 * run: one clustering of the comments an audience may see.
 *
 * Purpose    From comments to what a meeting can discuss: groups of comments about one spot, each
 *            with its counts by kind, card, channel and hat and the comments nearest its middle.
 * Method     Comments sorted by id → millimetres in the plane zone (tiles/plane) → density
 *            clusters (tiles/cluster) → numbered by size, then by the smallest comment id. The same
 *            comments and parameters give the same run on every machine.
 * Units      radius_mm: two comments that close belong together; min_points: comments within it
 * that make a spot worth a cluster, the comment itself included. Ownership  The run lives in the
 * arena. Errors     As store.h, tiles/plane/plane.h and tiles/cluster/density.h.
 */
#pragma once

#include "server/store/clusters.h"

enum { CLUSTER_METHOD_VERSION = 1, CLUSTER_RADIUS_MM = 30000, CLUSTER_MIN_POINTS = 3 };

struct cluster_request {
    enum store_audience audience;
    const struct uuid *space_id; /* NULL: the city's open comments */
    int epsg;
    uint32_t radius_mm, min_points;
    int64_t now_ms;
};

MUST_CHECK enum err_code cluster_run(struct store_reader *reader,
                                     const struct cluster_request *request, struct arena *arena,
                                     struct store_cluster_run *ret, struct err *err);
