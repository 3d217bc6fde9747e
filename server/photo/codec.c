#include "server/photo/codec.h"

#include <turbojpeg.h>

enum { DISPLAY_QUALITY = 82, THUMB_QUALITY = 75 };

/* The coarsest halving that still has all the pixels we keep: the decoder then does a quarter of
 * the work, or a sixteenth, and the memory of a photo does not grow with the camera. */
static uint32_t halvings(uint32_t width, uint32_t height, uint32_t side)
{
    uint32_t by = 1;
    const uint32_t longer = width > height ? width : height;
    while (by < 8 && longer / (by * 2) >= side)
        by *= 2;
    return by;
}

/* `strict`: our own encoders' work decodes without a warning; real cameras make slips. */
static enum err_code decode(struct span photo, const struct jpeg_info *info, bool strict,
                            struct arena *arena, struct pixels *ret, struct err *err)
{
    const uint32_t by = halvings(info->width, info->height, CODEC_DISPLAY_SIDE);
    struct pixels pixels;
    TRY(pixels_new(arena, (info->width + by - 1) / by, (info->height + by - 1) / by, &pixels, err));
    tjhandle decoder = tjInitDecompress();
    if (!decoder)
        return err_set(err, ERR_NOMEM, "no memory for the decoder", 0);
    const int result = tjDecompress2(decoder, photo.data, (unsigned long)info->length, pixels.rgb,
                                     (int)pixels.width, 0, (int)pixels.height, TJPF_RGB,
                                     TJFLAG_LIMITSCANS | TJFLAG_ACCURATEDCT);
    const bool is_broken = result != 0 && (strict || tjGetErrorCode(decoder) != TJERR_WARNING);
    tjDestroy(decoder);
    if (is_broken)
        return err_set(err, ERR_FORMAT, "the photo cannot be decoded", 0);
    *ret = pixels;
    return ERR_OK;
}

static enum err_code encode(const struct pixels *pixels, int quality, struct arena *arena,
                            struct span *ret, struct err *err)
{
    tjhandle encoder = tjInitCompress();
    unsigned char *bytes = NULL;
    unsigned long len = 0;
    if (!encoder)
        return err_set(err, ERR_NOMEM, "no memory for the encoder", 0);
    const int result = tjCompress2(encoder, pixels->rgb, (int)pixels->width, 0, (int)pixels->height,
                                   TJPF_RGB, &bytes, &len, TJSAMP_420, quality, TJFLAG_ACCURATEDCT);
    const char *copy = result == 0 ? arena_copy(arena, span_of(bytes, len)) : NULL;
    tjFree(bytes);
    tjDestroy(encoder);
    if (!copy)
        return err_set(err, ERR_NOMEM, "no memory for the new photo", 0);
    *ret = span_of(copy, len);
    return ERR_OK;
}

/* Shrunk first, for then turning costs next to nothing. */
static enum err_code prepare(struct span photo, const struct jpeg_info *info, struct arena *arena,
                             struct pixels *ret, struct err *err)
{
    struct pixels decoded, small;
    uint32_t width, height;
    TRY(decode(photo, info, false, arena, &decoded, err));
    pixels_fit(info->width, info->height, CODEC_DISPLAY_SIDE, &width, &height);
    TRY(pixels_shrink(&decoded, width, height, arena, &small, err));
    return pixels_turn(&small, info->orientation, arena, ret, err);
}

static enum err_code encode_thumb(const struct pixels *display, struct arena *arena,
                                  struct span *ret, struct err *err)
{
    struct pixels thumb;
    uint32_t width, height;
    pixels_fit(display->width, display->height, CODEC_THUMB_SIDE, &width, &height);
    TRY(pixels_shrink(display, width, height, arena, &thumb, err));
    return encode(&thumb, THUMB_QUALITY, arena, ret, err);
}

enum err_code codec_make(struct span photo, const struct jpeg_info *info, const struct box *boxes,
                         size_t box_count, struct arena *arena, struct codec_variants *ret,
                         struct err *err)
{
    struct pixels display;
    struct codec_variants made;
    TRY(prepare(photo, info, arena, &display, err));
    pixels_cover(&display, boxes, box_count);
    made.width = display.width;
    made.height = display.height;
    TRY(encode(&display, DISPLAY_QUALITY, arena, &made.display, err));
    TRY(encode_thumb(&display, arena, &made.thumb, err));
    *ret = made;
    return ERR_OK;
}

enum err_code codec_thumb(struct span display, const struct jpeg_info *info, struct arena *arena,
                          struct codec_variants *ret, struct err *err)
{
    struct pixels decoded;
    struct codec_variants made = {.width = info->width, .height = info->height};
    TRY(decode(display, info, true, arena, &decoded, err));
    TRY(encode_thumb(&decoded, arena, &made.thumb, err));
    *ret = made;
    return ERR_OK;
}
