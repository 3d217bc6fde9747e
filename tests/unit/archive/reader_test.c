/* reader: archives that are broken on purpose, each in one place. */
#include "tests/support/archive.h"
#include "tests/support/test.h"
#include "tiles/archive/verify.h"

/* A small sound archive without compression: two zooms, a leaf directory. */
enum { ROOT_AT = ARCHIVE_HEADER_LEN, ROOT_LEN = 9, LEAF_LEN = 13, DATA_LEN = 9 };
struct small {
    uint8_t bytes[ROOT_AT + ROOT_LEN + 2 + LEAF_LEN + DATA_LEN];
};

static struct small make_small(void)
{
    struct small small = {0};
    const struct archive_header header = {
        .root = {ROOT_AT, ROOT_LEN},
        .metadata = {ROOT_AT + ROOT_LEN, 2},
        .leaves = {ROOT_AT + ROOT_LEN + 2, LEAF_LEN},
        .data = {ROOT_AT + ROOT_LEN + 2 + LEAF_LEN, DATA_LEN},
        .addressed_count = 5,
        .entry_count = 4,
        .content_count = 3,
        .clustered = true,
        .internal_compression = ARCHIVE_PLAIN,
        .tile_compression = ARCHIVE_PLAIN,
        .min_zoom = 0,
        .max_zoom = 2,
        .max_lon_e7 = 1,
        .max_lat_e7 = 1,
    };
    /* id 0 → "one"; the leaf from id 1: 1–2 "two", 3 "six", 9 "two" again */
    static const uint8_t root[ROOT_LEN] = {2, 0, 1, 1, 0, 3, LEAF_LEN, 1, 1};
    static const uint8_t leaf[LEAF_LEN] = {3, 1, 2, 6, 2, 1, 1, 3, 3, 3, 4, 0, 4};
    archive_header_write(&header, small.bytes);
    memcpy(small.bytes + ROOT_AT, root, sizeof root);
    memcpy(small.bytes + header.metadata.at, "{}", 2);
    memcpy(small.bytes + header.leaves.at, leaf, sizeof leaf);
    memcpy(small.bytes + header.data.at, "onetwosix", DATA_LEN);
    return small;
}

enum { LEAF_AT = ROOT_AT + ROOT_LEN + 2 };

/* One byte changed; what opening and verifying say. */
static const struct row {
    const char *label;
    size_t byte;
    uint8_t value;
    enum err_code code;
    uint64_t at;
} rows[] = {
    {"a sound archive", 0, 'P', ERR_OK, 0},
    {"another magic", 3, 'x', ERR_FORMAT, 0},
    {"version 2", 7, 2, ERR_VERSION, 7},
    {"version 4", 7, 4, ERR_VERSION, 7},
    {"a root inside the header", 8, 126, ERR_RANGE, 8},
    {"a root behind 16 kB", 10, 1, ERR_RANGE, 8},
    {"a root that is longer than the file", 17, 1, ERR_RANGE, 8},
    {"no root", 16, 0, ERR_FORMAT, 8},
    {"metadata behind the end", 25, 1, ERR_RANGE, 24},
    {"leaves behind the end", 47, 0x80, ERR_RANGE, 40},
    {"data longer than the file", 71, 0xFF, ERR_RANGE, 56},
    {"clustered maybe", 96, 2, ERR_FORMAT, 96},
    {"brotli directories", 97, 3, ERR_UNSUPPORTED, 97},
    {"gzip directories without a codec", 97, 2, ERR_UNSUPPORTED, 97},
    {"an unknown compression", 98, 5, ERR_FORMAT, 98},
    {"a zoom that is too deep", 101, 27, ERR_FORMAT, 100},
    {"zooms the wrong way round", 100, 3, ERR_FORMAT, 100},
    {"bounds east of the world", 105, 0x70, ERR_FORMAT, 102},
    {"bounds north of the world", 117, 0x70, ERR_FORMAT, 110},
    {"a centre off the world", 126, 0x70, ERR_FORMAT, 119},
    {"a root without entries", ROOT_AT, 0, ERR_FORMAT, ROOT_AT},
    {"a tile behind the data", ROOT_AT + 5, 200, ERR_FORMAT, ROOT_AT},
    {"a leaf behind its section", ROOT_AT + 8, 9, ERR_RANGE, 1},
    {"a leaf that begins elsewhere", LEAF_AT + 1, 2, ERR_FORMAT, 1},
    {"a leaf that points at itself", LEAF_AT + 4, 0, ERR_FORMAT, 1},
    {"a tile of the leaf behind the data", LEAF_AT + 9, 9, ERR_RANGE, 9},
    {"more addressed tiles than there are", 72, 6, ERR_INVALID, 5},
    {"more entries than there are", 80, 5, ERR_INVALID, 4},
    {"more contents than there are", 88, 4, ERR_INVALID, 3},
    {"a lowest zoom above the lowest tile", 100, 1, ERR_INVALID, 0},
    {"a highest zoom above the deepest tile", 101, 1, ERR_INVALID, 2},
    {"clustered, although it is not", ROOT_AT + 7, 6, ERR_INVALID, 96},
};

