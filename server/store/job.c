#include "server/store/job.h"

#include <stdlib.h>

#include "server/store/audit.h"

static uint8_t *append(uint8_t *at, struct span bytes, struct span *ret)
{
    if (bytes.len)
        memcpy(at, bytes.data, bytes.len);
    *ret = span_of(at, bytes.len);
    return at + bytes.len;
}

void job_free(struct job *job)
{
    if (!job)
        return;
    free((struct span *)job->batch.ops);
    free((struct store_envelope *)job->batch.envelopes);
    free((struct audit_entry *)job->batch.audit);
    free(job->acks);
    free(job);
}

struct job *job_new(const struct store_batch *batch)
{
    size_t bytes = sizeof(struct job) + batch->scopes.len + batch->speaker.len;
    for (size_t i = 0; i < batch->op_count; i++)
        if (__builtin_add_overflow(bytes, batch->ops[i].len, &bytes))
            return NULL;
    struct job *job = malloc(bytes);
    if (!job)
        return NULL;
    struct span *ops = calloc(batch->op_count + 1, sizeof *ops);
    struct store_envelope *envelopes =
        batch->envelopes ? calloc(batch->op_count + 1, sizeof *envelopes) : NULL;
    struct audit_entry *audit = batch->audit ? calloc(batch->op_count + 1, sizeof *audit) : NULL;
    *job = (struct job){.batch = *batch, .what = ""};
    job->batch.ops = ops;
    job->batch.envelopes = envelopes;
    job->batch.audit = audit;
    if (batch->stride) {
        job->stride = *batch->stride;
        job->batch.stride = &job->stride;
    }
    job->acks = calloc(batch->op_count + 1, sizeof *job->acks);
    if (!ops || !job->acks || (batch->envelopes && !envelopes) || (batch->audit && !audit)) {
        job_free(job);
        return NULL;
    }
    uint8_t *at = append(job->bytes, batch->scopes, &job->batch.scopes);
    at = append(at, batch->speaker, &job->batch.speaker);
    for (size_t i = 0; i < batch->op_count; i++) {
        at = append(at, batch->ops[i], &ops[i]);
        if (envelopes)
            envelopes[i] = batch->envelopes[i];
        if (audit)
            audit[i] = batch->audit[i];
    }
    return job;
}
