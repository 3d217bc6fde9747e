/*
 * citygml_feature: a city object becomes a feature, or a reason why not.
 *
 * Purpose    citygml_building knows heights and footprints, citygml_object the other classes.
 * Ownership  The feature and its tags live in the arena and borrow texts of the member.
 */
#pragma once

#include "tiles/base/arena.h"
#include "tiles/import/citygml_member.h"
#include "tiles/import/made.h"
#include "tiles/import/shape.h"

MUST_CHECK enum err_code citygml_building(const struct member *member, struct shape *shape,
                                          struct arena *arena, struct made_feature *ret,
                                          struct err *err);
MUST_CHECK enum err_code citygml_object(const struct member *member, struct shape *shape,
                                        struct arena *arena, struct made_feature *ret,
                                        struct err *err);

/* Adds the polygon to the shape as it is. */
void citygml_add_polygon(const struct member *member, uint32_t polygon, struct shape *shape,
                         struct arena *arena);

/* Lowest and highest point of a polygon. */
void citygml_polygon_z(const struct member *member, uint32_t polygon, double *low, double *high);
