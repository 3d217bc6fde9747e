/* Lines and areas of comments in tiles: each where it is, none where it is not any more. Places by
 * the formula of EPSG:3857 in doubles. */
#include <math.h>

#include "server/live/comment_shape.h"
#include "server/live/comment_tile.h"
#include "tests/support/store.h"
#include "tiles/geo/mercator.h"
#include "tiles/geo/ring.h"
#include "tiles/geo/valid.h"
#include "tiles/mvt/decode.h"

static const struct store_filter no_filter;
enum { LON = 1393880000, LAT = 361470000, EXTENT = 4096 };

struct spot {
    double x, y; /* in tiles of the zoom */
};
static struct spot spot_of(uint8_t z, int32_t lon_e7, int32_t lat_e7)
{
    static const double pi = 3.14159265358979323846;
    return (struct spot){(lon_e7 / 1e7 + 180) / 360 * ldexp(1, z),
                         (1 - asinh(tan(lat_e7 / 1e7 * pi / 180)) / pi) / 2 * ldexp(1, z)};
}

static struct geometry shape_in(struct arena *arena, const struct corner *corners, size_t count,
                                bool is_area, uint8_t z, uint32_t x, uint32_t y)
{
    struct path path = {.corners = arena_alloc(arena, count * sizeof *corners), .count = count};
    struct geometry shape;
    assert_non_null(path.corners);
    memcpy(path.corners, corners, count * sizeof *corners);
    assert_int_equal(comment_shape_in_tile(&path, is_area, z, x, y, arena, &shape, NULL), ERR_OK);
    if (shape.type == GEO_POLYGON)
        assert_int_equal(geo_valid_polygon(&shape, arena), GEO_VALID);
    for (uint32_t i = 0; i < shape.vertex_count; i++) {
        assert_in_range(shape.vertices[i].x + COMMENT_SHAPE_BUFFER, 0,
                        EXTENT + 2 * COMMENT_SHAPE_BUFFER);
        assert_in_range(shape.vertices[i].y + COMMENT_SHAPE_BUFFER, 0,
                        EXTENT + 2 * COMMENT_SHAPE_BUFFER);
    }
    return shape;
}

/* Twice the area of all rings: holes count against. */
static int64_t area2_of(const struct geometry *shape)
{
    int64_t sum = 0;
    const struct geo_xy *ring = shape->vertices;
    for (uint32_t i = 0; i < shape->part_count; ring += shape->part_sizes[i++])
        sum += geo_ring_area2(ring, shape->part_sizes[i]);
    return sum;
}

/* --- Shapes --- */

static void corners_stand_where_they_are(void **state)
{
    struct arena *arena = *state;
    const struct corner line[] = {{LON, LAT}, {LON + 3000, LAT + 1000}, {LON + 5000, LAT - 2000}};
    for (uint8_t z = COMMENT_SHAPE_WHOLE_Z; z <= COMMENT_TILE_MAX_Z; z++) {
        unsigned found = 0;
        for (unsigned c = 0; c < LENGTH(line); c++) {
            const struct spot spot = spot_of(z, line[c].lon_e7, line[c].lat_e7);
            const struct geometry shape =
                shape_in(arena, line, 3, false, z, (uint32_t)spot.x, (uint32_t)spot.y);
            assert_int_equal(shape.type, GEO_LINE);
            /* World units are 9 mm wide, a unit of z 22 is a quarter of that. */
            const double unit_x = (spot.x - floor(spot.x)) * EXTENT;
            const double unit_y = (spot.y - floor(spot.y)) * EXTENT, slack = z > 20 ? 3 : 1;
            bool here = false;
            for (uint32_t i = 0; i < shape.vertex_count; i++)
                here |= fabs(shape.vertices[i].x - unit_x) <= slack &&
                        fabs(shape.vertices[i].y - unit_y) <= slack;
            found += here;
        }
        assert_int_equal(found, LENGTH(line));
    }
}

