/* Comments and reactions: from operations to rows, and from rows to what is shown. */
#include "server/store/row.h"

enum err_code project_around(const struct project *project, struct uuid space_id,
                             struct uuid meeting_id, struct apply_around *ret, struct err *err)
{
    struct apply_around around = {0};
    if (!uuid_is_nil(space_id)) {
        TRY(row_find_space(project, space_id, &around.space_tier, err));
        around.space_known = around.space_tier != 0;
    }
    if (!uuid_is_nil(meeting_id)) {
        struct row_meeting meeting;
        TRY(row_load_meeting(project, meeting_id, &meeting, err));
        around.meeting_known = meeting.found;
        around.meeting_holds = meeting.hold;
    }
    *ret = around;
    return ERR_OK;
}

static enum err_code settle(const struct project *project, struct apply_object *object,
                            struct err *err)
{
    struct apply_around around;
    TRY(project_around(project, object->space_id, object->meeting_id, &around, err));
    apply_settle(object, &around);
    return ERR_OK;
}

void project_tell_comment(const struct project *project, uint64_t change, struct uuid id,
                          enum object_type type, struct uuid meeting_id,
                          const struct project_view *before, const struct project_view *after)
{
    const bool inside = !before->exists && !after->exists;
    const struct store_event event = {
        .type = inside ? STORE_EVENT_HELD : STORE_EVENT_COMMENT,
        .change = change,
        .id = id,
        .was_public = before->exists,
        .is_public = after->exists,
        .old_lon_e7 = before->lon_e7,
        .old_lat_e7 = before->lat_e7,
        .new_lon_e7 = after->lon_e7,
        .new_lat_e7 = after->lat_e7,
        .old_bounds = before->bounds,
        .new_bounds = after->bounds,
        .object = type,
        .meeting_id = meeting_id,
    };
    project_tell(project, &event);
}

/* Writes the row, and brings what is shown after it. */
static enum err_code show(const struct project *project, uint64_t change, const struct row *row,
                          const struct project_view *before, struct err *err)
{
    struct project_view after;
    TRY(project_public_refresh(project, change, row->seq, row->object.id, OBJECT_COMMENT, before,
                               &after, err));
    project_tell_comment(project, change, row->object.id, OBJECT_COMMENT, row->object.meeting_id,
                         before, &after);
    return ERR_OK;
}

enum err_code project_create_comment(const struct project *project, const struct project_step *step,
                                     const struct op *op, struct err *err)
{
    struct row row;
    TRY(project_begin_row(project, step, op, &row, err));
    TRY(settle(project, &row.object, err));
    TRY(row_count_early(project, op->object_id, &row, err));
    const bool has_replies = row.reply_count > 0;
    row.reply_count = 0;
    TRY(row_put_comment(project, &row, err));
    if (has_replies) {
        TRY(project_settle_replies(project, step->change, &row, err));
        TRY(row_count_replies(project, row.seq, op->object_id, err));
    }
    return show(project, step->change, &row, &(struct project_view){0}, err);
}

static enum err_code load(const struct project *project, uint64_t change, struct uuid id,
                          struct row *ret, struct project_view *ret_before, struct err *err)
{
    bool found;
    TRY(row_load_comment(project, id, ret, &found, err));
    if (!found)
        return err_set(err, ERR_INTERNAL, "a comment has no row", change);
    return project_public_view(project, ret->seq, ret_before, err);
}

enum err_code project_change_comment(const struct project *project, const struct project_step *step,
                                     const struct op *op, struct err *err)
{
    struct row row;
    struct project_view before;
    TRY(load(project, step->change, op->object_id, &row, &before, err));
    apply_fold(&row.object, op, step->standing);
    TRY(settle(project, &row.object, err));
    TRY(row_put_comment(project, &row, err));
    if (op->reg == REGISTER_SPACE) {
        TRY(project_settle_replies(project, step->change, &row, err));
        TRY(row_count_replies(project, row.seq, op->object_id, err));
    }
    return show(project, step->change, &row, &before, err);
}

enum err_code project_remake_comment(const struct project *project, uint64_t change, struct uuid id,
                                     enum project_remake how, struct err *err)
{
    struct row row;
    struct project_view before;
    TRY(load(project, change, id, &row, &before, err));
    if (how == PROJECT_APPEAR)
        before = (struct project_view){0};
    if (how == PROJECT_REFOLD)
        TRY(project_refold(project, &row, err));
    TRY(settle(project, &row.object, err));
    TRY(row_put_comment(project, &row, err));
    TRY(project_settle_replies(project, change, &row, err));
    TRY(row_count_replies(project, row.seq, id, err));
    return show(project, change, &row, &before, err);
}

enum err_code project_react(const struct project *project, const struct project_step *step,
                            const struct op *op, struct err *err)
{
    int old_value, new_value;
    TRY(row_put_reaction(project, op, &old_value, &new_value, err));
    struct row row;
    bool found;
    TRY(row_load_comment(project, op->object_id, &row, &found, err));
    if (!found)
        return ERR_OK; /* counted when the comment comes */
    struct project_view before;
    TRY(project_public_view(project, row.seq, &before, err));
    row.reactions[old_value]--;
    row.reactions[new_value]++;
    TRY(row_set_reactions(project, &row, err));
    return show(project, step->change, &row, &before, err);
}

enum err_code project_erase_comment(const struct project *project, uint64_t change, struct uuid id,
                                    struct err *err)
{
    struct row row;
    struct project_view before, after;
    TRY(load(project, change, id, &row, &before, err));
    TRY(row_remove(project, OBJECT_COMMENT, row.seq, err));
    TRY(project_public_refresh(project, change, row.seq, id, OBJECT_ERASED, &before, &after, err));
    project_tell_comment(project, change, id, OBJECT_ERASED, row.object.meeting_id, &before,
                         &after);
    return ERR_OK;
}
