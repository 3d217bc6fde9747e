/*
 * accounts: people who sign in, their sessions, and where they belong.
 *
 * Purpose    Tables account, session, membership, recovery_code. Passwords come here as Argon2id
 *            text, tokens and codes as SHA-256: what could be used to sign in is never stored.
 * Invariants N1 There is always an administrator who may sign in, once there was one: the last one
 * is neither disabled nor given another role (ERR_CONFLICT). N2 A changed role or password and a
 * disabled account end all sessions of the account but the one that is named to stay. N3 A TOTP
 * code and a recovery code are good once. Ownership  Spans in results live in the arena handed in.
 * Threads    What takes the writer waits for the disk: by a desk (server/people/desk.h) or a
 *            command, never on the writer's thread.
 * Errors     ERR_NOT_FOUND no such account; ERR_CONFLICT the name is taken, or N1; as store.h.
 */
#pragma once

#include "server/store/audit.h"
#include "server/sync/words.h"

/* An account's role is the standing of what it does (server/sync/words.def); its rights are
 * server/people/rights.def. */
enum role {
    ROLE_NONE = STANDING_NONE,
    ROLE_MEMBER = STANDING_MEMBER,
    ROLE_TEACHER = STANDING_TEACHER,
    ROLE_MODERATOR = STANDING_MODERATOR,
    ROLE_PLANNER = STANDING_PLANNER,
    ROLE_ADMINISTRATOR = STANDING_ADMINISTRATOR,
    ROLE_END,
};
const char *role_name(enum role role); /* "" for ROLE_NONE */
bool role_from_name(struct span name, enum role *ret);

enum { ACCOUNT_NAME_MAX = 40, ACCOUNT_TOTP_BYTES = 20, ACCOUNT_RECOVERY_CODES = 10 };

struct store_account {
    struct uuid id;
    struct span name, display, organisation;
    enum role role;
    bool disabled;
    bool has_totp, has_totp_next;
    uint8_t totp[ACCOUNT_TOTP_BYTES], totp_next[ACCOUNT_TOTP_BYTES];
    int64_t totp_step;
    struct span password; /* Argon2id text */
    int64_t made_ms;
};

MUST_CHECK enum err_code store_accounts_list(struct store_reader *reader, struct arena *arena,
                                             struct store_account **ret, size_t *ret_count,
                                             struct err *err);
MUST_CHECK enum err_code store_accounts_find(struct store_reader *reader, struct uuid id,
                                             struct arena *arena, struct store_account *ret,
                                             struct err *err);
MUST_CHECK enum err_code store_accounts_find_name(struct store_reader *reader, struct span name,
                                                  struct arena *arena, struct store_account *ret,
                                                  struct err *err);

/* `actor_id` of the audit row; nil: a local command. */
MUST_CHECK enum err_code store_accounts_add(struct store_writer *writer,
                                            const struct store_account *account,
                                            struct uuid actor_id, struct err *err);

/* What is to be changed of an account; what is not set stays. */
struct store_account_change {
    struct uuid id, actor_id;
    int64_t now_ms;
    enum role role;                    /* ROLE_NONE: stays */
    int disabled;                      /* −1: stays */
    struct span display, organisation; /* data NULL: stays */
    struct span password;              /* data NULL: stays */
    struct uuid keep_session_id;       /* of N2; nil: none */
};
MUST_CHECK enum err_code store_accounts_change(struct store_writer *writer,
                                               const struct store_account_change *change,
                                               struct err *err);

/* For good: sessions, memberships, codes and what is sealed of the person go with it, and leave no
 * bytes behind. What was written stays, under its pseudonym. N1 holds. */
MUST_CHECK enum err_code store_accounts_remove(struct store_writer *writer, struct uuid id,
                                               struct uuid actor_id, int64_t now_ms,
                                               struct err *err);

/* --- TOTP and recovery codes --- */

/* A secret that waits for its first code. */
MUST_CHECK enum err_code store_accounts_totp_offer(struct store_writer *writer, struct uuid id,
                                                   const uint8_t secret[ACCOUNT_TOTP_BYTES],
                                                   struct err *err);
/* The first code was right, at this time step: the waiting secret counts from now on. */
MUST_CHECK enum err_code
store_accounts_totp_on(struct store_writer *writer, struct uuid id, int64_t step,
                       const uint8_t recovery_sha256[ACCOUNT_RECOVERY_CODES][32], int64_t now_ms,
                       struct err *err);
MUST_CHECK enum err_code store_accounts_totp_off(struct store_writer *writer, struct uuid id,
                                                 struct uuid actor_id, int64_t now_ms,
                                                 struct err *err);

/* --- Sessions --- */

struct store_login {
    struct uuid account_id;
    struct uuid session_id;
    uint8_t token_sha256[32];
    bool has_old; /* a cookie came with the request: that session ends */
    uint8_t old_sha256[32];
    int64_t now_ms, until_ms;
    int64_t totp_step; /* 0: no code was used; else newer than the last one, or ERR_CONFLICT */
    bool has_recovery;
    uint8_t recovery_sha256[32]; /* used up by this; ERR_CONFLICT when it is not there */
    struct span password; /* the Argon2id text that was verified: changed since, ERR_CONFLICT */
};
MUST_CHECK enum err_code store_sessions_open(struct store_writer *writer,
                                             const struct store_login *login, struct err *err);

struct store_session {
    struct uuid id, account_id;
    int64_t made_ms, until_ms;
};
/* The session of this token and its account, when both are good at now_ms; ERR_NOT_FOUND. */
MUST_CHECK enum err_code store_sessions_find(struct store_reader *reader,
                                             const uint8_t token_sha256[32], int64_t now_ms,
                                             struct arena *arena, struct store_session *ret,
                                             struct store_account *ret_account, struct err *err);
MUST_CHECK enum err_code store_sessions_list(struct store_reader *reader, struct uuid account_id,
                                             int64_t now_ms, struct arena *arena,
                                             struct store_session **ret, size_t *ret_count,
                                             struct err *err);
MUST_CHECK enum err_code store_sessions_close(struct store_writer *writer, struct uuid account_id,
                                              struct uuid session_id, int64_t now_ms,
                                              struct err *err);

/* --- Where people belong --- */

/* Spaces and meetings of an account, 16 bytes each, one behind the other. */
MUST_CHECK enum err_code store_members_scopes(struct store_reader *reader, struct uuid account_id,
                                              struct arena *arena, struct span *ret,
                                              struct err *err);
/* The same for the persons who are at work on a device at now_ms: their meetings. */
MUST_CHECK enum err_code store_members_scopes_of_device(struct store_reader *reader,
                                                        struct uuid device_id, int64_t now_ms,
                                                        struct arena *arena, struct span *ret,
                                                        struct err *err);
/* All spaces of tier C. */
MUST_CHECK enum err_code store_members_closed(struct store_reader *reader, struct arena *arena,
                                              struct span *ret, struct err *err);

struct store_member {
    struct uuid scope_id, account_id, actor_id;
    int64_t now_ms;
};
/* Repeating either is no error. */
MUST_CHECK enum err_code store_members_add(struct store_writer *writer,
                                           const struct store_member *member, struct err *err);
MUST_CHECK enum err_code store_members_remove(struct store_writer *writer,
                                              const struct store_member *member, struct err *err);

/* The token first seen of a device; *ret_known false: it was never seen. */
MUST_CHECK enum err_code store_devices_token(struct store_reader *reader, struct uuid device_id,
                                             uint8_t ret_sha256[32], bool *ret_known,
                                             struct err *err);
