#include "server/store/comments.h"

#include "server/store/filter.h"
#include "server/store/inside.h"
#include "server/store/list.h"
#include "server/store/nearby.h"
#include "server/store/view.h"

enum { LIMIT_MAX = 1000 };

const struct store_viewer store_anyone = {.audience = STORE_PUBLIC};
const struct store_viewer store_staff = {.audience = STORE_STAFF};

static enum err_code add_photos(struct db *db, const struct store_viewer *viewer,
                                struct arena *arena, struct store_comment *comment, struct err *err)
{
    if (!comment->has_photos)
        return ERR_OK;
    return view_photos(db, viewer, comment->id, arena, &comment->photos, &comment->photo_count,
                       err);
}

/* Statements of an audience stand side by side: SQL_X_PUBLIC, SQL_X_MEMBER, SQL_X_STAFF. */
static enum sql of_audience(enum sql first, const struct store_viewer *viewer)
{
    return (enum sql)(first + (unsigned)viewer->audience);
}

enum err_code store_comments_find(struct store_reader *reader, const struct store_viewer *viewer,
                                  struct uuid id, struct arena *arena, struct store_comment *ret,
                                  struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, of_audience(SQL_COMMENTS_FIND_PUBLIC, viewer), &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, id);
    db_bind_blob(&reader->db, stmt, 3, viewer->scopes);
    TRY(db_step(&reader->db, stmt, &row, err));
    if (!row)
        return err_set(err, ERR_NOT_FOUND, "there is no such comment", 0);
    struct store_comment comment;
    TRY(view_comment(stmt, arena, &comment, err));
    TRY(add_photos(&reader->db, viewer, arena, &comment, err));
    *ret = comment;
    return ERR_OK;
}

enum err_code store_comments_replies(struct store_reader *reader, const struct store_viewer *viewer,
                                     struct uuid comment_id, struct arena *arena,
                                     struct store_reply **ret, size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, of_audience(SQL_REPLIES_OF_PUBLIC, viewer), &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, comment_id);
    db_bind_blob(&reader->db, stmt, 3, viewer->scopes);
    struct store_reply *replies = NULL;
    size_t count = 0, capacity = 0;
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&replies, count, &capacity, sizeof *replies, err));
        TRY(view_reply(stmt, arena, &replies[count], err));
        count++;
    }
    *ret = replies;
    *ret_count = count;
    return ERR_OK;
}

enum err_code store_reactions_find(struct store_reader *reader, struct uuid comment_id,
                                   struct uuid author_id, uint8_t *ret_value, uint32_t *ret_rev,
                                   struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, SQL_REACTION_FIND, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, comment_id);
    db_bind_uuid(&reader->db, stmt, 3, author_id);
    TRY(db_step(&reader->db, stmt, &row, err));
    *ret_value = row ? (uint8_t)db_column_int(stmt, 0) : REACTION_NONE;
    *ret_rev = row ? (uint32_t)db_column_int(stmt, 1) : 0;
    return ERR_OK;
}

/* Appends rows until there are `limit`; one more row only tells that there is a next page. */
static enum err_code collect(struct db *db, sqlite3_stmt *stmt, size_t limit, struct arena *arena,
                             struct store_page *page, struct err *err)
{
    page->comments = ARENA_ARRAY(arena, struct store_comment, limit);
    if (!page->comments)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (bool row;;) {
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            return ERR_OK;
        if (page->count == limit) {
            page->next = page->comments[limit - 1].seq;
            return ERR_OK;
        }
        TRY(view_comment(stmt, arena, &page->comments[page->count], err));
        page->count++;
    }
}

static enum err_code list_by_scan(struct db *db, enum sql which, const struct filter *filter,
                                  const struct store_viewer *viewer, bool phrase, uint64_t cursor,
                                  size_t limit, struct arena *arena, struct store_page *page,
                                  struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(db, which, &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)cursor);
    filter_bind(db, stmt, filter, phrase, viewer->scopes);
    db_bind_int(db, stmt, 13, (int64_t)limit + 1);
    return collect(db, stmt, limit, arena, page, err);
}

