/*
 * lesson: an open class of the invented town, so that the teacher's board and the desk have
 * something to show.
 *
 * Purpose    A meeting, what its pupils wrote, all of it held inside; two comments that signals
 *            doubt; elsewhere in town a comment that was hidden, and its author's objection. The
 * same bytes each time, as everything in the demo. Ownership  Operations live in the arena. Errors
 * ERR_NOT_FOUND when the town has no such place, `at` the row.
 */
#pragma once

#include "server/demo/city.h"
#include "tiles/base/uuid.h"

enum { DEMO_LESSON_TABLETS = 3, DEMO_LESSON_OPS_MAX = 32 };

struct demo_lesson {
    struct uuid meeting_id;
    int64_t made_ms, ends_ms;
    struct uuid tablets[DEMO_LESSON_TABLETS];
    struct span ops[DEMO_LESSON_OPS_MAX]; /* in their order, all made at made_ms */
    size_t op_count, comment_count;
};

/* Its join code, for whoever tries the demo. */
#define DEMO_LESSON_CODE "DEM0DEM0"

MUST_CHECK enum err_code demo_lesson_make(struct arena *arena, const struct demo_city *city,
                                          struct demo_lesson *ret, struct err *err);
