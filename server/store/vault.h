/*
 * vault: real identities, sealed; requests to open one; invitations into spaces.
 *
 * Purpose    The store keeps what it cannot read: an identity is sealed (server/people/vault.h)
 * before it comes here. Opening is a matter of two moderators: one asks with a reason, another
 *            agrees, and within the hour after that the first reads it, once.
 * Invariants V1 Who asked is not who agreed.
 *            V2 A request is opened at most once, by who asked, within VAULT_HOUR_MS of the
 *               agreement; agreed at most VAULT_WEEK_MS after it was asked.
 *            V3 Each step has its row in the audit log, in the same transaction.
 * Ownership  Spans in results live in the arena handed in.
 * Errors     ERR_NOT_FOUND; ERR_FORBIDDEN V1, or another's request; ERR_CONFLICT agreed or opened
 *            before; ERR_GONE too late; as store.h.
 */
#pragma once

#include "server/store/accounts.h"

enum { VAULT_KEY_BYTES = 32, VAULT_HOUR_MS = 3600000, VAULT_WEEK_MS = 7 * 24 * 3600000 };

/* The key for sealing; ERR_NOT_FOUND: none yet. */
MUST_CHECK enum err_code store_vault_key(struct store_reader *reader, uint8_t ret[VAULT_KEY_BYTES],
                                         struct err *err);
/* ERR_CONFLICT: there is one. */
MUST_CHECK enum err_code store_vault_key_put(struct store_writer *writer,
                                             const uint8_t key[VAULT_KEY_BYTES], struct err *err);

MUST_CHECK enum err_code store_vault_keep(struct store_writer *writer, struct uuid person_id,
                                          struct span sealed, struct uuid actor_id, int64_t now_ms,
                                          struct err *err);

struct store_vault_request {
    struct uuid id, person_id, asked_by, approved_by; /* approved_by nil: not yet */
    struct span reason;
    int64_t asked_ms, approved_ms, opened_ms; /* 0: not yet */
};
/* ERR_NOT_FOUND: nothing is kept of this person. */
MUST_CHECK enum err_code store_vault_ask(struct store_writer *writer,
                                         const struct store_vault_request *request,
                                         struct err *err);
MUST_CHECK enum err_code store_vault_approve(struct store_writer *writer, struct uuid id,
                                             struct uuid actor_id, int64_t now_ms, struct err *err);
/* Marks it opened and hands out what was sealed. */
MUST_CHECK enum err_code store_vault_open(struct store_writer *writer, struct uuid id,
                                          struct uuid actor_id, int64_t now_ms, struct arena *arena,
                                          struct span *ret_sealed, struct err *err);
MUST_CHECK enum err_code store_vault_find(struct store_reader *reader, struct uuid id,
                                          struct arena *arena, struct store_vault_request *ret,
                                          struct err *err);
/* The newest 200. */
MUST_CHECK enum err_code store_vault_list(struct store_reader *reader, struct arena *arena,
                                          struct store_vault_request **ret, size_t *ret_count,
                                          struct err *err);

/* --- Invitations --- */

struct store_invitation {
    uint8_t code_sha256[32];
    struct uuid space_id, made_by;
    struct span organisation;
    int64_t made_ms, until_ms;
};
MUST_CHECK enum err_code store_invitations_add(struct store_writer *writer,
                                               const struct store_invitation *invitation,
                                               struct err *err);
/* ERR_NOT_FOUND: none, used, or run out. */
MUST_CHECK enum err_code store_invitations_find(struct store_reader *reader,
                                                const uint8_t code_sha256[32], int64_t now_ms,
                                                struct arena *arena, struct store_invitation *ret,
                                                struct err *err);

/* Uses it up: the account comes into the space; all or nothing. */
struct store_acceptance {
    uint8_t code_sha256[32];
    int64_t now_ms;
    struct uuid account_id;              /* of who has an account already, or … */
    const struct store_account *account; /* … a new one; NULL: none is made */
    struct span sealed;                  /* of the new account's identity; empty: none */
};
MUST_CHECK enum err_code store_invitations_accept(struct store_writer *writer,
                                                  const struct store_acceptance *acceptance,
                                                  struct err *err);
