#include "server/store/project.h"

#include "server/store/row.h"

static struct row row_from_create(const struct project_step *step, const struct op *op)
{
    return (struct row){
        .seq = step->change,
        .object = apply_create(op),
        .made_ms = apply_shown_ms(op->made_ms, step->sent_ms, step->received_ms),
        .received_ms = step->received_ms,
    };
}

/* Operations that came before the creation of their object wait in the log; now they count. */
static enum err_code fold_early(const struct project *project, const struct project_step *step,
                                struct apply_object *object, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(project->db, SQL_CHANGE_OF_OBJECT, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, object->id);
    db_bind_int(project->db, stmt, 3, (int64_t)step->change);
    for (bool row = true; row;) {
        TRY(db_step(project->db, stmt, &row, err));
        if (!row)
            break;
        struct op early;
        const char *copy = arena_copy(project->arena, db_column_blob(stmt, 2));
        if (!copy)
            return err_set(err, ERR_NOMEM, "out of memory", 0);
        const size_t len = db_column_blob(stmt, 2).len;
        TRY(op_read_stored(project->arena, span_of(copy, len), &early, err));
        apply_fold(object, &early, db_column_int(stmt, 1) == STORE_FROM_SERVER);
    }
    return ERR_OK;
}

static void tell_comment(const struct project *project, uint64_t change, struct uuid id,
                         const struct project_view *before, const struct project_view *after)
{
    if (!before->exists && !after->exists)
        return;
    const struct store_event event = {
        .type = STORE_EVENT_COMMENT,
        .change = change,
        .id = id,
        .was_public = before->exists,
        .is_public = after->exists,
        .old_lon_e7 = before->lon_e7,
        .old_lat_e7 = before->lat_e7,
        .new_lon_e7 = after->lon_e7,
        .new_lat_e7 = after->lat_e7,
    };
    project_tell(project, &event);
}

static enum err_code create_comment(const struct project *project, const struct project_step *step,
                                    const struct op *op, struct err *err)
{
    struct row row = row_from_create(step, op);
    TRY(fold_early(project, step, &row.object, err));
    TRY(row_sum_reactions(project, op->object_id, &row, err));
    TRY(row_insert_comment(project, &row, err));
    TRY(row_count_replies(project, row.seq, op->object_id, err));
    struct project_view after;
    const struct project_view before = {0};
    TRY(project_public_refresh(project, step->change, row.seq, op->object_id, OBJECT_COMMENT,
                               &before, &after, err));
    tell_comment(project, step->change, op->object_id, &before, &after);
    return ERR_OK;
}

static enum err_code change_comment(const struct project *project, const struct project_step *step,
                                    const struct op *op, struct err *err)
{
    struct row row;
    bool found;
    TRY(row_load_comment(project, op->object_id, &row, &found, err));
    if (!found)
        return err_set(err, ERR_INTERNAL, "a comment has no row", step->change);
    struct project_view before, after;
    TRY(project_public_view(project, row.seq, &before, err));
    apply_fold(&row.object, op, step->authority);
    TRY(row_update_comment(project, &row, err));
    TRY(project_public_refresh(project, step->change, row.seq, op->object_id, OBJECT_COMMENT,
                               &before, &after, err));
    tell_comment(project, step->change, op->object_id, &before, &after);
    return ERR_OK;
}

/* A reply counts at its comment, and is announced at its comment's place. */
struct parent {
    bool found;
    struct uuid id;
    uint64_t seq;
    struct project_view before;
};

static enum err_code parent_load(const struct project *project, struct uuid comment_id,
                                 struct parent *ret, struct err *err)
{
    struct row row;
    struct parent parent = {.id = comment_id};
    TRY(row_load_comment(project, comment_id, &row, &parent.found, err));
    if (parent.found) {
        parent.seq = row.seq;
        TRY(project_public_view(project, row.seq, &parent.before, err));
    }
    *ret = parent;
    return ERR_OK;
}

static enum err_code reply_is_public(const struct project *project, uint64_t seq, bool *ret,
                                     struct err *err)
{
    sqlite3_stmt *stmt;
    int64_t count;
    TRY(db_take(project->db, SQL_REPLY_IS_PUBLIC, &stmt, err));
    db_bind_int(project->db, stmt, 2, (int64_t)seq);
    TRY(db_one_int(project->db, stmt, 0, &count, err));
    *ret = count > 0;
    return ERR_OK;
}

