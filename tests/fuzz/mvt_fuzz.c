/* Any bytes as a vector tile: decoded, validated; each geometry written and read again; each
 * polygon clipped and repaired, and what comes out must be valid. */
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "tiles/geo/clip.h"
#include "tiles/geo/repair.h"
#include "tiles/geo/ring.h"
#include "tiles/geo/valid.h"
#include "tiles/mvt/commands.h"
#include "tiles/mvt/encode.h"
#include "tiles/mvt/validate.h"

static void write_and_read(const struct geometry *geometry, struct arena *arena)
{
    struct buf buf;
    struct geometry again;
    buf_init(&buf);
    if (mvt_encode_geometry(&buf, geometry, NULL) != ERR_OK ||
        mvt_commands_read(buf_span(&buf), geometry->type, arena, &again) != MVT_COMMANDS_OK)
        abort();
    if (again.part_count != geometry->part_count || again.vertex_count != geometry->vertex_count)
        abort();
    for (uint32_t i = 0; i < again.vertex_count; i++)
        if (!geo_same(again.vertices[i], geometry->vertices[i]))
            abort();
    buf_done(&buf);
}

static void must_be_valid(const struct geometry *polygon, struct arena *arena)
{
    if (polygon->part_count && geo_valid_polygon(polygon, arena) != GEO_VALID)
        abort();
}

static void mend(const struct geometry *polygon, struct arena *arena)
{
    static const struct geo_box box = {{-64, -64}, {4160, 4160}};
    struct geometry result;
    if (geo_repair_polygon(polygon, NULL, arena, &result, NULL) == ERR_OK)
        must_be_valid(&result, arena);
    const struct geo_box bounds = geo_box_of(polygon->vertices, polygon->vertex_count);
    if ((int64_t)bounds.max.x - bounds.min.x <= GEO_SPAN_MAX &&
        (int64_t)bounds.max.y - bounds.min.y <= GEO_SPAN_MAX && !geo_box_holds(box, bounds) &&
        geo_clip(polygon, box, arena, &result, NULL) == ERR_OK)
        must_be_valid(&result, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct mvt_decoded_tile tile;
    struct mvt_validate_counts counts;
    arena_init(&arena, 0);
    if (mvt_decode(span_of(data, size), &arena, &tile, NULL) == ERR_OK) {
        for (uint32_t i = 0; i < tile.layer_count; i++)
            for (uint32_t j = 0; j < tile.layers[i].feature_count; j++) {
                const struct geometry *geometry = &tile.layers[i].features[j].geometry;
                if (geometry->type == GEO_NONE)
                    continue;
                write_and_read(geometry, &arena);
                if (geometry->type == GEO_POLYGON)
                    mend(geometry, &arena);
            }
        if (mvt_validate(span_of(data, size), true, &counts, NULL) == ERR_OK &&
            (tile.skipped || counts.layers != tile.layer_count))
            abort();
    }
    arena_done(&arena);
    return 0;
}
