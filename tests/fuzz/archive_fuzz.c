/* Any bytes as a PMTiles archive: opened, walked, every tile of it asked for, verified. */
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "tiles/archive/verify.h"
#include "tiles/pack/gzip.h"

static void ask_for_tiles(const struct archive_reader *reader)
{
    struct arena arena;
    arena_init(&arena, 0);
    for (uint64_t id = 0; id < 100; id++) {
        struct tile tile;
        struct span bytes = {0};
        if (tile_from_id(id * id * 7, &tile, NULL) != ERR_OK)
            abort();
        if (archive_tile(reader, tile, &arena, &bytes, NULL) == ERR_OK) {
            const uint8_t *begin = reader->source.memory;
            if (bytes.data < begin || bytes.data + bytes.len > begin + reader->source.size)
                abort(); /* a tile from outside the archive */
        }
        arena_reset(&arena);
    }
    arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pack_gzip gzip;
    struct archive_reader reader = {0};
    struct archive_report report;
    pack_gzip_init(&gzip, 6);
    const struct archive_source source = archive_source_from_span(span_of(data, size));
    if (archive_open(source, &gzip.codec, &reader, NULL) == ERR_OK) {
        struct arena arena;
        struct span metadata;
        arena_init(&arena, 0);
        ask_for_tiles(&reader);
        if (archive_metadata(&reader, &arena, &metadata, NULL) == ERR_OK && !metadata.data)
            abort();
        const struct archive_tile_check none = {0};
        if (archive_verify(&reader, none, &report, NULL) == ERR_OK &&
            report.tile_bytes > reader.header.data.len)
            abort();
        arena_done(&arena);
        archive_close(&reader);
    }
    pack_gzip_done(&gzip);
    return 0;
}