/* Tile by tile the pieces add up to the whole, and only tiles that it comes near to have any. */
static void a_long_line_is_in_each_tile_it_crosses_and_in_no_other(void **state)
{
    struct arena *arena = *state;
    const struct corner line[] = {{LON, LAT}, {LON + 300000, LAT + 100000}}; /* 2.9 km */
    for (uint8_t z = COMMENT_TILE_POINTS_Z; z <= 18; z++) {
        const struct spot from = spot_of(z, line[0].lon_e7, line[0].lat_e7);
        const struct spot to = spot_of(z, line[1].lon_e7, line[1].lat_e7);
        double inside = 0;
        for (uint32_t x = (uint32_t)from.x - 1; x <= (uint32_t)to.x + 1; x++)
            for (uint32_t y = (uint32_t)to.y - 1; y <= (uint32_t)from.y + 1; y++) {
                const struct geometry shape = shape_in(arena, line, 2, false, z, x, y);
                if (shape.type == GEO_NONE)
                    continue;
                assert_int_equal(shape.vertex_count, 2);
                /* How much of the line lies between the tile's own western and eastern edge, and
                 * whether it runs through its height there. */
                const double slope = (to.y - from.y) / (to.x - from.x);
                double west = fmax(from.x, x), east = fmin(to.x, x + 1);
                west = fmax(west, from.x + (y + 1 - from.y) / slope);
                east = fmin(east, from.x + (y - from.y) / slope);
                inside += fmax(0, east - west);
                const double at_y = from.y + slope * (x + shape.vertices[0].x / 4096.0 - from.x);
                assert_true(fabs((at_y - y) * EXTENT - shape.vertices[0].y) <= 2);
                arena_reset(arena);
            }
        assert_true(fabs(inside - (to.x - from.x)) < 0.001);
    }
}

static void an_area_that_covers_a_tile_fills_it_with_its_buffer(void **state)
{
    struct arena *arena = *state;
    const struct corner area[] = {{LON - 900000, LAT - 900000},
                                  {LON + 900000, LAT - 900000},
                                  {LON + 900000, LAT + 900000},
                                  {LON - 900000, LAT + 900000}};
    const struct spot spot = spot_of(17, LON, LAT);
    const struct geometry shape =
        shape_in(arena, area, 4, true, 17, (uint32_t)spot.x, (uint32_t)spot.y);
    const int64_t side = EXTENT + 2 * COMMENT_SHAPE_BUFFER;
    assert_int_equal(shape.vertex_count, 4);
    assert_int_equal(area2_of(&shape), 2 * side * side);
}

/* A hand that crosses its own line: both eyes are inside, whichever way they turn. */
static void a_figure_of_eight_keeps_both_its_eyes(void **state)
{
    struct arena *arena = *state;
    const struct corner eight[] = {
        {LON, LAT}, {LON + 10000, LAT + 10000}, {LON + 10000, LAT}, {LON, LAT + 10000}};
    struct spot spot = spot_of(16, LON, LAT), right = spot_of(16, LON + 10000, LAT + 10000);
    const double wide = (right.x - spot.x) * EXTENT, high = (spot.y - right.y) * EXTENT;
    const struct geometry shape =
        shape_in(arena, eight, 4, true, 16, (uint32_t)spot.x, (uint32_t)spot.y);
    assert_int_equal(shape.type, GEO_POLYGON);
    assert_int_equal(shape.part_count, 2);
    assert_true(fabs((double)area2_of(&shape) - wide * high) < wide + high);
}

static void what_has_no_length_no_area_or_no_end_is_left_out(void **state)
{
    struct arena *arena = *state;
    const struct corner dot[] = {{LON, LAT}, {LON, LAT}};
    const struct corner flat[] = {{LON, LAT}, {LON + 9000, LAT}, {LON + 3000, LAT}};
    const struct corner half[] = {{-1700000000, LAT}, {1700000000, LAT}, {0, LAT + 900000}};
    const struct corner none[] = {{LON, LAT}};
    const struct spot spot = spot_of(16, LON, LAT);
    const uint32_t x = (uint32_t)spot.x, y = (uint32_t)spot.y;
    assert_int_equal(shape_in(arena, dot, 2, false, 16, x, y).type, GEO_NONE);
    assert_int_equal(shape_in(arena, flat, 3, true, 16, x, y).type, GEO_NONE);
    assert_int_equal(shape_in(arena, half, 3, true, 16, x, y).type, GEO_NONE);
    assert_int_equal(shape_in(arena, half, 2, false, 16, x, y).type, GEO_NONE);
    assert_int_equal(shape_in(arena, none, 0, false, 16, x, y).type, GEO_NONE);
}

