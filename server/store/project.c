#include "server/store/project.h"

#include "server/store/list.h"
#include "server/store/row.h"

/* --- Rows from operations --------------------------------------------------------------------- */

static enum err_code read_row_op(const struct project *project, sqlite3_stmt *stmt, int at,
                                 struct op *ret, struct err *err)
{
    const struct span bytes = db_column_blob(stmt, at);
    const char *copy = arena_copy(project->arena, bytes);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    return op_read_stored(project->arena, span_of(copy, bytes.len), ret, err);
}

/* Operations that came before the creation of their object wait in the log; now they count. */
static enum err_code fold_early(const struct project *project, const struct project_step *step,
                                struct apply_object *object, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(project->db, SQL_CHANGE_OF_OBJECT, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, object->id);
    db_bind_int(project->db, stmt, 3, (int64_t)step->change);
    for (bool row;;) {
        TRY(db_step(project->db, stmt, &row, err));
        if (!row)
            return ERR_OK;
        struct op early;
        TRY(read_row_op(project, stmt, 2, &early, err));
        apply_fold(object, &early, (enum standing)db_column_int(stmt, 1));
    }
}

enum err_code project_begin_row(const struct project *project, const struct project_step *step,
                                const struct op *op, struct row *ret, struct err *err)
{
    *ret = (struct row){
        .seq = step->change,
        .object = apply_create(op, step->standing),
        .made_ms = apply_shown_ms(op->made_ms, step->sent_ms, step->received_ms),
        .received_ms = step->received_ms,
    };
    return fold_early(project, step, &ret->object, err);
}

enum err_code project_refold(const struct project *project, struct row *row, struct err *err)
{
    bool made = false;
    for (int pass = 0; pass < 2; pass++) {
        CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
        TRY(db_take(project->db, SQL_CHANGE_OF_OBJECT, &stmt, err));
        db_bind_uuid(project->db, stmt, 2, row->object.id);
        db_bind_int(project->db, stmt, 3, INT64_MAX);
        for (bool found;;) {
            TRY(db_step(project->db, stmt, &found, err));
            if (!found)
                break;
            struct op op;
            TRY(read_row_op(project, stmt, 2, &op, err));
            const enum standing standing = (enum standing)db_column_int(stmt, 1);
            if (pass == 0 && op.kind == OP_CREATE) {
                row->object = apply_create(&op, standing);
                made = true;
            }
            if (pass == 1)
                apply_fold(&row->object, &op, standing);
        }
    }
    return made ? ERR_OK : err_set(err, ERR_INTERNAL, "an object was never made", row->seq);
}

/* --- What the city makes: cards, spaces, meetings -----------------------------------------------
 */

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

static void tell_meeting(const struct project *project, uint64_t change, struct uuid id,
                         enum object_type type)
{
    const struct store_event event = {
        .type = STORE_EVENT_MEETING, .change = change, .id = id, .object = type, .meeting_id = id};
    project_tell(project, &event);
}

static enum err_code revisit(const struct project *project, uint64_t change, enum sql which,
                             struct uuid of, enum project_remake how, struct err *err)
{
    struct uuid *ids;
    size_t count;
    TRY(row_list_ids(project, which, of, &ids, &count, err));
    for (size_t i = 0; i < count; i++)
        TRY(project_remake_comment(project, change, ids[i], how, err));
    return ERR_OK;
}

/* CREATE, EDIT and DELETE of a meeting; its comments follow when it begins or ends to hold. */
static enum err_code change_meeting(const struct project *project, const struct project_step *step,
                                    const struct op *op, struct err *err)
{
    struct row_meeting before, after;
    TRY(row_load_meeting(project, op->object_id, &before, err));
    if (op->kind == OP_DELETE)
        TRY(row_withdraw_meeting(project, op->object_id, err));
    else
        TRY(row_put_meeting(project, step, op, err));
    TRY(project_touch(project, op->object_id, OBJECT_MEETING, step->change, false, err));
    TRY(row_load_meeting(project, op->object_id, &after, err));
    if (before.found != after.found || before.hold != after.hold)
        TRY(revisit(project, step->change, SQL_COMMENTS_OF_MEETING, op->object_id, PROJECT_REVISIT,
                    err));
    tell_meeting(project, step->change, op->object_id, OBJECT_MEETING);
    return ERR_OK;
}

static enum err_code create_space(const struct project *project, const struct project_step *step,
                                  const struct op *op, struct err *err)
{
    TRY(row_insert_space(project, step, op, err));
    TRY(project_touch(project, op->object_id, OBJECT_SPACE, step->change, false, err));
    return revisit(project, step->change, SQL_COMMENTS_OF_SPACE, op->object_id, PROJECT_APPEAR,
                   err);
}

