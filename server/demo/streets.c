#include "server/demo/streets.h"

#include <math.h>
#include <string.h>

#include "server/demo/plan.h"
#include "server/demo/random.h"

enum { LINE_MAX = (DEMO_ROWS + DEMO_COLS + 4) * DEMO_CURVE };
enum arm { NORTH, EAST, SOUTH, WEST };

/* A line under way: stretches that look the same become one road. */
struct run {
    struct demo_xy line[LINE_MAX];
    int count;
    struct demo_street street;
};

static void flush(struct demo_city *city, struct run *run)
{
    if (run->count > 1 && run->street.width_m > 0)
        demo_city_road(city, run->line, run->count,
                       (struct demo_road){.kind = run->street.kind,
                                          .name = run->street.name,
                                          .width_m = run->street.width_m});
    run->count = 0;
}

static void extend(struct demo_city *city, struct run *run, struct demo_street street,
                   const struct demo_xy piece[DEMO_CURVE + 1])
{
    if (run->count && (run->street.width_m != street.width_m || run->street.name != street.name ||
                       run->street.kind != street.kind))
        flush(city, run);
    run->street = street;
    for (int i = run->count ? 1 : 0; i <= DEMO_CURVE; i++)
        run->line[run->count++] = piece[i];
}

void demo_streets_lines(struct demo_city *city)
{
    struct demo_xy piece[DEMO_CURVE + 1];
    struct run run = {.count = 0};
    for (int row = -1; row <= DEMO_ROWS; row++) {
        for (int col = -1; col < DEMO_COLS; col++) {
            demo_plan_east(row, col, piece);
            extend(city, &run, demo_plan_street_east(row, col), piece);
        }
        flush(city, &run);
    }
    for (int col = -1; col <= DEMO_COLS; col++) {
        for (int row = -1; row < DEMO_ROWS; row++) {
            demo_plan_south(row, col, piece);
            extend(city, &run, demo_plan_street_south(row, col), piece);
        }
        flush(city, &run);
    }
}

/* One of the four stretches that meet at a node, seen from the node. */
struct stretch {
    struct demo_street street; /* width 0: none */
    struct demo_xy away;       /* unit vector */
};

static struct stretch stretch_of(int row, int col, enum arm arm)
{
    struct demo_xy piece[DEMO_CURVE + 1];
    struct stretch stretch = {.street = {.width_m = 0}};
    const bool vertical = arm == NORTH || arm == SOUTH;
    const int from_row = arm == NORTH ? row - 1 : row, from_col = arm == WEST ? col - 1 : col;
    if (from_row < 0 || from_col < 0 || (vertical && from_row + 1 >= DEMO_ROWS) ||
        (!vertical && from_col + 1 >= DEMO_COLS))
        return stretch;
    if (vertical)
        demo_plan_south(from_row, from_col, piece);
    else
        demo_plan_east(from_row, from_col, piece);
    stretch.street = vertical ? demo_plan_street_south(from_row, from_col)
                              : demo_plan_street_east(from_row, from_col);
    const bool ends_here = arm == NORTH || arm == WEST;
    stretch.away = ends_here ? demo_unit(demo_sub(piece[DEMO_CURVE - 1], piece[DEMO_CURVE]))
                             : demo_unit(demo_sub(piece[1], piece[0]));
    return stretch;
}

static double sidewalk_width(struct demo_street street)
{
    return street.width_m >= 16 ? 3.5 : 2;
}

/* From the middle of the street to the middle of its sidewalk, or its edge where there is none. */
static double sidewalk_offset(struct demo_street street)
{
    return street.sidewalks ? street.width_m / 2 - sidewalk_width(street) / 2 : street.width_m / 2;
}

/* Where the sidewalks right of `arm` (seen from the node) and left of the next arm clockwise meet.
 */
static struct demo_xy corner_of(struct demo_xy node, struct stretch arm, struct stretch next)
{
    const struct demo_xy a = arm.street.width_m > 0 ? arm.away : demo_left(next.away);
    const struct demo_xy b = next.street.width_m > 0 ? next.away : demo_xy(arm.away.y, -arm.away.x);
    const struct demo_xy p =
        demo_along(node, demo_left(a), -sidewalk_offset(arm.street)); /* to the right of a */
    const struct demo_xy q = demo_along(node, demo_left(b), sidewalk_offset(next.street));
    const double turn = demo_cross(a, b);
    if (fabs(turn) < 0.2)
        return demo_along(p, demo_sub(q, p), 0.5);
    return demo_along(p, a, demo_cross(demo_sub(q, p), b) / turn);
}

/* The corner right of the arm. */
static struct demo_xy right_corner(int row, int col, enum arm arm)
{
    return corner_of(demo_plan_node(row, col), stretch_of(row, col, arm),
                     stretch_of(row, col, (enum arm)((arm + 1) % 4)));
}

static struct demo_xy left_corner(int row, int col, enum arm arm)
{
    return right_corner(row, col, (enum arm)((arm + 3) % 4));
}

/* Both sidewalks of a stretch, corner to corner. `sign` 1: left of the way from a to b. */
static void sidewalk(struct demo_city *city, const struct demo_xy piece[DEMO_CURVE + 1],
                     struct demo_street street, struct demo_xy first, struct demo_xy last, int sign)
{
    struct demo_xy line[DEMO_CURVE + 1];
    int count = 0;
    line[count++] = first;
    for (int i = 1; i < DEMO_CURVE; i++) {
        const struct demo_xy along = demo_unit(demo_sub(piece[i + 1], piece[i - 1]));
        line[count++] = demo_along(piece[i], demo_left(along), sign * sidewalk_offset(street));
    }
    line[count++] = last;
    demo_city_road(city, line, count,
                   (struct demo_road){.kind = "sidewalk", .width_m = sidewalk_width(street)});
}

