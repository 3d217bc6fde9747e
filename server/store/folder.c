/* The folders of a store. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/store/inside.h"

static enum err_code check_empty(const char *dir, struct err *err)
{
    DIR *folder = opendir(dir);
    if (!folder)
        return err_set(err, ERR_IO, "the data folder cannot be read", (uint64_t)errno);
    bool empty = true;
    for (struct dirent *entry; empty && (entry = readdir(folder));)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(folder);
    return empty ? ERR_OK
                 : err_set(err, ERR_CONFLICT,
                           "the folder is not empty: name a new or an empty folder", 0);
}

static enum err_code make_folder(const char *path, struct err *err)
{
    if (mkdir(path, 0750) == 0 || errno == EEXIST)
        return ERR_OK;
    if (errno == ENOENT)
        return err_set(err, ERR_NOT_FOUND, "the folder above the data folder does not exist", 0);
    return err_set(err, ERR_IO, "the data folder cannot be made: is the place writable?",
                   (uint64_t)errno);
}

enum err_code inside_make_folders(const char *dir, struct err *err)
{
    static const char *const inside[] = {"city", "layers", "photos", "tmp"};
    for (size_t i = 0; i < LENGTH(inside); i++) {
        char path[600];
        if (!sidefile_path(dir, inside[i], path, sizeof path))
            return err_set(err, ERR_USAGE, "the path of the data folder is too long", 0);
        TRY(make_folder(path, err));
    }
    return ERR_OK;
}

enum err_code inside_make_empty(const char *dir, struct err *err)
{
    TRY(make_folder(dir, err));
    TRY(check_empty(dir, err));
    return inside_make_folders(dir, err);
}

static void remove_files(const char *dir)
{
    DIR *folder = opendir(dir);
    if (!folder)
        return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[900];
        const int len = snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        if (entry->d_name[0] != '.' && len > 0 && (size_t)len < sizeof path)
            unlink(path); /* folders stay */
    }
    closedir(folder);
}

/* Of photos/: ab/, cd/ … */
static void remove_sub_folders(const char *dir)
{
    DIR *folder = opendir(dir);
    if (!folder)
        return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[900];
        const int len = snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        if (entry->d_name[0] == '.' || entry->d_type != DT_DIR || len < 0 ||
            (size_t)len >= sizeof path)
            continue;
        remove_files(path);
        rmdir(path);
    }
    closedir(folder);
}

void inside_remove(const char *dir)
{
    static const char *const inside[] = {"city", "layers", "photos", "tmp"};
    for (size_t i = 0; i < LENGTH(inside); i++) {
        char path[700];
        if (!sidefile_path(dir, inside[i], path, sizeof path))
            continue;
        remove_sub_folders(path);
        remove_files(path);
        rmdir(path);
    }
    remove_files(dir);
}
