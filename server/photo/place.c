#include "server/photo/place.h"

#include <dirent.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/clock.h"
#include "server/log.h"
#include "server/photo/files.h"
#include "server/store/digest.h"

enum {
    VARIANT_BYTES_MAX = 8 << 20,
    /* Files without a row: the log may have been put back, and what names them may come again. */
    ORPHAN_KEPT_S = 30 * 24 * 3600,
};

static const char display_ending[] = ".display.jpg";

/* --- Names ------------------------------------------------------------------------------------ */

static void path_of(const char *dir, const struct sha256 *sha256, enum photo_variant variant,
                    char ret[FILES_PATH])
{
    char name[STORE_BLOB_NAME];
    store_blob_name(sha256, variant, name);
    snprintf(ret, FILES_PATH, "%s/%s", dir, name);
}

static void folder_of(const char *dir, const struct sha256 *sha256, char ret[FILES_PATH])
{
    snprintf(ret, FILES_PATH, "%s/photos/%02x", dir, sha256->bytes[0]);
}

enum err_code place_make_folders(const char *dir, char *ret_incoming, size_t size, struct err *err)
{
    char photos[FILES_PATH];
    snprintf(photos, sizeof photos, "%s/photos", dir);
    const int len = snprintf(ret_incoming, size, "%s/incoming", photos);
    if (len < 0 || (size_t)len >= size)
        return err_set(err, ERR_USAGE, "the path of the data folder is too long", 0);
    TRY(files_make_folder(photos, err));
    return files_make_folder(ret_incoming, err);
}

enum err_code photos_read(const char *dir, const struct sha256 *sha256, enum photo_variant variant,
                          struct arena *arena, struct span *ret, struct err *err)
{
    char path[FILES_PATH];
    path_of(dir, sha256, variant, path);
    return files_read(path, VARIANT_BYTES_MAX, arena, ret, err);
}

/* --- Into their place ------------------------------------------------------------------------- */

static struct store_file file_of(struct span bytes)
{
    struct store_file file = {.bytes = (uint32_t)bytes.len};
    crypto_hash_sha256(file.sha256.bytes, bytes.data, bytes.len);
    return file;
}

static enum err_code put(struct place *place, const struct sha256 *sha256,
                         const struct codec_variants *made, const struct store_covers *covers,
                         struct err *err)
{
    char folder[FILES_PATH], display[FILES_PATH], thumb[FILES_PATH];
    folder_of(place->dir, sha256, folder);
    path_of(place->dir, sha256, PHOTO_DISPLAY, display);
    path_of(place->dir, sha256, PHOTO_THUMB, thumb);
    TRY(files_make_folder(folder, err));
    TRY(files_replace(folder, display, made->display, err));
    TRY(files_replace(folder, thumb, made->thumb, err));
    TRY(files_sync_folder(folder, err));
    const struct store_blob blob = {
        .sha256 = *sha256,
        .width = made->width,
        .height = made->height,
        .display = file_of(made->display),
        .thumb = file_of(made->thumb),
        .made_ms = clock_unix_ms(),
    };
    return store_blob_put(place->writer, &blob, covers, err);
}

static enum err_code work(struct place *place, enum workshop_task task, struct span photo,
                          const struct jpeg_info *info, const struct boxes *boxes,
                          struct codec_variants *ret, struct err *err)
{
    const struct workshop_job job = {
        .task = task,
        .photo = photo,
        .info = *info,
        .boxes = boxes->items,
        .box_count = boxes->count,
    };
    return workshop_do(place->workshop, &job, &place->arena, ret, err);
}

static enum err_code make(struct place *place, const struct sha256 *sha256, struct span photo,
                          const struct jpeg_info *info, struct store_covers *ret_covers,
                          struct codec_variants *ret, struct err *err)
{
    TRY(store_blob_covers(place->reader, sha256, &place->arena, ret_covers, err));
    return work(place, WORKSHOP_MAKE, photo, info, &ret_covers->boxes, ret, err);
}

static bool is_here(struct place *place, const struct sha256 *sha256)
{
    struct store_blob blob;
    return store_blob_find(place->reader, sha256, &blob, NULL) == ERR_OK;
}

