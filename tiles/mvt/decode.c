#include "tiles/mvt/decode.h"

#include "tiles/base/utf8.h"
#include "tiles/mvt/commands.h"
#include "tiles/mvt/field.h"

struct decoder {
    const uint8_t *start;
    struct arena *arena;
    struct mvt_decoded_tile tile;
    struct err *err;
};

static enum err_code broken(const struct decoder *decoder, const char *what, const uint8_t *at)
{
    return err_set(decoder->err, ERR_FORMAT, what, (uint64_t)(at - decoder->start));
}

static enum err_code no_memory(const struct decoder *decoder)
{
    return err_set(decoder->err, ERR_NOMEM, "out of memory", 0);
}

static void skip(struct decoder *decoder, const char *what, const uint8_t *at)
{
    if (decoder->tile.skipped++ == 0)
        err_set(&decoder->tile.first_skip, ERR_INVALID, what, (uint64_t)(at - decoder->start));
}

/* ---- a value ---- */

static bool value_from_field(const struct mvt_field_value *field, struct mvt_decoded_value *ret)
{
    switch (field->key) {
    case MVT_VALUE_STRING:
        *ret = (struct mvt_decoded_value){.type = MVT_IS_STRING, .string = field->bytes};
        return utf8_is_valid(field->bytes);
    case MVT_VALUE_FLOAT: {
        const uint32_t bits = (uint32_t)field->number;
        ret->type = MVT_IS_FLOAT;
        memcpy(&ret->real32, &bits, sizeof bits);
        return true;
    }
    case MVT_VALUE_DOUBLE:
        ret->type = MVT_IS_DOUBLE;
        memcpy(&ret->real64, &field->number, sizeof field->number);
        return true;
    case MVT_VALUE_INT:
        *ret = (struct mvt_decoded_value){.type = MVT_IS_INT, .integer = (int64_t)field->number};
        return true;
    case MVT_VALUE_UINT:
        *ret = (struct mvt_decoded_value){.type = MVT_IS_UINT, .natural = field->number};
        return true;
    case MVT_VALUE_SINT:
        *ret = (struct mvt_decoded_value){.type = MVT_IS_SINT,
                                          .integer = int_from_zigzag(field->number)};
        return true;
    case MVT_VALUE_BOOL:
        *ret = (struct mvt_decoded_value){.type = MVT_IS_BOOL, .boolean = field->number != 0};
        return true;
    default:
        return false;
    }
}

/* Exactly one field of a known type (section 4.1). */
static enum err_code read_value(const struct decoder *decoder, struct span bytes,
                                struct mvt_decoded_value *ret)
{
    unsigned found = 0;
    const uint8_t *start = bytes.data;
    while (bytes.len) {
        struct mvt_field_value field;
        if (!mvt_field_take(&bytes, &field))
            return broken(decoder, "a value is cut off", bytes.data);
        if (!value_from_field(&field, ret))
            return broken(decoder, "a value is of no known type", field.at);
        found++;
    }
    if (found != 1)
        return broken(decoder, "a value holds not exactly one value", start);
    return ERR_OK;
}

/* ---- a feature ---- */

struct feature_parts {
    struct span tags, commands;
    uint64_t id, type;
    unsigned tag_fields, geometry_fields;
    bool has_id, has_type;
    const char *fault;
};

static enum err_code split_feature(const struct decoder *decoder, struct span bytes,
                                   struct feature_parts *parts)
{
    *parts = (struct feature_parts){0};
    while (bytes.len) {
        struct mvt_field_value field;
        if (!mvt_field_take(&bytes, &field))
            return broken(decoder, "a feature is cut off", bytes.data);
        switch (field.key) {
        case MVT_FEATURE_ID:
            parts->id = field.number;
            parts->has_id = true;
            break;
        case MVT_FEATURE_TAGS:
            parts->tags = field.bytes;
            parts->tag_fields++;
            break;
        case MVT_FEATURE_TYPE:
            parts->type = field.number;
            parts->has_type = true;
            break;
        case MVT_FEATURE_GEOMETRY:
            parts->commands = field.bytes;
            parts->geometry_fields++;
            break;
        default:
            if (field.key >> 3 <= 4)
                return broken(decoder, "a field of a feature has the wrong type", field.at);
        }
    }
    if (!parts->has_type || parts->type > GEO_POLYGON)
        parts->fault = "a feature has no known type of geometry";
    if (parts->geometry_fields != 1 || parts->commands.len == 0)
        parts->fault = "a feature has not exactly one geometry";
    if (parts->tag_fields > 1)
        parts->fault = "a feature has its tags in two pieces";
    return ERR_OK;
}