/* A wave of 500 corners, 10 cm high: straight where that is less than a pixel. */
static void low_zooms_have_fewer_corners_and_the_last_has_all(void **state)
{
    struct arena *arena = *state;
    struct corner wave[PARTS_CORNERS_MAX];
    for (int i = 0; i < PARTS_CORNERS_MAX; i++)
        wave[i] = (struct corner){LON - 3000 + 20 * i, LAT + 4000 + (i % 2 ? 20 : 0)};
    uint32_t before = 2;
    for (uint8_t z = 14; z <= 16; z++) {
        const struct spot spot = spot_of(z, LON, LAT);
        const struct geometry shape =
            shape_in(arena, wave, PARTS_CORNERS_MAX, false, z, (uint32_t)spot.x, (uint32_t)spot.y);
        assert_true(z == 16 ? shape.vertex_count > 300 : shape.vertex_count <= 3);
        assert_true(shape.vertex_count >= before);
        before = shape.vertex_count;
    }
}

/* --- The layer and its cache --- */

struct map {
    struct town town;
    struct comment_tiles *tiles;
    struct arena arena;
};

static int map_open(void **state)
{
    static struct map map;
    town_open(&map.town);
    arena_init(&map.arena, 0);
    assert_int_equal(comment_tiles_open(1 << 22, &map.tiles, NULL), ERR_OK);
    assert_int_equal(store_writer_listen(map.town.writer, comment_tiles_changed, map.tiles, NULL),
                     ERR_OK);
    *state = &map;
    return 0;
}

static int map_close(void **state)
{
    struct map *map = *state;
    store_writer_close(map->town.writer);
    map->town.writer = NULL;
    comment_tiles_close(map->tiles);
    arena_done(&map->arena);
    town_close(&map->town);
    return 0;
}

static struct http_body *tile_of(struct map *map, uint8_t z, uint32_t x, uint32_t y,
                                 const struct store_filter *filter)
{
    struct http_body *body = NULL;
    assert_int_equal(comment_tiles_get(map->tiles, map->town.reader, z, x, y, filter, &body, NULL),
                     ERR_OK);
    return body;
}

/* Which numbers of comments the layer shows, a bit each; their kinds and hats in *ret_kinds. */
static unsigned shown_in(struct map *map, uint8_t z, uint32_t x, uint32_t y,
                         const struct store_filter *filter)
{
    struct http_body *body = tile_of(map, z, x, y, filter);
    struct mvt_decoded_tile tile;
    unsigned seen = 0;
    if (!body)
        return 0;
    assert_int_equal(mvt_decode(body->bytes[HTTP_IDENTITY], &map->arena, &tile, NULL), ERR_OK);
    assert_int_equal(tile.skipped, 0);
    const struct mvt_decoded_layer *layer = mvt_decode_find_layer(&tile, "comment_shape");
    for (uint32_t f = 0; layer && f < layer->feature_count; f++) {
        const struct mvt_decoded_feature *feature = &layer->features[f];
        const struct mvt_decoded_value *id = mvt_decode_find_value(layer, feature, "id");
        const struct mvt_decoded_value *kind = mvt_decode_find_value(layer, feature, "kind");
        const struct mvt_decoded_value *hat = mvt_decode_find_value(layer, feature, "hat");
        assert_true(id && id->string.len == UUID_TEXT && kind && hat);
        assert_true(span_is(kind->string, "idea") || span_is(kind->string, "trouble"));
        assert_true(span_is(hat->string, "citizen"));
        seen |= 1U << (id->string.data[UUID_TEXT - 1] - '0');
    }
    http_body_unref(body);
    return seen;
}

enum { PLACES = 5 };
/* From west to east along one line of 3.6 km; tiles of z 14 to 22 at each. */
static struct corner place_of(unsigned at)
{
    return (struct corner){LON + (int32_t)at * 100000, LAT};
}

static void write_line(struct map *map, unsigned number, uint8_t kind, int32_t lat_e7)
{
    struct corner corners[] = {{LON, lat_e7}, {LON + 400000, lat_e7}};
    struct op_comment said = town_comment("ここから先がこわい");
    said.kind = kind;
    said.lon_e7 = LON;
    said.lat_e7 = lat_e7;
    said.shape = SHAPE_LINE;
    said.path = (struct path){corners, 2};
    town_write(&map->town, number, 1, &said);
}

