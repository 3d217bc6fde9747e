/* Lengths by PROJ's geod (Karney's geodesics, +ellps=WGS84); areas by PROJ's Lambert azimuthal
 * equal-area projection centred on the shape, with 500 points on each edge of the map. */
#include "tests/support/test.h"

#include <math.h>

#include "tiles/geo/measure.h"
#include "tiles/geo/mercator.h"

struct row {
    const char *label;
    uint32_t count;
    double lon_lat[4][2];
    double metres;    /* length of a line, area of a ring */
    double tolerance; /* relative; the grid moves each end by up to 5 mm */
};

/* clang-format off */
static const struct row lengths[] = {
    {"1.4 km at Kumagaya", 2, {{139.388, 36.147}, {139.398, 36.157}}, 1428.663301, 1e-5},
    {"10 km at Kumagaya", 2, {{139.388, 36.147}, {139.499, 36.147}}, 9989.562081, 2e-6},
    {"6 km in the north", 2, {{10, 60}, {10.05, 60.05}}, 6229.312424, 3e-6},
    {"14 m in the south", 2, {{151.2093, -33.8688}, {151.2094, -33.8687}}, 14.444524, 1e-3},
    {"285 km", 2, {{139, 36}, {141, 38}}, 284511.180621, 1e-4},
};
static const struct row areas[] = {
    {"a square kilometre at Kumagaya", 4, {{139.388,36.147},{139.398,36.147},{139.398,36.157},{139.388,36.157}}, 998549.2816647723, 2e-5},
    {"a triangle in the north", 3, {{10,60},{10.05,60.02},{10.02,60.06}}, 8076941.9720124, 2e-5},
    {"a hectare in the south", 4, {{151.2093,-33.8688},{151.2103,-33.8688},{151.2103,-33.8678},{151.2093,-33.8678}}, 10263.10865953896, 3e-4},
};
/* clang-format on */

static void fill(const struct row *row, struct geo_xy *v)
{
    for (uint32_t i = 0; i < row->count; i++)
        assert_true(mercator_world_from_degrees(row->lon_lat[i][0], row->lon_lat[i][1], &v[i]));
}

static void is_as_long_as_proj_says(void **state)
{
    const struct row *row = *state;
    struct geo_xy v[4];
    fill(row, v);
    const struct geometry line = {GEO_LINE, 1, row->count, &row->count, v};
    assert_true(fabs(measure_length_m(&line) / row->metres - 1) < row->tolerance);
    assert_true(measure_area_m2(&line) == 0);
}

static void is_as_large_as_proj_says(void **state)
{
    const struct row *row = *state;
    struct geo_xy v[8];
    fill(row, v);
    const struct geometry ring = {GEO_POLYGON, 1, row->count, &row->count, v};
    assert_true(fabs(measure_area_m2(&ring) / row->metres - 1) < row->tolerance);
    /* The other way round, with half of itself taken out: the hole is its triangle 0, 1, 2. */
    if (row->count < 4)
        return;
    v[4] = v[0], v[5] = v[2], v[6] = v[1];
    const struct geometry with_hole = {GEO_POLYGON, 2, 7, (const uint32_t[]){4, 3}, v};
    assert_true(fabs(measure_area_m2(&with_hole) / row->metres - 0.5) < 1e-3);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(lengths) + LENGTH(areas)];
    for (size_t i = 0; i < LENGTH(lengths); i++)
        tests[i] = (struct CMUnitTest){lengths[i].label, is_as_long_as_proj_says, NULL, NULL,
                                       (void *)(uintptr_t)&lengths[i]};
    for (size_t i = 0; i < LENGTH(areas); i++)
        tests[LENGTH(lengths) + i] = (struct CMUnitTest){areas[i].label, is_as_large_as_proj_says,
                                                         NULL, NULL, (void *)(uintptr_t)&areas[i]};
    return _cmocka_run_group_tests("measure", tests, LENGTH(tests), NULL, NULL);
}
