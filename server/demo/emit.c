#include "server/demo/emit.h"

#include <math.h>
#include <string.h>

#include "tiles/geo/mercator.h"

enum { VERTEX_MAX = 256, TAG_MAX = 12 };

void demo_degrees(struct demo_xy at, double *ret_lon, double *ret_lat)
{
    static const double cosine = 0.99026806874157, sine = 0.13917310096007; /* of 8° */
    /* Metres in a degree at 36.147° N on GRS 80: N cos φ and M, times π / 180. */
    static const double lon_m = 89996.06, lat_m = 110961.73;
    const double east = at.x * cosine + at.y * sine, north = at.y * cosine - at.x * sine;
    *ret_lon = 139.388 + east / lon_m;
    *ret_lat = 36.147 + north / lat_m;
}

void demo_building_id(int number, char ret[DEMO_ID_SIZE])
{
    memcpy(ret, "KNY-000000", 11);
    for (int i = 9; i > 3; i--, number /= 10)
        ret[i] = (char)('0' + number % 10);
}

/* A feature under way. */
struct draft {
    struct feature feature;
    struct feature_tag tags[TAG_MAX];
    struct geo_xy vertices[VERTEX_MAX];
    uint32_t parts[2];
};

static void begin(struct draft *draft, enum city_layer layer, enum geo_type type, size_t number)
{
    draft->feature = (struct feature){
        .layer = layer,
        .id = (uint64_t)(layer + 1) << 32 | (number + 1),
        .geometry = {.type = type, .part_sizes = draft->parts, .vertices = draft->vertices},
        .tags = draft->tags,
    };
}

/* A part; rings are turned over, because clockwise on the map is positive with y to the south. */
static bool add_part(struct draft *draft, const struct demo_xy *at, int count, bool turn)
{
    struct geometry *geometry = &draft->feature.geometry;
    if (geometry->vertex_count + (uint32_t)count > VERTEX_MAX || geometry->part_count == 2)
        return false;
    for (int i = 0; i < count; i++) {
        double lon, lat;
        demo_degrees(at[turn ? count - 1 - i : i], &lon, &lat);
        if (!mercator_world_from_degrees(lon, lat, &draft->vertices[geometry->vertex_count]))
            return false;
        geometry->vertex_count++;
    }
    draft->parts[geometry->part_count++] = (uint32_t)count;
    return true;
}

static void tag(struct draft *draft, enum city_key key, struct value value)
{
    draft->tags[draft->feature.tag_count++] = (struct feature_tag){key, value};
}

static void tag_text(struct draft *draft, enum city_key key, const char *text)
{
    if (text)
        tag(draft, key, (struct value){.type = VALUE_STRING, .string = span_from_str(text)});
}

/* 0 is unknown and not written. */
static void tag_int(struct draft *draft, enum city_key key, int number)
{
    if (number)
        tag(draft, key, (struct value){.type = VALUE_INT, .integer = number});
}

static void tag_float(struct draft *draft, enum city_key key, double number)
{
    if (number > 0)
        tag(draft, key,
            (struct value){.type = VALUE_FLOAT, .number = (float)(floor(number * 10 + 0.5) / 10)});
}

static enum err_code send(struct draft *draft, bool whole, const struct feature_sink *sink,
                          struct err *err)
{
    if (!whole)
        return err_set(err, ERR_INTERNAL, "a shape of the demo town is too large",
                       draft->feature.id);
    return sink->add(sink->context, &draft->feature, err);
}

static enum err_code emit_building(const struct demo_building *building, size_t number,
                                   const struct feature_sink *sink, struct err *err)
{
    static const char *const sources[] = {"measured", "lod1", "storeys", "assumed"};
    struct draft draft;
    char id[DEMO_ID_SIZE];
    begin(&draft, CITY_BUILDING, GEO_POLYGON, number);
    bool whole = add_part(&draft, building->ring, building->ring_count, true);
    if (building->hole)
        whole = whole && add_part(&draft, building->hole, building->hole_count, true);
    demo_building_id(building->number, id);
    tag_text(&draft, KEY_BUILDING_KIND, building->kind);
    tag_text(&draft, KEY_BUILDING_ID, id);
    tag_float(&draft, KEY_BUILDING_HEIGHT, building->height_m);
    tag_float(&draft, KEY_BUILDING_MIN_HEIGHT, building->min_height_m);
    tag_text(&draft, KEY_BUILDING_SOURCE, sources[building->source]);
    tag_text(&draft, KEY_BUILDING_UNKNOWN, building->unknown);
    tag_int(&draft, KEY_BUILDING_STOREYS, building->storeys);
    tag_text(&draft, KEY_BUILDING_USE, building->use);
    tag_int(&draft, KEY_BUILDING_YEAR, building->year);
    tag_text(&draft, KEY_BUILDING_NAME, building->name);
    return send(&draft, whole, sink, err);
}

