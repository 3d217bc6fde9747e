/*
 * wordlist: does a text have one of these words?
 *
 * Purpose    A hit means "a person looks first", nothing else. Words and text are folded (fold.h).
 *            Japanese has no spaces, so a word counts wherever it stands, except inside a longer
 *            word that is known to be harmless (harmless.def: ばか in ばかり) or that the list
 * itself excepts: an entry that begins with "-". Words of Latin letters and digits count only when
 * no other letter or digit touches them. Ownership  Borrows. Errors     ERR_FORMAT a text is not
 * UTF-8; ERR_NOMEM.
 */
#pragma once

#include <stdbool.h>

#include "tiles/base/err.h"
#include "tiles/base/span.h"

enum {
    WORDLIST_MAX = 200,     /* entries of one list */
    WORDLIST_WORD_MAX = 40, /* characters of an entry */
};

/* *ret_word: the first entry found, as an index; `count` when none is. */
MUST_CHECK enum err_code wordlist_find(struct span text, const struct span *words, size_t count,
                                       size_t *ret_word, struct err *err);

/* The list that every server has (words.def), for wordlist_find. */
const struct span *wordlist_own(size_t *ret_count);
