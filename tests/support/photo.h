/* photo: JPEG files for tests, made on the spot: nothing binary lies in the repository. */
#pragma once

#include <stdlib.h>
#include <turbojpeg.h>

#include "tiles/base/buf.h"

/* Four coloured quarters, so that turning and covering can be seen: red, green; blue, white. */
static inline void photo_colour(uint32_t x, uint32_t y, uint32_t width, uint32_t height,
                                uint8_t ret[3])
{
    static const uint8_t quarters[4][3] = {
        {230, 20, 20}, {20, 200, 20}, {20, 20, 230}, {240, 240, 240}};
    memcpy(ret, quarters[(x >= width / 2) + 2 * (y >= height / 2)], 3);
}

/* Light and grain as of a camera, so that coding costs what it costs there. */
static inline void photo_add_grain(uint8_t *rgb, uint32_t width, uint32_t height)
{
    uint32_t seed = 1;
    for (size_t i = 0; i < (size_t)width * height * 3; i++) {
        seed = seed * 1664525 + 1013904223;
        const int value = (int)(rgb[i] / 2 + i % ((size_t)width * 3) * 100 / ((size_t)width * 3)) +
                          (int)(seed >> 27);
        rgb[i] = (uint8_t)(value > 255 ? 255 : value);
    }
}

enum { PHOTO_GRAIN = 1 << 30 /* beside TurboJPEG's flags */ };

static inline void photo_make(struct buf *ret, uint32_t width, uint32_t height, int flags)
{
    uint8_t *rgb = malloc((size_t)width * height * 3);
    if (!rgb)
        abort();
    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++)
            photo_colour(x, y, width, height, rgb + ((size_t)y * width + x) * 3);
    if (flags & PHOTO_GRAIN)
        photo_add_grain(rgb, width, height);
    tjhandle encoder = tjInitCompress();
    unsigned char *bytes = NULL;
    unsigned long len = 0;
    if (tjCompress2(encoder, rgb, (int)width, 0, (int)height, TJPF_RGB, &bytes, &len, TJSAMP_420,
                    90, flags & ~PHOTO_GRAIN) != 0)
        abort();
    buf_init(ret);
    buf_add(ret, span_of(bytes, len));
    tjFree(bytes);
    tjDestroy(encoder);
    free(rgb);
}

/* A segment right behind SOI: marker, length, bytes. */
static inline void photo_add_segment(struct buf *photo, uint8_t marker, struct span bytes)
{
    struct buf with;
    buf_init(&with);
    buf_add(&with, span_of(photo->data, 2));
    buf_add_byte(&with, 0xFF);
    buf_add_byte(&with, marker);
    buf_add_byte(&with, (uint8_t)((bytes.len + 2) >> 8));
    buf_add_byte(&with, (uint8_t)(bytes.len + 2));
    buf_add(&with, bytes);
    buf_add(&with, span_of(photo->data + 2, photo->len - 2));
    buf_done(photo);
    *photo = with;
}

/* EXIF that says which way up, and where the writer lives. */
static inline void photo_add_exif(struct buf *photo, uint8_t orientation)
{
    uint8_t exif[] = "Exif\0\0"
                     "MM\0*\0\0\0\x08\0\x01"
                     "\x01\x12\0\x03\0\0\0\x01\0\0\0\0"
                     "\0\0\0\0"
                     "CANARY-GPS-36.1472N-139.3886E";
    exif[6 + 10 + 9] = orientation;
    photo_add_segment(photo, 0xE1, span_of(exif, sizeof exif - 1));
}

/* The head of a picture of any size, and no more pixels than fit into `data`. */
static inline void photo_make_head(struct buf *ret, uint8_t frame, uint32_t width, uint32_t height)
{
    struct buf small;
    photo_make(&small, 16, 16, frame == 0xC2 ? TJFLAG_PROGRESSIVE : 0);
    for (size_t i = 2; i + 9 < small.len; i++)
        if (small.data[i] == 0xFF && small.data[i + 1] == (frame == 0xC2 ? 0xC2 : 0xC0)) {
            small.data[i + 1] = frame;
            small.data[i + 5] = (uint8_t)(height >> 8);
            small.data[i + 6] = (uint8_t)height;
            small.data[i + 7] = (uint8_t)(width >> 8);
            small.data[i + 8] = (uint8_t)width;
            break;
        }
    *ret = small;
}
