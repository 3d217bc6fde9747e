/* archive_tool: what our own reader and writer make of an archive, for tests/spec/pmtiles_test.mjs.
 *
 *   archive_tool make FILE    a made-up archive: runs, repeated tiles, leaf directories
 *   archive_tool bench FILE   tiles of the size and number of a town of 100,000 buildings: 42 of
 * z14 with 63 kB each, 512 of z16 with 7.2 kB (tests/bench/cached_tiles.py) archive_tool dump FILE
 * one line a tile: z x y, length and CRC-32 of its plain bytes; exit status 2 and "code at" when
 * the archive is refused
 */
#include <libdeflate.h>
#include <stdio.h>
#include <string.h>

#include "tiles/archive/verify.h"
#include "tiles/pack/file.h"
#include "tiles/pack/gzip.h"
#include "tiles/pack/map.h"

/* Zooms 0 to 7: ten of every hundred tiles are sea, of the others some third is missing and the
 * rest is text of any length, so that directories do not compress away. The test knows the same
 * rule. */
static uint32_t scattered(uint64_t id)
{
    return ((uint32_t)id * 2654435761U) >> 8;
}

static void add_land(struct buf *text, uint64_t id, struct tile tile)
{
    char name[64];
    const uint32_t number = scattered(id);
    snprintf(name, sizeof name, "%u/%u/%u ", tile.z, tile.x, tile.y);
    buf_add_str(text, name);
    for (uint32_t i = 0; i < number % 997; i++)
        buf_add_byte(text, (uint8_t)('!' + (number * (i + 1) >> 8) % 90));
}

static enum err_code make(const char *path, struct err *err)
{
    static const struct archive_field fields[] = {{"name", "String"}};
    static const struct archive_layer layer = {"land", "made up", 0, 7, 1, fields};
    const struct archive_tileset about = {
        .name = "made up",
        .type = "baselayer",
        .layer_count = 1,
        .layers = &layer,
        .tile_type = ARCHIVE_TILE_MVT,
        .tile_compression = ARCHIVE_GZIP,
        .min_lon_e7 = -1800000000,
        .min_lat_e7 = -850511288,
        .max_lon_e7 = 1800000000,
        .max_lat_e7 = 850511288,
        .center_zoom = 3,
        .center_lon_e7 = 1393880000,
        .center_lat_e7 = 361470000,
    };
    CLEANUP(pack_file_close_at) struct pack_file *file = NULL;
    CLEANUP(buf_done) struct buf text = {0};
    CLEANUP(buf_done) struct buf packed = {0};
    struct pack_gzip gzip;
    struct archive_header header;
    enum err_code code = pack_file_open(path, &file, err);
    pack_gzip_init(&gzip, 6);
    for (uint64_t id = 0; code == ERR_OK && id < tile_id_first(8); id++) {
        const bool sea = id % 100 < 10;
        struct tile tile = {0};
        if (!sea && scattered(id) % 3 == 0)
            continue;
        buf_clear(&text);
        buf_clear(&packed);
        code = tile_from_id(id, &tile, err);
        if (sea)
            buf_add_str(&text, "sea");
        else
            add_land(&text, id, tile);
        if (code == ERR_OK)
            code = pack_gzip_pack(&gzip, buf_span(&text), &packed, err);
        if (code == ERR_OK)
            code = pack_file_add(file, id, buf_span(&packed), err);
    }
    pack_gzip_done(&gzip);
    return code == ERR_OK ? pack_file_finish(file, &about, &header, err) : code;
}

/* Bytes that do not compress any further, around the size wanted. */
static void add_noise(struct buf *text, uint64_t id, size_t len)
{
    uint64_t state = id * 0x9E3779B97F4A7C15 + 1;
    for (size_t i = 0; i < len; i++) {
        state = state * 6364136223846793005 + 1442695040888963407;
        buf_add_byte(text, (uint8_t)(state >> 56));
    }
}

static enum err_code add_square(struct pack_file *file, struct pack_gzip *gzip, uint8_t z,
                                uint32_t count, size_t len, struct err *err)
{
    CLEANUP(buf_done) struct buf text = {0};
    CLEANUP(buf_done) struct buf packed = {0};
    uint64_t first;
    /* From Kumagaya's tile on along the curve. */
    TRY(tile_id_from_tile((struct tile){z, 14535U << (z - 14), 6425U << (z - 14)}, &first, err));
    for (uint64_t id = first; id < first + count; id++) {
        buf_clear(&text);
        buf_clear(&packed);
        add_noise(&text, id, len);
        TRY(pack_gzip_pack(gzip, buf_span(&text), &packed, err));
        TRY(pack_file_add(file, id, buf_span(&packed), err));
    }
    return ERR_OK;
}

static enum err_code bench(const char *path, struct err *err)
{
    static const struct archive_tileset about = {
        .name = "bench", .tile_type = ARCHIVE_TILE_MVT, .tile_compression = ARCHIVE_GZIP};
    CLEANUP(pack_file_close_at) struct pack_file *file = NULL;
    struct pack_gzip gzip;
    struct archive_header header;
    TRY(pack_file_open(path, &file, err));
    pack_gzip_init(&gzip, 1);
    enum err_code code = add_square(file, &gzip, 14, 42, 63000, err);
    if (code == ERR_OK)
        code = add_square(file, &gzip, 16, 512, 7200, err);
    pack_gzip_done(&gzip);
    return code == ERR_OK ? pack_file_finish(file, &about, &header, err) : code;
}

struct dump {
    const struct pack_map *map;
    struct pack_gzip gzip;
    struct buf plain;
};

static enum err_code dump_entry(struct dump *job, const struct archive_entry *entry,
                                struct err *err)
{
    struct span bytes = pack_map_entry_bytes(job->map, entry);
    buf_clear(&job->plain);
    if (pack_map_header(job->map)->tile_compression == ARCHIVE_GZIP) {
        TRY(pack_gzip_unpack(&job->gzip, bytes, ARCHIVE_TILE_MAX, &job->plain, err));
        bytes = buf_span(&job->plain);
    }
    const uint32_t crc = libdeflate_crc32(0, bytes.data, bytes.len);
    for (uint64_t id = entry->id; id < entry->id + entry->run; id++) {
        struct tile tile;
        TRY(tile_from_id(id, &tile, err));
        printf("%u %u %u %zu %u\n", tile.z, tile.x, tile.y, bytes.len, crc);
    }
    return ERR_OK;
}

static enum err_code dump(const char *path, struct err *err)
{
    CLEANUP(pack_map_close_at) struct pack_map *map = NULL;
    struct archive_report report;
    TRY(pack_map_verify(path, (struct archive_tile_check){0}, &report, err));
    TRY(pack_map_open(path, &map, err));
    struct dump job = {.map = map};
    pack_gzip_init(&job.gzip, 6);
    const struct archive_directory all = pack_map_entries(map);
    enum err_code code = ERR_OK;
    for (size_t i = 0; code == ERR_OK && i < all.count; i++)
        code = dump_entry(&job, &all.entries[i], err);
    pack_gzip_done(&job.gzip);
    buf_done(&job.plain);
    return code;
}

int main(int argc, char **argv)
{
    struct err err = {0};
    if (argc != 3)
        return 1;
    const enum err_code code = strcmp(argv[1], "make") == 0    ? make(argv[2], &err)
                               : strcmp(argv[1], "bench") == 0 ? bench(argv[2], &err)
                                                               : dump(argv[2], &err);
    if (code == ERR_OK)
        return 0;
    fprintf(stderr, "%s at %llu: %s\n", err_name(err.code), (unsigned long long)err.at, err.what);
    return 2;
}
