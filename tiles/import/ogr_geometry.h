/*
 * ogr_geometry: OGR's geometry, in degrees, becomes ours.
 *
 * Rules      Curves become lines; of a collection the polygons count, else the lines, else the
 *            points; bodies (PolyhedralSurface, TIN) are seen from above.
 */
#pragma once

#include <ogr_api.h>

#include "tiles/import/shape.h"

MUST_CHECK enum err_code ogr_geometry(OGRGeometryH geometry, struct shape *shape,
                                      struct arena *arena, struct geometry *ret,
                                      uint32_t *ret_repairs, enum refusal_reason *ret_refused,
                                      struct err *err);