static enum err_code after_reply(const struct project *project, const struct project_step *step,
                                 const struct parent *parent, struct uuid id, enum object_type type,
                                 uint64_t seq, bool was_public, struct err *err)
{
    bool is_public = false;
    TRY(project_touch(project, id, type, step->change, type == OBJECT_ERASED, err));
    if (type != OBJECT_ERASED)
        TRY(reply_is_public(project, seq, &is_public, err));
    if (is_public)
        TRY(project_touch(project, id, type, step->change, true, err));
    if (!parent->found)
        return ERR_OK;
    TRY(row_count_replies(project, parent->seq, parent->id, err));
    struct project_view after;
    TRY(project_public_refresh(project, step->change, parent->seq, parent->id, OBJECT_COMMENT,
                               &parent->before, &after, err));
    if (!was_public && !is_public)
        return ERR_OK;
    const struct store_event event = {
        .type = STORE_EVENT_REPLY,
        .change = step->change,
        .id = id,
        .was_public = was_public,
        .is_public = is_public,
        .old_lon_e7 = parent->before.lon_e7,
        .old_lat_e7 = parent->before.lat_e7,
        .new_lon_e7 = after.lon_e7,
        .new_lat_e7 = after.lat_e7,
    };
    project_tell(project, &event);
    return ERR_OK;
}

static enum err_code create_reply(const struct project *project, const struct project_step *step,
                                  const struct op *op, struct err *err)
{
    struct parent parent;
    TRY(parent_load(project, op->comment_id, &parent, err));
    struct row row = row_from_create(step, op);
    TRY(fold_early(project, step, &row.object, err));
    TRY(row_insert_reply(project, &row, err));
    return after_reply(project, step, &parent, op->object_id, OBJECT_REPLY, row.seq, false, err);
}

static enum err_code change_reply(const struct project *project, const struct project_step *step,
                                  const struct op *op, struct err *err)
{
    struct row row;
    bool found, was_public;
    TRY(row_load_reply(project, op->object_id, &row, &found, err));
    if (!found)
        return err_set(err, ERR_INTERNAL, "a reply has no row", step->change);
    struct parent parent;
    TRY(parent_load(project, row.object.comment_id, &parent, err));
    TRY(reply_is_public(project, row.seq, &was_public, err));
    apply_fold(&row.object, op, step->authority);
    TRY(row_update_reply(project, &row, err));
    return after_reply(project, step, &parent, op->object_id, OBJECT_REPLY, row.seq, was_public,
                       err);
}

static enum err_code react(const struct project *project, const struct project_step *step,
                           const struct op *op, struct err *err)
{
    int old_value, new_value;
    TRY(row_put_reaction(project, op, &old_value, &new_value, err));
    struct row row;
    bool found;
    TRY(row_load_comment(project, op->object_id, &row, &found, err));
    if (!found)
        return ERR_OK; /* counted when the comment comes */
    struct project_view before, after;
    TRY(project_public_view(project, row.seq, &before, err));
    row.reactions[old_value]--;
    row.reactions[new_value]++;
    TRY(row_set_reactions(project, &row, err));
    TRY(project_public_refresh(project, step->change, row.seq, op->object_id, OBJECT_COMMENT,
                               &before, &after, err));
    tell_comment(project, step->change, op->object_id, &before, &after);
    return ERR_OK;
}

static void tell_card(const struct project *project, uint64_t change, struct uuid id)
{
    const struct store_event event = {.type = STORE_EVENT_CARD,
                                      .change = change,
                                      .id = id,
                                      .was_public = true,
                                      .is_public = true};
    project_tell(project, &event);
}

/* CREATE, EDIT and DELETE of a card, in any order: the highest revision shows. */
static enum err_code change_card(const struct project *project, const struct project_step *step,
                                 const struct op *op, struct err *err)
{
    if (op->kind == OP_DELETE)
        TRY(row_withdraw_card(project, op->object_id, err));
    else
        TRY(row_put_card(project, step, op, err));
    TRY(project_touch(project, op->object_id, OBJECT_CARD, step->change, true, err));
    tell_card(project, step->change, op->object_id);
    return ERR_OK;
}

static enum err_code create_card(const struct project *project, const struct project_step *step,
                                 const struct op *op, struct err *err)
{
    TRY(change_card(project, step, op, err));
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(project->db, SQL_CHANGE_OF_OBJECT, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, op->object_id);
    db_bind_int(project->db, stmt, 3, (int64_t)step->change);
    for (bool row = true; row;) {
        TRY(db_step(project->db, stmt, &row, err));
        if (!row)
            break;
        const struct span bytes = db_column_blob(stmt, 2);
        const char *copy = arena_copy(project->arena, bytes);
        if (!copy)
            return err_set(err, ERR_NOMEM, "out of memory", 0);
        struct op early;
        TRY(op_read_stored(project->arena, span_of(copy, bytes.len), &early, err));
        if (db_column_int(stmt, 1) != STORE_FROM_SERVER)
            continue;
        if (early.kind == OP_DELETE)
            TRY(row_withdraw_card(project, op->object_id, err));
        if (early.kind == OP_EDIT && early.body == BODY_CARD)
            TRY(row_put_card(project, step, &early, err));
    }
    return ERR_OK;
}

