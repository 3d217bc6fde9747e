/*
 * density: groups points that lie close together (DBSCAN).
 *
 * Purpose    Comments that people wrote about one spot become one cluster, however many there are
 *            and whatever its outline; a lone comment belongs to none.
 * Units      Millimetres in a plane (JGD2011 plane zone for Kumagaya: EPSG:6677). Integers, so
 *            that every machine and the browser decide a distance alike.
 * Definition A point is a core when at least `min_points` points, itself included, lie within
 *            `radius_mm`, the bound included. Cores within the radius of each other share a
 *            cluster. A point that is no core but near one joins, of those clusters, the one with
 *            the smallest number. Clusters are numbered from 0 in the order of their first core
 *            in the input. Ester, Kriegel, Sander, Xu: A Density-Based Algorithm for Discovering
 *            Clusters, KDD 1996; numbers and border points as scikit-learn's DBSCAN gives them.
 * Method     A grid of cells whose diagonal is the radius (Gunawan 2013): a cell with min_points
 *            points is all core without a distance computed; cells are joined by union-find.
 * Ownership  Labels live in the arena. Scratch memory is taken from it, too.
 * Errors     ERR_PARAM for a radius of 0 or above 100 km or min_points of 0; ERR_RANGE
 *            with the point's index; ERR_NOMEM.
 */
#pragma once

#include <stdint.h>

#include "tiles/base/arena.h"
#include "tiles/base/err.h"
#include "tiles/geo/geometry.h"

enum { CLUSTER_NONE = -1, CLUSTER_MAX_RADIUS_MM = 100 * 1000 * 1000 };

struct cluster_labels {
    uint32_t count; /* points */
    uint32_t clusters;
    int32_t *label;   /* of each point: 0 … clusters − 1 or CLUSTER_NONE */
    uint8_t *is_core; /* of each point: 0 or 1 */
};

MUST_CHECK enum err_code cluster_density(const struct geo_mm *points, uint32_t count,
                                         uint32_t radius_mm, uint32_t min_points,
                                         struct arena *arena, struct cluster_labels *ret,
                                         struct err *err);
