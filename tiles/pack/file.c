#include "tiles/pack/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiles/pack/gzip.h"

enum { WRITE_ROOM = 1 << 18, COPY_STEP = 1 << 20, DIRECTORY_LEVEL = 9 };

struct pack_file {
    char *path, *temporary, *folder;
    int part;         /* the side file; nameless as soon as it is open */
    uint64_t written; /* of the side file, on disk */
    uint8_t *waiting; /* bytes behind `written` that wait for a larger write */
    size_t waiting_len;
    struct pack_gzip gzip;
    struct archive_writer *writer;
};

static enum err_code io_failed(struct err *err, const char *what, uint64_t at)
{
    return errno == ENOSPC || errno == EDQUOT
               ? err_set(err, ERR_FULL, "disk is full while an archive is written", at)
               : err_set(err, ERR_IO, what, at);
}

static enum err_code write_all(int file, struct span bytes, uint64_t at, struct err *err)
{
    while (bytes.len) {
        const ssize_t done = pwrite(file, bytes.data, bytes.len, (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return io_failed(err, "archive cannot be written", at);
        bytes.data += done;
        bytes.len -= (size_t)done;
        at += (uint64_t)done;
    }
    return ERR_OK;
}

static enum err_code flush_part(struct pack_file *file, struct err *err)
{
    TRY(write_all(file->part, span_of(file->waiting, file->waiting_len), file->written, err));
    file->written += file->waiting_len;
    file->waiting_len = 0;
    return ERR_OK;
}

static enum err_code part_write(void *context, struct span bytes, struct err *err)
{
    struct pack_file *file = context;
    if (bytes.len > WRITE_ROOM - file->waiting_len)
        TRY(flush_part(file, err));
    if (bytes.len > WRITE_ROOM) {
        TRY(write_all(file->part, bytes, file->written, err));
        file->written += bytes.len;
        return ERR_OK;
    }
    memcpy(file->waiting + file->waiting_len, bytes.data, bytes.len);
    file->waiting_len += bytes.len;
    return ERR_OK;
}

static enum err_code read_all(int file, uint64_t at, size_t len, uint8_t *ret, struct err *err)
{
    while (len) {
        const ssize_t done = pread(file, ret, len, (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return err_set(err, ERR_IO, "side file of the archive cannot be read", at);
        ret += done;
        len -= (size_t)done;
        at += (uint64_t)done;
    }
    return ERR_OK;
}

static enum err_code part_read_at(void *context, uint64_t at, size_t len, uint8_t *ret,
                                  struct err *err)
{
    struct pack_file *file = context;
    if (at < file->written && at + len > file->written)
        TRY(flush_part(file, err)); /* a tile lies on one side as a rule */
    if (at >= file->written) {
        memcpy(ret, file->waiting + (at - file->written), len);
        return ERR_OK;
    }
    return read_all(file->part, at, len, ret, err);
}

static char *joined(const char *a, const char *b)
{
    char *text = NULL;
    if (!a || !b) /* gcc's sanitizers want to see it */
        return NULL;
    return asprintf(&text, "%s%s", a, b) < 0 ? NULL : text;
}

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return strdup(".");
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

static enum err_code open_into(struct pack_file *file, const char *path, struct err *err)
{
    file->path = strdup(path);
    file->temporary = joined(path, ".tmp");
    file->folder = folder_of(path);
    file->waiting = malloc(WRITE_ROOM);
    char *side = joined(path, ".part");
    if (!file->path || !file->temporary || !file->folder || !file->waiting || !side) {
        free(side);
        return err_set(err, ERR_NOMEM, "no memory for an archive", 0);
    }
    file->part = open(side, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file->part >= 0)
        unlink(side);
    free(side);
    if (file->part < 0)
        return io_failed(err, "archive cannot be made here", 0);
    const struct archive_part part = {part_write, part_read_at, file};
    return archive_writer_new(part, &file->gzip.codec, &file->writer, err);
}

enum err_code pack_file_open(const char *path, struct pack_file **ret, struct err *err)
{
    struct pack_file *file = calloc(1, sizeof *file);
    if (!file)
        return err_set(err, ERR_NOMEM, "no memory for an archive", 0);
    file->part = -1;
    pack_gzip_init(&file->gzip, DIRECTORY_LEVEL);
    const enum err_code code = open_into(file, path, err);
    if (code != ERR_OK) {
        pack_file_close(file);
        return code;
    }
    *ret = file;
    return ERR_OK;
}

enum err_code pack_file_add(struct pack_file *file, uint64_t id, struct span bytes, struct err *err)
{
    return archive_writer_add(file->writer, id, bytes, err);
}

static enum err_code copy_part(struct pack_file *file, int target, uint64_t at, struct err *err)
{
    uint8_t *step = malloc(COPY_STEP);
    if (!step)
        return err_set(err, ERR_NOMEM, "no memory to copy tiles", 0);
    enum err_code code = ERR_OK;
    for (uint64_t from = 0; code == ERR_OK && from < file->written; from += COPY_STEP) {
        const uint64_t left = file->written - from;
        const size_t len = left < COPY_STEP ? (size_t)left : COPY_STEP;
        code = read_all(file->part, from, len, step, err);
        if (code == ERR_OK)
            code = write_all(target, span_of(step, len), at + from, err);
    }
    free(step);
    return code;
}

static enum err_code write_target(struct pack_file *file, struct span front, struct err *err)
{
    const int target = open(file->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (target < 0)
        return io_failed(err, "archive cannot be made here", 0);
    enum err_code code = write_all(target, front, 0, err);
    if (code == ERR_OK)
        code = copy_part(file, target, front.len, err);
    if (code == ERR_OK && fsync(target) != 0)
        code = io_failed(err, "archive cannot be synced to disk", 0);
    if (close(target) != 0 && code == ERR_OK)
        code = io_failed(err, "archive cannot be closed", 0);
    if (code == ERR_OK && rename(file->temporary, file->path) != 0)
        code = io_failed(err, "archive cannot be renamed into its place", 0);
    if (code != ERR_OK)
        unlink(file->temporary);
    return code;
}

static enum err_code sync_folder(const char *path, struct err *err)
{
    const int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return err_set(err, ERR_IO, "folder of the archive cannot be opened", 0);
    const int failed = fsync(folder);
    close(folder);
    return failed ? io_failed(err, "folder of the archive cannot be synced", 0) : ERR_OK;
}

enum err_code pack_file_finish(struct pack_file *file, const struct archive_tileset *tileset,
                               struct archive_header *ret_header, struct err *err)
{
    CLEANUP(buf_done) struct buf front = {0};
    struct archive_header header = {0};
    TRY(flush_part(file, err));
    TRY(archive_writer_finish(file->writer, tileset, &front, &header, err));
    TRY(write_target(file, buf_span(&front), err));
    TRY(sync_folder(file->folder, err));
    *ret_header = header;
    return ERR_OK;
}

void pack_file_close(struct pack_file *file)
{
    if (!file)
        return;
    archive_writer_free(file->writer);
    pack_gzip_done(&file->gzip);
    if (file->part >= 0)
        close(file->part);
    free(file->waiting);
    free(file->path);
    free(file->temporary);
    free(file->folder);
    free(file);
}
