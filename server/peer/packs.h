/*
 * packs: the city's tile archives into a venue's folder.
 *
 * Purpose    Each archive that the city lists and this folder has not yet: fetched in one go or,
 *            after a break, from where it ended; taken only when its SHA-256 is the listed one.
 * Errors     As client.h and store.h; ERR_CHECKSUM what came is not what was listed.
 */
#pragma once

#include "server/peer/client.h"
#include "server/peer/wire.h"

struct peer_packs {
    struct store *store;
    struct peer_client *client;
    void (*progress)(void *self, struct span name, uint64_t done, uint64_t total);
    void *self;
    uint64_t fetched, bytes; /* archives, and what of them came over the line */
};

/* The city's settings and layers, signed. */
MUST_CHECK enum err_code peer_folder_fetch(struct peer_client *client, struct arena *arena,
                                           struct peer_folder *ret, struct err *err);
MUST_CHECK enum err_code peer_packs_fetch(struct peer_packs *packs,
                                          const struct peer_folder *folder, struct err *err);
