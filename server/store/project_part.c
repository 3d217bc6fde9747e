/* Replies, photos and appeals: what belongs to a comment, counts at it and is announced at its
 * place. */
#include "server/store/row.h"

struct parent {
    bool found;
    struct row row;
    struct project_view before;
};

static enum err_code load_parent(const struct project *project, const struct apply_object *object,
                                 struct parent *ret, struct err *err)
{
    *ret = (struct parent){0};
    if (object->type == OBJECT_APPEAL)
        return ERR_OK;
    TRY(row_load_comment(project, object->comment_id, &ret->row, &ret->found, err));
    return ret->found ? project_public_view(project, ret->row.seq, &ret->before, err) : ERR_OK;
}

/* A reply lies where its comment lies. */
static enum err_code settle(const struct project *project, const struct row *comment,
                            struct apply_object *object, struct err *err)
{
    struct apply_around around = {0};
    if (comment && object->type == OBJECT_REPLY) {
        object->meeting_id = comment->object.meeting_id;
        TRY(project_around(project, comment->object.space_id, object->meeting_id, &around, err));
    }
    apply_settle(object, &around);
    return ERR_OK;
}

static enum err_code reply_is_public(const struct project *project, const struct row *row,
                                     bool *ret, struct err *err)
{
    *ret = false;
    if (row->object.type != OBJECT_REPLY)
        return ERR_OK;
    sqlite3_stmt *stmt;
    int64_t count;
    TRY(db_take(project->db, SQL_REPLY_IS_PUBLIC, &stmt, err));
    db_bind_int(project->db, stmt, 2, (int64_t)row->seq);
    TRY(db_one_int(project->db, stmt, 0, &count, err));
    *ret = count > 0;
    return ERR_OK;
}

static void tell(const struct project *project, uint64_t change, const struct row *row,
                 enum object_type type, const struct parent *parent, bool was_public,
                 bool is_public, const struct project_view *after)
{
    struct store_event event = {
        .type = STORE_EVENT_HELD,
        .change = change,
        .id = row->object.id,
        .object = type,
        .was_public = was_public,
        .is_public = is_public,
        .comment_id = row->object.comment_id,
        .meeting_id = parent->row.object.meeting_id,
        .old_lon_e7 = parent->before.lon_e7,
        .old_lat_e7 = parent->before.lat_e7,
        .new_lon_e7 = after->lon_e7,
        .new_lat_e7 = after->lat_e7,
    };
    if (was_public || is_public)
        event.type = STORE_EVENT_REPLY;
    if (row->object.type == OBJECT_PHOTO) {
        event.type = STORE_EVENT_PHOTO;
        if (row->object.sha256.len == sizeof event.sha256)
            memcpy(event.sha256, row->object.sha256.data, sizeof event.sha256);
    }
    project_tell(project, &event);
}

/* The row is written or removed: its comment counts it, and whoever listens hears of it. */
static enum err_code after_part(const struct project *project, uint64_t change,
                                const struct row *row, enum object_type type,
                                const struct parent *parent, bool was_public, struct err *err)
{
    const struct uuid id = row->object.id, comment_id = row->object.comment_id;
    const bool is_reply = row->object.type == OBJECT_REPLY;
    /* Only replies are told by themselves: photos come with their comment, appeals never. */
    TRY(project_touch(project, id, type, change, is_reply && type == OBJECT_ERASED, err));
    bool is_public = false;
    if (type != OBJECT_ERASED)
        TRY(reply_is_public(project, row, &is_public, err));
    if (is_public)
        TRY(project_touch(project, id, type, change, true, err));
    struct project_view after = {0};
    if (parent->found) {
        const uint64_t seq = parent->row.seq;
        TRY(is_reply ? row_count_replies(project, seq, comment_id, err)
                     : row_count_photos(project, seq, comment_id, err));
        TRY(project_public_refresh(project, change, seq, comment_id, OBJECT_COMMENT,
                                   &parent->before, &after, err));
        if (!is_reply)
            project_tell_comment(project, change, comment_id, OBJECT_COMMENT,
                                 parent->row.object.meeting_id, &parent->before, &after);
    }
    tell(project, change, row, type, parent, was_public, is_public, &after);
    return ERR_OK;
}

enum err_code project_create_part(const struct project *project, const struct project_step *step,
                                  const struct op *op, struct err *err)
{
    struct row row;
    TRY(project_begin_row(project, step, op, &row, err));
    struct parent parent;
    TRY(load_parent(project, &row.object, &parent, err));
    TRY(settle(project, parent.found ? &parent.row : NULL, &row.object, err));
    TRY(row_put_part(project, &row, err));
    return after_part(project, step->change, &row, row.object.type, &parent, false, err);
}

static enum err_code load(const struct project *project, uint64_t change, struct uuid id,
                          enum object_type type, struct row *ret, struct parent *ret_parent,
                          bool *ret_public, struct err *err)
{
    bool found;
    TRY(row_load_part(project, type, id, ret, &found, err));
    if (!found)
        return err_set(err, ERR_INTERNAL, "a reply, photo or appeal has no row", change);
    TRY(load_parent(project, &ret->object, ret_parent, err));
    return reply_is_public(project, ret, ret_public, err);
}

enum err_code project_change_part(const struct project *project, const struct project_step *step,
                                  const struct op *op, enum object_type type, struct err *err)
{
    struct row row;
    struct parent parent;
    bool was_public = false;
    TRY(load(project, step->change, op->object_id, type, &row, &parent, &was_public, err));
    apply_fold(&row.object, op, step->standing);
    TRY(settle(project, parent.found ? &parent.row : NULL, &row.object, err));
    TRY(row_put_part(project, &row, err));
    return after_part(project, step->change, &row, type, &parent, was_public, err);
}

enum err_code project_remake_part(const struct project *project, uint64_t change, struct uuid id,
                                  enum object_type type, struct err *err)
{
    struct row row;
    struct parent parent;
    bool was_public = false;
    TRY(load(project, change, id, type, &row, &parent, &was_public, err));
    TRY(project_refold(project, &row, err));
    TRY(settle(project, parent.found ? &parent.row : NULL, &row.object, err));
    TRY(row_put_part(project, &row, err));
    return after_part(project, change, &row, type, &parent, was_public, err);
}

enum err_code project_erase_part(const struct project *project, uint64_t change, struct uuid id,
                                 enum object_type type, struct err *err)
{
    struct row row;
    struct parent parent;
    bool was_public = false;
    TRY(load(project, change, id, type, &row, &parent, &was_public, err));
    TRY(row_remove(project, type, row.seq, err));
    return after_part(project, change, &row, OBJECT_ERASED, &parent, was_public, err);
}

enum err_code project_settle_replies(const struct project *project, uint64_t change,
                                     const struct row *comment, struct err *err)
{
    struct uuid *ids;
    size_t count;
    TRY(row_list_ids(project, SQL_REPLIES_ALL_OF, comment->object.id, &ids, &count, err));
    for (size_t i = 0; i < count; i++) {
        struct row row;
        bool found;
        TRY(row_load_part(project, OBJECT_REPLY, ids[i], &row, &found, err));
        const uint8_t status = row.object.status;
        const struct span reason = row.object.reason;
        TRY(settle(project, comment, &row.object, err));
        if (row.object.status == status && span_equal(row.object.reason, reason))
            continue;
        TRY(row_put_part(project, &row, err));
        TRY(project_touch(project, ids[i], OBJECT_REPLY, change, false, err));
    }
    return ERR_OK;
}
