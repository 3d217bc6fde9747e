/* input_zip: the only file that includes libzip. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

#include "tiles/import/input_list.h"

static const uint64_t ratio_from_bytes = 1 << 20;

struct input_zip {
    zip_t *zip;
    zip_file_t *file;
    uint64_t left; /* bytes that are still declared */
};

static zip_t *open_zip(const char *path)
{
    int code = 0;
    return zip_open(path, ZIP_RDONLY, &code);
}

/* An absolute name, a way out of the folder, a name of another system, a byte below blank. */
static bool is_unsafe_name(const char *name)
{
    if (name[0] == '/' || name[0] == '\0' || strchr(name, '\\') || (name[0] && name[1] == ':'))
        return true;
    for (const char *at = name; *at; at++) {
        if ((unsigned char)*at < ' ')
            return true;
        const bool begins = at == name || at[-1] == '/';
        if (begins && at[0] == '.' && at[1] == '.' && (at[2] == '/' || at[2] == '\0'))
            return true;
    }
    return false;
}

static bool is_link(zip_t *zip, uint64_t index)
{
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    if (zip_file_get_external_attributes(zip, index, 0, &system, &attributes) != 0)
        return false;
    return system == ZIP_OPSYS_UNIX && S_ISLNK(attributes >> 16);
}

static enum err_code check_entry(zip_t *zip, const zip_stat_t *entry, uint64_t index,
                                 const struct input_limits *limits, uint64_t *total,
                                 struct err *err)
{
    const zip_uint64_t need = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
    if ((entry->valid & need) != need || is_unsafe_name(entry->name))
        return err_set(err, ERR_UNSUPPORTED, "the zip has an entry with an unsafe name", index);
    if (is_link(zip, index))
        return err_set(err, ERR_UNSUPPORTED, "the zip has a link in it", index);
    if ((entry->valid & ZIP_STAT_ENCRYPTION_METHOD) && entry->encryption_method != ZIP_EM_NONE)
        return err_set(err, ERR_UNSUPPORTED, "the zip is encrypted", index);
    if (entry->size > ratio_from_bytes && entry->size / limits->zip_ratio > entry->comp_size)
        return err_set(err, ERR_TOO_LARGE, "the zip is packed too tightly to be a real one", index);
    if (__builtin_add_overflow(*total, entry->size, total) || *total > limits->unpacked_bytes)
        return err_set(err, ERR_TOO_LARGE,
                       "the zip unpacks to more than is allowed (see --max-unpacked)", index);
    return ERR_OK;
}

static bool in_skipped_folder(const char *name)
{
    for (const char *slash; (slash = strchr(name, '/')); name = slash + 1)
        if (input_is_skipped_folder(name, (size_t)(slash - name)))
            return true;
    return name[0] == '\0' || name[0] == '.';
}

static struct span sniff_entry(zip_t *zip, uint64_t index, uint8_t *into, size_t room)
{
    zip_file_t *file = zip_fopen_index(zip, index, 0);
    const zip_int64_t len = file ? zip_fread(file, into, room) : 0;
    if (file)
        zip_fclose(file);
    return span_of(into, len > 0 ? (size_t)len : 0);
}

static bool has_map_ending(const char *name)
{
    enum input_format format;
    const char *dot = strrchr(name, '.');
    return (dot && (strcmp(dot, ".xml") == 0 || strcmp(dot, ".XML") == 0)) ||
           input_format_of(name, false, (struct span){0}, &format);
}

