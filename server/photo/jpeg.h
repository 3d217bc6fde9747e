/*
 * jpeg: the markers of a JPEG file, read strictly and without decoding.
 *
 * Purpose    Decides what may reach the decoder at all (size, kind, wholeness), finds the one EXIF
 *            tag that is needed (which way up), and tells whether a file carries anything besides
 *            its picture.
 * Ownership  Allocates nothing; reads only inside `file`.
 * Errors     ERR_MEDIA_TYPE it is no JPEG (the sentence names what it is instead); ERR_INVALID a
 *            JPEG that is not taken; ERR_FORMAT a damaged or cut one. `at` is the byte. *ret is
 *            untouched on failure.
 * Threads    Any.
 * Standard   ITU-T T.81 annex B (markers), JFIF 1.02, Exif 2.32 (orientation, tag 0x0112).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/err.h"
#include "tiles/base/span.h"

enum {
    JPEG_SIDE_MAX = 16384,
    JPEG_PIXELS_MAX = 50000000,
    /* A progressive picture is held whole in memory, 6 bytes a pixel, before a line of it is known.
     */
    JPEG_PROGRESSIVE_PIXELS_MAX = 12000000,
    JPEG_SCANS_MAX = 64, /* cameras write 1, encoders for the web about 10 */
};

struct jpeg_info {
    uint32_t width, height; /* as stored, before turning */
    uint8_t components;     /* 1: grey, 3: colour */
    bool is_progressive;
    uint8_t orientation; /* of EXIF, 1–8; 1 where it says nothing usable */
    /* Nothing but JFIF's own head without thumbnail and the picture: no EXIF, XMP, MPF, ICC,
     * comment, and no byte behind the end. */
    bool is_bare;
    size_t length; /* bytes up to and with the end marker; what follows is not the picture */
};

MUST_CHECK enum err_code jpeg_scan(struct span file, struct jpeg_info *ret, struct err *err);
