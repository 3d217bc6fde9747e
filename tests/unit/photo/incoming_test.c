#include "server/photo/incoming.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/clock.h"
#include "tests/support/test.h"

enum { QUOTA = 4000, LENGTH_OF_IT = 1000 };

static char dir[] = "/tmp/kakikomap-incoming-XXXXXX";
static struct incoming *incoming;
static struct arena arena;
static uint8_t content[LENGTH_OF_IT];
static const struct photo_key key = {{{1, 2, 3}}, {{0xAB, 0xCD}}, LENGTH_OF_IT};

static void remove_all(void)
{
    DIR *folder = opendir(dir);
    char path[600];
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        snprintf(path, sizeof path, "%s/%.255s", dir, entry->d_name);
        unlink(path);
    }
    closedir(folder);
}

static unsigned files(void)
{
    unsigned count = 0;
    DIR *folder = opendir(dir);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

static void open_again(void)
{
    incoming_close(incoming);
    incoming = NULL;
    assert_int_equal(incoming_open(dir, QUOTA, clock_unix_ms(), &incoming, NULL), ERR_OK);
}

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = (uint8_t)(i * 31 + 7);
    remove_all();
    arena_init(&arena, 0);
    open_again();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    incoming_close(incoming);
    incoming = NULL;
    arena_done(&arena);
    return 0;
}

static struct incoming_part *begin(uint64_t offset)
{
    struct incoming_part *part = NULL;
    assert_int_equal(incoming_begin(incoming, &key, offset, &part, NULL), ERR_OK);
    return part;
}

static void take(struct incoming_part *part, size_t len)
{
    const size_t at = (size_t)incoming_part_offset(part);
    assert_int_equal(incoming_take(part, span_of(content + at, len), NULL), ERR_OK);
}

static void send(uint64_t offset, size_t len)
{
    struct incoming_part *part = begin(offset);
    take(part, len);
    assert_int_equal(incoming_sync(part, NULL), ERR_OK);
    incoming_end(part);
}

static void must_be_whole(void)
{
    struct span bytes;
    assert_int_equal(incoming_read(incoming, &key, &arena, &bytes, NULL), ERR_OK);
    assert_int_equal(bytes.len, sizeof content);
    assert_memory_equal(bytes.data, content, sizeof content);
}

static void pieces_make_the_whole(void **state)
{
    (void)state;
    assert_int_equal(incoming_offset(incoming, &key), 0);
    send(0, 300);
    assert_int_equal(incoming_offset(incoming, &key), 300);
    send(300, 1);
    send(301, LENGTH_OF_IT - 301);
    must_be_whole();
}

static void only_the_end_is_a_place_to_go_on(void **state)
{
    (void)state;
    struct incoming_part *part = NULL;
    struct err err = {0};
    send(0, 300);
    assert_int_equal(incoming_begin(incoming, &key, 299, &part, &err), ERR_CONFLICT);
    assert_int_equal(incoming_begin(incoming, &key, 301, &part, &err), ERR_CONFLICT);
    assert_null(part);
}

static void what_a_broken_line_let_through_is_kept(void **state)
{
    (void)state;
    struct incoming_part *part = begin(0);
    take(part, 123);
    incoming_end(part); /* never synced: the connection was gone */
    assert_int_equal(incoming_offset(incoming, &key), 123);
    send(123, LENGTH_OF_IT - 123);
    must_be_whole();
}

static void after_a_start_only_synced_bytes_count(void **state)
{
    (void)state;
    send(0, 400);
    struct incoming_part *part = begin(400);
    take(part, 200);
    incoming_end(part);
    open_again();
    assert_int_equal(incoming_offset(incoming, &key), 400);
    send(400, LENGTH_OF_IT - 400);
    must_be_whole();
}

/* The head of the only part, and what follows it. */
static void overwrite(const void *bytes, size_t len)
{
    DIR *folder = opendir(dir);
    char path[600] = "";
    for (struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_name[0] != '.')
            snprintf(path, sizeof path, "%s/%.255s", dir, entry->d_name);
    closedir(folder);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    fclose(file);
}

static void a_torn_head_is_no_head(void **state)
{
    (void)state;
    send(0, 400);
    overwrite("\xFF\xFF\xFF\x7F", 4);
    open_again();
    assert_int_equal(incoming_offset(incoming, &key), 0);
    send(0, LENGTH_OF_IT);
    must_be_whole();
}

