#include "server/demo/strips.h"

#include <math.h>

#include "server/demo/plan.h"
#include "server/demo/random.h"
#include "server/demo/shapes.h"

enum { POINTS = DEMO_STRIP_POINTS };

void demo_strip_line(int row, double offset, struct demo_xy ret[POINTS])
{
    struct demo_xy line[POINTS];
    for (int col = -1; col < DEMO_COLS; col++)
        demo_plan_east(row, col, &line[(col + 1) * DEMO_CURVE]);
    for (int i = 0; i < POINTS; i++) {
        const struct demo_xy along =
            demo_unit(demo_sub(line[i + 1 < POINTS ? i + 1 : i], line[i ? i - 1 : 0]));
        ret[i] = demo_along(line[i], demo_left(along), offset);
    }
}

void demo_strip_between(int row, double share, struct demo_xy ret[POINTS])
{
    struct demo_xy north[POINTS], south[POINTS];
    demo_strip_line(row, 0, north);
    demo_strip_line(row + 1, 0, south);
    for (int i = 0; i < POINTS; i++)
        ret[i] = demo_along(north[i], demo_sub(south[i], north[i]), share);
}

/* The ribbon between a southern line (west to east) and a northern one. */
static void ribbon(struct demo_city *city, const struct demo_xy south[POINTS],
                   const struct demo_xy north[POINTS], struct demo_area like)
{
    struct demo_xy ring[2 * POINTS];
    for (int i = 0; i < POINTS; i++) {
        ring[i] = south[i];
        ring[2 * POINTS - 1 - i] = north[i];
    }
    demo_city_area_of(city, ring, 2 * POINTS, like);
}

/* Trees along a line, `clear` metres away from the columns' streets. */
static void tree_line(struct demo_city *city, const struct demo_xy line[POINTS], int from, int to,
                      double spacing, const char *species, double height, uint64_t stream)
{
    struct demo_random random = demo_random_of(61, stream);
    double carry = 0;
    for (int i = from; i < to; i++) {
        const double length = demo_distance(line[i], line[i + 1]);
        double s = carry;
        for (; s < length; s += spacing) {
            const struct demo_xy at =
                demo_along(line[i], demo_sub(line[i + 1], line[i]), s / length);
            const struct demo_xy node = line[(i + (s * 2 > length)) / DEMO_CURVE * DEMO_CURVE];
            const struct demo_xy next = line[(i / DEMO_CURVE + 1) * DEMO_CURVE];
            if (demo_distance(at, node) < 11 || demo_distance(at, next) < 11)
                continue;
            const double h = height * demo_random_between(&random, 0.8, 1.2);
            demo_city_tree(city, (struct demo_tree){at, h, h * 0.42, species});
        }
        carry = s - length;
    }
}

void demo_canal_make(struct demo_city *city)
{
    struct demo_xy north[POINTS], south[POINTS], bank[POINTS];
    const int row = DEMO_CELL_CANAL;
    demo_strip_between(row, 0.36, north);
    demo_strip_between(row, 0.64, south);
    ribbon(city, south, north,
           (struct demo_area){.layer = DEMO_WATER, .kind = "canal", .name = "かがみ用水"});
    demo_strip_between(row, 0.15, bank);
    ribbon(city, north, bank, (struct demo_area){.layer = DEMO_GREEN, .kind = "grass"});
    demo_strip_between(row, 0.85, bank);
    ribbon(city, bank, south, (struct demo_area){.layer = DEMO_GREEN, .kind = "grass"});
    demo_strip_between(row, 0.24, bank);
    demo_city_road(
        city, bank, POINTS,
        (struct demo_road){.kind = "path", .name = "かがみ用水の小みち", .width_m = 2.5});
    /* The northern bank has no trees east of けやき橋 yet: the school route people write about. */
    demo_strip_between(row, 0.30, bank);
    tree_line(city, bank, 6, 24, 9, "ヤナギ", 6, 1);
    demo_strip_between(row, 0.74, bank);
    tree_line(city, bank, 10, 30, 11, "サクラ", 5.5, 2);
}

/* Metres from the middle of the line to a track: wider apart around the platforms. */
static double track_offset(double x, int track)
{
    static const double far[4] = {-6, -2, 2, 6}, near[4] = {-9.5, -5.2, 5.2, 9.5};
    const double away = fabs(x - 80);
    const double t = away < 210 ? 1 : away > 420 ? 0 : (420 - away) / 210;
    return far[track] + (near[track] - far[track]) * t;
}

static void station(struct demo_city *city, struct demo_xy at, struct demo_xy along)
{
    struct demo_random random = demo_random_of(62, 1);
    const struct demo_frame frame = {at, along, demo_left(along), 44, 12.5};
    const struct demo_frame roof = {at, along, demo_left(along), 105, 3.2};
    const struct demo_frame entry = {demo_frame_at(&frame, -6, 0), along, demo_left(along), 9, 30};
    demo_shape_build(city, &frame, DEMO_SHAPE_BOX, &random,
                     (struct demo_building){.use = "運輸倉庫施設",
                                            .name = "くまのや駅",
                                            .height_m = 15.5,
                                            .min_height_m = 6.2,
                                            .storeys = 3,
                                            .year = 1998});
    /* The platform's roof, west and east of the building above the tracks. */
    for (int side = -1; side <= 1; side += 2) {
        struct demo_frame part = roof;
        part.centre = demo_frame_at(&roof, side * (44.5 + 34), 0);
        part.half_u = 34;
        demo_shape_build(
            city, &part, DEMO_SHAPE_BOX, &random,
            (struct demo_building){
                .kind = "roof", .use = "運輸倉庫施設", .height_m = 5.0, .min_height_m = 4.4});
    }
    /* The free passage that joins both squares over the lanes. */
    for (int side = -1; side <= 1; side += 2) {
        struct demo_frame part = entry;
        part.centre = demo_frame_at(&entry, 0, side * 19.5);
        part.half_v = 6.8;
        demo_shape_build(city, &part, DEMO_SHAPE_BOX, &random,
                         (struct demo_building){.kind = "roof",
                                                .use = "運輸倉庫施設",
                                                .name = "くまのや駅自由通路",
                                                .height_m = 10.5,
                                                .min_height_m = 6.2});
    }
    demo_city_place(city, (struct demo_place){at, "station", "くまのや駅", "Kumanoya Station", 2});
}

