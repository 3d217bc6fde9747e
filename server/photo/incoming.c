#include "server/photo/incoming.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/photo/files.h"
#include "tiles/base/num.h"

enum {
    HEAD_BYTES = 16,
    DEVICE_HEX = 2 * UUID_BYTES,
    SHA_HEX = 2 * SHA256_BYTES,
    LENGTH_AT = DEVICE_HEX + 1 + SHA_HEX + 1,
    NAME_SIZE = LENGTH_AT + 10 + sizeof ".part",
};

struct incoming {
    char dir[FILES_PATH - NAME_SIZE - 1];
    uint64_t device_bytes_max;
    pthread_mutex_t lock; /* guards `active` and all writing to parts */
    struct incoming_part *active;
};

struct incoming_part {
    struct incoming *incoming;
    struct incoming_part *next;
    struct photo_key key;
    int fd;
    uint64_t offset;
    bool is_ousted;
};

/* --- Names ------------------------------------------------------------------------------------ */

static void name_of(const struct photo_key *key, char ret[NAME_SIZE])
{
    char device[DEVICE_HEX + 1], sha256[SHA_HEX + 1];
    sodium_bin2hex(device, sizeof device, key->device.bytes, UUID_BYTES);
    sodium_bin2hex(sha256, sizeof sha256, key->sha256.bytes, SHA256_BYTES);
    snprintf(ret, NAME_SIZE, "%s-%s-%u.part", device, sha256, (unsigned)key->length);
}

static bool key_from(const char *name, struct photo_key *ret)
{
    struct photo_key key;
    char again[NAME_SIZE];
    int64_t length;
    const size_t len = strlen(name);
    if (len < LENGTH_AT + sizeof "0.part" - 1 || len >= NAME_SIZE ||
        sodium_hex2bin(key.device.bytes, UUID_BYTES, name, DEVICE_HEX, NULL, NULL, NULL) != 0 ||
        sodium_hex2bin(key.sha256.bytes, SHA256_BYTES, name + DEVICE_HEX + 1, SHA_HEX, NULL, NULL,
                       NULL) != 0 ||
        num_int_from(span_of(name + LENGTH_AT, len - LENGTH_AT - 5), 1, UINT32_MAX, &length,
                     NULL) != ERR_OK)
        return false;
    key.length = (uint32_t)length;
    name_of(&key, again);
    *ret = key;
    return strcmp(name, again) == 0;
}

static bool key_equal(const struct photo_key *a, const struct photo_key *b)
{
    return uuid_equal(a->device, b->device) && a->length == b->length &&
           memcmp(a->sha256.bytes, b->sha256.bytes, SHA256_BYTES) == 0;
}

static void path_of(const struct incoming *incoming, const struct photo_key *key,
                    char ret[FILES_PATH])
{
    char name[NAME_SIZE];
    name_of(key, name);
    snprintf(ret, FILES_PATH, "%s/%s", incoming->dir, name);
}

/* Calls each for every part; names that are none are passed with a NULL key. */
typedef void each_name_fn(void *context, const char *path, const struct photo_key *key);

static void each_name(const struct incoming *incoming, each_name_fn *each, void *context)
{
    DIR *folder = opendir(incoming->dir);
    if (!folder)
        return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[FILES_PATH];
        struct photo_key key;
        const int len = snprintf(path, sizeof path, "%s/%s", incoming->dir, entry->d_name);
        if (entry->d_name[0] != '.' && len > 0 && (size_t)len < sizeof path)
            each(context, path, key_from(entry->d_name, &key) ? &key : NULL);
    }
    closedir(folder);
}

/* --- Head ------------------------------------------------------------------------------------- */

static bool write_head(int fd, uint64_t offset)
{
    uint8_t head[HEAD_BYTES];
    for (int i = 0; i < 8; i++) {
        head[i] = (uint8_t)(offset >> (8 * i));
        head[8 + i] = (uint8_t)~head[i];
    }
    return pwrite(fd, head, sizeof head, 0) == (ssize_t)sizeof head;
}

/* 0 when there is no head, or half of one. */
static uint64_t read_head(int fd)
{
    uint8_t head[HEAD_BYTES];
    uint64_t offset = 0;
    if (pread(fd, head, sizeof head, 0) != (ssize_t)sizeof head)
        return 0;
    for (int i = 7; i >= 0; i--) {
        if ((head[8 + i] ^ head[i]) != 0xFF)
            return 0;
        offset = offset << 8 | head[i];
    }
    return offset;
}

static uint64_t bytes_behind_head(int fd)
{
    struct stat info;
    return fstat(fd, &info) == 0 && info.st_size > HEAD_BYTES ? (uint64_t)info.st_size - HEAD_BYTES
                                                              : 0;
}

/* --- Life ------------------------------------------------------------------------------------- */

static bool is_stale(int fd, int64_t now_ms)
{
    struct stat info;
    const int64_t kept_s = (int64_t)INCOMING_KEPT_DAYS * 24 * 3600;
    return fstat(fd, &info) == 0 && info.st_mtime < now_ms / 1000 - kept_s;
}

