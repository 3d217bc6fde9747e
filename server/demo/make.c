/* make: the order in which the town comes into being. */
#include <string.h>

#include "server/demo/blocks.h"
#include "server/demo/city.h"
#include "server/demo/lots.h"
#include "server/demo/places.h"
#include "server/demo/plan.h"
#include "server/demo/random.h"
#include "server/demo/shapes.h"
#include "server/demo/sites.h"
#include "server/demo/streets.h"
#include "server/demo/strips.h"

static const char *landuse_of(enum demo_zone zone)
{
    switch (zone) {
    case DEMO_ZONE_CENTRE:
    case DEMO_ZONE_SHOPS:
    case DEMO_ZONE_ROADSIDE:
        return "commercial";
    case DEMO_ZONE_WORKS:
        return "industrial";
    case DEMO_ZONE_FIELDS:
    case DEMO_ZONE_STRIP:
        return NULL;
    default:
        return "residential";
    }
}

static void make_cell(struct demo_city *city, int row, int col)
{
    const enum demo_zone zone = demo_plan_zone(row, col);
    if (zone == DEMO_ZONE_STRIP)
        return;
    const struct demo_poly cell = demo_plan_cell(row, col);
    if (landuse_of(zone))
        demo_city_area(city, &cell,
                       (struct demo_area){.layer = DEMO_LANDUSE, .kind = landuse_of(zone)});
    struct demo_blocks blocks = {.count = 0};
    demo_blocks_make(city, row, col, &blocks);
    for (int i = 0; i < blocks.count; i++) {
        if (blocks.blocks[i].site)
            demo_site_build(city, blocks.blocks[i].site, &blocks.blocks[i].ground);
        else
            demo_lots_fill(city, &blocks.blocks[i]);
    }
}

/* Glass roofs over the arcade, in pieces of 24 m with a slit between them. */
static void roof_arcade(struct demo_city *city)
{
    const size_t count = city->roads.count;
    for (size_t i = 0; i < count; i++) {
        const struct demo_road *road = DEMO_AT(city->roads, struct demo_road, i);
        if (!road->name || strcmp(road->name, "くすのき商店街") != 0)
            continue;
        const struct demo_xy from = road->line[0], whole = demo_sub(road->line[1], from);
        const struct demo_xy along = demo_unit(whole);
        const double length = demo_length(whole);
        for (double s = 14; s + 24 < length - 13; s += 25) {
            const struct demo_frame frame = {demo_along(from, along, s + 12), along,
                                             demo_left(along), 12, road->width_m / 2};
            struct demo_random random = demo_random_of(81, i);
            demo_shape_build(city, &frame, DEMO_SHAPE_BOX, &random,
                             (struct demo_building){.kind = "roof",
                                                    .use = "商業施設",
                                                    .name = "くすのき商店街アーケード",
                                                    .height_m = 9.4,
                                                    .min_height_m = 8.2,
                                                    .year = 1983});
        }
    }
}

enum err_code demo_city_make(struct arena *arena, struct demo_city *ret, struct err *err)
{
    struct demo_city city = {.arena = arena};
    demo_streets_lines(&city);
    demo_streets_sidewalks(&city);
    for (int row = -1; row < DEMO_ROWS; row++)
        for (int col = -1; col < DEMO_COLS; col++)
            make_cell(&city, row, col);
    demo_canal_make(&city);
    demo_rail_make(&city);
    demo_river_make(&city);
    roof_arcade(&city);
    demo_streets_trees(&city);
    demo_places_make(&city);
    if (city.failed)
        return err_set(err, ERR_NOMEM, "no memory for the demo town", 0);
    *ret = city;
    return ERR_OK;
}
