/* Comments as rows. */
#include "server/store/row.h"

#include "server/store/list.h"
#include "server/sync/blur.h"

enum { GEOM_BYTES = 60 };

static void put_double(uint8_t *at, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    for (int i = 0; i < 8; i++)
        at[i] = (uint8_t)(bits >> (8 * i));
}

/* SpatiaLite's BLOB of a point, little-endian, SRID 4326 ("BLOB-Geometry", gaia-gis.it): start 00,
 * byte order 01, SRID, bounds, mark 7C, class 1, x, y, end FE. */
static void put_geom(int32_t lon_e7, int32_t lat_e7, uint8_t ret[GEOM_BYTES])
{
    const double lon = lon_e7 / 1e7, lat = lat_e7 / 1e7;
    static const uint8_t head[6] = {0x00, 0x01, 0xE6, 0x10, 0x00, 0x00};
    memcpy(ret, head, sizeof head);
    put_double(ret + 6, lon);
    put_double(ret + 14, lat);
    put_double(ret + 22, lon);
    put_double(ret + 30, lat);
    static const uint8_t middle[5] = {0x7C, 0x01, 0x00, 0x00, 0x00};
    memcpy(ret + 38, middle, sizeof middle);
    put_double(ret + 43, lon);
    put_double(ret + 51, lat);
    ret[59] = 0xFE;
}

enum err_code row_find_object(const struct project *project, struct uuid id, bool *ret_known,
                              enum object_type *ret_type, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(project->db, SQL_OBJECT_FIND, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, id);
    TRY(db_step(project->db, stmt, ret_known, err));
    *ret_type = *ret_known ? (enum object_type)db_column_int(stmt, 0) : OBJECT_ERASED;
    return ERR_OK;
}

enum err_code row_find_author(const struct project *project, struct uuid id, enum object_type type,
                              struct uuid *ret, struct uuid *ret_space, struct err *err)
{
    static const enum sql statements[] = {
        [OBJECT_COMMENT] = SQL_COMMENT_AUTHOR,
        [OBJECT_REPLY] = SQL_REPLY_AUTHOR,
        [OBJECT_PHOTO] = SQL_PHOTO_AUTHOR,
        [OBJECT_APPEAL] = SQL_APPEAL_AUTHOR,
    };
    *ret = (struct uuid){0};
    if (type != OBJECT_COMMENT && type != OBJECT_REPLY && type != OBJECT_PHOTO &&
        type != OBJECT_APPEAL)
        return ERR_OK;
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(project->db, statements[type], &stmt, err));
    db_bind_uuid(project->db, stmt, 2, id);
    TRY(db_step(project->db, stmt, &row, err));
    if (row)
        *ret = db_column_uuid(stmt, 0);
    if (row && ret_space && type == OBJECT_COMMENT)
        *ret_space = db_column_uuid(stmt, 1);
    return ERR_OK;
}

/* --- Columns one after the other -------------------------------------------------------------- */

enum err_code row_take(struct row_reader *reader, struct span *ret, struct err *err)
{
    const struct span bytes = db_column_blob(reader->stmt, reader->at++);
    const char *copy = arena_copy(reader->arena, bytes);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = span_of(copy, bytes.len);
    return ERR_OK;
}

struct apply_register row_take_register(struct row_reader *reader)
{
    const struct apply_register reg = {
        .rev = (uint32_t)db_column_int(reader->stmt, reader->at),
        .op_id = db_column_uuid(reader->stmt, reader->at + 1),
    };
    reader->at += 2;
    return reg;
}

void row_put_register(struct row_writer *writer, struct apply_register reg)
{
    row_put_int(writer, reg.rev);
    row_put_id(writer, reg.op_id);
}

/* --- Comments --------------------------------------------------------------------------------- */

