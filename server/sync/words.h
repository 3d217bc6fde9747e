/*
 * words: the kinds, channels, hats, states and reactions of comments, by number and by name.
 *
 * Purpose    One table (words.def) for wire, JSON, filters and exports.
 * Ownership  Returned strings are literals.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/span.h"

enum comment_kind {
#define KIND(code, number, name, label) code = number,
#include "server/sync/words.def"
    COMMENT_KIND_END,
};
enum comment_channel {
#define CHANNEL(code, number, name, label) code = number,
#include "server/sync/words.def"
    CHANNEL_END,
};
enum comment_hat {
#define HAT(code, number, name, label) code = number,
#include "server/sync/words.def"
    HAT_END,
};
enum comment_status {
#define STATUS(code, number, name, label) code = number,
#include "server/sync/words.def"
    STATUS_END,
};
enum reaction_value {
#define REACTION(code, number, name, label) code = number,
#include "server/sync/words.def"
    REACTION_END,
};

/* The name, or NULL for a number that has none. */
const char *kind_name(unsigned kind);
const char *channel_name(unsigned channel);
const char *hat_name(unsigned hat);
const char *status_name(unsigned status);
const char *reaction_name(unsigned reaction);

/* The Japanese words beside them; "" where none are shown. Never NULL. */
const char *kind_label(unsigned kind);
const char *channel_label(unsigned channel);
const char *hat_label(unsigned hat);
const char *status_label(unsigned status);

/* False, and *ret untouched, for a name that is not in the table. */
bool kind_from_name(struct span name, uint8_t *ret);
bool channel_from_name(struct span name, uint8_t *ret);
bool hat_from_name(struct span name, uint8_t *ret);
bool status_from_name(struct span name, uint8_t *ret);
bool reaction_from_name(struct span name, uint8_t *ret);
