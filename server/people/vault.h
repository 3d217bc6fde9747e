/*
 * vault: sealing and opening identities.
 *
 * Purpose    An identity is sealed for a key pair made at the first need (crypto_box_seal: X25519
 * and XSalsa20-Poly1305): the public half lies in the database and seals; the secret half in the
 * file DIR/vault.key (or the setting vault_key), mode 0600, and is read only while an entry is
 * being opened. It is in no backup: it is copied by hand, once, to where two people keep it, and
 * may be taken off the server altogether; sealing goes on without it. Threads    On a desk: files
 * and the writer are waited for. Errors     ERR_NOT_FOUND the key file is not here; ERR_FORBIDDEN
 * others may read it; ERR_CHECKSUM it is not the key of this vault.
 */
#pragma once

#include "server/app.h"
#include "tiles/base/arena.h"

/* `key` of store_vault_key, read on the HTTP thread; has_key false: the pair is made now. */
struct vault_key {
    bool has_key;
    uint8_t public_key[32];
};
MUST_CHECK enum err_code vault_key_read(struct app *app, struct store_reader *reader,
                                        struct vault_key *ret, struct err *err);

MUST_CHECK enum err_code vault_seal(struct app *app, struct vault_key *key, struct span text,
                                    struct arena *arena, struct span *ret, struct err *err);

/* Is the key file here and good? Asked before a request is used up. */
MUST_CHECK enum err_code vault_can_open(struct app *app, const struct vault_key *key,
                                        struct err *err);
MUST_CHECK enum err_code vault_open(struct app *app, const struct vault_key *key,
                                    struct span sealed, struct arena *arena, struct span *ret,
                                    struct err *err);