static enum err_code read_comment(struct row_reader *reader, struct row *row, struct err *err)
{
    struct apply_object *object = &row->object;
    *row = (struct row){.seq = (uint64_t)row_take_int(reader)};
    object->type = OBJECT_COMMENT;
    object->id = row_take_id(reader);
    object->author_id = row_take_id(reader);
    object->standing = (enum standing)row_take_int(reader);
    object->kind = (uint8_t)row_take_int(reader);
    object->mood = (uint8_t)row_take_int(reader);
    TRY(row_take(reader, &object->title, err));
    TRY(row_take(reader, &object->text, err));
    TRY(row_take(reader, &object->marks, err));
    object->lon_e7 = (int32_t)row_take_int(reader);
    object->lat_e7 = (int32_t)row_take_int(reader);
    TRY(row_take(reader, &object->building_id, err));
    object->shape = (uint8_t)row_take_int(reader);
    TRY(row_take(reader, &object->path, err));
    object->place_source = (uint8_t)row_take_int(reader);
    object->accuracy_m = (uint32_t)row_take_int(reader);
    object->precision_m = (uint32_t)row_take_int(reader);
    reader->at += 4; /* the public place follows from the exact one */
    object->card_id = row_take_id(reader);
    object->space_id = row_take_id(reader);
    object->meeting_id = row_take_id(reader);
    object->quoted_id = row_take_id(reader);
    TRY(row_take(reader, &object->receipt, err));
    object->channel = (uint8_t)row_take_int(reader);
    object->hat = (uint8_t)row_take_int(reader);
    TRY(row_take(reader, &object->pen_name, err));
    object->strip_name = row_take_int(reader) != 0;
    TRY(row_take(reader, &object->source, err));
    object->status = (uint8_t)row_take_int(reader);
    TRY(row_take(reader, &object->reason, err));
    TRY(row_take(reader, &object->note, err));
    object->withdrawn = row_take_int(reader) != 0;
    row->made_ms = row_take_int(reader);
    row->received_ms = row_take_int(reader);
    object->text_reg = row_take_register(reader);
    object->title_reg = row_take_register(reader);
    object->place_reg = row_take_register(reader);
    object->kind_reg = row_take_register(reader);
    object->card_reg = row_take_register(reader);
    object->status_reg = row_take_register(reader);
    object->precision_reg = row_take_register(reader);
    object->space_reg = row_take_register(reader);
    for (int value = REACTION_AGREE; value <= REACTION_UNSURE; value++)
        row->reactions[value] = row_take_int(reader);
    row->reply_count = row_take_int(reader);
    row->photo_count = row_take_int(reader);
    return ERR_OK;
}

enum err_code row_load_comment(const struct project *project, struct uuid id, struct row *ret,
                               bool *ret_found, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(project->db, SQL_COMMENT_LOAD, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, id);
    TRY(db_step(project->db, stmt, ret_found, err));
    struct row_reader reader = {stmt, project->arena, 0};
    return *ret_found ? read_comment(&reader, ret, err) : ERR_OK;
}

static enum err_code put_spatial(const struct project *project, uint64_t seq, int32_t lon_e7,
                                 int32_t lat_e7, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(project->db, SQL_GEOM_PUT, &stmt, err));
    db_bind_int(project->db, stmt, 2, (int64_t)seq);
    sqlite3_bind_double(stmt, 3, lon_e7 / 1e7);
    sqlite3_bind_double(stmt, 4, lat_e7 / 1e7);
    return db_run(project->db, stmt, err);
}

/* The place as the public is shown it. */
struct public_place {
    struct corner place;
    uint8_t shape;
    struct span path;
};

/* A line or area of which the blur leaves too little is shown as a point. */
static enum err_code blur(struct arena *arena, const struct apply_object *object,
                          struct public_place *ret, struct err *err)
{
    *ret = (struct public_place){
        .place = blur_corner((struct corner){object->lon_e7, object->lat_e7}, object->precision_m),
        .shape = object->shape,
        .path = object->path,
    };
    if (object->precision_m == 0 || object->shape == SHAPE_POINT)
        return ERR_OK;
    struct path path;
    TRY(path_unpack(arena, object->path, &path, err));
    TRY(blur_path(arena, &path, object->precision_m, &path, err));
    if (path.count < (object->shape == SHAPE_LINE ? 2 : 3)) {
        ret->shape = SHAPE_POINT;
        path.count = 0;
    }
    return path_pack(arena, &path, &ret->path, err);
}

