#include "tiles/pack/gzip.h"

#include <libdeflate.h>

/* A member is at least its header of 10 bytes, an empty block of 2 and a trailer of 8. */
enum { MEMBER_MIN = 20, FIRST_ROOM = 1024 };

static enum err_code pack_through(void *context, struct span plain, struct buf *packed,
                                  struct err *err)
{
    return pack_gzip_pack(context, plain, packed, err);
}

static enum err_code unpack_through(void *context, struct span packed, size_t max,
                                    struct buf *plain, struct err *err)
{
    return pack_gzip_unpack(context, packed, max, plain, err);
}

void pack_gzip_init(struct pack_gzip *gzip, int level)
{
    *gzip = (struct pack_gzip){
        .level = level,
        .codec = {.pack = pack_through, .unpack = unpack_through, .context = gzip},
    };
}

void pack_gzip_done(struct pack_gzip *gzip)
{
    if (!gzip)
        return;
    if (gzip->compressor)
        libdeflate_free_compressor(gzip->compressor);
    if (gzip->decompressor)
        libdeflate_free_decompressor(gzip->decompressor);
    gzip->compressor = gzip->decompressor = NULL;
}

enum err_code pack_gzip_pack(struct pack_gzip *gzip, struct span plain, struct buf *packed,
                             struct err *err)
{
    if (!gzip->compressor)
        gzip->compressor = libdeflate_alloc_compressor(gzip->level);
    if (!gzip->compressor)
        return err_set(err, ERR_NOMEM, "no memory to compress", 0);
    const size_t room = libdeflate_gzip_compress_bound(gzip->compressor, plain.len);
    uint8_t *at = buf_reserve(packed, room);
    if (!at)
        return err_set(err, ERR_NOMEM, "no memory to compress", 0);
    const size_t len = libdeflate_gzip_compress(gzip->compressor, plain.data, plain.len, at, room);
    if (len == 0)
        return err_set(err, ERR_INTERNAL, "compression passed its own bound", 0);
    packed->len += len;
    return ERR_OK;
}

/* The trailer's length modulo 2^32: a guess that is right for an honest single member. */
static size_t guessed_room(struct span member, size_t left)
{
    const uint8_t *at = member.data + member.len - 4;
    const size_t told =
        (size_t)at[0] | (size_t)at[1] << 8 | (size_t)at[2] << 16 | (size_t)at[3] << 24;
    /* Deflate makes at most 1,032 bytes of one: a lie does not cost memory. */
    const size_t most = member.len > SIZE_MAX / 1032 ? SIZE_MAX : member.len * 1032;
    size_t room = told < most ? told : most;
    room = room < FIRST_ROOM ? FIRST_ROOM : room;
    return room < left ? room : left;
}

static enum err_code unpack_member(struct pack_gzip *gzip, struct span *from, size_t max,
                                   struct buf *plain, struct err *err)
{
    size_t room = guessed_room(*from, max);
    for (;;) {
        uint8_t *at = buf_reserve(plain, room ? room : 1);
        size_t used = 0, made = 0;
        if (!at)
            return err_set(err, ERR_NOMEM, "no memory to decompress", 0);
        switch (libdeflate_gzip_decompress_ex(gzip->decompressor, from->data, from->len, at, room,
                                              &used, &made)) {
        case LIBDEFLATE_SUCCESS:
            plain->len += made;
            from->data += used;
            from->len -= used;
            return ERR_OK;
        case LIBDEFLATE_INSUFFICIENT_SPACE:
            if (room >= max)
                return err_set(err, ERR_TOO_LARGE, "gzip data is too large unpacked", 0);
            room = room > max / 2 ? max : room * 2;
            break;
        case LIBDEFLATE_SHORT_OUTPUT:
        case LIBDEFLATE_BAD_DATA:
        default:
            return err_set(err, ERR_FORMAT, "gzip data is damaged", 0);
        }
    }
}

enum err_code pack_gzip_unpack(struct pack_gzip *gzip, struct span packed, size_t max,
                               struct buf *plain, struct err *err)
{
    if (!gzip->decompressor)
        gzip->decompressor = libdeflate_alloc_decompressor();
    if (!gzip->decompressor)
        return err_set(err, ERR_NOMEM, "no memory to decompress", 0);
    const size_t begin = plain->len;
    struct span from = packed;
    do {
        const uint64_t member = (uint64_t)(from.data - packed.data);
        struct err inner = {0};
        if (from.len < MEMBER_MIN - 2)
            return err_set(err, ERR_FORMAT, "gzip data is cut off", member);
        if (unpack_member(gzip, &from, max - (plain->len - begin), plain, &inner) != ERR_OK)
            return err_set(err, inner.code, inner.what, member);
    } while (from.len);
    return ERR_OK;
}
