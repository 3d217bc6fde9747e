#include "server/tls/folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/export/file.h"

enum { TEXT_MAX = 1 << 20 };

static const struct {
    const char *name;
    mode_t hidden; /* from others */
} files[] = {
    [TLS_SERVER] = {"server.pem", 077},
    [TLS_ROOT] = {"root.pem", 077},
    [TLS_ROOT_PUBLIC] = {"root.crt", 022},
    [TLS_ROOT_PROFILE] = {"root.mobileconfig", 022},
};

enum err_code tls_folder_path(const char *dir, enum tls_file file, char ret[TLS_PATH_MAX],
                              struct err *err)
{
    const int len = snprintf(ret, TLS_PATH_MAX, "%s/tls/%s", dir, files[file].name);
    return len > 0 && len < TLS_PATH_MAX ? ERR_OK
                                         : err_set(err, ERR_USAGE, "the path is too long", 0);
}

bool tls_folder_has(const char *dir, enum tls_file file)
{
    char path[TLS_PATH_MAX];
    struct err err;
    return tls_folder_path(dir, file, path, &err) == ERR_OK && access(path, F_OK) == 0;
}

enum err_code tls_folder_write(const char *dir, enum tls_file file, struct span bytes,
                               struct err *err)
{
    char path[TLS_PATH_MAX];
    TRY(tls_folder_path(dir, file, path, err));
    *strrchr(path, '/') = '\0';
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return err_set(err, ERR_IO, "the folder for certificates cannot be made", 0);
    TRY(tls_folder_path(dir, file, path, err));
    CLEANUP(export_file_close_at) struct export_file *out = NULL;
    const mode_t before = umask(files[file].hidden);
    const enum err_code code = export_file_open(path, &out, err);
    umask(before);
    TRY(code);
    TRY(export_file_write(out, bytes, err));
    struct export_file *finished = out;
    out = NULL;
    return export_file_finish(finished, err);
}

void tls_text_free(char *text)
{
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
}

enum err_code tls_text_read(const char *path, char **ret, struct err *err)
{
    CLEANUP(tls_text_free_at) char *text = calloc(1, TEXT_MAX + 1);
    if (!text)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    FILE *file = fopen(path, "rb");
    if (!file)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "the file cannot be read", 0);
    const size_t len = fread(text, 1, TEXT_MAX, file);
    fclose(file);
    if (len == TEXT_MAX || memchr(text, 0, len) || !strstr(text, "-----BEGIN "))
        return err_set(err, ERR_FORMAT, "the file is not in PEM form", 0);
    *ret = text;
    text = NULL;
    return ERR_OK;
}