enum err_code row_put_comment(const struct project *project, const struct row *row, struct err *err)
{
    const struct apply_object *object = &row->object;
    struct public_place shown;
    TRY(blur(project->arena, object, &shown, err));
    uint8_t geom[GEOM_BYTES];
    put_geom(object->lon_e7, object->lat_e7, geom);
    struct row_writer writer;
    TRY(row_writer_begin(&writer, project->db, SQL_COMMENT_PUT, err));
    row_put_int(&writer, (int64_t)row->seq);
    row_put_id(&writer, object->id);
    row_put_id(&writer, object->author_id);
    row_put_int(&writer, object->standing);
    row_put_int(&writer, object->kind);
    row_put_int(&writer, object->mood);
    row_put_text(&writer, object->title);
    row_put_text(&writer, object->text);
    row_put_blob(&writer, object->marks);
    row_put_int(&writer, object->lon_e7);
    row_put_int(&writer, object->lat_e7);
    row_put_text(&writer, object->building_id);
    row_put_int(&writer, object->shape);
    row_put_blob(&writer, object->path);
    row_put_int(&writer, object->place_source);
    row_put_int(&writer, object->accuracy_m);
    row_put_int(&writer, object->precision_m);
    row_put_int(&writer, shown.place.lon_e7);
    row_put_int(&writer, shown.place.lat_e7);
    row_put_int(&writer, shown.shape);
    row_put_blob(&writer, shown.path);
    row_put_id_or_null(&writer, object->card_id);
    row_put_id_or_null(&writer, object->space_id);
    row_put_id_or_null(&writer, object->meeting_id);
    row_put_id_or_null(&writer, object->quoted_id);
    row_put_blob_or_null(&writer, object->receipt);
    row_put_int(&writer, object->channel);
    row_put_int(&writer, object->hat);
    row_put_text(&writer, object->pen_name);
    row_put_int(&writer, object->strip_name);
    row_put_text(&writer, object->source);
    row_put_int(&writer, object->status);
    row_put_text(&writer, object->reason);
    row_put_text(&writer, object->note);
    row_put_int(&writer, object->withdrawn);
    row_put_int(&writer, row->made_ms);
    row_put_int(&writer, row->received_ms);
    row_put_register(&writer, object->text_reg);
    row_put_register(&writer, object->title_reg);
    row_put_register(&writer, object->place_reg);
    row_put_register(&writer, object->kind_reg);
    row_put_register(&writer, object->card_reg);
    row_put_register(&writer, object->status_reg);
    row_put_register(&writer, object->precision_reg);
    row_put_register(&writer, object->space_reg);
    for (int value = REACTION_AGREE; value <= REACTION_UNSURE; value++)
        row_put_int(&writer, row->reactions[value]);
    row_put_int(&writer, row->reply_count);
    row_put_int(&writer, row->photo_count);
    row_put_blob(&writer, span_of(geom, sizeof geom));
    TRY(db_run(project->db, writer.stmt, err));
    return put_spatial(project, row->seq, object->lon_e7, object->lat_e7, err);
}

static enum err_code run_with_seq(const struct project *project, enum sql which, uint64_t seq,
                                  struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(project->db, which, &stmt, err));
    db_bind_int(project->db, stmt, 2, (int64_t)seq);
    return db_run(project->db, stmt, err);
}

static enum err_code remove_comment(const struct project *project, uint64_t seq, struct err *err)
{
    TRY(run_with_seq(project, SQL_COMMENT_REMOVE, seq, err));
    return run_with_seq(project, SQL_GEOM_REMOVE, seq, err);
}

