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
    bool authority;
    int64_t received_ms, sent_ms;
};

/* Inside a transaction, for an operation that was accepted. */
MUST_CHECK enum err_code project_op(const struct project *project, const struct project_step *step,
                                    const struct op *op, struct err *err);

/* What the public sees of a comment. */
struct project_view {
    bool exists;
    struct uuid id, card_id;
    uint8_t kind, channel, hat, status;
    struct span text, building_id;
    int32_t lon_e7, lat_e7;
    uint32_t agree, reply_count;
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
