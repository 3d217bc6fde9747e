#include "tiles/mvt/validate.h"

#include <stdlib.h>

#include "tiles/geo/ring.h"
#include "tiles/geo/valid.h"

static enum err_code check_line(const struct geometry *line, uint32_t number, struct err *err)
{
    const struct geo_xy *v = line->vertices;
    for (uint32_t part = 0; part < line->part_count; v += line->part_sizes[part++])
        for (uint32_t i = 1; i < line->part_sizes[part]; i++)
            if (geo_same(v[i - 1], v[i]))
                return err_set(err, ERR_INVALID, "a line repeats a vertex", number);
    return ERR_OK;
}

static enum err_code check_geometry(const struct mvt_decoded_feature *feature, uint32_t number,
                                    struct arena *arena, struct err *err)
{
    if (feature->geometry.type == GEO_NONE)
        return err_set(err, ERR_INVALID, "a feature is of unknown type", number);
    if (feature->geometry.type == GEO_LINE)
        return check_line(&feature->geometry, number, err);
    if (feature->geometry.type != GEO_POLYGON)
        return ERR_OK;
    const struct geo_box box =
        geo_box_of(feature->geometry.vertices, feature->geometry.vertex_count);
    if ((int64_t)box.max.x - box.min.x > GEO_SPAN_MAX ||
        (int64_t)box.max.y - box.min.y > GEO_SPAN_MAX)
        return err_set(err, ERR_INVALID, "a polygon is impossibly large", number);
    const enum geo_fault fault = geo_valid_polygon(&feature->geometry, arena);
    if (fault == GEO_FAULT_NOMEM)
        return err_set(err, ERR_NOMEM, "out of memory", number);
    return fault == GEO_VALID ? ERR_OK : err_set(err, ERR_INVALID, geo_fault_text(fault), number);
}

static int by_number(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static enum err_code check_ids(const struct mvt_decoded_layer *layer, struct arena *arena,
                               struct err *err)
{
    uint64_t *ids = ARENA_ARRAY(arena, uint64_t, layer->feature_count);
    if (!ids)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    uint32_t count = 0;
    for (uint32_t i = 0; i < layer->feature_count; i++)
        if (layer->features[i].has_id)
            ids[count++] = layer->features[i].id;
    qsort(ids, count, sizeof *ids, by_number);
    for (uint32_t i = 1; i < count; i++)
        if (ids[i] == ids[i - 1])
            return err_set(err, ERR_INVALID, "two features of a layer have the same id", ids[i]);
    return ERR_OK;
}

static int by_text(const void *left, const void *right)
{
    const struct span *a = left, *b = right;
    const int order = memcmp(a->data, b->data, a->len < b->len ? a->len : b->len);
    return order ? order : a->len < b->len ? -1 : a->len > b->len;
}

/* Once each: section 4.1 says SHOULD; a writer that repeats them wastes what it is for. */
static enum err_code check_once(struct span *texts, uint32_t count, const char *what,
                                struct err *err)
{
    qsort(texts, count, sizeof *texts, by_text);
    for (uint32_t i = 1; i < count; i++)
        if (by_text(&texts[i - 1], &texts[i]) == 0)
            return err_set(err, ERR_INVALID, what, i);
    return ERR_OK;
}

static enum err_code check_tables(const struct mvt_decoded_layer *layer, struct arena *arena,
                                  struct err *err)
{
    struct span *keys = ARENA_ARRAY(arena, struct span, layer->key_count);
    struct span *texts = ARENA_ARRAY(arena, struct span, layer->value_count);
    bool *used_keys = arena_zero(arena, layer->key_count, sizeof(bool));
    bool *used_values = arena_zero(arena, layer->value_count, sizeof(bool));
    if (!keys || !texts || !used_keys || !used_values)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    uint32_t text_count = 0;
    for (uint32_t i = 0; i < layer->key_count; i++)
        keys[i] = layer->keys[i];
    for (uint32_t i = 0; i < layer->value_count; i++)
        if (layer->values[i].type == MVT_IS_STRING)
            texts[text_count++] = layer->values[i].string;
    TRY(check_once(keys, layer->key_count, "a key stands twice in a layer", err));
    TRY(check_once(texts, text_count, "a text stands twice in a layer", err));
    for (uint32_t i = 0; i < layer->feature_count; i++)
        for (uint32_t tag = 0; tag < layer->features[i].tag_count; tag++) {
            used_keys[layer->features[i].tags[2 * tag]] = true;
            used_values[layer->features[i].tags[2 * tag + 1]] = true;
        }
    for (uint32_t i = 0; i < layer->key_count; i++)
        if (!used_keys[i])
            return err_set(err, ERR_INVALID, "no feature uses a key", i);
    for (uint32_t i = 0; i < layer->value_count; i++)
        if (!used_values[i])
            return err_set(err, ERR_INVALID, "no feature uses a value", i);
    return ERR_OK;
}

static enum err_code check_layer(const struct mvt_decoded_layer *layer, bool ids_may_repeat,
                                 struct arena *arena, struct mvt_validate_counts *counts,
                                 struct err *err)
{
    if (layer->version != MVT_VERSION)
        return err_set(err, ERR_INVALID, "a layer is not of version 2", 0);
    if (!layer->has_extent)
        return err_set(err, ERR_INVALID, "a layer has no extent", 0);
    if (layer->feature_count == 0)
        return err_set(err, ERR_INVALID, "a layer has no feature", 0);
    for (uint32_t i = 0; i < layer->feature_count; i++) {
        TRY(check_geometry(&layer->features[i], i, arena, err));
        counts->vertices += layer->features[i].geometry.vertex_count;
    }
    if (!ids_may_repeat)
        TRY(check_ids(layer, arena, err));
    TRY(check_tables(layer, arena, err));
    counts->features += layer->feature_count;
    counts->layers++;
    return ERR_OK;
}

static enum err_code validate(struct span tile, bool ids_may_repeat, struct arena *arena,
                              struct mvt_validate_counts *ret, struct err *err)
{
    struct mvt_decoded_tile decoded;
    struct mvt_validate_counts counts = {0};
    TRY(mvt_decode(tile, arena, &decoded, err));
    if (decoded.skipped) {
        if (err)
            *err = decoded.first_skip;
        return ERR_INVALID;
    }
    if (decoded.layer_count == 0)
        return err_set(err, ERR_INVALID, "a tile has no layer", 0);
    for (uint32_t i = 0; i < decoded.layer_count; i++)
        TRY(check_layer(&decoded.layers[i], ids_may_repeat, arena, &counts, err));
    *ret = counts;
    return ERR_OK;
}

enum err_code mvt_validate(struct span tile, bool ids_may_repeat, struct mvt_validate_counts *ret,
                           struct err *err)
{
    struct arena arena;
    arena_init(&arena, 0);
    const enum err_code code = validate(tile, ids_may_repeat, &arena, ret, err);
    arena_done(&arena);
    return code;
}
