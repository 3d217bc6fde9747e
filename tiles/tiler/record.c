#include "tiles/tiler/record.h"

#include <math.h>

#include "tiles/base/utf8.h"
#include "tiles/base/varint.h"
#include "tiles/tiler/city.h"

static const uint64_t max_id = ((uint64_t)1 << 53) - 1;
enum { MAX_ZOOM = 24 };

static enum err_code check_geometry(const struct geometry *geometry, enum city_layer layer,
                                    struct err *err)
{
    static const uint32_t least[] = {
        [GEO_POINT] = 1, [GEO_LINE] = 2, [GEO_POLYGON] = 3}; /* vertices of a part */
    const enum geo_type wanted = city_layer_type(layer);
    if (geometry->type < GEO_POINT || geometry->type > GEO_POLYGON)
        return err_set(err, ERR_INVALID, "a feature has no geometry", 0);
    if (wanted != GEO_NONE && geometry->type != wanted)
        return err_set(err, ERR_INVALID, "a feature's geometry is not of its layer's type", 0);
    if (geometry->part_count == 0)
        return err_set(err, ERR_INVALID, "a feature's geometry is empty", 0);
    uint64_t total = 0;
    for (uint32_t i = 0; i < geometry->part_count; i++) {
        if (geometry->part_sizes[i] < least[geometry->type])
            return err_set(err, ERR_INVALID, "a part of a geometry has too few vertices", 0);
        total += geometry->part_sizes[i];
    }
    if (total != geometry->vertex_count)
        return err_set(err, ERR_INVALID, "a geometry's parts do not add up", 0);
    return ERR_OK;
}

static enum err_code check_tag(const struct feature_tag *tag, enum city_layer layer,
                               struct err *err)
{
    if ((unsigned)tag->key >= CITY_KEY_COUNT || city_key_layer(tag->key) != layer)
        return err_set(err, ERR_INVALID, "an attribute does not belong to its layer", 0);
    if (tag->value.type == VALUE_STRING && !utf8_is_valid(tag->value.string))
        return err_set(err, ERR_INVALID, "a text is not UTF-8", 0);
    if (tag->value.type == VALUE_FLOAT && !isfinite(tag->value.number))
        return err_set(err, ERR_INVALID, "a number is not finite", 0);
    if ((unsigned)tag->value.type > VALUE_BOOL)
        return err_set(err, ERR_INVALID, "an attribute has no known type", 0);
    return ERR_OK;
}

enum err_code record_check(const struct feature *feature, struct err *err)
{
    if ((unsigned)feature->layer >= CITY_LAYER_COUNT)
        return err_set(err, ERR_INVALID, "a feature has no known layer", 0);
    if (feature->id > max_id)
        return err_set(err, ERR_INVALID, "a feature's id is above 2^53 - 1", 0);
    if (feature->min_zoom > MAX_ZOOM)
        return err_set(err, ERR_INVALID, "a feature's lowest zoom is above 24", 0);
    TRY(check_geometry(&feature->geometry, feature->layer, err));
    for (uint32_t i = 0; i < feature->tag_count; i++)
        TRY(check_tag(&feature->tags[i], feature->layer, err));
    return ERR_OK;
}

static void write_value(struct buf *buf, const struct value *value)
{
    buf_add_byte(buf, (uint8_t)value->type);
    switch (value->type) {
    case VALUE_NULL:
        break;
    case VALUE_STRING:
        buf_add_varint(buf, value->string.len);
        buf_add(buf, value->string);
        break;
    case VALUE_INT:
        buf_add_varint(buf, zigzag_from_int(value->integer));
        break;
    case VALUE_FLOAT: {
        uint32_t bits;
        memcpy(&bits, &value->number, sizeof bits);
        for (unsigned i = 0; i < 4; i++)
            buf_add_byte(buf, (uint8_t)(bits >> (8 * i)));
        break;
    }
    case VALUE_BOOL:
        buf_add_byte(buf, value->boolean);
        break;
    }
}

void record_write(struct buf *buf, const struct feature *feature)
{
    const struct geometry *geometry = &feature->geometry;
    buf_add_varint(buf, (uint64_t)feature->layer);
    buf_add_byte(buf, feature->min_zoom);
    buf_add_varint(buf, feature->id);
    buf_add_byte(buf, (uint8_t)geometry->type);
    buf_add_varint(buf, geometry->part_count);
    for (uint32_t i = 0; i < geometry->part_count; i++)
        buf_add_varint(buf, geometry->part_sizes[i]);
    struct geo_xy last = {0, 0};
    for (uint32_t i = 0; i < geometry->vertex_count; i++) {
        const struct geo_xy at = geometry->vertices[i];
        buf_add_varint(buf, zigzag_from_int((int64_t)at.x - last.x));
        buf_add_varint(buf, zigzag_from_int((int64_t)at.y - last.y));
        last = at;
    }
    buf_add_varint(buf, feature->tag_count);
    for (uint32_t i = 0; i < feature->tag_count; i++) {
        buf_add_varint(buf, (uint64_t)feature->tags[i].key);
        write_value(buf, &feature->tags[i].value);
    }
}

