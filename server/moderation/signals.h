/*
 * signals: what a person should look at first.
 *
 * Purpose    A word of the program's, the city's or the meeting's list; a text much like one close
 * by; more from one device than a person writes. A signal holds and says why; it never refuses and
 * never deletes. Only the server that takes the words first asks. Invariants G1 The same words
 * asked for again (a transaction that is tried twice) count once. G2 Memory is fixed: what was
 * longest silent makes room. Threads    signals_judge on the writer's thread; signals_set_words on
 * any. Errors     ERR_NOMEM. A text that cannot be judged is no signal.
 */
#pragma once

#include "server/store/writer.h"

struct signals;

enum {
    SIGNALS_ALIKE = 800, /* thousandths of similar.h: the same text but for a word */
    SIGNALS_PAIRS = 10,  /* shorter texts are alike by chance: 暑い, 日かげがほしい */
};

/* `server_id` stands as device under what came without one. */
MUST_CHECK enum err_code signals_open(struct uuid server_id, struct signals **ret, struct err *err);
void signals_close(struct signals *signals);
DEFINE_CLEANUP(struct signals, signals_close)

/* The city's own words from now on; copied. */
MUST_CHECK enum err_code signals_set_words(struct signals *signals, const struct span *words,
                                           size_t count, struct err *err);

/* A store_signal_fn; context is the struct signals. */
const char *signals_judge(void *context, const struct store_words *words);
