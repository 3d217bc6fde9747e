#include "tests/support/town.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/random.h"
#include "tiles/geo/mercator.h"

static const double centre_lon = 139.388, centre_lat = 36.147;

static double random_unit(uint64_t *seed)
{
    return random_next(seed) / 4294967296.0;
}

struct shape {
    struct geo_xy vertices[6];
    uint32_t count;
};

/* Metres east and south of the place, turned by the angle. */
static struct geo_xy moved(struct geo_xy at, double east_m, double south_m, double angle)
{
    const double unit_m = mercator_metres_per_unit(at.y);
    const double c = cos(angle), s = sin(angle);
    return (struct geo_xy){
        at.x + (int32_t)lround((east_m * c - south_m * s) / unit_m),
        at.y + (int32_t)lround((east_m * s + south_m * c) / unit_m),
    };
}

static struct shape make_shape(uint64_t *seed, struct geo_xy at)
{
    const double angle = random_unit(seed) * 6.283185307179586;
    const double wide = 7 + random_unit(seed) * 9, deep = 6 + random_unit(seed) * 7;
    struct shape shape;
    if (random_next(seed) % 8) {
        const double corners[4][2] = {{0, 0}, {wide, 0}, {wide, deep}, {0, deep}};
        for (shape.count = 0; shape.count < 4; shape.count++)
            shape.vertices[shape.count] =
                moved(at, corners[shape.count][0], corners[shape.count][1], angle);
    } else {
        const double half = wide / 2, notch = deep / 2;
        const double corners[6][2] = {{0, 0},        {wide, 0},    {wide, notch},
                                      {half, notch}, {half, deep}, {0, deep}};
        for (shape.count = 0; shape.count < 6; shape.count++)
            shape.vertices[shape.count] =
                moved(at, corners[shape.count][0], corners[shape.count][1], angle);
    }
    return shape;
}

static struct value text(const char *string)
{
    return (struct value){.type = VALUE_STRING, .string = span_from_str(string)};
}

/* Half of the town within 1.6 km of the middle, the rest up to 6.5 km. */
static struct geo_xy make_place(uint64_t *seed, struct geo_xy centre)
{
    const bool is_inner = random_next(seed) % 2;
    const double reach = is_inner ? 3000 : 6500;
    const double east = (random_unit(seed) + random_unit(seed) - 1) * reach;
    const double south = (random_unit(seed) + random_unit(seed) - 1) * reach;
    return moved(centre, east, south, 0);
}

enum err_code town_make(uint32_t count, struct feature_sink sink, struct err *err)
{
    static const char *const uses[] = {"住宅",     "住宅", "住宅",     "共同住宅",
                                       "商業施設", "工場", "業務施設", "文教厚生施設"};
    uint64_t seed = 42;
    struct geo_xy centre;
    if (!mercator_world_from_degrees(centre_lon, centre_lat, &centre))
        return err_set(err, ERR_INTERNAL, "the centre is no place", 0);
    for (uint32_t i = 1; i <= count; i++) {
        const struct shape shape = make_shape(&seed, make_place(&seed, centre));
        const int64_t storeys = 1 + (int64_t)(random_unit(&seed) * random_unit(&seed) * 9);
        const float height = (float)(storeys * 30 + random_between(&seed, 0, 25)) / 10.0F;
        char id[24], name[40];
        snprintf(id, sizeof id, "bldg-%08u", i);
        snprintf(name, sizeof name, "架空ビル%u", i);
        struct feature_tag tags[6] = {
            {KEY_BUILDING_ID, text(id)},
            {KEY_BUILDING_HEIGHT, {.type = VALUE_FLOAT, .number = height}},
            {KEY_BUILDING_STOREYS, {.type = VALUE_INT, .integer = storeys}},
            {KEY_BUILDING_USE, text(uses[random_next(&seed) % 8])},
        };
        uint32_t tag_count = 4;
        if (random_next(&seed) % 10 < 7)
            tags[tag_count++] = (struct feature_tag){
                KEY_BUILDING_YEAR,
                {.type = VALUE_INT, .integer = random_between(&seed, 1955, 2025)}};
        if (random_next(&seed) % 50 == 0)
            tags[tag_count++] = (struct feature_tag){KEY_BUILDING_NAME, text(name)};
        const struct feature feature = {
            .layer = CITY_BUILDING,
            .id = i,
            .tag_count = tag_count,
            .tags = tags,
            .geometry = {GEO_POLYGON, 1, shape.count, &shape.count, shape.vertices},
        };
        TRY(sink.add(sink.context, &feature, err));
    }
    return ERR_OK;
}
