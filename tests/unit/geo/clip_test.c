/* Expected shapes are drawn by hand; random polygons are compared with their input by asking
 * sample points inside the box. */
#include "tests/support/test.h"

#include "tests/support/random.h"
#include "tiles/geo/clip.h"
#include "tiles/geo/repair.h"
#include "tiles/geo/ring.h"
#include "tiles/geo/valid.h"

static const struct geo_box box = {{0, 0}, {100, 100}};

struct row {
    const char *label;
    struct geometry in;
    uint32_t part_count;
    uint32_t sizes[4];
    struct geo_xy v[16]; /* points and lines: exactly these */
    int64_t area2;       /* polygons: this area */
};

#define SIZES(...)                                                                                 \
    (const uint32_t[])                                                                             \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define PLACES(...)                                                                                \
    (const struct geo_xy[])                                                                        \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

/* clang-format off */
static const struct row rows[] = {
    {"points on the border stay", {GEO_POINT, 1, 5, SIZES(5), PLACES({0,0},{100,100},{101,5},{-1,5},{50,50})},
        1, {3}, {{0,0},{100,100},{50,50}}, 0},
    {"a line inside is not touched", {GEO_LINE, 1, 2, SIZES(2), PLACES({0,0},{100,100})}, 1, {2}, {{0,0},{100,100}}, 0},
    {"a line through is cut on both sides", {GEO_LINE, 1, 2, SIZES(2), PLACES({-100,50},{200,50})}, 1, {2}, {{0,50},{100,50}}, 0},
    {"a line that leaves and comes back becomes two", {GEO_LINE, 1, 4, SIZES(4), PLACES({50,10},{150,10},{150,90},{50,90})},
        2, {2,2}, {{50,10},{100,10},{100,90},{50,90}}, 0},
    {"a line along the border stays", {GEO_LINE, 1, 2, SIZES(2), PLACES({-10,100},{50,100})}, 1, {2}, {{0,100},{50,100}}, 0},
    {"a line that touches a corner is gone", {GEO_LINE, 1, 2, SIZES(2), PLACES({-10,10},{10,-10})}, 0, {0}, {{0,0}}, 0},
    {"a line past a corner is gone", {GEO_LINE, 1, 2, SIZES(2), PLACES({-30,10},{10,-30})}, 0, {0}, {{0,0}}, 0},
    {"a polygon outside is gone", {GEO_POLYGON, 1, 3, SIZES(3), PLACES({200,0},{300,0},{300,90})}, 0, {0}, {{0,0}}, 0},
    {"a polygon around the box becomes the box", {GEO_POLYGON, 1, 4, SIZES(4), PLACES({-10,-10},{200,-10},{200,200},{-10,200})}, 1, {4}, {{0,0}}, 20000},
    {"the hole of a polygon around the box stays", {GEO_POLYGON, 2, 8, SIZES(4,4),
        PLACES({-10,-10},{200,-10},{200,200},{-10,200}, {10,10},{10,20},{20,20},{20,10})}, 2, {4,4}, {{0,0}}, 20000-200},
    {"a U cut through its arms becomes two", {GEO_POLYGON, 1, 8, SIZES(8),
        PLACES({10,50},{20,50},{20,150},{80,150},{80,50},{90,50},{90,160},{10,160})}, 2, {4,4}, {{0,0}}, 2000},
    {"a ring around the box with a hole around it leaves nothing", {GEO_POLYGON, 2, 8, SIZES(4,4),
        PLACES({-50,-50},{200,-50},{200,200},{-50,200}, {-10,-10},{-10,150},{150,150},{150,-10})}, 0, {0}, {{0,0}}, 0},
    {"a hole across the border opens the ring", {GEO_POLYGON, 2, 8, SIZES(4,4),
        PLACES({20,20},{180,20},{180,80},{20,80}, {60,40},{60,60},{140,60},{140,40})}, 1, {8}, {{0,0}}, 2*(80*60-40*20)},
    {"a polygon that only touches the border has no area left", {GEO_POLYGON, 1, 4, SIZES(4), PLACES({100,10},{150,10},{150,20},{100,20})}, 0, {0}, {{0,0}}, 0},
};
/* clang-format on */

static int64_t area2_of(const struct geometry *polygon)
{
    int64_t sum = 0;
    const struct geo_xy *v = polygon->vertices;
    for (uint32_t i = 0; i < polygon->part_count; v += polygon->part_sizes[i++])
        sum += geo_ring_area2(v, polygon->part_sizes[i]);
    return sum;
}

static void is_clipped(void **state)
{
    const struct row *row = *state;
    struct arena arena;
    arena_init(&arena, 0);
    struct geometry out;
    assert_int_equal(geo_clip(&row->in, box, &arena, &out, NULL), ERR_OK);
    assert_int_equal(out.part_count, row->part_count);
    for (uint32_t i = 0; i < out.part_count; i++)
        assert_int_equal(out.part_sizes[i], row->sizes[i]);
    if (row->in.type == GEO_POLYGON) {
        assert_int_equal(area2_of(&out), row->area2);
        if (out.part_count)
            assert_string_equal(geo_fault_text(geo_valid_polygon(&out, &arena)), "valid");
    } else {
        for (uint32_t i = 0; i < out.vertex_count; i++) {
            assert_int_equal(out.vertices[i].x, row->v[i].x);
            assert_int_equal(out.vertices[i].y, row->v[i].y);
        }
    }
    arena_done(&arena);
}

