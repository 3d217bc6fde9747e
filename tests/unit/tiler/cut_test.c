/* Tiles are read back by the decoder and held against the standard by the validator; what must be
 * in them is counted from the features that went in. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/town.h"
#include "tiles/base/hash.h"
#include "tiles/geo/mercator.h"
#include "tiles/geo/ring.h"
#include "tiles/mvt/validate.h"
#include "tiles/pack/gzip.h"
#include "tiles/tiler/build.h"
#include "tiles/tiler/spool.h"

enum { TOWN = 6000 };

static char folder[64], town_path[96], small_path[96];

/* ---- what came out ---- */

struct output {
    uint64_t hash, last_id, tiles;
    uint32_t buildings[TILER_MAX_ZOOM + 1][TOWN + 1]; /* times seen by zoom and id */
    struct pack_gzip gzip;
    void (*look)(struct output *output, struct tile tile, const struct mvt_decoded_tile *decoded);
    const void *context;
    unsigned looked;
    bool stop;
};

static enum err_code take_tile(void *context, struct tile tile, uint64_t id, struct span bytes,
                               struct err *err)
{
    struct output *output = context;
    if (output->stop)
        return err_set(err, ERR_FULL, "the sink is full", id);
    assert_true(output->tiles == 0 || id > output->last_id);
    output->last_id = id;
    output->tiles++;
    output->hash = hash_bytes(bytes, output->hash ^ id);
    struct buf plain;
    struct arena arena;
    buf_init(&plain);
    arena_init(&arena, 0);
    assert_int_equal(pack_gzip_unpack(&output->gzip, bytes, 1 << 28, &plain, NULL), ERR_OK);
    struct mvt_validate_counts counts;
    struct err fault = {0};
    if (mvt_validate(buf_span(&plain), false, &counts, &fault) != ERR_OK)
        fail_msg("%s at %lu", fault.what, (unsigned long)fault.at);
    struct mvt_decoded_tile decoded;
    assert_int_equal(mvt_decode(buf_span(&plain), &arena, &decoded, NULL), ERR_OK);
    const struct mvt_decoded_layer *layer = mvt_decode_find_layer(&decoded, "building");
    for (uint32_t i = 0; layer && i < layer->feature_count; i++)
        if (layer->features[i].id <= TOWN)
            output->buildings[tile.z][layer->features[i].id]++;
    if (output->look)
        output->look(output, tile, &decoded);
    arena_done(&arena);
    buf_done(&plain);
    return ERR_OK;
}

static struct output *output_new(void)
{
    struct output *output = calloc(1, sizeof *output);
    assert_non_null(output);
    pack_gzip_init(&output->gzip, 1);
    return output;
}

static void output_free(struct output *output)
{
    pack_gzip_done(&output->gzip);
    free(output);
}

static enum err_code cut(struct output *output, struct tiler_options options,
                         struct tiler_summary *summary, struct err *err)
{
    const struct tiler_sink sink = {.add = take_tile, .context = output};
    return tiler_cut(&options, sink, summary, err);
}

/* ---- what goes in ---- */

static void write_town(const char *path)
{
    CLEANUP(spool_write_close_at) struct spool_writer *writer = NULL;
    struct spool_summary summary;
    assert_int_equal(spool_write_open(path, &writer, NULL), ERR_OK);
    assert_int_equal(town_make(TOWN, spool_write_sink(writer), NULL), ERR_OK);
    assert_int_equal(spool_write_finish(writer, &summary, NULL), ERR_OK);
}

