/*
 * The other city objects. One member gives one feature:
 *
 *   Road, Track, Square, Railway   layer road: the surface of the lowest LOD above 0, else its
 * lines SolitaryVegetationObject       layer tree: a point, height and radius of the crown
 *   PlantCover                     layer green
 *   WaterBody                      layer water; flood, tsunami and storm surge zones are refused
 *   LandUse                        layer landuse
 *   Bridge                         layer building, kind bridge
 *   CityFurniture                  layer place: a point, kind by its function
 *   relief, zones, tunnels, groups refused, each with its own reason
 */
#include <math.h>
#include <string.h>

#include "tiles/import/citygml_feature.h"
#include "tiles/import/codes.h"

/* Metres of a degree of latitude at 36° N on GRS 80; along a parallel times the cosine. Good to
 * 0.3 % in Japan, for radii of crowns. */
static const double metres_per_degree = 110950;
static const double pi = 3.14159265358979323846;

static bool is_surface(const struct member_use *use, unsigned lod, bool children)
{
    return use->place.lod == lod && use->place.form != FORM_DM &&
           (use->place.owner != OWNER_CHILD || children);
}

/* The lowest LOD from `from` on with faces, its own or of its parts; -1: none. */
static int lowest_lod(const struct member *member, unsigned from, bool *ret_children)
{
    for (unsigned lod = from; lod <= 4; lod++)
        for (unsigned children = 0; children < 2; children++)
            for (size_t i = 0; i < member->uses_count; i++)
                if (is_surface(&member->uses[i], lod, children)) {
                    *ret_children = children;
                    return (int)lod;
                }
    return -1;
}

/* LOD0 networks; where there is nothing else, the lines of the large-scale map. */
static void add_lines(const struct member *member, bool large_scale, struct shape *shape)
{
    for (size_t i = 0; i < member->lines_count; i++) {
        const struct member_line *line = &member->lines[i];
        if ((line->place.form == FORM_DM) == large_scale)
            shape_add_line(shape, (struct shape_ring){.points = member->points + line->first,
                                                      .count = line->count});
    }
}

static bool has_network(const struct member *member)
{
    for (size_t i = 0; i < member->lines_count; i++)
        if (member->lines[i].place.form != FORM_DM)
            return true;
    return false;
}

/* The outline of the lowest LOD; LOD0 only when nothing else is there. */
static enum err_code surface(const struct member *member, struct shape *shape, struct arena *arena,
                             struct made_feature *made, struct err *err)
{
    bool children = false;
    int lod = lowest_lod(member, 1, &children);
    if (lod < 0)
        lod = lowest_lod(member, 0, &children);
    /* LOD1 of roads and areas is drawn as an outline; bodies and higher levels are faces. */
    const bool outline =
        lod <= 1 && member->class != OBJECT_BRIDGE && member->class != OBJECT_PLANT_COVER;
    shape_begin(shape, &shape_japan, outline ? SHAPE_OUTLINE : SHAPE_FACES);
    for (size_t i = 0; lod >= 0 && i < member->uses_count; i++)
        if (is_surface(&member->uses[i], (unsigned)lod, children))
            citygml_add_polygon(member, member->uses[i].polygon, shape, arena);
    if (lod < 0)
        add_lines(member, !has_network(member), shape);
    return shape_finish(shape, arena, &made->feature.geometry, &made->repairs, &made->refused, err);
}

/* --- points --- */

struct stand {
    struct shape_point foot;
    double height_m, radius_m; /* 0: unknown */
};

struct span_of_points {
    double west, east, south, north, low, high;
};

static void widen(struct span_of_points *box, struct shape_point p)
{
    box->west = fmin(box->west, p.lon);
    box->east = fmax(box->east, p.lon);
    box->south = fmin(box->south, p.lat);
    box->north = fmax(box->north, p.lat);
    box->low = fmin(box->low, p.z);
    box->high = fmax(box->high, p.z);
}

/* The box of all points of the lowest LOD up to the height `below`. */
static struct span_of_points box_of(const struct member *member, unsigned lod, bool children,
                                    double below)
{
    struct span_of_points box = {INFINITY, -INFINITY, INFINITY, -INFINITY, INFINITY, -INFINITY};
    for (size_t i = 0; i < member->uses_count; i++) {
        if (!is_surface(&member->uses[i], lod, children))
            continue;
        const struct member_polygon *p = &member->polygons[member->uses[i].polygon];
        for (uint32_t r = 0; r < p->ring_count; r++) {
            const struct member_ring ring = member->rings[p->first_ring + r];
            for (uint32_t j = 0; j < ring.count; j++)
                if (member->points[ring.first + j].z <= below)
                    widen(&box, member->points[ring.first + j]);
        }
    }
    return box;
}

