/* Expected shapes are drawn by hand; for random ones an independent measure is taken: sample
 * points are asked, ring by ring in the input, whether they lie inside. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/random.h"
#include "tiles/geo/repair.h"
#include "tiles/geo/ring.h"
#include "tiles/geo/valid.h"

struct shape {
    const char *label;
    uint32_t part_count;
    uint32_t sizes[4];
    struct geo_xy v[24];
    int64_t area2;   /* exteriors less holes, of the result */
    uint32_t result; /* rings of the result */
};

/* clang-format off */
static const struct shape shapes[] = {
    {"a square stays", 1, {4}, {{0,0},{10,0},{10,10},{0,10}}, 200, 1},
    {"a square the other way round is turned", 1, {4}, {{0,0},{0,10},{10,10},{10,0}}, 200, 1},
    {"a figure of eight keeps both eyes", 1, {4}, {{0,0},{10,10},{10,0},{0,10}}, 100, 2},
    {"a spike goes", 1, {6}, {{0,0},{10,0},{20,0},{10,0},{10,10},{0,10}}, 200, 1},
    {"a repeated vertex goes", 1, {6}, {{0,0},{0,0},{10,0},{10,10},{10,10},{0,10}}, 200, 1},
    {"a ring without area vanishes", 1, {4}, {{0,0},{5,5},{10,10},{5,5}}, 0, 0},
    {"a hole stays a hole", 2, {4,4}, {{0,0},{10,0},{10,10},{0,10}, {2,2},{2,8},{8,8},{8,2}}, 200-72, 2},
    {"a hole outside vanishes", 2, {4,4}, {{0,0},{10,0},{10,10},{0,10}, {12,2},{12,8},{18,8},{18,2}}, 200, 1},
    {"a hole across the border bites a piece off", 2, {4,4}, {{0,0},{10,0},{10,10},{0,10}, {5,2},{5,8},{15,8},{15,2}}, 200-60, 1},
    {"overlapping exteriors become one", 2, {4,4}, {{0,0},{10,0},{10,10},{0,10}, {5,5},{15,5},{15,15},{5,15}}, 350, 1},
    {"exteriors with a common edge become one", 2, {4,4}, {{0,0},{10,0},{10,10},{0,10}, {10,0},{20,0},{20,10},{10,10}}, 400, 1},
    {"exteriors that touch in a point stay two", 2, {4,4}, {{0,0},{10,0},{10,10},{0,10}, {10,10},{20,10},{20,20},{10,20}}, 400, 2},
    {"a ring that touches itself from within becomes a hole", 1, {7},
        {{0,0},{10,0},{10,10},{5,10},{8,5},{2,5},{5,10}}, 0, 0},
    {"a hole in the size of its exterior leaves nothing", 2, {4,4}, {{0,0},{10,0},{10,10},{0,10}, {0,0},{0,10},{10,10},{10,0}}, 0, 0},
    {"an exterior within a hole is an island", 3, {4,4,4}, {{0,0},{30,0},{30,30},{0,30}, {5,5},{5,25},{25,25},{25,5}, {10,10},{20,10},{20,20},{10,20}}, 1800-800+200, 3},
    {"two holes that touch stay two", 3, {4,4,4}, {{0,0},{30,0},{30,30},{0,30}, {5,5},{5,10},{10,10},{10,5}, {10,10},{10,15},{15,15},{15,10}}, 1800-100, 3},
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

static struct geometry geometry_of(const struct shape *shape)
{
    struct geometry polygon = {GEO_POLYGON, shape->part_count, 0, shape->sizes, shape->v};
    for (uint32_t i = 0; i < shape->part_count; i++)
        polygon.vertex_count += shape->sizes[i];
    return polygon;
}

static void is_repaired(void **state)
{
    const struct shape *shape = *state;
    struct arena arena;
    arena_init(&arena, 0);
    const struct geometry polygon = geometry_of(shape);
    struct geometry result;
    bool repaired;
    for (unsigned way = 0; way < 2; way++) {
        if (way == 0)
            assert_int_equal(geo_repair_polygon(&polygon, NULL, &arena, &result, NULL), ERR_OK);
        else
            assert_int_equal(geo_repair_if_needed(&polygon, NULL, &arena, &result, &repaired, NULL),
                             ERR_OK);
        if (shape->area2) {
            assert_int_equal(result.part_count, shape->result);
            assert_int_equal(area2_of(&result), shape->area2);
        }
        if (result.part_count)
            assert_string_equal(geo_fault_text(geo_valid_polygon(&result, &arena)), "valid");
        else
            assert_int_equal(shape->area2, 0);
    }
    arena_done(&arena);
}

/* Winding number of one ring around a point off the lattice: (x + ½, y + ½). */
static int winding(const struct geo_xy *v, uint32_t count, int32_t x, int32_t y)
{
    int sum = 0;
    for (uint32_t i = 0, j = count - 1; i < count; j = i++) {
        const int64_t ax = 2 * (int64_t)v[j].x, ay = 2 * (int64_t)v[j].y;
        const int64_t bx = 2 * (int64_t)v[i].x, by = 2 * (int64_t)v[i].y;
        const int64_t px = 2 * (int64_t)x + 1, py = 2 * (int64_t)y + 1;
        if ((ay > py) == (by > py))
            continue;
        const int64_t turn = (bx - ax) * (py - ay) - (by - ay) * (px - ax);
        if (by > ay && turn > 0)
            sum++;
        if (by < ay && turn < 0)
            sum--;
    }
    return sum;
}

static bool is_inside(const struct geometry *polygon, const bool *holes, int32_t x, int32_t y)
{
    int exteriors = 0, hole = 0;
    const struct geo_xy *v = polygon->vertices;
    for (uint32_t i = 0; i < polygon->part_count; v += polygon->part_sizes[i++])
        *(holes[i] ? &hole : &exteriors) += winding(v, polygon->part_sizes[i], x, y);
    return abs(exteriors) > abs(hole);
}

static void random_rings_become_valid_and_keep_their_inside(void **state)
{
    (void)state;
    uint64_t seed = 7;
    struct arena arena;
    arena_init(&arena, 0);
    unsigned long asked = 0, differing = 0;
    for (unsigned round = 0; round < 3000; round++) {
        arena_reset(&arena);
        const int32_t size = round % 3 == 0 ? 12 : round % 3 == 1 ? 100 : 4000;
        struct geo_xy v[40];
        uint32_t sizes[3] = {0}, parts = (uint32_t)random_between(&seed, 1, 3), count = 0;
        bool holes[3], result_holes[64];
        for (uint32_t part = 0; part < parts; part++) {
            sizes[part] = (uint32_t)random_between(&seed, 3, 12);
            holes[part] = part > 0 && random_next(&seed) % 2;
            for (uint32_t i = 0; i < sizes[part]; i++)
                v[count++] = (struct geo_xy){random_between(&seed, -size, size),
                                             random_between(&seed, -size, size)};
        }
        const struct geometry polygon = {GEO_POLYGON, parts, count, sizes, v};
        struct geometry result;
        assert_int_equal(geo_repair_polygon(&polygon, holes, &arena, &result, NULL), ERR_OK);
        if (result.part_count == 0)
            continue;
        assert_string_equal(geo_fault_text(geo_valid_polygon(&result, &arena)), "valid");
        if (size < 1000 || result.part_count > 64)
            continue; /* on a coarse grid crossings move too far to compare */
        geo_hole_roles(&result, result_holes);
        for (unsigned i = 0; i < 40; i++) {
            const int32_t x = random_between(&seed, -size, size - 1);
            const int32_t y = random_between(&seed, -size, size - 1);
            asked++;
            differing += is_inside(&polygon, holes, x, y) != is_inside(&result, result_holes, x, y);
        }
    }
    arena_done(&arena);
    print_message("# %lu of %lu sample points differ\n", differing, asked);
    assert_true(asked > 20000 && differing * 500 < asked);
}

static void a_long_comb_is_repaired_in_time(void **state)
{
    (void)state;
    enum { TEETH = 4000 };
    struct arena arena;
    arena_init(&arena, 0);
    struct geo_xy *v = arena_array(&arena, 2 * TEETH + 2, sizeof *v);
    assert_non_null(v);
    uint32_t count = 0;
    for (int32_t i = 0; i < TEETH; i++) { /* the line up crosses the line down of the last tooth */
        v[count++] = (struct geo_xy){i * 10, 0};
        v[count++] = (struct geo_xy){i * 10 + 12, 1000};
    }
    v[count++] = (struct geo_xy){TEETH * 10, 2000};
    v[count++] = (struct geo_xy){0, 2000};
    const struct geometry polygon = {GEO_POLYGON, 1, count, &count, v};
    struct geometry result;
    assert_int_equal(geo_repair_polygon(&polygon, NULL, &arena, &result, NULL), ERR_OK);
    assert_int_equal(geo_valid_polygon(&result, &arena), GEO_VALID);
    arena_done(&arena);
}

static void too_large_a_polygon_is_refused(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    static const uint32_t size = 3;
    static const struct geo_xy v[] = {{INT32_MIN, 0}, {INT32_MAX, 0}, {0, 100}};
    const struct geometry polygon = {GEO_POLYGON, 1, 3, &size, v};
    struct geometry result = {.part_count = 77};
    struct err err;
    assert_int_equal(geo_repair_polygon(&polygon, NULL, &arena, &result, &err), ERR_RANGE);
    assert_int_equal(result.part_count, 77);
    arena_done(&arena);
}

static void faults_are_told_apart(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    static const struct {
        uint32_t parts, sizes[3];
        struct geo_xy v[12];
        enum geo_fault fault;
    } rows[] = {
        {1, {2}, {{0, 0}, {1, 1}}, GEO_FAULT_COUNT},
        {1, {4}, {{0, 0}, {5, 0}, {5, 0}, {5, 5}}, GEO_FAULT_REPEAT},
        {1, {3}, {{0, 0}, {5, 0}, {9, 0}}, GEO_FAULT_AREA},
        {1, {4}, {{0, 0}, {0, 5}, {5, 5}, {5, 0}}, GEO_FAULT_ORDER},
        {1, {4}, {{0, 0}, {0, 8}, {9, 0}, {9, 9}}, GEO_FAULT_SELF},
        {1, {5}, {{0, 0}, {10, 0}, {10, 10}, {5, 0}, {0, 10}}, GEO_FAULT_SELF},
        {2,
         {4, 4},
         {{0, 0}, {9, 0}, {9, 9}, {0, 9}, {5, 5}, {5, 12}, {12, 12}, {12, 5}},
         GEO_FAULT_RINGS},
        {2, {4, 3}, {{0, 0}, {9, 0}, {9, 9}, {0, 9}, {20, 20}, {20, 22}, {22, 22}}, GEO_FAULT_HOLE},
        {3,
         {4, 4, 3},
         {{0, 0},
          {20, 0},
          {20, 20},
          {0, 20},
          {2, 2},
          {2, 18},
          {18, 18},
          {18, 2},
          {5, 5},
          {5, 9},
          {9, 9}},
         GEO_FAULT_HOLE},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct geometry polygon = {GEO_POLYGON, rows[i].parts, 0, rows[i].sizes, rows[i].v};
        for (uint32_t part = 0; part < rows[i].parts; part++)
            polygon.vertex_count += rows[i].sizes[part];
        assert_string_equal(geo_fault_text(geo_valid_polygon(&polygon, &arena)),
                            geo_fault_text(rows[i].fault));
    }
    arena_done(&arena);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(shapes) + 4];
    for (size_t i = 0; i < LENGTH(shapes); i++)
        tests[i] = (struct CMUnitTest){shapes[i].label, is_repaired, NULL, NULL,
                                       (void *)(uintptr_t)&shapes[i]};
    const struct CMUnitTest more[] = {
        cmocka_unit_test(random_rings_become_valid_and_keep_their_inside),
        cmocka_unit_test(a_long_comb_is_repaired_in_time),
        cmocka_unit_test(too_large_a_polygon_is_refused),
        cmocka_unit_test(faults_are_told_apart),
    };
    for (size_t i = 0; i < LENGTH(more); i++)
        tests[LENGTH(shapes) + i] = more[i];
    return _cmocka_run_group_tests("repair", tests, LENGTH(tests), NULL, NULL);
}
