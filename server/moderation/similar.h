/*
 * similar: how much two texts are alike.
 *
 * Purpose    Jaccard's measure over pairs of neighbouring characters: common pairs divided by all
 *            pairs, of folded texts (fold.h) without white space and punctuation. 1000 is the same
 *            text but for writing; a changed word in a sentence leaves some 700.
 * Units      Thousandths.
 * Ownership  A set holds everything in itself; texts beyond SIMILAR_PAIRS_MAX pairs are compared by
 *            those with the smallest hashes, which is a fair sample of both.
 * Errors     ERR_FORMAT the text is not UTF-8; ERR_NOMEM.
 */
#pragma once

#include <stdint.h>

#include "tiles/base/err.h"
#include "tiles/base/span.h"

enum { SIMILAR_PAIRS_MAX = 256 };

struct similar_set {
    uint32_t count;
    uint32_t pairs[SIMILAR_PAIRS_MAX]; /* hashes, ascending, each once */
};

MUST_CHECK enum err_code similar_set_from(struct span text, struct similar_set *ret,
                                          struct err *err);

/* 0 when either has no pair. */
uint32_t similar_permille(const struct similar_set *a, const struct similar_set *b);
