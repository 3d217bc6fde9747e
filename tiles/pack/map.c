#include "tiles/pack/map.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tiles/archive/verify.h"

struct pack_map {
    int file; /* -1 when not open */
    void *memory;
    size_t size;
    struct pack_gzip gzip;
    struct archive_reader reader;
    struct archive_entry *entries;
    size_t entry_count, entry_room;
    struct arena arena;
    struct span metadata;
};

static enum err_code map_file(struct pack_map *map, const char *path, struct err *err)
{
    struct stat about;
    map->file = open(path, O_RDONLY | O_CLOEXEC);
    if (map->file < 0)
        return err_set(err, ERR_IO, "archive cannot be opened", 0);
    if (fstat(map->file, &about) != 0 || !S_ISREG(about.st_mode))
        return err_set(err, ERR_IO, "archive is not a file", 0);
    if (about.st_size == 0)
        return err_set(err, ERR_FORMAT, "archive is empty", 0);
    map->size = (size_t)about.st_size;
    void *memory = mmap(NULL, map->size, PROT_READ, MAP_SHARED, map->file, 0);
    if (memory == MAP_FAILED)
        return err_set(err, ERR_IO, "archive cannot be mapped into memory", 0);
    map->memory = memory;
    return ERR_OK;
}

static enum err_code add_entry(void *context, const struct archive_entry *entry, struct err *err)
{
    struct pack_map *map = context;
    if (map->entry_count == map->entry_room) {
        const size_t room = map->entry_room ? map->entry_room * 2 : 1024;
        struct archive_entry *entries = reallocarray(map->entries, room, sizeof *entries);
        if (!entries)
            return err_set(err, ERR_NOMEM, "no memory for the directory", entry->id);
        map->entries = entries;
        map->entry_room = room;
    }
    map->entries[map->entry_count++] = *entry;
    return ERR_OK;
}

static enum err_code open_into(struct pack_map *map, const char *path, struct err *err)
{
    TRY(map_file(map, path, err));
    const struct archive_source source = archive_source_from_span(span_of(map->memory, map->size));
    TRY(archive_open(source, &map->gzip.codec, &map->reader, err));
    TRY(archive_walk(&map->reader, (struct archive_visitor){add_entry, map}, err));
    return archive_metadata(&map->reader, &map->arena, &map->metadata, err);
}

enum err_code pack_map_open(const char *path, struct pack_map **ret, struct err *err)
{
    struct pack_map *map = calloc(1, sizeof *map);
    if (!map)
        return err_set(err, ERR_NOMEM, "no memory for an archive", 0);
    map->file = -1;
    pack_gzip_init(&map->gzip, 6);
    arena_init(&map->arena, 0);
    const enum err_code code = open_into(map, path, err);
    pack_gzip_done(&map->gzip); /* not needed while serving */
    if (code != ERR_OK) {
        pack_map_close(map);
        return code;
    }
    *ret = map;
    return ERR_OK;
}

void pack_map_close(struct pack_map *map)
{
    if (!map)
        return;
    archive_close(&map->reader);
    arena_done(&map->arena);
    pack_gzip_done(&map->gzip);
    free(map->entries);
    if (map->memory)
        munmap(map->memory, map->size);
    if (map->file >= 0)
        close(map->file);
    free(map);
}

const struct archive_header *pack_map_header(const struct pack_map *map)
{
    return &map->reader.header;
}

struct span pack_map_bytes(const struct pack_map *map)
{
    return span_of(map->memory, map->size);
}

int pack_map_file(const struct pack_map *map)
{
    return map->file;
}

struct span pack_map_metadata(const struct pack_map *map)
{
    return map->metadata;
}

struct archive_directory pack_map_entries(const struct pack_map *map)
{
    return (struct archive_directory){.entries = map->entries, .count = map->entry_count};
}

struct span pack_map_entry_bytes(const struct pack_map *map, const struct archive_entry *entry)
{
    /* archive_walk has checked that it lies inside. */
    return span_of((const uint8_t *)map->memory + map->reader.header.data.at + entry->offset,
                   entry->len);
}

enum err_code pack_map_tile(const struct pack_map *map, struct tile tile, struct span *ret,
                            struct err *err)
{
    uint64_t id = 0;
    TRY(tile_id_from_tile(tile, &id, err));
    const struct archive_entry *entry = archive_directory_find(pack_map_entries(map), id);
    if (!entry)
        return err_set(err, ERR_NOT_FOUND, "archive has no such tile", id);
    *ret = pack_map_entry_bytes(map, entry);
    return ERR_OK;
}

enum err_code pack_map_verify(const char *path, struct archive_tile_check check,
                              struct archive_report *ret, struct err *err)
{
    CLEANUP(pack_map_close_at) struct pack_map *map = NULL;
    TRY(pack_map_open(path, &map, err));
    return archive_verify(&map->reader, check, ret, err);
}
