/*
 * citygml_feature: a city object becomes a feature, or a reason why not.
 *
 * Purpose    citygml_building knows heights and footprints, citygml_object the other classes.
 * Ownership  The feature and its tags live in the arena and borrow texts of the member.
 */
#pragma once

#include "tiles/base/arena.h"
#include "tiles/import/citygml_member.h"
#include "tiles/import/shape.h"
#include "tiles/tiler/feature.h"

enum { FEATURE_TAGS = 12 };

struct made_feature {
    struct feature feature; /* its tags point at `tags` */
    struct feature_tag tags[FEATURE_TAGS];
    uint32_t repairs;
    enum refusal_reason refused;
    /* Of layer `building` only. */
    bool has_height;
    enum height_source height_source;
    enum height_unknown height_unknown;
    double measured_m;
};

/* Tags without a value are left out: an empty span, a NULL text. */
void made_tag_text(struct made_feature *made, enum city_key key, struct span text);
void made_tag_word(struct made_feature *made, enum city_key key, const char *word);
void made_tag_int(struct made_feature *made, enum city_key key, int64_t value);
void made_tag_float(struct made_feature *made, enum city_key key, double value);

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

/* Text as a number. */
enum number_state { NUMBER_ABSENT, NUMBER_SENTINEL, NUMBER_INVALID, NUMBER_OK };
enum number_state citygml_number(struct span text, double *ret);
/* A height above ground: 0 < h ≤ 1000 m. */
enum number_state citygml_height(struct span text, double *ret);
