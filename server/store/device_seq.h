/*
 * device_seq: which numbers of a device's operations have come. Inside server/store only.
 *
 * Purpose    A gap means that an operation was lost on its way; its device is told with its next
 *            push (sync.md S22). Kept as runs: one row a device while nothing is missing.
 * Threads    The writer's, inside its transaction.
 */
#pragma once

#include "server/store/db.h"

/* Number 0 is none. */
MUST_CHECK enum err_code device_seq_note(struct db *db, struct uuid device_id, uint64_t seq,
                                         struct err *err);
