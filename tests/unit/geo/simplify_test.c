#include "tests/support/test.h"

#include <math.h>
#include <string.h>

#include "tests/support/random.h"
#include "tiles/geo/ring.h"
#include "tiles/geo/simplify.h"

/* A wall of random points between two ends, used by the polygons on both of its sides. */
enum { WALL = 200 };

static void make_wall(struct geo_xy *wall, uint64_t seed)
{
    for (int32_t i = 0; i < WALL; i++)
        wall[i] = (struct geo_xy){i * 100, random_between(&seed, -60, 60)};
}

static uint32_t keep(const struct geometry *geometry, const struct geo_nodes *nodes,
                     double tolerance, struct arena *arena, struct geometry *out)
{
    const double *ranks;
    assert_int_equal(geo_simplify_ranks(geometry, nodes, arena, &ranks, NULL), ERR_OK);
    assert_int_equal(geo_simplify_select(geometry, ranks, tolerance, NULL, arena, out, NULL, NULL),
                     ERR_OK);
    return out->vertex_count;
}

static bool has(const struct geometry *geometry, struct geo_xy at)
{
    for (uint32_t i = 0; i < geometry->vertex_count; i++)
        if (geo_same(geometry->vertices[i], at))
            return true;
    return false;
}

static void both_sides_of_a_wall_keep_the_same_vertices(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    for (uint64_t seed = 1; seed < 40; seed++) {
        arena_reset(&arena);
        struct geo_xy wall[WALL], north[WALL + 3], south[WALL + 2];
        make_wall(wall, seed);
        /* North: along the wall westwards; it begins in the middle of the wall. */
        for (uint32_t i = 0; i < WALL; i++)
            north[(i + 77) % (WALL + 3)] = wall[WALL - 1 - i];
        north[(WALL + 77) % (WALL + 3)] = (struct geo_xy){0, -5000};
        north[(WALL + 78) % (WALL + 3)] = (struct geo_xy){9000, -7000};
        north[(WALL + 79) % (WALL + 3)] = (struct geo_xy){19900, -5000};
        memcpy(south, wall, sizeof wall);
        south[WALL] = (struct geo_xy){19900, 4000};
        south[WALL + 1] = (struct geo_xy){0, 4000};
        const uint32_t north_size = WALL + 3, south_size = WALL + 2;
        const struct geometry one = {GEO_POLYGON, 1, north_size, &north_size, north};
        const struct geometry other = {GEO_POLYGON, 1, south_size, &south_size, south};
        struct geo_nodes nodes;
        geo_nodes_init(&nodes);
        assert_int_equal(geo_nodes_add(&nodes, &one, NULL), ERR_OK);
        assert_int_equal(geo_nodes_add(&nodes, &other, NULL), ERR_OK);
        assert_true(geo_nodes_has(&nodes, wall[0]) && geo_nodes_has(&nodes, wall[WALL - 1]));
        assert_false(geo_nodes_has(&nodes, wall[WALL / 2]));
        struct geometry a, b;
        for (double tolerance = 5; tolerance < 200; tolerance *= 2) {
            keep(&one, &nodes, tolerance, &arena, &a);
            keep(&other, &nodes, tolerance, &arena, &b);
            for (uint32_t i = 0; i < WALL; i++)
                assert_int_equal(has(&a, wall[i]), has(&b, wall[i]));
        }
        assert_true(a.vertex_count < 20); /* at tolerance 160 the wall is straight */
        geo_nodes_done(&nodes);
    }
    arena_done(&arena);
}

static void no_vertex_lies_farther_from_the_line_than_the_tolerance(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct geo_xy wall[WALL];
    make_wall(wall, 99);
    const uint32_t size = WALL;
    const struct geometry line = {GEO_LINE, 1, WALL, &size, wall};
    struct geometry out;
    assert_int_equal(keep(&line, NULL, 0, &arena, &out), WALL);
    for (double tolerance = 10; tolerance < 60; tolerance += 10) {
        assert_true(keep(&line, NULL, tolerance, &arena, &out) < WALL);
        assert_true(geo_same(out.vertices[0], wall[0]));
        assert_true(geo_same(out.vertices[out.vertex_count - 1], wall[WALL - 1]));
        uint32_t segment = 1;
        for (uint32_t i = 0; i < WALL; i++) {
            if (wall[i].x > out.vertices[segment].x)
                segment++;
            const struct geo_xy a = out.vertices[segment - 1], b = out.vertices[segment];
            const double length = hypot((double)b.x - a.x, (double)b.y - a.y);
            assert_true(fabs((double)geo_turn(a, b, wall[i])) / length <= tolerance);
        }
    }
    arena_done(&arena);
}

static void a_ring_below_the_tolerance_goes_whole(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    static const struct geo_xy v[] = {{0, 0}, {10, 0}, {10, 10}, {0, 10}};
    const uint32_t size = 4;
    const struct geometry ring = {GEO_POLYGON, 1, 4, &size, v};
    struct geometry out;
    assert_int_equal(keep(&ring, NULL, 0, &arena, &out), 4); /* the highest zoom loses nothing */
    assert_int_equal(keep(&ring, NULL, 100, &arena, &out), 0);
    assert_int_equal(out.type, GEO_NONE);
    arena_done(&arena);
}

static void where_three_meet_all_three_stay(void **state)
{
    (void)state;
    /* Three wedges around (0, 0): a vertex on a straight line for the largest one. */
    static const struct geo_xy a[] = {{-90, 0}, {0, 0}, {90, 0}, {0, -90}};
    static const struct geo_xy b[] = {{-90, 0}, {0, 90}, {0, 0}};
    static const struct geo_xy c[] = {{0, 0}, {0, 90}, {90, 0}};
    const uint32_t four = 4, three = 3;
    const struct geometry shapes[] = {{GEO_POLYGON, 1, 4, &four, a},
                                      {GEO_POLYGON, 1, 3, &three, b},
                                      {GEO_POLYGON, 1, 3, &three, c}};
    struct geo_nodes nodes;
    geo_nodes_init(&nodes);
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < LENGTH(shapes); i++)
        assert_int_equal(geo_nodes_add(&nodes, &shapes[i], NULL), ERR_OK);
    for (size_t i = 0; i < LENGTH(shapes); i++) {
        struct geometry out;
        keep(&shapes[i], &nodes, 5, &arena, &out);
        assert_true(has(&out, (struct geo_xy){0, 0}));
    }
    arena_done(&arena);
    geo_nodes_done(&nodes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_of_a_wall_keep_the_same_vertices),
        cmocka_unit_test(no_vertex_lies_farther_from_the_line_than_the_tolerance),
        cmocka_unit_test(a_ring_below_the_tolerance_goes_whole),
        cmocka_unit_test(where_three_meet_all_three_stay),
    };
    return cmocka_run_group_tests_name("simplify", tests, NULL, NULL);
}
