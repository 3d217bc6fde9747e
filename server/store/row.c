#include "server/store/row.h"

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

static enum err_code keep(const struct project *project, struct span bytes, struct span *ret,
                          struct err *err)
{
    const char *copy = arena_copy(project->arena, bytes);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = span_of(copy, bytes.len);
    return ERR_OK;
}

static struct apply_register column_register(sqlite3_stmt *stmt, int at)
{
    return (struct apply_register){.rev = (uint32_t)db_column_int(stmt, at),
                                   .op_id = db_column_uuid(stmt, at + 1)};
}

static void bind_register(struct db *db, sqlite3_stmt *stmt, int at, struct apply_register reg)
{
    db_bind_int(db, stmt, at, reg.rev);
    db_bind_uuid(db, stmt, at + 1, reg.op_id);
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

static enum err_code read_comment(const struct project *project, sqlite3_stmt *stmt, struct uuid id,
                                  struct row *row, struct err *err)
{
    struct apply_object object = {
        .type = OBJECT_COMMENT,
        .id = id,
        .author_id = db_column_uuid(stmt, 1),
        .kind = (uint8_t)db_column_int(stmt, 2),
        .lon_e7 = (int32_t)db_column_int(stmt, 4),
        .lat_e7 = (int32_t)db_column_int(stmt, 5),
        .card_id = db_column_uuid(stmt, 7),
        .space_id = db_column_uuid(stmt, 8),
        .channel = (uint8_t)db_column_int(stmt, 9),
        .hat = (uint8_t)db_column_int(stmt, 10),
        .status = (uint8_t)db_column_int(stmt, 12),
        .withdrawn = db_column_int(stmt, 13) != 0,
        .text_reg = column_register(stmt, 16),
        .place_reg = column_register(stmt, 18),
        .kind_reg = column_register(stmt, 20),
        .card_reg = column_register(stmt, 22),
        .status_reg = column_register(stmt, 24),
    };
    TRY(keep(project, db_column_text(stmt, 3), &object.text, err));
    TRY(keep(project, db_column_text(stmt, 6), &object.building_id, err));
    TRY(keep(project, db_column_text(stmt, 11), &object.pen_name, err));
    *row = (struct row){
        .seq = (uint64_t)db_column_int(stmt, 0),
        .object = object,
        .made_ms = db_column_int(stmt, 14),
        .received_ms = db_column_int(stmt, 15),
        .reactions = {0, db_column_int(stmt, 26), db_column_int(stmt, 27), db_column_int(stmt, 28)},
    };
    return ERR_OK;
}

enum err_code row_load_comment(const struct project *project, struct uuid id, struct row *ret,
                               bool *ret_found, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(project->db, SQL_COMMENT_LOAD, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, id);
    TRY(db_step(project->db, stmt, ret_found, err));
    return *ret_found ? read_comment(project, stmt, id, ret, err) : ERR_OK;
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

static enum err_code remove_spatial(const struct project *project, uint64_t seq, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(project->db, SQL_GEOM_REMOVE, &stmt, err));
    db_bind_int(project->db, stmt, 2, (int64_t)seq);
    return db_run(project->db, stmt, err);
}

enum err_code row_insert_comment(const struct project *project, const struct row *row,
                                 struct err *err)
{
    struct db *db = project->db;
    const struct apply_object *object = &row->object;
    uint8_t geom[GEOM_BYTES];
    put_geom(object->lon_e7, object->lat_e7, geom);
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_COMMENT_INSERT, &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)row->seq);
    db_bind_uuid(db, stmt, 3, object->id);
    db_bind_uuid(db, stmt, 4, object->author_id);
    db_bind_int(db, stmt, 5, object->kind);
    db_bind_text(db, stmt, 6, object->text);
    db_bind_int(db, stmt, 7, object->lon_e7);
    db_bind_int(db, stmt, 8, object->lat_e7);
    db_bind_text(db, stmt, 9, object->building_id);
    db_bind_uuid_or_null(db, stmt, 10, object->card_id);
    db_bind_uuid_or_null(db, stmt, 11, object->space_id);
    db_bind_int(db, stmt, 12, object->channel);
    db_bind_int(db, stmt, 13, object->hat);
    db_bind_text(db, stmt, 14, object->pen_name);
    db_bind_int(db, stmt, 15, object->status);
    db_bind_int(db, stmt, 16, object->withdrawn);
    db_bind_int(db, stmt, 17, row->made_ms);
    db_bind_int(db, stmt, 18, row->received_ms);
    bind_register(db, stmt, 19, object->text_reg);
    bind_register(db, stmt, 21, object->place_reg);
    bind_register(db, stmt, 23, object->kind_reg);
    bind_register(db, stmt, 25, object->card_reg);
    bind_register(db, stmt, 27, object->status_reg);
    db_bind_int(db, stmt, 29, row->reactions[REACTION_AGREE]);
    db_bind_int(db, stmt, 30, row->reactions[REACTION_DISAGREE]);
    db_bind_int(db, stmt, 31, row->reactions[REACTION_UNSURE]);
    db_bind_int(db, stmt, 32, 0);
    db_bind_blob(db, stmt, 33, span_of(geom, sizeof geom));
    TRY(db_run(db, stmt, err));
    return put_spatial(project, row->seq, object->lon_e7, object->lat_e7, err);
}

