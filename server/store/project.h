/*
 * project: makes the tables people read from the operations of the log. Inside server/store only.
 *
 * Purpose    One function for both paths: the writer calls it as operations come in, `check` calls
 *            it over the whole log of an empty copy; the tables must then be equal (sync.md S12).
 * Ownership  What is read on the way lives in the arena until the transaction ends.
 */
#pragma once

#include "server/store/db.h"
#include "server/store/writer.h"
#include "server/sync/apply.h"

struct project {
    struct db *db;
    struct arena *arena;
    struct buf *events; /* of struct store_event; NULL: nobody listens */
};

struct project_step {
    uint64_t change;
    enum standing standing;
    int64_t received_ms, sent_ms;
};

/* Inside a transaction, for an operation that was accepted. */
MUST_CHECK enum err_code project_op(const struct project *project, const struct project_step *step,
                                    const struct op *op, struct err *err);

/* S18: the log says now that this operation was taken earlier, or with more right (`raised`): its
 * object becomes what it would have been. `newest` is the newest change of the log. */
MUST_CHECK enum err_code project_receipt(const struct project *project, uint64_t newest,
                                         const struct op *op, bool raised, struct err *err);

/* What an erasure of this object takes along: photos, appeals, quotations, and theirs. */
MUST_CHECK enum err_code project_dependents(const struct project *project, struct uuid id,
                                            struct uuid **ret_ids, size_t *ret_count,
                                            struct err *err);

/* All of the log, in order, into tables that are empty. `look` sees each row (columns of
 * SQL_CHANGE_LOG) before it is applied, `failed` decides about one that cannot be; each may be
 * NULL.
 */
struct project_replay {
    struct db *db;
    enum err_code (*look)(void *context, sqlite3_stmt *row, const struct op *op, struct span bytes,
                          struct err *err);
    enum err_code (*failed)(void *context, uint64_t change, struct err *err);
    void *context;
};
MUST_CHECK enum err_code project_replay(const struct project_replay *replay, struct err *err);

/* --- For the files of this module ----------------------------------------------------------------
 */

/* What the public sees of a comment. */
struct project_view {
    bool exists;
    struct uuid id, card_id, meeting_id;
    uint8_t kind, channel, hat, status;
    struct span text, building_id; /* text: title and text */
    int32_t lon_e7, lat_e7;
    uint32_t agree, reply_count;
    uint8_t shape;
    struct span path;
    struct store_box bounds; /* of its line or area and its place; all 0 of a point */
};

/* Reads the view of comment `seq` (project_public.c). */
MUST_CHECK enum err_code project_public_view(const struct project *project, uint64_t seq,
                                             struct project_view *ret, struct err *err);
/* Brings points, counts and full text from `before` to what the view shows now, marks the object as
 * touched by this change, and tells the listeners. */
MUST_CHECK enum err_code project_public_refresh(const struct project *project, uint64_t change,
                                                uint64_t seq, struct uuid id, enum object_type type,
                                                const struct project_view *before,
                                                struct project_view *ret_after, struct err *err);
MUST_CHECK enum err_code project_touch(const struct project *project, struct uuid id,
                                       enum object_type type, uint64_t change, bool seen,
                                       struct err *err);
void project_tell(const struct project *project, const struct store_event *event);

struct row;
/* The object of a row, folded anew from its operations in the log. */
MUST_CHECK enum err_code project_refold(const struct project *project, struct row *row,
                                        struct err *err);
/* What it settles to and what is shown of it are made anew: its space or meeting has changed, or an
 * operation's standing. */
enum project_remake {
    PROJECT_REVISIT, /* the operations are the same */
    PROJECT_APPEAR,  /* the same; but its space was not known until now */
    PROJECT_REFOLD,
};
MUST_CHECK enum err_code project_remake_comment(const struct project *project, uint64_t change,
                                                struct uuid id, enum project_remake how,
                                                struct err *err);
MUST_CHECK enum err_code project_remake_part(const struct project *project, uint64_t change,
                                             struct uuid id, enum object_type type,
                                             struct err *err);
/* A row as its creation makes it, with what came before it folded in. */
MUST_CHECK enum err_code project_begin_row(const struct project *project,
                                           const struct project_step *step, const struct op *op,
                                           struct row *ret, struct err *err);
MUST_CHECK enum err_code project_around(const struct project *project, struct uuid space_id,
                                        struct uuid meeting_id, struct apply_around *ret,
                                        struct err *err);

/* project_comment.c */
MUST_CHECK enum err_code project_create_comment(const struct project *project,
                                                const struct project_step *step,
                                                const struct op *op, struct err *err);
MUST_CHECK enum err_code project_change_comment(const struct project *project,
                                                const struct project_step *step,
                                                const struct op *op, struct err *err);
MUST_CHECK enum err_code project_react(const struct project *project,
                                       const struct project_step *step, const struct op *op,
                                       struct err *err);
MUST_CHECK enum err_code project_erase_comment(const struct project *project, uint64_t change,
                                               struct uuid id, struct err *err);
void project_tell_comment(const struct project *project, uint64_t change, struct uuid id,
                          enum object_type type, struct uuid meeting_id,
                          const struct project_view *before, const struct project_view *after);

/* project_part.c: replies, photos, appeals */
MUST_CHECK enum err_code project_create_part(const struct project *project,
                                             const struct project_step *step, const struct op *op,
                                             struct err *err);
MUST_CHECK enum err_code project_change_part(const struct project *project,
                                             const struct project_step *step, const struct op *op,
                                             enum object_type type, struct err *err);
MUST_CHECK enum err_code project_erase_part(const struct project *project, uint64_t change,
                                            struct uuid id, enum object_type type, struct err *err);
/* Replies follow the place of their comment. */
MUST_CHECK enum err_code project_settle_replies(const struct project *project, uint64_t change,
                                                const struct row *comment, struct err *err);
