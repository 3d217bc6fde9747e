/* directory: bytes counted out by hand from the standard's section 4.2, and everything that may be
 * wrong with one. */
#include <string.h>

#include "tests/support/test.h"
#include "tiles/archive/directory.h"

/* Three tiles in a row and one that has the first's bytes again, then a leaf. */
static const struct archive_entry some[] = {
    {.id = 5, .offset = 0, .len = 300, .run = 2},
    {.id = 7, .offset = 300, .len = 10, .run = 1},
    {.id = 42, .offset = 0, .len = 300, .run = 1},
    {.id = 500, .offset = 7, .len = 9, .run = 0},
};
/* clang-format off */
static const uint8_t written[] = {
    4,                        /* number of entries */
    5, 2, 35, 0xCA, 0x03,     /* ids as differences: 5, 7 − 5, 42 − 7, 500 − 42 */
    2, 1, 1, 0,               /* runs */
    0xAC, 0x02, 10, 0xAC, 0x02, 9, /* lengths: 300, 10, 300, 9 */
    1, 0, 1, 8,               /* offsets + 1; 0: behind the one before */
};
/* clang-format on */

static void a_directory_is_written_as_the_standard_says(void **state)
{
    (void)state;
    CLEANUP(buf_done) struct buf plain = {0};
    archive_directory_write((struct archive_directory){some, LENGTH(some)}, &plain);
    assert_int_equal(plain.len, sizeof written);
    assert_memory_equal(plain.data, written, sizeof written);
}

static void a_directory_is_read_as_the_standard_says(void **state)
{
    (void)state;
    struct arena arena;
    struct archive_directory is = {0};
    arena_init(&arena, 0);
    assert_int_equal(archive_directory_read(span_of(written, sizeof written), &arena, &is, NULL),
                     ERR_OK);
    assert_int_equal(is.count, LENGTH(some));
    assert_memory_equal(is.entries, some, sizeof some);
    arena_done(&arena);
}

static void an_entry_is_found_by_id_run_or_leaf(void **state)
{
    (void)state;
    const struct archive_directory directory = {some, LENGTH(some)};
    static const struct {
        uint64_t id;
        int entry; /* −1: none */
    } wanted[] = {{0, -1},  {4, -1}, {5, 0},   {6, 0},    {7, 1},   {8, -1},
                  {41, -1}, {42, 2}, {43, -1}, {499, -1}, {500, 3}, {1 << 20, 3}};
    for (size_t i = 0; i < LENGTH(wanted); i++) {
        const struct archive_entry *is = archive_directory_find(directory, wanted[i].id);
        const struct archive_entry *expected = wanted[i].entry < 0 ? NULL : &some[wanted[i].entry];
        assert_ptr_equal(is, expected);
    }
}

static const struct wrong {
    const char *label;
    uint8_t bytes[16];
    size_t len;
    uint64_t at;
} wrong[] = {
    {"no bytes at all", {0}, 0, 0},
    {"a directory without entries", {0}, 1, 0},
    {"fewer bytes than entries", {2, 5, 1, 1, 1}, 5, 0},
    {"more entries than memory", {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1, 1}, 8, 0},
    {"the same tile twice", {2, 5, 0, 1, 1, 1, 1, 1, 1}, 9, 1},
    {"a tile below the deepest zoom",
     {1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1, 1, 1},
     12,
     0},
    {"a run into the next entry", {2, 5, 2, 3, 1, 1, 1, 1, 1}, 9, 0},
    {"a run longer than 32 bits", {1, 5, 0x80, 0x80, 0x80, 0x80, 0x10, 1, 1}, 9, 0},
    {"an entry of length 0", {1, 5, 1, 0, 1}, 5, 0},
    {"an entry longer than 32 bits", {1, 5, 1, 0x80, 0x80, 0x80, 0x80, 0x10, 1}, 9, 0},
    {"a first offset that follows nothing", {1, 5, 1, 1, 0}, 5, 0},
    {"a number that ends in the middle", {1, 5, 1, 1, 0x80}, 5, 0},
    {"bytes behind the end", {1, 5, 1, 1, 1, 0}, 6, 1},
};

static void is_refused(void **state)
{
    const struct wrong *row = *state;
    struct arena arena;
    struct archive_directory is = {.count = 42};
    struct err err = {0};
    arena_init(&arena, 1 << 20);
    assert_int_equal(archive_directory_read(span_of(row->bytes, row->len), &arena, &is, &err),
                     ERR_FORMAT);
    assert_int_equal(err.at, row->at);
    assert_int_equal(is.count, 42);
    arena_done(&arena);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(wrong) + 3];
    for (size_t i = 0; i < LENGTH(wrong); i++)
        tests[i] = (struct CMUnitTest){wrong[i].label, is_refused, NULL, NULL, (void *)&wrong[i]};
    const struct CMUnitTest rest[] = {
        cmocka_unit_test(a_directory_is_written_as_the_standard_says),
        cmocka_unit_test(a_directory_is_read_as_the_standard_says),
        cmocka_unit_test(an_entry_is_found_by_id_run_or_leaf),
    };
    memcpy(tests + LENGTH(wrong), rest, sizeof rest);
    return cmocka_run_group_tests_name("directory", tests, NULL, NULL);
}
