#include "server/store/cards.h"

#include "server/store/inside.h"
#include "server/store/list.h"
#include "server/store/view.h"

enum err_code store_cards_list(struct store_reader *reader, struct arena *arena,
                               struct store_card **ret, size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_CARDS_LIST, &stmt, err));
    struct store_card *cards = NULL;
    size_t count = 0, capacity = 0;
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&cards, count, &capacity, sizeof *cards, err));
        TRY(view_card(stmt, arena, &cards[count], err));
        count++;
    }
    *ret = cards;
    *ret_count = count;
    return ERR_OK;
}

enum err_code store_cards_find(struct store_reader *reader, struct uuid id, struct arena *arena,
                               struct store_card *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, SQL_CARDS_FIND, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, id);
    TRY(db_step(&reader->db, stmt, &row, err));
    return row ? view_card(stmt, arena, ret, err)
               : err_set(err, ERR_NOT_FOUND, "there is no such card", 0);
}
