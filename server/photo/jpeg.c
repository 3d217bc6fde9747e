#include "server/photo/jpeg.h"

/* T.81, table B.1. */
enum marker {
    SOF0 = 0xC0, /* baseline */
    SOF1 = 0xC1, /* extended sequential */
    SOF2 = 0xC2, /* progressive */
    DHT = 0xC4,
    SOF_LAST = 0xCF,
    JPG = 0xC8,
    DAC = 0xCC,
    RST0 = 0xD0,
    RST7 = 0xD7,
    SOI = 0xD8,
    EOI = 0xD9,
    SOS = 0xDA,
    DQT = 0xDB,
    DNL = 0xDC,
    DRI = 0xDD,
    APP0 = 0xE0,
    APP1 = 0xE1,
    APP15 = 0xEF,
    COM = 0xFE,
};

/* --- What it is instead --- */

static bool begins(struct span file, size_t at, const char *bytes, size_t len)
{
    return file.len >= at + len && memcmp(file.data + at, bytes, len) == 0;
}

static bool is_markup(struct span file)
{
    size_t at = begins(file, 0, "\xEF\xBB\xBF", 3) ? 3 : 0;
    while (at < file.len && (file.data[at] == ' ' || file.data[at] == '\t' ||
                             file.data[at] == '\r' || file.data[at] == '\n'))
        at++;
    return at < file.len && file.data[at] == '<';
}

static enum err_code refuse_kind(struct span file, struct err *err)
{
    static const struct {
        size_t at, len;
        const char *bytes, *what;
    } kinds[] = {
        {4, 4, "ftyp", "this is a HEIC, AVIF or video file: only JPEG photos are taken"},
        {0, 4, "\x89PNG", "this is a PNG picture: only JPEG photos are taken"},
        {0, 4, "GIF8", "this is a GIF picture: only JPEG photos are taken"},
        {0, 4, "RIFF", "this is a WebP picture or a sound: only JPEG photos are taken"},
        {0, 4, "%PDF", "this is a PDF document: only JPEG photos are taken"},
        {0, 4, "PK\3\4", "this is a ZIP archive: only JPEG photos are taken"},
        {0, 2, "\x1F\x8B", "this is a compressed file: only JPEG photos are taken"},
        {0, 2, "BM", "this is a BMP picture: only JPEG photos are taken"},
        {0, 4, "II*\0", "this is a TIFF or raw picture: only JPEG photos are taken"},
        {0, 4, "MM\0*", "this is a TIFF or raw picture: only JPEG photos are taken"},
    };
    for (size_t i = 0; i < LENGTH(kinds); i++)
        if (begins(file, kinds[i].at, kinds[i].bytes, kinds[i].len))
            return err_set(err, ERR_MEDIA_TYPE, kinds[i].what, 0);
    if (is_markup(file))
        return err_set(err, ERR_MEDIA_TYPE,
                       "this is a drawing or a page (SVG, HTML): only JPEG photos are taken", 0);
    return err_set(err, ERR_MEDIA_TYPE, "this is no JPEG photo", 0);
}

/* --- Segments --- */

struct scan {
    struct span file;
    size_t at;
    struct jpeg_info info;
    unsigned scans;
    bool has_frame, has_jfif;
    struct err *err;
};

static enum err_code cut_off(const struct scan *scan)
{
    return err_set(scan->err, ERR_FORMAT, "the photo is cut off", scan->at);
}

