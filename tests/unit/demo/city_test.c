/* The invented town: believable in numbers, and nothing stands where something else is. The checks
 * have geometry of their own, so that a fault in plane.c cannot hide itself. */
#include <math.h>
#include <string.h>

#include "server/demo/city.h"
#include "server/demo/emit.h"
#include "server/demo/plan.h"
#include "tests/support/test.h"

static struct arena arena;
static struct demo_city city;

static int make(void **state)
{
    (void)state;
    arena_init(&arena, 0);
    return demo_city_make(&arena, &city, NULL);
}

static int done(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static const struct demo_building *building_at(size_t i)
{
    return DEMO_AT(city.buildings, struct demo_building, i);
}

static double side_of(struct demo_xy a, struct demo_xy b, struct demo_xy p)
{
    return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

static bool crosses(struct demo_xy a, struct demo_xy b, struct demo_xy c, struct demo_xy d)
{
    return side_of(a, b, c) * side_of(a, b, d) < 0 && side_of(c, d, a) * side_of(c, d, b) < 0;
}

static bool inside(const struct demo_xy *ring, int count, struct demo_xy p)
{
    bool in = false;
    for (int i = 0, j = count - 1; i < count; j = i++)
        if ((ring[i].y > p.y) != (ring[j].y > p.y) &&
            p.x < (ring[j].x - ring[i].x) * (p.y - ring[i].y) / (ring[j].y - ring[i].y) + ring[i].x)
            in = !in;
    return in;
}

static bool rings_meet(const struct demo_xy *a, int na, const struct demo_xy *b, int nb)
{
    for (int i = 0; i < na; i++)
        for (int k = 0; k < nb; k++)
            if (crosses(a[i], a[(i + 1) % na], b[k], b[(k + 1) % nb]))
                return true;
    return inside(a, na, b[0]) || inside(b, nb, a[0]);
}

static double point_to_line(struct demo_xy p, struct demo_xy a, struct demo_xy b)
{
    const double dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
    double t = square > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / square : 0;
    t = fmin(1, fmax(0, t));
    return hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

static double line_to_line(struct demo_xy a, struct demo_xy b, struct demo_xy c, struct demo_xy d)
{
    if (crosses(a, b, c, d))
        return 0;
    return fmin(fmin(point_to_line(a, c, d), point_to_line(b, c, d)),
                fmin(point_to_line(c, a, b), point_to_line(d, a, b)));
}

static double reach(const struct demo_xy *ring, int count)
{
    double far = 0;
    for (int i = 1; i < count; i++)
        far = fmax(far, hypot(ring[i].x - ring[0].x, ring[i].y - ring[0].y));
    return far;
}

static void counts_are_those_of_a_small_city(void **state)
{
    (void)state;
    assert_in_range(city.buildings.count, 5000, 10000);
    assert_in_range(city.trees.count, 3000, 12000);
    assert_in_range(city.roads.count, 800, 4000);
    assert_in_range(city.places.count, 120, 400);
}

static void every_site_of_the_plan_is_there(void **state)
{
    (void)state;
    for (int i = 0; i < demo_site_count; i++) {
        int found = 0;
        for (size_t k = 0; k < city.places.count; k++) {
            const struct demo_place *place = DEMO_AT(city.places, struct demo_place, k);
            found +=
                place->rank == demo_sites[i].rank && strcmp(place->name, demo_sites[i].name) == 0;
        }
        if (found != 1)
            print_message("# %s: %d times\n", demo_sites[i].name, found);
        assert_int_equal(found, 1);
    }
}

static void no_building_stands_on_another(void **state)
{
    (void)state;
    int faults = 0;
    for (size_t i = 0; i < city.buildings.count; i++) {
        const struct demo_building *a = building_at(i);
        const double ra = reach(a->ring, a->ring_count);
        for (size_t k = i + 1; k < city.buildings.count && !a->kind; k++) {
            const struct demo_building *b = building_at(k);
            const double away =
                fmax(fabs(a->ring[0].x - b->ring[0].x), fabs(a->ring[0].y - b->ring[0].y));
            if (b->kind || away > ra + 240 || away > ra + reach(b->ring, b->ring_count) ||
                !rings_meet(a->ring, a->ring_count, b->ring, b->ring_count))
                continue;
            if (faults++ < 5)
                print_message("# %d on %d at %.1f %.1f\n", a->number, b->number, a->ring[0].x,
                              a->ring[0].y);
        }
    }
    assert_int_equal(faults, 0);
}

static void no_building_stands_on_a_street(void **state)
{
    (void)state;
    int faults = 0;
    for (size_t r = 0; r < city.roads.count; r++) {
        const struct demo_road *road = DEMO_AT(city.roads, struct demo_road, r);
        if (road->is_area || strcmp(road->kind, "rail") == 0)
            continue; /* the station stands above the tracks */
        for (size_t i = 0; i < city.buildings.count; i++) {
            const struct demo_building *b = building_at(i);
            for (int k = 0; k + 1 < road->count && !b->kind; k++) {
                const struct demo_xy p = road->line[k], q = road->line[k + 1];
                if (point_to_line(b->ring[0], p, q) > 250)
                    continue;
                double near = inside(b->ring, b->ring_count, p) ? 0 : 1e9;
                for (int v = 0; v < b->ring_count; v++)
                    near = fmin(near,
                                line_to_line(p, q, b->ring[v], b->ring[(v + 1) % b->ring_count]));
                if (near > road->width_m / 2 - 0.03)
                    continue;
                if (faults++ < 5)
                    print_message("# %d on %s %s (%.1f m wide) at %.1f %.1f: %.2f\n", b->number,
                                  road->kind, road->name ? road->name : "", road->width_m,
                                  b->ring[0].x, b->ring[0].y, near);
            }
        }
    }
    assert_int_equal(faults, 0);
}

static void no_building_stands_in_the_water(void **state)
{
    (void)state;
    int faults = 0;
    for (size_t r = 0; r < city.areas.count; r++) {
        const struct demo_area *area = DEMO_AT(city.areas, struct demo_area, r);
        for (size_t i = 0; area->layer == DEMO_WATER && i < city.buildings.count; i++) {
            const struct demo_building *b = building_at(i);
            if (!b->kind && rings_meet(area->ring, area->count, b->ring, b->ring_count))
                faults++;
        }
    }
    assert_int_equal(faults, 0);
}

static void no_tree_stands_in_a_house(void **state)
{
    (void)state;
    int faults = 0;
    for (size_t t = 0; t < city.trees.count; t++) {
        const struct demo_xy at = DEMO_AT(city.trees, struct demo_tree, t)->at;
        for (size_t i = 0; i < city.buildings.count; i++) {
            const struct demo_building *b = building_at(i);
            if (b->kind || fabs(b->ring[0].x - at.x) > 250 || fabs(b->ring[0].y - at.y) > 250 ||
                !inside(b->ring, b->ring_count, at))
                continue;
            if (faults++ < 5)
                print_message("# tree in %d at %.1f %.1f\n", b->number, at.x, at.y);
        }
    }
    assert_int_equal(faults, 0);
}

static void unknown_heights_say_why(void **state)
{
    (void)state;
    size_t guessed = 0;
    for (size_t i = 0; i < city.buildings.count; i++) {
        const struct demo_building *b = building_at(i);
        assert_true(b->height_m > b->min_height_m && b->height_m < 80);
        assert_int_equal(b->source == DEMO_MEASURED, b->unknown == NULL);
        guessed += b->source == DEMO_ASSUMED;
    }
    assert_in_range(guessed, 50, 1000);
}

/* FNV-1a over what the sink is given. */
static enum err_code hash_feature(void *context, const struct feature *feature, struct err *err)
{
    uint64_t *hash = context;
    (void)err;
    const unsigned char *bytes = (const unsigned char *)feature->geometry.vertices;
    for (size_t i = 0; i < feature->geometry.vertex_count * sizeof(struct geo_xy); i++)
        *hash = (*hash ^ bytes[i]) * 0x100000001b3u;
    for (uint32_t i = 0; i < feature->tag_count; i++)
        *hash = (*hash ^ (feature->tags[i].key + 1)) * 0x100000001b3u;
    return ERR_OK;
}

static void two_towns_are_one(void **state)
{
    (void)state;
    struct arena other_arena;
    struct demo_city other;
    uint64_t first = 1469598103934665603u, second = first;
    const struct feature_sink one = {hash_feature, &first}, two = {hash_feature, &second};
    arena_init(&other_arena, 0);
    assert_int_equal(demo_city_make(&other_arena, &other, NULL), ERR_OK);
    assert_int_equal(demo_emit(&city, &one, NULL), ERR_OK);
    assert_int_equal(demo_emit(&other, &two, NULL), ERR_OK);
    assert_true(first == second);
    arena_done(&other_arena);
}

/* The station lies where EPSG:4326 says: computed with PROJ's aeqd on GRS 80, turned by 8°. */
static void the_centre_lies_at_its_place(void **state)
{
    (void)state;
    double lon = 0, lat = 0;
    demo_degrees(demo_xy(0, 0), &lon, &lat);
    assert_true(fabs(lon - 139.388) < 1e-9 && fabs(lat - 36.147) < 1e-9);
    demo_degrees(demo_xy(990.268, 139.173), &lon, &lat); /* 1000 m to the east, turned back */
    assert_true(fabs(lon - 139.3991116) < 2e-6 && fabs(lat - 36.147) < 2e-6);
}

static void memory_that_runs_out_is_an_error(void **state)
{
    (void)state;
    struct arena small;
    struct demo_city other;
    struct err err = {.code = ERR_OK};
    arena_init(&small, 1 << 18);
    assert_int_equal(demo_city_make(&small, &other, &err), ERR_NOMEM);
    arena_done(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_those_of_a_small_city),
        cmocka_unit_test(every_site_of_the_plan_is_there),
        cmocka_unit_test(no_building_stands_on_another),
        cmocka_unit_test(no_building_stands_on_a_street),
        cmocka_unit_test(no_building_stands_in_the_water),
        cmocka_unit_test(no_tree_stands_in_a_house),
        cmocka_unit_test(unknown_heights_say_why),
        cmocka_unit_test(two_towns_are_one),
        cmocka_unit_test(the_centre_lies_at_its_place),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, make, done);
}
