/* Replies, photos and appeals as rows. */
#include "server/store/row.h"

static void take_head(struct row_reader *reader, enum object_type type, struct row *row)
{
    *row = (struct row){.seq = (uint64_t)row_take_int(reader)};
    row->object.type = type;
    row->object.id = row_take_id(reader);
    row->object.comment_id = row_take_id(reader);
    row->object.author_id = row_take_id(reader);
    row->object.standing = (enum standing)row_take_int(reader);
}

static enum err_code take_state(struct row_reader *reader, struct row *row, struct err *err)
{
    row->object.status = (uint8_t)row_take_int(reader);
    TRY(row_take(reader, &row->object.reason, err));
    TRY(row_take(reader, &row->object.note, err));
    row->object.withdrawn = row_take_int(reader) != 0;
    row->made_ms = row_take_int(reader);
    row->received_ms = row_take_int(reader);
    return ERR_OK;
}

static enum err_code read_reply(struct row_reader *reader, struct row *row, struct err *err)
{
    struct apply_object *object = &row->object;
    take_head(reader, OBJECT_REPLY, row);
    TRY(row_take(reader, &object->text, err));
    object->channel = (uint8_t)row_take_int(reader);
    object->hat = (uint8_t)row_take_int(reader);
    TRY(row_take(reader, &object->pen_name, err));
    TRY(row_take(reader, &object->source, err));
    TRY(take_state(reader, row, err));
    object->text_reg = row_take_register(reader);
    object->status_reg = row_take_register(reader);
    return ERR_OK;
}

static enum err_code read_photo(struct row_reader *reader, struct row *row, struct err *err)
{
    struct apply_object *object = &row->object;
    take_head(reader, OBJECT_PHOTO, row);
    TRY(row_take(reader, &object->sha256, err));
    object->bytes = (uint32_t)row_take_int(reader);
    object->width = (uint32_t)row_take_int(reader);
    object->height = (uint32_t)row_take_int(reader);
    object->position = (uint32_t)row_take_int(reader);
    TRY(row_take(reader, &object->text, err));
    TRY(row_take(reader, &object->boxes, err));
    TRY(take_state(reader, row, err));
    object->text_reg = row_take_register(reader);
    object->status_reg = row_take_register(reader);
    object->redaction_reg = row_take_register(reader);
    return ERR_OK;
}

static enum err_code read_appeal(struct row_reader *reader, struct row *row, struct err *err)
{
    struct apply_object *object = &row->object;
    take_head(reader, OBJECT_APPEAL, row);
    TRY(row_take(reader, &object->text, err));
    TRY(take_state(reader, row, err));
    object->status_reg = row_take_register(reader);
    return ERR_OK;
}

enum err_code row_load_part(const struct project *project, enum object_type type, struct uuid id,
                            struct row *ret, bool *ret_found, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    const enum sql which = type == OBJECT_REPLY   ? SQL_REPLY_LOAD
                           : type == OBJECT_PHOTO ? SQL_PHOTO_LOAD
                                                  : SQL_APPEAL_LOAD;
    TRY(db_take(project->db, which, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, id);
    TRY(db_step(project->db, stmt, ret_found, err));
    if (!*ret_found)
        return ERR_OK;
    struct row_reader reader = {stmt, project->arena, 0};
    return type == OBJECT_REPLY   ? read_reply(&reader, ret, err)
           : type == OBJECT_PHOTO ? read_photo(&reader, ret, err)
                                  : read_appeal(&reader, ret, err);
}

static void put_head(struct row_writer *writer, const struct row *row)
{
    row_put_int(writer, (int64_t)row->seq);
    row_put_id(writer, row->object.id);
    row_put_id(writer, row->object.comment_id);
    row_put_id(writer, row->object.author_id);
    row_put_int(writer, row->object.standing);
}

static void put_state(struct row_writer *writer, const struct row *row)
{
    row_put_int(writer, row->object.status);
    row_put_text(writer, row->object.reason);
    row_put_text(writer, row->object.note);
    row_put_int(writer, row->object.withdrawn);
    row_put_int(writer, row->made_ms);
    row_put_int(writer, row->received_ms);
}

static void put_reply(struct row_writer *writer, const struct row *row)
{
    put_head(writer, row);
    row_put_text(writer, row->object.text);
    row_put_int(writer, row->object.channel);
    row_put_int(writer, row->object.hat);
    row_put_text(writer, row->object.pen_name);
    row_put_text(writer, row->object.source);
    put_state(writer, row);
    row_put_register(writer, row->object.text_reg);
    row_put_register(writer, row->object.status_reg);
}

static void put_photo(struct row_writer *writer, const struct row *row)
{
    put_head(writer, row);
    row_put_blob(writer, row->object.sha256);
    row_put_int(writer, row->object.bytes);
    row_put_int(writer, row->object.width);
    row_put_int(writer, row->object.height);
    row_put_int(writer, row->object.position);
    row_put_text(writer, row->object.text);
    row_put_blob(writer, row->object.boxes);
    put_state(writer, row);
    row_put_register(writer, row->object.text_reg);
    row_put_register(writer, row->object.status_reg);
    row_put_register(writer, row->object.redaction_reg);
}

static void put_appeal(struct row_writer *writer, const struct row *row)
{
    put_head(writer, row);
    row_put_text(writer, row->object.text);
    put_state(writer, row);
    row_put_register(writer, row->object.status_reg);
}

enum err_code row_put_part(const struct project *project, const struct row *row, struct err *err)
{
    const enum object_type type = row->object.type;
    const enum sql which = type == OBJECT_REPLY   ? SQL_REPLY_PUT
                           : type == OBJECT_PHOTO ? SQL_PHOTO_PUT
                                                  : SQL_APPEAL_PUT;
    struct row_writer writer;
    TRY(row_writer_begin(&writer, project->db, which, err));
    if (type == OBJECT_REPLY)
        put_reply(&writer, row);
    else if (type == OBJECT_PHOTO)
        put_photo(&writer, row);
    else
        put_appeal(&writer, row);
    return db_run(project->db, writer.stmt, err);
}
