#include "tiles/geo/grid.h"

#include <string.h>

#include "tiles/geo/ring.h"

static int32_t snapped(int64_t from_origin, int shift)
{
    if (shift <= 0)
        return (int32_t)(from_origin * (INT64_C(1) << -shift));
    return (int32_t)((from_origin + ((INT64_C(1) << shift) >> 1)) >> shift);
}

enum err_code geo_grid_snap(const struct geometry *world, struct geo_origin origin, int shift,
                            struct arena *arena, struct geometry *ret, struct err *err)
{
    struct geo_xy *vertices = ARENA_ARRAY(arena, struct geo_xy, world->vertex_count);
    if (!vertices)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (uint32_t i = 0; i < world->vertex_count; i++)
        vertices[i] = (struct geo_xy){snapped(world->vertices[i].x - origin.x, shift),
                                      snapped(world->vertices[i].y - origin.y, shift)};
    *ret = *world;
    ret->vertices = vertices;
    return ERR_OK;
}

enum err_code geo_grid_tidy_lines(const struct geometry *lines, struct arena *arena,
                                  struct geometry *ret, struct err *err)
{
    uint32_t *sizes = ARENA_ARRAY(arena, uint32_t, lines->part_count);
    struct geo_xy *kept = ARENA_ARRAY(arena, struct geo_xy, lines->vertex_count);
    if (!sizes || !kept)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    struct geometry tidy = {.type = GEO_LINE, .part_sizes = sizes, .vertices = kept};
    const struct geo_xy *from = lines->vertices;
    for (uint32_t i = 0; i < lines->part_count; from += lines->part_sizes[i++]) {
        struct geo_xy *to = kept + tidy.vertex_count;
        memcpy(to, from, lines->part_sizes[i] * sizeof *to);
        const uint32_t size = geo_line_tidy(to, lines->part_sizes[i]);
        if (size == 0)
            continue;
        sizes[tidy.part_count++] = size;
        tidy.vertex_count += size;
    }
    *ret = tidy.part_count ? tidy : (struct geometry){.type = GEO_NONE};
    return ERR_OK;
}
