/* mbtiles: what a writer's file looks like to plain SQL, and how a reader takes good and bad ones.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/test.h"
#include "tiles/mbtiles/reader.h"
#include "tiles/mbtiles/writer.h"

static char folder[64], path[128];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/kakikomap-mbtiles-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/a.mbtiles", folder);
    return 0;
}

static int remove_folder(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static const struct archive_field fields[] = {{"height", "Number"}};
static const struct archive_layer layers[] = {{"building", NULL, 2, 3, 1, fields}};
static const struct archive_tileset town = {
    .name = "town",
    .attribution = "City",
    .type = "baselayer",
    .layer_count = 1,
    .layers = layers,
    .tile_type = ARCHIVE_TILE_MVT,
    .tile_compression = ARCHIVE_GZIP,
    .min_lon_e7 = 1393000000,
    .min_lat_e7 = -5000000,
    .max_lon_e7 = 1395000000,
    .max_lat_e7 = 361000000,
    .center_zoom = 3,
    .center_lon_e7 = 1393880000,
    .center_lat_e7 = 361470000,
};

static const struct {
    struct tile tile;
    const char *bytes;
} tiles[] = {{{3, 0, 0}, "\x1F\x8B\x08 north-west"},
             {{2, 3, 1}, "\x1F\x8B\x08 z2"},
             {{3, 7, 7}, "\x1F\x8B\x08 south-east"}};

static void write_town(void)
{
    CLEANUP(mbtiles_writer_close_at) struct mbtiles_writer *writer = NULL;
    assert_int_equal(mbtiles_writer_open(path, &writer, NULL), ERR_OK);
    for (size_t i = 0; i < LENGTH(tiles); i++)
        assert_int_equal(
            mbtiles_writer_add(writer, tiles[i].tile, span_from_str(tiles[i].bytes), NULL), ERR_OK);
    assert_int_equal(mbtiles_writer_finish(writer, &town, NULL), ERR_OK);
}

static void assert_sql(const char *sql, const char *wanted)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(stmt, 0), wanted);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

#define METADATA(name) "SELECT value FROM metadata WHERE name = '" name "'"

static void the_file_is_as_the_standard_says(void **state)
{
    (void)state;
    write_town();
    assert_sql("PRAGMA integrity_check", "ok");
    assert_sql("PRAGMA application_id", "1297105496"); /* 0x4d504258 */
    assert_sql("SELECT count(*) FROM tiles", "3");
    /* Rows count from the south: section Tiles, after TMS. */
    assert_sql("SELECT tile_row FROM tiles WHERE zoom_level = 3 AND tile_column = 0", "7");
    assert_sql("SELECT tile_row FROM tiles WHERE zoom_level = 3 AND tile_column = 7", "0");
    assert_sql("SELECT tile_row FROM tiles WHERE zoom_level = 2", "2");
    assert_sql(METADATA("name"), "town");
    assert_sql(METADATA("format"), "pbf");
    assert_sql(METADATA("bounds"), "139.3,-0.5,139.5,36.1");
    assert_sql(METADATA("center"), "139.388,36.147,3");
    assert_sql(METADATA("minzoom"), "2");
    assert_sql(METADATA("maxzoom"), "3");
    assert_sql(METADATA("attribution"), "City");
    assert_sql(METADATA("type"), "baselayer");
    assert_sql(METADATA("json"), "{\"vector_layers\":[{\"id\":\"building\",\"minzoom\":2,"
                                 "\"maxzoom\":3,\"fields\":{\"height\":\"Number\"}}]}");
}

struct visits {
    size_t count;
    uint64_t last;
};

