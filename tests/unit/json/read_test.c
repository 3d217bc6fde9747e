#include "tests/support/test.h"

#include <string.h>

#include "server/json/read.h"

enum { F_ID, F_LON, F_TEXT, F_KIND };
static const struct json_field known[] = {
    JSON_FIELD("id"),
    JSON_FIELD("lon"),
    JSON_FIELD("text"),
    JSON_FIELD("kind"),
};

static bool find_word(struct span name, uint8_t *ret)
{
    if (!span_is(name, "idea"))
        return false;
    *ret = 1;
    return true;
}

/* Reads what a comment would have, so that each fault is met. */
static enum err_code read_all(struct span body, char pointer[32], struct err *err)
{
    struct json_fields *fields = NULL;
    TRY(json_fields_open(body, known, LENGTH(known), &fields, err));
    struct uuid id;
    double lon = 0;
    struct span text = {0};
    uint8_t kind = 0;
    enum err_code code = json_take_uuid(fields, &known[F_ID], &id, err);
    if (code == ERR_OK)
        code = json_take_number(fields, &known[F_LON], -180, 180, &lon, err);
    if (code == ERR_OK)
        code = json_take_text(fields, &known[F_TEXT], 5, true, &text, err);
    if (code == ERR_OK)
        code = json_take_word(fields, &known[F_KIND], find_word, &kind, err);
    if (json_fields_pointer(fields))
        strncat(pointer, json_fields_pointer(fields), 31);
    json_fields_close(fields);
    return code;
}

#define ID "\"id\":\"0192f3a0-7c00-7000-8000-00000000c0de\""
#define TEXT(text) text, sizeof(text) - 1

struct row {
    const char *label, *body;
    size_t len;
    enum err_code code;
    uint64_t at;
    const char *pointer;
};

/* The places are counted by hand: the byte where the value begins, from 0. */
static const struct row rows[] = {
    {"a good body is read", TEXT("{" ID ",\"lon\":139.4,\"text\":\"歩道\",\"kind\":\"idea\"}"),
     ERR_OK, 0, ""},
    {"no body", TEXT(""), ERR_FORMAT, 0, ""},
    {"not JSON", TEXT("{" ID ",lon:1}"), ERR_FORMAT, 47, ""},
    {"cut off", TEXT("{" ID ",\"lon\":1"), ERR_FORMAT, 52, ""},
    {"an array", TEXT("[1]"), ERR_FORMAT, 0, ""},
    {"something behind", TEXT("{} {}"), ERR_FORMAT, 3, ""},
    {"a byte order mark", TEXT("\xEF\xBB\xBF{}"), ERR_FORMAT, 2, ""},
    {"a repeated field", TEXT("{\"lon\":1,\"lon\":2}"), ERR_FORMAT, 13, ""},
    {"an unknown field", TEXT("{\"lon\":1,\"altitude\": 7}"), ERR_PARAM, 21, ""},
    {"a missing field", TEXT("{" ID "}"), ERR_PARAM, 0, "/lon"},
    {"an id that is none", TEXT("{ \"id\": 12 }"), ERR_PARAM, 8, "/id"},
    {"a number in quotes", TEXT("{\"text\":\"{,:\\\"\"," ID ",\"lon\":\"1\"}"), ERR_PARAM, 66,
     "/lon"},
    {"a number out of range", TEXT("{" ID ",\"lon\":180.01}"), ERR_RANGE, 51, "/lon"},
    {"a number too large for a double", TEXT("{\"lon\":1e999}"), ERR_RANGE, 11, ""},
    {"an empty text", TEXT("{" ID ",\"lon\":0,\"text\":\"\"}"), ERR_INVALID, 60, "/text"},
    {"a text of spaces", TEXT("{" ID ",\"lon\":0,\"text\":\" \xE3\x80\x80\\n\"}"), ERR_INVALID, 60,
     "/text"},
    {"a text too long by one character", TEXT("{" ID ",\"lon\":0,\"text\":\"歩歩歩歩歩歩\"}"),
     ERR_INVALID, 60, "/text"},
    {"a text with a bell", TEXT("{" ID ",\"lon\":0,\"text\":\"\\u0007\"}"), ERR_INVALID, 60,
     "/text"},
    {"an escaped NUL", TEXT("{\"text\":\"\\u0000\"}"), ERR_FORMAT, 15, ""},
    {"a raw NUL", TEXT("{\"text\":\"\0\"}"), ERR_FORMAT, 8, ""},
    {"bytes that are not UTF-8", TEXT("{\"text\":\"\xE6\xAD\"}"), ERR_FORMAT, 9, ""},
    {"an unknown word", TEXT("{" ID ",\"lon\":0,\"text\":\"a\",\"kind\":\"Idea\"}"), ERR_PARAM, 71,
     "/kind"},
    {"null where a value must be", TEXT("{" ID ",\"lon\":null}"), ERR_PARAM, 51, "/lon"},
};

static void is_judged(void **state)
{
    const struct row *row = *state;
    struct err err = {0};
    char pointer[32] = "";
    assert_int_equal(read_all(span_of(row->body, row->len), pointer, &err), row->code);
    assert_string_equal(pointer, row->pointer);
    if (row->code != ERR_OK)
        assert_int_equal(err.at, row->at);
}

static void a_million_brackets_are_refused(void **state)
{
    (void)state;
    static char body[1000000];
    memset(body, '[', sizeof(body));
    char pointer[32] = "";
    assert_int_equal(read_all(span_of(body, sizeof(body)), pointer, NULL), ERR_FORMAT);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(rows) + 1];
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[i] = (struct CMUnitTest){rows[i].label, is_judged, NULL, NULL, (void *)&rows[i]};
    tests[LENGTH(rows)] = (struct CMUnitTest)cmocka_unit_test(a_million_brackets_are_refused);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