static enum err_code add_entry(zip_t *zip, const char *path, const zip_stat_t *entry,
                               uint64_t index, struct input_list *list, struct arena *arena,
                               struct err *err)
{
    uint8_t bytes[4096];
    struct input input = {.path = path, .entry_index = index, .bytes = entry->size};
    if (in_skipped_folder(entry->name) || !has_map_ending(entry->name) ||
        !input_format_of(entry->name, false, sniff_entry(zip, index, bytes, sizeof bytes),
                         &input.format)) {
        list->skipped += entry->name[strlen(entry->name) - 1] != '/';
        return ERR_OK;
    }
    const size_t len = strlen(path) + strlen(entry->name) + 2;
    char *label = arena_alloc(arena, len);
    input.entry = arena_copy(arena, span_from_str(entry->name));
    if (!label || !input.entry)
        return err_set(err, ERR_NOMEM, "out of memory for the list of files", 0);
    snprintf(label, len, "%s:%s", path, entry->name);
    input.label = label;
    return input_list_add(list, arena, &input, err);
}

static enum err_code check_all(zip_t *zip, uint64_t count, const struct input_limits *limits,
                               struct err *err)
{
    uint64_t total = 0;
    if (count > limits->zip_entries)
        return err_set(err, ERR_TOO_LARGE, "the zip has too many entries (see --max-entries)",
                       count);
    for (uint64_t i = 0; i < count; i++) {
        zip_stat_t entry;
        if (zip_stat_index(zip, i, 0, &entry) != 0)
            return err_set(err, ERR_FORMAT, "the zip is damaged", i);
        TRY(check_entry(zip, &entry, i, limits, &total, err));
    }
    return ERR_OK;
}

static enum err_code find_in(zip_t *zip, const char *path, const struct input_limits *limits,
                             struct input_list *list, struct arena *arena, struct err *err)
{
    struct err why = {0};
    const uint64_t count = (uint64_t)zip_get_num_entries(zip, 0);
    if (check_all(zip, count, limits, &why) != ERR_OK)
        return input_list_fault(list, arena, path, &why, err);
    for (uint64_t i = 0; i < count; i++) {
        zip_stat_t entry;
        if (zip_stat_index(zip, i, 0, &entry) == 0)
            TRY(add_entry(zip, path, &entry, i, list, arena, err));
    }
    return ERR_OK;
}

enum err_code input_zip_find(const char *path, const struct input_limits *limits,
                             struct input_list *list, struct arena *arena, struct err *err)
{
    zip_t *zip = open_zip(path);
    if (!zip) {
        struct err why = {0};
        (void)err_set(&why, ERR_FORMAT, "the zip is damaged", 0);
        return input_list_fault(list, arena, path, &why, err);
    }
    const enum err_code code = find_in(zip, path, limits, list, arena, err);
    zip_discard(zip);
    return code;
}

enum err_code input_zip_open(const struct input *input, struct input_zip **ret, struct err *err)
{
    struct input_zip *zip = calloc(1, sizeof *zip);
    if (!zip)
        return err_set(err, ERR_NOMEM, "out of memory for a zip", 0);
    zip->left = input->bytes;
    zip->zip = open_zip(input->path);
    zip->file = zip->zip ? zip_fopen_index(zip->zip, input->entry_index, 0) : NULL;
    if (!zip->file) {
        input_zip_close(zip);
        return err_set(err, ERR_FORMAT, "the entry of the zip cannot be unpacked", 0);
    }
    *ret = zip;
    return ERR_OK;
}

enum err_code input_zip_read(struct input_zip *zip, void *into, size_t room, size_t *ret,
                             struct err *err)
{
    const zip_int64_t len = zip_fread(zip->file, into, room);
    if (len < 0)
        return err_set(err, ERR_FORMAT, "the zip is damaged", 0);
    if ((uint64_t)len > zip->left)
        return err_set(err, ERR_TOO_LARGE, "the entry of the zip is larger than it says", 0);
    if (len == 0 && zip->left > 0)
        return err_set(err, ERR_FORMAT, "the entry of the zip ends too early", 0);
    zip->left -= (uint64_t)len;
    *ret = (size_t)len;
    return ERR_OK;
}

void input_zip_close(struct input_zip *zip)
{
    if (!zip)
        return;
    if (zip->file)
        zip_fclose(zip->file);
    if (zip->zip)
        zip_discard(zip->zip);
    free(zip);
}
