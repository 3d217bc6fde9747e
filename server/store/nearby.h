/*
 * nearby: the newest public comments inside a box, by the points along the Z curve. Inside
 * server/store only.
 */
#pragma once

#include "server/store/filter.h"

/* Is it cheaper to gather the box's points than to walk all comments from the newest down until
 * `limit` of them lie in the box? Guessed from the counts. */
MUST_CHECK enum err_code nearby_is_cheaper(struct db *db, const struct filter *filter, size_t limit,
                                           bool *ret, struct err *err);

/* The up to `limit` highest seq below `cursor`, highest first. */
MUST_CHECK enum err_code nearby_newest(struct db *db, const struct filter *filter, uint64_t cursor,
                                       size_t limit, struct arena *arena, uint64_t **ret,
                                       size_t *ret_count, struct err *err);
