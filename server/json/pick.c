#include "server/json/pick.h"

#include <jansson.h>
#include <stdlib.h>

enum err_code json_pick(struct span object, const char *const *names, size_t count,
                        struct arena *arena, struct span *ret_values, struct err *err)
{
    json_error_t fault;
    json_t *root = json_loadb((const char *)object.data, object.len, 0, &fault);
    if (!json_is_object(root)) {
        json_decref(root);
        return err_set(err, ERR_FORMAT, "metadata is not a JSON object", 0);
    }
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < count; i++) {
        ret_values[i] = (struct span){0};
        const json_t *value = json_object_get(root, names[i]);
        char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
        char *copy = text ? arena_copy(arena, span_from_str(text)) : NULL;
        free(text);
        if (copy)
            ret_values[i] = span_from_str(copy);
        else if (value)
            code = err_set(err, ERR_NOMEM, "no memory for the metadata", i);
    }
    json_decref(root);
    return code;
}

enum err_code json_pick_texts(struct span object, const char *const *names, size_t count,
                              struct arena *arena, const char **ret_texts, struct err *err)
{
    json_error_t fault;
    json_t *root = json_loadb((const char *)object.data, object.len, 0, &fault);
    if (!json_is_object(root)) {
        json_decref(root);
        return err_set(err, ERR_FORMAT, "metadata is not a JSON object", 0);
    }
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_object_get(root, names[i]));
        ret_texts[i] = text ? arena_copy(arena, span_from_str(text)) : NULL;
        if (text && !ret_texts[i])
            code = err_set(err, ERR_NOMEM, "no memory for the metadata", i);
    }
    json_decref(root);
    return code;
}
