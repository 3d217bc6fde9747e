/*
 * codec: from the bytes of a photo to the variants that are kept. Runs in the limited child only.
 *
 * Purpose    What goes in is a stranger's file; what comes out is a new picture that shares nothing
 *            with it but its pixels: no EXIF, position, thumbnail, XMP, MPF, ICC or comment.
 * Ownership  Results live in the arena.
 * Errors     ERR_FORMAT the decoder does not get a picture out of it; ERR_NOMEM.
 * Threads    Any.
 */
#pragma once

#include "server/photo/jpeg.h"
#include "server/photo/pixels.h"

enum {
    CODEC_DISPLAY_SIDE = 1600, /* pixels of the longer side */
    CODEC_THUMB_SIDE = 320,
};

struct codec_variants {
    uint32_t width, height; /* of display, upright */
    struct span display, thumb;
};

/* `info` is what jpeg_scan told of these bytes. */
MUST_CHECK enum err_code codec_make(struct span photo, const struct jpeg_info *info,
                                    const struct box *boxes, size_t box_count, struct arena *arena,
                                    struct codec_variants *ret, struct err *err);

/* Of a display variant that another server has made, with `info` of a bare picture no larger than
 * ours: its small one. ret->display stays empty. Here a decoder's warning is a failure. */
MUST_CHECK enum err_code codec_thumb(struct span display, const struct jpeg_info *info,
                                     struct arena *arena, struct codec_variants *ret,
                                     struct err *err);