static enum err_code check_named(struct place *place, const struct sha256 *sha256, struct err *err)
{
    struct store_blob_status status;
    TRY(store_blob_status(place->reader, sha256, &status, err));
    return status.state == STORE_BLOB_UNKNOWN
               ? err_set(err, ERR_NOT_FOUND, "no photo of the log has this SHA-256", 0)
               : ERR_OK;
}

static void tell_placed(struct place *place, const struct sha256 *sha256)
{
    if (place->placed)
        place->placed(place->placed_context, place->reader, sha256);
}

/* What came meanwhile counts: another device may have been quicker, the photo may be erased. A
 * redaction that came is found by the next tidying, for the row says which ones its files carry. */
static enum err_code put_new(struct place *place, const struct sha256 *sha256,
                             const struct codec_variants *made, const struct store_covers *covers,
                             struct err *err)
{
    pthread_mutex_lock(place->lock);
    enum err_code code = check_named(place, sha256, err);
    const bool is_new = code == ERR_OK && !is_here(place, sha256);
    if (is_new)
        code = put(place, sha256, made, covers, err);
    pthread_mutex_unlock(place->lock);
    if (is_new && code == ERR_OK) {
        atomic_fetch_add(&place->counts->made, 1);
        tell_placed(place, sha256);
    }
    return code;
}

/* --- A part that is whole --------------------------------------------------------------------- */

static bool is_of_the_photo(enum err_code code)
{
    return code == ERR_MEDIA_TYPE || code == ERR_INVALID || code == ERR_FORMAT;
}

static enum err_code judge_and_make(struct place *place, const struct photo_key *key,
                                    struct span photo, struct err *err)
{
    struct jpeg_info info;
    struct sha256 found;
    crypto_hash_sha256(found.bytes, photo.data, photo.len);
    if (!sha256_equal(&found, &key->sha256))
        return err_set(err, ERR_CHECKSUM,
                       "the bytes that came are not those that were named: send them again", 0);
    atomic_fetch_add(&place->counts->received, 1);
    TRY(check_named(place, &key->sha256, err));
    if (is_here(place, &key->sha256))
        return ERR_OK;
    TRY(jpeg_scan(photo, &info, err));
    struct store_covers covers;
    struct codec_variants made;
    TRY(make(place, &key->sha256, photo, &info, &covers, &made, err));
    return put_new(place, &key->sha256, &made, &covers, err);
}

enum err_code place_whole(struct place *place, const struct photo_key *key, struct err *err)
{
    struct span photo;
    struct err why = {.what = ""};
    TRY(incoming_read(place->incoming, key, &place->arena, &photo, err));
    const enum err_code code = judge_and_make(place, key, photo, &why);
    if (is_of_the_photo(code)) {
        TRY(store_blob_refuse(place->writer, &key->sha256, why.what, clock_unix_ms(), err));
        atomic_fetch_add(&place->counts->refused, 1);
    }
    if (code == ERR_OK || is_of_the_photo(code))
        incoming_drop_all_of(place->incoming, &key->sha256);
    else if (code == ERR_CHECKSUM || code == ERR_NOT_FOUND)
        incoming_drop(place->incoming, key);
    return code == ERR_OK ? ERR_OK : err_set(err, code, why.what, why.at);
}

/* --- From another server ---------------------------------------------------------------------- */

static enum err_code judge_display(struct span display, struct jpeg_info *ret, struct err *err)
{
    struct jpeg_info info;
    TRY(jpeg_scan(display, &info, err));
    if (!info.is_bare || info.is_progressive || info.width > CODEC_DISPLAY_SIDE ||
        info.height > CODEC_DISPLAY_SIDE)
        return err_set(err, ERR_INVALID,
                       "not a display variant: larger, progressive, or more than a picture", 0);
    *ret = info;
    return ERR_OK;
}

