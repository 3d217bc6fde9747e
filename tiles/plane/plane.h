/*
 * plane: longitude and latitude to metres in a plane zone of Japan, by PROJ.
 *
 * Purpose    Distances and areas that a planner can lay a ruler on: clusters, later shade and
 * walks. Units      x to the east, y to the north, in millimetres, as integers: after this step
 * every machine computes alike. Zones      JGD2011 / Japan Plane Rectangular CS I–XIX are
 * EPSG:6669–6687; Kumagaya lies in IX, EPSG:6677. JGD2011 and WGS 84 are taken as equal (the
 * difference is below 1 m and PROJ treats it as none). Threads    One handle belongs to one thread
 * at a time. Errors     ERR_UNSUPPORTED for a code that is no plane zone or that PROJ's database
 * does not know; ERR_RANGE for a place that cannot be projected.
 */
#pragma once

#include "tiles/base/err.h"
#include "tiles/geo/geometry.h"

enum { PLANE_KUMAGAYA = 6677 };

struct plane;

MUST_CHECK enum err_code plane_open(int epsg, struct plane **ret, struct err *err);
void plane_close(struct plane *plane);
DEFINE_CLEANUP(struct plane, plane_close)

MUST_CHECK enum err_code plane_from_e7(struct plane *plane, int32_t lon_e7, int32_t lat_e7,
                                       struct geo_mm *ret, struct err *err);
MUST_CHECK enum err_code plane_to_e7(struct plane *plane, struct geo_mm point, int32_t *ret_lon_e7,
                                     int32_t *ret_lat_e7, struct err *err);