/* How many of the tiles at the line's places, at all zooms, show it. */
static unsigned seen_along(struct map *map, unsigned bit, int32_t lat_e7)
{
    unsigned seen = 0;
    for (uint8_t z = COMMENT_TILE_POINTS_Z; z <= COMMENT_TILE_MAX_Z; z++)
        for (unsigned at = 0; at < PLACES; at++) {
            const struct spot spot = spot_of(z, place_of(at).lon_e7, lat_e7);
            seen += shown_in(map, z, (uint32_t)spot.x, (uint32_t)spot.y, &no_filter) >> bit & 1;
        }
    return seen;
}
enum { ALL_ALONG = PLACES * (COMMENT_TILE_MAX_Z - COMMENT_TILE_POINTS_Z + 1) };
enum { ELSEWHERE = LAT + 200000 }; /* 2.2 km to the north: other tiles from z 14 on */

static void moderate(struct map *map, uint64_t op, unsigned number, uint32_t rev, uint8_t status)
{
    const struct op_head head = town_head(op, town_id(0xC0, number), 0, rev);
    const struct op_why why = {.reason = span_from_str("abuse")};
    struct span bytes;
    assert_int_equal(op_build_moderation(&map->town.arena, &head, status, &why, &bytes, NULL),
                     ERR_OK);
    assert_int_equal(town_rule(&map->town, bytes).status, STORE_ACK_STORED);
}

static void every_tile_of_a_line_follows_what_becomes_of_it(void **state)
{
    struct map *map = *state;
    assert_int_equal(seen_along(map, 1, LAT), 0);
    write_line(map, 1, COMMENT_IDEA, LAT);
    assert_int_equal(seen_along(map, 1, LAT), ALL_ALONG);
    assert_int_equal(seen_along(map, 1, ELSEWHERE), 0);

    /* Hidden, and back. */
    moderate(map, 100, 1, 1, STATUS_HIDDEN);
    assert_int_equal(seen_along(map, 1, LAT), 0);
    moderate(map, 101, 1, 2, STATUS_PUBLIC);
    assert_int_equal(seen_along(map, 1, LAT), ALL_ALONG);

    /* Moved by its author: the tiles of both places. */
    struct corner corners[] = {{LON, ELSEWHERE}, {LON + 400000, ELSEWHERE}};
    const struct op_place place = {
        .lon_e7 = LON, .lat_e7 = LAT, .shape = SHAPE_LINE, .path = {corners, 2}};
    struct op_head head = town_head(102, town_id(0xC0, 1), 1, 1);
    struct span op;
    assert_int_equal(op_build_place(&map->town.arena, &head, &place, &op, NULL), ERR_OK);
    assert_int_equal(town_say(&map->town, 1, op).status, STORE_ACK_STORED);
    assert_int_equal(seen_along(map, 1, LAT), 0);
    assert_int_equal(seen_along(map, 1, ELSEWHERE), ALL_ALONG);

    /* Another kind: the tiles have other bytes. */
    const struct spot far_end = spot_of(16, LON + 400000, ELSEWHERE);
    struct http_body *before =
        tile_of(map, 16, (uint32_t)far_end.x, (uint32_t)far_end.y, &no_filter);
    head = town_head(103, town_id(0xC0, 1), 1, 1);
    assert_int_equal(op_build_kind(&map->town.arena, &head, COMMENT_TROUBLE, &op, NULL), ERR_OK);
    assert_int_equal(town_say(&map->town, 1, op).status, STORE_ACK_STORED);
    struct http_body *after =
        tile_of(map, 16, (uint32_t)far_end.x, (uint32_t)far_end.y, &no_filter);
    assert_string_not_equal(before->etag, after->etag);
    http_body_unref(before);
    http_body_unref(after);

    /* Withdrawn. */
    head = town_head(104, town_id(0xC0, 1), 1, 0);
    assert_int_equal(op_build_delete(&map->town.arena, &head, span_from_str(""), &op, NULL),
                     ERR_OK);
    assert_int_equal(town_say(&map->town, 1, op).status, STORE_ACK_STORED);
    assert_int_equal(seen_along(map, 1, ELSEWHERE), 0);
}

