/* Our bytes are read by the code that protobuf-c generates from the standard's message definition,
 * and by our own decoder; geometries are the standard's own examples (section 4.3.5). */
#include "tests/support/test.h"

#include <math.h>
#include <string.h>

#include "tests/support/random.h"
#include "tiles/base/varint.h"
#include "tiles/mvt/decode.h"
#include "tiles/mvt/encode.h"
#include "vector_tile.pb-c.h"

struct example {
    const char *label;
    struct geometry geometry;
    uint32_t count;
    uint32_t commands[24];
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
static const struct example examples[] = {
    {"4.3.5.1 point", {GEO_POINT, 1, 1, SIZES(1), PLACES({25,17})}, 3, {9,50,34}},
    {"4.3.5.2 multi point", {GEO_POINT, 1, 2, SIZES(2), PLACES({5,7},{3,2})}, 5, {17,10,14,3,9}},
    {"4.3.5.3 linestring", {GEO_LINE, 1, 3, SIZES(3), PLACES({2,2},{2,10},{10,10})}, 8, {9,4,4,18,0,16,16,0}},
    {"4.3.5.4 multi linestring", {GEO_LINE, 2, 5, SIZES(3,2), PLACES({2,2},{2,10},{10,10},{1,1},{3,5})},
        14, {9,4,4,18,0,16,16,0,9,17,17,10,4,8}},
    {"4.3.5.5 polygon", {GEO_POLYGON, 1, 3, SIZES(3), PLACES({3,6},{8,12},{20,34})}, 9, {9,6,12,18,10,12,24,44,15}},
    {"steps across the whole range wrap", {GEO_LINE, 1, 2, SIZES(2), PLACES({INT32_MAX,0},{INT32_MIN,0})},
        6, {9,4294967294U,0,10,2,0}},
};
/* clang-format on */

static void has_the_standards_commands(void **state)
{
    const struct example *example = *state;
    struct buf buf;
    buf_init(&buf);
    assert_int_equal(mvt_encode_geometry(&buf, &example->geometry, NULL), ERR_OK);
    struct span rest = buf_span(&buf);
    for (uint32_t i = 0; i < example->count; i++) {
        uint64_t integer;
        assert_true(varint_take(&rest, &integer));
        assert_int_equal(integer, example->commands[i]);
    }
    assert_int_equal(rest.len, 0);
    buf_done(&buf);
}

static struct value text(const char *string)
{
    return (struct value){.type = VALUE_STRING, .string = span_from_str(string)};
}

static struct value integer(int64_t number)
{
    return (struct value){.type = VALUE_INT, .integer = number};
}

static struct value real(float number)
{
    return (struct value){.type = VALUE_FLOAT, .number = number};
}

static void values_take_the_shortest_exact_form(void **state)
{
    (void)state;
    static const struct {
        struct value value;
        size_t len;
        uint8_t field;
    } rows[] = {
        {{.type = VALUE_INT, .integer = 0}, 2, MVT_VALUE_UINT},
        {{.type = VALUE_INT, .integer = 127}, 2, MVT_VALUE_UINT},
        {{.type = VALUE_INT, .integer = -64}, 2, MVT_VALUE_SINT},
        {{.type = VALUE_INT, .integer = INT64_MIN}, 11, MVT_VALUE_SINT},
        {{.type = VALUE_INT, .integer = INT64_MAX}, 10, MVT_VALUE_UINT},
        {{.type = VALUE_INT, .integer = INT64_C(1) << 40}, 5, MVT_VALUE_FLOAT},
        {{.type = VALUE_INT, .integer = (INT64_C(1) << 40) + 1}, 7, MVT_VALUE_UINT},
        {{.type = VALUE_FLOAT, .number = 12.0F}, 2, MVT_VALUE_UINT},
        {{.type = VALUE_FLOAT, .number = -3.0F}, 2, MVT_VALUE_SINT},
        {{.type = VALUE_FLOAT, .number = 12.5F}, 5, MVT_VALUE_FLOAT},
        {{.type = VALUE_FLOAT, .number = -0.0F}, 2, MVT_VALUE_UINT},
        {{.type = VALUE_FLOAT, .number = 3e38F}, 5, MVT_VALUE_FLOAT},
        {{.type = VALUE_BOOL, .boolean = true}, 2, MVT_VALUE_BOOL},
    };
    struct buf buf;
    buf_init(&buf);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        buf_clear(&buf);
        assert_int_equal(mvt_encode_value(&buf, &rows[i].value, NULL), ERR_OK);
        assert_int_equal(buf.len, rows[i].len);
        assert_int_equal(buf.data[0], rows[i].field);
    }
    struct value not_finite = real(NAN);
    assert_int_equal(mvt_encode_value(&buf, &not_finite, NULL), ERR_INVALID);
    buf_done(&buf);
}