static void write_features(const struct feature *features, size_t count)
{
    CLEANUP(spool_write_close_at) struct spool_writer *writer = NULL;
    struct spool_summary summary;
    assert_int_equal(spool_write_open(small_path, &writer, NULL), ERR_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(spool_write_add(writer, &features[i], NULL), ERR_OK);
    assert_int_equal(spool_write_finish(writer, &summary, NULL), ERR_OK);
}

/* World coordinates of a unit of the zoom-16 grid around the middle of the town. */
static struct geo_xy unit16(int32_t x, int32_t y)
{
    struct geo_xy centre;
    assert_true(mercator_world_from_degrees(139.388, 36.147, &centre));
    /* The north-west corner of the tile of zoom 16. */
    const struct geo_box tile = mercator_world_from_tile(16, mercator_tile_from_world(16, centre.x),
                                                         mercator_tile_from_world(16, centre.y));
    return (struct geo_xy){tile.min.x + x * 16, tile.min.y + y * 16};
}

static const uint32_t four[] = {4};

static void square16(int32_t x, int32_t y, int32_t side, struct geo_xy ret[4])
{
    ret[0] = unit16(x, y);
    ret[1] = unit16(x + side, y);
    ret[2] = unit16(x + side, y + side);
    ret[3] = unit16(x, y + side);
}

static struct feature square_feature(enum city_layer layer, uint64_t id, const struct geo_xy *v)
{
    return (struct feature){.layer = layer, .id = id, .geometry = {GEO_POLYGON, 1, 4, four, v}};
}

/* ---- tests ---- */

static void no_building_is_missing_at_any_zoom(void **state)
{
    (void)state;
    struct output *output = output_new();
    const char *spools[] = {town_path};
    struct tiler_summary summary;
    assert_int_equal(
        cut(output, (struct tiler_options){.spool_count = 1, .spools = spools}, &summary, NULL),
        ERR_OK);
    assert_int_equal(summary.feature_count, TOWN);
    assert_int_equal(summary.layer_counts[CITY_BUILDING], TOWN);
    assert_int_equal(summary.duplicates + summary.refused, 0);
    for (unsigned zoom = 0; zoom <= TILER_MAX_ZOOM; zoom++) {
        uint64_t pieces = 0;
        for (uint32_t id = 1; id <= TOWN; id++) {
            if (zoom < 12)
                assert_int_equal(output->buildings[zoom][id], 0);
            else
                assert_true(output->buildings[zoom][id] >= 1);
            pieces += output->buildings[zoom][id];
        }
        assert_int_equal(pieces, summary.zooms[zoom].feature_count);
    }
    output_free(output);
}

static void threads_and_memory_do_not_change_a_byte(void **state)
{
    (void)state;
    const char *spools[] = {town_path};
    const struct tiler_options variants[] = {
        {.spool_count = 1, .spools = spools, .threads = 1},
        {.spool_count = 1, .spools = spools, .threads = 2},
        {.spool_count = 1, .spools = spools, .threads = 5},
        {.spool_count = 1,
         .spools = spools,
         .threads = 2,
         .memory_limit = 1 << 20,
         .temporary_folder = folder},
    };
    uint64_t hash = 0;
    for (size_t i = 0; i < LENGTH(variants); i++) {
        struct output *output = output_new();
        struct tiler_summary summary;
        assert_int_equal(cut(output, variants[i], &summary, NULL), ERR_OK);
        if (i == 0)
            hash = output->hash;
        assert_true(output->hash == hash);
        if (variants[i].memory_limit)
            assert_true(summary.run_count > 1);
        else
            assert_int_equal(summary.run_count, 0);
        output_free(output);
    }
}

static void equal_ids_are_shown_once(void **state)
{
    (void)state;
    struct output *output = output_new();
    const char *spools[] = {town_path, town_path};
    struct tiler_summary summary;
    const struct tiler_options options = {
        .spool_count = 2, .spools = spools, .min_zoom = 16, .max_zoom = 16};
    assert_int_equal(cut(output, options, &summary, NULL), ERR_OK);
    assert_int_equal(summary.feature_count, 2 * TOWN);
    assert_int_equal(summary.duplicates, TOWN);
    assert_int_equal(summary.layer_counts[CITY_BUILDING], TOWN);
    output_free(output); /* the validator has looked for equal ids in each tile */
}

static const struct mvt_decoded_feature *building_in(const struct mvt_decoded_tile *decoded)
{
    const struct mvt_decoded_layer *layer = mvt_decode_find_layer(decoded, "building");
    assert_non_null(layer);
    assert_int_equal(layer->feature_count, 1);
    return &layer->features[0];
}

static void look_whole(struct output *output, struct tile tile,
                       const struct mvt_decoded_tile *decoded)
{
    (void)tile;
    const struct mvt_decoded_feature *feature = building_in(decoded);
    assert_int_equal(feature->id, 5);
    assert_int_equal(geo_ring_area2(feature->geometry.vertices, feature->geometry.vertex_count),
                     2 * 200 * 200);
    output->looked++;
}

static void a_building_on_a_border_is_whole_in_each_tile(void **state)
{
    (void)state;
    struct output *output = output_new();
    struct geo_xy v[4];
    square16(4096 - 50, 4096 - 100, 200, v);
    const struct feature feature = square_feature(CITY_BUILDING, 5, v);
    write_features(&feature, 1);
    const char *spools[] = {small_path};
    struct tiler_summary summary;
    output->look = look_whole;
    const struct tiler_options options = {
        .spool_count = 1, .spools = spools, .min_zoom = 16, .max_zoom = 16};
    assert_int_equal(cut(output, options, &summary, NULL), ERR_OK);
    assert_int_equal(output->looked, 4);
    output_free(output);
}

static void look_tiny(struct output *output, struct tile tile,
                      const struct mvt_decoded_tile *decoded)
{
    (void)tile;
    const struct geometry *geometry = &building_in(decoded)->geometry;
    assert_int_equal(geo_ring_area2(geometry->vertices, geometry->vertex_count), 2);
    output->looked++;
}

static void a_building_below_the_grid_becomes_a_square(void **state)
{
    (void)state;
    struct output *output = output_new();
    const struct geo_xy at = unit16(2000, 2000); /* 4 × 4 world units: 3 cm */
    const struct geo_xy v[] = {at, {at.x + 4, at.y}, {at.x + 4, at.y + 4}, {at.x, at.y + 4}};
    const struct feature feature = square_feature(CITY_BUILDING, 5, v);
    write_features(&feature, 1);
    const char *spools[] = {small_path};
    struct tiler_summary summary;
    output->look = look_tiny;
    assert_int_equal(
        cut(output, (struct tiler_options){.spool_count = 1, .spools = spools}, &summary, NULL),
        ERR_OK);
    assert_int_equal(output->looked, 5); /* zooms 12 to 16 */
    assert_int_equal(summary.kept_tiny, 5);
    assert_int_equal(summary.zooms[11].tile_count, 0);
    output_free(output);
}

static void look_attributes(struct output *output, struct tile tile,
                            const struct mvt_decoded_tile *decoded)
{
    const struct mvt_decoded_layer *layer = mvt_decode_find_layer(decoded, "building");
    const struct mvt_decoded_feature *feature = building_in(decoded);
    const char *const names[] = {"render_height", "storeys", "use", "building_id"};
    const unsigned from[] = {12, 14, 14, 16};
    for (size_t i = 0; i < LENGTH(names); i++)
        assert_int_equal(mvt_decode_find_value(layer, feature, names[i]) != NULL,
                         tile.z >= from[i]);
    if (tile.z == 16) {
        const struct mvt_decoded_value *id = mvt_decode_find_value(layer, feature, "building_id");
        assert_true(span_is(id->string, "13310-bldg-7"));
        assert_int_equal(mvt_decode_find_value(layer, feature, "storeys")->natural, 3);
        assert_true(mvt_decode_find_value(layer, feature, "render_height")->real32 == 9.5F);
    }
    output->looked++;
}

static void attributes_appear_from_their_zoom_on(void **state)
{
    (void)state;
    struct output *output = output_new();
    struct geo_xy v[4];
    square16(2000, 2000, 300, v);
    static const struct feature_tag tags[] = {
        {KEY_BUILDING_ID, {.type = VALUE_STRING, .string = {(const uint8_t *)"13310-bldg-7", 12}}},
        {KEY_BUILDING_HEIGHT, {.type = VALUE_FLOAT, .number = 9.5F}},
        {KEY_BUILDING_STOREYS, {.type = VALUE_INT, .integer = 3}},
        {KEY_BUILDING_USE, {.type = VALUE_STRING, .string = {(const uint8_t *)"住宅", 6}}},
        {KEY_BUILDING_YEAR, {.type = VALUE_NULL}},
    };
    struct feature feature = square_feature(CITY_BUILDING, 5, v);
    feature.tags = tags;
    feature.tag_count = LENGTH(tags);
    write_features(&feature, 1);
    const char *spools[] = {small_path};
    struct tiler_summary summary;
    output->look = look_attributes;
    assert_int_equal(
        cut(output, (struct tiler_options){.spool_count = 1, .spools = spools}, &summary, NULL),
        ERR_OK);
    assert_int_equal(output->looked, 5);
    output_free(output);
}

/* Two woods with a crooked common edge: at zoom 14 both must still have the same one. */
static void look_shared(struct output *output, struct tile tile,
                        const struct mvt_decoded_tile *decoded)
{
    const struct geo_xy corner = unit16(1, 1);
    if (tile.x != mercator_tile_from_world(tile.z, corner.x) ||
        tile.y != mercator_tile_from_world(tile.z, corner.y))
        return; /* a neighbour has only what its buffer sees */
    const struct mvt_decoded_layer *layer = mvt_decode_find_layer(decoded, "green");
    assert_non_null(layer);
    assert_int_equal(layer->feature_count, 2);
    const struct geometry *a = &layer->features[0].geometry, *b = &layer->features[1].geometry;
    uint32_t shared = 0;
    for (uint32_t i = 0; i < a->vertex_count; i++)
        for (uint32_t j = 0; j < b->vertex_count; j++)
            shared += geo_same(a->vertices[i], b->vertices[j]);
    const int64_t hull =
        geo_ring_area2(a->vertices, a->vertex_count) + geo_ring_area2(b->vertices, b->vertex_count);
    /* No gap and no overlap: together they are the rectangle they came from. */
    const int64_t side = 4096 >> (16 - tile.z);
    assert_true(shared >= 2);
    assert_int_equal(hull, 2 * (side / 2) * side);
    output->looked++;
}

static void a_shared_edge_stays_shared_at_lower_zooms(void **state)
{
    (void)state;
    enum { STEPS = 101 };
    struct output *output = output_new();
    struct geo_xy west[STEPS + 2], east[STEPS + 2];
    for (int32_t i = 0; i < STEPS; i++) { /* a saw from (1024, 0) to (1024, 4000), then to 4096 */
        const int32_t x = i == 0 || i == STEPS - 1 ? 1024 : 1024 + (i * 37 % 23) * 4 - 40;
        const int32_t y = i == STEPS - 1 ? 4096 : i * 40;
        west[i] = east[STEPS - 1 - i] = unit16(x, y);
    }
    west[STEPS] = unit16(0, 4096), west[STEPS + 1] = unit16(0, 0);
    east[STEPS] = unit16(2048, 0), east[STEPS + 1] = unit16(2048, 4096);
    const uint32_t size = STEPS + 2;
    const struct feature features[] = {
        {.layer = CITY_GREEN, .id = 1, .geometry = {GEO_POLYGON, 1, size, &size, west}},
        {.layer = CITY_GREEN, .id = 2, .geometry = {GEO_POLYGON, 1, size, &size, east}},
    };
    write_features(features, 2);
    const char *spools[] = {small_path};
    struct tiler_summary summary;
    output->look = look_shared;
    const struct tiler_options options = {
        .spool_count = 1, .spools = spools, .min_zoom = 13, .max_zoom = 16};
    assert_int_equal(cut(output, options, &summary, NULL), ERR_OK);
    assert_int_equal(output->looked, 4);
    output_free(output);
}

static void what_cannot_be_drawn_is_counted_with_its_number(void **state)
{
    (void)state;
    struct output *output = output_new();
    struct geo_xy v[4];
    square16(100, 100, 300, v);
    static const struct geo_xy world[] = {{INT32_MIN, INT32_MIN},
                                          {INT32_MAX, INT32_MIN},
                                          {INT32_MAX, INT32_MAX},
                                          {INT32_MIN, INT32_MAX}};
    const struct feature features[] = {square_feature(CITY_WATER, 1, v),
                                       square_feature(CITY_WATER, 2, world),
                                       square_feature(CITY_WATER, 3, v)};
    write_features(features, 3);
    const char *spools[] = {small_path};
    struct tiler_summary summary;
    assert_int_equal(
        cut(output, (struct tiler_options){.spool_count = 1, .spools = spools}, &summary, NULL),
        ERR_OK);
    assert_int_equal(summary.refused, 1);
    assert_int_equal(summary.first_refused.at, 1);
    assert_int_equal(summary.first_refused.code, ERR_RANGE);
    assert_int_equal(summary.layer_counts[CITY_WATER], 2);
    output_free(output);
}

static void failures_come_back(void **state)
{
    (void)state;
    struct output *output = output_new();
    const char *spools[] = {town_path, "/nowhere/at-all"};
    struct tiler_summary summary = {.refused = 77};
    struct err err = {0};
    struct tiler_options options = {
        .spool_count = 2, .spools = spools, .min_zoom = 16, .max_zoom = 16};
    assert_int_equal(cut(output, options, &summary, &err), ERR_NOT_FOUND);
    options.spool_count = 1;
    output->stop = true;
    assert_int_equal(cut(output, options, &summary, &err), ERR_FULL);
    assert_string_equal(err.what, "the sink is full");
    options.max_zoom = 17;
    assert_int_equal(cut(output, options, &summary, &err), ERR_RANGE);
    options.max_zoom = 16;
    options.memory_limit = 1 << 20;
    assert_int_equal(cut(output, options, &summary, &err), ERR_USAGE);
    options.temporary_folder = "/nowhere";
    options.min_zoom = 12;
    assert_int_equal(cut(output, options, &summary, &err), ERR_IO);
    assert_int_equal(summary.refused, 77);
    output_free(output);
}

static void nothing_makes_no_archive(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/none.pmtiles", folder);
    write_features(NULL, 0);
    const char *spools[] = {small_path};
    const struct tiler_build build = {.tiler = {.spool_count = 1, .spools = spools}, .path = path};
    struct tiler_build_summary summary;
    assert_int_equal(tiler_build_archive(&build, &summary, NULL), ERR_INVALID);
    assert_int_equal(access(path, F_OK), -1);
}

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/kakikomap-cut-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(town_path, sizeof town_path, "%s/town", folder);
    snprintf(small_path, sizeof small_path, "%s/small", folder);
    write_town(town_path);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(town_path);
    unlink(small_path);
    return rmdir(folder); /* fails when anything else was left */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_building_is_missing_at_any_zoom),
        cmocka_unit_test(threads_and_memory_do_not_change_a_byte),
        cmocka_unit_test(equal_ids_are_shown_once),
        cmocka_unit_test(a_building_on_a_border_is_whole_in_each_tile),
        cmocka_unit_test(a_building_below_the_grid_becomes_a_square),
        cmocka_unit_test(attributes_appear_from_their_zoom_on),
        cmocka_unit_test(a_shared_edge_stays_shared_at_lower_zooms),
        cmocka_unit_test(what_cannot_be_drawn_is_counted_with_its_number),
        cmocka_unit_test(failures_come_back),
        cmocka_unit_test(nothing_makes_no_archive),
    };
    return cmocka_run_group_tests_name("cut", tests, make_folder, remove_folder);
}
