#include "server/json/write.h"

#include <assert.h>

#include "tiles/base/num.h"
#include "tiles/base/utf8.h"

void json_begin(struct json *json, struct buf *out)
{
    *json = (struct json){.out = out};
}

static void before_value(struct json *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    const uint32_t bit = UINT32_C(1) << json->depth;
    if (json->has_items & bit)
        buf_add_byte(json->out, ',');
    json->has_items |= bit;
}

static void open(struct json *json, bool is_array)
{
    before_value(json);
    assert(json->depth + 1 < JSON_DEPTH_MAX);
    json->depth++;
    const uint32_t bit = UINT32_C(1) << json->depth;
    json->has_items &= ~bit;
    json->is_array = is_array ? json->is_array | bit : json->is_array & ~bit;
    buf_add_byte(json->out, is_array ? '[' : '{');
}

void json_object(struct json *json)
{
    open(json, false);
}

void json_array(struct json *json)
{
    open(json, true);
}

void json_end(struct json *json)
{
    assert(json->depth > 0 && !json->after_key);
    buf_add_byte(json->out, json->is_array >> json->depth & 1 ? ']' : '}');
    json->depth--;
}

static void add_escaped(struct buf *out, uint8_t byte)
{
    static const char digits[] = "0123456789abcdef";
    switch (byte) {
    case '"':
        buf_add_str(out, "\\\"");
        return;
    case '\\':
        buf_add_str(out, "\\\\");
        return;
    case '\n':
        buf_add_str(out, "\\n");
        return;
    case '\t':
        buf_add_str(out, "\\t");
        return;
    default:
        buf_add_str(out, "\\u00");
        buf_add_byte(out, (uint8_t)digits[byte >> 4]);
        buf_add_byte(out, (uint8_t)digits[byte & 15]);
    }
}

static void add_quoted(struct buf *out, struct span text)
{
    const bool whole = utf8_is_valid(text);
    buf_add_byte(out, '"');
    size_t from = 0; /* what is plain is copied in one piece */
    for (size_t at = 0; at < text.len; at++) {
        const uint8_t byte = text.data[at];
        const bool damaged = !whole && byte >= 0x80;
        if (byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7F && !damaged)
            continue;
        buf_add(out, span_of(text.data + from, at - from));
        from = at + 1;
        if (damaged)
            buf_add_str(out, "\xEF\xBF\xBD");
        else
            add_escaped(out, byte);
    }
    if (text.len > from)
        buf_add(out, span_of(text.data + from, text.len - from));
    buf_add_byte(out, '"');
}

void json_key(struct json *json, const char *name)
{
    before_value(json);
    buf_add_byte(json->out, '"');
    buf_add_str(json->out, name);
    buf_add_str(json->out, "\":");
    json->after_key = true;
}

void json_key_span(struct json *json, struct span name)
{
    before_value(json);
    add_quoted(json->out, name);
    buf_add_byte(json->out, ':');
    json->after_key = true;
}

void json_string(struct json *json, struct span text)
{
    before_value(json);
    add_quoted(json->out, text);
}

void json_text(struct json *json, const char *text)
{
    json_string(json, span_from_str(text));
}

void json_string_or_null(struct json *json, struct span text)
{
    if (text.len)
        json_string(json, text);
    else
        json_null(json);
}

void json_int(struct json *json, int64_t value)
{
    before_value(json);
    buf_add_int(json->out, value);
}

void json_uint(struct json *json, uint64_t value)
{
    before_value(json);
    if (value > INT64_MAX) {
        buf_add_int(json->out, (int64_t)(value / 10));
        buf_add_byte(json->out, (uint8_t)('0' + value % 10));
    } else {
        buf_add_int(json->out, (int64_t)value);
    }
}

void json_number(struct json *json, double value, unsigned decimals)
{
    before_value(json);
    num_add_fixed(json->out, value, decimals);
}

void json_e7(struct json *json, int32_t e7)
{
    before_value(json);
    num_add_e7(json->out, e7);
}

void json_bool(struct json *json, bool value)
{
    before_value(json);
    buf_add_str(json->out, value ? "true" : "false");
}

void json_raw(struct json *json, struct span text)
{
    before_value(json);
    buf_add(json->out, text);
}

void json_null(struct json *json)
{
    before_value(json);
    buf_add_str(json->out, "null");
}

void json_uuid(struct json *json, struct uuid id)
{
    char text[UUID_TEXT + 1];
    uuid_text(id, text);
    before_value(json);
    buf_add_byte(json->out, '"');
    buf_add(json->out, span_of(text, UUID_TEXT));
    buf_add_byte(json->out, '"');
}

static void put_digits(uint8_t *at, unsigned value, unsigned digits)
{
    for (unsigned i = digits; i-- > 0; value /= 10)
        at[i] = (uint8_t)('0' + value % 10);
}

void json_time(struct json *json, int64_t unix_ms)
{
    enum { MS_OF_DAY = 86400000 };
    static const int64_t year_0000_ms = -62167219200000, year_10000_ms = 253402300800000;
    if (unix_ms < year_0000_ms || unix_ms >= year_10000_ms) {
        json_null(json);
        return;
    }
    int64_t day = unix_ms / MS_OF_DAY;
    int64_t ms = unix_ms % MS_OF_DAY;
    if (ms < 0) {
        ms += MS_OF_DAY;
        day--;
    }
    /* Days to a date of the proleptic Gregorian calendar, counted from 1 March 0000 so that the
     * leap day is the last of its year; 719468 days lie between that and 1970-01-01. */
    day += 719468;
    const int64_t era = (day >= 0 ? day : day - 146096) / 146097;
    const unsigned of_era = (unsigned)(day - era * 146097);
    const unsigned year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const unsigned of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const unsigned month_from_march = (5 * of_year + 2) / 153;
    const unsigned day_of_month = of_year - (153 * month_from_march + 2) / 5 + 1;
    const unsigned month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    const int64_t year = (int64_t)year_of_era + era * 400 + (month <= 2);

    uint8_t text[] = "0000-00-00T00:00:00.000Z";
    put_digits(text, (unsigned)year, 4);
    put_digits(text + 5, month, 2);
    put_digits(text + 8, day_of_month, 2);
    put_digits(text + 11, (unsigned)(ms / 3600000), 2);
    put_digits(text + 14, (unsigned)(ms / 60000 % 60), 2);
    put_digits(text + 17, (unsigned)(ms / 1000 % 60), 2);
    put_digits(text + 20, (unsigned)(ms % 1000), 3);
    before_value(json);
    buf_add_byte(json->out, '"');
    buf_add(json->out, span_of(text, sizeof(text) - 1));
    buf_add_byte(json->out, '"');
}