static void cut_to_known(void *context, const char *path, const struct photo_key *key)
{
    const int64_t *now_ms = context;
    const int fd = key ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) {
        unlink(path);
        return;
    }
    const uint64_t known = read_head(fd), there = bytes_behind_head(fd);
    const uint64_t offset = known <= there && known <= key->length ? known : 0;
    /* Without a known byte it holds nothing: one that was being erased when the power went. */
    const bool good =
        offset && !is_stale(fd, *now_ms) && ftruncate(fd, (off_t)(HEAD_BYTES + offset)) == 0;
    close(fd);
    if (!good)
        unlink(path);
}

enum err_code incoming_open(const char *dir, uint64_t device_bytes_max, int64_t now_ms,
                            struct incoming **ret, struct err *err)
{
    struct incoming *incoming = calloc(1, sizeof *incoming);
    if (!incoming)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    const int len = snprintf(incoming->dir, sizeof incoming->dir, "%s", dir);
    if (len < 0 || (size_t)len >= sizeof incoming->dir) {
        free(incoming);
        return err_set(err, ERR_USAGE, "the path of the data folder is too long", 0);
    }
    incoming->device_bytes_max = device_bytes_max;
    pthread_mutex_init(&incoming->lock, NULL);
    each_name(incoming, cut_to_known, &now_ms);
    *ret = incoming;
    return ERR_OK;
}

void incoming_close(struct incoming *incoming)
{
    if (!incoming)
        return;
    pthread_mutex_destroy(&incoming->lock);
    free(incoming);
}

static void drop_stale(void *context, const char *path, const struct photo_key *key)
{
    const int64_t *now_ms = context;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (!key || is_stale(fd, *now_ms))
        unlink(path);
    close(fd);
}

void incoming_expire(struct incoming *incoming, int64_t now_ms)
{
    each_name(incoming, drop_stale, &now_ms);
}

/* --- Writing ---------------------------------------------------------------------------------- */

uint64_t incoming_offset(const struct incoming *incoming, const struct photo_key *key)
{
    char path[FILES_PATH];
    struct stat info;
    path_of(incoming, key, path);
    return stat(path, &info) == 0 && info.st_size > HEAD_BYTES ? (uint64_t)info.st_size - HEAD_BYTES
                                                               : 0;
}

struct sum {
    struct uuid device;
    uint64_t bytes;
};

static void add_length(void *context, const char *path, const struct photo_key *key)
{
    struct sum *sum = context;
    (void)path;
    if (key && uuid_equal(key->device, sum->device))
        sum->bytes += key->length;
}

static enum err_code check_quota(const struct incoming *incoming, const struct photo_key *key,
                                 struct err *err)
{
    struct sum sum = {.device = key->device};
    each_name(incoming, add_length, &sum);
    if (sum.bytes + key->length <= incoming->device_bytes_max)
        return ERR_OK;
    return err_set(err, ERR_LIMIT, "this device has too many unfinished photos: finish those first",
                   0);
}

static enum err_code open_part(struct incoming *incoming, struct incoming_part *part,
                               struct err *err)
{
    char path[FILES_PATH];
    if (files_is_short_of_room(incoming->dir))
        return err_set(err, ERR_FULL,
                       "the server's disk is nearly full: words are still taken, photos later", 0);
    path_of(incoming, &part->key, path);
    part->fd = open(path, O_RDWR | O_CLOEXEC);
    if (part->fd >= 0)
        return ERR_OK;
    if (errno != ENOENT)
        return files_fail(err, "the unfinished photo cannot be opened");
    TRY(check_quota(incoming, &part->key, err));
    part->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    return part->fd >= 0 ? ERR_OK : files_fail(err, "the photo cannot be written");
}

static void oust(struct incoming *incoming, const struct photo_key *key)
{
    for (struct incoming_part *other = incoming->active; other; other = other->next)
        if (key_equal(&other->key, key))
            other->is_ousted = true;
}

static enum err_code begin_locked(struct incoming *incoming, struct incoming_part *part,
                                  uint64_t offset, struct err *err)
{
    if (offset != incoming_offset(incoming, &part->key))
        return err_set(err, ERR_CONFLICT,
                       "the upload does not go on there: ask for Upload-Offset with HEAD", offset);
    TRY(open_part(incoming, part, err));
    oust(incoming, &part->key);
    part->offset = offset;
    part->next = incoming->active;
    incoming->active = part;
    return ERR_OK;
}

enum err_code incoming_begin(struct incoming *incoming, const struct photo_key *key,
                             uint64_t offset, struct incoming_part **ret, struct err *err)
{
    struct incoming_part *part = calloc(1, sizeof *part);
    if (!part)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *part = (struct incoming_part){.incoming = incoming, .key = *key, .fd = -1};
    pthread_mutex_lock(&incoming->lock);
    const enum err_code code = begin_locked(incoming, part, offset, err);
    pthread_mutex_unlock(&incoming->lock);
    if (code != ERR_OK) {
        if (part->fd >= 0)
            close(part->fd);
        free(part);
        return code;
    }
    *ret = part;
    return ERR_OK;
}

