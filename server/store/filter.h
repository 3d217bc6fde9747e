/* filter: checks what a caller asks and binds it. Inside server/store only. */
#pragma once

#include "server/store/comments.h"
#include "server/store/db.h"

struct filter {
    struct store_filter asked;
    struct store_box box; /* the whole world when none was asked */
    bool has_query;       /* something besides white space was asked */
    bool is_of_place;     /* a meeting or a space was asked */
    struct span cards;    /* ids joined; empty: any */
    struct span phrase;   /* the FTS5 query */
};

/* ERR_PARAM for what cannot be asked. Copies live in the arena. */
MUST_CHECK enum err_code filter_prepare(const struct store_filter *asked, struct arena *arena,
                                        struct filter *ret, struct err *err);

/* ?3…?11 and ?14…?16 of the list statements; ?12 is the query as it was asked, or the phrase. */
void filter_bind(struct db *db, sqlite3_stmt *stmt, const struct filter *filter, bool phrase,
                 struct span scopes);
/* ?4…?7 of the point statements. */
void filter_bind_point(struct db *db, sqlite3_stmt *stmt, const struct filter *filter);
