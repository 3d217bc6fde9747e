#include <stdbool.h>
#include <stdlib.h>

#include "tests/support/test.h"
#include "tiles/cluster/density.h"

/* Wide enough for the square of any difference. */
__extension__ typedef __int128 wide;

static bool within(struct geo_mm a, struct geo_mm b, wide radius_mm)
{
    const wide dx = (wide)a.x_mm - b.x_mm, dy = (wide)a.y_mm - b.y_mm;
    return dx * dx + dy * dy <= radius_mm * radius_mm;
}

/* The definition, word by word, in quadratic time: the reference of the fast one. */
static void plain_density(const struct geo_mm *points, int count, int64_t radius_mm, int min_points,
                          int32_t *label, uint8_t *is_core)
{
    int *stack = calloc((size_t)count + 1, sizeof *stack);
    for (int i = 0; i < count; i++) {
        int near = 0;
        for (int k = 0; k < count; k++)
            near += within(points[i], points[k], radius_mm);
        is_core[i] = near >= min_points;
        label[i] = CLUSTER_NONE;
    }
    int32_t next = 0;
    for (int first = 0; first < count; first++) {
        if (!is_core[first] || label[first] != CLUSTER_NONE)
            continue;
        int used = 0;
        label[first] = next;
        stack[used++] = first;
        while (used) {
            const int i = stack[--used];
            for (int k = 0; is_core[i] && k < count; k++) {
                if (label[k] == CLUSTER_NONE && within(points[i], points[k], radius_mm)) {
                    label[k] = next;
                    stack[used++] = k;
                }
            }
        }
        next++;
    }
    free(stack);
}

static uint64_t state_of_chance;

static uint32_t chance(uint32_t below)
{
    state_of_chance = state_of_chance * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state_of_chance >> 33) % below;
}

static void compare_with_plain(const struct geo_mm *points, uint32_t count, uint32_t radius_mm,
                               uint32_t min_points)
{
    struct arena arena;
    arena_init(&arena, 0);
    int32_t *label = calloc(count + 1, sizeof *label);
    uint8_t *is_core = calloc(count + 1, 1);
    plain_density(points, (int)count, radius_mm, (int)min_points, label, is_core);
    struct cluster_labels fast;
    assert_int_equal(cluster_density(points, count, radius_mm, min_points, &arena, &fast, NULL),
                     ERR_OK);
    assert_memory_equal(fast.label, label, count * sizeof *label);
    assert_memory_equal(fast.is_core, is_core, count);
    free(label);
    free(is_core);
    arena_done(&arena);
}

static void equals_the_definition_on_random_towns(void **state)
{
    (void)state;
    enum { MOST = 400 };
    struct geo_mm points[MOST];
    for (uint32_t town = 0; town < 300; town++) {
        state_of_chance = town;
        const uint32_t count = chance(MOST);
        const uint32_t width = 1 + chance(town % 3 == 0 ? 40 : 400);
        for (uint32_t i = 0; i < count; i++)
            points[i] = (struct geo_mm){(int32_t)chance(width) - (int32_t)width / 2,
                                        (int32_t)chance(width) - (int32_t)width / 2};
        compare_with_plain(points, count, 1 + chance(30), 1 + chance(8));
    }
}

static void the_bound_belongs_to_the_radius(void **state)
{
    (void)state;
    /* 3-4-5: exactly 5 mm apart, and one step farther. */
    const struct geo_mm at[] = {{0, 0}, {3, 4}};
    const struct geo_mm behind[] = {{0, 0}, {3, 5}};
    struct arena arena;
    arena_init(&arena, 0);
    struct cluster_labels labels;
    assert_int_equal(cluster_density(at, 2, 5, 2, &arena, &labels, NULL), ERR_OK);
    assert_int_equal(labels.clusters, 1);
    assert_int_equal(cluster_density(behind, 2, 5, 2, &arena, &labels, NULL), ERR_OK);
    assert_int_equal(labels.clusters, 0);
    assert_int_equal(labels.label[0], CLUSTER_NONE);
    arena_done(&arena);
}

static void far_corners_of_the_plane_do_not_overflow(void **state)
{
    (void)state;
    const int32_t far = GEO_MAX_MM;
    const struct geo_mm points[] = {{far, far}, {-far, -far}, {far, far - 1}, {-far, far}};
    compare_with_plain(points, 4, 1, 2);
    compare_with_plain(points, 4, CLUSTER_MAX_RADIUS_MM, 2);
}

static void wrong_parameters_are_refused_and_change_nothing(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    const struct geo_mm outside = {GEO_MAX_MM + 1, 0};
    struct cluster_labels labels = {.count = 77};
    struct err err;
    assert_int_equal(cluster_density(&outside, 1, 0, 1, &arena, &labels, &err), ERR_PARAM);
    assert_int_equal(cluster_density(&outside, 1, 5, 0, &arena, &labels, &err), ERR_PARAM);
    assert_int_equal(
        cluster_density(&outside, 1, CLUSTER_MAX_RADIUS_MM + 1u, 1, &arena, &labels, &err),
        ERR_PARAM);
    assert_int_equal(cluster_density(&outside, 1, 5, 1, &arena, &labels, &err), ERR_RANGE);
    assert_int_equal(labels.count, 77);
    assert_int_equal(cluster_density(NULL, 0, 5, 1, &arena, &labels, &err), ERR_OK);
    assert_int_equal(labels.clusters, 0);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_the_definition_on_random_towns),
        cmocka_unit_test(the_bound_belongs_to_the_radius),
        cmocka_unit_test(far_corners_of_the_plane_do_not_overflow),
        cmocka_unit_test(wrong_parameters_are_refused_and_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
