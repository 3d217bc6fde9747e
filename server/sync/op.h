/*
 * op: the exact bytes of an operation, read and judged by themselves.
 *
 * Purpose    Rules S2, S3 and S4 of schema/sync.md: is it an operation, is it complete, is every
 *            value allowed? What it does to an object is server/sync/apply.h.
 * Ownership  Spans in struct op live in the arena.
 * Errors     ERR_NOMEM only. A refused operation is not an error: *ret_reason is its code, a
 *            literal; NULL when it is good. The ids are filled as far as they could be read.
 */
#pragma once

#include "server/sync/parts.h"
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
    REGISTER_TITLE,
    REGISTER_PRECISION,
    REGISTER_REDACTION,
    REGISTER_SPACE,
    REGISTER_MEETING,
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
    BODY_MEETING,
    BODY_PHOTO,
    BODY_APPEAL,
    BODY_TITLE,
    BODY_PRECISION,
    BODY_REDACTION,
    BODY_MOVE,
};

enum {
    OP_REV_MAX = 1000000000,
    OP_CARD_TEXT_MAX = 2000, /* characters of a card's description; 120 of its titles */
    OP_TITLE_MAX = 120,
    OP_NOTE_MAX = 500, /* characters of a sentence to the author, of a source, of a photo's words */
    OP_ACCURACY_MAX = 100000,
    OP_PRECISION_MIN = 5, /* metres; 0 is exact */
    OP_PRECISION_MAX = 5000,
    OP_PHOTO_BYTES_MAX = 32 << 20,
    OP_PHOTO_SIDE_MAX = 20000, /* pixels */
    OP_PHOTOS_MAX = 100,       /* positions at one comment */
    OP_SHA256 = 32,
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
    uint8_t shape, place_source;
    uint32_t accuracy_m;
    struct path path;
    uint8_t mood;
    struct marks marks;
    struct span source;  /* of OFFICIAL: where the city published it */
    struct span receipt; /* 32 bytes, or empty */
    struct uuid card_id, space_id, meeting_id, quoted_id; /* nil: none */
    struct uuid comment_id; /* of a reply or photo: its comment; of an appeal: what it is about */
    struct span title, title_easy, title_en, description, icon;
    struct span organisation, note;
    uint32_t colour, position;
    struct meeting meeting;
    struct span sha256; /* of a photo's file: 32 bytes */
    uint32_t bytes, width, height;
    uint32_t precision_m;
    struct boxes boxes;
    bool strip_name;

    /* As the store keeps them (parts.h); empty when there is nothing. */
    struct span path_bytes, marks_bytes, boxes_bytes, meeting_bytes;
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
/* All of S2, S3 and S4 for an operation that could be read (judge.c). */
const char *op_judge(const struct op *op, const struct op_limits *limits);
/* Rule S4: is the place one where comments may be? */
const char *op_judge_place(int32_t lon_e7, int32_t lat_e7, const struct op_limits *limits);
