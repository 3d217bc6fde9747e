/*
 * city: the lists the town is made of, in metres (plane.h).
 *
 * Purpose    Every part of the generator appends here; `emit` turns the lists into features, and
 *            the words look up places in them.
 * Ownership  All in the arena; texts are literals or live in the arena.
 * Errors     Adding never fails in the middle of a part: `failed` sticks when memory is gone, and
 *            demo_city_make looks once, at the end.
 */
#pragma once

#include <stddef.h>

#include "server/demo/plane.h"
#include "tiles/base/arena.h"
#include "tiles/base/err.h"

struct demo_list {
    void *items;
    size_t count, capacity;
};

enum demo_height { DEMO_MEASURED, DEMO_LOD1, DEMO_STOREYS, DEMO_ASSUMED };

struct demo_building {
    const struct demo_xy *ring; /* counter-clockwise */
    const struct demo_xy *hole; /* clockwise, or NULL */
    int ring_count, hole_count;
    const char *kind; /* NULL: a building; "roof", "bridge" */
    const char *use, *name;
    double height_m, min_height_m;
    enum demo_height source;
    const char *unknown; /* why there is no measured height, or NULL */
    int storeys, year;   /* 0: unknown */
    int number;          /* 1, 2 …: building_id KNY-000001 */
};

struct demo_road {
    const struct demo_xy *line; /* of a polygon (square) the ring */
    int count;
    bool is_area;
    const char *kind, *name;
    double width_m;
};

/* Of the layers landuse, green, water. */
enum demo_area_layer { DEMO_LANDUSE, DEMO_GREEN, DEMO_WATER };
struct demo_area {
    enum demo_area_layer layer;
    const struct demo_xy *ring;
    int count;
    const char *kind, *name;
    double height_m; /* of plants; 0: none */
};

struct demo_tree {
    struct demo_xy at;
    double height_m, crown_m;
    const char *species;
};

struct demo_place {
    struct demo_xy at;
    const char *kind, *name, *name_en;
    int rank;
};

struct demo_city {
    struct arena *arena;
    struct demo_list buildings, roads, areas, trees, places;
    bool failed;
};

/* The whole town; the same for each call. */
MUST_CHECK enum err_code demo_city_make(struct arena *arena, struct demo_city *ret,
                                        struct err *err);

/* Copies of the corners are made; NULL and `failed` when memory is gone. */
const struct demo_xy *demo_city_copy(struct demo_city *city, const struct demo_xy *at, int count);

/* The building without holes: ring and number are filled in here, the rest is the caller's. */
struct demo_building *demo_city_building(struct demo_city *city, const struct demo_poly *ring,
                                         struct demo_building like);
void demo_city_road(struct demo_city *city, const struct demo_xy *line, int count,
                    struct demo_road like);
void demo_city_area(struct demo_city *city, const struct demo_poly *ring, struct demo_area like);
void demo_city_area_of(struct demo_city *city, const struct demo_xy *ring, int count,
                       struct demo_area like);
void demo_city_tree(struct demo_city *city, struct demo_tree tree);
void demo_city_place(struct demo_city *city, struct demo_place place);

#define DEMO_AT(list, type, i) (&((type *)(list).items)[i])
