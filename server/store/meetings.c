#include "server/store/meetings.h"

#include "server/store/inside.h"
#include "server/store/list.h"

static enum err_code copy_span(struct arena *arena, struct span from, struct span *ret,
                               struct err *err)
{
    const char *copy = arena_copy(arena, from);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = span_of(copy, from.len);
    return ERR_OK;
}

static enum err_code read_meeting(sqlite3_stmt *stmt, struct arena *arena,
                                  struct store_meeting *ret, struct err *err)
{
    struct span bytes;
    TRY(copy_span(arena, db_column_blob(stmt, 2), &bytes, err));
    ret->id = db_column_uuid(stmt, 0);
    ret->rev = (uint32_t)db_column_int(stmt, 1);
    return meeting_unpack(arena, bytes, &ret->meeting, err);
}

enum err_code store_meetings_find(struct store_reader *reader, struct uuid id, struct arena *arena,
                                  struct store_meeting *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, SQL_MEETINGS_FIND, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, id);
    TRY(db_step(&reader->db, stmt, &row, err));
    if (!row)
        return err_set(err, ERR_NOT_FOUND, "there is no such meeting", 0);
    return read_meeting(stmt, arena, ret, err);
}

enum err_code store_meetings_list(struct store_reader *reader, const struct store_reach *reach,
                                  size_t limit, struct arena *arena, struct store_meeting **ret,
                                  size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_MEETINGS_LIST, &stmt, err));
    db_bind_int(&reader->db, stmt, 2, reach->all);
    db_bind_blob(&reader->db, stmt, 3, reach->scopes);
    db_bind_blob(&reader->db, stmt, 4, reach->closed);
    db_bind_int(&reader->db, stmt, 5, (int64_t)limit);
    struct store_meeting *list = NULL;
    size_t count = 0, capacity = 0;
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&list, count, &capacity, sizeof *list, err));
        TRY(read_meeting(stmt, arena, &list[count], err));
        count++;
    }
    *ret = list;
    *ret_count = count;
    return ERR_OK;
}

/* --- The board -------------------------------------------------------------------------------- */

static enum err_code read_counts(struct db *db, struct uuid id, struct store_board *board,
                                 struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(db, SQL_BOARD_COUNTS, &stmt, err));
    db_bind_uuid(db, stmt, 2, id);
    TRY(db_step(db, stmt, &row, err));
    board->comments = (uint32_t)db_column_int(stmt, 0);
    board->held = (uint32_t)db_column_int(stmt, 1);
    board->shown = (uint32_t)db_column_int(stmt, 2);
    return ERR_OK;
}

static enum err_code read_people(struct db *db, struct uuid id, struct arena *arena,
                                 struct store_board *board, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    size_t capacity = 0;
    TRY(db_take(db, SQL_BOARD_PEOPLE, &stmt, err));
    db_bind_uuid(db, stmt, 2, id);
    for (bool row;;) {
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            return ERR_OK;
        TRY(list_grow(arena, (void **)&board->people, board->person_count, &capacity,
                      sizeof *board->people, err));
        struct store_board_person *person = &board->people[board->person_count++];
        TRY(copy_span(arena, db_column_text(stmt, 0), &person->pen_name, err));
        person->comments = (uint32_t)db_column_int(stmt, 1);
        person->held = (uint32_t)db_column_int(stmt, 2);
        person->last_ms = db_column_int(stmt, 3);
    }
}

static enum err_code read_tablets(struct db *db, struct uuid id, struct arena *arena,
                                  struct store_board *board, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    size_t capacity = 0;
    TRY(db_take(db, SQL_BOARD_TABLETS, &stmt, err));
    db_bind_uuid(db, stmt, 2, id);
    for (bool row;;) {
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            return ERR_OK;
        TRY(list_grow(arena, (void **)&board->tablets, board->tablet_count, &capacity,
                      sizeof *board->tablets, err));
        board->tablets[board->tablet_count++] = (struct store_board_tablet){
            .device_id = db_column_uuid(stmt, 0),
            .comments = (uint32_t)db_column_int(stmt, 1),
        };
    }
}

enum err_code store_meetings_board(struct store_reader *reader, struct uuid id, struct arena *arena,
                                   struct store_board *ret, struct err *err)
{
    struct store_board board = {0};
    TRY(read_counts(&reader->db, id, &board, err));
    TRY(read_people(&reader->db, id, arena, &board, err));
    TRY(read_tablets(&reader->db, id, arena, &board, err));
    *ret = board;
    return ERR_OK;
}

enum err_code store_meetings_held(struct store_reader *reader, struct uuid id, size_t limit,
                                  struct arena *arena, struct store_held **ret, size_t *ret_count,
                                  struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    struct store_held *list = NULL;
    size_t count = 0, capacity = 0;
    TRY(db_take(&reader->db, SQL_MEETING_HELD, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, id);
    db_bind_int(&reader->db, stmt, 3, (int64_t)limit);
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&list, count, &capacity, sizeof *list, err));
        list[count].id = db_column_uuid(stmt, 0);
        TRY(copy_span(arena, db_column_text(stmt, 1), &list[count].reason, err));
        list[count].status_rev = (uint32_t)db_column_int(stmt, 2);
        count++;
    }
    *ret = list;
    *ret_count = count;
    return ERR_OK;
}
