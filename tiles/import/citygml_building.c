/*
 * A building: its footprint and its height, and where each came from.
 *
 * Footprint  LOD0 (foot print, else roof edge) of the building and its parts, united; a part
 * without LOD0 gives the lowest level faces of its LOD1, else its LOD2 ground surfaces, else all
 *            faces seen from above. LOD0 that is unusable or lies elsewhere than LOD1 is replaced
 * so and counted as repaired. Height     measuredHeight (the highest of the parts); else top −
 * bottom of LOD1; else storeys × 3 m; else assumed. A LOD1 box of exactly 3.000 m is the
 * placeholder that PLATEAU's makers use for unknown heights: assumed, unless storeys say more.
 */
#include <math.h>
#include <string.h>

#include "tiles/import/citygml_feature.h"
#include "tiles/import/codes.h"

/* Faces whose points lie within this of the lowest one are the floor. */
static const double level_m = 0.05;
/* LOD0 and LOD1 of one building are never further apart than this; about 100 m. */
static const double astray_degrees = 0.001;
static const double storey_m = 3.0;
/* Two storeys and a roof: near the median of measured houses (6.3 to 7.2 m in six cities). */
static const double assumed_m = 6.0;
static const double placeholder_m = 3.0, placeholder_within_m = 0.0005;
static const double storeys_max = 200;

struct extent {
    double low, high;
    struct shape_bounds bounds;
    bool any;
};

static void widen(struct extent *extent, const struct member *member, uint32_t polygon)
{
    const struct member_polygon *p = &member->polygons[polygon];
    for (uint32_t i = 0; i < p->ring_count && i < 1; i++) { /* exteriors */
        const struct member_ring ring = member->rings[p->first_ring + i];
        for (uint32_t j = 0; j < ring.count; j++) {
            const struct shape_point at = member->points[ring.first + j];
            extent->low = fmin(extent->low, at.z);
            extent->high = fmax(extent->high, at.z);
            extent->bounds.west = fmin(extent->bounds.west, at.lon);
            extent->bounds.east = fmax(extent->bounds.east, at.lon);
            extent->bounds.south = fmin(extent->bounds.south, at.lat);
            extent->bounds.north = fmax(extent->bounds.north, at.lat);
            extent->any = true;
        }
    }
}

/* part < 0: of the whole building. */
static struct extent extent_of(const struct member *member, unsigned lod, int part)
{
    struct extent extent = {INFINITY, -INFINITY, {INFINITY, INFINITY, -INFINITY, -INFINITY}, false};
    for (size_t i = 0; i < member->uses_count; i++) {
        const struct member_use *use = &member->uses[i];
        if (use->place.lod == lod && (part < 0 || use->place.part == part))
            widen(&extent, member, use->polygon);
    }
    return extent;
}

static bool apart(const struct shape_bounds *a, const struct shape_bounds *b)
{
    return a->west > b->east + astray_degrees || b->west > a->east + astray_degrees ||
           a->south > b->north + astray_degrees || b->south > a->north + astray_degrees;
}

/* --- footprint --- */

enum pick {
    PICK_FOOT_PRINT,
    PICK_ROOF_EDGE,
    PICK_LOD1_FLOOR,
    PICK_GROUND,
    PICK_LOD1,
    PICK_LOD2,
    PICK_HIGHER,
    PICK_COUNT
};

static bool picked(enum pick pick, const struct member *member, const struct member_use *use,
                   const struct extent *lod1)
{
    const struct member_place *place = &use->place;
    double low, high;
    switch (pick) {
    case PICK_FOOT_PRINT:
        return place->lod == 0 && place->form != FORM_ROOF_EDGE;
    case PICK_ROOF_EDGE:
        return place->lod == 0 && place->form == FORM_ROOF_EDGE;
    case PICK_LOD1_FLOOR:
        citygml_polygon_z(member, use->polygon, &low, &high);
        return place->lod == 1 && high <= lod1->low + level_m;
    case PICK_GROUND:
        return place->lod >= 2 && place->owner == OWNER_GROUND;
    case PICK_LOD1:
        return place->lod == 1;
    case PICK_LOD2:
        return place->lod == 2 && place->owner != OWNER_CHILD;
    default:
        return place->lod >= 2;
    }
}

