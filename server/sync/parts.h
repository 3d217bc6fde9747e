/*
 * parts: what comments, photos and meetings are made of besides words, and the bytes the store
 * keeps of it.
 *
 * Purpose    Lines and areas, drawings, readings, boxes over photos, meetings: read from an
 *            operation (op.h), put into one (build.h), kept by the store as one column each.
 * Format     Corners: longitude, latitude in 1e-7 degree, int32 big-endian, one after the other.
 *            Marks, boxes, meetings: the messages Comment (drawing and reading alone), Redaction
 *            (boxes alone) and Meeting of schema/proto/sync.proto.
 * Ownership  What is read lives in the arena; its texts borrow from the bytes or the arena.
 * Errors     ERR_NOMEM; ERR_FORMAT for bytes that are none of these.
 */
#pragma once

#include "server/sync/words.h"
#include "tiles/base/arena.h"
#include "tiles/base/err.h"
#include "tiles/base/uuid.h"

enum {
    PARTS_CORNERS_MAX = 500, /* of one line or area */
    PARTS_STROKES_MAX = 50,
    PARTS_STROKE_CORNERS_MAX = 2000, /* of all strokes together */
    PARTS_COLOURS = 6,
    PARTS_WIDTH_MAX = 3,
    PARTS_READINGS_MAX = 8,
    PARTS_INSTRUMENT_MAX = 60, /* characters */
    PARTS_WAITED_MAX = 86400,  /* seconds */
    PARTS_BOXES_MAX = 40,
    PARTS_BOX_FULL = 1000, /* a box is said in thousandths of the picture */
    PARTS_MEETING_CARDS_MAX = 20,
    PARTS_QUESTIONS_MAX = 10,
    PARTS_QUESTION_MAX = 200, /* characters */
    PARTS_WORDS_MAX = 200,
    PARTS_WORD_MAX = 40, /* characters */
    PARTS_GRADE_MAX = 9, /* 小学1年 to 中学3年; 0: not a school */
};

struct corner {
    int32_t lon_e7, lat_e7;
};

/* The corners of a line (2 or more) or an area (3 or more, not closed). */
struct path {
    struct corner *corners;
    size_t count;
};

struct stroke {
    struct path path;
    uint8_t colour, width;
};

struct reading {
    uint8_t quantity;
    int32_t value_milli;
    struct span instrument;
    uint32_t waited_s;
    int64_t taken_ms; /* the device's clock */
};

struct marks {
    struct stroke *strokes;
    size_t stroke_count;
    struct reading *readings;
    size_t reading_count;
};

/* Thousandths of width and height, left < right, top < bottom. */
struct box {
    uint16_t left, top, right, bottom;
};

struct boxes {
    struct box *items;
    size_t count;
};

struct meeting {
    uint8_t kind, state;
    struct span title;
    struct uuid space_id; /* nil: the city's open space */
    int64_t starts_ms, ends_ms;
    struct uuid *cards;
    size_t card_count;
    struct span *questions;
    size_t question_count;
    struct span *words; /* comments with one of them are looked at first */
    size_t word_count;
    bool hold;     /* comments stay inside until they are released */
    uint8_t grade; /* ruby for words above this school year; 0: not a school */
    struct path area;
};

/* Empty bytes are no corners, no marks, no boxes. */
MUST_CHECK enum err_code path_pack(struct arena *arena, const struct path *path, struct span *ret,
                                   struct err *err);
MUST_CHECK enum err_code path_unpack(struct arena *arena, struct span bytes, struct path *ret,
                                     struct err *err);
/* Nothing drawn and nothing read gives empty bytes. */
MUST_CHECK enum err_code marks_pack(struct arena *arena, const struct marks *marks,
                                    struct span *ret, struct err *err);
MUST_CHECK enum err_code marks_unpack(struct arena *arena, struct span bytes, struct marks *ret,
                                      struct err *err);
MUST_CHECK enum err_code boxes_pack(struct arena *arena, const struct boxes *boxes,
                                    struct span *ret, struct err *err);
MUST_CHECK enum err_code boxes_unpack(struct arena *arena, struct span bytes, struct boxes *ret,
                                      struct err *err);
MUST_CHECK enum err_code meeting_pack(struct arena *arena, const struct meeting *meeting,
                                      struct span *ret, struct err *err);
MUST_CHECK enum err_code meeting_unpack(struct arena *arena, struct span bytes, struct meeting *ret,
                                        struct err *err);
