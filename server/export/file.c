#include "server/export/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct export_file {
    char *path, *temporary;
    FILE *stream;
};

static enum err_code failure(struct err *err)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return err_set(err, ERR_NOT_FOUND, "the folder of the file to write is not there", 0);
    case ENOSPC:
    case EDQUOT:
        return err_set(err, ERR_FULL, "the disk is full; nothing was written", 0);
    case EACCES:
    case EPERM:
    case EROFS:
        return err_set(err, ERR_IO, "the file cannot be written there; choose another folder", 0);
    default:
        return err_set(err, ERR_IO, "the file cannot be written", 0);
    }
}

void export_file_close(struct export_file *file)
{
    if (!file)
        return;
    if (file->stream)
        fclose(file->stream);
    if (file->temporary)
        unlink(file->temporary);
    free(file->temporary);
    free(file->path);
    free(file);
}

enum err_code export_file_open(const char *path, struct export_file **ret, struct err *err)
{
    CLEANUP(export_file_close_at) struct export_file *file = calloc(1, sizeof *file);
    if (!file || !(file->path = strdup(path)))
        return err_set(err, ERR_NOMEM, "no memory for the file", 0);
    /* The ending stays last: GDAL warns of a GeoPackage that is not named .gpkg. */
    const char *ending = strrchr(path, '.');
    if (ending && strchr(ending, '/'))
        ending = NULL;
    if (asprintf(&file->temporary, "%s.%ld.tmp%s", path, (long)getpid(), ending ? ending : "") <
        0) {
        file->temporary = NULL;
        return err_set(err, ERR_NOMEM, "no memory for the file", 0);
    }
    file->stream = fopen(file->temporary, "wb");
    if (!file->stream)
        return failure(err);
    *ret = file;
    file = NULL;
    return ERR_OK;
}

const char *export_file_temporary(const struct export_file *file)
{
    return file->temporary;
}

enum err_code export_file_write(struct export_file *file, struct span bytes, struct err *err)
{
    if (bytes.len && fwrite(bytes.data, 1, bytes.len, file->stream) != bytes.len)
        return failure(err);
    return ERR_OK;
}

static enum err_code sync_folder(const char *path, struct err *err)
{
    char *copy = strdup(path);
    if (!copy)
        return err_set(err, ERR_NOMEM, "no memory for the folder's name", 0);
    const int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(copy);
    if (folder < 0)
        return failure(err);
    const int result = fsync(folder);
    close(folder);
    return result == 0 ? ERR_OK : failure(err);
}

/* By its name, not by the stream: a library may have put a file of its own there. */
static enum err_code sync_content(struct export_file *file, struct err *err)
{
    const bool flushed = fclose(file->stream) == 0;
    file->stream = NULL;
    if (!flushed)
        return failure(err);
    const int content = open(file->temporary, O_RDONLY | O_CLOEXEC);
    if (content < 0)
        return failure(err);
    const int result = fsync(content);
    close(content);
    return result == 0 ? ERR_OK : failure(err);
}

enum err_code export_file_finish(struct export_file *open_file, struct err *err)
{
    CLEANUP(export_file_close_at) struct export_file *file = open_file;
    TRY(sync_content(file, err));
    if (rename(file->temporary, file->path) != 0)
        return failure(err);
    free(file->temporary);
    file->temporary = NULL;
    return sync_folder(file->path, err);
}
