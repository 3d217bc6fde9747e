/* The reference values come from PROJ 9.1 (EPSG:4326 → EPSG:3857, in metres) and from the tile
 * numbers of the OpenStreetMap wiki's "Slippy map tilenames". */
#include "tests/support/test.h"

#include <math.h>
#include <stdlib.h>

#include "tiles/geo/mercator.h"

static const double metres_per_unit = 40075016.68557849 / 4294967296.0;

struct row {
    const char *label;
    double lon, lat;
    double x_m, y_m; /* gdaltransform -s_srs EPSG:4326 -t_srs EPSG:3857 */
};

/* clang-format off */
static const struct row known[] = {
    {"the demo city lies where PROJ says",      139.388,      36.147,  15516601.1826928, 4320867.24301545},
    {"null island lies where PROJ says",        0,            0,       0,                0},
    {"London lies where PROJ says",             -0.1276,      51.5072, -14204.3670252217, 6711506.70540052},
    {"the far north-east lies where PROJ says", 179.9999999,  85.05,   20037508.3316573, 20036051.9193368},
    {"the date line lies where PROJ says",      -180,         -45,     -20037508.3427892, -5621521.48619207},
    {"Sydney lies where PROJ says",             151.2093,     -33.8688, 16832542.2792073, -4011198.64730757},
};
/* clang-format on */

static void lies_where_proj_says(void **state)
{
    const struct row *row = *state;
    struct geo_xy world;
    assert_true(mercator_world_from_degrees(row->lon, row->lat, &world));
    assert_true(fabs(world.x * metres_per_unit - row->x_m) <= metres_per_unit * 0.51);
    assert_true(fabs(-world.y * metres_per_unit - row->y_m) <= metres_per_unit * 0.51);

    struct geo_xy from_e7;
    assert_true(mercator_world_from_e7((int32_t)lround(row->lon * 1e7),
                                       (int32_t)lround(row->lat * 1e7), &from_e7));
    assert_true(abs(from_e7.x - world.x) <= 1 && abs(from_e7.y - world.y) <= 1);

    const struct mercator_degrees back = mercator_degrees_from_world(world);
    assert_true(fabs(back.lon - row->lon) < 5e-8 && fabs(back.lat - row->lat) < 5e-8);
}

static void edges_of_the_world_stay_inside(void **state)
{
    (void)state;
    struct geo_xy at;
    assert_true(mercator_world_from_degrees(180, 90, &at));
    assert_int_equal(at.x, INT32_MAX);
    assert_int_equal(at.y, INT32_MIN);
    assert_true(mercator_world_from_degrees(-180, -90, &at));
    assert_int_equal(at.x, INT32_MIN);
    assert_int_equal(at.y, INT32_MAX);
    assert_true(mercator_world_from_degrees(0, 89, &at));
    assert_int_equal(at.y, INT32_MIN);
}

static void what_is_no_place_is_refused(void **state)
{
    (void)state;
    struct geo_xy at = {7, 7};
    assert_false(mercator_world_from_degrees(180.0001, 0, &at));
    assert_false(mercator_world_from_degrees(0, -90.0001, &at));
    assert_false(mercator_world_from_degrees(nan(""), 0, &at));
    assert_false(mercator_world_from_degrees(0, INFINITY, &at));
    assert_false(mercator_world_from_e7(1800000001, 0, &at));
    assert_false(mercator_world_from_e7(0, INT32_MIN, &at));
    assert_int_equal(at.x, 7);
    assert_int_equal(at.y, 7);
}

static void e7_survives_the_world_and_back(void **state)
{
    (void)state;
    for (int32_t i = 0; i < 1000; i++) {
        /* A world unit is 0.84 e7 units of longitude, so every e7 longitude is kept exactly;
         * of latitude it is less than one at 36° N. */
        const int32_t lon = 1393880000 + i * 7, lat = 361470000 + i * 11;
        struct geo_xy at;
        int32_t lon_back, lat_back;
        assert_true(mercator_world_from_e7(lon, lat, &at));
        mercator_e7_from_world(at, &lon_back, &lat_back);
        assert_int_equal(lon_back, lon);
        assert_int_equal(lat_back, lat);
    }
}

static void tiles_hold_the_places_the_wiki_says(void **state)
{
    (void)state;
    struct geo_xy at;
    /* The wiki's formula, worked in Python. */
    assert_true(mercator_world_from_degrees(139.388, 36.147, &at));
    assert_int_equal(mercator_tile_from_world(14, at.x), 14535);
    assert_int_equal(mercator_tile_from_world(14, at.y), 6425);
    assert_int_equal(mercator_tile_from_world(18, at.x), 232571);
    assert_int_equal(mercator_tile_from_world(18, at.y), 102807);
    assert_int_equal(mercator_tile_from_world(0, at.x), 0);
    const struct geo_box box = mercator_world_from_tile(14, 14535, 6425);
    assert_true(at.x >= box.min.x && at.x <= box.max.x && at.y >= box.min.y && at.y <= box.max.y);
    const struct geo_box world = mercator_world_from_tile(0, 0, 0);
    assert_int_equal(world.min.x, INT32_MIN);
    assert_int_equal(world.max.y, INT32_MAX);
    const struct mercator_bounds whole = mercator_bounds_from_tile(0, 0, 0);
    assert_true(fabs(whole.north - 85.0511287798066) < 1e-12 && whole.west == -180.0 &&
                whole.east == 180.0 && fabs(whole.south + 85.0511287798066) < 1e-12);
    const struct mercator_bounds quarter = mercator_bounds_from_tile(1, 1, 0);
    assert_true(quarter.west == 0.0 && fabs(quarter.south) < 1e-12);
}

static void a_unit_is_as_long_as_the_sphere_says(void **state)
{
    (void)state;
    struct geo_xy at;
    assert_true(mercator_world_from_degrees(0, 60, &at));
    assert_true(fabs(mercator_metres_per_unit(at.y) / (metres_per_unit * 0.5) - 1.0) < 1e-9);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(known) + 5];
    for (size_t i = 0; i < LENGTH(known); i++)
        tests[i] = (struct CMUnitTest){known[i].label, lies_where_proj_says, NULL, NULL,
                                       (void *)(uintptr_t)&known[i]};
    const struct CMUnitTest more[] = {
        cmocka_unit_test(edges_of_the_world_stay_inside),
        cmocka_unit_test(what_is_no_place_is_refused),
        cmocka_unit_test(e7_survives_the_world_and_back),
        cmocka_unit_test(tiles_hold_the_places_the_wiki_says),
        cmocka_unit_test(a_unit_is_as_long_as_the_sphere_says),
    };
    for (size_t i = 0; i < LENGTH(more); i++)
        tests[LENGTH(known) + i] = more[i];
    return _cmocka_run_group_tests("mercator", tests, LENGTH(known) + LENGTH(more), NULL, NULL);
}