static bool stand(const struct member *member, struct stand *ret)
{
    bool children = false;
    const int lod = lowest_lod(member, 0, &children);
    if (lod < 0) {
        if (member->anchors_count == 0 || member->anchors[0].count == 0)
            return false;
        *ret = (struct stand){.foot = member->points[member->anchors[0].first]};
        return true;
    }
    const struct span_of_points all = box_of(member, (unsigned)lod, children, INFINITY);
    const struct span_of_points foot = box_of(member, (unsigned)lod, children, all.low + 0.1);
    const double lat = (foot.south + foot.north) / 2;
    const double wide = (all.east - all.west) * metres_per_degree * cos(lat * pi / 180);
    const double deep = (all.north - all.south) * metres_per_degree;
    ret->foot = (struct shape_point){.lon = (foot.west + foot.east) / 2, .lat = lat};
    ret->height_m = all.high - all.low;
    ret->radius_m = fmax(wide, deep) / 2;
    return true;
}

static enum err_code point(const struct member *member, struct shape *shape, struct arena *arena,
                           struct stand *ret, struct made_feature *made, struct err *err)
{
    shape_begin(shape, &shape_japan, SHAPE_OUTLINE);
    if (stand(member, ret))
        shape_add_point(shape, ret->foot);
    return shape_finish(shape, arena, &made->feature.geometry, &made->repairs, &made->refused, err);
}

static enum err_code tree(const struct member *member, struct shape *shape, struct arena *arena,
                          struct made_feature *made, struct err *err)
{
    struct stand found = {0};
    TRY(point(member, shape, arena, &found, made, err));
    double height_m = 0, crown_m = 0;
    if (made_height(member->texts[TEXT_HEIGHT], &height_m) != NUMBER_OK)
        height_m = found.height_m;
    if (made_height(member->texts[TEXT_CROWN_DIAMETER], &crown_m) == NUMBER_OK)
        found.radius_m = crown_m / 2;
    made->feature.layer = CITY_TREE;
    if (height_m > 0)
        made_tag_float(made, KEY_TREE_HEIGHT, height_m);
    if (found.radius_m > 0)
        made_tag_float(made, KEY_TREE_CROWN, found.radius_m);
    made_tag_text(made, KEY_TREE_SPECIES, member->texts[TEXT_SPECIES]);
    return ERR_OK;
}

static enum err_code furniture(const struct member *member, struct shape *shape,
                               struct arena *arena, struct made_feature *made, struct err *err)
{
    struct stand found = {0};
    TRY(point(member, shape, arena, &found, made, err));
    const struct span function = member->texts[TEXT_FUNCTION];
    const char *kind = code_furniture_kind(function);
    made->feature.layer = CITY_PLACE;
    made->feature.min_zoom = 16; /* there are thousands, and none is a landmark */
    made_tag_word(made, KEY_PLACE_KIND, kind ? kind : "furniture");
    if (member->texts[TEXT_NAME].len)
        made_tag_text(made, KEY_PLACE_NAME, member->texts[TEXT_NAME]);
    else
        made_tag_word(made, KEY_PLACE_NAME, code_furniture_word(function));
    made_tag_int(made, KEY_PLACE_RANK, 9);
    return ERR_OK;
}

/* --- surfaces --- */

static enum err_code road(const struct member *member, const char *kind, struct shape *shape,
                          struct arena *arena, struct made_feature *made, struct err *err)
{
    TRY(surface(member, shape, arena, made, err));
    made->feature.layer = CITY_ROAD;
    made_tag_word(made, KEY_ROAD_KIND, kind);
    made_tag_text(made, KEY_ROAD_NAME, member->texts[TEXT_NAME]);
    return ERR_OK;
}

static enum err_code plant_cover(const struct member *member, struct shape *shape,
                                 struct arena *arena, struct made_feature *made, struct err *err)
{
    double height_m;
    TRY(surface(member, shape, arena, made, err));
    made->feature.layer = CITY_GREEN;
    made_tag_word(made, KEY_GREEN_KIND, "plant_cover");
    made_tag_text(made, KEY_GREEN_NAME, member->texts[TEXT_NAME]);
    if (made_height(member->texts[TEXT_HEIGHT], &height_m) == NUMBER_OK)
        made_tag_float(made, KEY_GREEN_HEIGHT, height_m);
    return ERR_OK;
}

/* By the last character of its name: the code list of WaterBody is hardly ever filled. */
static const char *water_kind(struct span name)
{
    static const struct {
        const char *end, *kind;
    } ends[] = {
        {"川", "river"}, {"江", "river"}, {"池", "pond"},    {"沼", "pond"},
        {"湖", "pond"},  {"堀", "canal"}, {"水路", "canal"}, {"用水", "canal"},
    };
    for (size_t i = 0; i < LENGTH(ends); i++) {
        const size_t len = strlen(ends[i].end);
        if (name.len >= len && memcmp(name.data + name.len - len, ends[i].end, len) == 0)
            return ends[i].kind;
    }
    return "water";
}

