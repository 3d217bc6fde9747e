#include "server/peer/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

static const char magic[8] = "KAKIKO1\n";
enum {
    HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    TAG_BYTES = crypto_secretstream_xchacha20poly1305_ABYTES,
    START = sizeof magic + UUID_BYTES,
    PATH_MAX_OURS = 1000,
};

static enum err_code fail_errno(struct err *err, const char *what)
{
    if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
        return err_set(err, ERR_FULL, "there is no room left on the stick", 0);
    return err_set(err, ERR_IO, what, (uint64_t)errno);
}

static void file_key(const struct peer_key *key, uint8_t ret[PEER_SECRET])
{
    peer_key_derive(key->secret, PEER_FILE, span_of(key->id.bytes, UUID_BYTES), ret);
}

/* --- Reading ---------------------------------------------------------------------------------- */

struct reader {
    FILE *from;
    crypto_secretstream_xchacha20poly1305_state state;
    struct buf sealed, opened;
    uint64_t at; /* in the file */
};

static void reader_done(struct reader *reader)
{
    if (reader->from)
        fclose(reader->from);
    buf_done(&reader->sealed);
    buf_done(&reader->opened);
    sodium_memzero(&reader->state, sizeof reader->state);
}
DEFINE_CLEANUP(struct reader, reader_done)

static enum err_code read_start(FILE *from, struct uuid *ret, struct err *err)
{
    char start[START];
    if (fread(start, 1, sizeof start, from) != sizeof start ||
        memcmp(start, magic, sizeof magic) != 0)
        return err_set(err, ERR_FORMAT, "this is no file that kakikomap sync has written", 0);
    memcpy(ret->bytes, start + sizeof magic, UUID_BYTES);
    if (uuid_is_nil(*ret))
        return err_set(err, ERR_FORMAT, "the file names no key", sizeof magic);
    return ERR_OK;
}

enum err_code peer_file_id(const char *path, struct uuid *ret, struct err *err)
{
    FILE *from = fopen(path, "rbe");
    if (!from)
        return errno == ENOENT ? err_set(err, ERR_NOT_FOUND, "there is no such file", 0)
                               : fail_errno(err, "the file cannot be read");
    const enum err_code code = read_start(from, ret, err);
    fclose(from);
    return code;
}

static enum err_code reader_open(struct reader *reader, const char *path,
                                 const struct peer_key *key, struct err *err)
{
    uint8_t header[HEADER], secret[PEER_SECRET];
    struct uuid id = {0};
    reader->from = fopen(path, "rbe");
    if (!reader->from)
        return fail_errno(err, "the file cannot be read");
    TRY(read_start(reader->from, &id, err));
    if (!uuid_equal(id, key->id))
        return err_set(err, ERR_CHECKSUM, "this file was written for another key", 0);
    if (fread(header, 1, sizeof header, reader->from) != sizeof header)
        return err_set(err, ERR_CHECKSUM, "the file is cut off", START);
    reader->at = START + sizeof header;
    file_key(key, secret);
    const int bad = crypto_secretstream_xchacha20poly1305_init_pull(&reader->state, header, secret);
    sodium_memzero(secret, sizeof secret);
    return bad ? err_set(err, ERR_CHECKSUM, "the file was changed or is of another key", START)
               : ERR_OK;
}

/* The next message; *ret_last with the closing one. */
static enum err_code reader_next(struct reader *reader, struct span *ret, bool *ret_last,
                                 struct err *err)
{
    static const char cut[] = "the file is cut off: write it again";
    uint8_t head[4], tag = 0;
    if (fread(head, 1, sizeof head, reader->from) != sizeof head)
        return err_set(err, ERR_CHECKSUM, cut, reader->at);
    const size_t len =
        (size_t)head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
    if (len < TAG_BYTES || len > PEER_FRAME_MAX + TAG_BYTES)
        return err_set(err, ERR_TOO_LARGE, "a part of the file is longer than parts are",
                       reader->at);
    buf_clear(&reader->sealed);
    buf_clear(&reader->opened);
    uint8_t *sealed = buf_reserve(&reader->sealed, len);
    uint8_t *opened = buf_reserve(&reader->opened, len);
    if (!sealed || !opened)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    if (fread(sealed, 1, len, reader->from) != len)
        return err_set(err, ERR_CHECKSUM, cut, reader->at);
    if (crypto_secretstream_xchacha20poly1305_pull(&reader->state, opened, NULL, &tag, sealed, len,
                                                   NULL, 0) != 0)
        return err_set(err, ERR_CHECKSUM, "the file was changed or is of another key", reader->at);
    reader->at += sizeof head + len;
    *ret = span_of(opened, len - TAG_BYTES);
    *ret_last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    return ERR_OK;
}

