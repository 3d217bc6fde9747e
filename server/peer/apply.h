/*
 * apply: a page of another server as a batch for the writer.
 *
 * Purpose    What came and how far it reaches are written in one transaction, so a stop anywhere
 *            leaves both or neither (sync.md S19, S20).
 * Ownership  The batch borrows from the page and the arena.
 */
#pragma once

#include "server/peer/wire.h"

struct peer_source {
    bool upstream;       /* the page is the city's, fetched by us; else a peer's, brought to us */
    struct uuid peer_id; /* of a peer */
    enum standing role;  /* the highest standing that it may hand on; of the city any */
    bool follows;        /* the page goes on where we were: our cursor may move */
};

MUST_CHECK enum err_code peer_batch(struct arena *arena, const struct peer_page *page,
                                    const struct peer_source *source, int64_t now_ms,
                                    struct store_batch *ret, struct err *err);

/* Does the page go on where we were? When not, its sender hears where that is, and whether it is
 * the same operation there that it knows. */
bool peer_follows(const struct peer_page *page, const struct store_cursor *had);
/* Is another operation at a change number that we have of this epoch? Then two folders have one
 * identity. `until` may be NULL. */
bool peer_is_fork(const struct store_cursor *since, const struct store_cursor *until,
                  const struct store_cursor *had);

struct peer_counts {
    uint64_t stored, known, refused, gone, conflicts, later;
};
void peer_count(const struct store_ack *acks, size_t count, struct peer_counts *counts);

/* 32 hexadecimal digits. */
bool peer_id_from_hex(struct span text, struct uuid *ret);
void peer_id_hex(struct uuid id, char ret[33]);
