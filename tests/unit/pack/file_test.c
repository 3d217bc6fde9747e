/* file and map: an archive on disk is there whole or not at all. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/test.h"
#include "tiles/archive/verify.h"
#include "tiles/pack/file.h"
#include "tiles/pack/map.h"

static const struct archive_tileset plain_set = {
    .name = "test", .tile_type = ARCHIVE_TILE_OTHER, .tile_compression = ARCHIVE_PLAIN};

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/kakikomap-pack-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static const char *path_in(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static size_t files_there(void)
{
    char command[128];
    unsigned count = 0;
    snprintf(command, sizeof command, "ls -A '%s' | wc -l", folder);
    FILE *out = popen(command, "r");
    assert_non_null(out);
    assert_int_equal(fscanf(out, "%u", &count), 1);
    pclose(out);
    return count;
}

/* Some tiles large enough to pass the writer's buffer, every fifth one equal. */
enum { COUNT = 400 };
static struct span tile_number(unsigned n, uint8_t bytes[4000])
{
    const unsigned kind = n % 5 ? n : 0;
    for (size_t i = 0; i < 4000; i++)
        bytes[i] = (uint8_t)(kind * 31 + i * (kind + 1));
    memcpy(bytes, &kind, sizeof kind);
    return span_of(bytes, 1000 + kind * 7);
}

static void write_archive(const char *path)
{
    CLEANUP(pack_file_close_at) struct pack_file *file = NULL;
    struct archive_header header;
    uint8_t bytes[4000];
    assert_int_equal(pack_file_open(path, &file, NULL), ERR_OK);
    for (unsigned n = 0; n < COUNT; n++)
        assert_int_equal(pack_file_add(file, 5 + 2 * n, tile_number(n, bytes), NULL), ERR_OK);
    assert_int_equal(pack_file_finish(file, &plain_set, &header, NULL), ERR_OK);
    assert_int_equal(header.addressed_count, COUNT);
    assert_int_equal(header.content_count, COUNT - COUNT / 5 + 1);
}

static void what_was_written_is_read_from_the_map(void **state)
{
    (void)state;
    CLEANUP(pack_map_close_at) struct pack_map *map = NULL;
    uint8_t bytes[4000];
    write_archive(path_in("a.pmtiles"));
    assert_int_equal(files_there(), 1); /* neither side file nor temporary is left */
    assert_int_equal(pack_map_open(path_in("a.pmtiles"), &map, NULL), ERR_OK);
    for (unsigned n = 0; n < COUNT; n++) {
        struct tile tile;
        struct span is = {0};
        assert_int_equal(tile_from_id(5 + 2 * n, &tile, NULL), ERR_OK);
        assert_int_equal(pack_map_tile(map, tile, &is, NULL), ERR_OK);
        assert_true(span_equal(is, tile_number(n, bytes)));
        assert_int_equal(tile_from_id(6 + 2 * n, &tile, NULL), ERR_OK);
        assert_int_equal(pack_map_tile(map, tile, &is, NULL), ERR_NOT_FOUND);
    }
    struct archive_report report = {0};
    assert_int_equal(
        pack_map_verify(path_in("a.pmtiles"), (struct archive_tile_check){0}, &report, NULL),
        ERR_OK);
    assert_int_equal(report.addressed_count, COUNT);
    struct stat about;
    assert_int_equal(stat(path_in("a.pmtiles"), &about), 0);
    assert_int_equal(pack_map_bytes(map).len, about.st_size);
}

static void an_unfinished_archive_leaves_what_was_there(void **state)
{
    (void)state;
    CLEANUP(pack_map_close_at) struct pack_map *map = NULL;
    write_archive(path_in("a.pmtiles"));
    {
        CLEANUP(pack_file_close_at) struct pack_file *file = NULL;
        assert_int_equal(pack_file_open(path_in("a.pmtiles"), &file, NULL), ERR_OK);
        assert_int_equal(pack_file_add(file, 7, span_from_str("other"), NULL), ERR_OK);
    }
    assert_int_equal(files_there(), 1);
    assert_int_equal(pack_map_open(path_in("a.pmtiles"), &map, NULL), ERR_OK);
    assert_int_equal(pack_map_header(map)->addressed_count, COUNT);
}

static void a_map_lives_on_when_another_archive_takes_the_name(void **state)
{
    (void)state;
    CLEANUP(pack_map_close_at) struct pack_map *map = NULL;
    CLEANUP(pack_file_close_at) struct pack_file *file = NULL;
    struct archive_header header;
    struct span is = {0};
    uint8_t bytes[4000];
    write_archive(path_in("a.pmtiles"));
    assert_int_equal(pack_map_open(path_in("a.pmtiles"), &map, NULL), ERR_OK);
    assert_int_equal(pack_file_open(path_in("a.pmtiles"), &file, NULL), ERR_OK);
    assert_int_equal(pack_file_add(file, 0, span_from_str("other"), NULL), ERR_OK);
    assert_int_equal(pack_file_finish(file, &plain_set, &header, NULL), ERR_OK);
    assert_int_equal(pack_map_tile(map, (struct tile){2, 0, 0}, &is, NULL), ERR_OK);
    assert_true(span_equal(is, tile_number(0, bytes)));
}

static void what_cannot_be_opened_or_made_says_so(void **state)
{
    (void)state;
    struct pack_map *map = NULL;
    struct pack_file *file = NULL;
    assert_int_equal(pack_map_open(path_in("none.pmtiles"), &map, NULL), ERR_IO);
    assert_int_equal(pack_map_open(folder, &map, NULL), ERR_IO);
    const int empty = open(path_in("empty.pmtiles"), O_CREAT | O_WRONLY, 0600);
    close(empty);
    assert_int_equal(pack_map_open(path_in("empty.pmtiles"), &map, NULL), ERR_FORMAT);
    assert_int_equal(pack_file_open(path_in("no/folder.pmtiles"), &file, NULL), ERR_IO);
    assert_null(map);
    assert_null(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
        IN_FOLDER(what_was_written_is_read_from_the_map),
        IN_FOLDER(an_unfinished_archive_leaves_what_was_there),
        IN_FOLDER(a_map_lives_on_when_another_archive_takes_the_name),
        IN_FOLDER(what_cannot_be_opened_or_made_says_so),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
