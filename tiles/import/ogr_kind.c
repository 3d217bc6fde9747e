#include "tiles/import/ogr_kind.h"

#include <stddef.h>

#include "tiles/base/attr.h"

struct known {
    const char *word;
    enum city_layer layer;
    const char *kind; /* NULL: none */
};

/* clang-format off */
static const struct known words[] = {
    {"building", CITY_BUILDING, NULL}, {"yes", CITY_BUILDING, NULL}, {"house", CITY_BUILDING, NULL},
    {"建物", CITY_BUILDING, NULL}, {"roof", CITY_BUILDING, "roof"},
    {"tree", CITY_TREE, NULL}, {"樹木", CITY_TREE, NULL},
    {"road", CITY_ROAD, NULL}, {"major", CITY_ROAD, "major"}, {"street", CITY_ROAD, "street"},
    {"lane", CITY_ROAD, "lane"}, {"path", CITY_ROAD, "path"}, {"sidewalk", CITY_ROAD, "sidewalk"},
    {"crossing", CITY_ROAD, "crossing"}, {"steps", CITY_ROAD, "steps"},
    {"square", CITY_ROAD, "square"}, {"rail", CITY_ROAD, "rail"},
    {"green", CITY_GREEN, NULL}, {"park", CITY_GREEN, "park"}, {"wood", CITY_GREEN, "wood"},
    {"forest", CITY_GREEN, "wood"}, {"grass", CITY_GREEN, "grass"},
    {"plant_cover", CITY_GREEN, "plant_cover"}, {"riverbank", CITY_GREEN, "riverbank"},
    {"farmland", CITY_GREEN, "farmland"}, {"garden", CITY_GREEN, "garden"},
    {"water", CITY_WATER, NULL}, {"river", CITY_WATER, "river"}, {"pond", CITY_WATER, "pond"},
    {"canal", CITY_WATER, "canal"},
    {"landuse", CITY_LANDUSE, NULL}, {"residential", CITY_LANDUSE, "residential"},
    {"commercial", CITY_LANDUSE, "commercial"}, {"industrial", CITY_LANDUSE, "industrial"},
    {"place", CITY_PLACE, NULL},
};
/* clang-format on */

/* May a layer have this geometry? A lake is a place as well, a park a point with a name. */
static bool fits(enum city_layer layer, enum geo_type type)
{
    switch (layer) {
    case CITY_ROAD:
        return type != GEO_POINT;
    case CITY_TREE:
    case CITY_PLACE:
        return type == GEO_POINT;
    default:
        return type == GEO_POLYGON;
    }
}

static struct ogr_kind unknown_word(struct span word, enum geo_type type, bool has_height)
{
    switch (type) {
    case GEO_POINT:
        return (struct ogr_kind){CITY_PLACE, word};
    case GEO_LINE:
        return (struct ogr_kind){CITY_ROAD, word};
    default:
        if (has_height || word.len == 0)
            return (struct ogr_kind){CITY_BUILDING, {0}};
        return (struct ogr_kind){CITY_LANDUSE, word};
    }
}

bool ogr_kind_of(struct span word, enum geo_type type, bool has_height, struct ogr_kind *ret)
{
    struct ogr_kind found = unknown_word(word, type, has_height);
    if (span_is(word, "bridge"))
        found = type == GEO_LINE ? (struct ogr_kind){CITY_ROAD, word}
                                 : (struct ogr_kind){CITY_BUILDING, word};
    for (size_t i = 0; i < LENGTH(words); i++)
        if (span_is(word, words[i].word)) {
            found.layer = words[i].layer;
            found.kind = words[i].kind ? span_from_str(words[i].kind) : (struct span){0};
            /* A point called "park" is the place of a park. */
            if (type == GEO_POINT && words[i].kind)
                found = (struct ogr_kind){CITY_PLACE, word};
        }
    if (!fits(found.layer, type))
        return false;
    *ret = found;
    return true;
}
