#include "server/store/backup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/store/blobs.h"
#include "server/store/container.h"
#include "server/store/inside.h"
#include "server/store/layers.h"
#include "server/store/list.h"

struct list {
    struct arena *arena;
    struct container_file *files;
    size_t count, capacity;
};

static enum err_code grow(struct list *list, struct container_file **ret, struct err *err)
{
    if (list->count >= CONTAINER_FILES_MAX)
        return err_set(err, ERR_TOO_LARGE, "too many files for one backup", list->count);
    TRY(list_grow(list->arena, (void **)&list->files, list->count, &list->capacity,
                  sizeof *list->files, err));
    *ret = &list->files[list->count++];
    **ret = (struct container_file){0};
    return ERR_OK;
}

static enum err_code add_file(struct list *list, const struct store *store, const char *folder,
                              struct span name, const char *ending, struct err *err)
{
    struct container_file *file = NULL;
    TRY(grow(list, &file, err));
    const int len = snprintf(file->name, sizeof file->name, "%s%.*s%s", folder, (int)name.len,
                             (const char *)name.data, ending);
    if (len < 0 || (size_t)len >= sizeof file->name || !container_name_is_good(file->name))
        return err_set(err, ERR_INTERNAL, "a file of the store has an impossible name", 0);
    snprintf(file->path, sizeof file->path, "%s/%s", store->dir, file->name);
    return ERR_OK;
}

static enum err_code add_photos(const struct store *store, struct store_reader *reader,
                                struct list *list, struct err *err)
{
    enum { PAGE = 256 };
    struct sha256 after = {{0}};
    for (;;) {
        struct store_blob *blobs;
        size_t count;
        TRY(store_blobs_list(reader, &after, PAGE, list->arena, &blobs, &count, err));
        for (size_t i = 0; i < count; i++)
            for (int variant = PHOTO_DISPLAY; variant <= PHOTO_THUMB; variant++) {
                char name[STORE_BLOB_NAME];
                store_blob_name(&blobs[i].sha256, (enum photo_variant)variant, name);
                TRY(add_file(list, store, "", span_from_str(name), "", err));
            }
        if (count < PAGE)
            return ERR_OK;
        after = blobs[count - 1].sha256;
    }
}

/* Which files belong to the copied database. */
static enum err_code list_files(const struct store *store, struct store_reader *reader,
                                struct arena *arena, const char *copy, struct list *list,
                                struct err *err)
{
    struct container_file *database = NULL;
    TRY(grow(list, &database, err));
    snprintf(database->name, sizeof database->name, "kakikomap.db");
    snprintf(database->path, sizeof database->path, "%s", copy);
    /* What was erased, and the secret from which peers have their keys. */
    static const char *const beside[] = {"erased", "peers.key"};
    for (size_t i = 0; i < LENGTH(beside); i++) {
        char path[600];
        if (sidefile_path(store->dir, beside[i], path, sizeof path) && access(path, F_OK) == 0)
            TRY(add_file(list, store, "", span_from_str(beside[i]), "", err));
    }
    struct store_source *sources;
    struct store_layer *layers;
    size_t source_count, layer_count;
    TRY(store_sources_list(reader, arena, &sources, &source_count, err));
    TRY(store_layers_list(reader, arena, &layers, &layer_count, err));
    for (size_t i = 0; i < source_count; i++)
        TRY(add_file(list, store, "city/", sources[i].name, ".features", err));
    for (size_t i = 0; i < layer_count; i++)
        TRY(add_file(list, store, "layers/", layers[i].file, "", err));
    return add_photos(store, reader, list, err);
}

/* VACUUM INTO copies one snapshot while others write; stepping sqlite3_backup would begin anew at
 * each write and not end. */