static const char *const keys[] = {"unused", "name", "height", "storeys"};
static const uint32_t ring_size[] = {4};
static const struct geo_xy ring[] = {{0, 0}, {10, 0}, {10, 10}, {0, 10}};
static const struct geometry square = {GEO_POLYGON, 1, 4, ring_size, ring};

static void add(struct mvt_encode *encode, uint64_t id, bool has_id, struct value name,
                struct value height, struct value storeys)
{
    const struct mvt_tag tags[] = {{1, name}, {2, height}, {3, storeys}};
    const struct mvt_feature feature = {id, has_id, 3, tags, square};
    assert_int_equal(mvt_encode_feature(encode, &feature, NULL), ERR_OK);
}

static void make_tile(struct mvt_encode *encode)
{
    mvt_encode_begin_tile(encode);
    assert_int_equal(mvt_encode_begin_layer(encode, "building", 4096, keys, 4, NULL), ERR_OK);
    const struct value none = {.type = VALUE_NULL};
    add(encode, 0, false, text("駅"), real(7.5F), integer(2));
    add(encode, (UINT64_C(1) << 53) - 1, true, none, real(3.0F), integer(3));
    add(encode, 7, true, none, real(3.0F), integer(3));
    assert_int_equal(mvt_encode_end_layer(encode, NULL), ERR_OK);
    assert_int_equal(mvt_encode_begin_layer(encode, "empty", 4096, keys, 4, NULL), ERR_OK);
    assert_int_equal(mvt_encode_end_layer(encode, NULL), ERR_OK);
    assert_int_equal(mvt_encode_begin_layer(encode, "other", 512, keys, 4, NULL), ERR_OK);
    add(encode, 7, true, none, none, none);
    assert_int_equal(mvt_encode_end_layer(encode, NULL), ERR_OK);
}

static void protobuf_c_reads_what_was_written(void **state)
{
    (void)state;
    struct mvt_encode encode;
    mvt_encode_init(&encode);
    make_tile(&encode);
    const struct span bytes = mvt_encode_bytes(&encode);
    VectorTile__Tile *tile = vector_tile__tile__unpack(NULL, bytes.len, bytes.data);
    assert_non_null(tile);
    assert_int_equal(tile->n_layers, 2); /* the empty layer is not written */
    const VectorTile__Tile__Layer *layer = tile->layers[0];
    assert_string_equal(layer->name, "building");
    assert_int_equal(layer->version, 2);
    assert_int_equal(layer->extent, 4096);
    /* Most frequent first; equal ones in the order of the list of keys. */
    assert_int_equal(layer->n_keys, 3);
    assert_string_equal(layer->keys[0], "height");
    assert_string_equal(layer->keys[1], "storeys");
    assert_string_equal(layer->keys[2], "name");
    /* 3 is height and storeys of two features: one entry, used four times, so the first. */
    assert_int_equal(layer->n_values, 4);
    assert_int_equal(layer->values[0]->uint_value, 3);
    assert_string_equal(layer->values[1]->string_value, "駅");
    assert_true(layer->values[2]->float_value == 7.5F);
    assert_int_equal(layer->values[3]->uint_value, 2);
    assert_int_equal(layer->n_features, 3);
    assert_false(layer->features[0]->has_id);
    assert_int_equal(layer->features[1]->id, (UINT64_C(1) << 53) - 1);
    assert_int_equal(layer->features[1]->type, VECTOR_TILE__TILE__GEOM_TYPE__POLYGON);
    static const uint32_t tags[] = {0, 0, 1, 0};
    assert_int_equal(layer->features[2]->n_tags, 4);
    assert_memory_equal(layer->features[2]->tags, tags, sizeof tags);
    static const uint32_t commands[] = {9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15};
    assert_int_equal(layer->features[2]->n_geometry, LENGTH(commands));
    assert_memory_equal(layer->features[2]->geometry, commands, sizeof commands);
    assert_string_equal(tile->layers[1]->name, "other");
    assert_int_equal(tile->layers[1]->extent, 512);
    assert_int_equal(tile->layers[1]->features[0]->n_tags, 0);
    vector_tile__tile__free_unpacked(tile, NULL);
    mvt_encode_done(&encode);
}

static void the_same_calls_give_the_same_bytes(void **state)
{
    (void)state;
    struct mvt_encode one, other;
    mvt_encode_init(&one);
    mvt_encode_init(&other);
    make_tile(&one);
    for (unsigned i = 0; i < 3; i++) /* what an encoder did before leaves no trace */
        make_tile(&other);
    assert_true(span_equal(mvt_encode_bytes(&one), mvt_encode_bytes(&other)));
    mvt_encode_done(&one);
    mvt_encode_done(&other);
}

