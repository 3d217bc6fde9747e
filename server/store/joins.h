/*
 * joins: how tablets come into a meeting, and what those that are there still hold.
 *
 * Purpose    Join codes and presence: truth of this server alone, not in the log. A tablet is
 *            numbered when it first joins, and keeps its number.
 * Ownership  Lists live in the arena handed in.
 * Threads    What takes the writer waits for the disk: by a desk (server/people/desk.h).
 * Errors     ERR_NOT_FOUND no such code or tablet, or the code has run out; ERR_CONFLICT the code
 * is another meeting's (draw again); as store.h.
 */
#pragma once

#include "server/store/writer.h"

enum { STORE_JOIN_CODE = 8 }; /* characters */

struct store_join_code {
    struct uuid meeting_id;
    char code[STORE_JOIN_CODE + 1];
    int64_t made_ms, expires_ms;
};

/* The meeting's code from now on. */
MUST_CHECK enum err_code store_joins_put(struct store_writer *writer,
                                         const struct store_join_code *code, struct err *err);
/* Moves the end of the code, when there is one. */
MUST_CHECK enum err_code store_joins_until(struct store_writer *writer, struct uuid meeting_id,
                                           int64_t expires_ms, struct err *err);
MUST_CHECK enum err_code store_joins_close(struct store_writer *writer, struct uuid meeting_id,
                                           struct err *err);

/* By its code, or by its meeting, as long as it opens something. */
MUST_CHECK enum err_code store_joins_find(struct store_reader *reader, const char *code,
                                          int64_t now_ms, struct store_join_code *ret,
                                          struct err *err);
MUST_CHECK enum err_code store_joins_of(struct store_reader *reader, struct uuid meeting_id,
                                        int64_t now_ms, struct store_join_code *ret,
                                        struct err *err);

struct store_presence {
    struct uuid device_id;
    uint32_t tablet;
    int64_t joined_ms, seen_ms;
    uint32_t waiting, oldest_s; /* what it said it holds, and how old the oldest was then */
};

/* The tablet's number. */
MUST_CHECK enum err_code store_presence_join(struct store_writer *writer, struct uuid meeting_id,
                                             struct uuid device_id, int64_t now_ms,
                                             uint32_t *ret_tablet, struct err *err);
/* ERR_NOT_FOUND: it has not joined. Only device_id, seen_ms, waiting and oldest_s are read. */
MUST_CHECK enum err_code store_presence_tell(struct store_writer *writer, struct uuid meeting_id,
                                             const struct store_presence *presence,
                                             uint32_t *ret_tablet, struct err *err);
/* By number. */
MUST_CHECK enum err_code store_presence_list(struct store_reader *reader, struct uuid meeting_id,
                                             struct arena *arena, struct store_presence **ret,
                                             size_t *ret_count, struct err *err);

/* The city's own words for the signals, in the order given. */
MUST_CHECK enum err_code store_words_list(struct store_reader *reader, struct arena *arena,
                                          struct span **ret, size_t *ret_count, struct err *err);
MUST_CHECK enum err_code store_words_set(struct store_writer *writer, const struct span *words,
                                         size_t count, struct err *err);