/* The power went between the blanking of a part and the taking away of its name. */
static void half_an_erasure_is_ended_at_the_start(void **state)
{
    (void)state;
    static const uint8_t blank[16 + LENGTH_OF_IT];
    send(0, LENGTH_OF_IT);
    overwrite(blank, sizeof blank);
    assert_int_equal(files(), 1);
    open_again();
    assert_int_equal(files(), 0);
}

static void the_newer_request_takes_over(void **state)
{
    (void)state;
    struct err err = {0};
    struct incoming_part *older = begin(0);
    take(older, 100);
    struct incoming_part *newer = begin(100);
    assert_int_equal(incoming_take(older, span_of(content + 100, 50), &err), ERR_CONFLICT);
    assert_int_equal(incoming_sync(older, &err), ERR_CONFLICT);
    take(newer, LENGTH_OF_IT - 100);
    incoming_end(older);
    assert_int_equal(incoming_sync(newer, NULL), ERR_OK);
    incoming_end(newer);
    must_be_whole();
}

static void more_than_was_said_is_refused(void **state)
{
    (void)state;
    struct incoming_part *part = begin(0);
    take(part, LENGTH_OF_IT);
    assert_int_equal(incoming_take(part, span_from_str("x"), NULL), ERR_TOO_LARGE);
    incoming_end(part);
}

static void a_device_has_a_quota_and_others_are_free(void **state)
{
    (void)state;
    struct photo_key other = key;
    struct incoming_part *part = NULL;
    for (uint8_t i = 0; i < QUOTA / LENGTH_OF_IT; i++) {
        other.sha256.bytes[5] = i;
        assert_int_equal(incoming_begin(incoming, &other, 0, &part, NULL), ERR_OK);
        incoming_end(part);
    }
    other.sha256.bytes[5] = 99;
    assert_int_equal(incoming_begin(incoming, &other, 0, &part, NULL), ERR_LIMIT);
    other.device.bytes[0] = 9;
    assert_int_equal(incoming_begin(incoming, &other, 0, &part, NULL), ERR_OK);
    incoming_end(part);
}

static void forgotten_parts_go(void **state)
{
    (void)state;
    const int64_t day_s = 24 * 3600;
    struct stat info;
    send(0, 10);
    assert_int_equal(stat(dir, &info), 0);
    incoming_expire(incoming, ((int64_t)info.st_mtime + (INCOMING_KEPT_DAYS - 1) * day_s) * 1000);
    assert_int_equal(files(), 1);
    incoming_expire(incoming, ((int64_t)info.st_mtime + (INCOMING_KEPT_DAYS + 1) * day_s) * 1000);
    assert_int_equal(files(), 0);
}

static void strange_files_go_at_the_start(void **state)
{
    (void)state;
    char path[600];
    snprintf(path, sizeof path, "%s/what.part", dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    open_again();
    assert_int_equal(files(), 0);
}

static void count_whole(void *context, const struct photo_key *found)
{
    unsigned *count = context;
    (*count)++;
    assert_memory_equal(found, &key, sizeof key);
}

static void whole_parts_are_found_and_dropped(void **state)
{
    (void)state;
    struct photo_key other = key;
    struct incoming_part *part = NULL;
    unsigned count = 0;
    other.device.bytes[0] = 9;
    send(0, LENGTH_OF_IT);
    assert_int_equal(incoming_begin(incoming, &other, 0, &part, NULL), ERR_OK);
    incoming_end(part);
    incoming_each_whole(incoming, count_whole, &count);
    assert_int_equal(count, 1);
    incoming_drop_all_of(incoming, &key.sha256);
    assert_int_equal(files(), 0);
    assert_int_equal(incoming_offset(incoming, &key), 0);
}

int main(void)
{
    assert_non_null(mkdtemp(dir));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pieces_make_the_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_the_end_is_a_place_to_go_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_broken_line_let_through_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(after_a_start_only_synced_bytes_count, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_torn_head_is_no_head, set_up, tear_down),
        cmocka_unit_test_setup_teardown(half_an_erasure_is_ended_at_the_start, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_newer_request_takes_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(more_than_was_said_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_device_has_a_quota_and_others_are_free, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(forgotten_parts_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(strange_files_go_at_the_start, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whole_parts_are_found_and_dropped, set_up, tear_down),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    remove_all();
    rmdir(dir);
    return failed;
}
