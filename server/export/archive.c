#include "server/export/archive.h"

#include <stdio.h>
#include <string.h>

#include "server/json/pick.h"
#include "tiles/mbtiles/reader.h"
#include "tiles/mbtiles/writer.h"
#include "tiles/pack/file.h"
#include "tiles/pack/gzip.h"
#include "tiles/pack/map.h"

enum { PACK_LEVEL = 9 };

/* What is written; one of the two writers is open. */
struct target {
    struct pack_file *pack;
    struct mbtiles_writer *mbtiles;
    struct pack_gzip gzip;
    bool must_pack; /* tiles come uncompressed and must not stay so */
    struct buf packed;
    struct export_archive_report report;
};

static bool ends_with(const char *text, const char *end)
{
    const size_t len = strlen(text), end_len = strlen(end);
    return len > end_len && strcmp(text + len - end_len, end) == 0;
}

static enum err_code open_target(const char *path, struct target *target, struct err *err)
{
    pack_gzip_init(&target->gzip, PACK_LEVEL);
    if (ends_with(path, ".pmtiles")) {
        target->report.to = "pmtiles";
        return pack_file_open(path, &target->pack, err);
    }
    if (ends_with(path, ".mbtiles")) {
        target->report.to = "mbtiles";
        return mbtiles_writer_open(path, &target->mbtiles, err);
    }
    return err_set(err, ERR_PARAM, "the file to write must be named .pmtiles or .mbtiles", 0);
}

static void close_target(struct target *target)
{
    pack_file_close(target->pack);
    mbtiles_writer_close(target->mbtiles);
    pack_gzip_done(&target->gzip);
    buf_done(&target->packed);
}

static enum err_code add_tile(void *context, uint64_t id, struct span bytes, struct err *err)
{
    struct target *target = context;
    struct tile tile = {0};
    TRY(tile_from_id(id, &tile, err));
    if (target->must_pack) {
        buf_clear(&target->packed);
        TRY(pack_gzip_pack(&target->gzip, bytes, &target->packed, err));
        bytes = buf_span(&target->packed);
    }
    if (target->report.tiles++ == 0)
        target->report.min_zoom = tile.z;
    target->report.max_zoom = tile.z; /* ids ascend */
    target->report.bytes += bytes.len;
    return target->pack ? pack_file_add(target->pack, id, bytes, err)
                        : mbtiles_writer_add(target->mbtiles, tile, bytes, err);
}

static enum err_code finish(struct target *target, struct archive_tileset tileset, struct err *err)
{
    struct archive_header header;
    if (target->must_pack)
        tileset.tile_compression = ARCHIVE_GZIP;
    return target->pack ? pack_file_finish(target->pack, &tileset, &header, err)
                        : mbtiles_writer_finish(target->mbtiles, &tileset, err);
}

/* MBTiles 1.3: vector tiles must be gzip; other tiles as they are. */
static void choose_packing(struct target *target, const struct archive_tileset *tileset)
{
    target->must_pack =
        tileset->tile_type == ARCHIVE_TILE_MVT && tileset->tile_compression == ARCHIVE_PLAIN;
}

static enum err_code add_layers(struct span metadata, struct arena *arena,
                                struct archive_tileset *tileset, struct err *err)
{
    static const char *const names[] = {"vector_layers"};
    struct span layers = {0};
    TRY(json_pick(metadata, names, 1, arena, &layers, err));
    if (layers.data && layers.data[0] == '[')
        tileset->vector_layers_json = (const char *)layers.data;
    return ERR_OK;
}

static enum err_code tileset_of_map(const struct pack_map *map, struct arena *arena,
                                    struct archive_tileset *ret, struct err *err)
{
    static const char *const names[] = {"name", "description", "attribution", "version", "type"};
    const char *texts[LENGTH(names)] = {0};
    const struct archive_header *header = pack_map_header(map);
    TRY(json_pick_texts(pack_map_metadata(map), names, LENGTH(names), arena, texts, err));
    *ret = (struct archive_tileset){
        .name = texts[0],
        .description = texts[1],
        .attribution = texts[2],
        .version = texts[3],
        .type = texts[4],
        .tile_type = header->tile_type,
        .tile_compression = header->tile_compression,
        .min_lon_e7 = header->min_lon_e7,
        .min_lat_e7 = header->min_lat_e7,
        .max_lon_e7 = header->max_lon_e7,
        .max_lat_e7 = header->max_lat_e7,
        .center_zoom = header->center_zoom,
        .center_lon_e7 = header->center_lon_e7,
        .center_lat_e7 = header->center_lat_e7,
    };
    if (header->tile_compression != ARCHIVE_PLAIN && header->tile_compression != ARCHIVE_GZIP)
        return err_set(err, ERR_UNSUPPORTED, "tiles are compressed by something else than gzip",
                       98);
    return add_layers(pack_map_metadata(map), arena, ret, err);
}

static enum err_code from_pmtiles(const char *path, struct target *target, struct arena *arena,
                                  struct err *err)
{
    CLEANUP(pack_map_close_at) struct pack_map *map = NULL;
    struct archive_tileset tileset = {0};
    target->report.from = "pmtiles";
    TRY(pack_map_open(path, &map, err));
    TRY(tileset_of_map(map, arena, &tileset, err));
    choose_packing(target, &tileset);
    const struct archive_directory all = pack_map_entries(map);
    for (size_t i = 0; i < all.count; i++) {
        const struct archive_entry *entry = &all.entries[i];
        for (uint64_t id = entry->id; id < entry->id + entry->run; id++)
            TRY(add_tile(target, id, pack_map_entry_bytes(map, entry), err));
    }
    return finish(target, tileset, err);
}

static enum err_code from_mbtiles(const char *path, struct target *target, struct arena *arena,
                                  struct err *err)
{
    CLEANUP(mbtiles_reader_close_at) struct mbtiles_reader *reader = NULL;
    target->report.from = "mbtiles";
    TRY(mbtiles_reader_open(path, &reader, err));
    const struct mbtiles_about *about = mbtiles_reader_about(reader);
    struct archive_tileset tileset = about->tileset;
    if (about->json)
        TRY(add_layers(span_from_str(about->json), arena, &tileset, err));
    choose_packing(target, &tileset);
    TRY(mbtiles_reader_walk(reader, (struct mbtiles_visitor){add_tile, target}, err));
    return finish(target, tileset, err);
}

enum err_code export_archive(const char *from, const char *to, struct export_archive_report *ret,
                             struct err *err)
{
    char magic[7] = {0};
    FILE *file = fopen(from, "rb");
    if (!file)
        return err_set(err, ERR_IO, "the archive cannot be opened", 0);
    const size_t len = fread(magic, 1, sizeof magic, file);
    fclose(file);
    const bool is_pmtiles = len == sizeof magic && memcmp(magic, "PMTiles", sizeof magic) == 0;
    struct arena arena;
    struct target target = {0};
    arena_init(&arena, 0);
    enum err_code code = open_target(to, &target, err);
    if (code == ERR_OK)
        code = is_pmtiles ? from_pmtiles(from, &target, &arena, err)
                          : from_mbtiles(from, &target, &arena, err);
    if (code == ERR_OK)
        *ret = target.report;
    close_target(&target);
    arena_done(&arena);
    return code;
}
