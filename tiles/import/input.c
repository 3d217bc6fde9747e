#include "tiles/import/input.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tiles/import/feature_id.h"
#include "tiles/import/input_list.h"

enum { SNIFF = 4096, FOLDER_DEPTH = 32, NAME_MAX_BYTES = 80 };

const struct input_limits input_default_limits = {
    .zip_entries = 10000,
    .zip_ratio = 200,
    .unpacked_bytes = UINT64_C(2) << 30,
};

struct input_reader {
    int file;              /* -1: a zip */
    struct input_zip *zip; /* NULL: a file */
    const struct input *input;
    uint64_t bytes;
    input_progress_fn *progress;
    void *context;
};

static bool ends(const char *text, const char *with)
{
    const size_t n = strlen(text), m = strlen(with);
    return n >= m && strcasecmp(text + n - m, with) == 0;
}

static bool contains(struct span text, const char *word)
{
    return text.len && memmem(text.data, text.len, word, strlen(word)) != NULL;
}

bool input_format_of(const char *name, bool asked_for, struct span sniff, enum input_format *ret)
{
    static const char *const ogr[] = {".gpkg", ".shp", ".geojson", ".fgb", ".kml", ".geojsonl"};
    const bool model = contains(sniff, "CityModel");
    const bool collection = contains(sniff, "FeatureCollection");
    const bool xml = ends(name, ".gml") || ends(name, ".xml") || ends(name, ".citygml");
    *ret = INPUT_CITYGML;
    if (model || (ends(name, ".gml") && !collection) || ends(name, ".citygml"))
        return true;
    if (xml && !collection && asked_for)
        return true; /* the reader says what is wrong with it */
    *ret = INPUT_OGR;
    for (size_t i = 0; i < LENGTH(ogr); i++)
        if (ends(name, ogr[i]))
            return true;
    return asked_for || (xml && collection && ends(name, ".gml"));
}

bool input_is_skipped_folder(const char *name, size_t len)
{
    static const char *const names[] = {"codelists", "schemas", "metadata", "specification",
                                        "__MACOSX"};
    static const char appearance[] = "_appearance";
    if (len == 0 || name[0] == '.')
        return true;
    for (size_t i = 0; i < LENGTH(names); i++)
        if (len == strlen(names[i]) && memcmp(name, names[i], len) == 0)
            return true;
    const size_t n = sizeof appearance - 1;
    return len > n && memcmp(name + len - n, appearance, n) == 0;
}

/* [a-z0-9._-]: what had to be changed is made up for by a number from the whole name. */
static const char *source_name(struct arena *arena, const struct input *input, unsigned copy)
{
    const char *path = input->entry ? input->entry : input->path;
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    const char *dot = strrchr(base, '.');
    const size_t len = dot && dot > base ? (size_t)(dot - base) : strlen(base);
    char name[NAME_MAX_BYTES + 32];
    size_t n = 0;
    bool changed = len > NAME_MAX_BYTES;
    for (size_t i = 0; i < len && n < NAME_MAX_BYTES; i++) {
        const char c = base[i];
        const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
                          c == '-' || (c == '.' && n > 0);
        if (c >= 'A' && c <= 'Z')
            name[n++] = (char)(c - 'A' + 'a');
        else if (kept)
            name[n++] = c;
        else
            changed = true;
    }
    if (changed || n == 0)
        n += (size_t)snprintf(name + n, 16, "%s%08x", n ? "-" : "",
                              (unsigned)feature_id_from_text(span_of(base, len)));
    if (copy > 1)
        n += (size_t)snprintf(name + n, 12, ".%u", copy);
    return arena_copy(arena, span_of(name, n));
}

static void *grown(struct arena *arena, void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    const size_t more = *room ? *room * 2 : 16;
    void *moved = arena_array(arena, more, size);
    if (!moved)
        return NULL;
    if (count)
        memcpy(moved, array, count * size);
    *room = more;
    return moved;
}

static bool has_name(const struct input_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->inputs[i].name, name) == 0)
            return true;
    return false;
}

