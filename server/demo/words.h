/*
 * words: what people of the invented town wrote, as operations.
 *
 * Purpose    The tables come from data/ (embed.py); here they become the operations that tablets,
 *            desks and the city hall would have sent over the summer of 2025, in their order.
 * Rules      Everything a pupil wrote is held first; a moderator's operation releases it the next
 *            morning, but for the rows marked `held`.
 * Ownership  Operations live in the arena.
 * Errors     ERR_NOT_FOUND when a row names a place the town does not have, `at` its number.
 */
#pragma once

#include <stdint.h>

#include "server/demo/city.h"

struct demo_card {
    const char *key, *title, *easy, *english, *description, *icon;
    uint32_t colour;
};

struct demo_anchor {
    char mode; /* @ ~ # %, see embed.py */
    const char *kind, *name;
    double east, north;
};

struct demo_comment {
    const char *key;
    int64_t made_ms;
    const char *kind;
    int card;
    const char *channel, *hat, *pen;
    struct demo_anchor anchor;
    int reactions[4]; /* by enum reaction_value */
    bool held;
    const char *text;
};

struct demo_reply {
    int comment;
    int64_t made_ms;
    const char *channel, *hat, *pen, *text;
};

extern const struct demo_card demo_cards[];
extern const struct demo_comment demo_comments[];
extern const struct demo_reply demo_replies[];
extern const int demo_card_count, demo_comment_count, demo_reply_count;

/* Where the comment stands, and the building it is on (0: none). False: no such place. */
MUST_CHECK bool demo_anchor_find(const struct demo_city *city, const struct demo_anchor *anchor,
                                 uint64_t stream, struct demo_xy *ret_at, int *ret_building);

struct demo_ops {
    struct span *bytes; /* exact bytes, in the order of their time */
    int64_t *made_ms;
    size_t count;
    size_t comments, held, replies, reactions, cards;
};

MUST_CHECK enum err_code demo_words_make(struct arena *arena, const struct demo_city *city,
                                         struct demo_ops *ret, struct err *err);
