#include "tests/support/test.h"

#include "server/json/comment.h"

static struct uuid id_of(const char *text)
{
    struct uuid id;
    assert_true(uuid_from(span_from_str(text), &id));
    return id;
}

/* Written by hand after schema/openapi.yaml. */
static const char expected[] =
    "{\"type\":\"Feature\",\"id\":\"0192f3a0-7c00-7000-8000-00000000c0de\",\"geometry\":{"
    "\"type\":\"Point\",\"coordinates\":[139.388,36.147]},\"properties\":{\"kind\":\"trou"
    "ble\",\"title\":\"せまい\",\"text\":\"歩道がせまい\",\"mood\":\"hot\",\"sha"
    "pe\":\"area\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[139.388,36.147],"
    "[139.38805,36.147],[139.38805,36.14705],[139.388,36.147]]]},\"drawing\":[{\"path\":["
    "[139.388,36.147],[139.38805,36.147]],\"colour\":2,\"width\":3}],\"readings\":[{\"qua"
    "ntity\":\"air_temperature\",\"value\":35.5,\"unit\":\"°C\",\"instrument\":\"温度"
    "計\",\"waited_s\":120,\"taken_at\":\"2018-07-23T06:03:00.000Z\"}],\"photos\":[{\"id"
    "\":\"0192f3a0-7c00-7000-8000-0000000000f0\",\"width\":1600,\"height\":1200,\"alt\":"
    "\"木\",\"version\":2,\"url\":\"/photos/0192f3a0-7c00-7000-8000-0000000000f0/display"
    ".jpg?v=2\",\"thumb\":\"/photos/0192f3a0-7c00-7000-8000-0000000000f0/thumb.jpg?v=2\"}"
    ",{\"id\":\"0192f3a0-7c00-7000-8000-0000000000f1\",\"width\":9,\"height\":9,\"alt\":"
    "\"\",\"version\":0,\"url\":null,\"thumb\":null}],\"card\":\"0192f3a0-7c00-7000-8000-"
    "0000000000ca\",\"card_title\":\"あるく道\",\"space\":null,\"meeting\":\"0192f3a0"
    "-7c00-7000-8000-0000000000e0\",\"channel\":\"paper\",\"hat\":\"staff\",\"hat_label\""
    ":\"職員個人の意見であり、市を代表するものではありません\","
    "\"pen_name\":null,\"source\":\"広報 8月号\",\"quoted\":null,\"precision_m\":0,\""
    "status\":\"public\",\"created_at\":\"2018-07-23T06:03:00.000Z\",\"edited\":false,\"b"
    "uilding_id\":\"bldg_1\",\"agree\":3,\"disagree\":1,\"unsure\":2,\"reply_count\":1,\""
    "change\":42},\"replies\":[{\"id\":\"0192f3a0-7c00-7000-8000-00000000000e\",\"text\":"
    "\"そうですね\",\"channel\":\"web\",\"hat\":\"official\",\"hat_label\":\"市の"
    "公式回答\",\"pen_name\":\"道路課\",\"source\":null,\"created_at\":\"1970-01-0"
    "1T00:00:00.000Z\",\"edited\":true}]}";