enum err_code input_list_add(struct input_list *list, struct arena *arena,
                             const struct input *input, struct err *err)
{
    struct input *moved =
        grown(arena, list->inputs, list->count, &list->room, sizeof *list->inputs);
    if (!moved)
        return err_set(err, ERR_NOMEM, "out of memory for the list of files", 0);
    list->inputs = moved;
    struct input added = *input;
    for (unsigned copy = 1; !added.name || has_name(list, added.name); copy++)
        if (!(added.name = source_name(arena, input, copy)))
            return err_set(err, ERR_NOMEM, "out of memory for the list of files", 0);
    list->inputs[list->count++] = added;
    list->bytes += added.bytes;
    return ERR_OK;
}

enum err_code input_list_fault(struct input_list *list, struct arena *arena, const char *label,
                               const struct err *fault, struct err *err)
{
    struct input_fault *moved =
        grown(arena, list->faults, list->fault_count, &list->fault_room, sizeof *list->faults);
    if (!moved)
        return err_set(err, ERR_NOMEM, "out of memory for the list of files", 0);
    list->faults = moved;
    list->faults[list->fault_count++] = (struct input_fault){label, *fault};
    return ERR_OK;
}

static enum err_code fault(struct input_list *list, struct arena *arena, const char *label,
                           enum err_code code, const char *what, struct err *err)
{
    struct err why = {0};
    (void)err_set(&why, code, what, 0);
    return input_list_fault(list, arena, label, &why, err);
}

static size_t sniff_file(const char *path, uint8_t *into)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t len = file < 0 ? 0 : read(file, into, SNIFF);
    if (file >= 0)
        close(file);
    return len > 0 ? (size_t)len : 0;
}

/* By its first bytes: an entry, or the end of a zip without one. A broken one is known by its name.
 */
static bool is_zip(const char *path, bool asked_for, struct span sniff)
{
    if (sniff.len >= 4 &&
        (memcmp(sniff.data, "PK\3\4", 4) == 0 || memcmp(sniff.data, "PK\5\6", 4) == 0))
        return true;
    return asked_for && sniff.len > 0 && ends(path, ".zip");
}

