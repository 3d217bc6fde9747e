#include "tests/support/test.h"

#include "server/json/write.h"

static void assert_text(struct buf *buf, const char *expected)
{
    assert_false(buf->failed);
    buf_add_byte(buf, 0);
    assert_string_equal((const char *)buf->data, expected);
    buf_done(buf);
}

static void commas_stand_between_values_only(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf);
    struct json json;
    json_begin(&json, &buf);
    json_object(&json);
    json_key(&json, "a");
    json_array(&json);
    json_int(&json, 1);
    json_object(&json);
    json_end(&json);
    json_array(&json);
    json_end(&json);
    json_null(&json);
    json_end(&json);
    json_key(&json, "b");
    json_bool(&json, true);
    json_key_span(&json, span_from_str("c\"d"));
    json_object(&json);
    json_key(&json, "e");
    json_text(&json, "f");
    json_end(&json);
    json_end(&json);
    assert_text(&buf, "{\"a\":[1,{},[],null],\"b\":true,\"c\\\"d\":{\"e\":\"f\"}}");
}

struct text_row {
    const char *label, *text;
    size_t len;
    const char *expected;
};

static const struct text_row texts[] = {
    {"Japanese stays as it is", "歩道", 6, "\"歩道\""},
    {"quotes and backslashes are escaped", "a\"b\\c", 5, "\"a\\\"b\\\\c\""},
    {"line feed and tab have their short forms", "\n\t", 2, "\"\\n\\t\""},
    {"controls and DEL are escaped", "\x01\x1F\x7F", 3, "\"\\u0001\\u001f\\u007f\""},
    {"a NUL does not end the text", "a\0b", 3, "\"a\\u0000b\""},
    {"an emoji of four bytes stays", "\xF0\x9F\x8C\xB3", 4, "\"\xF0\x9F\x8C\xB3\""},
    {"damaged UTF-8 becomes U+FFFD", "a\xE6\xAD z", 5, "\"a\xEF\xBF\xBD\xEF\xBF\xBD z\""},
};

static void text_is_quoted(void **state)
{
    const struct text_row *row = *state;
    struct buf buf;
    buf_init(&buf);
    struct json json;
    json_begin(&json, &buf);
    json_string(&json, span_of(row->text, row->len));
    assert_text(&buf, row->expected);
}

struct time_row {
    const char *label;
    int64_t ms;
    const char *expected;
};

/* From `date -u -d @SECONDS`. */
static const struct time_row times[] = {
    {"the Unix epoch", 0, "\"1970-01-01T00:00:00.000Z\""},
    {"a leap day", 1709164800000 + 1, "\"2024-02-29T00:00:00.001Z\""},
    {"Kumagaya's record", 1532325780000, "\"2018-07-23T06:03:00.000Z\""},
    {"the last millisecond of a century", 4102444799999, "\"2099-12-31T23:59:59.999Z\""},
    {"1 March of a year without leap day", 4107542400000, "\"2100-03-01T00:00:00.000Z\""},
    {"before the epoch", -1, "\"1969-12-31T23:59:59.999Z\""},
    {"the last year of four digits", 253402300799999, "\"9999-12-31T23:59:59.999Z\""},
    {"the first year", -62167219200000, "\"0000-01-01T00:00:00.000Z\""},
    {"beyond is null", 253402300800000, "null"},
    {"far beyond is null", INT64_MIN, "null"},
};

static void time_is_rfc_3339(void **state)
{
    const struct time_row *row = *state;
    struct buf buf;
    buf_init(&buf);
    struct json json;
    json_begin(&json, &buf);
    json_time(&json, row->ms);
    assert_text(&buf, row->expected);
}

static void numbers_keep_every_digit(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf);
    struct json json;
    json_begin(&json, &buf);
    json_array(&json);
    json_int(&json, INT64_MIN);
    json_uint(&json, UINT64_MAX);
    json_e7(&json, 1393880001);
    json_e7(&json, -1);
    json_number(&json, 0.5, 3);
    json_end(&json);
    assert_text(&buf, "[-9223372036854775808,18446744073709551615,139.3880001,-0.0000001,0.5]");
}

int main(void)
{
    struct CMUnitTest tests[2 + LENGTH(texts) + LENGTH(times)];
    size_t count = 0;
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(commas_stand_between_values_only);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(numbers_keep_every_digit);
    for (size_t i = 0; i < LENGTH(texts); i++)
        tests[count++] =
            (struct CMUnitTest){texts[i].label, text_is_quoted, NULL, NULL, (void *)&texts[i]};
    for (size_t i = 0; i < LENGTH(times); i++)
        tests[count++] =
            (struct CMUnitTest){times[i].label, time_is_rfc_3339, NULL, NULL, (void *)&times[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
