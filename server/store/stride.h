/*
 * stride: the cursors that a batch of another server moves. Inside server/store only.
 *
 * Threads    The writer's, inside its transaction, after the batch's operations.
 */
#pragma once

#include "server/store/accept.h"

/* `before`: the newest change number before the batch. */
MUST_CHECK enum err_code stride_take(struct accept *accept, const struct store_batch *batch,
                                     uint64_t before, const struct store_ack *acks,
                                     struct err *err);
