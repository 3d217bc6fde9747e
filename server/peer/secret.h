/*
 * secret: DIR/peers.key, 32 random bytes from which a folder's peers get their keys.
 *
 * Purpose    The database holds no peer's key: the city derives each from this file and the peer's
 *            id, a venue keeps its own sealed with it. A copy of the database opens nothing.
 * File       Made once, for its owner alone (0600). It goes into backups: a restored folder knows
 * its peers again. Errors     ERR_NOT_FOUND there is none; ERR_CHECKSUM it is not 32 bytes; ERR_IO,
 * ERR_FULL.
 */
#pragma once

#include "server/peer/key.h"

#define PEER_SECRET_FILE "peers.key"

/* Makes it when it is missing. */
MUST_CHECK enum err_code peer_secret_make(const char *dir, uint8_t ret[PEER_SECRET],
                                          struct err *err);
MUST_CHECK enum err_code peer_secret_read(const char *dir, uint8_t ret[PEER_SECRET],
                                          struct err *err);

/* The key of the peer with this id. */
void peer_secret_issue(const uint8_t secret[PEER_SECRET], struct uuid id, struct peer_key *ret);

enum { PEER_SEALED = 24 + 16 + UUID_BYTES + PEER_SECRET }; /* nonce, tag, key */
void peer_secret_seal(const uint8_t secret[PEER_SECRET], const struct peer_key *key,
                      uint8_t ret[PEER_SEALED]);
/* ERR_CHECKSUM when it was not sealed with this secret. */
MUST_CHECK enum err_code peer_secret_open(const uint8_t secret[PEER_SECRET], struct span sealed,
                                          struct peer_key *ret, struct err *err);
