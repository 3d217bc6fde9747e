/* tile_id: the standard's own examples, and the rules of the curve on every tile of small pyramids.
 */
#include <string.h>

#include "tests/support/test.h"
#include "tiles/archive/tile_id.h"

/* PMTiles version 3, section 4.1.1, the table of tile ids. */
static const struct row {
    const char *label;
    struct tile tile;
    uint64_t id;
} known[] = {
    {"the world is tile zero", {0, 0, 0}, 0},
    {"zoom 1 begins in the north-west", {1, 0, 0}, 1},
    {"zoom 1 goes south", {1, 0, 1}, 2},
    {"zoom 1 then east", {1, 1, 1}, 3},
    {"zoom 1 ends in the north-east", {1, 1, 0}, 4},
    {"zoom 2 begins where the curve begins", {2, 0, 0}, 5},
    {"the example in the standard", {12, 3423, 1763}, 19078479},
};

static void maps_to_its_id(void **state)
{
    const struct row *row = *state;
    uint64_t id = 0;
    assert_int_equal(tile_id_from_tile(row->tile, &id, NULL), ERR_OK);
    assert_int_equal(id, row->id);
    struct tile back = {0};
    assert_int_equal(tile_from_id(row->id, &back, NULL), ERR_OK);
    assert_int_equal(back.z, row->tile.z);
    assert_int_equal(back.x, row->tile.x);
    assert_int_equal(back.y, row->tile.y);
}

static uint32_t apart(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

static void every_step_goes_to_a_neighbour_and_back_again_is_the_same(void **state)
{
    (void)state;
    struct tile before = {0};
    for (uint64_t id = 0; id < tile_id_first(9); id++) {
        struct tile tile;
        uint64_t back = 0;
        assert_int_equal(tile_from_id(id, &tile, NULL), ERR_OK);
        assert_true(tile_is_valid(tile));
        assert_int_equal(tile_id_from_tile(tile, &back, NULL), ERR_OK);
        assert_int_equal(back, id);
        if (id != tile_id_first(tile.z))
            assert_int_equal(apart(tile.x, before.x) + apart(tile.y, before.y), 1);
        before = tile;
    }
}

static void the_corners_of_the_deepest_zoom_come_back(void **state)
{
    (void)state;
    for (uint8_t z = 1; z <= TILE_MAX_ZOOM; z++) {
        const uint32_t last = (UINT32_C(1) << z) - 1;
        uint64_t id = 0;
        struct tile tile;
        assert_int_equal(tile_id_from_tile((struct tile){z, last, 0}, &id, NULL), ERR_OK);
        assert_int_equal(id, tile_id_first(z + 1U) - 1); /* the curve ends in the north-east */
        assert_int_equal(tile_from_id(id, &tile, NULL), ERR_OK);
        assert_int_equal(tile.x, last);
        assert_int_equal(tile.y, 0);
        assert_int_equal(tile_id_from_tile((struct tile){z, last, last}, &id, NULL), ERR_OK);
        assert_int_equal(tile_from_id(id, &tile, NULL), ERR_OK);
        assert_int_equal(tile.x, last);
        assert_int_equal(tile.y, last);
    }
}

static void a_tile_outside_is_refused_and_the_output_untouched(void **state)
{
    (void)state;
    static const struct tile outside[] = {
        {0, 1, 0}, {3, 8, 0}, {3, 0, 8}, {26, 1U << 26, 0}, {27, 0, 0}, {255, 0, 0},
    };
    for (size_t i = 0; i < LENGTH(outside); i++) {
        uint64_t id = 42;
        struct err err = {0};
        assert_int_equal(tile_id_from_tile(outside[i], &id, &err), ERR_RANGE);
        assert_int_equal(err.at, outside[i].z);
        assert_int_equal(id, 42);
    }
    struct tile tile = {1, 1, 1};
    struct err err = {0};
    const uint64_t end = tile_id_first(TILE_MAX_ZOOM + 1);
    assert_int_equal(tile_from_id(end, &tile, &err), ERR_RANGE);
    assert_int_equal(err.at, end);
    assert_int_equal(tile.z, 1);
    assert_int_equal(tile_from_id(UINT64_MAX, &tile, NULL), ERR_RANGE);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(known) + 3];
    for (size_t i = 0; i < LENGTH(known); i++) /* each row is a test of its own */
        tests[i] =
            (struct CMUnitTest){known[i].label, maps_to_its_id, NULL, NULL, (void *)&known[i]};
    const struct CMUnitTest rest[] = {
        cmocka_unit_test(every_step_goes_to_a_neighbour_and_back_again_is_the_same),
        cmocka_unit_test(the_corners_of_the_deepest_zoom_come_back),
        cmocka_unit_test(a_tile_outside_is_refused_and_the_output_untouched),
    };
    memcpy(tests + LENGTH(known), rest, sizeof rest);
    return cmocka_run_group_tests_name("tile_id", tests, NULL, NULL);
}