static enum err_code read_tags(const struct decoder *decoder, const struct mvt_decoded_layer *layer,
                               struct feature_parts *parts, struct mvt_decoded_feature *ret)
{
    uint32_t *tags = ARENA_ARRAY(decoder->arena, uint32_t, parts->tags.len);
    if (!tags)
        return no_memory(decoder);
    struct span rest = parts->tags;
    uint32_t count = 0;
    while (rest.len) {
        const uint8_t *at = rest.data;
        uint64_t index;
        if (!varint_take(&rest, &index))
            return broken(decoder, "the tags of a feature are cut off", at);
        if (index >= (count % 2 ? layer->value_count : layer->key_count))
            return broken(decoder, "a tag points to no key or value", at);
        tags[count++] = (uint32_t)index;
    }
    if (count % 2)
        parts->fault = "a feature has a key without a value";
    ret->tags = tags;
    ret->tag_count = count / 2;
    return ERR_OK;
}

static enum err_code read_commands(const struct decoder *decoder, struct feature_parts *parts,
                                   struct mvt_decoded_feature *ret)
{
    ret->commands = parts->commands;
    ret->geometry = (struct geometry){.type = GEO_NONE};
    if (parts->type == GEO_NONE) /* decoders may ignore it (section 4.3.4.1) */
        return ERR_OK;
    switch (mvt_commands_read(parts->commands, (enum geo_type)parts->type, decoder->arena,
                              &ret->geometry)) {
    case MVT_COMMANDS_OK:
        return ERR_OK;
    case MVT_COMMANDS_EMPTY:
        parts->fault = "a line or ring of a feature has no extent";
        return ERR_OK;
    case MVT_COMMANDS_NOMEM:
        return no_memory(decoder);
    case MVT_COMMANDS_BROKEN:
        break;
    }
    return broken(decoder, "the commands of a geometry do not add up", parts->commands.data);
}

/* ---- a layer ---- */

struct layer_parts {
    bool has_name, has_version;
};

static enum err_code head_of_layer(const struct decoder *decoder, struct span bytes,
                                   struct mvt_decoded_layer *layer)
{
    struct layer_parts parts = {0};
    const uint8_t *start = bytes.data;
    layer->extent = MVT_EXTENT;
    while (bytes.len) {
        struct mvt_field_value field;
        if (!mvt_field_take(&bytes, &field))
            return broken(decoder, "a layer is cut off", bytes.data);
        switch (field.key) {
        case MVT_LAYER_NAME:
            layer->name = field.bytes;
            parts.has_name = true;
            break;
        case MVT_LAYER_VERSION:
            if (field.number != 1 && field.number != 2)
                return err_set(decoder->err, ERR_VERSION, "a layer is of an unknown version",
                               (uint64_t)(field.at - decoder->start));
            layer->version = (uint32_t)field.number;
            parts.has_version = true;
            break;
        case MVT_LAYER_EXTENT:
            if (field.number == 0 || field.number > UINT32_MAX)
                return broken(decoder, "a layer has no possible extent", field.at);
            layer->extent = (uint32_t)field.number;
            layer->has_extent = true;
            break;
        case MVT_LAYER_FEATURE:
            layer->feature_count++;
            break;
        case MVT_LAYER_KEY:
            layer->key_count++;
            break;
        case MVT_LAYER_VALUE:
            layer->value_count++;
            break;
        default:
            if (field.key >> 3 <= 5 || field.key >> 3 == 15)
                return broken(decoder, "a field of a layer has the wrong type", field.at);
        }
    }
    if (!parts.has_name || layer->name.len == 0 || !utf8_is_valid(layer->name))
        return broken(decoder, "a layer has no name", start);
    if (!parts.has_version)
        return broken(decoder, "a layer has no version", start);
    return ERR_OK;
}

