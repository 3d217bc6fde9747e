/* S2, S3, S4: what an operation may say. One good comment, and one thing wrong at a time. */
#include "server/sync/build.h"
#include "server/sync/op.h"
#include "tests/support/test.h"

static const struct op_limits limits = {
    .municipality = 11202,
    .text_max = 2000,
    .pen_name_max = 40,
    .building_id_max = 80,
    .op_max = 32768,
    .min_lon_e7 = 1389000000,
    .min_lat_e7 = 358000000,
    .max_lon_e7 = 1399000000,
    .max_lat_e7 = 365000000,
};

struct row {
    const char *label, *reason; /* NULL: good */
    const char *text, *pen_name, *building_id;
    uint32_t repeat; /* of text */
    uint8_t kind, channel, hat;
    int32_t lon_e7, lat_e7;
    uint32_t municipality;
};

#define GOOD                                                                                       \
    .kind = 1, .channel = 1, .hat = 1, .lon_e7 = 1393880000, .lat_e7 = 361470000,                  \
    .municipality = 11202, .repeat = 1, .pen_name = "", .building_id = ""

/* A row says only what is wrong with it. */
#pragma GCC diagnostic ignored "-Woverride-init"
/* clang-format off */
static const struct row rows[] = {
    {GOOD, .label = "S3 a text of one character", .text = "暑"},
    {GOOD, .label = "S3 lines and an emoji of four bytes", .text = "暑い\n\t🌳"},
    {GOOD, .label = "S3 2,000 characters of three bytes", .text = "暑", .repeat = 2000},
    {GOOD, .label = "S3 2,001 characters", .text = "暑", .repeat = 2001, .reason = "text_too_long"},
    {GOOD, .label = "S2 more bytes than an operation may have", .text = "暑暑暑暑暑暑暑暑暑暑", .repeat = 10000, .reason = "too_large"},
    {GOOD, .label = "S3 nothing said", .text = "", .reason = "missing_text"},
    {GOOD, .label = "S3 nothing to see", .text = " \n　", .reason = "missing_text"},
    {GOOD, .label = "S3 a bell", .text = "a\a", .reason = "bad_text"},
    {GOOD, .label = "S3 a C1 control", .text = "a\xC2\x85", .reason = "bad_text"},
    {GOOD, .label = "S3 a mark that turns the direction", .text = "a\xE2\x80\xAE", .reason = "bad_text"},
    {GOOD, .label = "S3 overlong UTF-8", .text = "\xC0\xAF", .reason = "bad_text"},
    {GOOD, .label = "S3 a surrogate", .text = "\xED\xA0\x80", .reason = "bad_text"},
    {GOOD, .label = "S3 a cut character", .text = "\xE6\x9A", .reason = "bad_text"},
    {GOOD, .label = "S3 a pen name of 40", .text = "a", .pen_name = "ああああああああああああああああああああああああああああああああああああああああ"},
    {GOOD, .label = "S3 a pen name of 41", .text = "a", .pen_name = "あああああああああああああああああああああああああああああああああああああああああ", .reason = "pen_name_too_long"},
    {GOOD, .label = "S3 a pen name of two lines", .text = "a", .pen_name = "a\nb", .reason = "bad_pen_name"},
    {GOOD, .label = "S3 a building id with a space", .text = "a", .building_id = "a b", .reason = "bad_building"},
    {GOOD, .label = "S2 a kind that is none", .text = "a", .kind = 7, .reason = "bad_kind"},
    {GOOD, .label = "S2 no kind", .text = "a", .kind = 0, .reason = "bad_kind"},
    {GOOD, .label = "S2 a channel that is none", .text = "a", .channel = 9, .reason = "bad_channel"},
    {GOOD, .label = "S2 a hat that is none", .text = "a", .hat = 6, .reason = "bad_hat"},
    {GOOD, .label = "S2 another municipality", .text = "a", .municipality = 11203, .reason = "wrong_municipality"},
    {GOOD, .label = "S4 the corner of the box", .text = "a", .lon_e7 = 1389000000, .lat_e7 = 365000000},
    {GOOD, .label = "S4 one unit outside", .text = "a", .lon_e7 = 1388999999, .reason = "outside"},
    {GOOD, .label = "S4 longitude and latitude exchanged", .text = "a", .lon_e7 = 361470000, .lat_e7 = 1393880000, .reason = "outside"},
    {GOOD, .label = "S4 the null island", .text = "a", .lon_e7 = 0, .lat_e7 = 0, .reason = "outside"},
};
/* clang-format on */

