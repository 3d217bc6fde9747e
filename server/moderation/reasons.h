/*
 * reasons: why something was held, masked, hidden, blurred, covered, moved or erased.
 *
 * Purpose    One table (reasons.def) of the codes that stand in operations and JSON, with the words
 *            that an author reads.
 * Ownership  Returned strings are literals.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/span.h"

/* Who gives a reason. */
enum reason_giver { REASON_OF_PERSON, REASON_OF_SIGNAL, REASON_OF_RULE };

enum reason {
#define REASON(code, giver, name, ja, easy, en) REASON_##code,
#include "server/moderation/reasons.def"
    REASON_END,
};

const char *reason_name(enum reason reason);
enum reason_giver reason_giver(enum reason reason);
/* What an author reads, in Japanese. */
const char *reason_sentence(enum reason reason);

/* False, and *ret untouched, for a code that is not in the table. */
bool reason_from_name(struct span name, uint8_t *ret);
/* The same for the reasons that a person may give: what comes with a moderator's action. */
bool reason_of_person_from_name(struct span name, uint8_t *ret);