static bool take_byte(struct span *from, uint8_t *ret)
{
    if (from->len == 0)
        return false;
    *ret = *from->data;
    from->data++;
    from->len--;
    return true;
}

/* A count of things that take at least `least` bytes each: more cannot be true. */
static bool take_count(struct span *from, size_t least, uint32_t *ret)
{
    uint64_t count;
    if (!varint_take(from, &count) || count > from->len / least)
        return false;
    *ret = (uint32_t)count;
    return true;
}

static bool take_step(struct span *from, int32_t *value)
{
    uint64_t zigzag;
    int64_t next;
    if (!varint_take(from, &zigzag) ||
        __builtin_add_overflow(int_from_zigzag(zigzag), *value, &next) || next < INT32_MIN ||
        next > INT32_MAX)
        return false;
    *value = (int32_t)next;
    return true;
}

static enum err_code read_geometry(struct span *from, struct arena *arena, struct geometry *ret,
                                   struct err *err)
{
    static const char *const broken = "the geometry of a record is cut off or out of range";
    uint8_t type;
    if (!take_byte(from, &type) || !take_count(from, 1, &ret->part_count))
        return err_set(err, ERR_FORMAT, broken, 0);
    ret->type = (enum geo_type)type;
    uint32_t *sizes = ARENA_ARRAY(arena, uint32_t, ret->part_count);
    if (!sizes)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    uint64_t total = 0;
    for (uint32_t i = 0; i < ret->part_count; i++) {
        uint64_t size;
        if (!varint_take(from, &size) || size > RECORD_MAX)
            return err_set(err, ERR_FORMAT, broken, 0);
        sizes[i] = (uint32_t)size;
        total += size;
    }
    if (total > from->len / 2) /* a vertex takes two bytes or more */
        return err_set(err, ERR_FORMAT, broken, 0);
    struct geo_xy *vertices = ARENA_ARRAY(arena, struct geo_xy, total);
    if (!vertices)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    struct geo_xy at = {0, 0};
    for (uint64_t i = 0; i < total; i++) {
        if (!take_step(from, &at.x) || !take_step(from, &at.y))
            return err_set(err, ERR_FORMAT, broken, 0);
        vertices[i] = at;
    }
    ret->vertex_count = (uint32_t)total;
    ret->part_sizes = sizes;
    ret->vertices = vertices;
    return ERR_OK;
}

static bool take_value(struct span *from, struct value *ret)
{
    uint8_t type, byte;
    uint64_t number;
    if (!take_byte(from, &type) || type > VALUE_BOOL)
        return false;
    *ret = (struct value){.type = (enum value_type)type};
    switch (ret->type) {
    case VALUE_NULL:
        return true;
    case VALUE_STRING:
        if (!varint_take(from, &number) || number > from->len)
            return false;
        ret->string = span_of(from->data, (size_t)number);
        from->data += number;
        from->len -= (size_t)number;
        return true;
    case VALUE_INT:
        if (!varint_take(from, &number))
            return false;
        ret->integer = int_from_zigzag(number);
        return true;
    case VALUE_FLOAT: {
        uint32_t bits = 0;
        for (unsigned i = 0; i < 4; i++) {
            if (!take_byte(from, &byte))
                return false;
            bits |= (uint32_t)byte << (8 * i);
        }
        memcpy(&ret->number, &bits, sizeof bits);
        return true;
    }
    case VALUE_BOOL:
        if (!take_byte(from, &byte) || byte > 1)
            return false;
        ret->boolean = byte;
        return true;
    }
    return false;
}

static enum err_code read_tags(struct span *from, const struct record_names *names,
                               struct arena *arena, struct feature *ret, struct err *err)
{
    static const char *const broken = "the attributes of a record are cut off or unknown";
    if (!take_count(from, 2, &ret->tag_count))
        return err_set(err, ERR_FORMAT, broken, 0);
    struct feature_tag *tags = ARENA_ARRAY(arena, struct feature_tag, ret->tag_count);
    if (!tags)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (uint32_t i = 0; i < ret->tag_count; i++) {
        uint64_t key;
        if (!varint_take(from, &key) || key >= names->key_count ||
            !take_value(from, &tags[i].value))
            return err_set(err, ERR_FORMAT, broken, 0);
        tags[i].key = (enum city_key)names->keys[key];
    }
    ret->tags = tags;
    return ERR_OK;
}

enum err_code record_read(struct span bytes, const struct record_names *names, struct arena *arena,
                          struct feature *ret, struct err *err)
{
    struct feature feature = {0};
    uint64_t layer;
    if (!varint_take(&bytes, &layer) || layer >= names->layer_count ||
        !take_byte(&bytes, &feature.min_zoom) || !varint_take(&bytes, &feature.id))
        return err_set(err, ERR_FORMAT, "the head of a record is cut off or unknown", 0);
    feature.layer = (enum city_layer)names->layers[layer];
    TRY(read_geometry(&bytes, arena, &feature.geometry, err));
    TRY(read_tags(&bytes, names, arena, &feature, err));
    if (bytes.len)
        return err_set(err, ERR_FORMAT, "a record has bytes behind its end", 0);
    TRY(record_check(&feature, err));
    *ret = feature;
    return ERR_OK;
}
