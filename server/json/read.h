/*
 * read: one JSON object from outside, strictly.
 *
 * Purpose    A body is an object with known fields of known types; anything else is refused with
 *            its place, so that whoever wrote the client sees at once what to change.
 * Strict     UTF-8 only, no byte order mark, no NUL (raw or \u0000), no repeated and no unknown
 *            field, nothing behind the object.
 * Fault      `at` in err is a byte of the body: where a faulty value begins, or, when the text is
 * not JSON, where reading stopped: the last byte of the token that could not stand there (a raw
 * control character is named by the byte before it). The fault's pointer is the JSON pointer of the
 * field, a literal, or NULL. Ownership  Text taken lives as long as the object; `body` must outlive
 * it too. Errors     ERR_FORMAT not JSON; ERR_PARAM unknown or missing field or wrong type;
 *            ERR_RANGE number too large or small; ERR_INVALID text empty, too long, or not a word
 *            of its list; ERR_NOMEM.
 * Standard   RFC 8259 (by jansson), RFC 6901 pointers.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/arena.h"
#include "tiles/base/attr.h"
#include "tiles/base/err.h"
#include "tiles/base/span.h"
#include "tiles/base/uuid.h"

struct json_fields;

/* A field's name with the sentences for what can be wrong with it; see JSON_FIELD. */
struct json_field {
    const char *name, *pointer;
    const char *missing, *not_text, *not_number, *not_uuid, *not_a_word, *not_bool, *not_time;
    const char *not_list, *too_many, *out_of_range, *empty, *too_long, *control;
};

/* clang-format off */
#define JSON_FIELD(n) {                                                                            \
    .name = n, .pointer = "/" n,                                                                   \
    .missing = "the field " n " is missing",                                                       \
    .not_text = n " must be a text in quotes",                                                     \
    .not_number = n " must be a number",                                                           \
    .not_uuid = n " must be a UUID, as 0192f3a0-7c00-7000-8000-00000000c0de",                      \
    .not_a_word = n " is not one of the words allowed here",                                       \
    .not_bool = n " must be true or false",                                                        \
    .not_time = n " must be a time with its offset, as 2026-07-23T14:00:00+09:00",                 \
    .not_list = n " must be a list of what belongs there",                                         \
    .too_many = n " has too many entries, or too few",                                             \
    .out_of_range = n " is out of range",                                                          \
    .empty = n " is empty",                                                                        \
    .too_long = n " is too long",                                                                  \
    .control = n " has a control character that no text needs" }
/* clang-format on */

/* Reads the body; `known` lists every field that may stand in it. */
MUST_CHECK enum err_code json_fields_open(struct span body, const struct json_field *known,
                                          size_t known_count, struct json_fields **ret,
                                          struct err *err);
void json_fields_close(struct json_fields *fields);
DEFINE_CLEANUP(struct json_fields, json_fields_close)

/* The JSON pointer of the field that the last failure was about, or NULL. */
const char *json_fields_pointer(const struct json_fields *fields);

/* Whether the field is there and is not null. */
bool json_has(const struct json_fields *fields, const struct json_field *field);
/* Whether the field is there, be it null. */
bool json_given(const struct json_fields *fields, const struct json_field *field);

/* Text of 1 to max_characters, not all white space, code points that are neither control characters
 * (tab and line feed are allowed when `lines`) nor, when it is one line, line ends. */
MUST_CHECK enum err_code json_take_text(struct json_fields *fields, const struct json_field *field,
                                        size_t max_characters, bool lines, struct span *ret,
                                        struct err *err);
MUST_CHECK enum err_code json_take_number(struct json_fields *fields,
                                          const struct json_field *field, double min, double max,
                                          double *ret, struct err *err);
MUST_CHECK enum err_code json_take_uuid(struct json_fields *fields, const struct json_field *field,
                                        struct uuid *ret, struct err *err);
/* A word that `find` knows; its number. */
MUST_CHECK enum err_code json_take_word(struct json_fields *fields, const struct json_field *field,
                                        bool (*find)(struct span name, uint8_t *ret), uint8_t *ret,
                                        struct err *err);
MUST_CHECK enum err_code json_take_bool(struct json_fields *fields, const struct json_field *field,
                                        bool *ret, struct err *err);
/* RFC 3339 with an offset, years 1970 to 9999, in Unix milliseconds. */
MUST_CHECK enum err_code json_take_time(struct json_fields *fields, const struct json_field *field,
                                        int64_t *ret, struct err *err);

/* --- Lists: ERR_PARAM for what is no list of such, ERR_INVALID for too many or too few --- */

/* Each a text as of json_take_text, on one line. The array lives in the arena, its texts as above.
 */
MUST_CHECK enum err_code json_take_texts(struct json_fields *fields, const struct json_field *field,
                                         size_t max_items, size_t max_characters,
                                         struct arena *arena, struct span **ret, size_t *ret_count,
                                         struct err *err);
MUST_CHECK enum err_code json_take_uuids(struct json_fields *fields, const struct json_field *field,
                                         size_t max_items, struct arena *arena, struct uuid **ret,
                                         size_t *ret_count, struct err *err);
/* How many entries a list has. */
MUST_CHECK enum err_code json_take_count(struct json_fields *fields, const struct json_field *field,
                                         size_t max_items, size_t *ret, struct err *err);
/* Entry `at` of a list, an object with known fields. Its faults stand at the list's place. */
MUST_CHECK enum err_code json_take_entry(struct json_fields *fields, const struct json_field *field,
                                         size_t at, const struct json_field *known,
                                         size_t known_count, struct json_fields **ret,
                                         struct err *err);
/* The outer ring of a GeoJSON Polygon without holes: longitude and latitude in 1e-7 degrees, one
 * after the other, `*ret_count` corners, at most max_corners; the last, which repeats the first, is
 * left out. */
MUST_CHECK enum err_code json_take_polygon(struct json_fields *fields,
                                           const struct json_field *field, size_t max_corners,
                                           struct arena *arena, int32_t **ret, size_t *ret_count,
                                           struct err *err);

/* A GeoJSON LineString or Polygon: the same, and which of both. */
MUST_CHECK enum err_code json_take_shape(struct json_fields *fields, const struct json_field *field,
                                         size_t max_corners, struct arena *arena, bool *ret_area,
                                         int32_t **ret, size_t *ret_count, struct err *err);

/* A fault that the caller has found in the field: records code, sentence, place and pointer. */
enum err_code json_fault(struct json_fields *fields, const struct json_field *field,
                         enum err_code code, const char *what, struct err *err);
