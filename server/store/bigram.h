/*
 * bigram: text as pairs of neighbouring characters, for full-text search without a dictionary.
 *
 * Purpose    歩道 and 道 are both found: FTS5 gets the bigrams as words, a query becomes a phrase
 * of bigrams (exact: a run of characters matches where it stands), one character becomes a prefix.
 * Form       Text is normalised (NFKC, case folded, dashes and long-vowel marks made one) by
 *            utf8proc; white space ends a run; each run's last character is paired with an end
 *            mark, so that every character begins exactly one bigram.
 * Ownership  Output is appended to the buf; look at buf->failed.
 */
#pragma once

#include "tiles/base/buf.h"
#include "tiles/base/err.h"

/* Normalised text, as it is compared. `text` must be valid UTF-8. */
MUST_CHECK enum err_code bigram_normalise(struct span text, struct buf *ret, struct err *err);

/* The bigrams of the text, separated by spaces. */
MUST_CHECK enum err_code bigram_index(struct span text, struct buf *ret, struct err *err);

/* The FTS5 query that finds texts with every word of the query; nothing is appended when the query
 * has no character besides white space. */
MUST_CHECK enum err_code bigram_query(struct span query, struct buf *ret, struct err *err);