static unsigned u16(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

/* A segment's content, behind its length. */
static enum err_code take_segment(struct scan *scan, struct span *ret)
{
    if (scan->file.len - scan->at < 2)
        return cut_off(scan);
    const size_t len = u16(scan->file.data + scan->at);
    if (len < 2)
        return err_set(scan->err, ERR_FORMAT, "a segment of the photo is damaged", scan->at);
    if (len > scan->file.len - scan->at)
        return cut_off(scan);
    *ret = span_of(scan->file.data + scan->at + 2, len - 2);
    scan->at += len;
    return ERR_OK;
}

static enum err_code refuse_sizes(const struct scan *scan, uint64_t width, uint64_t height)
{
    if (width == 0 || height == 0)
        return err_set(scan->err, ERR_INVALID, "the photo does not say its size", scan->at);
    if (width > JPEG_SIDE_MAX || height > JPEG_SIDE_MAX)
        return err_set(scan->err, ERR_INVALID, "the photo is more than 16,384 pixels wide or high",
                       scan->at);
    if (width * height > JPEG_PIXELS_MAX)
        return err_set(scan->err, ERR_INVALID, "the photo has more than 50 million pixels",
                       scan->at);
    if (scan->info.is_progressive && width * height > JPEG_PROGRESSIVE_PIXELS_MAX)
        return err_set(scan->err, ERR_INVALID,
                       "the photo is progressive and has more than 12 million pixels", scan->at);
    return ERR_OK;
}

static enum err_code take_frame(struct scan *scan, uint8_t marker)
{
    struct span frame;
    TRY(take_segment(scan, &frame));
    if (scan->has_frame)
        return err_set(scan->err, ERR_INVALID, "the file has more than one picture in it",
                       scan->at);
    if (marker != SOF0 && marker != SOF1 && marker != SOF2)
        return err_set(scan->err, ERR_INVALID,
                       "a kind of JPEG that photos do not use (lossless or arithmetic)", scan->at);
    if (frame.len < 6 || frame.len != 6 + 3 * (size_t)frame.data[5])
        return err_set(scan->err, ERR_FORMAT, "the head of the photo is damaged", scan->at);
    if (frame.data[0] != 8)
        return err_set(scan->err, ERR_INVALID, "the photo does not have 8 bits a colour", scan->at);
    if (frame.data[5] != 1 && frame.data[5] != 3)
        return err_set(scan->err, ERR_INVALID,
                       "the photo is in printing colours (CMYK): save it in RGB", scan->at);
    scan->info.is_progressive = marker == SOF2;
    scan->info.height = u16(frame.data + 1);
    scan->info.width = u16(frame.data + 3);
    scan->info.components = frame.data[5];
    scan->has_frame = true;
    return refuse_sizes(scan, scan->info.width, scan->info.height);
}

/* --- EXIF: one tag --- */

struct tiff {
    struct span bytes;
    bool is_little;
};

static bool tiff_read(const struct tiff *tiff, size_t at, size_t len, uint32_t *ret)
{
    if (at > tiff->bytes.len || tiff->bytes.len - at < len)
        return false;
    uint32_t value = 0;
    for (size_t i = 0; i < len; i++)
        value = value << 8 | tiff->bytes.data[at + (tiff->is_little ? len - 1 - i : i)];
    *ret = value;
    return true;
}

/* Wrong EXIF is common and harmless: it says nothing then. */
static uint8_t orientation_of(struct span app1)
{
    enum { ORIENTATION = 0x0112, SHORT = 3, ENTRY = 12 };
    if (!begins(app1, 0, "Exif\0\0", 6))
        return 0;
    struct tiff tiff = {.bytes = span_of(app1.data + 6, app1.len - 6)};
    uint32_t magic, at, count, tag, type, value;
    tiff.is_little = begins(tiff.bytes, 0, "II", 2);
    if ((!tiff.is_little && !begins(tiff.bytes, 0, "MM", 2)) || !tiff_read(&tiff, 2, 2, &magic) ||
        magic != 42 || !tiff_read(&tiff, 4, 4, &at) || !tiff_read(&tiff, at, 2, &count))
        return 0;
    for (size_t entry = (size_t)at + 2; count > 0; count--, entry += ENTRY) {
        if (!tiff_read(&tiff, entry, 2, &tag) || !tiff_read(&tiff, entry + 2, 2, &type) ||
            !tiff_read(&tiff, entry + 8, 2, &value))
            return 0;
        if (tag == ORIENTATION)
            return type == SHORT && value >= 1 && value <= 8 ? (uint8_t)value : 0;
    }
    return 0;
}

/* JFIF's head as encoders write it: version, density, and a thumbnail of no size. */
static bool is_plain_jfif(struct span app0)
{
    return app0.len == 14 && begins(app0, 0, "JFIF\0", 5) && app0.data[12] == 0 &&
           app0.data[13] == 0;
}

static enum err_code take_extra(struct scan *scan, uint8_t marker)
{
    struct span extra;
    TRY(take_segment(scan, &extra));
    const uint8_t orientation = marker == APP1 ? orientation_of(extra) : 0;
    if (orientation)
        scan->info.orientation = orientation;
    if (marker == APP0 && is_plain_jfif(extra) && !scan->has_jfif)
        scan->has_jfif = true;
    else
        scan->info.is_bare = false;
    return ERR_OK;
}

/* --- Pixels --- */

/* Coded pixels end at a marker that is neither a stuffed zero nor a restart. */
static enum err_code skip_pixels(struct scan *scan)
{
    struct span head;
    TRY(take_segment(scan, &head));
    if (!scan->has_frame)
        return err_set(scan->err, ERR_FORMAT, "the photo's pixels come before its head", scan->at);
    if (++scan->scans > JPEG_SCANS_MAX)
        return err_set(scan->err, ERR_INVALID, "the photo is coded in too many layers", scan->at);
    for (;;) {
        const uint8_t *end = scan->file.data + scan->file.len;
        const uint8_t *found = memchr(scan->file.data + scan->at, 0xFF, scan->file.len - scan->at);
        if (!found || end - found < 2)
            return cut_off(scan);
        const uint8_t next = found[1];
        scan->at = (size_t)(found - scan->file.data);
        if (next == 0xFF)
            scan->at += 1; /* a fill byte */
        else if (next == 0 || (next >= RST0 && next <= RST7))
            scan->at += 2;
        else
            return ERR_OK;
    }
}

static enum err_code take_marker(struct scan *scan, uint8_t *ret)
{
    if (scan->file.len - scan->at < 2)
        return cut_off(scan);
    if (scan->file.data[scan->at] != 0xFF)
        return err_set(scan->err, ERR_FORMAT, "a segment of the photo is damaged", scan->at);
    scan->at++;
    while (scan->at < scan->file.len && scan->file.data[scan->at] == 0xFF) {
        scan->info.is_bare = false; /* fill bytes: allowed, and no encoder of ours writes them */
        scan->at++;
    }
    if (scan->at == scan->file.len)
        return cut_off(scan);
    *ret = scan->file.data[scan->at++];
    return ERR_OK;
}

static enum err_code take_part(struct scan *scan, uint8_t marker)
{
    struct span skipped;
    if (marker == DHT || marker == DQT || marker == DRI)
        return take_segment(scan, &skipped);
    if (marker >= SOF0 && marker <= SOF_LAST && marker != JPG && marker != DAC)
        return take_frame(scan, marker);
    if (marker == SOS)
        return skip_pixels(scan);
    if ((marker >= APP0 && marker <= APP15) || marker == COM)
        return take_extra(scan, marker);
    return err_set(scan->err, ERR_INVALID, "the photo has a part that photos do not have",
                   scan->at);
}

enum err_code jpeg_scan(struct span file, struct jpeg_info *ret, struct err *err)
{
    if (!begins(file, 0, "\xFF\xD8\xFF", 3))
        return refuse_kind(file, err);
    struct scan scan = {.file = file, .at = 2, .err = err};
    scan.info.orientation = 1;
    scan.info.is_bare = true;
    for (;;) {
        uint8_t marker = EOI;
        TRY(take_marker(&scan, &marker));
        if (marker == EOI)
            break;
        TRY(take_part(&scan, marker));
    }
    if (scan.scans == 0)
        return err_set(err, ERR_FORMAT, "the photo has no pixels", scan.at);
    scan.info.length = scan.at;
    scan.info.is_bare = scan.info.is_bare && scan.has_jfif && scan.at == file.len;
    *ret = scan.info;
    return ERR_OK;
}
