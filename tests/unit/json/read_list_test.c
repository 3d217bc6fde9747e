/* read: lists, times and areas. */
#include "server/json/read.h"

#include "tests/support/test.h"

enum { F_IDS, F_TEXTS, F_TIME, F_HOLD, F_AREA, F_BOXES };
static const struct json_field known[] = {
    JSON_FIELD("ids"),  JSON_FIELD("texts"), JSON_FIELD("time"),
    JSON_FIELD("hold"), JSON_FIELD("area"),  JSON_FIELD("boxes"),
};
static const struct json_field box[] = {JSON_FIELD("left"), JSON_FIELD("right")};

struct read {
    struct arena arena;
    struct uuid *ids;
    struct span *texts;
    int32_t *corners;
    size_t count;
    int64_t time_ms;
    double left;
    bool hold;
};

static enum err_code read_boxes(struct json_fields *fields, struct read *read, struct err *err)
{
    TRY(json_take_count(fields, &known[F_BOXES], 3, &read->count, err));
    for (size_t i = 0; i < read->count; i++) {
        CLEANUP(json_fields_close_at) struct json_fields *entry = NULL;
        TRY(json_take_entry(fields, &known[F_BOXES], i, box, LENGTH(box), &entry, err));
        TRY(json_take_number(entry, &box[0], 0, 1000, &read->left, err));
    }
    return ERR_OK;
}

/* Whatever of the fields is there. */
static enum err_code read_all(const char *body, struct read *read, struct err *err)
{
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    struct arena *arena = &read->arena;
    TRY(json_fields_open(span_from_str(body), known, LENGTH(known), &fields, err));
    if (json_given(fields, &known[F_IDS]))
        TRY(json_take_uuids(fields, &known[F_IDS], 2, arena, &read->ids, &read->count, err));
    if (json_given(fields, &known[F_TEXTS]))
        TRY(json_take_texts(fields, &known[F_TEXTS], 3, 4, arena, &read->texts, &read->count, err));
    if (json_given(fields, &known[F_TIME]))
        TRY(json_take_time(fields, &known[F_TIME], &read->time_ms, err));
    if (json_given(fields, &known[F_HOLD]))
        TRY(json_take_bool(fields, &known[F_HOLD], &read->hold, err));
    if (json_given(fields, &known[F_AREA]))
        TRY(json_take_polygon(fields, &known[F_AREA], 4, arena, &read->corners, &read->count, err));
    if (json_given(fields, &known[F_BOXES]))
        TRY(read_boxes(fields, read, err));
    return ERR_OK;
}

#define ID "\"0192f3a0-7c00-7000-8000-00000000c0de\""
#define RING(corners) "{\"area\":{\"type\":\"Polygon\",\"coordinates\":[[" corners "]]}}"