/* The points of the box first, then their comments. */
static enum err_code list_by_place(struct db *db, const struct filter *filter, uint64_t cursor,
                                   size_t limit, struct arena *arena, struct store_page *page,
                                   struct err *err)
{
    uint64_t *seqs;
    size_t count;
    TRY(nearby_newest(db, filter, cursor, limit + 1, arena, &seqs, &count, err));
    page->comments = ARENA_ARRAY(arena, struct store_comment, limit);
    if (!page->comments)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < count && i < limit; i++) {
        CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
        bool row;
        TRY(db_take(db, SQL_COMMENTS_BY_SEQ_PUBLIC, &stmt, err));
        db_bind_int(db, stmt, 2, (int64_t)seqs[i]);
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            return err_set(err, ERR_CHECKSUM,
                           "the points do not fit the comments: run kakikomap check", seqs[i]);
        TRY(view_comment(stmt, arena, &page->comments[page->count], err));
        page->count++;
    }
    page->next = count > limit ? seqs[limit - 1] : 0;
    return ERR_OK;
}

static enum err_code list(struct store_reader *reader, const struct store_viewer *viewer,
                          const struct filter *filter, uint64_t cursor, size_t limit,
                          struct arena *arena, struct store_page *page, struct err *err)
{
    struct db *db = &reader->db;
    const bool is_public = viewer->audience == STORE_PUBLIC;
    TRY(store_newest_change(reader, &page->newest, err));
    if (filter->has_query && is_public)
        return list_by_scan(db, SQL_COMMENTS_SEARCH, filter, viewer, true, cursor, limit, arena,
                            page, err);
    if (filter->asked.since)
        return list_by_scan(db, of_audience(SQL_COMMENTS_SINCE_PUBLIC, viewer), filter, viewer,
                            false, cursor, limit, arena, page, err);
    bool by_place = false;
    if (filter->asked.has_box && is_public && !filter->is_of_place)
        TRY(nearby_is_cheaper(db, filter, limit, &by_place, err));
    if (by_place)
        return list_by_place(db, filter, cursor, limit, arena, page, err);
    return list_by_scan(db, of_audience(SQL_COMMENTS_DOWN_PUBLIC, viewer), filter, viewer, false,
                        cursor, limit, arena, page, err);
}

enum err_code store_comments_list(struct store_reader *reader, const struct store_viewer *viewer,
                                  const struct store_filter *asked, uint64_t cursor, size_t limit,
                                  struct arena *arena, struct store_page *ret, struct err *err)
{
    struct filter filter;
    TRY(filter_prepare(asked, arena, &filter, err));
    if (limit == 0 || limit > LIMIT_MAX)
        return err_set(err, ERR_PARAM, "limit is 1 to 1000", limit);
    if (cursor == 0 || cursor > INT64_MAX)
        cursor = INT64_MAX;
    const bool own = sqlite3_get_autocommit(reader->db.sqlite) != 0;
    if (own)
        TRY(store_reader_begin(reader, err)); /* the list and its newest change of one moment */
    struct store_page page = {0};
    enum err_code code = list(reader, viewer, &filter, cursor, limit, arena, &page, err);
    for (size_t i = 0; i < page.count && code == ERR_OK; i++)
        code = add_photos(&reader->db, viewer, arena, &page.comments[i], err);
    if (own)
        store_reader_end(reader);
    if (code == ERR_OK)
        *ret = page;
    return code;
}

static enum err_code each_row(struct db *db, enum sql which, const struct filter *filter,
                              const struct store_viewer *viewer, store_comment_fn *each,
                              void *context, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(db, which, &stmt, err));
    db_bind_int(db, stmt, 2, 0);
    filter_bind(db, stmt, filter, false, viewer->scopes);
    db_bind_int(db, stmt, 13, -1);
    for (bool row;;) {
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            return ERR_OK;
        struct store_comment comment;
        TRY(view_comment(stmt, NULL, &comment, err));
        TRY(each(context, &comment, err));
    }
}

enum err_code store_comments_each(struct store_reader *reader, const struct store_viewer *viewer,
                                  const struct store_filter *asked, store_comment_fn *each,
                                  void *context, struct err *err)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct filter filter;
    enum err_code code = filter_prepare(asked, &arena, &filter, err);
    if (code == ERR_OK)
        code = each_row(&reader->db, of_audience(SQL_COMMENTS_BY_ID_PUBLIC, viewer), &filter,
                        viewer, each, context, err);
    arena_done(&arena);
    return code;
}