enum err_code row_remove(const struct project *project, enum object_type type, uint64_t seq,
                         struct err *err)
{
    switch (type) {
    case OBJECT_COMMENT:
        return remove_comment(project, seq, err);
    case OBJECT_REPLY:
        return run_with_seq(project, SQL_REPLY_REMOVE, seq, err);
    case OBJECT_PHOTO:
        return run_with_seq(project, SQL_PHOTO_REMOVE, seq, err);
    default:
        return run_with_seq(project, SQL_APPEAL_REMOVE, seq, err);
    }
}

enum err_code row_set_reactions(const struct project *project, const struct row *row,
                                struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(project->db, SQL_COMMENT_SET_REACTIONS, &stmt, err));
    db_bind_int(project->db, stmt, 2, (int64_t)row->seq);
    db_bind_int(project->db, stmt, 3, row->reactions[REACTION_AGREE]);
    db_bind_int(project->db, stmt, 4, row->reactions[REACTION_DISAGREE]);
    db_bind_int(project->db, stmt, 5, row->reactions[REACTION_UNSURE]);
    return db_run(project->db, stmt, err);
}

enum err_code row_count_early(const struct project *project, struct uuid comment_id,
                              struct row *row, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool found;
    TRY(db_take(project->db, SQL_COMMENT_EARLY, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, comment_id);
    TRY(db_step(project->db, stmt, &found, err));
    row->reactions[REACTION_AGREE] = db_column_int(stmt, 0);
    row->reactions[REACTION_DISAGREE] = db_column_int(stmt, 1);
    row->reactions[REACTION_UNSURE] = db_column_int(stmt, 2);
    row->reply_count = db_column_int(stmt, 3);
    row->photo_count = db_column_int(stmt, 4);
    return ERR_OK;
}

static enum err_code count_of(const struct project *project, enum sql which, uint64_t seq,
                              struct uuid comment_id, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(project->db, which, &stmt, err));
    db_bind_int(project->db, stmt, 2, (int64_t)seq);
    db_bind_uuid(project->db, stmt, 3, comment_id);
    return db_run(project->db, stmt, err);
}

enum err_code row_count_replies(const struct project *project, uint64_t seq, struct uuid comment_id,
                                struct err *err)
{
    return count_of(project, SQL_COMMENT_COUNT_REPLIES, seq, comment_id, err);
}

enum err_code row_count_photos(const struct project *project, uint64_t seq, struct uuid comment_id,
                               struct err *err)
{
    return count_of(project, SQL_COMMENT_COUNT_PHOTOS, seq, comment_id, err);
}

enum err_code row_list_ids(const struct project *project, enum sql which, struct uuid of,
                           struct uuid **ret, size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    struct uuid *ids = NULL;
    size_t count = 0, capacity = 0;
    TRY(db_take(project->db, which, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, of);
    for (bool row;;) {
        TRY(db_step(project->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(project->arena, (void **)&ids, count, &capacity, sizeof *ids, err));
        ids[count++] = db_column_uuid(stmt, 0);
    }
    *ret = ids;
    *ret_count = count;
    return ERR_OK;
}

enum err_code row_set_receipt(const struct project *project, struct uuid id, enum object_type type,
                              int64_t received_ms, int64_t made_ms, struct err *err)
{
    static const enum sql statements[] = {
        [OBJECT_COMMENT] = SQL_COMMENT_SET_RECEIPT,
        [OBJECT_REPLY] = SQL_REPLY_SET_RECEIPT,
        [OBJECT_PHOTO] = SQL_PHOTO_SET_RECEIPT,
        [OBJECT_APPEAL] = SQL_APPEAL_SET_RECEIPT,
    };
    sqlite3_stmt *stmt;
    TRY(db_take(project->db, statements[type], &stmt, err));
    db_bind_uuid(project->db, stmt, 2, id);
    db_bind_int(project->db, stmt, 3, received_ms);
    db_bind_int(project->db, stmt, 4, made_ms);
    return db_run(project->db, stmt, err);
}
