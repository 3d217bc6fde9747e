/* houses: one building, sometimes two, on a lot. */
#include <math.h>

#include "server/demo/lots.h"
#include "server/demo/shapes.h"

/* The ways of a zone. */
struct style {
    double front_m, side_m; /* kept free towards the street and the neighbours */
    double max_u, max_v;    /* of the footprint */
    double empty_percent;   /* car parks and vacant lots */
    double second_percent;  /* a shed, a storehouse */
    double tree_percent;
    int low, usual, high; /* storeys: 15, 65 and 15 per cent; the rest is `peak` */
    int peak;
    int year_from, year_to;
};

/* clang-format off */
static const struct style styles[] = {
    [DEMO_ZONE_HOMES]    = {2.0, 0.9, 14,  11, 5,  14, 30, 1, 2, 2,  3,  1962, 2023},
    [DEMO_ZONE_ESTATE]   = {2.2, 0.8, 10,  9,  3,  5,  30, 2, 2, 2,  3,  2003, 2024},
    [DEMO_ZONE_MIXED]    = {1.4, 0.7, 18,  16, 9,  6,  10, 2, 2, 4,  10, 1968, 2021},
    [DEMO_ZONE_CENTRE]   = {0.8, 0.5, 34,  30, 11, 0,  0,  3, 5, 8,  14, 1966, 2022},
    [DEMO_ZONE_SHOPS]    = {0.4, 0.2, 30,  22, 4,  0,  0,  2, 2, 3,  5,  1953, 2012},
    [DEMO_ZONE_OLD]      = {0.8, 0.5, 17,  13, 7,  42, 25, 1, 2, 2,  3,  1912, 2015},
    [DEMO_ZONE_WORKS]    = {6.0, 4.0, 92,  58, 4,  40, 40, 1, 1, 2,  3,  1971, 2019},
    [DEMO_ZONE_ROADSIDE] = {5.0, 4.0, 56,  42, 6,  12, 20, 1, 1, 2,  2,  1991, 2023},
    [DEMO_ZONE_HAMLET]   = {5.0, 2.0, 17,  11, 6,  75, 90, 1, 2, 2,  2,  1948, 2018},
};

static const char *const garden_trees[] = {"カキ", "ウメ", "モミジ", "キンモクセイ", "マツ", "サルスベリ", "ツバキ", "ミカン"};
/* clang-format on */

static bool is_small_house(enum demo_zone zone)
{
    return zone == DEMO_ZONE_HOMES || zone == DEMO_ZONE_ESTATE || zone == DEMO_ZONE_HAMLET ||
           zone == DEMO_ZONE_OLD;
}

static int storeys_of(const struct style *style, struct demo_random *random)
{
    const double roll = demo_random_unit(random);
    return roll < 0.15   ? style->low
           : roll < 0.8  ? style->usual
           : roll < 0.95 ? style->high
                         : style->peak;
}

static const char *use_of(enum demo_zone zone, int storeys, double area, struct demo_random *random)
{
    const double roll = demo_random_unit(random);
    switch (zone) {
    case DEMO_ZONE_SHOPS:
        return roll < 0.55 ? "店舗等併用住宅" : roll < 0.92 ? "商業施設" : "業務施設";
    case DEMO_ZONE_CENTRE:
        if (storeys > 8)
            return roll < 0.7 ? "共同住宅" : "業務施設";
        return roll < 0.45 ? "業務施設" : roll < 0.8 ? "商業施設" : "店舗等併用住宅";
    case DEMO_ZONE_WORKS:
        return roll < 0.6 ? "工場" : roll < 0.9 ? "運輸倉庫施設" : "業務施設";
    case DEMO_ZONE_ROADSIDE:
        return roll < 0.85 ? "商業施設" : "運輸倉庫施設";
    case DEMO_ZONE_OLD:
        return roll < 0.55 ? "住宅" : roll < 0.9 ? "店舗等併用住宅" : "作業所併用住宅";
    case DEMO_ZONE_MIXED:
        if (storeys > 3)
            return roll < 0.65 ? "共同住宅" : "業務施設";
        return roll < 0.5 ? "住宅" : roll < 0.75 ? "店舗等併用住宅" : "業務施設";
    default:
        return area > 150 && roll < 0.6 ? "共同住宅" : roll < 0.965 ? "住宅" : "店舗等併用住宅";
    }
}

