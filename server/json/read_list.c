/* Lists, times and areas from outside. */
#include "server/json/read_inside.h"

#include <stdlib.h>

#include "tiles/base/num.h"

/* --- Times ------------------------------------------------------------------------------------ */

static bool digits(struct span text, size_t at, size_t count, int *ret)
{
    int value = 0;
    if (at + count > text.len)
        return false;
    for (size_t i = at; i < at + count; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        value = value * 10 + (text.data[i] - '0');
    }
    *ret = value;
    return true;
}

static bool is_byte(struct span text, size_t at, char byte)
{
    return at < text.len && text.data[at] == (uint8_t)byte;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : days[month - 1];
}

/* Of the proleptic Gregorian calendar, from 1 March of the year 0 as in json_time. */
static int64_t days_from_date(int year, int month, int day)
{
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return y * 365 + y / 4 - y / 100 + y / 400 + of_year - 719468;
}

/* ".5" and the like: milliseconds, and where the offset begins. */
static bool read_fraction(struct span text, size_t *at, int *ret_ms)
{
    int ms = 0, scale = 100;
    if (is_byte(text, *at, '.')) {
        int digit;
        const size_t first = ++*at;
        for (; digits(text, *at, 1, &digit); ++*at, scale /= 10)
            ms += digit * scale;
        if (*at == first)
            return false;
    }
    *ret_ms = ms;
    return true;
}

static bool read_offset(struct span text, size_t at, int *ret_minutes)
{
    int hours, minutes;
    *ret_minutes = 0;
    if (is_byte(text, at, 'Z') || is_byte(text, at, 'z'))
        return at + 1 == text.len;
    if (!is_byte(text, at, '+') && !is_byte(text, at, '-'))
        return false;
    if (!digits(text, at + 1, 2, &hours) || !is_byte(text, at + 3, ':') ||
        !digits(text, at + 4, 2, &minutes) || at + 6 != text.len || hours > 23 || minutes > 59)
        return false;
    *ret_minutes = (hours * 60 + minutes) * (is_byte(text, at, '-') ? -1 : 1);
    return true;
}

bool json_time_from(struct span text, int64_t *ret)
{
    int year, month, day, hour, minute, second, ms, offset;
    size_t at = 19;
    if (!digits(text, 0, 4, &year) || !is_byte(text, 4, '-') || !digits(text, 5, 2, &month) ||
        !is_byte(text, 7, '-') || !digits(text, 8, 2, &day) ||
        !(is_byte(text, 10, 'T') || is_byte(text, 10, 't')) || !digits(text, 11, 2, &hour) ||
        !is_byte(text, 13, ':') || !digits(text, 14, 2, &minute) || !is_byte(text, 16, ':') ||
        !digits(text, 17, 2, &second) || !read_fraction(text, &at, &ms) ||
        !read_offset(text, at, &offset))
        return false;
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month) ||
        hour > 23 || minute > 59 || second > 60)
        return false;
    const int64_t minutes = days_from_date(year, month, day) * 1440 + hour * 60 + minute - offset;
    const int64_t value = minutes * 60000 + second * 1000 + ms;
    if (value < 0)
        return false;
    *ret = value;
    return true;
}

/* --- Lists ------------------------------------------------------------------------------------ */

static enum err_code take_list(struct json_fields *fields, const struct json_field *field,
                               size_t max_items, json_t **ret, struct err *err)
{
    json_t *value = NULL;
    TRY(json_take(fields, field, &value, err));
    if (!json_is_array(value))
        return json_fault(fields, field, ERR_PARAM, field->not_list, err);
    if (json_array_size(value) > max_items)
        return json_fault(fields, field, ERR_INVALID, field->too_many, err);
    *ret = value;
    return ERR_OK;
}

enum err_code json_take_count(struct json_fields *fields, const struct json_field *field,
                              size_t max_items, size_t *ret, struct err *err)
{
    json_t *list = NULL;
    TRY(take_list(fields, field, max_items, &list, err));
    *ret = json_array_size(list);
    return ERR_OK;
}

enum err_code json_take_texts(struct json_fields *fields, const struct json_field *field,
                              size_t max_items, size_t max_characters, struct arena *arena,
                              struct span **ret, size_t *ret_count, struct err *err)
{
    json_t *list = NULL;
    TRY(take_list(fields, field, max_items, &list, err));
    const size_t count = json_array_size(list);
    struct span *texts = ARENA_ARRAY(arena, struct span, count);
    if (!texts)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);
        if (!json_is_string(item))
            return json_fault(fields, field, ERR_PARAM, field->not_list, err);
        texts[i] = span_of(json_string_value(item), json_string_length(item));
        TRY(json_check_text(fields, field, texts[i], max_characters, false, err));
    }
    *ret = texts;
    *ret_count = count;
    return ERR_OK;
}