enum err_code row_update_comment(const struct project *project, const struct row *row,
                                 struct err *err)
{
    struct db *db = project->db;
    const struct apply_object *object = &row->object;
    uint8_t geom[GEOM_BYTES];
    put_geom(object->lon_e7, object->lat_e7, geom);
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_COMMENT_UPDATE, &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)row->seq);
    db_bind_int(db, stmt, 3, object->kind);
    db_bind_text(db, stmt, 4, object->text);
    db_bind_int(db, stmt, 5, object->lon_e7);
    db_bind_int(db, stmt, 6, object->lat_e7);
    db_bind_text(db, stmt, 7, object->building_id);
    db_bind_uuid_or_null(db, stmt, 8, object->card_id);
    db_bind_int(db, stmt, 9, object->status);
    db_bind_int(db, stmt, 10, object->withdrawn);
    bind_register(db, stmt, 11, object->text_reg);
    bind_register(db, stmt, 13, object->place_reg);
    bind_register(db, stmt, 15, object->kind_reg);
    bind_register(db, stmt, 17, object->card_reg);
    bind_register(db, stmt, 19, object->status_reg);
    db_bind_blob(db, stmt, 21, span_of(geom, sizeof geom));
    TRY(db_run(db, stmt, err));
    TRY(remove_spatial(project, row->seq, err));
    return put_spatial(project, row->seq, object->lon_e7, object->lat_e7, err);
}

enum err_code row_remove_comment(const struct project *project, uint64_t seq, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(project->db, SQL_COMMENT_REMOVE, &stmt, err));
    db_bind_int(project->db, stmt, 2, (int64_t)seq);
    TRY(db_run(project->db, stmt, err));
    return remove_spatial(project, seq, err);
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

enum err_code row_sum_reactions(const struct project *project, struct uuid object_id,
                                struct row *row, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool found;
    TRY(db_take(project->db, SQL_REACTION_SUMS, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, object_id);
    TRY(db_step(project->db, stmt, &found, err));
    row->reactions[REACTION_AGREE] = db_column_int(stmt, 0);
    row->reactions[REACTION_DISAGREE] = db_column_int(stmt, 1);
    row->reactions[REACTION_UNSURE] = db_column_int(stmt, 2);
    return ERR_OK;
}

enum err_code row_count_replies(const struct project *project, uint64_t seq, struct uuid comment_id,
                                struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(project->db, SQL_COMMENT_COUNT_REPLIES, &stmt, err));
    db_bind_int(project->db, stmt, 2, (int64_t)seq);
    db_bind_uuid(project->db, stmt, 3, comment_id);
    return db_run(project->db, stmt, err);
}

static enum err_code read_reply(const struct project *project, sqlite3_stmt *stmt, struct uuid id,
                                struct row *row, struct err *err)
{
    struct apply_object object = {
        .type = OBJECT_REPLY,
        .id = id,
        .comment_id = db_column_uuid(stmt, 1),
        .author_id = db_column_uuid(stmt, 2),
        .channel = (uint8_t)db_column_int(stmt, 4),
        .hat = (uint8_t)db_column_int(stmt, 5),
        .status = (uint8_t)db_column_int(stmt, 7),
        .withdrawn = db_column_int(stmt, 8) != 0,
        .text_reg = column_register(stmt, 11),
        .status_reg = column_register(stmt, 13),
    };
    TRY(keep(project, db_column_text(stmt, 3), &object.text, err));
    TRY(keep(project, db_column_text(stmt, 6), &object.pen_name, err));
    *row = (struct row){
        .seq = (uint64_t)db_column_int(stmt, 0),
        .object = object,
        .made_ms = db_column_int(stmt, 9),
        .received_ms = db_column_int(stmt, 10),
    };
    return ERR_OK;
}

enum err_code row_load_reply(const struct project *project, struct uuid id, struct row *ret,
                             bool *ret_found, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(project->db, SQL_REPLY_LOAD, &stmt, err));
    db_bind_uuid(project->db, stmt, 2, id);
    TRY(db_step(project->db, stmt, ret_found, err));
    return *ret_found ? read_reply(project, stmt, id, ret, err) : ERR_OK;
}

enum err_code row_insert_reply(const struct project *project, const struct row *row,
                               struct err *err)
{
    struct db *db = project->db;
    const struct apply_object *object = &row->object;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_REPLY_INSERT, &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)row->seq);
    db_bind_uuid(db, stmt, 3, object->id);
    db_bind_uuid(db, stmt, 4, object->comment_id);
    db_bind_uuid(db, stmt, 5, object->author_id);
    db_bind_text(db, stmt, 6, object->text);
    db_bind_int(db, stmt, 7, object->channel);
    db_bind_int(db, stmt, 8, object->hat);
    db_bind_text(db, stmt, 9, object->pen_name);
    db_bind_int(db, stmt, 10, object->status);
    db_bind_int(db, stmt, 11, object->withdrawn);
    db_bind_int(db, stmt, 12, row->made_ms);
    db_bind_int(db, stmt, 13, row->received_ms);
    bind_register(db, stmt, 14, object->text_reg);
    bind_register(db, stmt, 16, object->status_reg);
    return db_run(db, stmt, err);
}

enum err_code row_update_reply(const struct project *project, const struct row *row,
                               struct err *err)
{
    struct db *db = project->db;
    const struct apply_object *object = &row->object;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_REPLY_UPDATE, &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)row->seq);
    db_bind_text(db, stmt, 3, object->text);
    db_bind_int(db, stmt, 4, object->status);
    db_bind_int(db, stmt, 5, object->withdrawn);
    bind_register(db, stmt, 6, object->text_reg);
    bind_register(db, stmt, 8, object->status_reg);
    return db_run(db, stmt, err);
}

enum err_code row_remove_reply(const struct project *project, uint64_t seq, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(project->db, SQL_REPLY_REMOVE, &stmt, err));
    db_bind_int(project->db, stmt, 2, (int64_t)seq);
    return db_run(project->db, stmt, err);
}
