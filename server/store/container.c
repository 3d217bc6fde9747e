#include "server/store/container.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "server/store/digest.h"
#include "server/store/sidefile.h"
#include "tiles/base/buf.h"

static const char manifest_name[] = "manifest.sha256";
enum { CHUNK = 1 << 18, MANIFEST_MAX = CONTAINER_FILES_MAX * 256 };

static enum err_code fail_errno(struct err *err, const char *what)
{
    if (errno == ENOSPC || errno == EDQUOT)
        return err_set(err, ERR_FULL, "the disk is full: free some space and try again", 0);
    return err_set(err, ERR_IO, what, (uint64_t)errno);
}

static bool is_hex_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

bool container_name_is_good(const char *name)
{
    if (strcmp(name, "kakikomap.db") == 0 || strcmp(name, "erased") == 0 ||
        strcmp(name, "peers.key") == 0)
        return true;
    const char *rest = NULL;
    if (strncmp(name, "city/", 5) == 0)
        rest = name + 5;
    if (strncmp(name, "layers/", 7) == 0)
        rest = name + 7;
    if (strncmp(name, "photos/", 7) == 0 && is_hex_digit(name[7]) && is_hex_digit(name[8]) &&
        name[9] == '/')
        rest = name + 10;
    if (!rest || *rest == '\0' || *rest == '.' || strlen(name) >= CONTAINER_NAME_MAX)
        return false;
    for (; *rest; rest++)
        if (!((*rest >= 'a' && *rest <= 'z') || (*rest >= '0' && *rest <= '9') || *rest == '.' ||
              *rest == '_' || *rest == '-'))
            return false;
    return true;
}

static enum err_code went_away(struct err *err)
{
    return err_set(err, ERR_CONFLICT, "a file changed while it was copied: try again", 0);
}

static enum err_code hash_file(struct container_file *file, struct err *err)
{
    struct stat info;
    if (stat(file->path, &info) != 0)
        return errno == ENOENT ? went_away(err) : fail_errno(err, "a file cannot be read");
    file->changed = info.st_mtim;
    const enum err_code code = digest_file(file->path, file->sha256, &file->bytes, err);
    return code == ERR_NOT_FOUND ? went_away(err) : code;
}

/* A photo may be covered or erased while it is copied: such a copy would not fit its manifest. */
static enum err_code check_unchanged(const struct container_file *files, size_t count,
                                     struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        struct stat info;
        if (stat(files[i].path, &info) != 0 || info.st_mtim.tv_sec != files[i].changed.tv_sec ||
            info.st_mtim.tv_nsec != files[i].changed.tv_nsec)
            return went_away(err);
    }
    return ERR_OK;
}

static void add_line(struct buf *manifest, const struct container_file *file)
{
    char hex[65];
    sodium_bin2hex(hex, sizeof hex, file->sha256, 32);
    buf_add_str(manifest, hex);
    buf_add_str(manifest, "  ");
    buf_add_str(manifest, file->name);
    buf_add_byte(manifest, '\n');
}

static enum err_code fail_zip(zip_t *zip, struct err *err)
{
    const int system = zip ? zip_error_code_system(zip_get_error(zip)) : 0;
    errno = system;
    return fail_errno(err, "the backup cannot be written");
}

static enum err_code add_source(zip_t *zip, const char *name, zip_source_t *source, struct err *err)
{
    const zip_int64_t at = source ? zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) : -1;
    if (at < 0) {
        zip_source_free(source);
        return fail_zip(zip, err);
    }
    return zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0) == 0
               ? ERR_OK
               : fail_zip(zip, err);
}

struct shown {
    store_progress_fn *progress;
    void *context;
    uint64_t total;
};

static void show(zip_t *zip, double part, void *context)
{
    (void)zip;
    const struct shown *shown = context;
    shown->progress(shown->context, (uint64_t)(part * (double)shown->total), shown->total);
}

