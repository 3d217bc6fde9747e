#include "server/json/read_inside.h"

#include <stdlib.h>

static enum err_code syntax_fault(const json_error_t *error, size_t len, struct err *err)
{
    const uint64_t at = error->position > 0 ? (uint64_t)error->position - 1 : 0;
    switch (json_error_code(error)) {
    case json_error_out_of_memory:
        return err_set(err, ERR_NOMEM, "out of memory", at);
    case json_error_premature_end_of_input:
        return err_set(err, ERR_FORMAT, "the JSON text ends too early", len);
    case json_error_end_of_input_expected:
        return err_set(err, ERR_FORMAT, "something stands behind the JSON object", at);
    case json_error_invalid_utf8:
        return err_set(err, ERR_FORMAT, "the JSON text is not UTF-8", at + 1);
    case json_error_duplicate_key:
        return err_set(err, ERR_FORMAT, "a field stands twice in the JSON object", at);
    case json_error_numeric_overflow:
        return err_set(err, ERR_RANGE, "a number is too large", at);
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return err_set(err, ERR_FORMAT, "the JSON text has a NUL character", at);
    default:
        return err_set(err, ERR_FORMAT, "the body is not JSON", at);
    }
}

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* The text is known to be one well-formed object: walks its members without looking into values,
 * and notes where each value begins. jansson keeps members in the order of the text. */
static void note_offsets(struct json_fields *fields)
{
    const uint8_t *text = fields->body.data;
    const size_t len = fields->body.len;
    unsigned depth = 0;
    size_t member = 0;
    for (size_t i = 0; i < len && member < fields->count; i++) {
        const uint8_t byte = text[i];
        if (byte == '"') {
            for (i++; i < len && text[i] != '"'; i++)
                if (text[i] == '\\')
                    i++;
        } else if (byte == '{' || byte == '[') {
            depth++;
        } else if (byte == '}' || byte == ']') {
            depth--;
        } else if (byte == ':' && depth == 1) {
            size_t value = i + 1;
            while (value < len && is_space(text[value]))
                value++;
            fields->offsets[member++] = value;
        }
    }
}

static bool is_known(const char *key, const struct json_field *known, size_t known_count)
{
    for (size_t i = 0; i < known_count; i++)
        if (strcmp(key, known[i].name) == 0)
            return true;
    return false;
}

static size_t offset_of(const struct json_fields *fields, const char *key)
{
    for (size_t i = 0; i < fields->count; i++)
        if (strcmp(fields->keys[i], key) == 0)
            return fields->offsets[i];
    return 0;
}

enum err_code json_fields_open(struct span body, const struct json_field *known, size_t known_count,
                               struct json_fields **ret, struct err *err)
{
    if (body.len == 0)
        return err_set(err, ERR_FORMAT, "the body is empty; a JSON object is wanted", 0);
    json_error_t error;
    json_t *root = json_loadb((const char *)body.data, body.len, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        return syntax_fault(&error, body.len, err);
    if (!json_is_object(root)) {
        json_decref(root);
        return err_set(err, ERR_FORMAT, "the body is JSON, but not an object", 0);
    }
    struct json_fields *fields = calloc(1, sizeof(*fields));
    if (!fields) {
        json_decref(root);
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    }
    fields->root = root;
    fields->body = body;
    const char *key;
    json_t *value;
    const char *unknown = NULL;
    json_object_foreach(root, key, value)
    {
        if (fields->count == JSON_FIELDS_MAX)
            break;
        fields->keys[fields->count++] = key;
        if (!is_known(key, known, known_count)) {
            unknown = key;
            break;
        }
    }
    note_offsets(fields);
    if (unknown) {
        const uint64_t at = offset_of(fields, unknown);
        json_fields_close(fields);
        return err_set(err, ERR_PARAM, "the body has a field that is not known here", at);
    }
    *ret = fields;
    return ERR_OK;
}

void json_fields_close(struct json_fields *fields)
{
    if (!fields)
        return;
    json_decref(fields->root);
    free(fields);
}

const char *json_fields_pointer(const struct json_fields *fields)
{
    return fields ? fields->pointer : NULL;
}

bool json_has(const struct json_fields *fields, const struct json_field *field)
{
    const json_t *value = json_object_get(fields->root, field->name);
    return value && !json_is_null(value);
}

bool json_given(const struct json_fields *fields, const struct json_field *field)
{
    return json_object_get(fields->root, field->name) != NULL;
}

enum err_code json_fault(struct json_fields *fields, const struct json_field *field,
                         enum err_code code, const char *what, struct err *err)
{
    fields->pointer = field->pointer;
    return err_set(err, code, what, offset_of(fields, field->name));
}

enum err_code json_take(struct json_fields *fields, const struct json_field *field, json_t **ret,
                        struct err *err)
{
    json_t *value = json_object_get(fields->root, field->name);
    if (!value)
        return json_fault(fields, field, ERR_PARAM, field->missing, err);
    *ret = value;
    return ERR_OK;
}

static enum err_code take_string(struct json_fields *fields, const struct json_field *field,
                                 const char *otherwise, struct span *ret, struct err *err)
{
    json_t *value = NULL;
    TRY(json_take(fields, field, &value, err));
    if (!json_is_string(value))
        return json_fault(fields, field, ERR_PARAM, otherwise, err);
    *ret = span_of(json_string_value(value), json_string_length(value));
    return ERR_OK;
}

/* C0, DEL and C1 controls; U+2028 and U+2029 part lines like line feeds. */
static bool has_control(struct span text, bool lines)
{
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t byte = text.data[i];
        if (byte < 0x20 && !(lines && (byte == '\n' || byte == '\t')))
            return true;
        if (byte == 0x7F)
            return true;
        if (byte == 0xC2 && i + 1 < text.len && text.data[i + 1] < 0xA0)
            return true;
    }
    return false;
}

