/*
 * spaces: where comments lie: A open, B members under real names, C one organisation's.
 *
 * Purpose    What the log says of spaces; made by operations (op_build_space).
 * Ownership  Spans and arrays live in the arena handed in.
 * Errors     ERR_NOT_FOUND; as store.h.
 */
#pragma once

#include "server/store/store.h"

enum space_tier { TIER_A = 1, TIER_B, TIER_C };

struct store_space {
    struct uuid id;
    enum space_tier tier;
    struct span name, organisation;
};

/* In the order in which they were made; withdrawn ones are not there. */
MUST_CHECK enum err_code store_spaces_list(struct store_reader *reader, struct arena *arena,
                                           struct store_space **ret, size_t *ret_count,
                                           struct err *err);
MUST_CHECK enum err_code store_spaces_find(struct store_reader *reader, struct uuid id,
                                           struct arena *arena, struct store_space *ret,
                                           struct err *err);
