/*
 * write: JSON text, appended to a buffer.
 *
 * Purpose    Large answers are written once, in one pass, without a tree in between. Commas and
 *            quotes are placed here; the caller says what stands where.
 * Use        struct json json; json_begin(&json, &buf); json_object(&json); json_key(&json, "id");
 *            json_int(&json, 7); json_end(&json); The order of calls is the caller's duty.
 * Errors     As buf: the first failure sticks in buf->failed; look once, at the end.
 * Standard   RFC 8259. Text must be UTF-8 (the store holds nothing else); in one that is not, each
 *            byte above ASCII becomes U+FFFD, so that one damaged row never spoils a list.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/buf.h"
#include "tiles/base/uuid.h"

enum { JSON_DEPTH_MAX = 32 };

struct json {
    struct buf *out;
    unsigned depth;
    bool after_key;
    uint32_t has_items; /* bit n: something stands already at depth n */
    uint32_t is_array;  /* bit n: depth n is an array */
};

void json_begin(struct json *json, struct buf *out);

void json_object(struct json *json);
void json_array(struct json *json);
/* Closes the innermost object or array. */
void json_end(struct json *json);

/* `name` is a literal without anything to escape. */
void json_key(struct json *json, const char *name);
/* A key that comes from data. */
void json_key_span(struct json *json, struct span name);

void json_string(struct json *json, struct span text);
void json_text(struct json *json, const char *text);
/* null when the span is empty. */
void json_string_or_null(struct json *json, struct span text);
void json_int(struct json *json, int64_t value);
void json_uint(struct json *json, uint64_t value);
/* At most `decimals` digits behind the point; null for what is no number. */
void json_number(struct json *json, double value, unsigned decimals);
void json_e7(struct json *json, int32_t e7);
void json_bool(struct json *json, bool value);
void json_null(struct json *json);
/* A value that is JSON text already. */
void json_raw(struct json *json, struct span text);
void json_uuid(struct json *json, struct uuid id);
/* RFC 3339 in UTC with milliseconds; years 0000 to 9999, else null. */
void json_time(struct json *json, int64_t unix_ms);
