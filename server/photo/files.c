#include "server/photo/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum err_code files_fail(struct err *err, const char *what)
{
    if (errno == ENOSPC || errno == EDQUOT)
        return err_set(err, ERR_FULL, "the server's disk is full: try again later", 0);
    return err_set(err, ERR_IO, what, (uint64_t)errno);
}

enum err_code files_sync_folder(const char *path, struct err *err)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return files_fail(err, "a folder of photos cannot be opened");
    const int result = fsync(fd);
    close(fd);
    return result == 0 ? ERR_OK : files_fail(err, "a folder of photos cannot be synced");
}

enum err_code files_make_folder(const char *path, struct err *err)
{
    if (mkdir(path, 0750) != 0)
        return errno == EEXIST ? ERR_OK : files_fail(err, "a folder of photos cannot be made");
    char above[FILES_PATH];
    snprintf(above, sizeof above, "%s", path);
    char *slash = strrchr(above, '/');
    if (slash)
        *slash = '\0';
    return files_sync_folder(slash ? above : ".", err);
}

static bool read_fd(int fd, uint8_t *to, size_t len)
{
    while (len > 0) {
        const ssize_t got = read(fd, to, len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        len -= (size_t)got;
    }
    return true;
}

static enum err_code read_open(int fd, size_t max, struct arena *arena, struct span *ret,
                               struct err *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return files_fail(err, "a photo cannot be read");
    if (info.st_size < 0 || (uint64_t)info.st_size > max)
        return err_set(err, ERR_TOO_LARGE, "a file of photos is too large", 0);
    const size_t len = (size_t)info.st_size;
    uint8_t *bytes = arena_alloc(arena, len);
    if (!bytes)
        return err_set(err, ERR_NOMEM, "no memory for the photo", 0);
    if (!read_fd(fd, bytes, len))
        return files_fail(err, "a photo cannot be read");
    *ret = span_of(bytes, len);
    return ERR_OK;
}

enum err_code files_read(const char *path, size_t max, struct arena *arena, struct span *ret,
                         struct err *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? err_set(err, ERR_NOT_FOUND, "this photo is not here", 0)
                               : files_fail(err, "a photo cannot be read");
    const enum err_code code = read_open(fd, max, arena, ret, err);
    close(fd);
    return code;
}

static bool write_fd(int fd, const uint8_t *from, size_t len)
{
    while (len > 0) {
        const ssize_t wrote = write(fd, from, len);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        from += wrote;
        len -= (size_t)wrote;
    }
    return true;
}

/* A failure is none to the caller: the name is gone, and nobody can do anything about the blocks.
 */
static void blank(int fd)
{
    static const uint8_t zeros[1 << 16];
    struct stat info;
    if (fstat(fd, &info) != 0 || lseek(fd, 0, SEEK_SET) != 0)
        return;
    for (uint64_t left = (uint64_t)info.st_size; left > 0;) {
        const size_t now = left < sizeof zeros ? (size_t)left : sizeof zeros;
        if (!write_fd(fd, zeros, now))
            return;
        left -= now;
    }
    (void)!fdatasync(fd);
}

static const char half_written[] = ".new-";

bool files_is_half_written(const char *name)
{
    return strncmp(name, half_written, strlen(half_written)) == 0;
}

enum err_code files_replace(const char *folder, const char *path, struct span bytes,
                            struct err *err)
{
    char part[FILES_PATH];
    snprintf(part, sizeof part, "%s/%sXXXXXX", folder, half_written);
    const int fd = mkostemp(part, O_CLOEXEC);
    if (fd < 0)
        return files_fail(err, "a photo cannot be written");
    const int before = open(path, O_WRONLY | O_CLOEXEC);
    const bool written = write_fd(fd, bytes.data, bytes.len) && fchmod(fd, 0640) == 0 &&
                         fsync(fd) == 0 && rename(part, path) == 0;
    enum err_code code = written ? ERR_OK : files_fail(err, "a photo cannot be written");
    close(fd);
    if (!written)
        unlink(part);
    if (before >= 0) {
        if (code == ERR_OK)
            code = files_sync_folder(folder, err);
        if (code == ERR_OK)
            blank(before);
        close(before);
    }
    return code;
}

enum err_code files_erase(const char *folder, const char *path, struct err *err)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? ERR_OK : files_fail(err, "a photo cannot be erased");
    blank(fd);
    close(fd);
    if (unlink(path) != 0)
        return files_fail(err, "a photo cannot be erased");
    return files_sync_folder(folder, err);
}

bool files_is_short_of_room(const char *path)
{
    enum { MARK_MAX_MIB = 2048 };
    struct statvfs fs;
    if (statvfs(path, &fs) != 0)
        return false;
    const uint64_t tenth = (uint64_t)fs.f_blocks * fs.f_frsize / 10;
    const uint64_t cap = (uint64_t)MARK_MAX_MIB << 20;
    return (uint64_t)fs.f_bavail * fs.f_frsize < (tenth < cap ? tenth : cap);
}
