/* Any bytes as a photo: what the markers are taken for keeps the promises of server/photo/jpeg.h; a
 * fault has a sentence and a place inside the file. */
#include <stdlib.h>

#include "server/photo/jpeg.h"
#include "tests/fuzz/fuzz.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jpeg_info info;
    struct err err = {0};
    if (jpeg_scan(span_of(data, size), &info, &err) != ERR_OK) {
        must(err.what && err.at <= size);
        return 0;
    }
    must(info.width >= 1 && info.width <= JPEG_SIDE_MAX);
    must(info.height >= 1 && info.height <= JPEG_SIDE_MAX);
    must((uint64_t)info.width * info.height <=
         (info.is_progressive ? JPEG_PROGRESSIVE_PIXELS_MAX : JPEG_PIXELS_MAX));
    must(info.components == 1 || info.components == 3);
    must(info.orientation >= 1 && info.orientation <= 8);
    must(info.length >= 4 && info.length <= size);
    must(data[info.length - 2] == 0xFF && data[info.length - 1] == 0xD9);
    must(!info.is_bare || info.length == size);
    /* What stands before its end marker is all there is to it. */
    struct jpeg_info again;
    must(jpeg_scan(span_of(data, info.length), &again, NULL) == ERR_OK);
    must(again.width == info.width && again.height == info.height && again.length == info.length);
    return 0;
}