/* What came before the card or the meeting it changes. */
static enum err_code change_early(const struct project *project, const struct project_step *step,
                                  struct uuid id, enum op_body body, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(project->db, SQL_CHANGE_OF_OBJECT, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, id);
    db_bind_int(project->db, stmt, 3, (int64_t)step->change);
    for (bool row;;) {
        TRY(db_step(project->db, stmt, &row, err));
        if (!row)
            return ERR_OK;
        struct op early;
        TRY(read_row_op(project, stmt, 2, &early, err));
        if (!apply_may_make(body, (enum standing)db_column_int(stmt, 1)))
            continue;
        if (early.kind != OP_DELETE && !(early.kind == OP_EDIT && early.body == body))
            continue;
        TRY(body == BODY_CARD ? change_card(project, step, &early, err)
                              : change_meeting(project, step, &early, err));
    }
}

static enum err_code create(const struct project *project, const struct project_step *step,
                            const struct op *op, struct err *err)
{
    TRY(row_note_device(project, op, err));
    switch (op->body) {
    case BODY_COMMENT:
        return project_create_comment(project, step, op, err);
    case BODY_REPLY:
    case BODY_PHOTO:
    case BODY_APPEAL:
        return project_create_part(project, step, op, err);
    case BODY_CARD:
        TRY(change_card(project, step, op, err));
        return change_early(project, step, op->object_id, BODY_CARD, err);
    case BODY_MEETING:
        TRY(change_meeting(project, step, op, err));
        return change_early(project, step, op->object_id, BODY_MEETING, err);
    case BODY_SPACE:
        return create_space(project, step, op, err);
    default:
        return err_set(err, ERR_INTERNAL, "the log creates what is no object", step->change);
    }
}

/* --- Erasure ---------------------------------------------------------------------------------- */

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

static bool has_id(const struct uuid *ids, size_t count, struct uuid id)
{
    for (size_t i = 0; i < count; i++)
        if (uuid_equal(ids[i], id))
            return true;
    return false;
}

enum err_code project_dependents(const struct project *project, struct uuid id,
                                 struct uuid **ret_ids, size_t *ret_count, struct err *err)
{
    struct uuid *ids = NULL;
    size_t count = 0, capacity = 0;
    for (size_t next = 0; next <= count; next++) {
        struct uuid *found;
        size_t found_count;
        const struct uuid of = next == 0 ? id : ids[next - 1];
        TRY(row_list_ids(project, SQL_OBJECT_DEPENDENTS, of, &found, &found_count, err));
        for (size_t i = 0; i < found_count; i++) {
            if (uuid_equal(found[i], id) || has_id(ids, count, found[i]))
                continue;
            TRY(list_grow(project->arena, (void **)&ids, count, &capacity, sizeof *ids, err));
            ids[count++] = found[i];
        }
    }
    *ret_ids = ids;
    *ret_count = count;
    return ERR_OK;
}

static enum err_code erase_one(const struct project *project, uint64_t change, struct uuid id,
                               enum object_type type, struct err *err)
{
    switch (type) {
    case OBJECT_COMMENT:
        return project_erase_comment(project, change, id, err);
    case OBJECT_REPLY:
    case OBJECT_PHOTO:
    case OBJECT_APPEAL:
        return project_erase_part(project, change, id, type, err);
    case OBJECT_CARD:
        TRY(row_remove_card(project, id, err));
        tell_card(project, change, id);
        break;
    case OBJECT_MEETING:
        TRY(row_remove_meeting(project, id, err));
        TRY(project_touch(project, id, OBJECT_ERASED, change, false, err));
        tell_meeting(project, change, id, OBJECT_ERASED);
        return revisit(project, change, SQL_COMMENTS_OF_MEETING, id, PROJECT_REVISIT, err);
    case OBJECT_SPACE:
    case OBJECT_ERASED:
        break;
    }
    return project_touch(project, id, OBJECT_ERASED, change, true, err);
}

static enum err_code erase(const struct project *project, const struct project_step *step,
                           const struct op *op, enum object_type type, struct err *err)
{
    struct uuid *ids;
    size_t count;
    TRY(project_dependents(project, op->object_id, &ids, &count, err));
    TRY(note_erasure(project, step, op, err));
    for (size_t i = 0; i < count; i++) {
        bool known;
        enum object_type kind;
        TRY(row_find_object(project, ids[i], &known, &kind, err));
        TRY(erase_one(project, step->change, ids[i], kind, err));
    }
    return erase_one(project, step->change, op->object_id, type, err);
}

