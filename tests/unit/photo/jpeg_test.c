#include "server/photo/jpeg.h"

#include "tests/support/photo.h"
#include "tests/support/test.h"

struct foreign {
    const char *label, *bytes;
    size_t len;
    enum err_code code;
    const char *word; /* that the sentence must have in it */
};

#define BYTES(text) text, sizeof(text) - 1

static const struct foreign foreign[] = {
    {"nothing is no photo", BYTES(""), ERR_MEDIA_TYPE, "no JPEG"},
    {"an SVG is told to be a drawing", BYTES("<?xml version=\"1.0\"?><svg onload=\"x()\"/>"),
     ERR_MEDIA_TYPE, "SVG"},
    {"an SVG behind blanks and a mark is told as well", BYTES("\xEF\xBB\xBF \n\t<svg/>"),
     ERR_MEDIA_TYPE, "SVG"},
    {"a ZIP archive is told", BYTES("PK\3\4\x14\0\0\0"), ERR_MEDIA_TYPE, "ZIP"},
    {"a HEIC picture is told",
     BYTES("\0\0\0\x18"
           "ftypheic\0\0\0\0"),
     ERR_MEDIA_TYPE, "HEIC"},
    {"a PNG picture is told", BYTES("\x89PNG\r\n\x1a\n"), ERR_MEDIA_TYPE, "PNG"},
    {"a WebP picture is told", BYTES("RIFF\0\0\0\0WEBP"), ERR_MEDIA_TYPE, "WebP"},
    {"a PDF document is told", BYTES("%PDF-1.7"), ERR_MEDIA_TYPE, "PDF"},
    {"a bomb of zeros, packed, is told", BYTES("\x1F\x8B\x08\0"), ERR_MEDIA_TYPE, "compressed"},
    {"a start alone is cut off", BYTES("\xFF\xD8\xFF"), ERR_FORMAT, "cut off"},
    {"a start and an end have no pixels", BYTES("\xFF\xD8\xFF\xD9"), ERR_FORMAT, "no pixels"},
    {"a length of one is damage", BYTES("\xFF\xD8\xFF\xE0\0\x01xx"), ERR_FORMAT, "damaged"},
    {"a segment longer than the file is cut off", BYTES("\xFF\xD8\xFF\xE0\xFF\xFFxx"), ERR_FORMAT,
     "cut off"},
    {"pixels before the head are damage", BYTES("\xFF\xD8\xFF\xDA\0\x02zz\xFF\xD9"), ERR_FORMAT,
     "before its head"},
    {"a picture inside a picture is refused", BYTES("\xFF\xD8\xFF\xD8\xFF\xD9"), ERR_INVALID,
     "part that photos do not have"},
};

static void says_what_it_is(void **state)
{
    const struct foreign *row = *state;
    struct jpeg_info info = {.width = 77};
    struct err err = {0};
    assert_int_equal(jpeg_scan(span_of(row->bytes, row->len), &info, &err), row->code);
    assert_non_null(strstr(err.what, row->word));
    assert_int_equal(info.width, 77);
}

struct sized {
    const char *label;
    uint8_t frame;
    uint32_t width, height;
    enum err_code code;
    const char *word;
};

static const struct sized sized[] = {
    {"20,000 by 20,000 progressive pixels are refused by their head", 0xC2, 20000, 20000,
     ERR_INVALID, "16,384"},
    {"50 million pixels are taken", 0xC0, 8000, 6250, ERR_OK, ""},
    {"a row more is refused", 0xC0, 8000, 6251, ERR_INVALID, "50 million"},
    {"12 million progressive pixels are taken", 0xC2, 4000, 3000, ERR_OK, ""},
    {"a row more of them is refused", 0xC2, 4000, 3001, ERR_INVALID, "progressive"},
    {"no width is refused", 0xC0, 0, 100, ERR_INVALID, "does not say"},
    {"no height is refused: it would come later, and be anything", 0xC0, 100, 0, ERR_INVALID,
     "does not say"},
    {"lossless JPEG is refused", 0xC3, 16, 16, ERR_INVALID, "lossless"},
    {"arithmetic coding is refused", 0xC9, 16, 16, ERR_INVALID, "arithmetic"},
};

static void decides_by_the_head(void **state)
{
    const struct sized *row = *state;
    struct buf photo;
    struct jpeg_info info;
    struct err err = {.what = ""};
    photo_make_head(&photo, row->frame, row->width, row->height);
    assert_int_equal(jpeg_scan(buf_span(&photo), &info, &err), row->code);
    assert_non_null(strstr(err.what, row->word));
    if (row->code == ERR_OK) {
        assert_int_equal(info.width, row->width);
        assert_int_equal(info.height, row->height);
        assert_int_equal(info.is_progressive, row->frame == 0xC2);
    }
    buf_done(&photo);
}

