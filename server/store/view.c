#include "server/store/view.h"

static enum err_code keep(struct span text, struct arena *arena, struct span *ret, struct err *err)
{
    if (!arena) {
        *ret = text;
        return ERR_OK;
    }
    const char *copy = arena_copy(arena, text);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = span_of(copy, text.len);
    return ERR_OK;
}

enum err_code view_text(sqlite3_stmt *stmt, int at, struct arena *arena, struct span *ret,
                        struct err *err)
{
    return keep(db_column_text(stmt, at), arena, ret, err);
}

enum err_code view_bytes(sqlite3_stmt *stmt, int at, struct arena *arena, struct span *ret,
                         struct err *err)
{
    return keep(db_column_blob(stmt, at), arena, ret, err);
}

static bool is_null(sqlite3_stmt *stmt, int at)
{
    return sqlite3_column_type(stmt, at) == SQLITE_NULL;
}

enum err_code view_comment(sqlite3_stmt *stmt, struct arena *arena, struct store_comment *ret,
                           struct err *err)
{
    struct store_comment view = {
        .seq = (uint64_t)db_column_int(stmt, 0),
        .id = db_column_uuid(stmt, 1),
        .change = (uint64_t)db_column_int(stmt, 2),
        .kind = (uint8_t)db_column_int(stmt, 3),
        .channel = (uint8_t)db_column_int(stmt, 4),
        .hat = (uint8_t)db_column_int(stmt, 5),
        .status = (uint8_t)db_column_int(stmt, 6),
        .edited = db_column_int(stmt, 7) != 0,
        .has_card = !is_null(stmt, 8),
        .card_id = db_column_uuid(stmt, 8),
        .has_space = !is_null(stmt, 10),
        .space_id = db_column_uuid(stmt, 10),
        .lon_e7 = (int32_t)db_column_int(stmt, 15),
        .lat_e7 = (int32_t)db_column_int(stmt, 16),
        .made_ms = db_column_int(stmt, 17),
        .agree = (uint32_t)db_column_int(stmt, 18),
        .disagree = (uint32_t)db_column_int(stmt, 19),
        .unsure = (uint32_t)db_column_int(stmt, 20),
        .reply_count = (uint32_t)db_column_int(stmt, 21),
        .text_rev = (uint32_t)db_column_int(stmt, 22),
        .place_rev = (uint32_t)db_column_int(stmt, 23),
        .kind_rev = (uint32_t)db_column_int(stmt, 24),
        .card_rev = (uint32_t)db_column_int(stmt, 25),
        .title_rev = (uint32_t)db_column_int(stmt, 26),
        .mood = (uint8_t)db_column_int(stmt, 28),
        .shape = (uint8_t)db_column_int(stmt, 29),
        .meeting_id = db_column_uuid(stmt, 32),
        .quoted_id = db_column_uuid(stmt, 33),
        .has_photos = db_column_int(stmt, 35) > 0,
        .precision_m = (uint32_t)db_column_int(stmt, 36),
    };
    TRY(view_text(stmt, 9, arena, &view.card_title, err));
    TRY(view_text(stmt, 11, arena, &view.space_name, err));
    TRY(view_text(stmt, 12, arena, &view.text, err));
    TRY(view_text(stmt, 13, arena, &view.pen_name, err));
    TRY(view_text(stmt, 14, arena, &view.building_id, err));
    TRY(view_text(stmt, 27, arena, &view.title, err));
    TRY(view_bytes(stmt, 30, arena, &view.path, err));
    TRY(view_bytes(stmt, 31, arena, &view.marks, err));
    TRY(view_text(stmt, 34, arena, &view.source, err));
    TRY(view_text(stmt, 37, arena, &view.reason, err));
    TRY(view_text(stmt, 38, arena, &view.note, err));
    *ret = view;
    return ERR_OK;
}

enum err_code view_reply(sqlite3_stmt *stmt, struct arena *arena, struct store_reply *ret,
                         struct err *err)
{
    struct store_reply view = {
        .seq = (uint64_t)db_column_int(stmt, 0),
        .id = db_column_uuid(stmt, 1),
        .comment_id = db_column_uuid(stmt, 2),
        .change = (uint64_t)db_column_int(stmt, 3),
        .channel = (uint8_t)db_column_int(stmt, 4),
        .hat = (uint8_t)db_column_int(stmt, 5),
        .status = (uint8_t)db_column_int(stmt, 6),
        .edited = db_column_int(stmt, 7) != 0,
        .made_ms = db_column_int(stmt, 10),
        .text_rev = (uint32_t)db_column_int(stmt, 11),
    };
    TRY(view_text(stmt, 8, arena, &view.text, err));
    TRY(view_text(stmt, 9, arena, &view.pen_name, err));
    TRY(view_text(stmt, 12, arena, &view.source, err));
    TRY(view_text(stmt, 13, arena, &view.reason, err));
    TRY(view_text(stmt, 14, arena, &view.note, err));
    *ret = view;
    return ERR_OK;
}

enum err_code view_card(sqlite3_stmt *stmt, struct arena *arena, struct store_card *ret,
                        struct err *err)
{
    struct store_card view = {
        .id = db_column_uuid(stmt, 0),
        .change = (uint64_t)db_column_int(stmt, 1),
        .colour = (uint32_t)db_column_int(stmt, 7),
        .position = (uint32_t)db_column_int(stmt, 8),
        .comment_count = (uint32_t)db_column_int(stmt, 9),
    };
    TRY(view_text(stmt, 2, arena, &view.title, err));
    TRY(view_text(stmt, 3, arena, &view.title_easy, err));
    TRY(view_text(stmt, 4, arena, &view.title_en, err));
    TRY(view_text(stmt, 5, arena, &view.description, err));
    TRY(view_text(stmt, 6, arena, &view.icon, err));
    *ret = view;
    return ERR_OK;
}
