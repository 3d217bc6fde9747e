#include "server/store/photos.h"

#include "server/store/inside.h"
#include "server/store/list.h"
#include "server/store/view.h"

enum err_code view_photos(struct db *db, const struct store_viewer *viewer, struct uuid comment_id,
                          struct arena *arena, struct store_photo **ret, size_t *ret_count,
                          struct err *err)
{
    const enum sql which = (enum sql)(SQL_PHOTOS_OF_PUBLIC + (unsigned)viewer->audience);
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    struct store_photo *photos = NULL;
    size_t count = 0, capacity = 0;
    TRY(db_take(db, which, &stmt, err));
    db_bind_uuid(db, stmt, 2, comment_id);
    db_bind_blob(db, stmt, 3, viewer->scopes);
    for (bool row;;) {
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&photos, count, &capacity, sizeof *photos, err));
        struct store_photo *photo = &photos[count++];
        *photo = (struct store_photo){
            .id = db_column_uuid(stmt, 0),
            .width = (uint32_t)db_column_int(stmt, 1),
            .height = (uint32_t)db_column_int(stmt, 2),
            .version = (uint32_t)db_column_int(stmt, 3),
            .status = (uint8_t)db_column_int(stmt, 4),
            .here = db_column_int(stmt, 5) != 0,
        };
        TRY(view_text(stmt, 6, arena, &photo->alt, err));
    }
    *ret = photos;
    *ret_count = count;
    return ERR_OK;
}

enum err_code store_photos_of(struct store_reader *reader, const struct store_viewer *viewer,
                              struct uuid comment_id, struct arena *arena, struct store_photo **ret,
                              size_t *ret_count, struct err *err)
{
    return view_photos(&reader->db, viewer, comment_id, arena, ret, ret_count, err);
}
