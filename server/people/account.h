/*
 * account: making and changing accounts, the same from the command line and over HTTP.
 *
 * Purpose    Judges names and passwords, hashes, writes. Slow (Argon2id): on app->hashes or in a
 *            command.
 * Ownership  What is handed in must live until the call returns.
 * Errors     ERR_INVALID with a sentence for what is no good; as server/store/accounts.h.
 */
#pragma once

#include "server/store/accounts.h"

struct account_new {
    struct span name, display, organisation; /* organisation may be empty */
    struct span password;
    enum role role;
};
/* NULL, or what is wrong; *ret_pointer is the JSON pointer of the field. */
const char *account_judge(const struct account_new *asked, const char **ret_pointer);

/* Small letters, digits and . _ - ; 2 to 40, the first a letter. NULL, or what is wrong. */
const char *account_judge_name(struct span name);
/* A name that is shown: 1 to 40 characters without control characters. */
const char *account_judge_display(struct span display);

/* Judged before. */
MUST_CHECK enum err_code account_make(struct store_writer *writer, struct arena *arena,
                                      const struct account_new *asked, struct uuid actor_id,
                                      int64_t now_ms, struct uuid *ret_id, struct err *err);
/* `change` with this password in the clear; empty: it stays. */
MUST_CHECK enum err_code account_change(struct store_writer *writer, struct arena *arena,
                                        struct store_account_change *change, struct span password,
                                        struct err *err);

/* A new id (UUIDv7) for what is born here. */
struct uuid people_new_id(int64_t now_ms);