static void many_values_come_back_through_our_decoder(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    struct mvt_encode encode;
    struct arena arena;
    mvt_encode_init(&encode);
    arena_init(&arena, 0);
    mvt_encode_begin_tile(&encode);
    assert_int_equal(mvt_encode_begin_layer(&encode, "l", 4096, keys, 4, NULL), ERR_OK);
    uint64_t seed = 5;
    for (uint32_t i = 0; i < COUNT; i++) {
        const int64_t number = random_between(&seed, -9000, 9000);
        add(&encode, i, true, (struct value){.type = VALUE_NULL}, real((float)number / 4),
            integer(number * number * number * 1000));
    }
    assert_int_equal(mvt_encode_end_layer(&encode, NULL), ERR_OK);
    struct mvt_decoded_tile tile;
    assert_int_equal(mvt_decode(mvt_encode_bytes(&encode), &arena, &tile, NULL), ERR_OK);
    assert_int_equal(tile.skipped, 0);
    const struct mvt_decoded_layer *layer = mvt_decode_find_layer(&tile, "l");
    assert_non_null(layer);
    assert_int_equal(layer->feature_count, COUNT);
    seed = 5;
    for (uint32_t i = 0; i < COUNT; i++) {
        const int64_t number = random_between(&seed, -9000, 9000);
        const struct mvt_decoded_feature *feature = &layer->features[i];
        assert_int_equal(feature->id, i);
        const struct mvt_decoded_value *height = mvt_decode_find_value(layer, feature, "height");
        const double found = height->type == MVT_IS_FLOAT  ? (double)height->real32
                             : height->type == MVT_IS_UINT ? (double)height->natural
                                                           : (double)height->integer;
        assert_true(found == (double)number / 4);
        const struct mvt_decoded_value *cube = mvt_decode_find_value(layer, feature, "storeys");
        const double wanted = (double)(number * number * number * 1000);
        assert_true((cube->type == MVT_IS_FLOAT  ? (double)cube->real32
                     : cube->type == MVT_IS_UINT ? (double)cube->natural
                                                 : (double)cube->integer) == wanted);
        assert_null(mvt_decode_find_value(layer, feature, "name"));
    }
    arena_done(&arena);
    mvt_encode_done(&encode);
}

static void what_a_tile_cannot_hold_is_left_out(void **state)
{
    (void)state;
    struct mvt_encode encode;
    mvt_encode_init(&encode);
    mvt_encode_begin_tile(&encode);
    assert_int_equal(mvt_encode_begin_layer(&encode, "building", 4096, keys, 4, NULL), ERR_OK);
    const struct value none = {.type = VALUE_NULL};
    add(&encode, 1, true, none, none, none);
    static const uint32_t two[] = {2}, one[] = {1};
    const struct mvt_tag wrong_key[] = {{4, {.type = VALUE_BOOL}}};
    const struct mvt_tag no_number[] = {{1, {.type = VALUE_FLOAT, .number = INFINITY}}};
    const struct mvt_feature bad[] = {
        {.geometry = {GEO_POLYGON, 1, 2, two, ring}},
        {.geometry = {GEO_LINE, 1, 1, one, ring}},
        {.geometry = {GEO_NONE, 0, 0, NULL, NULL}},
        {.geometry = {GEO_POINT, 0, 0, NULL, NULL}},
        {.geometry = square, .tag_count = 1, .tags = wrong_key},
        {.geometry = square, .tag_count = 1, .tags = no_number},
    };
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct err err = {0};
        assert_int_equal(mvt_encode_feature(&encode, &bad[i], &err), ERR_INVALID);
        assert_int_equal(err.at, 1);
    }
    add(&encode, 2, true, none, none, none);
    assert_int_equal(mvt_encode_end_layer(&encode, NULL), ERR_OK);
    const struct span bytes = mvt_encode_bytes(&encode);
    VectorTile__Tile *tile = vector_tile__tile__unpack(NULL, bytes.len, bytes.data);
    assert_non_null(tile);
    assert_int_equal(tile->layers[0]->n_features, 2);
    assert_int_equal(tile->layers[0]->features[1]->n_geometry, 11);
    vector_tile__tile__free_unpacked(tile, NULL);
    mvt_encode_done(&encode);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(examples) + 5];
    for (size_t i = 0; i < LENGTH(examples); i++)
        tests[i] = (struct CMUnitTest){examples[i].label, has_the_standards_commands, NULL, NULL,
                                       (void *)(uintptr_t)&examples[i]};
    const struct CMUnitTest more[] = {
        cmocka_unit_test(values_take_the_shortest_exact_form),
        cmocka_unit_test(protobuf_c_reads_what_was_written),
        cmocka_unit_test(the_same_calls_give_the_same_bytes),
        cmocka_unit_test(many_values_come_back_through_our_decoder),
        cmocka_unit_test(what_a_tile_cannot_hold_is_left_out),
    };
    for (size_t i = 0; i < LENGTH(more); i++)
        tests[LENGTH(examples) + i] = more[i];
    return _cmocka_run_group_tests("encode", tests, LENGTH(tests), NULL, NULL);
}
