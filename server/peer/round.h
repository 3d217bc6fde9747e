/*
 * round: a venue's side of the line: push what the city lacks, fetch what it has.
 *
 * Purpose    Page by page, each page whole before the next: nothing is staged, so a stop anywhere
 *            costs at most one page, sent once more (sync.md S19 to S22). Words before photos.
 * Ownership  Borrows everything; a reader, a client and an arena of its own thread.
 * Threads    One thread a round.
 * Errors     Of the line as client.h. The city's refusals: ERR_UNAUTHORIZED it does not know the
 *            key; ERR_CONFLICT this folder is a copy of another (store_renew is called);
 *            ERR_VERSION it is of another kind or municipality; ERR_BUSY it cannot take more now.
 */
#pragma once

#include "server/peer/apply.h"
#include "server/peer/client.h"

/* Photos, as far as this program keeps them: the display variant, named by the hash of what the
 * device sent. */
struct peer_photos {
    /* *ret_found false: it is not here. */
    enum err_code (*read)(void *self, const uint8_t sha256[32], struct arena *arena,
                          struct span *ret, bool *ret_found, struct err *err);
    /* *ret_taken false: it is no photo of ours. Waits until it is on disk. */
    enum err_code (*take)(void *self, const uint8_t sha256[32], struct span display,
                          bool *ret_taken, struct err *err);
    void *self;
};

struct peer_totals {
    struct peer_counts in; /* of fetched operations */
    uint64_t fetched, pushed, photos_in, photos_out;
    bool restarted; /* counted from 0 again: the other side, or we, are not what we were */
};

struct peer_round {
    struct store *store;
    struct store_reader *reader;
    struct store_writer *writer;
    const struct peer_photos *photos; /* NULL: photos are left alone */
    struct peer_client *client;
    int64_t (*now_ms)(void);
    /* Asked between photos: are there words waiting? NULL: never. */
    bool (*hurry)(void *self);
    void (*progress)(void *self, const struct peer_totals *totals);
    void *self;
    struct peer_totals totals;
};

/* One page; *ret_more: there may be another. */
MUST_CHECK enum err_code peer_round_push(struct peer_round *round, bool *ret_more, struct err *err);
/* `wait_s`: how long the city may let us wait for something new. */
MUST_CHECK enum err_code peer_round_pull(struct peer_round *round, int wait_s, bool *ret_more,
                                         struct err *err);
/* Both, until neither has more. */
MUST_CHECK enum err_code peer_round_run(struct peer_round *round, struct err *err);