/* Metres of a building with so many storeys, by what it is built of. */
static double height_of(enum demo_zone zone, int storeys, struct demo_random *random)
{
    double height = 0;
    if (zone == DEMO_ZONE_WORKS || zone == DEMO_ZONE_ROADSIDE)
        height = 3.2 + storeys * 3.9 + demo_random_between(random, -0.8, 2.6);
    else if (storeys <= 3 && zone != DEMO_ZONE_CENTRE)
        height = 1.7 + storeys * 2.9 + demo_random_between(random, -0.5, 1.1);
    else
        height = 1.2 + storeys * 3.25 + demo_random_between(random, -0.7, 1.8);
    return floor(height * 10 + 0.5) / 10;
}

/* Most heights are measured; a few are not known, and say so. */
static void add_source(struct demo_building *building, struct demo_random *random)
{
    const double roll = demo_random_unit(random);
    building->source = roll < 0.86    ? DEMO_MEASURED
                       : roll < 0.92  ? DEMO_LOD1
                       : roll < 0.965 ? DEMO_STOREYS
                                      : DEMO_ASSUMED;
    if (building->source == DEMO_MEASURED)
        return;
    building->unknown = demo_random_chance(random, 70) ? "absent" : "sentinel";
    if (building->source == DEMO_STOREYS)
        building->height_m = building->storeys * 3;
    if (building->source == DEMO_ASSUMED) {
        building->height_m = 6;
        building->storeys = 0;
    }
}

/* The direction of the lot's longest street side; towards the street is to its right. */
static struct demo_xy front_of(const struct demo_poly *lot)
{
    struct demo_xy best = demo_poly_frame(lot).u;
    double longest = 0;
    for (int i = 0; i < lot->count; i++) {
        const struct demo_xy side = demo_sub(lot->at[(i + 1) % lot->count], lot->at[i]);
        if (lot->side[i].border == DEMO_BORDER_NEIGHBOUR || demo_length(side) <= longest)
            continue;
        longest = demo_length(side);
        best = demo_unit(side);
    }
    return best;
}

static enum demo_shape shape_of(enum demo_zone zone, const struct demo_frame *frame,
                                struct demo_random *random)
{
    const double area = 4 * frame->half_u * frame->half_v;
    const double roll = demo_random_unit(random);
    if (area < 45 || zone == DEMO_ZONE_SHOPS)
        return DEMO_SHAPE_BOX;
    if (zone == DEMO_ZONE_CENTRE && area > 620 && roll < 0.12)
        return DEMO_SHAPE_COURT;
    if (area > 300 && roll < 0.2)
        return DEMO_SHAPE_U;
    return roll < 0.52 ? DEMO_SHAPE_BOX : roll < 0.86 ? DEMO_SHAPE_L : DEMO_SHAPE_T;
}

/* The part of the lot beyond the main building, for a shed, a tree, a car. */
static struct demo_poly yard_of(const struct demo_poly *ground, const struct demo_frame *main)
{
    const struct demo_side none = {DEMO_BORDER_NEIGHBOUR, 0};
    struct demo_poly best = {0};
    for (int way = 0; way < 2; way++) {
        const double at = (way ? 1 : -1) * (main->half_v + 1.0);
        struct demo_poly left, right;
        struct demo_xy from, to;
        if (!demo_poly_cut(ground, demo_frame_at(main, 0, at), main->u, none, &left, &right, &from,
                           &to))
            continue;
        const struct demo_poly *yard = way ? &left : &right;
        if (best.count == 0 || demo_poly_area(yard) > demo_poly_area(&best))
            best = *yard;
    }
    return best;
}