/* Hazard zones come as water bodies, too: with flood ranks, or known by their id alone. */
static bool is_hazard_zone(const struct member *member)
{
    static const char *const begins[] = {"fld_", "ifld_", "rfld_", "htd_",
                                         "tnm_", "lsld_", "tnum_"};
    for (size_t i = 0; i < LENGTH(begins); i++)
        if (member->id.len > strlen(begins[i]) &&
            memcmp(member->id.data, begins[i], strlen(begins[i])) == 0)
            return true;
    return member->hazard;
}

static enum err_code water(const struct member *member, struct shape *shape, struct arena *arena,
                           struct made_feature *made, struct err *err)
{
    if (is_hazard_zone(member)) {
        made->refused = REFUSED_HAZARD_ZONE;
        return ERR_OK;
    }
    TRY(surface(member, shape, arena, made, err));
    made->feature.layer = CITY_WATER;
    made_tag_word(made, KEY_WATER_KIND, water_kind(member->texts[TEXT_NAME]));
    made_tag_text(made, KEY_WATER_NAME, member->texts[TEXT_NAME]);
    return ERR_OK;
}

static enum err_code land_use(const struct member *member, struct shape *shape, struct arena *arena,
                              struct made_feature *made, struct err *err)
{
    TRY(surface(member, shape, arena, made, err));
    made->feature.layer = CITY_LANDUSE;
    made_tag_word(made, KEY_LANDUSE_KIND, code_landuse_kind(member->texts[TEXT_CLASS]));
    return ERR_OK;
}

static enum err_code bridge(const struct member *member, struct shape *shape, struct arena *arena,
                            struct made_feature *made, struct err *err)
{
    TRY(surface(member, shape, arena, made, err));
    bool children = false;
    const int lod = lowest_lod(member, 1, &children);
    double height_m = 0;
    if (lod > 0) {
        const struct span_of_points box = box_of(member, (unsigned)lod, children, INFINITY);
        height_m = box.high - box.low;
    }
    made->feature.layer = CITY_BUILDING;
    made->has_height = true;
    made->height_unknown = HEIGHT_ABSENT;
    made->height_source = height_m > 0 ? HEIGHT_LOD1 : HEIGHT_ASSUMED;
    made_tag_word(made, KEY_BUILDING_KIND, "bridge");
    made_tag_text(made, KEY_BUILDING_ID, member->id);
    made_tag_float(made, KEY_BUILDING_HEIGHT, height_m > 0 ? height_m : 1);
    made_tag_word(made, KEY_BUILDING_SOURCE, height_source_name(made->height_source));
    made_tag_text(made, KEY_BUILDING_NAME, member->texts[TEXT_NAME]);
    return ERR_OK;
}

enum err_code citygml_object(const struct member *member, struct shape *shape, struct arena *arena,
                             struct made_feature *ret, struct err *err)
{
    const char *street = code_road_kind(member->texts[TEXT_FUNCTION]);
    switch (member->class) {
    case OBJECT_ROAD:
        return road(member, street ? street : "street", shape, arena, ret, err);
    case OBJECT_TRACK:
        return road(member, "path", shape, arena, ret, err);
    case OBJECT_SQUARE:
        return road(member, "square", shape, arena, ret, err);
    case OBJECT_RAILWAY:
        return road(member, "rail", shape, arena, ret, err);
    case OBJECT_TREE:
        return tree(member, shape, arena, ret, err);
    case OBJECT_PLANT_COVER:
        return plant_cover(member, shape, arena, ret, err);
    case OBJECT_WATER:
        return water(member, shape, arena, ret, err);
    case OBJECT_LAND_USE:
        return land_use(member, shape, arena, ret, err);
    case OBJECT_BRIDGE:
        return bridge(member, shape, arena, ret, err);
    case OBJECT_FURNITURE:
        return furniture(member, shape, arena, ret, err);
    case OBJECT_RELIEF:
        ret->refused = REFUSED_TERRAIN;
        return ERR_OK;
    case OBJECT_TUNNEL:
        ret->refused = REFUSED_UNDERGROUND;
        return ERR_OK;
    case OBJECT_GROUP:
        ret->refused = REFUSED_GROUP;
        return ERR_OK;
    case OBJECT_HAZARD:
        ret->refused = REFUSED_HAZARD_ZONE;
        return ERR_OK;
    case OBJECT_ZONE:
        ret->refused = REFUSED_ZONING;
        return ERR_OK;
    default:
        ret->refused = REFUSED_CLASS;
        return ERR_OK;
    }
}
