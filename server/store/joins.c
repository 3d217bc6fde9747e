#include "server/store/joins.h"

#include "server/store/inside.h"
#include "server/store/list.h"
#include "server/store/local.h"

/* --- Codes ------------------------------------------------------------------------------------ */

static enum err_code put(struct db *db, void *context, struct err *err)
{
    const struct store_join_code *code = context;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_JOIN_CODE_PUT, &stmt, err));
    db_bind_uuid(db, stmt, 2, code->meeting_id);
    db_bind_text(db, stmt, 3, span_of(code->code, STORE_JOIN_CODE));
    db_bind_int(db, stmt, 4, code->made_ms);
    db_bind_int(db, stmt, 5, code->expires_ms);
    return db_run(db, stmt, err);
}

enum err_code store_joins_put(struct store_writer *writer, const struct store_join_code *code,
                              struct err *err)
{
    struct store_join_code copy = *code;
    return store_local(writer, put, &copy, err);
}

static enum err_code move_end(struct db *db, void *context, struct err *err)
{
    const struct store_join_code *code = context;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_JOIN_CODE_UNTIL, &stmt, err));
    db_bind_uuid(db, stmt, 2, code->meeting_id);
    db_bind_int(db, stmt, 3, code->expires_ms);
    return db_run(db, stmt, err);
}

enum err_code store_joins_until(struct store_writer *writer, struct uuid meeting_id,
                                int64_t expires_ms, struct err *err)
{
    struct store_join_code code = {.meeting_id = meeting_id, .expires_ms = expires_ms};
    return store_local(writer, move_end, &code, err);
}

static enum err_code close_code(struct db *db, void *context, struct err *err)
{
    const struct uuid *meeting_id = context;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_JOIN_CODE_REMOVE, &stmt, err));
    db_bind_uuid(db, stmt, 2, *meeting_id);
    return db_run(db, stmt, err);
}

enum err_code store_joins_close(struct store_writer *writer, struct uuid meeting_id,
                                struct err *err)
{
    return store_local(writer, close_code, &meeting_id, err);
}

/* ?2 is bound. */
static enum err_code read_code(struct db *db, sqlite3_stmt *stmt, int64_t now_ms,
                               struct store_join_code *ret, struct err *err)
{
    bool row;
    db_bind_int(db, stmt, 3, now_ms);
    TRY(db_step(db, stmt, &row, err));
    if (!row)
        return err_set(err, ERR_NOT_FOUND, "no meeting is open under this code", 0);
    struct store_join_code code = {.meeting_id = db_column_uuid(stmt, 0),
                                   .expires_ms = db_column_int(stmt, 2)};
    const struct span text = db_column_text(stmt, 1);
    if (text.len != STORE_JOIN_CODE)
        return err_set(err, ERR_INTERNAL, "a join code has another length", text.len);
    memcpy(code.code, text.data, STORE_JOIN_CODE);
    *ret = code;
    return ERR_OK;
}

enum err_code store_joins_find(struct store_reader *reader, const char *code, int64_t now_ms,
                               struct store_join_code *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_JOIN_CODE_FIND, &stmt, err));
    db_bind_text(&reader->db, stmt, 2, span_from_str(code));
    return read_code(&reader->db, stmt, now_ms, ret, err);
}

enum err_code store_joins_of(struct store_reader *reader, struct uuid meeting_id, int64_t now_ms,
                             struct store_join_code *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_JOIN_CODE_OF, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, meeting_id);
    return read_code(&reader->db, stmt, now_ms, ret, err);
}

/* --- Presence --------------------------------------------------------------------------------- */

struct telling {
    struct uuid meeting_id;
    struct store_presence presence;
    uint32_t tablet; /* what comes back */
};

static enum err_code read_tablet(struct db *db, struct telling *telling, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(db, SQL_PRESENCE_FIND, &stmt, err));
    db_bind_uuid(db, stmt, 2, telling->meeting_id);
    db_bind_uuid(db, stmt, 3, telling->presence.device_id);
    TRY(db_step(db, stmt, &row, err));
    if (!row)
        return err_set(err, ERR_NOT_FOUND, "this tablet has not joined the meeting", 0);
    telling->tablet = (uint32_t)db_column_int(stmt, 1);
    return ERR_OK;
}

