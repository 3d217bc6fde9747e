#include "server/api/people.h"

enum err_code api_take(struct json_fields *fields, const struct json_field *field,
                       size_t max_characters, struct arena *arena, struct span *ret,
                       struct err *err)
{
    struct span text;
    TRY(json_take_text(fields, field, max_characters, false, &text, err));
    const char *copy = arena_copy(arena, text);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = span_of(copy, text.len);
    return ERR_OK;
}

enum err_code api_take_optional(struct json_fields *fields, const struct json_field *field,
                                size_t max_characters, struct arena *arena, struct span *ret,
                                struct err *err)
{
    struct err own = {0};
    if (!json_has(fields, field))
        return ERR_OK;
    const enum err_code code = api_take(fields, field, max_characters, arena, ret, &own);
    if (code != ERR_OK && own.what == field->empty) { /* "" is a value here */
        *ret = span_from_str("");
        return ERR_OK;
    }
    return code == ERR_OK ? ERR_OK : err_set(err, code, own.what, own.at);
}
