/*
 * pick: a few members of a JSON object that somebody else wrote, as JSON text again.
 *
 * Purpose    An archive's metadata has what we pass on (vector_layers, name, attribution) among
 *            what we do not know.
 * Ownership  Values live in the arena; a missing member's span has no data.
 * Errors     ERR_FORMAT when the text is no JSON object, ERR_NOMEM.
 */
#pragma once

#include <stddef.h>

#include "tiles/base/arena.h"
#include "tiles/base/err.h"
#include "tiles/base/span.h"

MUST_CHECK enum err_code json_pick(struct span object, const char *const *names, size_t count,
                                   struct arena *arena, struct span *ret_values, struct err *err);

/* The same for members that are text: decoded, NULL where there is none. */
MUST_CHECK enum err_code json_pick_texts(struct span object, const char *const *names, size_t count,
                                         struct arena *arena, const char **ret_texts,
                                         struct err *err);