static enum err_code join(struct db *db, void *context, struct err *err)
{
    struct telling *telling = context;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_PRESENCE_JOIN, &stmt, err));
    db_bind_uuid(db, stmt, 2, telling->meeting_id);
    db_bind_uuid(db, stmt, 3, telling->presence.device_id);
    db_bind_int(db, stmt, 4, telling->presence.seen_ms);
    TRY(db_run(db, stmt, err));
    return read_tablet(db, telling, err);
}

static enum err_code tell(struct db *db, void *context, struct err *err)
{
    struct telling *telling = context;
    sqlite3_stmt *stmt;
    TRY(read_tablet(db, telling, err));
    TRY(db_take(db, SQL_PRESENCE_TELL, &stmt, err));
    db_bind_uuid(db, stmt, 2, telling->meeting_id);
    db_bind_uuid(db, stmt, 3, telling->presence.device_id);
    db_bind_int(db, stmt, 4, telling->presence.seen_ms);
    db_bind_int(db, stmt, 5, telling->presence.waiting);
    db_bind_int(db, stmt, 6, telling->presence.oldest_s);
    return db_run(db, stmt, err);
}

enum err_code store_presence_join(struct store_writer *writer, struct uuid meeting_id,
                                  struct uuid device_id, int64_t now_ms, uint32_t *ret_tablet,
                                  struct err *err)
{
    struct telling telling = {.meeting_id = meeting_id,
                              .presence = {.device_id = device_id, .seen_ms = now_ms}};
    TRY(store_local(writer, join, &telling, err));
    *ret_tablet = telling.tablet;
    return ERR_OK;
}

enum err_code store_presence_tell(struct store_writer *writer, struct uuid meeting_id,
                                  const struct store_presence *presence, uint32_t *ret_tablet,
                                  struct err *err)
{
    struct telling telling = {.meeting_id = meeting_id, .presence = *presence};
    TRY(store_local(writer, tell, &telling, err));
    *ret_tablet = telling.tablet;
    return ERR_OK;
}

enum err_code store_presence_list(struct store_reader *reader, struct uuid meeting_id,
                                  struct arena *arena, struct store_presence **ret,
                                  size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_PRESENCE_LIST, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, meeting_id);
    struct store_presence *list = NULL;
    size_t count = 0, capacity = 0;
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&list, count, &capacity, sizeof *list, err));
        list[count++] = (struct store_presence){
            .device_id = db_column_uuid(stmt, 0),
            .tablet = (uint32_t)db_column_int(stmt, 1),
            .joined_ms = db_column_int(stmt, 2),
            .seen_ms = db_column_int(stmt, 3),
            .waiting = (uint32_t)db_column_int(stmt, 4),
            .oldest_s = (uint32_t)db_column_int(stmt, 5),
        };
    }
    *ret = list;
    *ret_count = count;
    return ERR_OK;
}

/* --- Words ------------------------------------------------------------------------------------ */

enum err_code store_words_list(struct store_reader *reader, struct arena *arena, struct span **ret,
                               size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_WATCH_WORDS_LIST, &stmt, err));
    struct span *list = NULL;
    size_t count = 0, capacity = 0;
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        const struct span word = db_column_text(stmt, 0);
        const size_t len = word.len;
        const char *copy = arena_copy(arena, word);
        if (!copy)
            return err_set(err, ERR_NOMEM, "out of memory", 0);
        TRY(list_grow(arena, (void **)&list, count, &capacity, sizeof *list, err));
        list[count++] = span_of(copy, len);
    }
    *ret = list;
    *ret_count = count;
    return ERR_OK;
}

struct words {
    const struct span *list;
    size_t count;
};

static enum err_code set_words(struct db *db, void *context, struct err *err)
{
    const struct words *words = context;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_WATCH_WORDS_CLEAR, &stmt, err));
    TRY(db_run(db, stmt, err));
    for (size_t i = 0; i < words->count; i++) {
        TRY(db_take(db, SQL_WATCH_WORDS_ADD, &stmt, err));
        db_bind_int(db, stmt, 2, (int64_t)i);
        db_bind_text(db, stmt, 3, words->list[i]);
        TRY(db_run(db, stmt, err));
    }
    return ERR_OK;
}

enum err_code store_words_set(struct store_writer *writer, const struct span *words, size_t count,
                              struct err *err)
{
    struct words set = {words, count};
    return store_local(writer, set_words, &set, err);
}