static enum err_code create(const struct project *project, const struct project_step *step,
                            const struct op *op, struct err *err)
{
    switch (op->body) {
    case BODY_COMMENT:
        return create_comment(project, step, op, err);
    case BODY_REPLY:
        return create_reply(project, step, op, err);
    case BODY_CARD:
        return create_card(project, step, op, err);
    case BODY_SPACE:
        TRY(row_insert_space(project, step, op, err));
        return project_touch(project, op->object_id, OBJECT_SPACE, step->change, false, err);
    default:
        return err_set(err, ERR_INTERNAL, "the log creates what is no object", step->change);
    }
}

static enum err_code note_erasure(const struct project *project, const struct project_step *step,
                                  const struct op *op, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(project->db, SQL_ERASED_ADD, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, op->object_id);
    db_bind_uuid(project->db, stmt, 3, op->op_id);
    db_bind_int(project->db, stmt, 4, (int64_t)step->change);
    db_bind_int(project->db, stmt, 5, step->received_ms);
    db_bind_text(project->db, stmt, 6, op->reason);
    return db_run(project->db, stmt, err);
}

static enum err_code erase_comment(const struct project *project, const struct project_step *step,
                                   const struct op *op, struct err *err)
{
    struct row row;
    bool found;
    TRY(row_load_comment(project, op->object_id, &row, &found, err));
    if (!found)
        return err_set(err, ERR_INTERNAL, "a comment has no row", step->change);
    struct project_view before, after;
    TRY(project_public_view(project, row.seq, &before, err));
    TRY(row_remove_comment(project, row.seq, err));
    TRY(project_public_refresh(project, step->change, row.seq, op->object_id, OBJECT_ERASED,
                               &before, &after, err));
    tell_comment(project, step->change, op->object_id, &before, &after);
    return ERR_OK;
}

static enum err_code erase_reply(const struct project *project, const struct project_step *step,
                                 const struct op *op, struct err *err)
{
    struct row row;
    bool found, was_public;
    TRY(row_load_reply(project, op->object_id, &row, &found, err));
    if (!found)
        return err_set(err, ERR_INTERNAL, "a reply has no row", step->change);
    struct parent parent;
    TRY(parent_load(project, row.object.comment_id, &parent, err));
    TRY(reply_is_public(project, row.seq, &was_public, err));
    TRY(row_remove_reply(project, row.seq, err));
    return after_reply(project, step, &parent, op->object_id, OBJECT_ERASED, row.seq, was_public,
                       err);
}

static enum err_code erase(const struct project *project, const struct project_step *step,
                           const struct op *op, enum object_type type, struct err *err)
{
    TRY(note_erasure(project, step, op, err));
    if (type == OBJECT_COMMENT)
        return erase_comment(project, step, op, err);
    if (type == OBJECT_REPLY)
        return erase_reply(project, step, op, err);
    if (type == OBJECT_CARD) {
        TRY(row_remove_card(project, op->object_id, err));
        tell_card(project, step->change, op->object_id);
    }
    return project_touch(project, op->object_id, OBJECT_ERASED, step->change, true, err);
}

enum err_code project_op(const struct project *project, const struct project_step *step,
                         const struct op *op, struct err *err)
{
    bool known;
    enum object_type type;
    TRY(row_find_object(project, op->object_id, &known, &type, err));
    if (op->kind == OP_CREATE)
        return create(project, step, op, err);
    if (op->kind == OP_ERASE)
        return erase(project, step, op, known ? type : OBJECT_ERASED, err);
    if (op->kind == OP_REACT)
        return react(project, step, op, err);
    if (!known)
        return ERR_OK; /* S6: it waits in the log for its object */
    switch (type) {
    case OBJECT_COMMENT:
        return change_comment(project, step, op, err);
    case OBJECT_REPLY:
        return change_reply(project, step, op, err);
    case OBJECT_CARD:
        return change_card(project, step, op, err);
    case OBJECT_SPACE:
    case OBJECT_ERASED:
        break;
    }
    return ERR_OK;
}