static const struct row {
    const char *label, *body;
    enum err_code code;
    size_t count;
    int64_t time_ms;
} rows[] = {
    {"two ids", "{\"ids\":[" ID "," ID "]}", ERR_OK, 2, 0},
    {"a list may be empty", "{\"ids\":[]}", ERR_OK, 0, 0},
    {"three ids are too many", "{\"ids\":[" ID "," ID "," ID "]}", ERR_INVALID, 0, 0},
    {"an id that is none", "{\"ids\":[\"x\"]}", ERR_PARAM, 0, 0},
    {"an id that is a number", "{\"ids\":[1]}", ERR_PARAM, 0, 0},
    {"no list but an id", "{\"ids\":" ID "}", ERR_PARAM, 0, 0},
    {"null is no list", "{\"ids\":null}", ERR_PARAM, 0, 0},
    {"texts", "{\"texts\":[\"あいうえ\",\"b\"]}", ERR_OK, 2, 0},
    {"a text too long", "{\"texts\":[\"あいうえお\"]}", ERR_INVALID, 0, 0},
    {"a text of nothing", "{\"texts\":[\" \"]}", ERR_INVALID, 0, 0},
    {"a text with a line end", "{\"texts\":[\"a\\nb\"]}", ERR_INVALID, 0, 0},
    {"a number among texts", "{\"texts\":[\"a\",1]}", ERR_PARAM, 0, 0},
    {"a time in Japan", "{\"time\":\"2026-07-23T14:00:00+09:00\"}", ERR_OK, 0, 1784782800000},
    {"the same in UTC, with milliseconds", "{\"time\":\"2026-07-23T05:00:00.250Z\"}", ERR_OK, 0,
     1784782800250},
    {"a leap day", "{\"time\":\"2024-02-29T00:00:00Z\"}", ERR_OK, 0, 1709164800000},
    {"no leap day", "{\"time\":\"2026-02-29T00:00:00Z\"}", ERR_PARAM, 0, 0},
    {"a time without offset", "{\"time\":\"2026-07-23T14:00:00\"}", ERR_PARAM, 0, 0},
    {"a time of the year 0", "{\"time\":\"0000-01-01T00:00:00Z\"}", ERR_PARAM, 0, 0},
    {"before the first second", "{\"time\":\"1970-01-01T00:00:00+09:00\"}", ERR_PARAM, 0, 0},
    {"a month that is none", "{\"time\":\"2026-13-01T00:00:00Z\"}", ERR_PARAM, 0, 0},
    {"something behind", "{\"time\":\"2026-07-23T14:00:00Zx\"}", ERR_PARAM, 0, 0},
    {"a point without digits", "{\"time\":\"2026-07-23T14:00:00.Z\"}", ERR_PARAM, 0, 0},
    {"a day alone", "{\"time\":\"2026-07-23\"}", ERR_PARAM, 0, 0},
    {"true", "{\"hold\":true}", ERR_OK, 0, 0},
    {"one is not true", "{\"hold\":1}", ERR_PARAM, 0, 0},
    {"an area", RING("[139.1,36.1],[139.2,36.1],[139.2,36.2],[139.1,36.1]"), ERR_OK, 3, 0},
    {"an area that is not closed", RING("[139.1,36.1],[139.2,36.1],[139.2,36.2],[139,36]"),
     ERR_INVALID, 0, 0},
    {"two corners", RING("[139.1,36.1],[139.2,36.1],[139.1,36.1]"), ERR_INVALID, 0, 0},
    {"corners with height", RING("[1,2,3],[2,2,3],[2,3,3],[1,2,3]"), ERR_PARAM, 0, 0},
    {"corners outside of the world", RING("[1,2],[2,91],[2,3],[1,2]"), ERR_PARAM, 0, 0},
    {"an area of another type", "{\"area\":{\"type\":\"Point\",\"coordinates\":[1,2]}}", ERR_PARAM,
     0, 0},
    {"no area but a word", "{\"area\":\"x\"}", ERR_PARAM, 0, 0},
    {"objects in a list", "{\"boxes\":[{\"left\":1},{\"left\":7,\"right\":2}]}", ERR_OK, 2, 0},
    {"an unknown field of an entry", "{\"boxes\":[{\"left\":1,\"top\":2}]}", ERR_PARAM, 0, 0},
    {"a field missing in an entry", "{\"boxes\":[{\"right\":1}]}", ERR_PARAM, 0, 0},
    {"a number where an entry should be", "{\"boxes\":[1]}", ERR_PARAM, 0, 0},
};

static void is_read_or_refused(void **state)
{
    const struct row *row = *state;
    struct read read = {0};
    struct err err = {0};
    arena_init(&read.arena, 0);
    assert_int_equal(read_all(row->body, &read, &err), row->code);
    if (row->code == ERR_OK) {
        assert_int_equal(read.count, row->count);
        assert_true(read.time_ms == row->time_ms);
    } else {
        assert_non_null(err.what);
    }
    arena_done(&read.arena);
}

static void corners_are_in_their_order(void **state)
{
    (void)state;
    struct read read = {0};
    arena_init(&read.arena, 0);
    assert_int_equal(
        read_all(RING("[139.1,36.1],[139.2,36.1],[139.2,36.25],[139.1,36.1]"), &read, NULL),
        ERR_OK);
    const int32_t expected[] = {1391000000, 361000000,  1392000000,
                                361000000,  1392000000, 362500000};
    assert_memory_equal(read.corners, expected, sizeof expected);
    arena_done(&read.arena);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(rows) + 1];
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[i] =
            (struct CMUnitTest){rows[i].label, is_read_or_refused, NULL, NULL, (void *)&rows[i]};
    tests[LENGTH(rows)] = (struct CMUnitTest)cmocka_unit_test(corners_are_in_their_order);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
