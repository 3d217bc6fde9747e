/*
 * audit: what was done with rights: who, what, to what, why. Append-only and chained.
 *
 * Purpose    A row holds ids and codes, never texts, names or addresses. hash = SHA-256 of the hash
 *            before it (32 zero bytes for the first) and of the row's fields: seq and at_ms as 8
 *            bytes big-endian, actor and object as 16 bytes, action and reason each with its length
 *            in one byte before it. Whoever changes, takes out or puts in a row breaks the chain at
 *            that row; whoever cuts the end is found by the head that the daily export kept.
 * Ownership  Codes are literals of audit.def; spans in results live in the arena.
 * Errors     As store.h.
 */
#pragma once

#include "server/store/writer.h"

enum audit_action {
#define AUDIT(code, name, sentence) code,
#include "server/store/audit.def"
#undef AUDIT
    AUDIT_ACTIONS,
};
const char *audit_action_name(enum audit_action action);

struct audit_entry {
    int64_t at_ms;
    struct uuid actor_id; /* an account; nil: the server's own command */
    enum audit_action action;
    struct uuid object_id; /* nil: none */
    const char *reason;    /* a code of at most 40 bytes, a literal; NULL: none */
};

/* One durable row. For what happens beside an operation set store_batch.audit instead. */
MUST_CHECK enum err_code store_audit_add(struct store_writer *writer,
                                         const struct audit_entry *entry, struct err *err);

struct audit_row {
    uint64_t seq;
    int64_t at_ms;
    struct uuid actor_id, object_id;
    struct span action, reason;
    uint8_t hash[32];
};

/* Rows with from_ms ≤ at_ms < until_ms and seq > after, in order, at most `limit`. */
MUST_CHECK enum err_code store_audit_list(struct store_reader *reader, int64_t from_ms,
                                          int64_t until_ms, uint64_t after, size_t limit,
                                          struct arena *arena, struct audit_row **ret,
                                          size_t *ret_count, struct err *err);

/* The newest row's number; 0: none. */
MUST_CHECK enum err_code store_audit_newest(struct store_reader *reader, uint64_t *ret,
                                            struct err *err);

struct audit_verdict {
    uint64_t rows;
    uint64_t broken_at; /* the first row that does not follow from those before it; 0: none */
    uint8_t head[32];   /* hash of the last good row; zero bytes when there is none */
};
MUST_CHECK enum err_code store_audit_verify(struct store_reader *reader, struct audit_verdict *ret,
                                            struct err *err);
