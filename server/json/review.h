/*
 * review: the moderators' queue, histories, and what authors are told, as JSON.
 *
 * Purpose    The shapes are those of schema/openapi.yaml, tag moderation. A hat's label stands
 *            beside the words here as everywhere.
 * Reading    Strict, see read.h; ret_pointer receives the JSON pointer of a fault, or NULL. Texts
 * are copied into the arena. Errors     As read.h.
 */
#pragma once

#include "server/json/read.h"
#include "server/json/write.h"
#include "server/store/comments.h"
#include "server/store/review.h"

struct json_item {
    struct store_review review;
    const struct uuid *photos;
    size_t photo_count;
    const struct store_appeal *appeals;
    size_t appeal_count;
    uint32_t cluster; /* of what authors are told; 0: none */
};

void json_item(struct json *json, const struct json_item *item);
/* next 0: the last page. */
void json_item_page(struct json *json, const struct json_item *items, size_t count, uint64_t next);
void json_item_history(struct json *json, const struct json_item *item,
                       const struct store_step *steps, size_t count);
void json_appeal(struct json *json, const struct store_appeal *appeal);

/* What was not done of a list, and why: a code. */
struct json_refused {
    struct uuid id;
    struct span code;
};
/* `first` is "done" or "released", `second` "refused" or "left". */
void json_done(struct json *json, const char *first, size_t done, const char *second,
               const struct json_refused *refused, size_t refused_count);

/* --- What authors are told --- */

struct json_mine {
    const struct json_item *items;
    size_t item_count;
    const struct uuid *erased;
    size_t erased_count;
    const struct store_refused *refused;
    size_t refused_count;
    const uint64_t *missing;
    size_t missing_count;
};
void json_mine(struct json *json, const struct json_mine *mine);
void json_receipt(struct json *json, const struct json_item *item,
                  const struct store_reply *replies, size_t reply_count);

/* --- What is asked --- */

enum json_action {
    JSON_PUBLISH = 1,
    JSON_HOLD,
    JSON_MASK,
    JSON_HIDE,
    JSON_RESTORE,
    JSON_BLUR,
    JSON_REDACT,
    JSON_MOVE,
    JSON_ERASE,
};
const char *json_action_name(enum json_action action);

struct json_decision {
    uint8_t action;     /* enum json_action */
    const char *reason; /* a code, a literal */
    struct span note;   /* empty: none */
    uint32_t precision_m;
    struct boxes boxes;
    struct uuid space_id;
    bool strip_name;
    const struct uuid *ids; /* of a list */
    size_t id_count;
};
/* About one object. */
MUST_CHECK enum err_code json_decision_from(struct span body, struct arena *arena,
                                            struct json_decision *ret, const char **ret_pointer,
                                            struct err *err);
/* About a list: PUBLISH to RESTORE only. */
MUST_CHECK enum err_code json_decisions_from(struct span body, struct arena *arena,
                                             struct json_decision *ret, const char **ret_pointer,
                                             struct err *err);

struct json_new_appeal {
    struct uuid id, target_id;
    struct span text;
    struct span receipt; /* as typed; empty: none */
};
MUST_CHECK enum err_code json_appeal_from(struct span body, struct arena *arena,
                                          struct json_new_appeal *ret, const char **ret_pointer,
                                          struct err *err);
struct json_quotation {
    struct uuid id, comment_id, space_id;
};
MUST_CHECK enum err_code json_quotation_from(struct span body, struct json_quotation *ret,
                                             const char **ret_pointer, struct err *err);
/* {"code":…}, as typed. */
MUST_CHECK enum err_code json_code_from(struct span body, struct arena *arena, struct span *ret,
                                        const char **ret_pointer, struct err *err);

void json_words(struct json *json, const struct span *words, size_t count, const struct span *own,
                size_t own_count);
MUST_CHECK enum err_code json_words_from(struct span body, struct arena *arena, struct span **ret,
                                         size_t *ret_count, const char **ret_pointer,
                                         struct err *err);
