/* anchor: from a name of the town to the place where one would stand. */
#include <math.h>
#include <string.h>

#include "server/demo/random.h"
#include "server/demo/words.h"

static const struct demo_building *building_at(const struct demo_city *city, size_t i)
{
    return DEMO_AT(city->buildings, struct demo_building, i);
}

static struct demo_poly poly_of(const struct demo_xy *ring, int count)
{
    struct demo_poly poly = {0};
    for (int i = 0; i < count; i++)
        demo_poly_add(&poly, ring[i], (struct demo_side){DEMO_BORDER_NEIGHBOUR, 0});
    return poly;
}

/* A point well inside, also of an L: the deepest of the centre and its corners' ears. */
static struct demo_xy inside_of(const struct demo_building *building)
{
    const struct demo_poly poly = poly_of(building->ring, building->ring_count);
    const int n = poly.count;
    struct demo_xy best = demo_poly_centre(&poly);
    double depth = building->hole ? -1 : demo_poly_depth(&poly, best);
    for (int i = 0; i < n; i++) {
        struct demo_xy ear =
            demo_add(demo_add(poly.at[i], poly.at[(i + 1) % n]), poly.at[(i + 2) % n]);
        ear = demo_xy(ear.x / 3, ear.y / 3);
        const struct demo_xy near_wall = demo_along(poly.at[i], demo_sub(ear, poly.at[i]), 0.4);
        const struct demo_xy at = building->hole ? near_wall : ear;
        if (demo_poly_depth(&poly, at) > depth) {
            depth = demo_poly_depth(&poly, at);
            best = at;
        }
    }
    return best;
}

static const struct demo_building *named_building(const struct demo_city *city, const char *name)
{
    for (size_t i = 0; i < city->buildings.count; i++) {
        const struct demo_building *building = building_at(city, i);
        if (!building->kind && building->name && strcmp(building->name, name) == 0)
            return building;
    }
    return NULL;
}

/* Sheds are no place to write from. */
static const struct demo_building *nearest_building(const struct demo_city *city, struct demo_xy at)
{
    const struct demo_building *best = NULL;
    double nearest = 120;
    for (size_t i = 0; i < city->buildings.count; i++) {
        const struct demo_building *building = building_at(city, i);
        if (building->kind || building->height_m < 5 || fabs(building->ring[0].x - at.x) > 250 ||
            fabs(building->ring[0].y - at.y) > 250)
            continue;
        const struct demo_poly poly = poly_of(building->ring, building->ring_count);
        const double away = -demo_poly_depth(&poly, at);
        if (away < nearest) {
            nearest = away;
            best = building;
        }
    }
    return best;
}

static bool in_a_building_or_water(const struct demo_city *city, struct demo_xy at)
{
    for (size_t i = 0; i < city->buildings.count; i++) {
        const struct demo_building *building = building_at(city, i);
        if (building->kind || fabs(building->ring[0].x - at.x) > 250 ||
            fabs(building->ring[0].y - at.y) > 250)
            continue;
        const struct demo_poly poly = poly_of(building->ring, building->ring_count);
        if (demo_poly_depth(&poly, at) > -0.5)
            return true;
    }
    for (size_t i = 0; i < city->areas.count; i++) {
        const struct demo_area *area = DEMO_AT(city->areas, struct demo_area, i);
        if (area->layer != DEMO_WATER || area->count > DEMO_POLY_MAX)
            continue;
        const struct demo_poly poly = poly_of(area->ring, area->count);
        if (demo_poly_contains(&poly, at))
            return true;
    }
    return false;
}

