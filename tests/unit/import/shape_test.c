#include <math.h>

#include "tests/support/test.h"
#include "tiles/import/shape.h"

/* Rings in units of 1e-4 degree (about 10 m) from 139 E 36 N; areas in squares of that unit. */
struct row {
    const char *label;
    struct shape_point points[8];
    size_t count;
    enum refusal_reason refused;
    uint32_t repairs;
    uint32_t parts;
    double area;
};

#define P(x, y)                                                                                    \
    {                                                                                              \
        139 + (x)*1e-4, 36 + (y)*1e-4, 0                                                           \
    }
#define BIT(repair) (UINT32_C(1) << (repair))

/* clang-format off */
static const struct row rows[] = {
    {"a closed square is taken as it is", {P(0, 0), P(1, 0), P(1, 1), P(0, 1), P(0, 0)}, 5, REFUSED_NOT, 0, 1, 1},
    {"the other direction makes no difference", {P(0, 0), P(0, 1), P(1, 1), P(1, 0), P(0, 0)}, 5, REFUSED_NOT, 0, 1, 1},
    {"an open one is closed", {P(0, 0), P(1, 0), P(1, 1), P(0, 1)}, 4, REFUSED_NOT, BIT(REPAIR_CLOSED), 1, 1},
    {"a repeated point is dropped", {P(0, 0), P(1, 0), P(1, 0), P(1, 1), P(0, 1), P(0, 0)}, 6, REFUSED_NOT, BIT(REPAIR_DUPLICATE), 1, 1},
    {"a bow tie becomes two triangles", {P(0, 0), P(1, 1), P(1, 0), P(0, 1), P(0, 0)}, 5, REFUSED_NOT, BIT(REPAIR_VALID), 2, 0.5},
    {"a spike is cut off", {P(0, 0), P(1, 0), P(1, 1), P(0, 1), P(0, 3), P(0, 1), P(0, 0)}, 7, REFUSED_NOT, BIT(REPAIR_VALID), 1, 1},
    {"two squares that touch in a point are two", {P(0, 0), P(1, 0), P(1, 1), P(2, 1), P(2, 2), P(1, 2), P(1, 1), P(0, 1)}, 8, REFUSED_NOT, BIT(REPAIR_CLOSED) | BIT(REPAIR_VALID), 2, 2},
    {"a line is refused", {P(0, 0), P(1, 1), P(2, 2), P(0, 0)}, 4, REFUSED_DEGENERATE, 0, 0, 0},
    {"two points are refused", {P(0, 0), P(1, 1)}, 2, REFUSED_DEGENERATE, 0, 0, 0},
    {"what is no number is refused", {P(0, 0), P(1, 0), {NAN, 36, 0}, P(0, 0)}, 4, REFUSED_COORDINATE, 0, 0, 0},
    {"infinity is refused", {P(0, 0), P(1, 0), {139, INFINITY, 0}, P(0, 0)}, 4, REFUSED_COORDINATE, 0, 0, 0},
    {"London is refused", {P(0, 0), P(1, 0), {0, 51, 0}, P(0, 0)}, 4, REFUSED_OUTSIDE, 0, 0, 0},
};
/* clang-format on */

static double area_of(const struct geometry *geometry)
{
    const double unit = 1e-4 / 360 * 4294967296.0; /* in x; y is stretched by 1 / cos 36° */
    const struct geo_xy *ring = geometry->vertices;
    double sum = 0;
    for (uint32_t p = 0; p < geometry->part_count; ring += geometry->part_sizes[p++])
        for (uint32_t i = 0, n = geometry->part_sizes[p]; i < n; i++) {
            const struct geo_xy a = ring[i], b = ring[(i + 1) % n];
            sum += ((double)a.x - ring[0].x) * ((double)b.y - ring[0].y) -
                   ((double)b.x - ring[0].x) * ((double)a.y - ring[0].y);
        }
    return sum / 2 / unit / unit * cos(36 * 3.14159265358979 / 180);
}

static void is_checked_and_repaired(void **state)
{
    const struct row *row = *state;
    struct shape *shape = shape_new();
    struct arena arena;
    struct geometry geometry = {0};
    uint32_t repairs = 77;
    enum refusal_reason refused = REFUSED_NOT;
    arena_init(&arena, 0);
    shape_begin(shape, &shape_japan, SHAPE_OUTLINE);
    shape_add_polygon(shape, &(struct shape_ring){row->points, row->count}, 1);
    assert_int_equal(shape_finish(shape, &arena, &geometry, &repairs, &refused, NULL), ERR_OK);
    assert_int_equal(refused, row->refused);
    if (refused == REFUSED_NOT) {
        assert_int_equal(repairs, row->repairs);
        assert_int_equal(geometry.part_count, row->parts);
        /* Positive: exteriors run clockwise on the map (geometry.h). */
        assert_true(fabs(area_of(&geometry) - row->area) < 0.01);
    } else {
        assert_int_equal(repairs, 77);
        assert_int_equal(geometry.vertex_count, 0);
    }
    arena_done(&arena);
    shape_free(shape);
}

static void unites_neighbours(void **state)
{
    (void)state;
    const struct shape_point left[] = {P(0, 0), P(1, 0), P(1, 1), P(0, 1), P(0, 0)};
    const struct shape_point right[] = {P(1, 0), P(2, 0), P(2, 1), P(1, 1), P(1, 0)};
    struct shape *shape = shape_new();
    struct arena arena;
    struct geometry geometry;
    uint32_t repairs;
    enum refusal_reason refused;
    arena_init(&arena, 0);
    shape_begin(shape, &shape_japan, SHAPE_OUTLINE);
    shape_add_polygon(shape, &(struct shape_ring){left, 5}, 1);
    shape_add_polygon(shape, &(struct shape_ring){right, 5}, 1);
    assert_int_equal(shape_finish(shape, &arena, &geometry, &repairs, &refused, NULL), ERR_OK);
    assert_int_equal(refused, REFUSED_NOT);
    assert_int_equal(repairs, 0);
    assert_int_equal(geometry.part_count, 1);
    assert_true(fabs(area_of(&geometry) - 2) < 0.01);
    arena_done(&arena);
    shape_free(shape);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(rows) + 1];
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[i] = (struct CMUnitTest){rows[i].label, is_checked_and_repaired, NULL, NULL,
                                       (void *)&rows[i]};
    tests[LENGTH(rows)] = (struct CMUnitTest)cmocka_unit_test(unites_neighbours);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
