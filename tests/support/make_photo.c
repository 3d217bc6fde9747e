/*
 * make_photo: a JPEG on standard output. Usage: make_photo WIDTH HEIGHT [progressive|camera]
 * Four coloured quarters, so that turning and covering can be seen.
 */
#include <stdio.h>
#include <string.h>

#include "tests/support/photo.h"

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    struct buf photo;
    const char *kind = argc > 3 ? argv[3] : "";
    photo_make(&photo, (uint32_t)atoi(argv[1]), (uint32_t)atoi(argv[2]),
               strcmp(kind, "progressive") == 0 ? TJFLAG_PROGRESSIVE
               : strcmp(kind, "camera") == 0    ? PHOTO_GRAIN
                                                : 0);
    const bool written = fwrite(photo.data, 1, photo.len, stdout) == photo.len;
    buf_done(&photo);
    return written ? 0 : 1;
}
