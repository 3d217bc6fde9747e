/* lock: one import at a time, and the mending of what a crash in the middle of publishing left. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/city/folder.h"
#include "server/city/publish.h"
#include "server/store/digest.h"

struct city_lock {
    struct store *store;
    int file;
};

struct store *city_lock_store(struct city_lock *lock)
{
    return lock->store;
}

static bool ends(const char *text, const char *with)
{
    const size_t n = strlen(text), m = strlen(with);
    return n > m && strcmp(text + n - m, with) == 0;
}

/* Is this the spool that the store's row of the source speaks of? */
static bool is_of_row(const struct store_source *sources, size_t count, const char *name,
                      size_t name_len, const char *path)
{
    uint8_t hash[32];
    uint64_t bytes;
    for (size_t i = 0; i < count; i++)
        if (span_equal(sources[i].name, span_of(name, name_len)))
            return digest_file(path, hash, &bytes, NULL) == ERR_OK &&
                   memcmp(hash, sources[i].sha256, 32) == 0;
    return false;
}

/* tmp/NAME.features.before was kept aside and never let go: the rows say which of the two counts.
 */
static void mend_one(const char *dir, const char *file, const struct store_source *sources,
                     size_t count)
{
    char aside[CITY_PATH], place[CITY_PATH];
    const size_t name_len = strlen(file) - strlen(CITY_BEFORE);
    if (!city_path(aside, dir, "tmp", file, "") ||
        snprintf(place, sizeof place, "%s/city/%.*s.features", dir, (int)name_len, file) >=
            (int)sizeof place)
        return;
    if (is_of_row(sources, count, file, name_len, aside))
        (void)rename(aside, place);
    else
        (void)unlink(aside);
}

static enum err_code mend(struct store *store, struct err *err)
{
    struct arena arena;
    struct store_source *sources = NULL;
    size_t count = 0;
    char folder[CITY_PATH];
    CLEANUP(store_reader_close_at) struct store_reader *reader = NULL;
    if (!city_path(folder, store_dir(store), "tmp", "", ""))
        return err_set(err, ERR_USAGE, "the name of the data folder is too long", 0);
    TRY(store_reader_open(store, &reader, err));
    arena_init(&arena, 0);
    const enum err_code code = store_sources_list(reader, &arena, &sources, &count, err);
    DIR *tmp = code == ERR_OK ? opendir(folder) : NULL;
    for (const struct dirent *entry; tmp && (entry = readdir(tmp));) {
        char path[CITY_PATH];
        if (ends(entry->d_name, CITY_BEFORE))
            mend_one(store_dir(store), entry->d_name, sources, count);
        else if (ends(entry->d_name, ".features") &&
                 city_path(path, store_dir(store), "tmp", entry->d_name, ""))
            (void)unlink(path); /* of an import that was killed */
    }
    if (tmp)
        closedir(tmp);
    arena_done(&arena);
    return code;
}

static enum err_code make_folders(const char *dir, struct err *err)
{
    static const char *const names[] = {"city", "layers", "tmp"};
    char path[CITY_PATH];
    for (size_t i = 0; i < LENGTH(names); i++) {
        if (!city_path(path, dir, names[i], "", ""))
            return err_set(err, ERR_USAGE, "the name of the data folder is too long", 0);
        if (mkdir(path, 0755) != 0 && errno != EEXIST)
            return err_set(err, errno == ENOSPC ? ERR_FULL : ERR_IO,
                           "a folder inside the data folder cannot be made", 0);
    }
    return ERR_OK;
}

enum err_code city_lock_take(struct store *store, struct city_lock **ret, struct err *err)
{
    char path[CITY_PATH];
    TRY(make_folders(store_dir(store), err));
    if (!city_path(path, store_dir(store), "tmp", "import.lock", ""))
        return err_set(err, ERR_USAGE, "the name of the data folder is too long", 0);
    CLEANUP(city_lock_release_at) struct city_lock *lock = calloc(1, sizeof *lock);
    if (!lock)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    lock->store = store;
    lock->file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock->file < 0)
        return err_set(err, ERR_IO, "the data folder cannot be written to", 0);
    if (flock(lock->file, LOCK_EX | LOCK_NB) != 0)
        return err_set(err, ERR_BUSY, "another import is running in this data folder", 0);
    TRY(mend(store, err));
    *ret = lock;
    lock = NULL;
    return ERR_OK;
}

void city_lock_release(struct city_lock *lock)
{
    if (!lock)
        return;
    if (lock->file >= 0)
        close(lock->file); /* releases the lock; the file stays, or two could hold one each */
    free(lock);
}