static enum err_code emit_road(const struct demo_road *road, size_t number,
                               const struct feature_sink *sink, struct err *err)
{
    struct draft draft;
    begin(&draft, CITY_ROAD, road->is_area ? GEO_POLYGON : GEO_LINE, number);
    const bool whole = add_part(&draft, road->line, road->count, road->is_area);
    tag_text(&draft, KEY_ROAD_KIND, road->kind);
    tag_text(&draft, KEY_ROAD_NAME, road->name);
    tag_float(&draft, KEY_ROAD_WIDTH, road->width_m);
    return send(&draft, whole, sink, err);
}

static enum err_code emit_area(const struct demo_area *area, size_t number,
                               const struct feature_sink *sink, struct err *err)
{
    static const enum city_layer layers[] = {CITY_LANDUSE, CITY_GREEN, CITY_WATER};
    struct draft draft;
    begin(&draft, layers[area->layer], GEO_POLYGON, number);
    const bool whole = add_part(&draft, area->ring, area->count, true);
    if (area->layer == DEMO_LANDUSE) {
        tag_text(&draft, KEY_LANDUSE_KIND, area->kind);
    } else if (area->layer == DEMO_GREEN) {
        tag_text(&draft, KEY_GREEN_KIND, area->kind);
        tag_text(&draft, KEY_GREEN_NAME, area->name);
        tag_float(&draft, KEY_GREEN_HEIGHT, area->height_m);
    } else {
        tag_text(&draft, KEY_WATER_KIND, area->kind);
        tag_text(&draft, KEY_WATER_NAME, area->name);
    }
    return send(&draft, whole, sink, err);
}

static enum err_code emit_tree(const struct demo_tree *tree, size_t number,
                               const struct feature_sink *sink, struct err *err)
{
    struct draft draft;
    begin(&draft, CITY_TREE, GEO_POINT, number);
    const bool whole = add_part(&draft, &tree->at, 1, false);
    tag_float(&draft, KEY_TREE_HEIGHT, tree->height_m);
    tag_float(&draft, KEY_TREE_CROWN, tree->crown_m);
    tag_text(&draft, KEY_TREE_SPECIES, tree->species);
    return send(&draft, whole, sink, err);
}

static enum err_code emit_place(const struct demo_place *place, size_t number,
                                const struct feature_sink *sink, struct err *err)
{
    struct draft draft;
    begin(&draft, CITY_PLACE, GEO_POINT, number);
    const bool whole = add_part(&draft, &place->at, 1, false);
    tag_text(&draft, KEY_PLACE_KIND, place->kind);
    tag_text(&draft, KEY_PLACE_NAME, place->name);
    tag_text(&draft, KEY_PLACE_NAME_EN, place->name_en);
    tag_int(&draft, KEY_PLACE_RANK, place->rank);
    return send(&draft, whole, sink, err);
}

enum err_code demo_emit(const struct demo_city *city, const struct feature_sink *sink,
                        struct err *err)
{
    for (size_t i = 0; i < city->areas.count; i++)
        TRY(emit_area(DEMO_AT(city->areas, struct demo_area, i), i, sink, err));
    for (size_t i = 0; i < city->roads.count; i++)
        TRY(emit_road(DEMO_AT(city->roads, struct demo_road, i), i, sink, err));
    for (size_t i = 0; i < city->buildings.count; i++)
        TRY(emit_building(DEMO_AT(city->buildings, struct demo_building, i), i, sink, err));
    for (size_t i = 0; i < city->trees.count; i++)
        TRY(emit_tree(DEMO_AT(city->trees, struct demo_tree, i), i, sink, err));
    for (size_t i = 0; i < city->places.count; i++)
        TRY(emit_place(DEMO_AT(city->places, struct demo_place, i), i, sink, err));
    return ERR_OK;
}
