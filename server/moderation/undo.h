/*
 * undo: what "restore" decides: the last decision about an object is taken back.
 *
 * Purpose    An object's decisions are a pile for each register: its state by the rules lies at the
 *            bottom, each decision on top of what was there. One that says what lay beneath is
 *            itself a taking back. So restoring again goes one step further back, never in circles,
 *            and ends where nothing is left to undo. Among registers the newest decision goes
 * first. Boxes over a photo stay: what they cover is gone. Ownership  Spans are borrowed from the
 * steps. Errors     ERR_CONFLICT there is nothing to undo; ERR_NOT_FOUND the object's creation has
 * not come.
 */
#pragma once

#include "server/store/review.h"

struct undo {
    enum op_register reg; /* STATUS, PRECISION or SPACE; the fields of the others are empty */
    uint32_t rev;         /* that the taking back must carry */
    uint8_t status;
    struct span reason, note; /* of the status, as they were then */
    uint32_t precision_m;
    struct uuid space_id;
    bool strip_name;
};

/* `steps` as store_review_history gives them. */
MUST_CHECK enum err_code undo_last(const struct store_step *steps, size_t count,
                                   const struct apply_around *around, struct undo *ret,
                                   struct err *err);
