/* writer: what the standard promises of an archive, read back by our own reader (tests/spec lets
 * npm's pmtiles read one, and the published archives go through the reader there). */
#include <stdio.h>

#include "tests/support/archive.h"
#include "tests/support/test.h"
#include "tiles/archive/verify.h"

static const struct archive_field building_fields[] = {{"height", "Number"}, {"use", "String"}};
static const struct archive_layer layers[] = {
    {"building", "Houses \"and\" more", 13, 16, LENGTH(building_fields), building_fields},
    {"water", NULL, 5, 16, 0, NULL},
};
static const struct archive_tileset town = {
    .name = "town",
    .type = "baselayer",
    .layer_count = LENGTH(layers),
    .layers = layers,
    .tile_type = ARCHIVE_TILE_MVT,
    .tile_compression = ARCHIVE_PLAIN,
    .min_lon_e7 = 1393000000,
    .min_lat_e7 = 361000000,
    .max_lon_e7 = 1395000000,
    .max_lat_e7 = 362000000,
    .center_zoom = 14,
    .center_lon_e7 = 1393880000,
    .center_lat_e7 = 361470000,
};

struct made {
    struct memory_part part;
    struct archive_writer *writer;
    struct buf archive;
    struct archive_header header;
    struct archive_reader reader;
};

static int set_up(void **state)
{
    static struct made made;
    made = (struct made){0};
    assert_int_equal(archive_writer_new(memory_part(&made.part), NULL, &made.writer, NULL), ERR_OK);
    *state = &made;
    return 0;
}

static int tear_down(void **state)
{
    struct made *made = *state;
    archive_close(&made->reader);
    archive_writer_free(made->writer);
    buf_done(&made->part.bytes);
    buf_done(&made->archive);
    return 0;
}

static void add(struct made *made, uint64_t id, const char *text)
{
    assert_int_equal(archive_writer_add(made->writer, id, span_from_str(text), NULL), ERR_OK);
}

static void finish(struct made *made)
{
    assert_int_equal(
        memory_archive(made->writer, &town, &made->part, &made->archive, &made->header, NULL),
        ERR_OK);
    assert_int_equal(
        archive_open(archive_source_from_span(buf_span(&made->archive)), NULL, &made->reader, NULL),
        ERR_OK);
}

static void assert_tile(const struct made *made, uint64_t id, const char *text)
{
    struct arena arena;
    struct tile tile;
    struct span is = {0};
    arena_init(&arena, 0);
    assert_int_equal(tile_from_id(id, &tile, NULL), ERR_OK);
    const enum err_code code = archive_tile(&made->reader, tile, &arena, &is, NULL);
    assert_int_equal(code, text ? ERR_OK : ERR_NOT_FOUND);
    if (text)
        assert_true(span_is(is, text));
    arena_done(&arena);
}

static void equal_tiles_are_stored_once_and_equal_neighbours_are_one_entry(void **state)
{
    struct made *made = *state;
    add(made, 5, "sea");
    add(made, 6, "sea");
    add(made, 7, "sea");
    add(made, 8, "town");
    add(made, 10, "sea");
    add(made, 11, "town");
    finish(made);
    assert_int_equal(made->header.addressed_count, 6);
    assert_int_equal(made->header.entry_count, 4);
    assert_int_equal(made->header.content_count, 2);
    assert_int_equal(made->header.data.len, strlen("sea") + strlen("town"));
    assert_true(made->header.clustered);
    assert_tile(made, 4, NULL);
    assert_tile(made, 5, "sea");
    assert_tile(made, 7, "sea");
    assert_tile(made, 8, "town");
    assert_tile(made, 9, NULL);
    assert_tile(made, 10, "sea");
    assert_tile(made, 11, "town");
    assert_tile(made, 12, NULL);
}

static void the_header_says_what_is_in_it(void **state)
{
    struct made *made = *state;
    add(made, tile_id_first(5), "first");
    add(made, tile_id_first(17) - 1, "last");
    finish(made);
    const struct archive_header *header = &made->reader.header;
    assert_int_equal(header->min_zoom, 5);
    assert_int_equal(header->max_zoom, 16);
    assert_int_equal(header->tile_type, ARCHIVE_TILE_MVT);
    assert_int_equal(header->root.at, ARCHIVE_HEADER_LEN);
    assert_int_equal(header->min_lon_e7, town.min_lon_e7);
    assert_int_equal(header->max_lat_e7, town.max_lat_e7);
    assert_int_equal(header->center_lon_e7, town.center_lon_e7);
    assert_int_equal(header->center_zoom, 14);
}

