/* view: rows of the audience views as structs. Inside server/store only. Spans are copied to the
 * arena, or borrowed from the statement when it is NULL. */
#pragma once

#include "server/store/changes.h"
#include "server/store/db.h"

MUST_CHECK enum err_code view_comment(sqlite3_stmt *stmt, struct arena *arena,
                                      struct store_comment *ret, struct err *err);
MUST_CHECK enum err_code view_reply(sqlite3_stmt *stmt, struct arena *arena,
                                    struct store_reply *ret, struct err *err);
MUST_CHECK enum err_code view_card(sqlite3_stmt *stmt, struct arena *arena, struct store_card *ret,
                                   struct err *err);
/* Photos of the comment that the viewer may be shown (photos.c). */
MUST_CHECK enum err_code view_photos(struct db *db, const struct store_viewer *viewer,
                                     struct uuid comment_id, struct arena *arena,
                                     struct store_photo **ret, size_t *ret_count, struct err *err);
MUST_CHECK enum err_code view_text(sqlite3_stmt *stmt, int at, struct arena *arena,
                                   struct span *ret, struct err *err);
MUST_CHECK enum err_code view_bytes(sqlite3_stmt *stmt, int at, struct arena *arena,
                                    struct span *ret, struct err *err);
