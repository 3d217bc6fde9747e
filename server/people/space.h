/*
 * space: making a space, the same from the command line and over HTTP.
 *
 * Errors     ERR_INVALID the name is no good; ERR_CONFLICT something else has this id.
 */
#pragma once

#include "server/store/spaces.h"
#include "server/store/writer.h"

struct space_new {
    struct uuid id, actor_id; /* actor nil: the server's own command */
    enum space_tier tier;
    struct span name, organisation;
    int64_t now_ms;
};

/* *ret_new false: the same was made before. */
MUST_CHECK enum err_code space_make(struct store *store, struct store_writer *writer,
                                    struct arena *arena, const struct space_new *asked,
                                    bool *ret_new, struct err *err);

/* "A", "B", "C"; either case is read. */
const char *space_tier_name(enum space_tier tier);
bool space_tier_from_name(struct span name, uint8_t *ret);