static void a_comment_has_the_shape_of_the_contract(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct corner corners[] = {
        {1393880000, 361470000}, {1393880500, 361470000}, {1393880500, 361470500}};
    struct stroke stroke = {.path = {corners, 2}, .colour = 2, .width = 3};
    struct reading reading = {.quantity = QUANTITY_AIR,
                              .value_milli = 35500,
                              .instrument = span_from_str("温度計"),
                              .waited_s = 120,
                              .taken_ms = 1532325780000};
    const struct marks marks = {&stroke, 1, &reading, 1};
    const struct path path = {corners, 3};
    struct store_photo photos[] = {
        {.id = id_of("0192f3a0-7c00-7000-8000-0000000000f0"),
         .width = 1600,
         .height = 1200,
         .version = 2,
         .here = true,
         .alt = span_from_str("木")},
        {.id = id_of("0192f3a0-7c00-7000-8000-0000000000f1"), .width = 9, .height = 9},
    };
    struct span path_bytes, marks_bytes;
    assert_int_equal(path_pack(&arena, &path, &path_bytes, NULL), ERR_OK);
    assert_int_equal(marks_pack(&arena, &marks, &marks_bytes, NULL), ERR_OK);
    const struct store_comment comment = {
        .title = span_from_str("せまい"),
        .mood = MOOD_HOT,
        .shape = SHAPE_AREA,
        .path = path_bytes,
        .marks = marks_bytes,
        .meeting_id = id_of("0192f3a0-7c00-7000-8000-0000000000e0"),
        .source = span_from_str("広報 8月号"),
        .photos = photos,
        .photo_count = 2,
        .has_photos = true,
        .id = id_of("0192f3a0-7c00-7000-8000-00000000c0de"),
        .seq = 41,
        .change = 42,
        .kind = COMMENT_TROUBLE,
        .channel = CHANNEL_PAPER,
        .hat = HAT_STAFF,
        .status = STATUS_PUBLIC,
        .has_card = true,
        .card_id = id_of("0192f3a0-7c00-7000-8000-0000000000ca"),
        .card_title = span_from_str("あるく道"),
        .text = span_from_str("歩道がせまい"),
        .building_id = span_from_str("bldg_1"),
        .lon_e7 = 1393880000,
        .lat_e7 = 361470000,
        .made_ms = 1532325780000,
        .agree = 3,
        .disagree = 1,
        .unsure = 2,
        .reply_count = 1,
    };
    const struct store_reply reply = {
        .id = id_of("0192f3a0-7c00-7000-8000-00000000000e"),
        .channel = CHANNEL_WEB,
        .hat = HAT_OFFICIAL,
        .status = STATUS_PUBLIC,
        .edited = true,
        .text = span_from_str("そうですね"),
        .pen_name = span_from_str("道路課"),
    };
    struct buf buf;
    buf_init(&buf);
    struct json json;
    json_begin(&json, &buf);
    json_comment_detail(&json, &comment, &reply, 1);
    buf_add_byte(&buf, 0);
    assert_false(buf.failed);
    assert_string_equal((const char *)buf.data, expected);
    buf_done(&buf);
    arena_done(&arena);
}

static void a_page_names_its_cursor_as_text(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf);
    struct json json;
    json_begin(&json, &buf);
    json_comment_page(&json, &(struct store_page){.next = 17, .newest = 99});
    buf_add_byte(&buf, 0);
    assert_string_equal((const char *)buf.data,
                        "{\"type\":\"FeatureCollection\",\"numberReturned\":0,\"next\":\"17\","
                        "\"change\":99,\"features\":[]}");
    buf_done(&buf);
}

static void a_colour_has_six_digits(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf);
    struct json json;
    json_begin(&json, &buf);
    json_cards(&json, &(struct store_card){.colour = 0x0A3F9C}, 1, 0);
    buf_add_byte(&buf, 0);
    assert_non_null(strstr((const char *)buf.data, "\"colour\":\"#0a3f9c\""));
    buf_done(&buf);
}

#define ID "\"id\":\"0192f3a0-7c00-7000-8000-00000000c0de\""
#define GOOD ID ",\"lon\":139.388,\"lat\":36.147,\"kind\":\"idea\",\"text\":\"木がほしい\""

static void the_least_comment_is_read_with_its_defaults(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct json_new_comment made;
    const char *pointer = "";
    assert_int_equal(json_comment_from(span_from_str("{" GOOD "}"), &arena, &made, &pointer, NULL),
                     ERR_OK);
    assert_null(pointer);
    assert_int_equal(made.comment.lon_e7, 1393880000);
    assert_int_equal(made.comment.lat_e7, 361470000);
    assert_int_equal(made.comment.kind, COMMENT_IDEA);
    assert_int_equal(made.comment.channel, CHANNEL_WEB);
    assert_int_equal(made.comment.hat, HAT_CITIZEN);
    assert_true(span_is(made.comment.text, "木がほしい"));
    assert_int_equal(made.comment.pen_name.len, 0);
    assert_true(uuid_is_nil(made.comment.card_id));
    arena_done(&arena);
}

