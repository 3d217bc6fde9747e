/*
 * build: makes the exact bytes of an operation.
 *
 * Purpose    For POST /api/…, demo, import of comments, and tests: whoever acts for a person builds
 *            the same Op that a tablet would send (schema/proto/sync.proto).
 * Ownership  Returned bytes live in the arena.
 * Errors     ERR_NOMEM; ERR_INVALID for a text with a zero byte. Nothing else is judged here: that
 *            is op.h and apply.h.
 */
#pragma once

#include "server/sync/parts.h"
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
    /* All below may be left out. */
    struct span title;
    uint8_t mood, shape, place_source;
    uint32_t accuracy_m;
    struct path path;
    struct marks marks;
    struct uuid meeting_id, quoted_id;
    struct span receipt; /* SHA-256, 32 bytes */
    struct span source;  /* of OFFICIAL */
};

struct op_place {
    int32_t lon_e7, lat_e7;
    struct span building_id;
    uint8_t shape, source;
    uint32_t accuracy_m;
    struct path path;
};

struct op_reply {
    struct uuid comment_id;
    uint8_t channel, hat;
    struct span text, pen_name, source;
};

struct op_photo {
    struct uuid comment_id;
    struct span sha256; /* of the file, 32 bytes */
    uint32_t bytes, width, height, position;
    struct span alt;
};

/* Why something was decided: a code, and a sentence to the author. */
struct op_why {
    struct span reason, note;
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
                                        uint8_t tier, struct span name, struct span organisation,
                                        struct span *ret, struct err *err);
/* rev 0 opens the meeting, any other replaces what it says. */
MUST_CHECK enum err_code op_build_meeting(struct arena *arena, const struct op_head *head,
                                          const struct meeting *meeting, struct span *ret,
                                          struct err *err);
MUST_CHECK enum err_code op_build_photo(struct arena *arena, const struct op_head *head,
                                        const struct op_photo *photo, struct span *ret,
                                        struct err *err);
MUST_CHECK enum err_code op_build_appeal(struct arena *arena, const struct op_head *head,
                                         struct uuid target_id, struct span text, struct span *ret,
                                         struct err *err);
MUST_CHECK enum err_code op_build_text(struct arena *arena, const struct op_head *head,
                                       struct span text, struct span *ret, struct err *err);
MUST_CHECK enum err_code op_build_title(struct arena *arena, const struct op_head *head,
                                        struct span title, struct span *ret, struct err *err);
MUST_CHECK enum err_code op_build_place(struct arena *arena, const struct op_head *head,
                                        const struct op_place *place, struct span *ret,
                                        struct err *err);
MUST_CHECK enum err_code op_build_kind(struct arena *arena, const struct op_head *head,
                                       uint8_t kind, struct span *ret, struct err *err);
MUST_CHECK enum err_code op_build_set_card(struct arena *arena, const struct op_head *head,
                                           struct uuid card_id, struct span *ret, struct err *err);
MUST_CHECK enum err_code op_build_reaction(struct arena *arena, const struct op_head *head,
                                           uint8_t reaction, struct span *ret, struct err *err);
MUST_CHECK enum err_code op_build_delete(struct arena *arena, const struct op_head *head,
                                         struct span reason, struct span *ret, struct err *err);
MUST_CHECK enum err_code op_build_moderation(struct arena *arena, const struct op_head *head,
                                             uint8_t status, const struct op_why *why,
                                             struct span *ret, struct err *err);
MUST_CHECK enum err_code op_build_precision(struct arena *arena, const struct op_head *head,
                                            uint32_t metres, const struct op_why *why,
                                            struct span *ret, struct err *err);
MUST_CHECK enum err_code op_build_redaction(struct arena *arena, const struct op_head *head,
                                            const struct boxes *boxes, const struct op_why *why,
                                            struct span *ret, struct err *err);
/* To a space, nil: the open one. */
MUST_CHECK enum err_code op_build_move(struct arena *arena, const struct op_head *head,
                                       struct uuid space_id, bool strip_name,
                                       const struct op_why *why, struct span *ret, struct err *err);
MUST_CHECK enum err_code op_build_erase(struct arena *arena, const struct op_head *head,
                                        struct span reason, struct span *ret, struct err *err);

/* What remains of an operation after erasure (sync.md S13). */
struct op;
MUST_CHECK enum err_code op_build_stub(struct arena *arena, const struct op *op, struct span *ret,
                                       struct err *err);