/* A polygon counts when it is not upright: seen from above, some corner leaves a line. */
static bool has_area(const struct member *member, uint32_t polygon)
{
    const struct member_polygon *p = &member->polygons[polygon];
    if (p->ring_count == 0)
        return false;
    const struct member_ring ring = member->rings[p->first_ring];
    const struct shape_point *points = member->points + ring.first;
    double area = 0;
    for (uint32_t i = 1; i + 1 < ring.count; i++)
        area += (points[i].lon - points[0].lon) * (points[i + 1].lat - points[0].lat) -
                (points[i + 1].lon - points[0].lon) * (points[i].lat - points[0].lat);
    return fabs(area) > 1e-13; /* 0.0005 m² */
}

/* Adds what `pick` finds for the part; false when that is nothing. */
static bool add_part(const struct member *member, unsigned part, enum pick pick,
                     struct shape *shape, struct arena *arena)
{
    const struct extent lod1 = extent_of(member, 1, (int)part);
    bool any = false;
    for (size_t i = 0; i < member->uses_count; i++) {
        const struct member_use *use = &member->uses[i];
        if (use->place.part != part || !picked(pick, member, use, &lod1))
            continue;
        if (pick >= PICK_LOD1_FLOOR && !has_area(member, use->polygon))
            continue;
        citygml_add_polygon(member, use->polygon, shape, arena);
        any = true;
    }
    return any;
}

static enum err_code footprint_from(const struct member *member, enum pick first,
                                    struct shape *shape, struct arena *arena,
                                    struct made_feature *made, struct err *err)
{
    shape_begin(shape, &shape_japan, first < PICK_LOD1_FLOOR ? SHAPE_OUTLINE : SHAPE_FACES);
    for (unsigned part = 0; part < member->part_count; part++)
        for (enum pick pick = first; pick < PICK_COUNT; pick++)
            if (add_part(member, part, pick, shape, arena))
                break;
    return shape_finish(shape, arena, &made->feature.geometry, &made->repairs, &made->refused, err);
}

static enum err_code footprint(const struct member *member, struct shape *shape,
                               struct arena *arena, struct made_feature *made, struct err *err)
{
    const struct extent lod0 = extent_of(member, 0, -1), lod1 = extent_of(member, 1, -1);
    const bool astray = lod0.any && lod1.any && apart(&lod0.bounds, &lod1.bounds);
    if (!astray) {
        TRY(footprint_from(member, PICK_FOOT_PRINT, shape, arena, made, err));
        if (made->refused == REFUSED_NOT || !lod0.any)
            return ERR_OK;
    }
    const enum refusal_reason before = made->refused;
    TRY(footprint_from(member, PICK_LOD1_FLOOR, shape, arena, made, err));
    if (made->refused == REFUSED_NOT)
        made->repairs |= UINT32_C(1) << REPAIR_LOD0;
    else if (before != REFUSED_NOT)
        made->refused = before; /* what is wrong with the footprint itself says more */
    return ERR_OK;
}

/* --- height --- */

static double storeys_of(const struct member *member)
{
    double most = 0;
    for (uint32_t i = 0; i < member->part_count; i++) {
        double value;
        if (made_number(member->parts[i].storeys, &value) == NUMBER_OK && value >= 1 &&
            value <= storeys_max && value == floor(value))
            most = fmax(most, value);
    }
    return most;
}

/* The highest measured height of the parts, or why there is none: a wrong one says more than an
 * unknown one, that more than none. */
static enum height_unknown measured_of(const struct member *member, double *ret)
{
    double most = 0;
    enum height_unknown why = HEIGHT_ABSENT;
    for (uint32_t i = 0; i < member->part_count; i++) {
        const struct member_part *part = &member->parts[i];
        double value = 0;
        enum number_state state = made_height(part->measured_height, &value);
        if (state == NUMBER_OK && part->other_unit)
            state = NUMBER_INVALID;
        if (state == NUMBER_OK)
            most = fmax(most, value);
        else if (state == NUMBER_INVALID)
            why = HEIGHT_INVALID;
        else if (state == NUMBER_SENTINEL && why == HEIGHT_ABSENT)
            why = HEIGHT_SENTINEL;
    }
    *ret = most;
    return most > 0 ? HEIGHT_KNOWN : why;
}

