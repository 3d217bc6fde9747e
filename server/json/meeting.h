/*
 * meeting: meetings, joining and the board as JSON.
 *
 * Purpose    The shapes are those of schema/openapi.yaml, tag meetings.
 * Reading    Strict, see read.h; ret_pointer receives the JSON pointer of a fault, or NULL. Texts
 * are copied into the arena. What the rules of the log ask besides is for sync/op. Errors     As
 * read.h.
 */
#pragma once

#include "server/json/read.h"
#include "server/json/write.h"
#include "server/store/joins.h"
#include "server/store/meetings.h"

/* `leads`: with its words. */
void json_meeting(struct json *json, const struct store_meeting *meeting, bool leads);
/* {"meeting":…}; with members code, expires and join_url when it is for who leads. code NULL: none
 * opens it. */
void json_meeting_with_code(struct json *json, const struct store_meeting *meeting, bool leads,
                            const struct store_join_code *code);
void json_meetings(struct json *json, const struct store_meeting *meetings, size_t count,
                   bool leads);

struct json_tablet {
    struct store_presence presence;
    uint32_t comments, missing;
    const struct span *pen_names;
    size_t pen_name_count;
};
struct json_board {
    const struct store_meeting *meeting;
    uint64_t stamp;
    const struct store_board *board;
    const struct json_tablet *tablets;
    size_t tablet_count;
};
void json_board(struct json *json, const struct json_board *board);

struct json_new_meeting {
    struct uuid id;
    struct meeting meeting; /* open; holds unless said otherwise */
};
MUST_CHECK enum err_code json_meeting_from(struct span body, struct arena *arena,
                                           struct json_new_meeting *ret, const char **ret_pointer,
                                           struct err *err);
/* Changes in *meeting what the body names; ERR_PARAM when it names nothing. */
MUST_CHECK enum err_code json_meeting_change_from(struct span body, struct arena *arena,
                                                  struct meeting *meeting, const char **ret_pointer,
                                                  struct err *err);

struct json_release {
    bool all;
    struct uuid *comments;
    size_t count;
};
MUST_CHECK enum err_code json_release_from(struct span body, struct arena *arena,
                                           struct json_release *ret, const char **ret_pointer,
                                           struct err *err);
MUST_CHECK enum err_code json_presence_from(struct span body, uint32_t *ret_waiting,
                                            uint32_t *ret_oldest_s, const char **ret_pointer,
                                            struct err *err);
