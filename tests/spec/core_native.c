/*
 * core_native: what the functions of core.wasm say natively, line by line, for core_test.mjs to
 * compare. Usage: core_native TILE…
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/random.h"
#include "tiles/wasm/exports.h"

static void print_geometry(const struct geometry *geometry)
{
    if (!geometry) {
        puts("nothing");
        return;
    }
    printf("%d %" PRIu32, (int)geometry->type, geometry->part_count);
    for (uint32_t i = 0; i < geometry->part_count; i++)
        printf(" %" PRIu32, geometry->part_sizes[i]);
    for (uint32_t i = 0; i < geometry->vertex_count; i++)
        printf(" %" PRId32 ",%" PRId32, geometry->vertices[i].x, geometry->vertices[i].y);
    putchar('\n');
}

static void places(void)
{
    uint64_t seed = 1;
    for (unsigned i = 0; i < 2000; i++) {
        const double lon = random_between(&seed, -1800000, 1800000) / 1e4;
        const double lat = random_between(&seed, -890000, 890000) / 1e4;
        int32_t at[2] = {0, 0};
        const int32_t ok = core_world_from_degrees(lon, lat, at);
        printf("%" PRId32 " %" PRId32 " %" PRId32 "\n", ok, at[0], at[1]);
    }
}

static void shapes(void)
{
    uint64_t seed = 2;
    for (unsigned i = 0; i < 500; i++) {
        int32_t vertices[20];
        const uint32_t count = (uint32_t)random_between(&seed, 3, 10);
        for (uint32_t j = 0; j < 2 * count; j++)
            vertices[j] = random_between(&seed, -3000, 7000);
        const struct geometry *clipped =
            core_clip(2 + (int32_t)(i % 2), 1, &count, vertices, -64, -64, 4160, 4160);
        print_geometry(clipped);
        printf("%.3f %.3f\n", clipped ? core_length_m(clipped) : 0,
               clipped ? core_area_m2(clipped) : 0);
        core_free((void *)(uintptr_t)clipped);
    }
}

static int tile(const char *path)
{
    FILE *file = fopen(path, "rb");
    static uint8_t bytes[1 << 20];
    if (!file)
        return 1;
    const size_t len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    struct core_tile *decoded = core_mvt_open(bytes, (uint32_t)len);
    if (!decoded) {
        printf("refused: %s\n", core_last_error());
        return 0;
    }
    for (uint32_t layer = 0; layer < core_mvt_layer_count(decoded); layer++)
        for (uint32_t i = 0; i < core_mvt_feature_count(decoded, layer); i++) {
            printf("%.0f %g\n", core_mvt_id(decoded, layer, i),
                   core_mvt_number(decoded, layer, i, (const uint8_t *)"height", 6));
            print_geometry(core_mvt_geometry(decoded, layer, i));
        }
    core_mvt_close(decoded);
    return 0;
}

int main(int argc, char **argv)
{
    places();
    shapes();
    for (int i = 1; i < argc; i++)
        if (tile(argv[i]) != 0)
            return 1;
    return 0;
}
