#include "server/store/filter.h"

#include "server/store/bigram.h"
#include "tiles/base/utf8.h"

static size_t characters(struct span text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += (text.data[i] & 0xC0) != 0x80;
    return count;
}

static enum err_code prepare_query(struct arena *arena, struct filter *filter, struct err *err)
{
    const struct span query = filter->asked.query;
    if (query.len == 0)
        return ERR_OK;
    if (!utf8_is_valid(query))
        return err_set(err, ERR_PARAM, "the words to search for are not UTF-8", 0);
    if (characters(query) > STORE_QUERY_MAX)
        return err_set(err, ERR_PARAM, "the words to search for are too long", 0);
    struct buf phrase;
    buf_init(&phrase);
    enum err_code code = bigram_query(query, &phrase, err);
    const char *copy = code == ERR_OK ? arena_copy(arena, buf_span(&phrase)) : NULL;
    filter->phrase = span_of(copy, phrase.len);
    filter->has_query = phrase.len > 0;
    buf_done(&phrase);
    if (code == ERR_OK && !copy)
        code = err_set(err, ERR_NOMEM, "out of memory", 0);
    return code;
}

enum err_code filter_prepare(const struct store_filter *asked, struct arena *arena,
                             struct filter *ret, struct err *err)
{
    static const struct store_filter nothing;
    struct filter filter = {
        .asked = asked ? *asked : nothing,
        .box = {INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX},
    };
    if (filter.asked.has_box) {
        filter.box = filter.asked.box;
        if (filter.box.min_lon_e7 > filter.box.max_lon_e7 ||
            filter.box.min_lat_e7 > filter.box.max_lat_e7)
            return err_set(err, ERR_PARAM, "the box ends before it begins", 0);
    }
    if (filter.asked.card_count > STORE_FILTER_CARDS_MAX)
        return err_set(err, ERR_PARAM, "too many cards at once", 0);
    if (filter.asked.card_count)
        filter.cards = span_of(filter.asked.cards, filter.asked.card_count * UUID_BYTES);
    filter.is_of_place = !uuid_is_nil(filter.asked.meeting) || !uuid_is_nil(filter.asked.space);
    TRY(prepare_query(arena, &filter, err));
    *ret = filter;
    return ERR_OK;
}

static void bind_cards(struct db *db, sqlite3_stmt *stmt, int at, const struct filter *filter)
{
    if (filter->cards.len)
        db_bind_blob(db, stmt, at, filter->cards);
    else
        sqlite3_bind_null(stmt, at);
}

void filter_bind(struct db *db, sqlite3_stmt *stmt, const struct filter *filter, bool phrase,
                 struct span scopes)
{
    db_bind_int(db, stmt, 3, filter->box.min_lon_e7);
    db_bind_int(db, stmt, 4, filter->box.min_lat_e7);
    db_bind_int(db, stmt, 5, filter->box.max_lon_e7);
    db_bind_int(db, stmt, 6, filter->box.max_lat_e7);
    db_bind_int(db, stmt, 7, filter->asked.kinds);
    db_bind_int(db, stmt, 8, filter->asked.channels);
    db_bind_int(db, stmt, 9, filter->asked.hats);
    bind_cards(db, stmt, 10, filter);
    db_bind_int(db, stmt, 11, (int64_t)filter->asked.since);
    if (filter->has_query)
        db_bind_text(db, stmt, 12, phrase ? filter->phrase : filter->asked.query);
    else
        sqlite3_bind_null(stmt, 12);
    db_bind_blob(db, stmt, 14, scopes);
    db_bind_uuid_or_null(db, stmt, 15, filter->asked.meeting);
    db_bind_uuid_or_null(db, stmt, 16, filter->asked.space);
}

void filter_bind_point(struct db *db, sqlite3_stmt *stmt, const struct filter *filter)
{
    db_bind_int(db, stmt, 4, filter->asked.kinds);
    db_bind_int(db, stmt, 5, filter->asked.channels);
    db_bind_int(db, stmt, 6, filter->asked.hats);
    bind_cards(db, stmt, 7, filter);
}
