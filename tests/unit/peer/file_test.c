#include "server/peer/file.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/test.h"

static const struct peer_key ours = {.id = {{1, 2, 3}}, .secret = {4, 5, 6}};
enum { MESSAGES = 5 };
static const char *const messages[MESSAGES] = {"head", "one", "", "three and more", "four"};

struct stick {
    char dir[64], path[80];
};

static void write_stick(struct stick *stick)
{
    snprintf(stick->dir, sizeof stick->dir, "/tmp/kakikomap-test-XXXXXX");
    assert_non_null(mkdtemp(stick->dir));
    snprintf(stick->path, sizeof stick->path, "%s/a.cmsync", stick->dir);
    CLEANUP(peer_file_close_at) struct peer_file *file = NULL;
    uint64_t bytes = 0;
    struct stat info;
    assert_int_equal(peer_file_create(stick->path, &ours, &file, NULL), ERR_OK);
    assert_int_not_equal(stat(stick->path, &info), 0); /* not before it is whole */
    for (int i = 0; i < MESSAGES; i++)
        assert_int_equal(peer_file_add(file, span_from_str(messages[i]), NULL), ERR_OK);
    assert_int_equal(peer_file_finish(file, &bytes, NULL), ERR_OK);
    assert_int_equal(stat(stick->path, &info), 0);
    assert_int_equal(bytes, info.st_size);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void remove_stick(const struct stick *stick)
{
    unlink(stick->path);
    assert_int_equal(rmdir(stick->dir), 0); /* nothing else was left there */
}

static enum err_code count_message(void *self, size_t index, struct span message, struct err *err)
{
    (void)err;
    size_t *count = self;
    assert_int_equal(index, *count);
    assert_true(index < MESSAGES && span_is(message, messages[index]));
    ++*count;
    return ERR_OK;
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    struct stick stick;
    write_stick(&stick);
    size_t count = 0;
    struct uuid id;
    struct arena arena;
    struct span head;
    arena_init(&arena, 0);
    assert_int_equal(peer_file_id(stick.path, &id, NULL), ERR_OK);
    assert_true(uuid_equal(id, ours.id));
    assert_int_equal(peer_file_head(stick.path, &ours, &arena, &head, NULL), ERR_OK);
    assert_true(span_is(head, "head"));
    assert_int_equal(peer_file_read(stick.path, &ours, count_message, &count, NULL), ERR_OK);
    assert_int_equal(count, MESSAGES);
    arena_done(&arena);
    remove_stick(&stick);
}

static void read_all(const char *path, uint8_t *to, size_t room, size_t *ret_len)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    *ret_len = fread(to, 1, room, file);
    fclose(file);
}

static void write_all(const char *path, const uint8_t *from, size_t len)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(from, 1, len, file), len);
    fclose(file);
}

static void must_give_nothing(const char *path, const struct peer_key *key)
{
    size_t count = 0;
    struct err err = {0};
    assert_int_not_equal(peer_file_read(path, key, count_message, &count, &err), ERR_OK);
    assert_non_null(err.what);
    assert_int_equal(count, 0);
}

static void cut_anywhere_gives_nothing(void **state)
{
    (void)state;
    struct stick stick;
    uint8_t bytes[4096];
    size_t len;
    write_stick(&stick);
    read_all(stick.path, bytes, sizeof bytes, &len);
    for (size_t cut = 0; cut < len; cut++) {
        write_all(stick.path, bytes, cut);
        must_give_nothing(stick.path, &ours);
    }
    bytes[len] = 'x';
    write_all(stick.path, bytes, len + 1);
    must_give_nothing(stick.path, &ours);
    remove_stick(&stick);
}

static void changed_anywhere_gives_nothing(void **state)
{
    (void)state;
    struct stick stick;
    uint8_t bytes[4096];
    size_t len;
    write_stick(&stick);
    read_all(stick.path, bytes, sizeof bytes, &len);
    for (size_t at = 0; at < len; at++) {
        bytes[at] ^= 0x20;
        write_all(stick.path, bytes, len);
        must_give_nothing(stick.path, &ours);
        bytes[at] ^= 0x20;
    }
    remove_stick(&stick);
}

static void another_key_reads_nothing(void **state)
{
    (void)state;
    struct stick stick;
    write_stick(&stick);
    struct peer_key other = ours;
    other.secret[31] ^= 1;
    must_give_nothing(stick.path, &other);
    other = ours;
    other.id.bytes[0] ^= 1;
    must_give_nothing(stick.path, &other);
    remove_stick(&stick);
}

static void an_unfinished_file_leaves_nothing(void **state)
{
    (void)state;
    struct stick stick;
    write_stick(&stick);
    uint8_t before[4096], after[4096];
    size_t len, again;
    read_all(stick.path, before, sizeof before, &len);
    struct peer_file *file = NULL;
    assert_int_equal(peer_file_create(stick.path, &ours, &file, NULL), ERR_OK);
    assert_int_equal(peer_file_add(file, span_from_str("half"), NULL), ERR_OK);
    peer_file_close(file);
    read_all(stick.path, after, sizeof after, &again);
    assert_int_equal(again, len);
    assert_memory_equal(before, after, len);
    remove_stick(&stick);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(cut_anywhere_gives_nothing),
        cmocka_unit_test(changed_anywhere_gives_nothing),
        cmocka_unit_test(another_key_reads_nothing),
        cmocka_unit_test(an_unfinished_file_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