static void fill_yard(struct demo_city *city, const struct demo_poly *yard, enum demo_zone zone,
                      struct demo_random *random)
{
    const struct style *style = &styles[zone];
    struct demo_frame frame;
    if (yard->count < 3 || demo_poly_area(yard) < 14)
        return;
    if (demo_random_chance(random, style->second_percent)) {
        const bool large = zone == DEMO_ZONE_WORKS || zone == DEMO_ZONE_ROADSIDE;
        const bool farm = zone == DEMO_ZONE_HAMLET || zone == DEMO_ZONE_OLD;
        const double size = large ? 18 : farm ? 8.5 : 4.5;
        if (!demo_fit(yard, front_of(yard), size * 1.4, size, demo_xy(0, 0), 2.2, &frame))
            return;
        struct demo_building shed = {
            .use = large  ? "業務施設"
                   : farm ? "農林漁業用施設"
                          : "その他",
            .height_m = large  ? 7.4
                        : farm ? 5.6
                               : 2.6,
            .storeys = large || farm ? 2 : 1,
        };
        add_source(&shed, random);
        demo_shape_build(city, &frame, DEMO_SHAPE_BOX, random, shed);
        return;
    }
    if (demo_random_chance(random, style->tree_percent)) {
        const struct demo_xy at = demo_poly_centre(yard);
        const double height = demo_random_between(random, 2.8, zone == DEMO_ZONE_HAMLET ? 11 : 6);
        demo_city_tree(
            city,
            (struct demo_tree){at, height, fmin(height * 0.35, 2.6),
                               garden_trees[demo_random_below(random, (int)LENGTH(garden_trees))]});
    }
}

void demo_house_build(struct demo_city *city, const struct demo_poly *lot, enum demo_zone zone,
                      uint64_t stream)
{
    struct demo_random random = demo_random_of(31, stream);
    const struct style *style = &styles[zone];
    struct demo_poly ground = *lot;
    for (int i = 0; i < ground.count; i++)
        ground.side[i].clear_m = lot->side[i].border == DEMO_BORDER_NEIGHBOUR ? style->side_m
                                 : lot->side[i].border == DEMO_BORDER_ARCADE  ? 0.3
                                                                              : style->front_m;
    ground = demo_poly_inset(&ground, 0);
    if (ground.count < 3 || demo_random_chance(&random, style->empty_percent))
        return;
    const double room = demo_poly_area(&ground);
    const double grown = zone == DEMO_ZONE_HOMES && room > 260 ? 1.7 : 1; /* flats */
    const double some = demo_random_between(&random, 0.82, 1);
    /* Homes leave their garden in the sun: the house moves north. */
    const struct demo_xy push = is_small_house(zone) ? demo_xy(0, 1) : demo_xy(0, 0);
    struct demo_frame frame;
    if (!demo_fit(&ground, front_of(lot), style->max_u * grown * some, style->max_v * some, push,
                  3.6, &frame))
        return;
    const double area = 4 * frame.half_u * frame.half_v;
    int storeys = storeys_of(style, &random);
    if (area < 55 && storeys > 4)
        storeys = 3;
    struct demo_building house = {
        .use = use_of(zone, storeys, area, &random),
        .height_m = height_of(zone, storeys, &random),
        .storeys = storeys,
        .year = demo_random_chance(&random, 82)
                    ? (int)demo_random_between(&random, style->year_from, style->year_to + 1)
                    : 0,
    };
    add_source(&house, &random);
    demo_shape_build(city, &frame, shape_of(zone, &frame, &random), &random, house);
    const struct demo_poly yard = yard_of(&ground, &frame);
    fill_yard(city, &yard, zone, &random);
}
