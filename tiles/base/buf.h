/*
 * buf: growing bytes on the heap.
 *
 * Purpose    Writers append without checking each call: the first failure sticks in `failed`, and
 *            the caller looks once, at the end.
 * Ownership  buf_done frees; buf_span borrows until the next append.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiles/base/attr.h"
#include "tiles/base/span.h"

struct buf {
    uint8_t *data;
    size_t len;
    size_t capacity;
    bool failed; /* memory was gone; the content is cut off */
};

void buf_init(struct buf *buf);
void buf_done(struct buf *buf);
static inline void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->failed = false;
}

/* Room for `more` bytes behind len: a pointer to write at (then add to len), or NULL. */
uint8_t *buf_reserve(struct buf *buf, size_t more);
void buf_add(struct buf *buf, struct span bytes);
void buf_add_str(struct buf *buf, const char *text);
void buf_add_byte(struct buf *buf, uint8_t byte);
/* Decimal digits, as C and JSON write an integer. */
void buf_add_int(struct buf *buf, int64_t value);
/* Protobuf base-128 varint. */
void buf_add_varint(struct buf *buf, uint64_t value);

static inline struct span buf_span(const struct buf *buf)
{
    return (struct span){.data = buf->data, .len = buf->len};
}
