/*
 * words: kinds, channels, hats, states, reactions, moods and the rest, by number and by name.
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
enum comment_mood {
#define MOOD(code, number, name, label) code = number,
#include "server/sync/words.def"
    MOOD_END,
};
enum place_shape {
#define SHAPE(code, number, name, label) code = number,
#include "server/sync/words.def"
    SHAPE_END,
};
enum place_source {
#define PLACE_SOURCE(code, number, name, label) code = number,
#include "server/sync/words.def"
    PLACE_SOURCE_END,
};
enum meeting_kind {
#define MEETING_KIND(code, number, name, label) code = number,
#include "server/sync/words.def"
    MEETING_KIND_END,
};
enum meeting_state {
#define MEETING_STATE(code, number, name, label) code = number,
#include "server/sync/words.def"
    MEETING_STATE_END,
};
enum standing {
#define STANDING(code, number, name, label) code = number,
#include "server/sync/words.def"
    STANDING_END,
};
enum quantity {
#define QUANTITY(code, number, name, label, unit, least, most) code = number,
#include "server/sync/words.def"
    QUANTITY_END,
};

/* The name, or NULL for a number that has none. */
const char *kind_name(unsigned kind);
const char *channel_name(unsigned channel);
const char *hat_name(unsigned hat);
const char *status_name(unsigned status);
const char *reaction_name(unsigned reaction);
const char *mood_name(unsigned mood);
const char *shape_name(unsigned shape);
const char *place_source_name(unsigned source);
const char *quantity_name(unsigned quantity);
const char *meeting_kind_name(unsigned kind);
const char *meeting_state_name(unsigned state);
const char *standing_name(unsigned standing);

/* The Japanese words beside them; "" where none are shown. Never NULL. */
const char *kind_label(unsigned kind);
const char *channel_label(unsigned channel);
const char *hat_label(unsigned hat);
const char *status_label(unsigned status);
const char *mood_label(unsigned mood);
const char *shape_label(unsigned shape);
const char *place_source_label(unsigned source);
const char *quantity_label(unsigned quantity);
const char *meeting_kind_label(unsigned kind);
const char *meeting_state_label(unsigned state);
const char *standing_label(unsigned standing);

/* "°C" or "%"; "" for a quantity that is none. */
const char *quantity_unit(unsigned quantity);
/* Could an instrument outdoors have shown this? In thousandths of the unit. */
bool quantity_is_plausible(unsigned quantity, int32_t value_milli);

/* False, and *ret untouched, for a name that is not in the table. */
bool kind_from_name(struct span name, uint8_t *ret);
bool channel_from_name(struct span name, uint8_t *ret);
bool hat_from_name(struct span name, uint8_t *ret);
bool status_from_name(struct span name, uint8_t *ret);
bool reaction_from_name(struct span name, uint8_t *ret);
bool mood_from_name(struct span name, uint8_t *ret);
bool shape_from_name(struct span name, uint8_t *ret);
bool place_source_from_name(struct span name, uint8_t *ret);
bool quantity_from_name(struct span name, uint8_t *ret);
bool meeting_kind_from_name(struct span name, uint8_t *ret);
bool meeting_state_from_name(struct span name, uint8_t *ret);
bool standing_from_name(struct span name, uint8_t *ret);