static struct span build(struct arena *arena, const struct row *row)
{
    const size_t len = strlen(row->text);
    uint8_t *text = arena_alloc(arena, len * row->repeat + 1);
    assert_non_null(text);
    for (uint32_t i = 0; i < row->repeat; i++)
        memcpy(text + i * len, row->text, len);
    const struct op_head head = {.op_id = {{1}},
                                 .device_id = {{2}},
                                 .object_id = {{3}},
                                 .author_id = {{4}},
                                 .dev_seq = 1,
                                 .municipality = row->municipality};
    const struct op_comment comment = {
        .kind = row->kind,
        .channel = row->channel,
        .hat = row->hat,
        .text = span_of(text, len * row->repeat),
        .pen_name = span_from_str(row->pen_name),
        .building_id = span_from_str(row->building_id),
        .lon_e7 = row->lon_e7,
        .lat_e7 = row->lat_e7,
    };
    struct span op;
    assert_int_equal(op_build_comment(arena, &head, &comment, &op, NULL), ERR_OK);
    return op;
}

static void is_judged(void **state)
{
    const struct row *row = *state;
    struct arena arena;
    arena_init(&arena, 0);
    struct op op;
    const char *reason = "untouched";
    assert_int_equal(op_read(&arena, build(&arena, row), &limits, &op, &reason, NULL), ERR_OK);
    if (row->reason) {
        assert_non_null(reason);
        assert_string_equal(reason, row->reason);
    } else {
        assert_null(reason);
    }
    arena_done(&arena);
}

/* protobuf-c would end the string at the zero byte and lose the rest unseen. */
static void S2_a_zero_byte_in_a_text_is_seen(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    const struct row row = {GOOD, .text = "abcdef"};
    const struct span op = build(&arena, &row);
    uint8_t *at = memmem(op.data, op.len, "cd", 2);
    assert_non_null(at);
    *at = 0;
    struct op read;
    const char *reason = NULL;
    assert_int_equal(op_read(&arena, op, &limits, &read, &reason, NULL), ERR_OK);
    assert_string_equal(reason, "malformed");
    arena_done(&arena);
}

/* Every shorter piece, and every single byte changed: never a crash, and never read as whole when
 * cut. */
static void S2_broken_bytes_are_refused_or_judged(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    const struct row row = {GOOD, .text = "こわれた"};
    const struct span op = build(&arena, &row);
    uint8_t *copy = (uint8_t *)arena_copy(&arena, op);
    assert_non_null(copy);
    for (size_t len = 0; len < op.len; len++) {
        struct op read;
        const char *reason = NULL;
        assert_int_equal(op_read(&arena, span_of(copy, len), &limits, &read, &reason, NULL),
                         ERR_OK);
        assert_non_null(reason);
    }
    for (size_t i = 0; i < op.len; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            copy[i] ^= (uint8_t)(1U << bit);
            struct op read;
            const char *reason;
            assert_int_equal(op_read(&arena, span_of(copy, op.len), &limits, &read, &reason, NULL),
                             ERR_OK);
            copy[i] ^= (uint8_t)(1U << bit);
        }
    arena_done(&arena);
}

int main(void)
{
    struct CMUnitTest tests[2 + LENGTH(rows)] = {
        cmocka_unit_test(S2_a_zero_byte_in_a_text_is_seen),
        cmocka_unit_test(S2_broken_bytes_are_refused_or_judged),
    };
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[2 + i] =
            (struct CMUnitTest){rows[i].label, is_judged, NULL, NULL, (void *)(uintptr_t)&rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
