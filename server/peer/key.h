/*
 * key: what two servers share, as one word that can be copied.
 *
 * Format     "kakiko1" and 84 characters of Crockford's base 32: the peer's id (16 bytes), a secret
 *            (32) and the first 4 bytes of their SHA-256, so that a slip of the pen is told from a
 *            key that is not known. Letters of either case, blanks and dashes between are read.
 * Purposes   The secret itself signs and encrypts nothing: each purpose has a key derived from it.
 * City       A city keeps no secrets of its peers: it derives each from the peer's id and its
 *            folder's own secret (store/peers.h), so a copied database gives nobody a key.
 * Errors     ERR_FORMAT with a sentence for people.
 * Standard   RFC 4648 section 6 with Crockford's letters; HMAC-SHA256, RFC 2104.
 */
#pragma once

#include "tiles/base/err.h"
#include "tiles/base/span.h"
#include "tiles/base/uuid.h"

enum { PEER_SECRET = 32, PEER_KEY_TEXT = 7 + 84 };

struct peer_key {
    struct uuid id;
    uint8_t secret[PEER_SECRET];
};

enum peer_purpose { PEER_SIGN, PEER_FILE, PEER_SEAL, PEER_ISSUE };

MUST_CHECK enum err_code peer_key_from(struct span text, struct peer_key *ret, struct err *err);
/* PEER_KEY_TEXT characters and a closing zero. */
void peer_key_text(const struct peer_key *key, char ret[PEER_KEY_TEXT + 1]);

/* HMAC-SHA256(secret, purpose and context). */
void peer_key_derive(const uint8_t secret[PEER_SECRET], enum peer_purpose purpose,
                     struct span context, uint8_t ret[PEER_SECRET]);