static enum err_code read_tables(const struct decoder *decoder, struct span bytes,
                                 struct mvt_decoded_layer *layer)
{
    struct span *keys = ARENA_ARRAY(decoder->arena, struct span, layer->key_count);
    struct mvt_decoded_value *values =
        ARENA_ARRAY(decoder->arena, struct mvt_decoded_value, layer->value_count);
    if (!keys || !values)
        return no_memory(decoder);
    layer->keys = keys;
    layer->values = values;
    struct mvt_field_value field;
    while (bytes.len && mvt_field_take(&bytes, &field)) {
        if (field.key == MVT_LAYER_KEY) {
            if (!utf8_is_valid(field.bytes))
                return broken(decoder, "a key is not UTF-8", field.at);
            *keys++ = field.bytes;
        } else if (field.key == MVT_LAYER_VALUE) {
            TRY(read_value(decoder, field.bytes, values++));
        }
    }
    return ERR_OK;
}

static enum err_code read_features(struct decoder *decoder, struct span bytes,
                                   struct mvt_decoded_layer *layer)
{
    struct mvt_decoded_feature *features =
        ARENA_ARRAY(decoder->arena, struct mvt_decoded_feature, layer->feature_count);
    if (!features)
        return no_memory(decoder);
    layer->features = features;
    layer->feature_count = 0;
    struct mvt_field_value field;
    while (bytes.len && mvt_field_take(&bytes, &field)) {
        if (field.key != MVT_LAYER_FEATURE)
            continue;
        struct feature_parts parts;
        TRY(split_feature(decoder, field.bytes, &parts));
        if (!parts.fault) {
            struct mvt_decoded_feature feature = {.id = parts.id, .has_id = parts.has_id};
            TRY(read_tags(decoder, layer, &parts, &feature));
            TRY(read_commands(decoder, &parts, &feature));
            if (!parts.fault)
                features[layer->feature_count++] = feature;
        }
        if (parts.fault)
            skip(decoder, parts.fault, field.at);
    }
    return ERR_OK;
}

static bool is_known(const struct mvt_decoded_layer *layers, uint32_t count, struct span name)
{
    for (uint32_t i = 0; i < count; i++)
        if (span_equal(layers[i].name, name))
            return true;
    return false;
}

enum err_code mvt_decode(struct span tile, struct arena *arena, struct mvt_decoded_tile *ret,
                         struct err *err)
{
    struct decoder decoder = {.start = tile.data, .arena = arena, .err = err};
    uint32_t count = 0;
    struct mvt_field_value field;
    for (struct span rest = tile; rest.len;) {
        if (!mvt_field_take(&rest, &field))
            return broken(&decoder, "the tile is cut off", rest.data);
        if (field.key >> 3 == MVT_TILE_LAYER >> 3 && field.key != MVT_TILE_LAYER)
            return broken(&decoder, "a layer has the wrong type", field.at);
        count += field.key == MVT_TILE_LAYER;
    }
    struct mvt_decoded_layer *layers = ARENA_ARRAY(arena, struct mvt_decoded_layer, count);
    if (!layers)
        return no_memory(&decoder);
    for (struct span rest = tile; rest.len && mvt_field_take(&rest, &field);) {
        if (field.key != MVT_TILE_LAYER)
            continue;
        struct mvt_decoded_layer layer = {0};
        TRY(head_of_layer(&decoder, field.bytes, &layer));
        TRY(read_tables(&decoder, field.bytes, &layer));
        TRY(read_features(&decoder, field.bytes, &layer));
        if (is_known(layers, decoder.tile.layer_count, layer.name))
            skip(&decoder, "a second layer has the same name", field.at);
        else
            layers[decoder.tile.layer_count++] = layer;
    }
    decoder.tile.layers = layers;
    *ret = decoder.tile;
    return ERR_OK;
}

const struct mvt_decoded_layer *mvt_decode_find_layer(const struct mvt_decoded_tile *tile,
                                                      const char *name)
{
    for (uint32_t i = 0; i < tile->layer_count; i++)
        if (span_is(tile->layers[i].name, name))
            return &tile->layers[i];
    return NULL;
}

const struct mvt_decoded_value *mvt_decode_find_value(const struct mvt_decoded_layer *layer,
                                                      const struct mvt_decoded_feature *feature,
                                                      const char *key)
{
    for (uint32_t i = 0; i < feature->tag_count; i++)
        if (span_is(layer->keys[feature->tags[2 * i]], key))
            return &layer->values[feature->tags[2 * i + 1]];
    return NULL;
}
