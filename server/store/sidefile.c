#include "server/store/sidefile.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "tiles/base/buf.h"
#include "tiles/base/num.h"

enum {
    EPOCH_BYTES = 96,
    SUM_BYTES = 8,
    FRAME_HEAD = 4 + SUM_BYTES, /* length, little-endian, and the start of the SHA-256 */
    BALLAST_BYTES = 16 << 20,
    MARK_BYTES = 32 << 20,
};

bool sidefile_path(const char *dir, const char *name, char *ret, size_t size)
{
    const int len = snprintf(ret, size, "%s/%s", dir, name);
    return len > 0 && (size_t)len < size;
}

static enum err_code fail_errno(struct err *err, const char *what)
{
    if (errno == ENOSPC || errno == EDQUOT)
        return err_set(err, ERR_FULL, "the disk is full: free some space and try again", 0);
    return err_set(err, ERR_IO, what, (uint64_t)errno);
}

enum err_code sidefile_sync_dir(const char *dir, struct err *err)
{
    const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return fail_errno(err, "the data folder cannot be opened");
    const int result = fsync(fd);
    close(fd);
    return result == 0 ? ERR_OK : fail_errno(err, "the data folder cannot be synced");
}

/* "epoch=<32 hex> change=<20 digits> sum=<16 hex>\n", always the same length, so that a write
 * replaces it whole; the sum tells a torn one. */
static void format_epoch(struct uuid epoch, uint64_t change, char ret[EPOCH_BYTES + 1])
{
    char hex[2 * UUID_BYTES + 1];
    sodium_bin2hex(hex, sizeof hex, epoch.bytes, UUID_BYTES);
    const int len = snprintf(ret, EPOCH_BYTES + 1, "epoch=%s change=%020llu sum=", hex,
                             (unsigned long long)change);
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const uint8_t *)ret, (unsigned long long)len);
    sodium_bin2hex(ret + len, 2 * SUM_BYTES + 1, hash, SUM_BYTES);
    strcat(ret, "\n");
}

enum err_code sidefile_open(struct sidefile *side, const char *dir, struct err *err)
{
    *side = (struct sidefile){.epoch_fd = -1};
    char path[600];
    if (strlen(dir) >= sizeof side->dir || !sidefile_path(dir, "epoch", path, sizeof path))
        return err_set(err, ERR_USAGE, "the path of the data folder is too long", 0);
    snprintf(side->dir, sizeof side->dir, "%s", dir);
    side->epoch_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (side->epoch_fd < 0)
        return fail_errno(err, "the epoch file cannot be opened");
    flock(side->epoch_fd, LOCK_SH | LOCK_NB);
    return ERR_OK;
}

bool sidefile_is_alone(struct sidefile *side)
{
    const bool alone = flock(side->epoch_fd, LOCK_EX | LOCK_NB) == 0;
    flock(side->epoch_fd, LOCK_SH | LOCK_NB);
    return alone;
}

void sidefile_close(struct sidefile *side)
{
    if (!side || side->epoch_fd < 0)
        return;
    fsync(side->epoch_fd);
    close(side->epoch_fd);
    side->epoch_fd = -1;
}

enum err_code sidefile_read_epoch(const char *dir, struct sidefile_epoch *ret, struct err *err)
{
    char path[600], text[EPOCH_BYTES + 1] = "", again[EPOCH_BYTES + 1], hex[33];
    unsigned long long change = 0;
    *ret = (struct sidefile_epoch){0};
    if (!sidefile_path(dir, "epoch", path, sizeof path))
        return err_set(err, ERR_USAGE, "the path of the data folder is too long", 0);
    FILE *file = fopen(path, "re");
    if (!file)
        return errno == ENOENT ? ERR_OK : fail_errno(err, "the epoch file cannot be read");
    const size_t len = fread(text, 1, EPOCH_BYTES, file);
    fclose(file);
    text[len] = '\0';
    if (sscanf(text, "epoch=%32[0-9a-f] change=%llu", hex, &change) != 2)
        return ERR_OK;
    if (sodium_hex2bin(ret->epoch.bytes, UUID_BYTES, hex, 32, NULL, NULL, NULL) != 0)
        return ERR_OK;
    format_epoch(ret->epoch, change, again);
    ret->change = change;
    ret->valid = strcmp(text, again) == 0;
    return ERR_OK;
}

enum err_code sidefile_write_epoch(struct sidefile *side, struct uuid epoch, uint64_t change,
                                   bool sync, struct err *err)
{
    char text[EPOCH_BYTES + 1];
    format_epoch(epoch, change, text);
    const size_t len = strlen(text);
    if (pwrite(side->epoch_fd, text, len, 0) != (ssize_t)len)
        return fail_errno(err, "the epoch file cannot be written");
    if (sync && fsync(side->epoch_fd) != 0)
        return fail_errno(err, "the epoch file cannot be synced");
    return ERR_OK;
}

static void put_frame_head(struct span op, uint8_t ret[FRAME_HEAD])
{
    for (int i = 0; i < 4; i++)
        ret[i] = (uint8_t)(op.len >> (8 * i));
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, op.data, op.len);
    memcpy(ret + 4, hash, SUM_BYTES);
}