static enum err_code copy_database(struct store *store, const char *copy, struct err *err)
{
    struct db db;
    TRY(db_open(&db, store->path, DB_WRITE, err));
    sqlite3_stmt *stmt = NULL;
    int result = sqlite3_prepare_v2(db.sqlite, "VACUUM INTO ?1", -1, &stmt, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_bind_text(stmt, 1, copy, -1, SQLITE_STATIC);
    if (result == SQLITE_OK)
        result = sqlite3_step(stmt);
    const enum err_code code = result == SQLITE_DONE ? ERR_OK : db_fail(&db, result, err);
    sqlite3_finalize(stmt);
    db_close(&db);
    return code;
}

static enum err_code write_from_copy(struct store *store, const char *copy, const char *out,
                                     struct arena *arena, store_progress_fn *progress,
                                     void *context, struct store_backup *ret, struct err *err)
{
    /* What the copy says is what must come along; the live database may have moved on. */
    struct store snapshot = *store;
    snprintf(snapshot.path, sizeof snapshot.path, "%s", copy);
    snapshot.mode = STORE_RESCUE;
    CLEANUP(store_reader_close_at) struct store_reader *reader = NULL;
    TRY(store_reader_open(&snapshot, &reader, err));
    struct list list = {.arena = arena};
    TRY(list_files(store, reader, arena, copy, &list, err));
    struct store_backup backup = {.files = list.count};
    TRY(store_newest_change(reader, &backup.change, err));
    TRY(container_write(out, list.files, list.count, progress, context, err));
    struct stat info;
    backup.bytes = stat(out, &info) == 0 ? (uint64_t)info.st_size : 0;
    *ret = backup;
    return ERR_OK;
}

enum err_code store_backup(struct store *store, const char *out, store_progress_fn *progress,
                           void *context, struct store_backup *ret, struct err *err)
{
    char copy[600];
    snprintf(copy, sizeof copy, "%.500s/tmp/backup-%ld.db", store->dir, (long)getpid());
    struct arena arena;
    arena_init(&arena, 0);
    enum err_code code = ERR_CONFLICT;
    /* An import may replace an archive between the copy and its file: then once more. */
    for (int attempt = 0; attempt < 3 && code == ERR_CONFLICT; attempt++) {
        unlink(copy);
        code = copy_database(store, copy, err);
        if (code == ERR_OK)
            code = write_from_copy(store, copy, out, &arena, progress, context, ret, err);
    }
    unlink(copy);
    arena_done(&arena);
    return code;
}

/* --- Restore ---------------------------------------------------------------------------------- */

static enum err_code append_erasure(void *context, struct span op, struct err *err)
{
    return sidefile_add_erasure(context, op, err);
}

static enum err_code open_restored(const char *dir, const char *erased, struct store_backup *backup,
                                   struct err *err)
{
    if (erased) {
        if (access(erased, R_OK) != 0)
            return err_set(err, ERR_NOT_FOUND, "the list of erasures cannot be read", 0);
        char own[700];
        snprintf(own, sizeof own, "%s", dir);
        TRY(sidefile_each_erasure(erased, append_erasure, own, err));
    }
    /* Opening finds no epoch file: a new epoch begins, and erasures are applied again. */
    CLEANUP(store_close_at) struct store *store = NULL;
    CLEANUP(store_reader_close_at) struct store_reader *reader = NULL;
    TRY(store_open(dir, STORE_WRITE, &store, err));
    TRY(store_reader_open(store, &reader, err));
    return store_newest_change(reader, &backup->change, err);
}

enum err_code store_restore(const char *file, const char *dir, const char *erased,
                            store_progress_fn *progress, void *context, struct store_backup *ret,
                            struct err *err)
{
    TRY(inside_make_empty(dir, err));
    struct store_backup backup = {0};
    enum err_code code =
        container_unpack(file, dir, progress, context, &backup.files, &backup.bytes, err);
    if (code == ERR_OK)
        code = open_restored(dir, erased, &backup, err);
    if (code == ERR_OK)
        code = sidefile_sync_dir(dir, err);
    if (code == ERR_OK)
        *ret = backup;
    else
        inside_remove(dir);
    return code;
}
