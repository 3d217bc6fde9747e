/*
 * op: the exact bytes of an operation, read and judged by themselves.
 *
 * Purpose    Rules S2, S3 and S4 of schema/sync.md: is it an operation, is it complete, is every
 * value allowed? What it does to an object is server/sync/apply.h. Ownership  Spans in struct op
 * live in the arena. Errors     ERR_NOMEM only. A refused operation is not an error: *ret_reason is
 * its code, a literal; NULL when it is good. The ids are filled as far as they could be read.
 */
#pragma once

#include "server/sync/words.h"
#include "tiles/base/arena.h"
#include "tiles/base/err.h"
#include "tiles/base/uuid.h"

enum op_kind { OP_CREATE = 1, OP_EDIT, OP_DELETE, OP_REACT, OP_MODERATE, OP_ERASE };
enum op_register {
    REGISTER_NONE,
    REGISTER_TEXT,
    REGISTER_PLACE,
    REGISTER_KIND,
    REGISTER_CARD,
    REGISTER_STATUS,
    REGISTER_REACTION,
};
enum op_body {
    BODY_NONE,
    BODY_COMMENT,
    BODY_REPLY,
    BODY_CARD,
    BODY_SPACE,
    BODY_TEXT,
    BODY_PLACE,
    BODY_KIND,
    BODY_CARD_ID,
    BODY_MODERATION,
    BODY_REACTION,
    BODY_REASON,
};

enum {
    OP_REV_MAX = 1000000000,
    OP_CARD_TEXT_MAX = 2000, /* characters of a card's description; 120 of its titles */
    OP_TITLE_MAX = 120,
};

/* What the wire carries for each kind of object; register edits use the same fields. */
struct op {
    struct uuid op_id, device_id, object_id, author_id;
    uint64_t dev_seq;
    uint32_t municipality;
    enum op_kind kind;
    enum op_register reg;
    uint32_t rev;
    int64_t made_ms;
    enum op_body body;

    uint8_t comment_kind, channel, hat, status, reaction, tier;
    struct span text, pen_name, building_id, reason;
    int32_t lon_e7, lat_e7;
    struct uuid card_id, space_id, comment_id; /* nil: none */
    struct span title, title_easy, title_en, description, icon;
    uint32_t colour, position;
};

struct op_limits {
    uint32_t municipality;
    uint32_t text_max, pen_name_max;  /* characters */
    uint32_t building_id_max, op_max; /* bytes */
    int32_t min_lon_e7, min_lat_e7, max_lon_e7, max_lat_e7;
};

MUST_CHECK enum err_code op_read(struct arena *arena, struct span bytes,
                                 const struct op_limits *limits, struct op *ret,
                                 const char **ret_reason, struct err *err);

/* The same without judging values: for what is in the log already. ERR_FORMAT when it is none. */
MUST_CHECK enum err_code op_read_stored(struct arena *arena, struct span bytes, struct op *ret,
                                        struct err *err);

/* The rules for texts: NULL, or why it is refused. */
const char *op_judge_text(struct span text, uint32_t max_characters);
const char *op_judge_line(struct span text, uint32_t max_characters, const char *too_long,
                          const char *bad);
/* Rule S4: is the place one where comments may be? */
const char *op_judge_place(int32_t lon_e7, int32_t lat_e7, const struct op_limits *limits);