/* As it is; where boxes are to be covered, made anew with them. */
static enum err_code make_of_display(struct place *place, const struct sha256 *sha256,
                                     struct span display, const struct jpeg_info *info,
                                     struct store_covers *ret_covers, struct codec_variants *ret,
                                     struct err *err)
{
    TRY(store_blob_covers(place->reader, sha256, &place->arena, ret_covers, err));
    const bool covered = ret_covers->boxes.count > 0;
    TRY(work(place, covered ? WORKSHOP_MAKE : WORKSHOP_THUMB, display, info, &ret_covers->boxes,
             ret, err));
    if (!covered)
        ret->display = display;
    return ERR_OK;
}

enum err_code place_display(struct place *place, const struct sha256 *sha256, struct span display,
                            struct err *err)
{
    struct jpeg_info info;
    struct store_covers covers;
    struct codec_variants made;
    TRY(judge_display(display, &info, err));
    TRY(check_named(place, sha256, err));
    if (is_here(place, sha256))
        return ERR_OK;
    TRY(make_of_display(place, sha256, display, &info, &covers, &made, err));
    TRY(put_new(place, sha256, &made, &covers, err));
    incoming_drop_all_of(place->incoming, sha256);
    return ERR_OK;
}

/* --- Tidying ---------------------------------------------------------------------------------- */

static enum err_code erase_files(struct place *place, const struct sha256 *sha256, struct err *err)
{
    char folder[FILES_PATH], path[FILES_PATH];
    folder_of(place->dir, sha256, folder);
    for (int variant = PHOTO_DISPLAY; variant <= PHOTO_THUMB; variant++) {
        path_of(place->dir, sha256, (enum photo_variant)variant, path);
        TRY(files_erase(folder, path, err));
    }
    return ERR_OK;
}

static enum err_code erase(struct place *place, const struct sha256 *sha256, struct err *err)
{
    pthread_mutex_lock(place->lock);
    enum err_code code = erase_files(place, sha256, err);
    if (code == ERR_OK)
        code = store_blob_remove(place->writer, sha256, err);
    pthread_mutex_unlock(place->lock);
    if (code == ERR_OK)
        atomic_fetch_add(&place->counts->erased, 1);
    return code;
}

/* Erasing and covering are one worker's at a time: nobody puts other files there meanwhile. */
static enum err_code cover(struct place *place, const struct sha256 *sha256, struct err *err)
{
    struct span display;
    struct jpeg_info info;
    struct store_covers covers;
    struct codec_variants made;
    TRY(photos_read(place->dir, sha256, PHOTO_DISPLAY, &place->arena, &display, err));
    TRY(jpeg_scan(display, &info, err));
    TRY(make(place, sha256, display, &info, &covers, &made, err));
    pthread_mutex_lock(place->lock);
    const enum err_code code = put(place, sha256, &made, &covers, err);
    pthread_mutex_unlock(place->lock);
    if (code == ERR_OK) {
        atomic_fetch_add(&place->counts->covered, 1);
        tell_placed(place, sha256);
    }
    return code;
}

typedef enum err_code next_fn(struct store_reader *, struct sha256 *, bool *, struct err *);
typedef enum err_code each_fn(struct place *, const struct sha256 *, struct err *);

/* One that fails does not keep the others waiting; the next tidying tries it again. */
static enum err_code for_each(struct place *place, next_fn *next, each_fn *each, struct err *err)
{
    struct sha256 at = {{0}};
    for (bool found;;) {
        TRY(next(place->reader, &at, &found, err));
        if (!found)
            return ERR_OK;
        struct err why = {.what = ""};
        arena_reset(&place->arena);
        if (each(place, &at, &why) != ERR_OK)
            log_line(LOG_WARN, "photo", "why=\"%s\"", why.what);
    }
}

/* --- Files and rows that do not agree --------------------------------------------------------- */

static bool has_file(const struct place *place, const struct sha256 *sha256,
                     enum photo_variant variant, uint32_t bytes)
{
    char path[FILES_PATH];
    struct stat info;
    path_of(place->dir, sha256, variant, path);
    return stat(path, &info) == 0 && info.st_size == (off_t)bytes;
}