static void the_metadata_lists_the_layers(void **state)
{
    struct made *made = *state;
    struct arena arena;
    struct span is = {0};
    add(made, 5, "tile");
    finish(made);
    arena_init(&arena, 0);
    assert_int_equal(archive_metadata(&made->reader, &arena, &is, NULL), ERR_OK);
    assert_true(span_is(
        is, "{\"name\":\"town\",\"type\":\"baselayer\",\"vector_layers\":["
            "{\"id\":\"building\",\"description\":\"Houses \\\"and\\\" more\",\"minzoom\":13,"
            "\"maxzoom\":16,\"fields\":{\"height\":\"Number\",\"use\":\"String\"}},"
            "{\"id\":\"water\",\"minzoom\":5,\"maxzoom\":16,\"fields\":{}}]}"));
    arena_done(&arena);
}

/* Without compression some 4,000 entries fill the root; these need leaves. */
static void many_tiles_get_leaf_directories_and_the_root_stays_small(void **state)
{
    enum { COUNT = 50000 };
    struct made *made = *state;
    char text[32];
    for (uint64_t i = 0; i < COUNT; i++) {
        snprintf(text, sizeof text, "tile %u", (unsigned)(i * 7919 % COUNT));
        add(made, tile_id_first(10) + i * 3, text);
    }
    finish(made);
    assert_true(made->header.leaves.len > 0);
    assert_true(made->header.root.at + made->header.root.len <= ARCHIVE_FRONT_MAX);
    for (uint64_t i = 0; i < COUNT; i += 997) {
        snprintf(text, sizeof text, "tile %u", (unsigned)(i * 7919 % COUNT));
        assert_tile(made, tile_id_first(10) + i * 3, text);
        assert_tile(made, tile_id_first(10) + i * 3 + 1, NULL);
    }
    struct archive_report report = {0};
    assert_int_equal(archive_verify(&made->reader, (struct archive_tile_check){0}, &report, NULL),
                     ERR_OK);
    assert_int_equal(report.addressed_count, COUNT);
    assert_int_equal(report.entry_count, COUNT);
    assert_int_equal(report.content_count, COUNT);
    assert_int_equal(report.tile_bytes, made->header.data.len);
}

static void the_same_tiles_give_the_same_bytes(void **state)
{
    struct made *made = *state;
    CLEANUP(buf_done) struct buf first = {0};
    for (int round = 0; round < 2; round++) {
        for (uint64_t id = 5; id < 5000; id += 3)
            add(made, id, id % 2 ? "odd" : "even");
        finish(made);
        if (round == 0) {
            buf_add(&first, buf_span(&made->archive));
            tear_down(state);
            set_up(state);
        }
    }
    assert_true(span_equal(buf_span(&first), buf_span(&made->archive)));
}

static void tiles_out_of_order_or_empty_are_refused(void **state)
{
    struct made *made = *state;
    struct err err = {0};
    const struct span tile = span_from_str("tile");
    assert_int_equal(
        archive_writer_finish(made->writer, &town, &made->archive, &made->header, &err),
        ERR_INVALID);
    add(made, 7, "tile");
    add(made, 8, "tile");
    assert_int_equal(archive_writer_add(made->writer, 8, tile, &err), ERR_INVALID);
    assert_int_equal(err.at, 8);
    assert_int_equal(archive_writer_add(made->writer, 6, tile, NULL), ERR_INVALID);
    assert_int_equal(archive_writer_add(made->writer, 9, span_of("", 0), NULL), ERR_INVALID);
    assert_int_equal(archive_writer_add(made->writer, tile_id_first(TILE_MAX_ZOOM + 1), tile, NULL),
                     ERR_RANGE);
}

static void a_failing_disk_is_passed_on(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 3; n++) {
        struct memory_part part = {.fails_at = n};
        CLEANUP(archive_writer_free_at) struct archive_writer *writer = NULL;
        enum err_code code = archive_writer_new(memory_part(&part), NULL, &writer, NULL);
        for (uint64_t id = 1; code == ERR_OK && id <= 3; id++)
            code = archive_writer_add(writer, id, span_of(&id, sizeof id), NULL);
        assert_int_equal(code, ERR_FULL);
        buf_done(&part.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define MADE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        MADE(equal_tiles_are_stored_once_and_equal_neighbours_are_one_entry),
        MADE(the_header_says_what_is_in_it),
        MADE(the_metadata_lists_the_layers),
        MADE(many_tiles_get_leaf_directories_and_the_root_stays_small),
        MADE(the_same_tiles_give_the_same_bytes),
        MADE(tiles_out_of_order_or_empty_are_refused),
        cmocka_unit_test(a_failing_disk_is_passed_on),
    };
    return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
