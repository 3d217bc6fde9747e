/*
 * row: comments and what belongs to them, reactions, cards, spaces and meetings as rows: read, put,
 * removed. Inside server/store only; called by project.c, which knows why.
 *
 * Ownership  Texts of loaded rows are copied into project->arena.
 */
#pragma once

#include "server/store/project.h"

struct row {
    uint64_t seq;
    struct apply_object object;
    int64_t made_ms, received_ms;    /* as shown, as received */
    int64_t reactions[REACTION_END]; /* by value; [0] is not kept */
    int64_t reply_count, photo_count;
};

MUST_CHECK enum err_code row_find_object(const struct project *project, struct uuid id,
                                         bool *ret_known, enum object_type *ret_type,
                                         struct err *err);
/* Nil for what has no author, or no row any more. The space of a comment, when it is asked for. */
MUST_CHECK enum err_code row_find_author(const struct project *project, struct uuid id,
                                         enum object_type type, struct uuid *ret,
                                         struct uuid *ret_space, struct err *err);

MUST_CHECK enum err_code row_load_comment(const struct project *project, struct uuid id,
                                          struct row *ret, bool *ret_found, struct err *err);
/* Makes or replaces it, with its public place. */
MUST_CHECK enum err_code row_put_comment(const struct project *project, const struct row *row,
                                         struct err *err);
MUST_CHECK enum err_code row_set_reactions(const struct project *project, const struct row *row,
                                           struct err *err);
/* Reactions, replies and photos that came before their comment; replies whatever their state. */
MUST_CHECK enum err_code row_count_early(const struct project *project, struct uuid comment_id,
                                         struct row *row, struct err *err);
MUST_CHECK enum err_code row_count_replies(const struct project *project, uint64_t seq,
                                           struct uuid comment_id, struct err *err);
MUST_CHECK enum err_code row_count_photos(const struct project *project, uint64_t seq,
                                          struct uuid comment_id, struct err *err);

/* Replies, photos, appeals: object.type says which. */
MUST_CHECK enum err_code row_load_part(const struct project *project, enum object_type type,
                                       struct uuid id, struct row *ret, bool *ret_found,
                                       struct err *err);
MUST_CHECK enum err_code row_put_part(const struct project *project, const struct row *row,
                                      struct err *err);
/* Of comments and parts. */
MUST_CHECK enum err_code row_remove(const struct project *project, enum object_type type,
                                    uint64_t seq, struct err *err);
MUST_CHECK enum err_code row_set_receipt(const struct project *project, struct uuid id,
                                         enum object_type type, int64_t received_ms,
                                         int64_t made_ms, struct err *err);

/* First column of a statement that asks with one id. */
MUST_CHECK enum err_code row_list_ids(const struct project *project, enum sql which, struct uuid of,
                                      struct uuid **ret, size_t *ret_count, struct err *err);

/* Which device made the object: so that it can be told what became of it. */
MUST_CHECK enum err_code row_note_device(const struct project *project, const struct op *op,
                                         struct err *err);

/* Keeps the author's reaction with the highest (revision, id); both values are told. */
MUST_CHECK enum err_code row_put_reaction(const struct project *project, const struct op *op,
                                          int *ret_old, int *ret_new, struct err *err);

MUST_CHECK enum err_code row_put_card(const struct project *project,
                                      const struct project_step *step, const struct op *op,
                                      struct err *err);
MUST_CHECK enum err_code row_withdraw_card(const struct project *project, struct uuid id,
                                           struct err *err);
MUST_CHECK enum err_code row_remove_card(const struct project *project, struct uuid id,
                                         struct err *err);
MUST_CHECK enum err_code row_insert_space(const struct project *project,
                                          const struct project_step *step, const struct op *op,
                                          struct err *err);
/* Tier 0: a space that has not come. */
MUST_CHECK enum err_code row_find_space(const struct project *project, struct uuid id,
                                        uint8_t *ret_tier, struct err *err);

struct row_meeting {
    bool found, hold, withdrawn;
    struct apply_register reg;
    struct span meeting; /* as meeting_pack makes it */
};
MUST_CHECK enum err_code row_load_meeting(const struct project *project, struct uuid id,
                                          struct row_meeting *ret, struct err *err);
MUST_CHECK enum err_code row_put_meeting(const struct project *project,
                                         const struct project_step *step, const struct op *op,
                                         struct err *err);
MUST_CHECK enum err_code row_withdraw_meeting(const struct project *project, struct uuid id,
                                              struct err *err);
MUST_CHECK enum err_code row_remove_meeting(const struct project *project, struct uuid id,
                                            struct err *err);

/* --- Columns one after the other: for the files of this module ----------------------------------
 */

struct row_reader {
    sqlite3_stmt *stmt;
    struct arena *arena;
    int at;
};

static inline int64_t row_take_int(struct row_reader *reader)
{
    return db_column_int(reader->stmt, reader->at++);
}
static inline struct uuid row_take_id(struct row_reader *reader)
{
    return db_column_uuid(reader->stmt, reader->at++);
}
MUST_CHECK enum err_code row_take(struct row_reader *reader, struct span *ret, struct err *err);
struct apply_register row_take_register(struct row_reader *reader);

/* From ?2 on. */
struct row_writer {
    struct db *db;
    sqlite3_stmt *stmt;
    int at;
};

MUST_CHECK static inline enum err_code row_writer_begin(struct row_writer *writer, struct db *db,
                                                        enum sql which, struct err *err)
{
    *writer = (struct row_writer){.db = db, .at = 2};
    return db_take(db, which, &writer->stmt, err);
}
static inline void row_put_int(struct row_writer *writer, int64_t value)
{
    db_bind_int(writer->db, writer->stmt, writer->at++, value);
}
static inline void row_put_text(struct row_writer *writer, struct span text)
{
    db_bind_text(writer->db, writer->stmt, writer->at++, text);
}
static inline void row_put_blob(struct row_writer *writer, struct span bytes)
{
    db_bind_blob(writer->db, writer->stmt, writer->at++, bytes);
}
static inline void row_put_id(struct row_writer *writer, struct uuid id)
{
    db_bind_uuid(writer->db, writer->stmt, writer->at++, id);
}
static inline void row_put_id_or_null(struct row_writer *writer, struct uuid id)
{
    db_bind_uuid_or_null(writer->db, writer->stmt, writer->at++, id);
}
static inline void row_put_blob_or_null(struct row_writer *writer, struct span bytes)
{
    if (bytes.len)
        row_put_blob(writer, bytes);
    else
        sqlite3_bind_null(writer->stmt, writer->at++);
}
void row_put_register(struct row_writer *writer, struct apply_register reg);