struct row {
    const char *label, *body;
    enum err_code code;
    const char *pointer;
};

static const struct row rows[] = {
    {"null stands for nothing",
     "{" GOOD ",\"card\":null,\"pen_name\":null,\"building_id\":null,\"hat\":null}", ERR_OK, NULL},
    {"every field is read",
     "{" GOOD ",\"card\":\"0192f3a0-7c00-7000-8000-0000000000ca\",\"pen_name\":\"くま\","
     "\"building_id\":\"b1\",\"hat\":\"pupil\",\"channel\":\"tablet\"}",
     ERR_OK, NULL},
    {"a version 4 id is refused",
     "{\"id\":\"0192f3a0-7c00-4000-8000-00000000c0de\",\"lon\":1,\"lat\":1,\"kind\":\"idea\","
     "\"text\":\"a\"}",
     ERR_INVALID, "/id"},
    {"a latitude beyond the pole is refused",
     "{" ID ",\"lon\":1,\"lat\":90.5,\"kind\":\"idea\",\"text\":\"a\"}", ERR_RANGE, "/lat"},
    {"a pen name of two lines is refused", "{" GOOD ",\"pen_name\":\"a\\nb\"}", ERR_INVALID,
     "/pen_name"},
    {"an unknown hat is refused", "{" GOOD ",\"hat\":\"king\"}", ERR_PARAM, "/hat"},
    {"a status cannot be set", "{" GOOD ",\"status\":\"public\"}", ERR_PARAM, NULL},
    {"a card that is no id is refused", "{" GOOD ",\"card\":\"1\"}", ERR_PARAM, "/card"},
};

static void is_judged(void **state)
{
    const struct row *row = *state;
    struct arena arena;
    arena_init(&arena, 0);
    struct json_new_comment made;
    const char *pointer = "";
    assert_int_equal(json_comment_from(span_from_str(row->body), &arena, &made, &pointer, NULL),
                     row->code);
    if (row->pointer)
        assert_string_equal(pointer, row->pointer);
    else
        assert_null(pointer);
    arena_done(&arena);
}

static void a_reply_has_no_place(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct json_new_reply made;
    const char *pointer;
    assert_int_equal(
        json_reply_from(span_from_str("{" ID ",\"text\":\"はい\"}"), &arena, &made, &pointer, NULL),
        ERR_OK);
    assert_int_equal(json_reply_from(span_from_str("{" ID ",\"text\":\"はい\",\"lon\":1}"), &arena,
                                     &made, &pointer, NULL),
                     ERR_PARAM);
    arena_done(&arena);
}

static void a_reaction_is_a_word(void **state)
{
    (void)state;
    struct json_new_reaction made;
    const char *pointer;
    assert_int_equal(
        json_reaction_from(
            span_from_str(
                "{\"author\":\"4f9d1c3e-8a51-4d6e-9a3d-0c3f5b8e7a21\",\"value\":\"none\"}"),
            &made, &pointer, NULL),
        ERR_OK);
    assert_int_equal(made.value, REACTION_NONE);
    assert_int_equal(
        json_reaction_from(
            span_from_str("{\"author\":\"4f9d1c3e-8a51-4d6e-9a3d-0c3f5b8e7a21\",\"value\":1}"),
            &made, &pointer, NULL),
        ERR_PARAM);
    assert_string_equal(pointer, "/value");
}

int main(void)
{
    const struct CMUnitTest plain[] = {
        cmocka_unit_test(a_comment_has_the_shape_of_the_contract),
        cmocka_unit_test(a_page_names_its_cursor_as_text),
        cmocka_unit_test(a_colour_has_six_digits),
        cmocka_unit_test(the_least_comment_is_read_with_its_defaults),
        cmocka_unit_test(a_reply_has_no_place),
        cmocka_unit_test(a_reaction_is_a_word),
    };
    struct CMUnitTest tests[LENGTH(plain) + LENGTH(rows)];
    memcpy(tests, plain, sizeof(plain));
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[LENGTH(plain) + i] =
            (struct CMUnitTest){rows[i].label, is_judged, NULL, NULL, (void *)&rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
