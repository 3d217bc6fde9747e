#include "server/api/archives.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * `changing` serialises those who go over to new rows; `lock` is held only for a moment, to take
 * references or to put the new list in the place of the old one.
 */
struct archives {
    char *folder;
    atomic_uint announced; /* counts what archives_changed heard, from 1 */
    atomic_uint applied;   /* the announcement that the tile sets answer to */
    pthread_mutex_t changing;
    pthread_rwlock_t lock;
    struct tileset *tilesets[ARCHIVES_MAX];
    size_t count;
    struct err fault;
};

enum err_code archives_open(const char *folder, struct archives **ret, struct err *err)
{
    struct archives *archives = calloc(1, sizeof *archives);
    char *copy = strdup(folder);
    if (!archives || !copy) {
        free(archives);
        free(copy);
        return err_set(err, ERR_NOMEM, "no memory for the archives", 0);
    }
    archives->folder = copy;
    atomic_init(&archives->announced, 1);
    atomic_init(&archives->applied, 0);
    pthread_mutex_init(&archives->changing, NULL);
    pthread_rwlock_init(&archives->lock, NULL);
    *ret = archives;
    return ERR_OK;
}

void archives_close(struct archives *archives)
{
    if (!archives)
        return;
    for (size_t i = 0; i < archives->count; i++)
        tileset_retire(archives->tilesets[i]);
    pthread_rwlock_destroy(&archives->lock);
    pthread_mutex_destroy(&archives->changing);
    free(archives->folder);
    free(archives);
}

void archives_changed(void *context, const struct store_event *events, size_t count)
{
    struct archives *archives = context;
    for (size_t i = 0; i < count; i++)
        if (events[i].type == STORE_EVENT_LAYERS || events[i].type == STORE_EVENT_ALL)
            atomic_fetch_add(&archives->announced, 1);
}

/* A file of the layers folder, not a way out of it. */
static bool is_plain_name(struct span file)
{
    return file.len > 0 && file.len < 200 && file.data[0] != '.' &&
           !memchr(file.data, '/', file.len) && !memchr(file.data, '\0', file.len);
}

static enum err_code open_row(const struct archives *archives, const struct store_layer *row,
                              struct tileset **ret, struct err *err)
{
    char path[4096];
    if (!is_plain_name(row->file))
        return err_set(err, ERR_INVALID, "the store names an archive outside its folder", 0);
    const int len = snprintf(path, sizeof path, "%s/%.*s", archives->folder, (int)row->file.len,
                             (const char *)row->file.data);
    if (len < 0 || (size_t)len >= sizeof path)
        return err_set(err, ERR_INVALID, "the archive's path is too long", 0);
    return tileset_open(path, row, ret, err);
}

/* The open tile set of this name, or NULL. Only under `changing` or `lock`. */
static struct tileset *current(const struct archives *archives, struct span name)
{
    for (size_t i = 0; i < archives->count; i++)
        if (span_is(name, tileset_about(archives->tilesets[i]).name))
            return archives->tilesets[i];
    return NULL;
}

/* Puts the list in force and retires what is no longer in it. */
static void switch_to(struct archives *archives, struct tileset *const *list, size_t count,
                      struct err fault)
{
    struct tileset *before[ARCHIVES_MAX];
    const size_t before_count = archives->count;
    memcpy(before, archives->tilesets, sizeof before);
    pthread_rwlock_wrlock(&archives->lock);
    memcpy(archives->tilesets, list, count * sizeof *list);
    archives->count = count;
    archives->fault = fault;
    pthread_rwlock_unlock(&archives->lock);
    for (size_t i = 0; i < before_count; i++) {
        bool kept = false;
        for (size_t k = 0; k < count; k++)
            kept = kept || list[k] == before[i];
        if (!kept)
            tileset_retire(before[i]);
    }
}

static enum err_code set_locked(struct archives *archives, const struct store_layer *rows,
                                size_t count, struct err *err)
{
    struct tileset *list[ARCHIVES_MAX];
    size_t used = 0;
    struct err fault = {0};
    for (size_t i = 0; i < count; i++) {
        struct tileset *now = current(archives, rows[i].name), *made = NULL;
        struct err inner = {0};
        if (used == ARCHIVES_MAX) {
            err_set(&fault, ERR_LIMIT, "the store lists more archives than can be served", i);
            break;
        }
        if (!now || !tileset_is(now, &rows[i]))
            if (open_row(archives, &rows[i], &made, &inner) != ERR_OK && fault.code == ERR_OK)
                fault = inner;
        if (made || now)
            list[used++] = made ? made : now;
    }
    switch_to(archives, list, used, fault);
    return fault.code == ERR_OK ? ERR_OK : err_set(err, fault.code, fault.what, fault.at);
}

enum err_code archives_set(struct archives *archives, const struct store_layer *rows, size_t count,
                           struct err *err)
{
    pthread_mutex_lock(&archives->changing);
    const unsigned announced = atomic_load(&archives->announced);
    const enum err_code code = set_locked(archives, rows, count, err);
    atomic_store(&archives->applied, announced);
    pthread_mutex_unlock(&archives->changing);
    return code;
}

static bool is_current(struct archives *archives)
{
    return atomic_load(&archives->applied) == atomic_load(&archives->announced);
}

static enum err_code apply_rows(struct archives *archives, struct store_reader *reader,
                                struct err *err)
{
    struct store_layer *rows = NULL;
    size_t count = 0;
    struct arena arena;
    arena_init(&arena, 0);
    const unsigned announced = atomic_load(&archives->announced);
    const enum err_code code = store_layers_list(reader, &arena, &rows, &count, err);
    if (code == ERR_OK) {
        /* What cannot be opened is on record for /api/health; the rest is served. */
        const enum err_code opened = set_locked(archives, rows, count, NULL);
        (void)opened;
        atomic_store(&archives->applied, announced);
    }
    arena_done(&arena);
    return code;
}

/* Whoever comes while another goes over waits for it: nobody gets the edition before. A further
 * edition may come, and take away the file of this one, meanwhile; so look again, but not for
 * ever. */
enum err_code archives_refresh(struct archives *archives, struct store_reader *reader,
                               struct err *err)
{
    if (is_current(archives))
        return ERR_OK;
    enum err_code code = ERR_OK;
    pthread_mutex_lock(&archives->changing);
    for (int round = 0; code == ERR_OK && round < 3 && !is_current(archives); round++)
        code = apply_rows(archives, reader, err);
    pthread_mutex_unlock(&archives->changing);
    return code;
}

enum err_code archives_find(struct archives *archives, struct span name, struct tileset **ret,
                            struct err *err)
{
    pthread_rwlock_rdlock(&archives->lock);
    struct tileset *found = current(archives, name);
    if (found)
        tileset_ref(found);
    pthread_rwlock_unlock(&archives->lock);
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "there is no tile set of this name; see /api/layers", 0);
    *ret = found;
    return ERR_OK;
}

size_t archives_list(struct archives *archives, struct tileset *ret[ARCHIVES_MAX])
{
    pthread_rwlock_rdlock(&archives->lock);
    const size_t count = archives->count;
    for (size_t i = 0; i < count; i++)
        ret[i] = tileset_ref(archives->tilesets[i]);
    pthread_rwlock_unlock(&archives->lock);
    return count;
}

struct err archives_fault(struct archives *archives)
{
    pthread_rwlock_rdlock(&archives->lock);
    const struct err fault = archives->fault;
    pthread_rwlock_unlock(&archives->lock);
    return fault;
}