/* --- One operation, and all ------------------------------------------------------------------- */

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
        return project_react(project, step, op, err);
    if (!known)
        return ERR_OK; /* S6: it waits in the log for its object */
    switch (type) {
    case OBJECT_COMMENT:
        return project_change_comment(project, step, op, err);
    case OBJECT_REPLY:
    case OBJECT_PHOTO:
    case OBJECT_APPEAL:
        return project_change_part(project, step, op, type, err);
    case OBJECT_CARD:
        return change_card(project, step, op, err);
    case OBJECT_MEETING:
        return change_meeting(project, step, op, err);
    case OBJECT_SPACE:
    case OBJECT_ERASED:
        break;
    }
    return ERR_OK;
}

/* The receipt of a creation is the shown time of its object. */
static enum err_code set_shown_time(const struct project *project, const struct op *op,
                                    enum object_type type, struct err *err)
{
    int64_t received_ms, sent_ms;
    {
        CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
        bool found;
        TRY(db_take(project->db, SQL_CHANGE_RECEIPT, &stmt, err));
        db_bind_uuid(project->db, stmt, 2, op->op_id);
        TRY(db_step(project->db, stmt, &found, err));
        received_ms = db_column_int(stmt, 0);
        sent_ms = db_column_int(stmt, 1);
    }
    return row_set_receipt(project, op->object_id, type, received_ms,
                           apply_shown_ms(op->made_ms, sent_ms, received_ms), err);
}

static bool has_row(enum object_type type)
{
    return type == OBJECT_COMMENT || type == OBJECT_REPLY || type == OBJECT_PHOTO ||
           type == OBJECT_APPEAL;
}

enum err_code project_receipt(const struct project *project, uint64_t newest, const struct op *op,
                              bool raised, struct err *err)
{
    bool known;
    enum object_type type;
    TRY(row_find_object(project, op->object_id, &known, &type, err));
    if (!known || !has_row(type) || op->kind == OP_REACT)
        return ERR_OK; /* cards, spaces and meetings come with the right to make them, or not at all
                        */
    if (op->kind == OP_CREATE)
        TRY(set_shown_time(project, op, type, err));
    if (!raised)
        return ERR_OK;
    return type == OBJECT_COMMENT
               ? project_remake_comment(project, newest, op->object_id, PROJECT_REFOLD, err)
               : project_remake_part(project, newest, op->object_id, type, err);
}

static enum err_code replay_row(const struct project_replay *replay, const struct project *project,
                                sqlite3_stmt *stmt, struct err *err)
{
    const struct span borrowed = db_column_blob(stmt, 4);
    const char *copy = arena_copy(project->arena, borrowed);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    const struct span bytes = span_of(copy, borrowed.len);
    const struct project_step step = {
        .change = (uint64_t)db_column_int(stmt, 0),
        .standing = (enum standing)db_column_int(stmt, 1),
        .received_ms = db_column_int(stmt, 2),
        .sent_ms = db_column_int(stmt, 3),
    };
    const bool counts = db_column_int(stmt, 5) < 2;
    struct op op;
    enum err_code code = op_read_stored(project->arena, bytes, &op, err);
    if (code == ERR_OK && replay->look)
        TRY(replay->look(replay->context, stmt, &op, bytes, err));
    if (code == ERR_OK && counts)
        code = project_op(project, &step, &op, err);
    if (code == ERR_OK || code == ERR_NOMEM || code == ERR_FULL || code == ERR_IO ||
        !replay->failed)
        return code;
    return replay->failed(replay->context, step.change, err);
}

enum err_code project_replay(const struct project_replay *replay, struct err *err)
{
    struct arena scratch;
    arena_init(&scratch, 0);
    const struct project project = {.db = replay->db, .arena = &scratch};
    sqlite3_stmt *stmt = NULL;
    enum err_code code = db_take(replay->db, SQL_CHANGE_LOG, &stmt, err);
    if (code == ERR_OK)
        db_bind_int(replay->db, stmt, 2, 0);
    for (bool row = true; code == ERR_OK;) {
        code = db_step(replay->db, stmt, &row, err);
        if (code != ERR_OK || !row)
            break;
        arena_reset(&scratch);
        code = replay_row(replay, &project, stmt, err);
    }
    if (stmt)
        db_reset(stmt);
    arena_done(&scratch);
    return code;
}