static enum err_code count_visit(void *context, uint64_t id, struct span bytes, struct err *err)
{
    struct visits *visits = context;
    (void)err;
    assert_true(visits->count == 0 || id > visits->last);
    assert_true(bytes.len > 3);
    visits->last = id;
    visits->count++;
    return ERR_OK;
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    CLEANUP(mbtiles_reader_close_at) struct mbtiles_reader *reader = NULL;
    struct arena arena;
    struct visits visits = {0};
    write_town();
    arena_init(&arena, 0);
    assert_int_equal(mbtiles_reader_open(path, &reader, NULL), ERR_OK);
    const struct mbtiles_about *about = mbtiles_reader_about(reader);
    assert_int_equal(about->tile_count, 3);
    assert_int_equal(about->min_zoom, 2);
    assert_int_equal(about->max_zoom, 3);
    assert_int_equal(about->tileset.tile_type, ARCHIVE_TILE_MVT);
    assert_int_equal(about->tileset.tile_compression, ARCHIVE_GZIP);
    assert_int_equal(about->tileset.min_lat_e7, town.min_lat_e7);
    assert_int_equal(about->tileset.center_lon_e7, town.center_lon_e7);
    for (size_t i = 0; i < LENGTH(tiles); i++) {
        struct span is = {0};
        assert_int_equal(mbtiles_reader_tile(reader, tiles[i].tile, &arena, &is, NULL), ERR_OK);
        assert_true(span_is(is, tiles[i].bytes));
    }
    struct span none = {0};
    assert_int_equal(mbtiles_reader_tile(reader, (struct tile){3, 1, 1}, &arena, &none, NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(mbtiles_reader_tile(reader, (struct tile){3, 8, 1}, &arena, &none, NULL),
                     ERR_RANGE);
    assert_int_equal(
        mbtiles_reader_walk(reader, (struct mbtiles_visitor){count_visit, &visits}, NULL), ERR_OK);
    assert_int_equal(visits.count, 3);
    arena_done(&arena);
}

static void an_unfinished_file_leaves_what_was_there(void **state)
{
    (void)state;
    struct err err = {0};
    write_town();
    {
        CLEANUP(mbtiles_writer_close_at) struct mbtiles_writer *writer = NULL;
        assert_int_equal(mbtiles_writer_open(path, &writer, NULL), ERR_OK);
        assert_int_equal(mbtiles_writer_finish(writer, &town, &err), ERR_INVALID);
    }
    {
        CLEANUP(mbtiles_writer_close_at) struct mbtiles_writer *writer = NULL;
        const struct span bytes = span_from_str("twice");
        assert_int_equal(mbtiles_writer_open(path, &writer, NULL), ERR_OK);
        assert_int_equal(mbtiles_writer_add(writer, (struct tile){1, 0, 0}, bytes, NULL), ERR_OK);
        assert_int_equal(mbtiles_writer_add(writer, (struct tile){1, 0, 0}, bytes, NULL), ERR_OK);
        assert_int_equal(mbtiles_writer_add(writer, (struct tile){1, 2, 0}, bytes, NULL),
                         ERR_RANGE);
        assert_int_equal(mbtiles_writer_finish(writer, &town, &err), ERR_CONFLICT);
    }
    assert_sql("SELECT count(*) FROM tiles", "3");
}

/* A file made by these statements; what opening or walking it says. */
static const struct bad {
    const char *label, *sql;
    enum err_code open, walk;
} bad[] = {
    {"without tables", "CREATE TABLE other (a)", ERR_FORMAT, ERR_OK},
    {"without metadata", "CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)",
     ERR_FORMAT, ERR_OK},
    {"a zoom that cannot be",
     "CREATE TABLE metadata (name, value);"
     "CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data);"
     "INSERT INTO tiles VALUES (31, 0, 0, x'1F8B08')",
     ERR_RANGE, ERR_OK},
    {"an unknown format",
     "CREATE TABLE metadata (name, value); INSERT INTO metadata VALUES ('format', 'tiff');"
     "CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data);"
     "INSERT INTO tiles VALUES (0, 0, 0, x'1F8B08')",
     ERR_UNSUPPORTED, ERR_OK},
    {"tiles of no known format",
     "CREATE TABLE metadata (name, value);"
     "CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data);"
     "INSERT INTO tiles VALUES (0, 0, 0, x'FFFFFFFF')",
     ERR_UNSUPPORTED, ERR_OK},
    {"a column outside the pyramid",
     "CREATE TABLE metadata (name, value);"
     "CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data);"
     "INSERT INTO tiles VALUES (1, 2, 0, x'1F8B08')",
     ERR_OK, ERR_RANGE},
    {"the same tile twice",
     "CREATE TABLE metadata (name, value);"
     "CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data);"
     "INSERT INTO tiles VALUES (1, 1, 0, x'1F8B0800'), (1, 1, 0, x'1F8B0801')",
     ERR_OK, ERR_FORMAT},
};

static void is_refused(void **state)
{
    const struct bad *row = *state;
    CLEANUP(mbtiles_reader_close_at) struct mbtiles_reader *reader = NULL;
    struct visits visits = {0};
    sqlite3 *db = NULL;
    make_folder(NULL);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, row->sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(mbtiles_reader_open(path, &reader, NULL), row->open);
    if (reader)
        assert_int_equal(
            mbtiles_reader_walk(reader, (struct mbtiles_visitor){count_visit, &visits}, NULL),
            row->walk);
    remove_folder(NULL);
}

static void what_is_no_database_is_refused(void **state)
{
    (void)state;
    struct mbtiles_reader *reader = NULL;
    assert_int_equal(mbtiles_reader_open(path, &reader, NULL), ERR_IO);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (int i = 0; i < 4096; i++)
        fputc('x', file);
    fclose(file);
    assert_int_equal(mbtiles_reader_open(path, &reader, NULL), ERR_FORMAT);
    assert_null(reader);
}

int main(void)
{
    const struct CMUnitTest rest[] = {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
        IN_FOLDER(the_file_is_as_the_standard_says),
        IN_FOLDER(what_was_written_is_read),
        IN_FOLDER(an_unfinished_file_leaves_what_was_there),
        IN_FOLDER(what_is_no_database_is_refused),
    };
    struct CMUnitTest tests[LENGTH(bad) + LENGTH(rest)];
    for (size_t i = 0; i < LENGTH(bad); i++)
        tests[i] = (struct CMUnitTest){bad[i].label, is_refused, NULL, NULL, (void *)&bad[i]};
    memcpy(tests + LENGTH(bad), rest, sizeof rest);
    return cmocka_run_group_tests_name("mbtiles", tests, NULL, NULL);
}