/* The place itself, or the nearest one around it that is in the open. */
static struct demo_xy in_the_open(const struct demo_city *city, struct demo_xy at)
{
    static const struct demo_xy ways[8] = {{1, 0},  {0.7, 0.7},   {0, 1},  {-0.7, 0.7},
                                           {-1, 0}, {-0.7, -0.7}, {0, -1}, {0.7, -0.7}};
    for (int step = 0; step < 20; step++)
        for (int i = 0; i < (step ? 8 : 1); i++) {
            const struct demo_xy there = demo_along(at, ways[i], step * 3.0);
            if (!in_a_building_or_water(city, there))
                return there;
        }
    return at;
}

static bool on_a_square(const struct demo_city *city, struct demo_xy at)
{
    for (size_t i = 0; i < city->roads.count; i++) {
        const struct demo_road *road = DEMO_AT(city->roads, struct demo_road, i);
        if (!road->is_area)
            continue;
        const struct demo_poly poly = poly_of(road->line, road->count);
        if (demo_poly_contains(&poly, at))
            return true;
    }
    return false;
}

/* The nearest place for feet: a sidewalk or path, else the kerb of a street. */
static struct demo_xy on_foot(const struct demo_city *city, struct demo_xy at)
{
    struct demo_xy best = at;
    double nearest = 60;
    for (size_t i = 0; i < city->roads.count; i++) {
        const struct demo_road *road = DEMO_AT(city->roads, struct demo_road, i);
        const bool walk = strcmp(road->kind, "sidewalk") == 0 || strcmp(road->kind, "path") == 0;
        if (road->is_area || strcmp(road->kind, "rail") == 0 || strcmp(road->kind, "crossing") == 0)
            continue;
        for (int k = 0; k + 1 < road->count; k++) {
            const struct demo_xy a = road->line[k], ab = demo_sub(road->line[k + 1], a);
            const double square = demo_dot(ab, ab);
            double t = square > 0 ? demo_dot(demo_sub(at, a), ab) / square : 0;
            t = t < 0 ? 0 : t > 1 ? 1 : t;
            struct demo_xy there = demo_along(a, ab, t);
            if (!walk) {
                const double side = demo_cross(ab, demo_sub(at, a)) < 0 ? -1 : 1;
                there =
                    demo_along(there, demo_left(demo_unit(ab)), side * (road->width_m / 2 - 0.5));
            }
            if (demo_distance(there, at) < nearest) {
                nearest = demo_distance(there, at);
                best = there;
            }
        }
    }
    return best;
}

static const struct demo_place *place_of(const struct demo_city *city,
                                         const struct demo_anchor *anchor)
{
    for (size_t i = 0; i < city->places.count; i++) {
        const struct demo_place *place = DEMO_AT(city->places, struct demo_place, i);
        if (strcmp(place->name, anchor->name) == 0 &&
            (!anchor->kind[0] || strcmp(place->kind, anchor->kind) == 0))
            return place;
    }
    return NULL;
}

bool demo_anchor_find(const struct demo_city *city, const struct demo_anchor *anchor,
                      uint64_t stream, struct demo_xy *ret_at, int *ret_building)
{
    struct demo_random random = demo_random_of(91, stream);
    const struct demo_building *building = NULL;
    /* Two people never stand in quite the same place. */
    const struct demo_xy step = {demo_random_between(&random, -1.2, 1.2),
                                 demo_random_between(&random, -1.2, 1.2)};
    if (anchor->mode == '#') {
        building = named_building(city, anchor->name);
        if (!building)
            return false;
    } else {
        const struct demo_place *place = place_of(city, anchor);
        if (!place)
            return false;
        const struct demo_xy at =
            demo_add(demo_add(place->at, demo_xy(anchor->east, anchor->north)), step);
        if (anchor->mode == '%')
            building = nearest_building(city, at);
        else if (anchor->mode == '~' && !on_a_square(city, at))
            *ret_at = on_foot(city, at);
        else
            *ret_at = in_the_open(city, at);
        if (anchor->mode == '%' && !building)
            return false;
    }
    *ret_building = building ? building->number : 0;
    if (building)
        *ret_at = demo_along(inside_of(building), step, 0.5);
    return true;
}
