/*
 * words: names that are given, and words that bring one back.
 *
 * Purpose    Pen names: a colour and an animal in kana, so that nobody has to think of one and
 * nobody writes the real one. Recovery words: five of a list of 512 that an eight-year-old knows
 *            and that do not sound or look alike (words.py): 45 bits, for the card that one takes
 *            home.
 * Ownership  Strings are literals or live in the arena.
 */
#pragma once

#include <stdbool.h>

#include "tiles/base/arena.h"
#include "tiles/base/err.h"

enum { KANA_WORDS = 512, RECOVERY_WORDS = 5 };
extern const char *const kana_words[KANA_WORDS];

/* Five at random; a word may come twice. */
void recovery_words_pick(const char *ret[RECOVERY_WORDS]);

/* As they are hashed: known words, one blank between. Blanks around and between and katakana are
 * forgiven. False: not five, or one is not of the list. */
bool recovery_words_join(const struct span *words, size_t count, struct arena *arena,
                         struct span *ret);

struct pen_name {
    struct span name;            /* みどりのかめ */
    const char *english;         /* Green Turtle */
    const char *animal, *colour; /* turtle, green: ids for pictures */
};
enum { PEN_NAMES = 14 * 38 };

/* Number n of all; they are PEN_NAMES. */
MUST_CHECK enum err_code pen_name_at(size_t n, struct arena *arena, struct pen_name *ret,
                                     struct err *err);
/* Is it one of them? */
bool pen_name_is_known(struct span name);
/* At most `count` at random, of which `is_taken` says no. */
MUST_CHECK enum err_code pen_names_offer(size_t count,
                                         bool (*is_taken)(const void *context, struct span name),
                                         const void *context, struct arena *arena,
                                         struct pen_name **ret, size_t *ret_count, struct err *err);
