#include "tiles/tiler/pool.h"

#include <pthread.h>
#include <stdlib.h>

struct slot {
    void *job;
    bool done;
};

struct worker {
    struct pool *pool;
    void *state;
    pthread_t thread;
};

/* Jobs are numbered as they are given; number n lies in slot n modulo room.
 * Invariant: taken ≤ begun ≤ given ≤ taken + room. */
struct pool {
    void (*run)(void *state, void *job);
    pthread_mutex_t lock;
    pthread_cond_t work, done;
    struct slot *slots;
    struct worker *workers;
    unsigned room, worker_count;
    unsigned long given, begun, taken;
    bool stop;
};

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct pool *pool = worker->pool;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (!pool->stop && pool->begun == pool->given)
            pthread_cond_wait(&pool->work, &pool->lock);
        if (pool->stop)
            break;
        struct slot *slot = &pool->slots[pool->begun++ % pool->room];
        pthread_mutex_unlock(&pool->lock);
        pool->run(worker->state, slot->job);
        pthread_mutex_lock(&pool->lock);
        slot->done = true;
        pthread_cond_signal(&pool->done);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

enum err_code pool_new(unsigned threads, unsigned room, void (*run)(void *state, void *job),
                       void *const *states, struct pool **ret, struct err *err)
{
    struct pool *pool = calloc(1, sizeof *pool);
    if (!pool)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->done, NULL);
    pool->run = run;
    pool->room = room;
    pool->slots = calloc(room, sizeof *pool->slots);
    pool->workers = calloc(threads, sizeof *pool->workers);
    if (!pool->slots || !pool->workers) {
        pool_free(pool);
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    }
    for (unsigned i = 0; i < threads; i++) {
        struct worker *worker = &pool->workers[i];
        *worker = (struct worker){.pool = pool, .state = states[i]};
        if (pthread_create(&worker->thread, NULL, work, worker) != 0) {
            pool_free(pool);
            return err_set(err, ERR_NOMEM, "a thread could not be started", i);
        }
        pool->worker_count++;
    }
    *ret = pool;
    return ERR_OK;
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stop = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->worker_count; i++)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    free(pool->workers);
    free(pool->slots);
    free(pool);
}

/* `given` and `taken` are changed by the caller's thread alone. */
bool pool_is_full(const struct pool *pool)
{
    return pool->given - pool->taken == pool->room;
}

void pool_give(struct pool *pool, void *job)
{
    pthread_mutex_lock(&pool->lock);
    pool->slots[pool->given++ % pool->room] = (struct slot){.job = job};
    pthread_cond_signal(&pool->work);
    pthread_mutex_unlock(&pool->lock);
}

void *pool_take(struct pool *pool)
{
    if (pool->given == pool->taken)
        return NULL;
    pthread_mutex_lock(&pool->lock);
    struct slot *slot = &pool->slots[pool->taken % pool->room];
    while (!slot->done)
        pthread_cond_wait(&pool->done, &pool->lock);
    pool->taken++;
    pthread_mutex_unlock(&pool->lock);
    return slot->job;
}