enum err_code json_take_uuids(struct json_fields *fields, const struct json_field *field,
                              size_t max_items, struct arena *arena, struct uuid **ret,
                              size_t *ret_count, struct err *err)
{
    json_t *list = NULL;
    TRY(take_list(fields, field, max_items, &list, err));
    const size_t count = json_array_size(list);
    struct uuid *ids = ARENA_ARRAY(arena, struct uuid, count);
    if (!ids)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);
        if (!json_is_string(item) ||
            !uuid_from(span_of(json_string_value(item), json_string_length(item)), &ids[i]))
            return json_fault(fields, field, ERR_PARAM, field->not_list, err);
    }
    *ret = ids;
    *ret_count = count;
    return ERR_OK;
}

static bool is_known(const char *key, const struct json_field *known, size_t known_count)
{
    for (size_t i = 0; i < known_count; i++)
        if (strcmp(key, known[i].name) == 0)
            return true;
    return false;
}

enum err_code json_take_entry(struct json_fields *fields, const struct json_field *field, size_t at,
                              const struct json_field *known, size_t known_count,
                              struct json_fields **ret, struct err *err)
{
    json_t *list = NULL;
    TRY(take_list(fields, field, SIZE_MAX, &list, err));
    json_t *item = json_array_get(list, at);
    if (!json_is_object(item))
        return json_fault(fields, field, ERR_PARAM, field->not_list, err);
    const char *key;
    json_t *value;
    json_object_foreach(item, key, value)
    {
        if (!is_known(key, known, known_count))
            return json_fault(fields, field, ERR_PARAM,
                              "an entry has a field that is not known here", err);
    }
    struct json_fields *entry = calloc(1, sizeof *entry);
    if (!entry)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    entry->root = json_incref(item);
    *ret = entry;
    return ERR_OK;
}

/* --- Areas ------------------------------------------------------------------------------------ */

static const json_t *outer_ring(const json_t *polygon)
{
    const char *type = json_string_value(json_object_get(polygon, "type"));
    const json_t *rings = json_object_get(polygon, "coordinates");
    if (!type || strcmp(type, "Polygon") != 0 || json_object_size(polygon) != 2 ||
        json_array_size(rings) != 1)
        return NULL;
    return json_array_get(rings, 0);
}

static bool read_corner(const json_t *corner, int32_t ret[2])
{
    static const double most[] = {180, 90};
    if (json_array_size(corner) != 2)
        return false;
    for (size_t i = 0; i < 2; i++) {
        const json_t *degrees = json_array_get(corner, i);
        const double value = json_number_value(degrees);
        if (!json_is_number(degrees) || !(value >= -most[i] && value <= most[i]) ||
            !num_e7_from_double(value, &ret[i]))
            return false;
    }
    return true;
}

enum err_code json_take_polygon(struct json_fields *fields, const struct json_field *field,
                                size_t max_corners, struct arena *arena, int32_t **ret,
                                size_t *ret_count, struct err *err)
{
    static const char expected[] =
        "an area is a GeoJSON Polygon of one closed ring with at least three corners";
    json_t *value = NULL;
    TRY(json_take(fields, field, &value, err));
    const json_t *ring = outer_ring(value);
    const size_t count = json_array_size(ring);
    if (count < 4 || count > max_corners + 1)
        return json_fault(fields, field, count ? ERR_INVALID : ERR_PARAM, expected, err);
    int32_t *corners = ARENA_ARRAY(arena, int32_t, count * 2);
    if (!corners)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < count; i++)
        if (!read_corner(json_array_get(ring, i), corners + i * 2))
            return json_fault(fields, field, ERR_PARAM, expected, err);
    if (memcmp(corners, corners + (count - 1) * 2, 2 * sizeof *corners) != 0)
        return json_fault(fields, field, ERR_INVALID, expected, err);
    *ret = corners;
    *ret_count = count - 1;
    return ERR_OK;
}

enum err_code json_take_shape(struct json_fields *fields, const struct json_field *field,
                              size_t max_corners, struct arena *arena, bool *ret_area,
                              int32_t **ret, size_t *ret_count, struct err *err)
{
    static const char expected[] =
        "a shape is a GeoJSON LineString of at least two corners, or a Polygon of one closed ring";
    json_t *value = NULL;
    TRY(json_take(fields, field, &value, err));
    const char *type = json_string_value(json_object_get(value, "type"));
    *ret_area = type && strcmp(type, "Polygon") == 0;
    if (*ret_area)
        return json_take_polygon(fields, field, max_corners, arena, ret, ret_count, err);
    const json_t *line = json_object_get(value, "coordinates");
    const size_t count = json_array_size(line);
    if (!type || strcmp(type, "LineString") != 0 || json_object_size(value) != 2)
        return json_fault(fields, field, ERR_PARAM, expected, err);
    if (count < 2 || count > max_corners)
        return json_fault(fields, field, ERR_INVALID, expected, err);
    int32_t *corners = ARENA_ARRAY(arena, int32_t, count * 2);
    if (!corners)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < count; i++)
        if (!read_corner(json_array_get(line, i), corners + i * 2))
            return json_fault(fields, field, ERR_PARAM, expected, err);
    *ret = corners;
    *ret_count = count;
    return ERR_OK;
}
