/*
 * job: what waits for the writer: a batch, copied. Inside server/store only.
 */
#pragma once

#include "server/store/local.h"
#include "server/store/writer.h"

struct job {
    struct job *next;
    struct store_batch batch;
    store_done_fn *done;
    void *context;
    struct store_ack *acks;
    struct store_stride stride; /* of batch.stride */
    store_local_fn *local; /* instead of operations: a change of tables that are not in the log */
    void *local_context;
    enum err_code code; /* of this batch alone: its token */
    const char *what;
    uint8_t bytes[];
};

/* Everything that the batch points at is copied; NULL without memory. */
struct job *job_new(const struct store_batch *batch);
void job_free(struct job *job);
