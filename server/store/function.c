#include "server/store/function.h"

#include "server/store/bigram.h"
#include "server/store/db.h"

static struct span span_from_value(sqlite3_value *value)
{
    const void *bytes = sqlite3_value_blob(value);
    return span_of(bytes, bytes ? (size_t)sqlite3_value_bytes(value) : 0);
}

static void id_in_list(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const struct span list = span_from_value(values[0]), id = span_from_value(values[1]);
    int found = 0;
    if (id.len == UUID_BYTES)
        for (size_t at = 0; at + UUID_BYTES <= list.len && !found; at += UUID_BYTES)
            found = memcmp(list.data + at, id.data, UUID_BYTES) == 0;
    sqlite3_result_int(context, found);
}

/* Do all runs of `query` (normalised, white space is ' ') occur in `text`? */
static bool has_all(struct span text, struct span query)
{
    for (size_t at = 0; at < query.len;) {
        size_t end = at;
        while (end < query.len && query.data[end] != ' ')
            end++;
        if (end > at && (!text.data || !memmem(text.data, text.len, query.data + at, end - at)))
            return false;
        at = end + 1;
    }
    return true;
}

static void text_has(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    struct buf text, query;
    buf_init(&text);
    buf_init(&query);
    if (bigram_normalise(span_from_value(values[0]), &text, NULL) == ERR_OK &&
        bigram_normalise(span_from_value(values[1]), &query, NULL) == ERR_OK)
        sqlite3_result_int(context, has_all(buf_span(&text), buf_span(&query)));
    else
        sqlite3_result_error_nomem(context);
    buf_done(&text);
    buf_done(&query);
}

enum err_code function_register(struct db *db, struct err *err)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    int result = sqlite3_create_function_v2(db->sqlite, "id_in_list", 2, flags, NULL, id_in_list,
                                            NULL, NULL, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_create_function_v2(db->sqlite, "text_has", 2, flags, NULL, text_has, NULL,
                                            NULL, NULL);
    return result == SQLITE_OK ? ERR_OK : db_fail(db, result, err);
}