static enum err_code ousted(struct err *err)
{
    return err_set(err, ERR_CONFLICT, "another request goes on with this upload", 0);
}

static enum err_code take_locked(struct incoming_part *part, struct span piece, struct err *err)
{
    if (part->is_ousted)
        return ousted(err);
    if (piece.len > part->key.length - part->offset)
        return err_set(err, ERR_TOO_LARGE, "more bytes than the photo was said to have",
                       part->key.length);
    while (piece.len > 0) {
        const ssize_t wrote =
            pwrite(part->fd, piece.data, piece.len, (off_t)(HEAD_BYTES + part->offset));
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return files_fail(err, "the photo cannot be written");
        part->offset += (uint64_t)wrote;
        piece = span_of(piece.data + wrote, piece.len - (size_t)wrote);
    }
    return ERR_OK;
}

enum err_code incoming_take(struct incoming_part *part, struct span piece, struct err *err)
{
    pthread_mutex_lock(&part->incoming->lock);
    const enum err_code code = take_locked(part, piece, err);
    pthread_mutex_unlock(&part->incoming->lock);
    return code;
}

enum err_code incoming_sync(struct incoming_part *part, struct err *err)
{
    struct incoming *incoming = part->incoming;
    if (fdatasync(part->fd) != 0)
        return files_fail(err, "the photo cannot be synced");
    const bool is_first = read_head(part->fd) == 0; /* the name is not known to be on disk */
    pthread_mutex_lock(&incoming->lock);
    const bool is_ours = !part->is_ousted;
    const bool written = is_ours && write_head(part->fd, part->offset);
    pthread_mutex_unlock(&incoming->lock);
    if (!is_ours)
        return ousted(err);
    if (!written || fdatasync(part->fd) != 0)
        return files_fail(err, "the photo cannot be synced");
    return is_first ? files_sync_folder(incoming->dir, err) : ERR_OK;
}

void incoming_end(struct incoming_part *part)
{
    struct incoming *incoming = part->incoming;
    pthread_mutex_lock(&incoming->lock);
    for (struct incoming_part **at = &incoming->active; *at; at = &(*at)->next)
        if (*at == part) {
            *at = part->next;
            break;
        }
    pthread_mutex_unlock(&incoming->lock);
    close(part->fd);
    free(part);
}

uint64_t incoming_part_offset(const struct incoming_part *part)
{
    return part->offset;
}

const struct photo_key *incoming_part_key(const struct incoming_part *part)
{
    return &part->key;
}

/* --- Whole ------------------------------------------------------------------------------------ */

struct whole {
    const struct incoming *incoming;
    incoming_each_fn *each;
    void *context;
};

static void tell_whole(void *context, const char *path, const struct photo_key *key)
{
    const struct whole *whole = context;
    (void)path;
    if (key && incoming_offset(whole->incoming, key) == key->length)
        whole->each(whole->context, key);
}

void incoming_each_whole(const struct incoming *incoming, incoming_each_fn *each, void *context)
{
    struct whole whole = {incoming, each, context};
    each_name(incoming, tell_whole, &whole);
}

enum err_code incoming_read(const struct incoming *incoming, const struct photo_key *key,
                            struct arena *arena, struct span *ret, struct err *err)
{
    char path[FILES_PATH];
    struct span file;
    path_of(incoming, key, path);
    TRY(files_read(path, HEAD_BYTES + (size_t)key->length, arena, &file, err));
    if (file.len != HEAD_BYTES + (size_t)key->length)
        return err_set(err, ERR_CONFLICT, "the photo is not whole yet", file.len);
    *ret = span_of(file.data + HEAD_BYTES, file.len - HEAD_BYTES);
    return ERR_OK;
}

void incoming_drop(struct incoming *incoming, const struct photo_key *key)
{
    char path[FILES_PATH];
    path_of(incoming, key, path);
    pthread_mutex_lock(&incoming->lock);
    oust(incoming, key); /* who still writes would write to a file without a name */
    pthread_mutex_unlock(&incoming->lock);
    (void)!files_erase(incoming->dir, path, NULL); /* a part that stays is met again at a start */
}

struct drop {
    struct incoming *incoming;
    const struct sha256 *sha256;
};

static void drop_one(void *context, const char *path, const struct photo_key *key)
{
    const struct drop *drop = context;
    (void)path;
    if (key && memcmp(key->sha256.bytes, drop->sha256->bytes, SHA256_BYTES) == 0)
        incoming_drop(drop->incoming, key);
}

void incoming_drop_all_of(struct incoming *incoming, const struct sha256 *sha256)
{
    struct drop drop = {incoming, sha256};
    each_name(incoming, drop_one, &drop);
}