void demo_rail_make(struct demo_city *city)
{
    struct demo_xy middle[POINTS], track[POINTS];
    demo_strip_between(DEMO_CELL_RAIL, 0.5, middle);
    for (int k = 0; k < 4; k++) {
        for (int i = 0; i < POINTS; i++)
            track[i] = demo_xy(middle[i].x, middle[i].y + track_offset(middle[i].x, k));
        demo_city_road(city, track, POINTS,
                       (struct demo_road){.kind = "rail", .name = "くまのや線", .width_m = 1.1});
    }
    const int at = (DEMO_COL_STATION + 1) * DEMO_CURVE + 1;
    station(city, middle[at], demo_unit(demo_sub(middle[at + 1], middle[at - 1])));
    /* Foot tunnels where no street crosses. */
    static const struct {
        int col;
        const char *name, *name_en;
    } tunnels[] = {{4, "鍛冶屋町地下道", "Kajiya-cho Underpass"},
                   {6, "文化通り地下道", "Bunka-dori Underpass"},
                   {8, "日の出地下道", "Hinode Underpass"}};
    for (size_t i = 0; i < LENGTH(tunnels); i++) {
        const struct demo_xy line[2] = {demo_plan_node(DEMO_CELL_RAIL, tunnels[i].col),
                                        demo_plan_node(DEMO_CELL_RAIL + 1, tunnels[i].col)};
        demo_city_road(city, line, 2,
                       (struct demo_road){.kind = "path", .name = tunnels[i].name, .width_m = 3});
        demo_city_place(city,
                        (struct demo_place){demo_along(line[0], demo_sub(line[1], line[0]), 0.5),
                                            "tunnel", tunnels[i].name, tunnels[i].name_en, 8});
    }
}

/* A deck of a bridge between two points, in three steps up and down. */
static void bridge(struct demo_city *city, struct demo_xy from, struct demo_xy to, double width,
                   const char *name, int year)
{
    static const struct {
        double begin, end, top;
    } steps[] = {
        {0, 0.07, 2.2}, {0.07, 0.14, 3.6}, {0.14, 0.86, 5.0}, {0.86, 0.93, 3.6}, {0.93, 1, 2.2}};
    struct demo_random random = demo_random_of(63, (uint64_t)year);
    const struct demo_xy whole = demo_sub(to, from);
    const struct demo_xy along = demo_unit(whole);
    for (size_t i = 0; i < LENGTH(steps); i++) {
        const double length = demo_length(whole) * (steps[i].end - steps[i].begin);
        const struct demo_frame deck = {
            demo_along(from, whole, (steps[i].begin + steps[i].end) / 2), along, demo_left(along),
            length / 2, width / 2};
        demo_shape_build(city, &deck, DEMO_SHAPE_BOX, &random,
                         (struct demo_building){.kind = "bridge",
                                                .use = "その他",
                                                .name = i == 2 ? name : NULL,
                                                .height_m = steps[i].top,
                                                .min_height_m = steps[i].top - 1.2,
                                                .year = year});
    }
}

void demo_river_make(struct demo_city *city)
{
    struct demo_xy north[POINTS], south[POINTS], levee[POINTS];
    const int row = DEMO_CELL_RIVER;
    demo_strip_between(row, 0.36, north);
    demo_strip_between(row, 0.80, south);
    /* The water does not keep its width. */
    for (int i = 0; i < POINTS; i++) {
        struct demo_random random = demo_random_of(64, (uint64_t)i);
        north[i].y += demo_random_between(&random, -7, 7);
        south[i].y += demo_random_between(&random, -9, 9);
    }
    ribbon(city, south, north,
           (struct demo_area){.layer = DEMO_WATER, .kind = "river", .name = "鵜の瀬川"});
    demo_strip_line(row, -4, levee);
    ribbon(city, north, levee,
           (struct demo_area){.layer = DEMO_GREEN, .kind = "riverbank", .name = "鵜の瀬川河川敷"});
    demo_strip_line(row + 1, 4, levee);
    ribbon(city, levee, south,
           (struct demo_area){.layer = DEMO_GREEN, .kind = "riverbank", .name = "鵜の瀬川河川敷"});
    demo_strip_line(row, -14, levee);
    demo_city_road(city, levee, POINTS,
                   (struct demo_road){.kind = "path", .name = "鵜の瀬川遊歩道", .width_m = 4});
    demo_strip_line(row + 1, 9, levee);
    demo_city_road(
        city, levee, POINTS,
        (struct demo_road){.kind = "path", .name = "向河原サイクリング道", .width_m = 3});
    /* Cherry trees on the northern levee, but for a gap in the east. */
    demo_strip_line(row, -8, levee);
    tree_line(city, levee, 10, 30, 8.5, "サクラ", 8, 3);
    bridge(city, demo_plan_node(row, 3), demo_plan_node(row + 1, 3), 14, "鵜の瀬大橋", 1987);
    bridge(city, demo_plan_node(row, 7), demo_plan_node(row + 1, 7), 14, "ひばり橋", 2006);
}
