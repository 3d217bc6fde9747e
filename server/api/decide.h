/*
 * decide: a moderator's decision becomes operations.
 *
 * Purpose    Every action of POST /api/moderation is here, once, for one object and for lists: who
 *            may, what is written, what the audit log is told.
 * Errors     ERR_FORBIDDEN; ERR_CONFLICT nothing to undo, or nothing to change; ERR_INVALID the
 * action does not fit the object.
 */
#pragma once

#include "server/api/review.h"
#include "server/api/staff.h"

enum { DECIDE_OPS = 2 }; /* of one decision at most, erasure apart */

/* Adds the operations to the plan. Erasing is decide_erase. */
MUST_CHECK enum err_code decide_add(struct api_staff *plan, const struct json_decision *decision,
                                    const struct store_review *review, struct err *err);

/* An answer to an appeal: `publish` shows its target (`review`) again, `hide` leaves it as it is.
 */
MUST_CHECK enum err_code decide_appeal(struct api_staff *plan, const struct json_decision *decision,
                                       const struct store_appeal *appeal,
                                       const struct store_review *review, struct err *err);

/* The object with all that repeats its words or shows it: photos, appeals, quotations. */
struct decide_erasure {
    struct uuid *ids;
    size_t count;
};
MUST_CHECK enum err_code decide_erasure_of(struct store_reader *reader, struct arena *arena,
                                           const struct store_review *review,
                                           struct decide_erasure *ret, struct err *err);
MUST_CHECK enum err_code decide_erase(struct api_staff *plan, const struct json_decision *decision,
                                      const struct decide_erasure *erasure, struct err *err);
