/*
 * changes: what is new for an audience, as views of the state now.
 *
 * Purpose    /sync/v1/changes and Last-Event-ID of /api/live. An object appears once, at its newest
 *            change number; one that the audience has seen and may not see any more appears as
 *            removed. One never seen by the audience does not appear.
 * Order      By change number. A page may be longer than `limit`: one change is never split.
 */
#pragma once

#include "server/store/cards.h"
#include "server/store/comments.h"

enum store_object_type {
    STORE_OBJECT_COMMENT = 1,
    STORE_OBJECT_REPLY,
    STORE_OBJECT_CARD,
    STORE_OBJECT_SPACE
};

struct store_change {
    uint64_t change;
    enum store_object_type type;
    struct uuid id;
    bool removed; /* then none of the views below is filled */
    struct store_comment comment;
    struct store_reply reply;
    struct store_card card;
};

struct store_changes {
    struct store_change *changes;
    size_t count;
    uint64_t next; /* ask again with since = next */
    bool more;
};

MUST_CHECK enum err_code store_changes_since(struct store_reader *reader,
                                             const struct store_viewer *viewer, uint64_t since,
                                             size_t limit, struct arena *arena,
                                             struct store_changes *ret, struct err *err);