static void a_blurred_line_leaves_the_tiles_of_its_exact_place(void **state)
{
    struct map *map = *state;
    write_line(map, 1, COMMENT_IDEA, LAT);
    assert_int_equal(seen_along(map, 1, LAT), ALL_ALONG);
    const struct op_why why = {.reason = span_from_str("unsafe_place")};
    const struct op_head head = town_head(100, town_id(0xC0, 1), 0, 1);
    struct span op;
    assert_int_equal(op_build_precision(&map->town.arena, &head, 1000, &why, &op, NULL), ERR_OK);
    assert_int_equal(town_rule(&map->town, op).status, STORE_ACK_STORED);
    /* The middle of its row of 1 km lies elsewhere: deep tiles of the exact line are empty. */
    for (unsigned at = 0; at < PLACES; at++) {
        const struct spot spot = spot_of(18, place_of(at).lon_e7, LAT);
        assert_int_equal(shown_in(map, 18, (uint32_t)spot.x, (uint32_t)spot.y, &no_filter), 0);
    }
}

static void tiles_beside_a_line_are_not_even_cut_again(void **state)
{
    struct map *map = *state;
    const struct spot spot = spot_of(16, LON, ELSEWHERE);
    const struct op_comment there = {.kind = COMMENT_IDEA,
                                     .channel = CHANNEL_WEB,
                                     .hat = HAT_CITIZEN,
                                     .text = span_from_str("木"),
                                     .pen_name = span_from_str(""),
                                     .building_id = span_from_str(""),
                                     .lon_e7 = LON,
                                     .lat_e7 = ELSEWHERE};
    town_write(&map->town, 9, 1, &there);
    struct http_body *before = tile_of(map, 16, (uint32_t)spot.x, (uint32_t)spot.y, &no_filter);
    write_line(map, 1, COMMENT_IDEA, LAT);
    struct http_body *after = tile_of(map, 16, (uint32_t)spot.x, (uint32_t)spot.y, &no_filter);
    assert_ptr_equal(before, after);
    http_body_unref(before);
    http_body_unref(after);
}

static void filters_choose_among_lines_as_among_points(void **state)
{
    struct map *map = *state;
    write_line(map, 1, COMMENT_IDEA, LAT);
    write_line(map, 2, COMMENT_TROUBLE, LAT + 100);
    const struct spot spot = spot_of(16, LON + 200000, LAT);
    static const char word[] = "こわい", other[] = "すずしい";
    const struct {
        struct store_filter filter;
        unsigned seen;
    } rows[] = {
        {{0}, 1U << 1 | 1U << 2},
        {{.kinds = 1U << COMMENT_TROUBLE}, 1U << 2},
        {{.channels = 1U << CHANNEL_PAPER}, 0},
        {{.hats = 1U << HAT_CITIZEN}, 1U << 1 | 1U << 2},
        {{.query = {(const uint8_t *)word, sizeof word - 1}}, 1U << 1 | 1U << 2},
        {{.query = {(const uint8_t *)other, sizeof other - 1}}, 0},
    };
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_int_equal(shown_in(map, 16, (uint32_t)spot.x, (uint32_t)spot.y, &rows[i].filter),
                         rows[i].seen);
}

static int open_arena(void **state)
{
    static struct arena arena;
    arena_init(&arena, 0);
    *state = &arena;
    return 0;
}

static int close_arena(void **state)
{
    arena_done(*state);
    return 0;
}

#define OF_A_SHAPE(test) cmocka_unit_test_setup_teardown(test, open_arena, close_arena)
#define OVER_A_MAP(test) cmocka_unit_test_setup_teardown(test, map_open, map_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OF_A_SHAPE(corners_stand_where_they_are),
        OF_A_SHAPE(a_long_line_is_in_each_tile_it_crosses_and_in_no_other),
        OF_A_SHAPE(an_area_that_covers_a_tile_fills_it_with_its_buffer),
        OF_A_SHAPE(a_figure_of_eight_keeps_both_its_eyes),
        OF_A_SHAPE(what_has_no_length_no_area_or_no_end_is_left_out),
        OF_A_SHAPE(low_zooms_have_fewer_corners_and_the_last_has_all),
        OVER_A_MAP(every_tile_of_a_line_follows_what_becomes_of_it),
        OVER_A_MAP(a_blurred_line_leaves_the_tiles_of_its_exact_place),
        OVER_A_MAP(tiles_beside_a_line_are_not_even_cut_again),
        OVER_A_MAP(filters_choose_among_lines_as_among_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