static enum err_code walk(const char *path, const struct peer_key *key, peer_frame_fn *each,
                          void *self, struct err *err)
{
    struct reader reader = {0};
    CLEANUP(reader_done_at) struct reader *at_end = NULL;
    at_end = &reader;
    TRY(reader_open(&reader, path, key, err));
    for (size_t index = 0;; index++) {
        struct span message;
        bool last = false;
        TRY(reader_next(&reader, &message, &last, err));
        if (last)
            break;
        if (each)
            TRY(each(self, index, message, err));
    }
    if (fgetc(reader.from) != EOF)
        return err_set(err, ERR_CHECKSUM, "there is more behind the file's end", reader.at);
    return ERR_OK;
}

enum err_code peer_file_read(const char *path, const struct peer_key *key, peer_frame_fn *each,
                             void *self, struct err *err)
{
    TRY(walk(path, key, NULL, NULL, err));
    return walk(path, key, each, self, err);
}

enum err_code peer_file_head(const char *path, const struct peer_key *key, struct arena *arena,
                             struct span *ret, struct err *err)
{
    struct reader reader = {0};
    CLEANUP(reader_done_at) struct reader *at_end = NULL;
    struct span message;
    bool last;
    at_end = &reader;
    TRY(reader_open(&reader, path, key, err));
    TRY(reader_next(&reader, &message, &last, err));
    const char *copy = arena_copy(arena, message);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = span_of(copy, message.len);
    return ERR_OK;
}

/* --- Writing ---------------------------------------------------------------------------------- */

struct peer_file {
    FILE *to;
    crypto_secretstream_xchacha20poly1305_state state;
    struct buf sealed;
    uint64_t bytes;
    char path[PATH_MAX_OURS + 1], part[PATH_MAX_OURS + 6]; /* part: while it is written */
};

static enum err_code put(struct peer_file *file, const void *bytes, size_t len, struct err *err)
{
    if (fwrite(bytes, 1, len, file->to) != len)
        return fail_errno(err, "the file cannot be written");
    file->bytes += len;
    return ERR_OK;
}

enum err_code peer_file_create(const char *path, const struct peer_key *key, struct peer_file **ret,
                               struct err *err)
{
    if (strlen(path) > PATH_MAX_OURS)
        return err_set(err, ERR_USAGE, "the file's path is too long", 0);
    CLEANUP(peer_file_close_at) struct peer_file *file = calloc(1, sizeof *file);
    if (!file)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    snprintf(file->path, sizeof file->path, "%s", path);
    snprintf(file->part, sizeof file->part, "%s.part", path);
    const int fd = open(file->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    file->to = fd < 0 ? NULL : fdopen(fd, "wb");
    if (!file->to) {
        file->part[0] = '\0';
        if (fd >= 0)
            close(fd);
        return fail_errno(err, "the file cannot be written there");
    }
    uint8_t header[HEADER], secret[PEER_SECRET];
    file_key(key, secret);
    crypto_secretstream_xchacha20poly1305_init_push(&file->state, header, secret);
    sodium_memzero(secret, sizeof secret);
    TRY(put(file, magic, sizeof magic, err));
    TRY(put(file, key->id.bytes, UUID_BYTES, err));
    TRY(put(file, header, sizeof header, err));
    *ret = file;
    file = NULL;
    return ERR_OK;
}

static enum err_code add(struct peer_file *file, struct span message, uint8_t tag, struct err *err)
{
    if (message.len > PEER_FRAME_MAX)
        return err_set(err, ERR_TOO_LARGE, "a part of the file is longer than parts are",
                       message.len);
    const size_t len = message.len + TAG_BYTES;
    buf_clear(&file->sealed);
    uint8_t *to = buf_reserve(&file->sealed, len + 4);
    if (!to)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(len >> (8 * i));
    crypto_secretstream_xchacha20poly1305_push(&file->state, to + 4, NULL, message.data,
                                               message.len, NULL, 0, tag);
    return put(file, to, len + 4, err);
}

enum err_code peer_file_add(struct peer_file *file, struct span message, struct err *err)
{
    return add(file, message, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE, err);
}

/* The name is only safe when the folder is synced; some sticks' file systems cannot, and need not.
 */
static void sync_folder(const char *path)
{
    char copy[PATH_MAX_OURS + 1];
    snprintf(copy, sizeof copy, "%s", path);
    const int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

enum err_code peer_file_finish(struct peer_file *file, uint64_t *ret_bytes, struct err *err)
{
    TRY(add(file, span_of("", 0), crypto_secretstream_xchacha20poly1305_TAG_FINAL, err));
    if (fflush(file->to) != 0 || fsync(fileno(file->to)) != 0)
        return fail_errno(err, "the file cannot be written");
    FILE *to = file->to;
    file->to = NULL;
    if (fclose(to) != 0 || rename(file->part, file->path) != 0)
        return fail_errno(err, "the file cannot be put in its place");
    file->part[0] = '\0';
    sync_folder(file->path);
    *ret_bytes = file->bytes;
    return ERR_OK;
}

void peer_file_close(struct peer_file *file)
{
    if (!file)
        return;
    if (file->to)
        fclose(file->to);
    if (file->part[0])
        unlink(file->part);
    buf_done(&file->sealed);
    sodium_memzero(&file->state, sizeof file->state);
    free(file);
}
