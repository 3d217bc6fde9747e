#include "server/store/envelopes.h"

#include "server/store/inside.h"

enum news_kind { NEWS_REFUSED = 1, NEWS_RECEIPT, NEWS_PHOTO, NEWS_GONE };
enum { PHOTOS_MAX = 16 };

struct filling {
    struct db *db;
    struct arena *arena;
    struct store_bundle page;
    uint64_t newest; /* change of the log */
    size_t bytes;
};

/* Photos are large: few of them a page, so that words do not wait behind them. */
static bool is_full(const struct filling *filling)
{
    return filling->page.count + filling->page.photo_count * (STORE_BUNDLE_MAX / PHOTOS_MAX) >=
               STORE_BUNDLE_MAX ||
           filling->bytes >= STORE_BUNDLE_BYTES;
}

static enum err_code make_room(struct filling *filling, struct err *err)
{
    struct store_bundle *page = &filling->page;
    page->ops = ARENA_ARRAY(filling->arena, struct span, STORE_BUNDLE_MAX);
    page->envelopes = ARENA_ARRAY(filling->arena, struct store_envelope, STORE_BUNDLE_MAX);
    page->refused = ARENA_ARRAY(filling->arena, struct span, STORE_BUNDLE_MAX);
    page->photos = ARENA_ARRAY(filling->arena, struct store_photo_hash, PHOTOS_MAX);
    if (!page->ops || !page->envelopes || !page->refused || !page->photos)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    return ERR_OK;
}

static enum err_code copy_bytes(struct filling *filling, struct span from, struct span *ret,
                                struct err *err)
{
    const char *copy = arena_copy(filling->arena, from);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = span_of(copy, from.len);
    filling->bytes += from.len;
    return ERR_OK;
}

/* Columns op, sha256, first_server, received_ms, sent_ms, standing, erased, reason from `at` on. */
static enum err_code add_envelope(struct filling *filling, sqlite3_stmt *stmt, int at,
                                  struct err *err)
{
    struct store_bundle *page = &filling->page;
    const size_t n = page->count;
    struct store_envelope *envelope = &page->envelopes[n];
    const struct span sha256 = db_column_blob(stmt, at + 1);
    if (sha256.len != sizeof envelope->sha256)
        return err_set(err, ERR_CHECKSUM, "the log is damaged", 0);
    *envelope = (struct store_envelope){
        .first_server = db_column_uuid(stmt, at + 2),
        .received_ms = db_column_int(stmt, at + 3),
        .sent_ms = db_column_int(stmt, at + 4),
        .standing = (enum standing)db_column_int(stmt, at + 5),
        .erased = db_column_int(stmt, at + 6) != 0,
    };
    memcpy(envelope->sha256, sha256.data, sha256.len);
    TRY(copy_bytes(filling, db_column_blob(stmt, at), &page->ops[n], err));
    TRY(copy_bytes(filling, db_column_text(stmt, at + 7), &page->refused[n], err));
    page->count++;
    return ERR_OK;
}

/* A page that leaves one out loses it for ever: the cursor goes on behind it. */
static enum err_code gap(uint64_t change, struct err *err)
{
    return err_set(err, ERR_CHECKSUM, "the log is damaged: a change is missing", change);
}

/* Changes from `first` to `last`, each of them; *ret_end: there are none behind these. */
static enum err_code fill_changes(struct filling *filling, uint64_t first, uint64_t last,
                                  bool *ret_end, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(filling->db, SQL_CHANGE_ENVELOPES, &stmt, err));
    db_bind_int(filling->db, stmt, 2, (int64_t)first);
    db_bind_int(filling->db, stmt, 3, last > INT64_MAX ? INT64_MAX : (int64_t)last);
    for (;;) {
        TRY(db_step(filling->db, stmt, ret_end, err));
        *ret_end = !*ret_end;
        if (*ret_end)
            return first <= last && first <= filling->newest ? gap(first, err) : ERR_OK;
        if (is_full(filling))
            return ERR_OK;
        if ((uint64_t)db_column_int(stmt, 0) != first)
            return gap(first, err);
        TRY(add_envelope(filling, stmt, 2, err));
        filling->page.until.change = first++;
        filling->page.until.op_id = db_column_uuid(stmt, 1);
    }
}

static enum err_code op_at(struct db *db, uint64_t change, struct uuid *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(db, SQL_CHANGE_OP_AT, &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)change);
    TRY(db_step(db, stmt, &row, err));
    *ret = row ? db_column_uuid(stmt, 0) : (struct uuid){{0}};
    return ERR_OK;
}

