#include "tests/support/test.h"
#include "tiles/cluster/outline.h"

static void a_square_with_a_point_inside_has_four_corners(void **state)
{
    (void)state;
    const struct geo_mm points[] = {{0, 0},    {2000, 2000}, {1000, 1000}, {2000, 0},
                                    {1000, 0}, {0, 2000},    {0, 0}};
    const struct geo_mm wanted[] = {{0, 0}, {2000, 0}, {2000, 2000}, {0, 2000}};
    struct arena arena;
    arena_init(&arena, 0);
    struct geo_mm *hull;
    uint32_t count;
    assert_int_equal(cluster_hull(points, LENGTH(points), &arena, &hull, &count, NULL), ERR_OK);
    assert_int_equal(count, 4);
    assert_memory_equal(hull, wanted, sizeof wanted);
    assert_true(cluster_hull_area_mm2(hull, count) == 4000000);
    arena_done(&arena);
}

static void a_line_and_a_point_have_hulls_without_area(void **state)
{
    (void)state;
    const struct geo_mm line[] = {{3, 3}, {1, 1}, {2, 2}, {1, 1}};
    struct arena arena;
    arena_init(&arena, 0);
    struct geo_mm *hull;
    uint32_t count;
    assert_int_equal(cluster_hull(line, 4, &arena, &hull, &count, NULL), ERR_OK);
    assert_int_equal(count, 2);
    assert_true(cluster_hull_area_mm2(hull, count) == 0);
    assert_int_equal(cluster_hull(line, 1, &arena, &hull, &count, NULL), ERR_OK);
    assert_int_equal(count, 1);
    assert_int_equal(cluster_hull(line, 0, &arena, &hull, &count, NULL), ERR_PARAM);
    arena_done(&arena);
}

static void the_centre_is_the_rounded_mean(void **state)
{
    (void)state;
    const struct geo_mm points[] = {{-1, 2000000000}, {-2, 2000000000}};
    struct geo_mm centre;
    assert_int_equal(cluster_centre(points, 2, &centre, NULL), ERR_OK);
    assert_int_equal(centre.x_mm, -2);
    assert_int_equal(centre.y_mm, 2000000000);
    assert_int_equal(cluster_centre(points, 0, &centre, NULL), ERR_PARAM);
}

static void the_nearest_come_first_and_ties_keep_their_order(void **state)
{
    (void)state;
    const struct geo_mm points[] = {{9, 0}, {0, 5}, {3, 4}, {1, 0}};
    struct arena arena;
    arena_init(&arena, 0);
    uint32_t *nearest, count;
    assert_int_equal(
        cluster_nearest(points, 4, (struct geo_mm){0, 0}, 3, &arena, &nearest, &count, NULL),
        ERR_OK);
    assert_int_equal(count, 3);
    assert_int_equal(nearest[0], 3);
    assert_int_equal(nearest[1], 1);
    assert_int_equal(nearest[2], 2);
    assert_int_equal(
        cluster_nearest(points, 4, (struct geo_mm){0, 0}, 9, &arena, &nearest, &count, NULL),
        ERR_OK);
    assert_int_equal(count, 4);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_square_with_a_point_inside_has_four_corners),
        cmocka_unit_test(a_line_and_a_point_have_hulls_without_area),
        cmocka_unit_test(the_centre_is_the_rounded_mean),
        cmocka_unit_test(the_nearest_come_first_and_ties_keep_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