static struct jpeg_info info_of(const struct buf *photo)
{
    struct jpeg_info info;
    assert_int_equal(jpeg_scan(buf_span(photo), &info, NULL), ERR_OK);
    return info;
}

static void an_encoders_own_picture_is_bare(void **state)
{
    (void)state;
    struct buf photo;
    photo_make(&photo, 40, 30, 0);
    const struct jpeg_info info = info_of(&photo);
    assert_true(info.is_bare);
    assert_int_equal(info.width, 40);
    assert_int_equal(info.height, 30);
    assert_int_equal(info.components, 3);
    assert_int_equal(info.orientation, 1);
    assert_int_equal(info.length, photo.len);
    buf_done(&photo);
}

static void each_way_up_is_read(void **state)
{
    (void)state;
    for (uint8_t orientation = 1; orientation <= 8; orientation++) {
        struct buf photo;
        photo_make(&photo, 40, 30, 0);
        photo_add_exif(&photo, orientation);
        assert_int_equal(info_of(&photo).orientation, orientation);
        buf_done(&photo);
    }
}

static void a_way_up_that_does_not_exist_says_nothing(void **state)
{
    (void)state;
    struct buf photo;
    photo_make(&photo, 40, 30, 0);
    photo_add_exif(&photo, 9);
    assert_int_equal(info_of(&photo).orientation, 1);
    buf_done(&photo);
}

static void anything_beside_the_picture_is_not_bare(void **state)
{
    (void)state;
    static const uint8_t markers[] = {0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xEF, 0xFE};
    for (size_t i = 0; i < LENGTH(markers); i++) {
        struct buf photo;
        photo_make(&photo, 40, 30, 0);
        photo_add_segment(&photo, markers[i], span_from_str("anything"));
        assert_false(info_of(&photo).is_bare);
        buf_done(&photo);
    }
}

static void bytes_behind_the_end_are_not_the_picture(void **state)
{
    (void)state;
    struct buf photo;
    photo_make(&photo, 40, 30, 0);
    const size_t length = photo.len;
    buf_add_str(&photo, "<html><script>alert(1)</script>");
    const struct jpeg_info info = info_of(&photo);
    assert_false(info.is_bare);
    assert_int_equal(info.length, length);
    buf_done(&photo);
}

static void a_thumbnail_in_the_head_is_not_bare(void **state)
{
    (void)state;
    struct buf photo;
    photo_make(&photo, 40, 30, 0);
    assert_memory_equal(photo.data + 6, "JFIF", 5);
    photo.data[18] = photo.data[19] = 1;
    assert_false(info_of(&photo).is_bare);
    buf_done(&photo);
}

static void every_cut_is_noticed(void **state)
{
    (void)state;
    struct buf photo;
    struct jpeg_info info;
    photo_make(&photo, 40, 30, TJFLAG_PROGRESSIVE);
    photo_add_exif(&photo, 6);
    for (size_t len = 3; len < photo.len; len++) {
        struct err err = {0};
        assert_int_equal(jpeg_scan(span_of(photo.data, len), &info, &err), ERR_FORMAT);
        assert_true(err.at <= len);
    }
    buf_done(&photo);
}

int main(void)
{
    const struct CMUnitTest fixed[] = {
        cmocka_unit_test(an_encoders_own_picture_is_bare),
        cmocka_unit_test(each_way_up_is_read),
        cmocka_unit_test(a_way_up_that_does_not_exist_says_nothing),
        cmocka_unit_test(anything_beside_the_picture_is_not_bare),
        cmocka_unit_test(bytes_behind_the_end_are_not_the_picture),
        cmocka_unit_test(a_thumbnail_in_the_head_is_not_bare),
        cmocka_unit_test(every_cut_is_noticed),
    };
    struct CMUnitTest tests[LENGTH(fixed) + LENGTH(foreign) + LENGTH(sized)];
    size_t count = 0;
    for (size_t i = 0; i < LENGTH(fixed); i++)
        tests[count++] = fixed[i];
    for (size_t i = 0; i < LENGTH(foreign); i++)
        tests[count++] =
            (struct CMUnitTest){foreign[i].label, says_what_it_is, NULL, NULL, (void *)&foreign[i]};
    for (size_t i = 0; i < LENGTH(sized); i++)
        tests[count++] =
            (struct CMUnitTest){sized[i].label, decides_by_the_head, NULL, NULL, (void *)&sized[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
