/*
 * build: makes the exact bytes of an operation.
 *
 * Purpose    For POST /api/…, demo, import of comments, and tests: whoever acts for a person builds
 *            the same Op that a tablet would send (schema/proto/sync.proto).
 * Ownership  Returned bytes live in the arena.
 * Errors     ERR_NOMEM. Nothing is judged here; that is sync/apply.
 */
#pragma once

#include "server/sync/words.h"
#include "tiles/base/arena.h"
#include "tiles/base/err.h"
#include "tiles/base/uuid.h"

struct op_head {
    struct uuid op_id, device_id, object_id, author_id;
    uint64_t dev_seq;
    uint32_t municipality;
    uint32_t rev; /* of EDIT, REACT, MODERATE: 1 + the highest seen */
    int64_t made_ms;
};

struct op_comment {
    uint8_t kind, channel, hat;
    struct span text, pen_name, building_id;
    int32_t lon_e7, lat_e7;
    struct uuid card_id, space_id; /* nil: none */
};

struct op_reply {
    struct uuid comment_id;
    uint8_t channel, hat;
    struct span text, pen_name;
};

struct op_card {
    struct span title, title_easy, title_en, description, icon;
    uint32_t colour, position;
};

MUST_CHECK enum err_code op_build_comment(struct arena *arena, const struct op_head *head,
                                          const struct op_comment *comment, struct span *ret,
                                          struct err *err);
MUST_CHECK enum err_code op_build_reply(struct arena *arena, const struct op_head *head,
                                        const struct op_reply *reply, struct span *ret,
                                        struct err *err);
MUST_CHECK enum err_code op_build_card(struct arena *arena, const struct op_head *head,
                                       const struct op_card *card, struct span *ret,
                                       struct err *err);
MUST_CHECK enum err_code op_build_space(struct arena *arena, const struct op_head *head,
                                        uint8_t tier, struct span name, struct span *ret,
                                        struct err *err);
MUST_CHECK enum err_code op_build_text(struct arena *arena, const struct op_head *head,
                                       struct span text, struct span *ret, struct err *err);
MUST_CHECK enum err_code op_build_place(struct arena *arena, const struct op_head *head,
                                        int32_t lon_e7, int32_t lat_e7, struct span building_id,
                                        struct span *ret, struct err *err);
MUST_CHECK enum err_code op_build_kind(struct arena *arena, const struct op_head *head,
                                       uint8_t kind, struct span *ret, struct err *err);
MUST_CHECK enum err_code op_build_set_card(struct arena *arena, const struct op_head *head,
                                           struct uuid card_id, struct span *ret, struct err *err);
MUST_CHECK enum err_code op_build_reaction(struct arena *arena, const struct op_head *head,
                                           uint8_t reaction, struct span *ret, struct err *err);
MUST_CHECK enum err_code op_build_delete(struct arena *arena, const struct op_head *head,
                                         struct span reason, struct span *ret, struct err *err);
MUST_CHECK enum err_code op_build_moderation(struct arena *arena, const struct op_head *head,
                                             uint8_t status, struct span reason, struct span *ret,
                                             struct err *err);
MUST_CHECK enum err_code op_build_erase(struct arena *arena, const struct op_head *head,
                                        struct span reason, struct span *ret, struct err *err);

/* What remains of an operation after erasure (sync.md S13). */
struct op;
MUST_CHECK enum err_code op_build_stub(struct arena *arena, const struct op *op, struct span *ret,
                                       struct err *err);