static void add_frame(struct buf *frames, struct span content)
{
    uint8_t head[FRAME_HEAD];
    put_frame_head(content, head);
    buf_add(frames, span_of(head, sizeof head));
    buf_add(frames, content);
}

static enum err_code append_frames(const char *dir, const struct buf *frames, struct err *err)
{
    char path[600];
    if (frames->failed)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    if (!sidefile_path(dir, "erased", path, sizeof path))
        return err_set(err, ERR_USAGE, "the path of the data folder is too long", 0);
    const bool is_new = access(path, F_OK) != 0;
    const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (fd < 0)
        return fail_errno(err, "the list of erasures cannot be opened");
    const bool written =
        write(fd, frames->data, frames->len) == (ssize_t)frames->len && fsync(fd) == 0;
    const enum err_code code =
        written ? ERR_OK : fail_errno(err, "the list of erasures cannot be written");
    close(fd);
    if (code == ERR_OK && is_new)
        return sidefile_sync_dir(dir, err);
    return code;
}

enum err_code sidefile_add_erasure(const char *dir, struct span content, struct err *err)
{
    struct buf frames;
    buf_init(&frames);
    add_frame(&frames, content);
    const enum err_code code = append_frames(dir, &frames, err);
    buf_done(&frames);
    return code;
}

enum err_code sidefile_add_removals(const char *dir, struct span ids, struct err *err)
{
    struct buf frames;
    buf_init(&frames);
    for (size_t at = 0; at + UUID_BYTES <= ids.len; at += UUID_BYTES)
        add_frame(&frames, span_of(ids.data + at, UUID_BYTES));
    const enum err_code code = append_frames(dir, &frames, err);
    buf_done(&frames);
    return code;
}

/* No operation is as short: it names itself, its device and its object. */
bool sidefile_is_removal(struct span content, struct uuid *ret)
{
    if (content.len != UUID_BYTES)
        return false;
    memcpy(ret->bytes, content.data, UUID_BYTES);
    return true;
}

static enum err_code read_whole(const char *path, struct buf *ret, struct err *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? ERR_OK : fail_errno(err, "the list of erasures cannot be read");
    for (;;) {
        uint8_t *at = buf_reserve(ret, 65536);
        const ssize_t got = at ? read(fd, at, 65536) : -1;
        if (got <= 0) {
            close(fd);
            return got == 0 ? ERR_OK : fail_errno(err, "the list of erasures cannot be read");
        }
        ret->len += (size_t)got;
    }
}

/* A frame whose sum is wrong was torn by a power cut before its erasure was acknowledged; what
 * follows was appended later and is whole again, so the search goes on byte by byte. */
static enum err_code walk_frames(struct span bytes, sidefile_erasure_fn *each, void *context,
                                 struct err *err)
{
    for (size_t at = 0; at + FRAME_HEAD < bytes.len;) {
        const uint8_t *p = bytes.data + at;
        const size_t len =
            (size_t)p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 | (size_t)p[3] << 24;
        uint8_t head[FRAME_HEAD];
        if (len == 0 || len > STORE_OP_MAX || len > bytes.len - at - FRAME_HEAD) {
            at++;
            continue;
        }
        const struct span op = span_of(p + FRAME_HEAD, len);
        put_frame_head(op, head);
        if (memcmp(head, p, FRAME_HEAD) != 0) {
            at++;
            continue;
        }
        TRY(each(context, op, err));
        at += FRAME_HEAD + len;
    }
    return ERR_OK;
}

enum err_code sidefile_each_erasure(const char *path, sidefile_erasure_fn *each, void *context,
                                    struct err *err)
{
    struct buf bytes;
    buf_init(&bytes);
    enum err_code code = read_whole(path, &bytes, err);
    if (code == ERR_OK)
        code = walk_frames(buf_span(&bytes), each, context, err);
    buf_done(&bytes);
    return code;
}

void sidefile_room(const char *dir, uint64_t *ret_free, uint64_t *ret_mark)
{
    struct statvfs fs;
    *ret_free = UINT64_MAX;
    *ret_mark = 0;
    if (statvfs(dir, &fs) != 0)
        return;
    const uint64_t whole = (uint64_t)fs.f_blocks * fs.f_frsize;
    *ret_free = (uint64_t)fs.f_bavail * fs.f_frsize;
    *ret_mark = whole / 50 < MARK_BYTES ? whole / 50 : MARK_BYTES;
}

void sidefile_make_ballast(const char *dir)
{
    uint64_t room, mark;
    char path[600];
    sidefile_room(dir, &room, &mark);
    if (room < 4 * (uint64_t)BALLAST_BYTES || !sidefile_path(dir, "ballast", path, sizeof path))
        return;
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd < 0)
        return;
    if (posix_fallocate(fd, 0, BALLAST_BYTES) != 0)
        unlink(path);
    close(fd);
}

bool sidefile_drop_ballast(const char *dir)
{
    char path[600];
    return sidefile_path(dir, "ballast", path, sizeof path) && unlink(path) == 0;
}
