/* Reactions, cards, spaces, meetings, and which device made what, as rows. */
#include "server/store/row.h"

enum err_code row_note_device(const struct project *project, const struct op *op, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(project->db, SQL_DEVICE_OBJECT_ADD, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, op->device_id);
    db_bind_uuid(project->db, stmt, 3, op->object_id);
    return db_run(project->db, stmt, err);
}

static enum err_code find_reaction(const struct project *project, const struct op *op,
                                   struct apply_register *ret, int *ret_value, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool found;
    TRY(db_take(project->db, SQL_REACTION_FIND, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, op->object_id);
    db_bind_uuid(project->db, stmt, 3, op->author_id);
    TRY(db_step(project->db, stmt, &found, err));
    *ret = (struct apply_register){0};
    *ret_value = REACTION_NONE;
    if (found) {
        *ret_value = (int)db_column_int(stmt, 0);
        *ret = (struct apply_register){.rev = (uint32_t)db_column_int(stmt, 1),
                                       .op_id = db_column_uuid(stmt, 2)};
    }
    return ERR_OK;
}

enum err_code row_put_reaction(const struct project *project, const struct op *op, int *ret_old,
                               int *ret_new, struct err *err)
{
    struct apply_register reg;
    int old_value;
    TRY(find_reaction(project, op, &reg, &old_value, err));
    *ret_old = *ret_new = old_value;
    if (!apply_takes(reg, op->rev, op->op_id))
        return ERR_OK;
    struct db *db = project->db;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_REACTION_PUT, &stmt, err));
    db_bind_uuid(db, stmt, 2, op->object_id);
    db_bind_uuid(db, stmt, 3, op->author_id);
    db_bind_int(db, stmt, 4, op->reaction);
    db_bind_int(db, stmt, 5, op->rev);
    db_bind_uuid(db, stmt, 6, op->op_id);
    TRY(db_run(db, stmt, err));
    *ret_new = op->reaction;
    return ERR_OK;
}

static enum err_code find_card(const struct project *project, struct uuid id,
                               struct apply_register *ret, bool *ret_found, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(project->db, SQL_CARD_LOAD, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, id);
    TRY(db_step(project->db, stmt, ret_found, err));
    *ret = (struct apply_register){0};
    if (*ret_found)
        *ret = (struct apply_register){.rev = (uint32_t)db_column_int(stmt, 1),
                                       .op_id = db_column_uuid(stmt, 2)};
    return ERR_OK;
}

enum err_code row_put_card(const struct project *project, const struct project_step *step,
                           const struct op *op, struct err *err)
{
    struct apply_register reg;
    bool found;
    TRY(find_card(project, op->object_id, &reg, &found, err));
    if (found && !apply_takes(reg, op->rev, op->op_id))
        return ERR_OK;
    struct db *db = project->db;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_CARD_PUT, &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)step->change);
    db_bind_uuid(db, stmt, 3, op->object_id);
    db_bind_text(db, stmt, 4, op->title);
    db_bind_text(db, stmt, 5, op->title_easy);
    db_bind_text(db, stmt, 6, op->title_en);
    db_bind_text(db, stmt, 7, op->description);
    db_bind_text(db, stmt, 8, op->icon);
    db_bind_int(db, stmt, 9, op->colour);
    db_bind_int(db, stmt, 10, op->position);
    db_bind_int(db, stmt, 11, 0);
    db_bind_int(db, stmt, 12, op->rev);
    db_bind_uuid(db, stmt, 13, op->op_id);
    return db_run(db, stmt, err);
}

static enum err_code run_with_id(const struct project *project, enum sql which, struct uuid id,
                                 struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(project->db, which, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, id);
    return db_run(project->db, stmt, err);
}

enum err_code row_withdraw_card(const struct project *project, struct uuid id, struct err *err)
{
    return run_with_id(project, SQL_CARD_WITHDRAW, id, err);
}

enum err_code row_remove_card(const struct project *project, struct uuid id, struct err *err)
{
    return run_with_id(project, SQL_CARD_REMOVE, id, err);
}

enum err_code row_insert_space(const struct project *project, const struct project_step *step,
                               const struct op *op, struct err *err)
{
    struct db *db = project->db;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_SPACE_INSERT, &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)step->change);
    db_bind_uuid(db, stmt, 3, op->object_id);
    db_bind_int(db, stmt, 4, op->tier);
    db_bind_text(db, stmt, 5, op->title);
    db_bind_text(db, stmt, 6, op->organisation);
    return db_run(db, stmt, err);
}

enum err_code row_find_space(const struct project *project, struct uuid id, uint8_t *ret_tier,
                             struct err *err)
{
    sqlite3_stmt *stmt;
    int64_t tier;
    TRY(db_take(project->db, SQL_SPACE_TIER, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, id);
    TRY(db_one_int(project->db, stmt, 0, &tier, err));
    *ret_tier = (uint8_t)tier;
    return ERR_OK;
}

enum err_code row_load_meeting(const struct project *project, struct uuid id,
                               struct row_meeting *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    struct row_meeting row = {0};
    TRY(db_take(project->db, SQL_MEETING_LOAD, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, id);
    TRY(db_step(project->db, stmt, &row.found, err));
    if (row.found) {
        struct row_reader reader = {stmt, project->arena, 0};
        row.reg = row_take_register(&reader);
        row.hold = row_take_int(&reader) != 0;
        row.withdrawn = row_take_int(&reader) != 0;
        TRY(row_take(&reader, &row.meeting, err));
    }
    *ret = row;
    return ERR_OK;
}

enum err_code row_put_meeting(const struct project *project, const struct project_step *step,
                              const struct op *op, struct err *err)
{
    struct row_meeting known;
    TRY(row_load_meeting(project, op->object_id, &known, err));
    if (known.found && !apply_takes(known.reg, op->rev, op->op_id))
        return ERR_OK;
    const struct meeting *meeting = &op->meeting;
    struct row_writer writer;
    TRY(row_writer_begin(&writer, project->db, SQL_MEETING_PUT, err));
    row_put_int(&writer, (int64_t)step->change);
    row_put_id(&writer, op->object_id);
    row_put_int(&writer, meeting->kind);
    row_put_int(&writer, meeting->state);
    row_put_text(&writer, meeting->title);
    row_put_id_or_null(&writer, meeting->space_id);
    row_put_int(&writer, meeting->starts_ms);
    row_put_int(&writer, meeting->ends_ms);
    row_put_int(&writer, meeting->hold);
    row_put_register(&writer, (struct apply_register){op->rev, op->op_id});
    row_put_blob(&writer, op->meeting_bytes);
    return db_run(project->db, writer.stmt, err);
}

enum err_code row_withdraw_meeting(const struct project *project, struct uuid id, struct err *err)
{
    return run_with_id(project, SQL_MEETING_WITHDRAW, id, err);
}

enum err_code row_remove_meeting(const struct project *project, struct uuid id, struct err *err)
{
    return run_with_id(project, SQL_MEETING_REMOVE, id, err);
}