static enum err_code open_and_verify(struct span bytes, struct err *err)
{
    struct archive_reader reader = {0};
    struct archive_report report;
    TRY(archive_open(archive_source_from_span(bytes), NULL, &reader, err));
    const enum err_code code =
        archive_verify(&reader, (struct archive_tile_check){0}, &report, err);
    archive_close(&reader);
    return code;
}

static void is_judged(void **state)
{
    const struct row *row = *state;
    struct small small = make_small();
    struct err err = {0};
    small.bytes[row->byte] = row->value;
    assert_int_equal(open_and_verify(span_of(small.bytes, sizeof small.bytes), &err), row->code);
    assert_int_equal(err.at, row->at);
}

static void an_archive_cut_off_anywhere_is_refused(void **state)
{
    (void)state;
    const struct small small = make_small();
    for (size_t len = 0; len < sizeof small.bytes; len++)
        assert_int_not_equal(open_and_verify(span_of(small.bytes, len), NULL), ERR_OK);
}

static void any_byte_may_be_wrong_without_harm(void **state)
{
    (void)state;
    for (size_t at = 0; at < sizeof(struct small); at++) {
        for (unsigned value = 0; value < 256; value++) {
            struct small small = make_small();
            small.bytes[at] = (uint8_t)value;
            struct archive_reader reader = {0};
            const struct span bytes = span_of(small.bytes, sizeof small.bytes);
            if (archive_open(archive_source_from_span(bytes), NULL, &reader, NULL) != ERR_OK)
                continue;
            struct arena arena;
            arena_init(&arena, 0);
            struct span tile = {0};
            for (uint64_t id = 0; id < 21; id++) {
                struct tile place;
                assert_int_equal(tile_from_id(id, &place, NULL), ERR_OK);
                if (archive_tile(&reader, place, &arena, &tile, NULL) != ERR_OK)
                    continue;
                assert_true(tile.data >= small.bytes &&
                            tile.data + tile.len <= small.bytes + sizeof small.bytes);
            }
            arena_done(&arena);
            archive_close(&reader);
        }
    }
}

/* A file that can only be read piece by piece. */
static enum err_code read_small(void *context, uint64_t at, size_t len, uint8_t *ret,
                                struct err *err)
{
    const struct small *small = context;
    if (at > sizeof small->bytes || len > sizeof small->bytes - at)
        return err_set(err, ERR_IO, "the file ends before", at);
    memcpy(ret, small->bytes + at, len);
    return ERR_OK;
}

static void an_archive_is_read_through_a_callback(void **state)
{
    (void)state;
    struct small small = make_small();
    const struct archive_source source = {
        .read_at = read_small, .context = &small, .size = sizeof small.bytes};
    struct archive_reader reader = {0};
    struct arena arena;
    struct span tile = {0};
    struct err err = {0};
    arena_init(&arena, 0);
    assert_int_equal(archive_open(source, NULL, &reader, NULL), ERR_OK);
    assert_int_equal(archive_tile(&reader, (struct tile){0, 0, 0}, &arena, &tile, NULL), ERR_OK);
    assert_true(span_is(tile, "one"));
    assert_int_equal(archive_tile(&reader, (struct tile){1, 0, 1}, &arena, &tile, NULL), ERR_OK);
    assert_true(span_is(tile, "two"));
    assert_int_equal(archive_tile(&reader, (struct tile){1, 1, 0}, &arena, &tile, &err),
                     ERR_NOT_FOUND);
    assert_int_equal(archive_tile(&reader, (struct tile){1, 2, 0}, &arena, &tile, &err), ERR_RANGE);
    archive_close(&reader);
    arena_done(&arena);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(rows) + 3];
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[i] = (struct CMUnitTest){rows[i].label, is_judged, NULL, NULL, (void *)&rows[i]};
    const struct CMUnitTest rest[] = {
        cmocka_unit_test(an_archive_cut_off_anywhere_is_refused),
        cmocka_unit_test(any_byte_may_be_wrong_without_harm),
        cmocka_unit_test(an_archive_is_read_through_a_callback),
    };
    memcpy(tests + LENGTH(rows), rest, sizeof rest);
    return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
