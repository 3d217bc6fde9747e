#include "tiles/wasm/exports.h"

#include <math.h>
#include <stdlib.h>

#include "tiles/geo/clip.h"
#include "tiles/geo/measure.h"
#include "tiles/geo/mercator.h"
#include "tiles/mvt/decode.h"

static struct err last_error;

void *core_alloc(uint32_t size)
{
    return malloc(size ? size : 1);
}

void core_free(void *pointer)
{
    free(pointer);
}

const char *core_last_error(void)
{
    return last_error.what ? last_error.what : "";
}

int32_t core_world_from_degrees(double lon, double lat, int32_t *ret)
{
    struct geo_xy at;
    if (!mercator_world_from_degrees(lon, lat, &at)) {
        err_set(&last_error, ERR_RANGE, "this is no place", 0);
        return 0;
    }
    ret[0] = at.x;
    ret[1] = at.y;
    return 1;
}

void core_degrees_from_world(int32_t x, int32_t y, double *ret)
{
    const struct mercator_degrees at = mercator_degrees_from_world((struct geo_xy){x, y});
    ret[0] = at.lon;
    ret[1] = at.lat;
}

/* One piece of memory: the geometry, its vertices, its sizes. */
static struct geometry *copy_to_heap(const struct geometry *from)
{
    const size_t vertices = from->vertex_count * sizeof(struct geo_xy);
    const size_t sizes = from->part_count * sizeof(uint32_t);
    struct geometry *to = malloc(sizeof *to + vertices + sizes);
    if (!to)
        return NULL;
    struct geo_xy *to_vertices = (struct geo_xy *)(void *)(to + 1);
    uint32_t *to_sizes = (uint32_t *)(void *)(to_vertices + from->vertex_count);
    *to = *from;
    if (vertices)
        memcpy(to_vertices, from->vertices, vertices);
    if (sizes)
        memcpy(to_sizes, from->part_sizes, sizes);
    to->vertices = to_vertices;
    to->part_sizes = to_sizes;
    return to;
}

const struct geometry *core_clip(int32_t type, uint32_t part_count, const uint32_t *sizes,
                                 const int32_t *vertices, int32_t min_x, int32_t min_y,
                                 int32_t max_x, int32_t max_y)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < part_count; i++)
        count += sizes[i];
    if (type < GEO_POINT || type > GEO_POLYGON || count > UINT32_MAX) {
        err_set(&last_error, ERR_INVALID, "this is no geometry", 0);
        return NULL;
    }
    const struct geometry in = {(enum geo_type)type, part_count, (uint32_t)count, sizes,
                                (const struct geo_xy *)(const void *)vertices};
    const struct geo_box box = {{min_x, min_y}, {max_x, max_y}};
    struct arena arena;
    struct geometry out, *ret = NULL;
    arena_init(&arena, 0);
    if (geo_clip(&in, box, &arena, &out, &last_error) == ERR_OK) {
        ret = copy_to_heap(&out);
        if (!ret)
            err_set(&last_error, ERR_NOMEM, "out of memory", 0);
    }
    arena_done(&arena);
    return ret;
}

double core_length_m(const struct geometry *geometry)
{
    return measure_length_m(geometry);
}

double core_area_m2(const struct geometry *geometry)
{
    return measure_area_m2(geometry);
}

struct core_tile {
    struct arena arena;
    struct mvt_decoded_tile tile;
};

struct core_tile *core_mvt_open(const uint8_t *bytes, uint32_t len)
{
    struct core_tile *tile = malloc(sizeof *tile);
    if (!tile) {
        err_set(&last_error, ERR_NOMEM, "out of memory", 0);
        return NULL;
    }
    arena_init(&tile->arena, 0);
    if (mvt_decode(span_of(bytes, len), &tile->arena, &tile->tile, &last_error) != ERR_OK) {
        core_mvt_close(tile);
        return NULL;
    }
    return tile;
}

void core_mvt_close(struct core_tile *tile)
{
    if (!tile)
        return;
    arena_done(&tile->arena);
    free(tile);
}

uint32_t core_mvt_layer_count(const struct core_tile *tile)
{
    return tile->tile.layer_count;
}

int32_t core_mvt_layer(const struct core_tile *tile, const uint8_t *name, uint32_t len)
{
    for (uint32_t i = 0; i < tile->tile.layer_count; i++)
        if (span_equal(tile->tile.layers[i].name, span_of(name, len)))
            return (int32_t)i;
    return -1;
}

uint32_t core_mvt_feature_count(const struct core_tile *tile, uint32_t layer)
{
    return layer < tile->tile.layer_count ? tile->tile.layers[layer].feature_count : 0;
}

static const struct mvt_decoded_feature *feature_of(const struct core_tile *tile, uint32_t layer,
                                                    uint32_t feature)
{
    return feature < core_mvt_feature_count(tile, layer)
               ? &tile->tile.layers[layer].features[feature]
               : NULL;
}

const struct geometry *core_mvt_geometry(const struct core_tile *tile, uint32_t layer,
                                         uint32_t feature)
{
    const struct mvt_decoded_feature *found = feature_of(tile, layer, feature);
    return found ? &found->geometry : NULL;
}

double core_mvt_id(const struct core_tile *tile, uint32_t layer, uint32_t feature)
{
    const struct mvt_decoded_feature *found = feature_of(tile, layer, feature);
    return found && found->has_id && found->id < UINT64_C(1) << 53 ? (double)found->id : -1;
}

static double number_from_value(const struct mvt_decoded_value *value)
{
    switch (value->type) {
    case MVT_IS_FLOAT:
        return (double)value->real32;
    case MVT_IS_DOUBLE:
        return value->real64;
    case MVT_IS_INT:
    case MVT_IS_SINT:
        return (double)value->integer;
    case MVT_IS_UINT:
        return (double)value->natural;
    case MVT_IS_BOOL:
        return value->boolean;
    case MVT_IS_STRING:
        break;
    }
    return NAN;
}

double core_mvt_number(const struct core_tile *tile, uint32_t layer, uint32_t feature,
                       const uint8_t *key, uint32_t len)
{
    const struct mvt_decoded_feature *found = feature_of(tile, layer, feature);
    for (uint32_t i = 0; found && i < found->tag_count; i++) {
        const struct mvt_decoded_layer *in = &tile->tile.layers[layer];
        if (span_equal(in->keys[found->tags[2 * i]], span_of(key, len)))
            return number_from_value(&in->values[found->tags[2 * i + 1]]);
    }
    return NAN;
}
