/*
 * plan: the hand-drawn part of the town: main streets, zones, sites.
 *
 * Shape      Main streets are the lines of a warped mesh: DEMO_ROWS lines from west to east (0 in
 *            the north), DEMO_COLS from north to south. Between them lie the cells; cell (row, col)
 *            has its north-west corner at node (row, col). Nodes and cells numbered −1, DEMO_ROWS
 * and DEMO_COLS lie beyond the town: fields, and the lines running on. Three rows of cells are
 * strips: canal, railway, river.
 */
#pragma once

#include "server/demo/plane.h"

enum { DEMO_ROWS = 14, DEMO_COLS = 11, DEMO_CURVE = 4 /* pieces of a line between two nodes */ };

/* Lines and cells with a part of their own. */
enum {
    DEMO_LINE_BYPASS = 1,
    DEMO_LINE_OLD_HIGHWAY = 4,
    DEMO_LINE_HIGHWAY = 5,
    DEMO_CELL_CANAL = 6, /* between the lines 6 and 7 */
    DEMO_CELL_RAIL = 8,
    DEMO_CELL_RIVER = 11,
    DEMO_COL_STATION = 5,
};

enum demo_zone {
    DEMO_ZONE_HOMES,
    DEMO_ZONE_ESTATE, /* new houses on a grid */
    DEMO_ZONE_MIXED,
    DEMO_ZONE_CENTRE,
    DEMO_ZONE_SHOPS, /* along the arcade */
    DEMO_ZONE_OLD,   /* deep lots along the old highway */
    DEMO_ZONE_SLABS, /* public housing */
    DEMO_ZONE_WORKS,
    DEMO_ZONE_ROADSIDE, /* large shops with car parks */
    DEMO_ZONE_HAMLET,
    DEMO_ZONE_FIELDS,
    DEMO_ZONE_STRIP,
};

enum demo_site_kind {
    DEMO_SITE_SQUARE,
    DEMO_SITE_CITY_HALL,
    DEMO_SITE_HOSPITAL,
    DEMO_SITE_MALL,
    DEMO_SITE_SCHOOL,
    DEMO_SITE_KINDERGARTEN,
    DEMO_SITE_PARK,
    DEMO_SITE_POND_PARK,
    DEMO_SITE_SPORTS,
    DEMO_SITE_SHRINE,
    DEMO_SITE_TEMPLE,
    DEMO_SITE_HALL,  /* one public building: library, community centre, fire station … */
    DEMO_SITE_TOWER, /* one tall building: department store, hotel, flats */
    DEMO_SITE_CAR_PARK,
};

/* The block around `at` stops being divided once it is no larger than max_area. */
struct demo_site {
    enum demo_site_kind kind;
    const char *name, *name_en;
    const char *place; /* kind of the place */
    int rank;
    struct demo_xy at;
    double max_area;
    int storeys; /* of the main building */
    const char *use;
};

/* A street that must be: cuts whatever contains its middle. */
struct demo_cut {
    struct demo_xy from, to;
    enum demo_border border;
    const char *kind, *name;
    double width_m;
};

/* How a stretch of main street looks; width 0: there is none. */
struct demo_street {
    const char *kind, *name;
    double width_m;
    bool sidewalks;
    const char *trees; /* species along it, or NULL */
};

extern const struct demo_site demo_sites[];
extern const int demo_site_count;
extern const struct demo_cut demo_cuts[];
extern const int demo_cut_count;

enum demo_zone demo_plan_zone(int row, int col);
struct demo_xy demo_plan_node(int row, int col);
/* The line from node (row, col) one step east or south: DEMO_CURVE + 1 points. */
void demo_plan_east(int row, int col, struct demo_xy ret[DEMO_CURVE + 1]);
void demo_plan_south(int row, int col, struct demo_xy ret[DEMO_CURVE + 1]);
struct demo_street demo_plan_street_east(int row, int col);
struct demo_street demo_plan_street_south(int row, int col);
/* The cell with its borders, counter-clockwise from the south-west corner: DEMO_CURVE sides each
 * to the south, east, north and west. */
struct demo_poly demo_plan_cell(int row, int col);
