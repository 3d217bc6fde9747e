#include "tiles/base/buf.h"

#include <stdlib.h>

#include "tiles/base/varint.h"

void buf_init(struct buf *buf)
{
    *buf = (struct buf){0};
}

void buf_done(struct buf *buf)
{
    if (!buf)
        return;
    free(buf->data);
    *buf = (struct buf){0};
}

uint8_t *buf_reserve(struct buf *buf, size_t more)
{
    if (buf->failed)
        return NULL;
    if (buf->capacity - buf->len >= more)
        return buf->data + buf->len;
    size_t wanted = buf->capacity ? buf->capacity : 256;
    while (wanted - buf->len < more) {
        if (wanted > SIZE_MAX / 2) {
            buf->failed = true;
            return NULL;
        }
        wanted *= 2;
    }
    uint8_t *grown = realloc(buf->data, wanted);
    if (!grown) {
        buf->failed = true;
        return NULL;
    }
    buf->data = grown;
    buf->capacity = wanted;
    return buf->data + buf->len;
}

void buf_add(struct buf *buf, struct span bytes)
{
    if (bytes.len == 0)
        return;
    uint8_t *at = buf_reserve(buf, bytes.len);
    if (!at)
        return;
    memcpy(at, bytes.data, bytes.len);
    buf->len += bytes.len;
}

void buf_add_str(struct buf *buf, const char *text)
{
    buf_add(buf, span_from_str(text));
}

void buf_add_byte(struct buf *buf, uint8_t byte)
{
    uint8_t *at = buf_reserve(buf, 1);
    if (!at)
        return;
    *at = byte;
    buf->len++;
}

void buf_add_int(struct buf *buf, int64_t value)
{
    char digits[20]; /* −9223372036854775808 has a sign and 19 digits */
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        digits[--at] = '-';
    buf_add(buf, span_of(digits + at, sizeof digits - at));
}

void buf_add_varint(struct buf *buf, uint64_t value)
{
    uint8_t *at = buf_reserve(buf, VARINT_MAX);
    if (at)
        buf->len += varint_put(at, value);
}