static enum err_code next_row(struct store_reader *reader, struct sha256 *at, bool *ret_found,
                              struct err *err)
{
    struct arena arena;
    struct store_blob *blobs;
    size_t count = 0;
    arena_init(&arena, 0);
    const enum err_code code = store_blobs_list(reader, at, 1, &arena, &blobs, &count, err);
    if (code == ERR_OK && count)
        *at = blobs[0].sha256;
    arena_done(&arena);
    *ret_found = count > 0;
    return code;
}

static enum err_code mend_row(struct place *place, const struct sha256 *sha256, struct err *err)
{
    struct store_blob blob;
    pthread_mutex_lock(place->lock);
    enum err_code code = store_blob_find(place->reader, sha256, &blob, err);
    if (code == ERR_OK && !(has_file(place, sha256, PHOTO_DISPLAY, blob.display.bytes) &&
                            has_file(place, sha256, PHOTO_THUMB, blob.thumb.bytes))) {
        code = store_blob_remove(place->writer, sha256, err);
        log_line(LOG_WARN, "photo", "row=removed why=\"its files are not there\"");
    }
    pthread_mutex_unlock(place->lock);
    return code;
}

static bool sha256_from_name(const char *name, struct sha256 *ret)
{
    const size_t hex = 2 * SHA256_BYTES;
    return strlen(name) == hex + strlen(display_ending) &&
           strcmp(name + hex, display_ending) == 0 &&
           sodium_hex2bin(ret->bytes, SHA256_BYTES, name, hex, NULL, NULL, NULL) == 0;
}

static bool is_older(const char *path, int64_t seconds)
{
    struct stat info;
    return stat(path, &info) == 0 && info.st_mtime < clock_unix_ms() / 1000 - seconds;
}

/* Files whose row is not there: of a cut, or of a database that was put back. */
static void take_in(struct place *place, const char *path, const struct sha256 *sha256)
{
    struct span display;
    struct err err = {.what = ""};
    enum err_code code = ERR_OK;
    if (is_here(place, sha256))
        return;
    arena_reset(&place->arena);
    code = photos_read(place->dir, sha256, PHOTO_DISPLAY, &place->arena, &display, &err);
    if (code == ERR_OK)
        code = place_display(place, sha256, display, &err);
    const bool is_lost =
        code == ERR_NOT_FOUND ? is_older(path, ORPHAN_KEPT_S) : is_of_the_photo(code);
    if (is_lost)
        code = erase_files(place, sha256, &err);
    if (code != ERR_OK && code != ERR_NOT_FOUND)
        log_line(LOG_WARN, "photo", "why=\"%s\"", err.what);
}

/* Calls each for every file of photos/ab. */
typedef void each_file_fn(void *context, const char *folder, const char *name, const char *path);

static void each_file(const char *dir, each_file_fn *each, void *context)
{
    for (unsigned first = 0; first < 256; first++) {
        char folder[FILES_PATH];
        folder_of(dir, &(struct sha256){{(uint8_t)first}}, folder);
        DIR *open = opendir(folder);
        for (struct dirent *entry; open && (entry = readdir(open));) {
            char path[FILES_PATH];
            const int len = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            if (len > 0 && (size_t)len < sizeof path)
                each(context, folder, entry->d_name, path);
        }
        if (open)
            closedir(open);
    }
}

static void take_in_named(void *context, const char *folder, const char *name, const char *path)
{
    struct sha256 sha256;
    (void)folder;
    if (sha256_from_name(name, &sha256))
        take_in(context, path, &sha256);
}

static void clear_half_written(void *context, const char *folder, const char *name,
                               const char *path)
{
    (void)context;
    if (files_is_half_written(name))
        (void)!files_erase(folder, path, NULL);
}

/* --- All of it -------------------------------------------------------------------------------- */

enum err_code place_tidy(struct place *place, struct err *err)
{
    TRY(for_each(place, store_blob_next_unwanted, erase, err));
    return for_each(place, store_blob_next_uncovered, cover, err);
}

enum err_code place_mend(struct place *place, struct err *err)
{
    TRY(for_each(place, next_row, mend_row, err));
    each_file(place->dir, take_in_named, place);
    return ERR_OK;
}

void place_clear(const char *dir)
{
    each_file(dir, clear_half_written, NULL);
}
