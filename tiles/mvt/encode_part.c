/* The parts of a feature on the wire: geometry and single values. */
#include <math.h>

#include "tiles/base/varint.h"
#include "tiles/mvt/encode.h"

static uint8_t *put_u32(uint8_t *at, uint32_t value)
{
    while (value >= 0x80) {
        *at++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *at++ = (uint8_t)value;
    return at;
}

/* Steps wrap at 32 bits as the standard's zigzag does (section 4.3.2). */
static uint8_t *put_step(uint8_t *at, struct geo_xy *pen, struct geo_xy to)
{
    const uint32_t dx = (uint32_t)to.x - (uint32_t)pen->x, dy = (uint32_t)to.y - (uint32_t)pen->y;
    at = put_u32(at, dx << 1 ^ (0 - (dx >> 31)));
    at = put_u32(at, dy << 1 ^ (0 - (dy >> 31)));
    *pen = to;
    return at;
}

static uint8_t *put_points(uint8_t *at, const struct geometry *geometry)
{
    struct geo_xy pen = {0, 0};
    at = put_u32(at, mvt_command_integer(MVT_MOVE_TO, geometry->vertex_count));
    for (uint32_t i = 0; i < geometry->vertex_count; i++)
        at = put_step(at, &pen, geometry->vertices[i]);
    return at;
}

/* Lines and rings differ in the ClosePath alone. */
static uint8_t *put_paths(uint8_t *at, const struct geometry *geometry)
{
    struct geo_xy pen = {0, 0};
    const struct geo_xy *vertex = geometry->vertices;
    for (uint32_t part = 0; part < geometry->part_count; part++) {
        const uint32_t size = geometry->part_sizes[part];
        at = put_u32(at, mvt_command_integer(MVT_MOVE_TO, 1));
        at = put_step(at, &pen, *vertex++);
        at = put_u32(at, mvt_command_integer(MVT_LINE_TO, size - 1));
        for (uint32_t i = 1; i < size; i++)
            at = put_step(at, &pen, *vertex++);
        if (geometry->type == GEO_POLYGON)
            at = put_u32(at, mvt_command_integer(MVT_CLOSE_PATH, 1));
    }
    return at;
}

enum err_code mvt_encode_geometry(struct buf *buf, const struct geometry *geometry, struct err *err)
{
    if (geometry->type < GEO_POINT || geometry->type > GEO_POLYGON)
        return err_set(err, ERR_INVALID, "a feature has no geometry", 0);
    if (geometry->vertex_count == 0 || geometry->vertex_count > MVT_COUNT_MAX)
        return err_set(err, ERR_INVALID, "a geometry is empty or too large for a tile", 0);
    const uint32_t least = geometry->type == GEO_POLYGON ? 3 : 2;
    if (geometry->type != GEO_POINT)
        for (uint32_t i = 0; i < geometry->part_count; i++)
            if (geometry->part_sizes[i] < least)
                return err_set(err, ERR_INVALID, "a line or ring has too few vertices", 0);
    /* A step takes at most 5 bytes a coordinate; three commands a part. */
    const size_t most = (size_t)geometry->vertex_count * 10 + (size_t)geometry->part_count * 15 + 5;
    uint8_t *at = buf_reserve(buf, most);
    if (!at)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    const uint8_t *end =
        geometry->type == GEO_POINT ? put_points(at, geometry) : put_paths(at, geometry);
    buf->len += (size_t)(end - at);
    return ERR_OK;
}

static void add_number_field(struct buf *buf, enum mvt_field field, uint64_t value)
{
    buf_add_byte(buf, (uint8_t)field);
    buf_add_varint(buf, value);
}

static unsigned varint_len(uint64_t value)
{
    unsigned len = 1;
    for (; value >= 0x80; value >>= 7)
        len++;
    return len;
}

static void add_float(struct buf *buf, float number)
{
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    buf_add_byte(buf, MVT_VALUE_FLOAT);
    for (unsigned i = 0; i < 4; i++)
        buf_add_byte(buf, (uint8_t)(bits >> (8 * i)));
}

/* The shortest of uint, sint and float that is exact; at equal length an integer. */
static void add_integer(struct buf *buf, int64_t integer)
{
    const uint64_t wire = integer < 0 ? zigzag_from_int(integer) : (uint64_t)integer;
    const bool is_float = integer >= -(INT64_C(1) << 62) && integer <= INT64_C(1) << 62 &&
                          (int64_t)(float)integer == integer;
    if (is_float && varint_len(wire) > 4)
        add_float(buf, (float)integer);
    else
        add_number_field(buf, integer < 0 ? MVT_VALUE_SINT : MVT_VALUE_UINT, wire);
}

enum err_code mvt_encode_value(struct buf *buf, const struct value *value, struct err *err)
{
    switch (value->type) {
    case VALUE_NULL:
        return err_set(err, ERR_INVALID, "a tile has no null", 0);
    case VALUE_STRING:
        buf_add_byte(buf, MVT_VALUE_STRING);
        buf_add_varint(buf, value->string.len);
        buf_add(buf, value->string);
        break;
    case VALUE_INT:
        add_integer(buf, value->integer);
        break;
    case VALUE_FLOAT:
        if (!isfinite(value->number))
            return err_set(err, ERR_INVALID, "a number is not finite", 0);
        /* Whole numbers, with -0 as 0; beyond 2^31 a float is the shorter one anyway. */
        if (fabsf(value->number) < 2147483648.0F && truncf(value->number) == value->number)
            add_integer(buf, (int64_t)value->number);
        else
            add_float(buf, value->number);
        break;
    case VALUE_BOOL:
        add_number_field(buf, MVT_VALUE_BOOL, value->boolean);
        break;
    }
    return buf->failed ? err_set(err, ERR_NOMEM, "out of memory", 0) : ERR_OK;
}
