#include "tiles/import/citygml_feature.h"

#include <math.h>
#include <string.h>

#include "tiles/base/num.h"

static void add_tag(struct made_feature *made, enum city_key key, struct value value)
{
    if (made->feature.tag_count < FEATURE_TAGS)
        made->tags[made->feature.tag_count++] = (struct feature_tag){.key = key, .value = value};
}

void made_tag_text(struct made_feature *made, enum city_key key, struct span text)
{
    if (text.len)
        add_tag(made, key, (struct value){.type = VALUE_STRING, .string = text});
}

void made_tag_word(struct made_feature *made, enum city_key key, const char *word)
{
    if (word)
        made_tag_text(made, key, span_from_str(word));
}

void made_tag_int(struct made_feature *made, enum city_key key, int64_t value)
{
    add_tag(made, key, (struct value){.type = VALUE_INT, .integer = value});
}

void made_tag_float(struct made_feature *made, enum city_key key, double value)
{
    add_tag(made, key, (struct value){.type = VALUE_FLOAT, .number = (float)value});
}

void citygml_add_polygon(const struct member *member, uint32_t polygon, struct shape *shape,
                         struct arena *arena)
{
    const struct member_polygon *p = &member->polygons[polygon];
    struct shape_ring *rings = ARENA_ARRAY(arena, struct shape_ring, p->ring_count);
    if (!rings)
        return; /* the shape stays without it; the arena has no limit, so memory is gone anyway */
    for (uint32_t i = 0; i < p->ring_count; i++) {
        const struct member_ring ring = member->rings[p->first_ring + i];
        rings[i] = (struct shape_ring){.points = member->points + ring.first, .count = ring.count};
    }
    shape_add_polygon(shape, rings, p->ring_count);
}

void citygml_polygon_z(const struct member *member, uint32_t polygon, double *low, double *high)
{
    const struct member_polygon *p = &member->polygons[polygon];
    *low = INFINITY;
    *high = -INFINITY;
    for (uint32_t i = 0; i < p->ring_count; i++) {
        const struct member_ring ring = member->rings[p->first_ring + i];
        for (uint32_t j = 0; j < ring.count; j++) {
            *low = fmin(*low, member->points[ring.first + j].z);
            *high = fmax(*high, member->points[ring.first + j].z);
        }
    }
}

enum number_state citygml_number(struct span text, double *ret)
{
    if (!text.data || text.len == 0)
        return NUMBER_ABSENT;
    double value;
    if (num_double_from(text, &value, NULL) != ERR_OK)
        return NUMBER_INVALID;
    /* 9999, −9999 and their longer kin stand for "unknown" in every edition met. */
    const double size = fabs(value);
    if (size == 9999 || size == 99999 || size == 999999 || size == 99999999)
        return NUMBER_SENTINEL;
    *ret = value;
    return NUMBER_OK;
}

enum number_state citygml_height(struct span text, double *ret)
{
    double value;
    const enum number_state state = citygml_number(text, &value);
    if (state != NUMBER_OK)
        return state;
    /* Nothing stands higher than 1000 m in Japan, and nothing that stands has a height of 0. */
    if (!(value > 0 && value <= 1000))
        return NUMBER_INVALID;
    *ret = value;
    return NUMBER_OK;
}
