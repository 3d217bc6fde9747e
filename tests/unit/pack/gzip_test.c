/* gzip: a member made by GNU gzip, damage, limits, and the way there and back. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/test.h"
#include "tiles/pack/gzip.h"

/* printf 'kakikomap' | gzip -n9 */
static const uint8_t packed[] = {
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xCB, 0x4E, 0xCC, 0xCE, 0xCC,
    0xCE, 0xCF, 0x4D, 0x2C, 0x00, 0x00, 0xDF, 0x3F, 0x7F, 0x63, 0x09, 0x00, 0x00, 0x00,
};

static enum err_code unpack(struct span from, size_t max, struct buf *plain, struct err *err)
{
    struct pack_gzip gzip;
    pack_gzip_init(&gzip, 6);
    const enum err_code code = pack_gzip_unpack(&gzip, from, max, plain, err);
    pack_gzip_done(&gzip);
    return code;
}

static void a_member_of_gnu_gzip_is_read(void **state)
{
    (void)state;
    CLEANUP(buf_done) struct buf plain = {0};
    assert_int_equal(unpack(span_of(packed, sizeof packed), 9, &plain, NULL), ERR_OK);
    assert_true(span_is(buf_span(&plain), "kakikomap"));
}

static void several_members_follow_each_other(void **state)
{
    (void)state;
    uint8_t twice[2 * sizeof packed];
    memcpy(twice, packed, sizeof packed);
    memcpy(twice + sizeof packed, packed, sizeof packed);
    CLEANUP(buf_done) struct buf plain = {0};
    assert_int_equal(unpack(span_of(twice, sizeof twice), 18, &plain, NULL), ERR_OK);
    assert_true(span_is(buf_span(&plain), "kakikomapkakikomap"));
    buf_clear(&plain);
    assert_int_equal(unpack(span_of(twice, sizeof twice), 17, &plain, NULL), ERR_TOO_LARGE);
}

static void every_damaged_byte_and_every_cut_is_found(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof packed; len++) {
        CLEANUP(buf_done) struct buf plain = {0};
        assert_int_equal(unpack(span_of(packed, len), 1 << 20, &plain, NULL), ERR_FORMAT);
    }
    for (size_t at = 0; at < sizeof packed; at++) {
        if (at >= 4 && at < 10)
            continue; /* time, flags of the compressor and its system may be anything */
        uint8_t damaged[sizeof packed];
        memcpy(damaged, packed, sizeof packed);
        damaged[at] ^= 0x41;
        CLEANUP(buf_done) struct buf plain = {0};
        const enum err_code code = unpack(span_of(damaged, sizeof damaged), 1 << 20, &plain, NULL);
        assert_int_not_equal(code, ERR_OK);
    }
}

static void what_was_packed_comes_back_whatever_its_length(void **state)
{
    (void)state;
    static const size_t lens[] = {0, 1, 2, 1000, 65536, 3000000};
    struct pack_gzip gzip;
    pack_gzip_init(&gzip, 6);
    for (size_t i = 0; i < LENGTH(lens); i++) {
        CLEANUP(buf_done) struct buf small = {0};
        CLEANUP(buf_done) struct buf again = {0};
        uint8_t *bytes = calloc(lens[i] + 1, 1); /* zeros: 1,000 to 1 */
        assert_non_null(bytes);
        const struct span plain = span_of(bytes, lens[i]);
        assert_int_equal(pack_gzip_pack(&gzip, plain, &small, NULL), ERR_OK);
        assert_int_equal(pack_gzip_unpack(&gzip, buf_span(&small), lens[i], &again, NULL), ERR_OK);
        assert_true(span_equal(plain, buf_span(&again)));
        if (lens[i]) {
            buf_clear(&again);
            assert_int_equal(pack_gzip_unpack(&gzip, buf_span(&small), lens[i] - 1, &again, NULL),
                             ERR_TOO_LARGE);
        }
        free(bytes);
    }
    pack_gzip_done(&gzip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_of_gnu_gzip_is_read),
        cmocka_unit_test(several_members_follow_each_other),
        cmocka_unit_test(every_damaged_byte_and_every_cut_is_found),
        cmocka_unit_test(what_was_packed_comes_back_whatever_its_length),
    };
    return cmocka_run_group_tests_name("gzip", tests, NULL, NULL);
}
