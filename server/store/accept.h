/*
 * accept: one operation into the log, or not. Inside server/store only.
 *
 * Purpose    Between the wire and project: known already? allowed? then the next change number.
 * Threads    The writer's thread, inside its transaction.
 */
#pragma once

#include "server/store/project.h"

struct accept {
    struct project project;
    struct op_limits limits;
    struct uuid server_id;
    store_signal_fn *signal; /* NULL: nobody looks */
    void *signal_context;
    const char *dir; /* for the list of erasures; NULL: do not write it */
    uint64_t newest; /* change number, within the transaction */
    bool has_erased; /* set when an erasure was applied */
};

struct op_limits accept_limits(const struct store_info *info);

/* Reads the newest change number: once at the start of each transaction. */
MUST_CHECK enum err_code accept_begin(struct accept *accept, struct err *err);

/* ERR_UNAUTHORIZED when the device's token is not the one first seen. */
MUST_CHECK enum err_code accept_token(struct accept *accept, const struct store_batch *batch,
                                      struct err *err);

/* Operation `at` of the batch. */
MUST_CHECK enum err_code accept_op(struct accept *accept, const struct store_batch *batch,
                                   size_t at, struct store_ack *ret, struct err *err);

/* Keeps a refused operation of a device or a peer, and says so in the ack. `op`: as far as it could
 * be read; NULL: not at all. */
MUST_CHECK enum err_code accept_quarantine(struct accept *accept, const struct store_batch *batch,
                                           size_t at, const struct op *op, const char *reason,
                                           struct store_ack *ret, struct err *err);

/* signal.c: lets the signal look at words that have just been stored, and holds them if it says so.
 */
MUST_CHECK enum err_code accept_signal(struct accept *accept, const struct store_batch *batch,
                                       const struct op *op, struct err *err);
