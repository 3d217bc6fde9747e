/*
 * meetings: what meetings are, as the log says it, and what has been written in them.
 *
 * Purpose    Class, workshop, walk, open lounge, council. Who joined and with which code is in
 *            joins.h; who leads one is a membership (accounts.h).
 * Ownership  Everything lives in the arena handed in.
 * Errors     ERR_NOT_FOUND; as store.h.
 */
#pragma once

#include "server/store/review.h"
#include "server/sync/parts.h"

struct store_meeting {
    struct uuid id;
    uint32_t rev; /* the next edit carries rev + 1 */
    struct meeting meeting;
};

MUST_CHECK enum err_code store_meetings_find(struct store_reader *reader, struct uuid id,
                                             struct arena *arena, struct store_meeting *ret,
                                             struct err *err);
/* Newest first; `reach` says which, its meeting and space are not looked at. */
MUST_CHECK enum err_code store_meetings_list(struct store_reader *reader,
                                             const struct store_reach *reach, size_t limit,
                                             struct arena *arena, struct store_meeting **ret,
                                             size_t *ret_count, struct err *err);

/* --- The board --- */

struct store_board_person {
    struct span pen_name;
    uint32_t comments, held;
    int64_t last_ms; /* when the newest was made, as shown */
};
struct store_board_tablet {
    struct uuid device_id;
    uint32_t comments;
};
struct store_board {
    uint32_t comments, held, shown;
    struct store_board_person *people; /* by pen name */
    size_t person_count;
    struct store_board_tablet *tablets; /* those that wrote something */
    size_t tablet_count;
};
MUST_CHECK enum err_code store_meetings_board(struct store_reader *reader, struct uuid id,
                                              struct arena *arena, struct store_board *ret,
                                              struct err *err);

/* Held comments of a meeting, oldest first: for releasing. */
struct store_held {
    struct uuid id;
    struct span reason;
    uint32_t status_rev;
};
MUST_CHECK enum err_code store_meetings_held(struct store_reader *reader, struct uuid id,
                                             size_t limit, struct arena *arena,
                                             struct store_held **ret, size_t *ret_count,
                                             struct err *err);