static bool is_inside(const struct geometry *polygon, struct geo_xy at, bool *is_near)
{
    bool inside = false;
    const struct geo_xy *v = polygon->vertices;
    for (uint32_t i = 0; i < polygon->part_count; v += polygon->part_sizes[i++]) {
        const int where = geo_ring_holds(v, polygon->part_sizes[i], at);
        *is_near |= where == 0;
        inside ^= where > 0;
    }
    return inside;
}

static void random_polygons_keep_what_is_inside_the_box(void **state)
{
    (void)state;
    uint64_t seed = 11;
    struct arena arena;
    arena_init(&arena, 0);
    const struct geo_box big = {{0, 0}, {4096, 4096}};
    unsigned long asked = 0, differing = 0;
    for (unsigned round = 0; round < 3000; round++) {
        arena_reset(&arena);
        struct geo_xy v[12];
        const uint32_t count = (uint32_t)random_between(&seed, 3, 12);
        for (uint32_t i = 0; i < count; i++)
            v[i] = (struct geo_xy){random_between(&seed, -6000, 10000),
                                   random_between(&seed, -6000, 10000)};
        const struct geometry any = {GEO_POLYGON, 1, count, &count, v};
        struct geometry in, out;
        assert_int_equal(geo_repair_polygon(&any, NULL, &arena, &in, NULL), ERR_OK);
        if (in.part_count == 0)
            continue;
        assert_int_equal(geo_clip(&in, big, &arena, &out, NULL), ERR_OK);
        if (out.part_count) {
            assert_string_equal(geo_fault_text(geo_valid_polygon(&out, &arena)), "valid");
            assert_true(geo_box_holds(big, geo_box_of(out.vertices, out.vertex_count)));
        }
        for (unsigned i = 0; i < 50; i++) {
            const struct geo_xy at = {random_between(&seed, 1, 4095),
                                      random_between(&seed, 1, 4095)};
            bool near = false;
            const bool before = is_inside(&in, at, &near), after = is_inside(&out, at, &near);
            asked += !near;
            differing += !near && before != after;
        }
    }
    arena_done(&arena);
    print_message("# %lu of %lu sample points differ\n", differing, asked);
    assert_true(asked > 100000 && differing * 2000 < asked);
}

static void neighbours_are_cut_at_the_same_point(void **state)
{
    (void)state;
    uint64_t seed = 3;
    struct arena arena;
    arena_init(&arena, 0);
    for (unsigned round = 0; round < 2000; round++) {
        arena_reset(&arena);
        const struct geo_xy a = {random_between(&seed, -5000, 5000),
                                 random_between(&seed, -5000, 5000)};
        const struct geo_xy b = {random_between(&seed, -5000, 5000),
                                 random_between(&seed, -5000, 5000)};
        const struct geo_xy there[] = {a, b}, back[] = {b, a};
        static const uint32_t two = 2;
        const struct geometry forward = {GEO_LINE, 1, 2, &two, there};
        const struct geometry backward = {GEO_LINE, 1, 2, &two, back};
        struct geometry one, other;
        assert_int_equal(geo_clip(&forward, box, &arena, &one, NULL), ERR_OK);
        assert_int_equal(geo_clip(&backward, box, &arena, &other, NULL), ERR_OK);
        assert_int_equal(one.vertex_count, other.vertex_count);
        for (uint32_t i = 0; i < one.vertex_count; i++)
            assert_true(geo_same(one.vertices[i], other.vertices[one.vertex_count - 1 - i]));
    }
    arena_done(&arena);
}

static void the_ends_of_the_world_do_not_overflow(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    static const uint32_t two = 2;
    static const struct geo_xy v[] = {{INT32_MIN, INT32_MIN}, {INT32_MAX, INT32_MAX}};
    const struct geometry line = {GEO_LINE, 1, 2, &two, v};
    struct geometry out;
    assert_int_equal(geo_clip(&line, box, &arena, &out, NULL), ERR_OK);
    assert_int_equal(out.vertices[0].x, 0);
    assert_int_equal(out.vertices[0].y, 0);
    assert_int_equal(out.vertices[1].x, 100);
    assert_int_equal(out.vertices[1].y, 100);
    arena_done(&arena);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(rows) + 3];
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[i] =
            (struct CMUnitTest){rows[i].label, is_clipped, NULL, NULL, (void *)(uintptr_t)&rows[i]};
    const struct CMUnitTest more[] = {
        cmocka_unit_test(random_polygons_keep_what_is_inside_the_box),
        cmocka_unit_test(neighbours_are_cut_at_the_same_point),
        cmocka_unit_test(the_ends_of_the_world_do_not_overflow),
    };
    for (size_t i = 0; i < LENGTH(more); i++)
        tests[LENGTH(rows) + i] = more[i];
    return _cmocka_run_group_tests("clip", tests, LENGTH(tests), NULL, NULL);
}
