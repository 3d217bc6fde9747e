#include "server/store/spaces.h"

#include "server/store/inside.h"
#include "server/store/list.h"
#include "server/store/view.h"

static enum err_code read_space(sqlite3_stmt *stmt, struct arena *arena, struct store_space *ret,
                                struct err *err)
{
    struct store_space space = {
        .id = db_column_uuid(stmt, 0),
        .tier = (enum space_tier)db_column_int(stmt, 1),
    };
    TRY(view_text(stmt, 2, arena, &space.name, err));
    TRY(view_text(stmt, 3, arena, &space.organisation, err));
    *ret = space;
    return ERR_OK;
}

enum err_code store_spaces_list(struct store_reader *reader, struct arena *arena,
                                struct store_space **ret, size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_SPACES_LIST, &stmt, err));
    struct store_space *spaces = NULL;
    size_t count = 0, capacity = 0;
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&spaces, count, &capacity, sizeof *spaces, err));
        TRY(read_space(stmt, arena, &spaces[count], err));
        count++;
    }
    *ret = spaces;
    *ret_count = count;
    return ERR_OK;
}

enum err_code store_spaces_find(struct store_reader *reader, struct uuid id, struct arena *arena,
                                struct store_space *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, SQL_SPACES_FIND, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, id);
    TRY(db_step(&reader->db, stmt, &row, err));
    return row ? read_space(stmt, arena, ret, err)
               : err_set(err, ERR_NOT_FOUND, "there is no such space", 0);
}
