/*
 * secret: passwords, PINs and recovery words as Argon2id text.
 *
 * Purpose    Slow on purpose, so only ever on app->hashes (desk.h): one at a time, 64 MiB at most.
 *            A password is kept so that an attacker with the database pays 64 MiB and two passes a
 *            guess; a PIN or words of a class 19 MiB and two passes (OWASP's least), because forty
 *            children come back at once.
 * Constant   secret_is_right costs the same whether or not there is somebody to compare with.
 * Ownership  Text lives in the arena.
 * Errors     ERR_NOMEM.
 * Standard   RFC 9106 (Argon2id), by libsodium.
 */
#pragma once

#include <stdbool.h>

#include "tiles/base/arena.h"
#include "tiles/base/err.h"

enum secret_cost { SECRET_PASSWORD, SECRET_PIN };

MUST_CHECK enum err_code secret_hash(struct span secret, enum secret_cost cost, struct arena *arena,
                                     struct span *ret, struct err *err);

/* `hash` empty: there is nobody of this name; the same work is done, and the answer is false. */
bool secret_is_right(struct span secret, struct span hash, enum secret_cost cost);

/* NULL, or why it is no good as a password: ASVS 5.0, 6.2 (12 characters or more, nothing asked of
 * what they are; neither the name nor one that everybody takes). */
const char *secret_judge_password(struct span password, struct span name);

/* Six digits; not all the same, not in a row. NULL, or why not. */
const char *secret_judge_pin(struct span pin);