static enum err_code fill(zip_t *zip, struct container_file *files, size_t count,
                          struct buf *manifest, struct shown *shown, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        TRY(hash_file(&files[i], err));
        add_line(manifest, &files[i]);
        shown->total += files[i].bytes;
    }
    if (manifest->failed)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(add_source(zip, manifest_name, zip_source_buffer(zip, manifest->data, manifest->len, 0),
                   err));
    for (size_t i = 0; i < count; i++)
        TRY(add_source(zip, files[i].name, zip_source_file(zip, files[i].path, 0, -1), err));
    if (shown->progress)
        zip_register_progress_callback_with_state(zip, 0.01, show, NULL, shown);
    return ERR_OK;
}

static enum err_code sync_and_rename(const char *from, const char *to, struct err *err)
{
    const int fd = open(from, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_errno(err, "the backup cannot be synced");
    const bool synced = fsync(fd) == 0;
    close(fd);
    if (!synced || rename(from, to) != 0)
        return fail_errno(err, "the backup cannot be synced");
    char dir[700];
    snprintf(dir, sizeof dir, "%s", to);
    char *slash = strrchr(dir, '/');
    if (slash && slash != dir)
        *slash = '\0';
    else
        snprintf(dir, sizeof dir, "%s", slash ? "/" : ".");
    return sidefile_sync_dir(dir, err);
}

enum err_code container_write(const char *out, struct container_file *files, size_t count,
                              store_progress_fn *progress, void *context, struct err *err)
{
    char part[700];
    const int len = snprintf(part, sizeof part, "%s.part", out);
    if (len < 0 || (size_t)len >= sizeof part)
        return err_set(err, ERR_USAGE, "the path of the backup is too long", 0);
    unlink(part);
    zip_t *zip = zip_open(part, ZIP_CREATE | ZIP_EXCL, NULL);
    if (!zip)
        return err_set(err, ERR_IO, "the backup cannot be written there", (uint64_t)errno);
    struct buf manifest;
    buf_init(&manifest);
    struct shown shown = {.progress = progress, .context = context};
    enum err_code code = fill(zip, files, count, &manifest, &shown, err);
    if (code == ERR_OK && zip_close(zip) != 0)
        code = fail_zip(zip, err);
    else if (code == ERR_OK)
        zip = NULL;
    if (zip)
        zip_discard(zip);
    buf_done(&manifest);
    if (code == ERR_OK)
        code = check_unchanged(files, count, err);
    if (code == ERR_OK)
        code = sync_and_rename(part, out, err);
    if (code != ERR_OK)
        unlink(part);
    return code;
}

/* --- Reading ---------------------------------------------------------------------------------- */

static enum err_code read_manifest(zip_t *zip, struct buf *ret, struct err *err)
{
    zip_file_t *file = zip_fopen(zip, manifest_name, 0);
    if (!file)
        return err_set(err, ERR_FORMAT, "this file is no backup of kakikomap", 0);
    for (;;) {
        uint8_t *at = buf_reserve(ret, 4096);
        const zip_int64_t got = at ? zip_fread(file, at, 4096) : -1;
        if (got <= 0 || ret->len > MANIFEST_MAX) {
            zip_fclose(file);
            return got == 0 ? ERR_OK : err_set(err, ERR_CHECKSUM, "the backup is damaged", 0);
        }
        ret->len += (size_t)got;
    }
}

/* "<64 hex>  <name>\n" */
static bool take_line(struct span *manifest, struct container_file *ret)
{
    const uint8_t *end = memchr(manifest->data, '\n', manifest->len);
    if (!end)
        return false;
    const size_t len = (size_t)(end - manifest->data);
    if (len < 67 || len - 66 >= CONTAINER_NAME_MAX || memcmp(manifest->data + 64, "  ", 2) != 0)
        return false;
    if (sodium_hex2bin(ret->sha256, 32, (const char *)manifest->data, 64, NULL, NULL, NULL) != 0)
        return false;
    memcpy(ret->name, manifest->data + 66, len - 66);
    ret->name[len - 66] = '\0';
    manifest->data += len + 1;
    manifest->len -= len + 1;
    return container_name_is_good(ret->name);
}

static enum err_code copy_out(zip_file_t *from, int to, uint8_t *chunk, struct container_file *file,
                              struct err *err)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    for (;;) {
        const zip_int64_t got = zip_fread(from, chunk, CHUNK);
        if (got < 0)
            return err_set(err, ERR_CHECKSUM, "the backup is damaged", 0);
        if (got == 0)
            break;
        crypto_hash_sha256_update(&state, chunk, (unsigned long long)got);
        if (write(to, chunk, (size_t)got) != (ssize_t)got)
            return fail_errno(err, "a file of the backup cannot be written");
        file->bytes += (uint64_t)got;
    }
    uint8_t sha256[32];
    crypto_hash_sha256_final(&state, sha256);
    if (memcmp(sha256, file->sha256, 32) != 0)
        return err_set(err, ERR_CHECKSUM, "a file of the backup is not what it was", 0);
    return fsync(to) == 0 ? ERR_OK : fail_errno(err, "a file of the backup cannot be synced");
}