/* Over what came from the upstream, it has that. */
static enum err_code fill_own(struct store_reader *reader, struct filling *filling, struct err *err)
{
    struct store_cursor *until = &filling->page.until;
    for (;;) {
        uint64_t first, last;
        bool end;
        TRY(store_upstream_gap(reader, until->change, &first, &last, err));
        if (first - 1 > until->change) {
            until->change = first - 1;
            TRY(op_at(filling->db, until->change, &until->op_id, err));
        }
        if (first > filling->newest)
            return ERR_OK;
        TRY(fill_changes(filling, first, last, &end, err));
        if (!end) {
            filling->page.more = true;
            return ERR_OK;
        }
    }
}

static void add_photo(struct store_bundle *page, struct span sha256)
{
    if (sha256.len == sizeof page->photos->sha256)
        memcpy(page->photos[page->photo_count++].sha256, sha256.data, sha256.len);
}

static enum err_code add_news(struct filling *filling, enum news_kind kind, struct span ref,
                              struct err *err)
{
    if (kind == NEWS_GONE)
        return ERR_OK;
    if (kind == NEWS_PHOTO) {
        add_photo(&filling->page, ref);
        return ERR_OK;
    }
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(filling->db, kind == NEWS_REFUSED ? SQL_QUARANTINE_ENVELOPE : SQL_CHANGE_ENVELOPE,
                &stmt, err));
    db_bind_blob(filling->db, stmt, 2, ref);
    TRY(db_step(filling->db, stmt, &row, err));
    return row ? add_envelope(filling, stmt, 0, err) : ERR_OK; /* accepted since */
}

static enum err_code fill_news(struct filling *filling, uint64_t since, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(filling->db, SQL_NEWS_SINCE, &stmt, err));
    db_bind_int(filling->db, stmt, 2, (int64_t)since);
    for (bool row;;) {
        TRY(db_step(filling->db, stmt, &row, err));
        if (!row)
            return ERR_OK;
        if (is_full(filling)) {
            filling->page.more = true;
            return ERR_OK;
        }
        TRY(add_news(filling, (enum news_kind)db_column_int(stmt, 1), db_column_blob(stmt, 2),
                     err));
        filling->page.until.news = (uint64_t)db_column_int(stmt, 0);
    }
}

static enum err_code fill(struct store_reader *reader, const struct store_cursor *since,
                          bool for_upstream, struct filling *filling, struct err *err)
{
    bool end = true;
    TRY(make_room(filling, err));
    TRY(store_newest_change(reader, &filling->newest, err));
    filling->page.until = (struct store_cursor){
        .server_id = reader->store->info.server_id,
        .epoch = reader->store->info.epoch,
        .change = since->change,
        .news = since->news,
        .op_id = since->op_id,
    };
    if (for_upstream)
        TRY(fill_own(reader, filling, err));
    else
        TRY(fill_changes(filling, since->change + 1, UINT64_MAX, &end, err));
    filling->page.more |= !end;
    return filling->page.more ? ERR_OK : fill_news(filling, since->news, err);
}

enum err_code store_bundle_since(struct store_reader *reader, const struct store_cursor *since,
                                 bool for_upstream, struct arena *arena, struct store_bundle *ret,
                                 struct err *err)
{
    struct filling filling = {.db = &reader->db, .arena = arena};
    TRY(store_reader_begin(reader, err)); /* all of one moment */
    const enum err_code code = fill(reader, since, for_upstream, &filling, err);
    store_reader_end(reader);
    if (code == ERR_OK)
        *ret = filling.page;
    return code;
}

enum err_code store_change_op(struct store_reader *reader, uint64_t change, struct uuid *ret,
                              struct err *err)
{
    return op_at(&reader->db, change, ret, err);
}

enum err_code store_cursor_newest(struct store_reader *reader, struct store_cursor *ret,
                                  struct err *err)
{
    sqlite3_stmt *stmt;
    int64_t news;
    struct store_cursor cursor = {.server_id = reader->store->info.server_id,
                                  .epoch = reader->store->info.epoch};
    TRY(store_newest_change(reader, &cursor.change, err));
    TRY(op_at(&reader->db, cursor.change, &cursor.op_id, err));
    TRY(db_take(&reader->db, SQL_NEWS_NEWEST, &stmt, err));
    TRY(db_one_int(&reader->db, stmt, 0, &news, err));
    cursor.news = (uint64_t)news;
    *ret = cursor;
    return ERR_OK;
}

enum err_code store_cursor_fits(struct store_reader *reader, const struct store_cursor *cursor,
                                bool *ret, struct err *err)
{
    struct store_cursor newest;
    struct uuid op_id;
    TRY(store_cursor_newest(reader, &newest, err));
    TRY(op_at(&reader->db, cursor->change, &op_id, err));
    *ret = uuid_equal(cursor->server_id, newest.server_id) &&
           uuid_equal(cursor->epoch, newest.epoch) && cursor->change <= newest.change &&
           cursor->news <= newest.news &&
           (uuid_is_nil(cursor->op_id) || uuid_equal(cursor->op_id, op_id));
    return ERR_OK;
}