static void node_crossings(struct demo_city *city, int row, int col)
{
    for (int i = 0; i < 4; i++) {
        const enum arm arm = (enum arm)i;
        const struct stretch here = stretch_of(row, col, arm);
        const bool beside = stretch_of(row, col, (enum arm)((i + 1) % 4)).street.sidewalks ||
                            stretch_of(row, col, (enum arm)((i + 3) % 4)).street.sidewalks;
        const struct demo_xy line[2] = {left_corner(row, col, arm), right_corner(row, col, arm)};
        const bool on_edge = (arm == NORTH && row == 0) || (arm == SOUTH && row + 1 == DEMO_ROWS) ||
                             (arm == WEST && col == 0) || (arm == EAST && col + 1 == DEMO_COLS);
        if (on_edge || (!beside && !here.street.sidewalks))
            continue;
        if (here.street.width_m > 0)
            demo_city_road(city, line, 2,
                           (struct demo_road){.kind = "crossing",
                                              .width_m = here.street.width_m >= 12 ? 4 : 3});
        else if (beside)
            demo_city_road(city, line, 2, (struct demo_road){.kind = "sidewalk", .width_m = 2});
    }
}

void demo_streets_sidewalks(struct demo_city *city)
{
    struct demo_xy piece[DEMO_CURVE + 1];
    for (int row = 0; row < DEMO_ROWS; row++) {
        for (int col = 0; col < DEMO_COLS; col++) {
            node_crossings(city, row, col);
            if (col + 1 < DEMO_COLS && demo_plan_street_east(row, col).sidewalks) {
                const struct demo_street street = demo_plan_street_east(row, col);
                demo_plan_east(row, col, piece);
                sidewalk(city, piece, street, left_corner(row, col, EAST),
                         right_corner(row, col + 1, WEST), 1);
                sidewalk(city, piece, street, right_corner(row, col, EAST),
                         left_corner(row, col + 1, WEST), -1);
            }
            if (row + 1 < DEMO_ROWS && demo_plan_street_south(row, col).sidewalks &&
                demo_plan_street_south(row, col).width_m > 0) {
                const struct demo_street street = demo_plan_street_south(row, col);
                demo_plan_south(row, col, piece);
                sidewalk(city, piece, street, left_corner(row, col, SOUTH),
                         right_corner(row + 1, col, NORTH), 1);
                sidewalk(city, piece, street, right_corner(row, col, SOUTH),
                         left_corner(row + 1, col, NORTH), -1);
            }
        }
    }
}

/* Is the place in the mouth of a street that ends here? */
static bool in_a_mouth(const struct demo_city *city, struct demo_xy at)
{
    for (size_t i = 0; i < city->roads.count; i++) {
        const struct demo_road *road = DEMO_AT(city->roads, struct demo_road, i);
        if (road->is_area || strcmp(road->kind, "sidewalk") == 0)
            continue;
        const double clear = road->width_m / 2 + 3.5;
        for (int k = 0; k < 2; k++) {
            /* The end lies in the middle of the street: compare along the cut's own line. */
            const struct demo_xy end = road->line[k ? road->count - 1 : 0];
            const struct demo_xy in = road->line[k ? road->count - 2 : 1];
            const struct demo_xy along = demo_unit(demo_sub(in, end));
            const struct demo_xy to = demo_sub(at, end);
            if (fabs(demo_cross(along, to)) < clear && demo_dot(along, to) > -2 &&
                demo_dot(along, to) < 16)
                return true;
        }
    }
    return false;
}

static void tree_row(struct demo_city *city, const struct demo_xy piece[DEMO_CURVE + 1],
                     struct demo_street street, uint64_t stream)
{
    struct demo_random random = demo_random_of(51, stream);
    const double spacing = street.width_m >= 20 ? 10.5 : 13;
    const double total = DEMO_CURVE * demo_distance(piece[0], piece[1]);
    const double offset = street.width_m / 2 - (street.width_m >= 16 ? 4.4 : 2.6);
    for (int side = -1; side <= 1; side += 2) {
        for (double s = 22; s < total - 22; s += spacing) {
            const int i = (int)fmin(DEMO_CURVE - 1, s / total * DEMO_CURVE);
            const double t = s / total * DEMO_CURVE - i;
            const struct demo_xy along = demo_sub(piece[i + 1], piece[i]);
            const struct demo_xy at = demo_along(demo_along(piece[i], along, t),
                                                 demo_left(demo_unit(along)), side * offset);
            const double height = demo_random_between(&random, 5.5, 8.5) *
                                  (strcmp(street.trees, "ケヤキ") == 0 ? 1.4 : 1);
            if (demo_random_chance(&random, 6) || in_a_mouth(city, at))
                continue; /* felled, not yet planted again */
            demo_city_tree(city, (struct demo_tree){at, height, height * 0.3, street.trees});
        }
    }
}

void demo_streets_trees(struct demo_city *city)
{
    struct demo_xy piece[DEMO_CURVE + 1];
    for (int row = 0; row < DEMO_ROWS; row++) {
        for (int col = 0; col < DEMO_COLS; col++) {
            if (col + 1 < DEMO_COLS && demo_plan_street_east(row, col).trees) {
                demo_plan_east(row, col, piece);
                tree_row(city, piece, demo_plan_street_east(row, col), (uint64_t)(row * 64 + col));
            }
            if (row + 1 < DEMO_ROWS && demo_plan_street_south(row, col).trees) {
                demo_plan_south(row, col, piece);
                tree_row(city, piece, demo_plan_street_south(row, col),
                         (uint64_t)(4096 + row * 64 + col));
            }
        }
    }
}