static enum err_code find_file(const char *path, uint64_t bytes, bool asked_for,
                               const struct input_limits *limits, struct input_list *list,
                               struct arena *arena, struct err *err)
{
    uint8_t bytes_seen[SNIFF];
    const struct span sniff = span_of(bytes_seen, sniff_file(path, bytes_seen));
    if (is_zip(path, asked_for, sniff))
        return input_zip_find(path, limits, list, arena, err);
    if (asked_for && sniff.len >= 2 && memcmp(sniff.data, "\x1f\x8b", 2) == 0)
        return fault(list, arena, path, ERR_UNSUPPORTED,
                     "gzip files are not read: unpack it first, with gunzip", err);
    struct input input = {.path = path, .label = path, .bytes = bytes};
    if (asked_for && bytes == 0)
        return fault(list, arena, path, ERR_FORMAT, "the file is empty", err);
    if (input_format_of(path, asked_for, sniff, &input.format))
        return input_list_add(list, arena, &input, err);
    list->skipped++;
    return ERR_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in a folder, in order; *ret_count of them. */
static enum err_code read_folder(const char *path, struct arena *arena, char ***ret,
                                 size_t *ret_count, struct err *err)
{
    DIR *folder = opendir(path);
    if (!folder)
        return err_set(err, ERR_IO, "the folder cannot be read", 0);
    char **names = NULL;
    size_t count = 0, room = 0;
    enum err_code code = ERR_OK;
    for (const struct dirent *entry; code == ERR_OK && (entry = readdir(folder));) {
        char **moved = grown(arena, names, count, &room, sizeof *names);
        if (moved && (names = moved))
            names[count] = arena_copy(arena, span_from_str(entry->d_name));
        if (!moved || !names[count])
            code = err_set(err, ERR_NOMEM, "out of memory for the list of files", 0);
        else if (entry->d_name[0] != '.')
            count++;
    }
    closedir(folder);
    if (code != ERR_OK)
        return code;
    if (count)
        qsort(names, count, sizeof *names, by_name);
    *ret = names;
    *ret_count = count;
    return ERR_OK;
}

static enum err_code find_folder(const char *path, unsigned depth,
                                 const struct input_limits *limits, struct input_list *list,
                                 struct arena *arena, struct err *err)
{
    char **names = NULL;
    size_t count = 0;
    struct err why = {0};
    if (depth > FOLDER_DEPTH)
        return fault(list, arena, path, ERR_TOO_LARGE, "folders are nested too deeply", err);
    const enum err_code code = read_folder(path, arena, &names, &count, &why);
    if (code == ERR_NOMEM)
        return err_set(err, code, why.what, 0);
    if (code != ERR_OK)
        return input_list_fault(list, arena, path, &why, err);
    for (size_t i = 0; i < count; i++) {
        const size_t len = strlen(path) + strlen(names[i]) + 2;
        char *below = arena_alloc(arena, len);
        if (!below)
            return err_set(err, ERR_NOMEM, "out of memory for the list of files", 0);
        snprintf(below, len, "%s/%s", path, names[i]);
        struct stat found;
        if (lstat(below, &found) != 0)
            continue;
        if (S_ISDIR(found.st_mode) && !input_is_skipped_folder(names[i], strlen(names[i])))
            TRY(find_folder(below, depth + 1, limits, list, arena, err));
        else if (S_ISREG(found.st_mode))
            TRY(find_file(below, (uint64_t)found.st_size, false, limits, list, arena, err));
    }
    return ERR_OK;
}

enum err_code input_find(const char *const *paths, size_t count, const struct input_limits *limits,
                         struct arena *arena, struct input_list *ret, struct err *err)
{
    struct input_list list = {0};
    for (size_t i = 0; i < count; i++) {
        char *path = arena_copy(arena, span_from_str(paths[i]));
        if (!path)
            return err_set(err, ERR_NOMEM, "out of memory for the list of files", 0);
        while (strlen(path) > 1 && path[strlen(path) - 1] == '/')
            path[strlen(path) - 1] = '\0';
        struct stat found;
        if (stat(path, &found) != 0)
            TRY(fault(&list, arena, path, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
                      errno == ENOENT ? "there is no such file" : "the file cannot be read", err));
        else if (S_ISDIR(found.st_mode))
            TRY(find_folder(path, 0, limits, &list, arena, err));
        else if (S_ISREG(found.st_mode) && access(path, R_OK) == 0)
            TRY(find_file(path, (uint64_t)found.st_size, true, limits, &list, arena, err));
        else
            TRY(fault(&list, arena, path, ERR_IO, "the file cannot be read", err));
    }
    *ret = list;
    return ERR_OK;
}

enum err_code input_open(const struct input *input, input_progress_fn *progress, void *context,
                         struct input_reader **ret, struct err *err)
{
    struct input_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return err_set(err, ERR_NOMEM, "out of memory for a file", 0);
    reader->file = -1;
    reader->input = input;
    reader->progress = progress;
    reader->context = context;
    enum err_code code = ERR_OK;
    if (input->entry)
        code = input_zip_open(input, &reader->zip, err);
    else if ((reader->file = open(input->path, O_RDONLY | O_CLOEXEC)) < 0)
        code = err_set(err, ERR_IO, "the file cannot be read", 0);
    if (code != ERR_OK) {
        free(reader);
        return code;
    }
    *ret = reader;
    return ERR_OK;
}

static enum err_code read_some(void *context, void *into, size_t room, size_t *ret, struct err *err)
{
    struct input_reader *reader = context;
    size_t len = 0;
    if (reader->zip) {
        TRY(input_zip_read(reader->zip, into, room, &len, err));
    } else {
        ssize_t got;
        do
            got = read(reader->file, into, room);
        while (got < 0 && errno == EINTR);
        if (got < 0)
            return err_set(err, ERR_IO, "reading the file failed", reader->bytes);
        len = (size_t)got;
    }
    reader->bytes += len;
    if (reader->progress)
        reader->progress(reader->context, reader->bytes);
    *ret = len;
    return ERR_OK;
}

struct import_stream input_stream(struct input_reader *reader)
{
    return (struct import_stream){.name = reader->input->label,
                                  .source = reader->input->name,
                                  .read = read_some,
                                  .context = reader};
}

void input_close(struct input_reader *reader)
{
    if (!reader)
        return;
    if (reader->file >= 0)
        close(reader->file);
    input_zip_close(reader->zip);
    free(reader);
}
