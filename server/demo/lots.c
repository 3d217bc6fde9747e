#include "server/demo/lots.h"

#include <math.h>

#include "server/demo/random.h"

/* How a zone's blocks become lots. */
struct style {
    double lot_m2;
    double least_front_m; /* of a lot to a street */
    double front_m;       /* 0: divided in halves; else sliced in rows with this front */
    double depth_m;       /* of a row */
};

/* clang-format off */
static const struct style styles[] = {
    [DEMO_ZONE_HOMES]    = {280,  5.5, 0,    0},
    [DEMO_ZONE_ESTATE]   = {0,    0,   11.5, 16},
    [DEMO_ZONE_MIXED]    = {330,  7,   0,    0},
    [DEMO_ZONE_CENTRE]   = {560,  12,  0,    0},
    [DEMO_ZONE_SHOPS]    = {0,    0,   8.5,  20},
    [DEMO_ZONE_OLD]      = {0,    0,   11,   24},
    [DEMO_ZONE_WORKS]    = {7500, 25,  0,    0},
    [DEMO_ZONE_ROADSIDE] = {5600, 25,  0,    0},
    [DEMO_ZONE_HAMLET]   = {880,  9,   0,    0},
};
/* clang-format on */

uint64_t demo_stream_of(const struct demo_poly *ground)
{
    const struct demo_xy at = demo_poly_centre(ground);
    const uint64_t x = (uint64_t)(int64_t)floor(at.x * 10), y = (uint64_t)(int64_t)floor(at.y * 10);
    return x * 1000003u ^ y;
}

static double street_front(const struct demo_poly *lot)
{
    double front = 0;
    for (int i = 0; i < lot->count; i++)
        if (lot->side[i].border != DEMO_BORDER_NEIGHBOUR)
            front += demo_distance(lot->at[i], lot->at[(i + 1) % lot->count]);
    return front;
}

/* Halves, until small; a lot keeps its way to a street. */
static void halve(struct demo_city *city, const struct demo_poly *lot, enum demo_zone zone,
                  int depth)
{
    struct demo_random random = demo_random_of(21, demo_stream_of(lot));
    const double target = styles[zone].lot_m2;
    const double limit = target * demo_random_between(&random, 1.1, 1.9);
    if (demo_poly_area(lot) > limit && depth < 14) {
        const struct demo_frame frame = demo_poly_frame(lot);
        const double off = demo_random_between(&random, -0.12, 0.12) * frame.half_u;
        for (int way = 0; way < 2; way++) {
            struct demo_poly left, right;
            struct demo_xy from, to;
            const struct demo_side none = {DEMO_BORDER_NEIGHBOUR, 0};
            if (!demo_poly_cut(lot, demo_frame_at(&frame, way ? 0 : off, 0),
                               way ? frame.u : frame.v, none, &left, &right, &from, &to))
                continue;
            if (fmin(street_front(&left), street_front(&right)) < styles[zone].least_front_m)
                continue;
            halve(city, &left, zone, depth + 1);
            halve(city, &right, zone, depth + 1);
            return;
        }
    }
    demo_house_build(city, lot, zone, demo_stream_of(lot));
}

/* One row, cut across its axis into lots of about the same front. */
static void slice(struct demo_city *city, const struct demo_poly *row, struct demo_xy axis,
                  enum demo_zone zone)
{
    struct demo_random random = demo_random_of(22, demo_stream_of(row));
    const struct demo_side none = {DEMO_BORDER_NEIGHBOUR, 0};
    const struct demo_frame frame = demo_poly_frame_along(row, axis);
    const int count = (int)fmax(1, floor(2 * frame.half_u / styles[zone].front_m));
    struct demo_poly rest = *row;
    for (int i = 1; i < count; i++) {
        const double step = 2 * frame.half_u / count;
        const double at = -frame.half_u + step * (i + demo_random_between(&random, -0.18, 0.18));
        struct demo_poly left, right;
        struct demo_xy from, to;
        /* Along v: what is left of the line lies to the west of it. */
        if (!demo_poly_cut(&rest, demo_frame_at(&frame, at, 0), frame.v, none, &left, &right, &from,
                           &to))
            continue;
        demo_house_build(city, &left, zone, demo_stream_of(&left));
        rest = right;
    }
    demo_house_build(city, &rest, zone, demo_stream_of(&rest));
}

/* Two rows back to back, or one when the block is thin. */
static void rows(struct demo_city *city, const struct demo_poly *ground, enum demo_zone zone)
{
    struct demo_xy axis = demo_poly_frame(ground).u;
    for (int i = 0; i < ground->count; i++)
        if (ground->side[i].border == DEMO_BORDER_ARCADE)
            axis = demo_unit(demo_sub(ground->at[(i + 1) % ground->count], ground->at[i]));
    const struct demo_frame frame = demo_poly_frame_along(ground, axis);
    const struct demo_side none = {DEMO_BORDER_NEIGHBOUR, 0};
    struct demo_poly left, right;
    struct demo_xy from, to;
    if (frame.half_v > styles[zone].depth_m * 0.72 &&
        demo_poly_cut(ground, frame.centre, axis, none, &left, &right, &from, &to)) {
        slice(city, &left, axis, zone);
        slice(city, &right, axis, zone);
    } else {
        slice(city, ground, axis, zone);
    }
}

void demo_lots_fill(struct demo_city *city, const struct demo_block *block)
{
    const struct demo_poly *ground = &block->ground;
    if (block->zone == DEMO_ZONE_SLABS && demo_poly_area(ground) > 6000)
        demo_slabs_build(city, ground);
    else if (block->zone == DEMO_ZONE_SLABS)
        halve(city, ground, DEMO_ZONE_HOMES, 0);
    else if (block->zone == DEMO_ZONE_FIELDS)
        demo_fields_build(city, ground);
    else if (styles[block->zone].front_m > 0)
        rows(city, ground, block->zone);
    else
        halve(city, ground, block->zone, 0);
}
