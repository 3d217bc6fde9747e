/* Waiting for the writer, for those who have nothing else to do: commands, desks, tests. */
#include <pthread.h>

#include "server/store/local.h"

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool is_done;
    enum err_code code;
    const char *what;
    struct store_ack *acks;
};

static void wake(void *context, const struct store_result *result)
{
    struct waiter *waiter = context;
    pthread_mutex_lock(&waiter->lock);
    waiter->code = result->code;
    waiter->what = result->what;
    if (result->code == ERR_OK && result->ack_count)
        memcpy(waiter->acks, result->acks, result->ack_count * sizeof *result->acks);
    waiter->is_done = true;
    pthread_cond_signal(&waiter->done);
    pthread_mutex_unlock(&waiter->lock);
}

static void waiter_init(struct waiter *waiter)
{
    pthread_mutex_init(&waiter->lock, NULL);
    pthread_cond_init(&waiter->done, NULL);
}

/* Waits when the job was taken (ERR_OK), and gives its result. */
static enum err_code waiter_finish(struct waiter *waiter, enum err_code taken, struct err *err)
{
    enum err_code code = taken;
    if (taken == ERR_OK) {
        pthread_mutex_lock(&waiter->lock);
        while (!waiter->is_done)
            pthread_cond_wait(&waiter->done, &waiter->lock);
        pthread_mutex_unlock(&waiter->lock);
        if (waiter->code != ERR_OK)
            code = err_set(err, waiter->code, waiter->what, 0);
    }
    pthread_cond_destroy(&waiter->done);
    pthread_mutex_destroy(&waiter->lock);
    return code;
}

enum err_code store_submit_wait(struct store_writer *writer, const struct store_batch *batch,
                                struct store_ack *ret_acks, struct err *err)
{
    struct waiter waiter = {.acks = ret_acks};
    waiter_init(&waiter);
    return waiter_finish(&waiter, store_submit(writer, batch, wake, &waiter, err), err);
}

enum err_code store_local(struct store_writer *writer, store_local_fn *change, void *context,
                          struct err *err)
{
    struct waiter waiter = {0};
    waiter_init(&waiter);
    return waiter_finish(&waiter, store_local_submit(writer, change, context, wake, &waiter, err),
                         err);
}
