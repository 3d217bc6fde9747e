#include "server/store/changes.h"

#include "server/store/inside.h"
#include "server/store/list.h"
#include "server/store/view.h"

/* Statements of an audience stand side by side: SQL_X_PUBLIC, SQL_X_MEMBER, SQL_X_STAFF. */
static enum err_code find_view(struct db *db, const struct store_viewer *viewer,
                               struct arena *arena, struct store_change *change, struct err *err)
{
    static const enum sql statements[] = {
        [STORE_OBJECT_COMMENT] = SQL_COMMENTS_FIND_PUBLIC,
        [STORE_OBJECT_REPLY] = SQL_REPLIES_FIND_PUBLIC,
    };
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row = false;
    if (change->type == STORE_OBJECT_CARD)
        TRY(db_take(db, SQL_CARDS_FIND, &stmt, err));
    else
        TRY(db_take(db, (enum sql)(statements[change->type] + (unsigned)viewer->audience), &stmt,
                    err));
    db_bind_uuid(db, stmt, 2, change->id);
    if (change->type != STORE_OBJECT_CARD)
        db_bind_blob(db, stmt, 3, viewer->scopes);
    TRY(db_step(db, stmt, &row, err));
    change->removed = !row;
    if (!row)
        return ERR_OK;
    if (change->type == STORE_OBJECT_COMMENT) {
        struct store_comment *comment = &change->comment;
        TRY(view_comment(stmt, arena, comment, err));
        return comment->has_photos ? view_photos(db, viewer, comment->id, arena, &comment->photos,
                                                 &comment->photo_count, err)
                                   : ERR_OK;
    }
    if (change->type == STORE_OBJECT_REPLY)
        return view_reply(stmt, arena, &change->reply, err);
    return view_card(stmt, arena, &change->card, err);
}

static enum err_code fill(struct db *db, const struct store_viewer *viewer, uint64_t since,
                          size_t limit, struct arena *arena, struct store_changes *page,
                          struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(db, SQL_OBJECT_SINCE, &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)since);
    /* Members and staff see objects that the public has never seen. */
    db_bind_int(db, stmt, 3, viewer->audience != STORE_PUBLIC);
    size_t capacity = 0;
    for (bool row;;) {
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            return ERR_OK;
        struct store_change change = {
            .id = db_column_uuid(stmt, 0),
            .type = (enum store_object_type)db_column_int(stmt, 1),
            .change = (uint64_t)db_column_int(stmt, 2),
        };
        if (page->count >= limit && change.change != page->next) {
            page->more = true;
            return ERR_OK;
        }
        page->next = change.change;
        if (change.type > STORE_OBJECT_CARD)
            continue; /* spaces, meetings, photos, appeals are not told by themselves */
        if ((int)change.type == 0)
            change.removed = true; /* erased */
        else
            TRY(find_view(db, viewer, arena, &change, err));
        TRY(list_grow(arena, (void **)&page->changes, page->count, &capacity, sizeof change, err));
        page->changes[page->count++] = change;
    }
}

enum err_code store_changes_since(struct store_reader *reader, const struct store_viewer *viewer,
                                  uint64_t since, size_t limit, struct arena *arena,
                                  struct store_changes *ret, struct err *err)
{
    const bool own = sqlite3_get_autocommit(reader->db.sqlite) != 0;
    if (own)
        TRY(store_reader_begin(reader, err)); /* views and list of one moment */
    struct store_changes page = {.next = since};
    const enum err_code code = fill(&reader->db, viewer, since, limit, arena, &page, err);
    if (own)
        store_reader_end(reader);
    if (code == ERR_OK)
        *ret = page;
    return code;
}