/* DIR/photos/ab for DIR/photos/ab/NAME; the other folders are there. What cannot be made is told by
 * the file in it. */
static void make_sub_folder(char *path, size_t dir_len)
{
    char *slash = strrchr(path, '/');
    if (strncmp(path + dir_len, "/photos/", 8) != 0)
        return;
    *slash = '\0';
    (void)!mkdir(path, 0750);
    *slash = '/';
}

/* Names and folders too: one call for thousands of files. */
static enum err_code sync_all(const char *dir, struct err *err)
{
    const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = fd >= 0 && syncfs(fd) == 0;
    const enum err_code code =
        synced ? ERR_OK : fail_errno(err, "the restored folder cannot be synced");
    if (fd >= 0)
        close(fd);
    return code;
}

static enum err_code unpack_one(zip_t *zip, const char *dir, struct container_file *file,
                                struct err *err)
{
    char path[1000];
    snprintf(path, sizeof path, "%s/%s", dir, file->name);
    zip_file_t *from = zip_fopen(zip, file->name, 0);
    if (!from)
        return err_set(err, ERR_CHECKSUM, "a file of the backup is missing", 0);
    make_sub_folder(path, strlen(dir));
    const mode_t mode = strcmp(file->name, "peers.key") == 0 ? 0600 : 0640;
    const int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    uint8_t *chunk = malloc(CHUNK);
    enum err_code code = to < 0 || !chunk
                             ? fail_errno(err, "a file of the backup cannot be written")
                             : copy_out(from, to, chunk, file, err);
    free(chunk);
    zip_fclose(from);
    if (to >= 0)
        close(to);
    return code;
}

static enum err_code unpack_all(zip_t *zip, const char *dir, store_progress_fn *progress,
                                void *context, uint64_t *ret_files, uint64_t *ret_bytes,
                                struct err *err)
{
    struct buf manifest;
    buf_init(&manifest);
    enum err_code code = read_manifest(zip, &manifest, err);
    struct span rest = buf_span(&manifest);
    uint64_t files = 0, bytes = 0;
    while (code == ERR_OK && rest.len) {
        struct container_file file = {0};
        if (files >= CONTAINER_FILES_MAX || !take_line(&rest, &file)) {
            code = err_set(err, ERR_FORMAT, "the list of the backup is damaged", files);
            break;
        }
        code = unpack_one(zip, dir, &file, err);
        files++;
        bytes += file.bytes;
        if (progress)
            progress(context, bytes, 0);
    }
    buf_done(&manifest);
    *ret_files = files;
    *ret_bytes = bytes;
    return code;
}

enum err_code container_unpack(const char *file, const char *dir, store_progress_fn *progress,
                               void *context, uint64_t *ret_files, uint64_t *ret_bytes,
                               struct err *err)
{
    int reason = 0;
    zip_t *zip = zip_open(file, ZIP_RDONLY, &reason);
    if (!zip)
        return reason == ZIP_ER_NOENT ? err_set(err, ERR_NOT_FOUND, "there is no such backup", 0)
               : reason == ZIP_ER_OPEN || reason == ZIP_ER_READ
                   ? err_set(err, ERR_IO, "the backup cannot be read", (uint64_t)errno)
                   : err_set(err, ERR_FORMAT, "this file is no backup of kakikomap", 0);
    const enum err_code code = unpack_all(zip, dir, progress, context, ret_files, ret_bytes, err);
    zip_discard(zip);
    return code == ERR_OK ? sync_all(dir, err) : code;
}
