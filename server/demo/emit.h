/*
 * emit: the town's lists as features in world coordinates.
 *
 * Frame      The town's metres are turned by 8° clockwise, as the railway and the river there run,
 *            and laid around 36.147° N 139.388° E on the ellipsoid GRS 80 (first order: the town is
 *            five kilometres wide, the error stays below a metre at its edge).
 */
#pragma once

#include "server/demo/city.h"
#include "tiles/tiler/feature.h"

/* Bytes for demo_building_id, with the zero. */
enum { DEMO_ID_SIZE = 12 };

/* Everything, in a fixed order. Errors of the sink are passed on. */
MUST_CHECK enum err_code demo_emit(const struct demo_city *city, const struct feature_sink *sink,
                                   struct err *err);

/* "KNY-000123" */
void demo_building_id(int number, char ret[DEMO_ID_SIZE]);

void demo_degrees(struct demo_xy at, double *ret_lon, double *ret_lat);
