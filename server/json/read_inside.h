/* read_inside: what an object that is being read holds; for the files of server/json/read_*.c. */
#pragma once

#include <jansson.h>

#include "server/json/read.h"

enum { JSON_FIELDS_MAX = 32 };

struct json_fields {
    json_t *root;
    struct span body;
    const char *pointer;
    size_t offsets[JSON_FIELDS_MAX]; /* of the n-th member: byte where its value begins */
    const char *keys[JSON_FIELDS_MAX];
    size_t count;
};

/* The member, which may be null; a fault when it is missing. */
MUST_CHECK enum err_code json_take(struct json_fields *fields, const struct json_field *field,
                                   json_t **ret, struct err *err);
/* What json_take_text asks of a text. */
MUST_CHECK enum err_code json_check_text(struct json_fields *fields, const struct json_field *field,
                                         struct span text, size_t max_characters, bool lines,
                                         struct err *err);
/* RFC 3339: "2026-07-23T14:00:00.5+09:00"; seconds 00 to 60, offsets to the minute. */
bool json_time_from(struct span text, int64_t *ret);