static double height(const struct member *member, struct made_feature *made)
{
    made->has_height = true;
    made->height_unknown = measured_of(member, &made->measured_m);
    if (made->height_unknown == HEIGHT_KNOWN) {
        made->height_source = HEIGHT_MEASURED;
        return made->measured_m;
    }
    const struct extent lod1 = extent_of(member, 1, -1);
    const double box = lod1.any ? lod1.high - lod1.low : 0;
    const bool placeholder = fabs(box - placeholder_m) < placeholder_within_m;
    if (box > 0.1 && box <= 1000 && !placeholder) {
        made->height_source = HEIGHT_LOD1;
        return box;
    }
    const double storeys = storeys_of(member);
    made->height_source = storeys > 0 ? HEIGHT_STOREYS : HEIGHT_ASSUMED;
    return storeys > 0 ? storeys * storey_m : placeholder ? placeholder_m : assumed_m;
}

/* --- the rest --- */

static struct span joined(struct span a, struct span b, struct arena *arena)
{
    uint8_t *both = b.len ? arena_alloc(arena, a.len + 1 + b.len) : NULL;
    if (!both)
        return a;
    memcpy(both, a.data, a.len);
    both[a.len] = '-';
    memcpy(both + a.len + 1, b.data, b.len);
    return span_of(both, a.len + 1 + b.len);
}

static struct span building_id(const struct member *member, struct arena *arena)
{
    const struct span *texts = member->texts;
    if (texts[TEXT_BUILDING_ID].len) {
        /* Branches and parts of a building share its buildingID: their numbers tell them apart. */
        const struct span branch = joined(texts[TEXT_BUILDING_ID], texts[TEXT_BRANCH_ID], arena);
        return joined(branch, texts[TEXT_PART_ID], arena);
    }
    return texts[TEXT_OLD_ID].len ? texts[TEXT_OLD_ID] : member->id;
}

/* The first four digits of a gYear; 0001 and 9999 stand for unknown. */
static int year_of(struct span text)
{
    if (text.len < 4)
        return 0;
    int year = 0;
    for (size_t i = 0; i < 4; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return 0;
        year = year * 10 + (text.data[i] - '0');
    }
    return year >= 600 && year <= 2200 ? year : 0; /* the oldest wooden buildings: 7th century */
}

enum err_code citygml_building(const struct member *member, struct shape *shape,
                               struct arena *arena, struct made_feature *ret, struct err *err)
{
    TRY(footprint(member, shape, arena, ret, err));
    if (ret->refused != REFUSED_NOT)
        return ERR_OK;
    ret->feature.layer = CITY_BUILDING;
    const double height_m = height(member, ret);
    const double storeys = storeys_of(member);
    const int year = year_of(member->texts[TEXT_YEAR]);
    if (code_building_is_roof(member->texts[TEXT_CLASS]))
        made_tag_word(ret, KEY_BUILDING_KIND, "roof");
    made_tag_text(ret, KEY_BUILDING_ID, building_id(member, arena));
    made_tag_float(ret, KEY_BUILDING_HEIGHT, height_m);
    made_tag_word(ret, KEY_BUILDING_SOURCE, height_source_name(ret->height_source));
    if (ret->height_unknown != HEIGHT_KNOWN)
        made_tag_word(ret, KEY_BUILDING_UNKNOWN, height_unknown_name(ret->height_unknown));
    if (storeys > 0)
        made_tag_int(ret, KEY_BUILDING_STOREYS, (int64_t)storeys);
    made_tag_word(ret, KEY_BUILDING_USE, code_building_use(member->texts[TEXT_USAGE]));
    if (year)
        made_tag_int(ret, KEY_BUILDING_YEAR, year);
    made_tag_text(ret, KEY_BUILDING_NAME, member->texts[TEXT_NAME]);
    return ERR_OK;
}
