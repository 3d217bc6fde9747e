/*
 * comment: comments, replies, reactions and cards as JSON.
 *
 * Purpose    One function per type; the shapes are those of schema/openapi.yaml. The label of a hat
 *            is written wherever words are.
 * Reading    Strict, see read.h; ret_pointer receives the JSON pointer of a fault, or NULL. Texts
 *            are copied into the arena.
 * Errors     As read.h. A place is checked for its range here; whether it lies in the town is for
 *            sync/apply.
 */
#pragma once

#include "server/json/write.h"
#include "server/store/cards.h"
#include "server/store/comments.h"
#include "server/sync/build.h"
#include "tiles/base/arena.h"

/* A GeoJSON feature; with `replies` (may be NULL) it has the member "replies". */
void json_comment(struct json *json, const struct store_comment *comment);
void json_comment_detail(struct json *json, const struct store_comment *comment,
                         const struct store_reply *replies, size_t reply_count);
void json_comment_page(struct json *json, const struct store_page *page);
void json_reply(struct json *json, const struct store_reply *reply);
void json_cards(struct json *json, const struct store_card *cards, size_t count, uint64_t change);

struct json_new_comment {
    struct uuid id;
    struct op_comment comment; /* channel web and hat citizen unless said otherwise */
};
MUST_CHECK enum err_code json_comment_from(struct span body, struct arena *arena,
                                           struct json_new_comment *ret, const char **ret_pointer,
                                           struct err *err);

struct json_new_reply {
    struct uuid id;
    struct op_reply reply; /* comment_id is left nil */
};
MUST_CHECK enum err_code json_reply_from(struct span body, struct arena *arena,
                                         struct json_new_reply *ret, const char **ret_pointer,
                                         struct err *err);

struct json_new_reaction {
    struct uuid author;
    uint8_t value; /* enum reaction_value */
};
MUST_CHECK enum err_code json_reaction_from(struct span body, struct json_new_reaction *ret,
                                            const char **ret_pointer, struct err *err);
