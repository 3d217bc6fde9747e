/*
 * workshop_wire: what the two sides of a workshop say to each other. Inside server/photo only.
 *
 * Format     Structs as they lie in memory, for both sides are the same program; behind them the
 *            bytes they announce.
 */
#pragma once

#include "server/photo/workshop.h"

struct wire_job {
    uint32_t task, bytes, box_count;
    struct jpeg_info info;
    struct box boxes[WORKSHOP_BOXES_MAX];
};

enum wire_result { WIRE_MADE, WIRE_BROKEN, WIRE_TOO_MUCH, WIRE_NOT_NOW };

struct wire_answer {
    uint32_t result; /* enum wire_result */
    uint32_t width, height, display_bytes, thumb_bytes;
};

enum {
    WIRE_ANSWER_MAX = 8 << 20, /* both variants; 1600 × 1600 pixels of noise come to 3 MB */
    CHILD_SECONDS = 30,        /* by the clock; 20 of CPU */
};