static size_t count_characters(struct span text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += (text.data[i] & 0xC0) != 0x80;
    return count;
}

/* Nothing but white space: ASCII's, U+00A0 and the ideographic space U+3000. */
static bool is_blank(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t *at = text.data + i;
        if (is_space(*at))
            continue;
        if (text.len - i >= 2 && memcmp(at, "\xC2\xA0", 2) == 0)
            i += 1;
        else if (text.len - i >= 3 && memcmp(at, "\xE3\x80\x80", 3) == 0)
            i += 2;
        else
            return false;
    }
    return true;
}

enum err_code json_check_text(struct json_fields *fields, const struct json_field *field,
                              struct span text, size_t max_characters, bool lines, struct err *err)
{
    if (is_blank(text))
        return json_fault(fields, field, ERR_INVALID, field->empty, err);
    if (count_characters(text) > max_characters)
        return json_fault(fields, field, ERR_INVALID, field->too_long, err);
    if (has_control(text, lines))
        return json_fault(fields, field, ERR_INVALID, field->control, err);
    return ERR_OK;
}

enum err_code json_take_text(struct json_fields *fields, const struct json_field *field,
                             size_t max_characters, bool lines, struct span *ret, struct err *err)
{
    struct span text;
    TRY(take_string(fields, field, field->not_text, &text, err));
    TRY(json_check_text(fields, field, text, max_characters, lines, err));
    *ret = text;
    return ERR_OK;
}

enum err_code json_take_number(struct json_fields *fields, const struct json_field *field,
                               double min, double max, double *ret, struct err *err)
{
    json_t *value = NULL;
    TRY(json_take(fields, field, &value, err));
    if (!json_is_number(value))
        return json_fault(fields, field, ERR_PARAM, field->not_number, err);
    const double number = json_number_value(value);
    if (!(number >= min && number <= max))
        return json_fault(fields, field, ERR_RANGE, field->out_of_range, err);
    *ret = number;
    return ERR_OK;
}

enum err_code json_take_uuid(struct json_fields *fields, const struct json_field *field,
                             struct uuid *ret, struct err *err)
{
    struct span text = {0};
    TRY(take_string(fields, field, field->not_uuid, &text, err));
    if (!uuid_from(text, ret))
        return json_fault(fields, field, ERR_PARAM, field->not_uuid, err);
    return ERR_OK;
}

enum err_code json_take_word(struct json_fields *fields, const struct json_field *field,
                             bool (*find)(struct span name, uint8_t *ret), uint8_t *ret,
                             struct err *err)
{
    struct span text;
    TRY(take_string(fields, field, field->not_text, &text, err));
    if (!find(text, ret))
        return json_fault(fields, field, ERR_PARAM, field->not_a_word, err);
    return ERR_OK;
}

enum err_code json_take_bool(struct json_fields *fields, const struct json_field *field, bool *ret,
                             struct err *err)
{
    json_t *value = NULL;
    TRY(json_take(fields, field, &value, err));
    if (!json_is_boolean(value))
        return json_fault(fields, field, ERR_PARAM, field->not_bool, err);
    *ret = json_is_true(value);
    return ERR_OK;
}

enum err_code json_take_time(struct json_fields *fields, const struct json_field *field,
                             int64_t *ret, struct err *err)
{
    struct span text;
    TRY(take_string(fields, field, field->not_time, &text, err));
    if (!json_time_from(text, ret))
        return json_fault(fields, field, ERR_PARAM, field->not_time, err);
    return ERR_OK;
}
