#include "server/live/wait.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct live_waits {
    pthread_mutex_t lock;
    pthread_cond_t earlier; /* a deadline nearer than all before, or the end */
    pthread_t thread;
    struct live_wait *first;
    bool stopped, closing;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void unlist(struct live_waits *waits, struct live_wait *wait)
{
    *(wait->before ? &wait->before->after : &waits->first) = wait->after;
    if (wait->after)
        wait->after->before = wait->before;
    wait->listed = false;
}

/* Wakes those whose deadline has come; INT64_MAX: all. Says when the next one comes. */
static int64_t wake_until(struct live_waits *waits, int64_t time_ms)
{
    int64_t next = INT64_MAX;
    for (struct live_wait *wait = waits->first, *after; wait; wait = after) {
        after = wait->after;
        if (wait->deadline_ms <= time_ms) {
            unlist(waits, wait);
            atomic_store(&wait->over, true);
            http_stream_wake(wait->stream);
        } else if (wait->deadline_ms < next) {
            next = wait->deadline_ms;
        }
    }
    return next;
}

static void *keep_deadlines(void *self)
{
    struct live_waits *waits = self;
    pthread_mutex_lock(&waits->lock);
    while (!waits->closing) {
        const int64_t next = wake_until(waits, now_ms());
        if (next == INT64_MAX) {
            pthread_cond_wait(&waits->earlier, &waits->lock);
        } else {
            const struct timespec until = {.tv_sec = next / 1000, .tv_nsec = next % 1000 * 1000000};
            pthread_cond_timedwait(&waits->earlier, &waits->lock, &until);
        }
    }
    pthread_mutex_unlock(&waits->lock);
    return NULL;
}

enum err_code live_waits_open(struct live_waits **ret, struct err *err)
{
    struct live_waits *waits = calloc(1, sizeof(*waits));
    if (!waits)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&waits->lock, NULL);
    pthread_cond_init(&waits->earlier, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&waits->thread, NULL, keep_deadlines, waits) != 0) {
        pthread_cond_destroy(&waits->earlier);
        pthread_mutex_destroy(&waits->lock);
        free(waits);
        return err_set(err, ERR_NOMEM, "no thread for waiting requests", 0);
    }
    *ret = waits;
    return ERR_OK;
}

void live_waits_stop(struct live_waits *waits)
{
    pthread_mutex_lock(&waits->lock);
    waits->stopped = true;
    wake_until(waits, INT64_MAX);
    pthread_mutex_unlock(&waits->lock);
}

void live_waits_close(struct live_waits *waits)
{
    if (!waits)
        return;
    live_waits_stop(waits);
    pthread_mutex_lock(&waits->lock);
    waits->closing = true;
    pthread_cond_signal(&waits->earlier);
    pthread_mutex_unlock(&waits->lock);
    pthread_join(waits->thread, NULL);
    pthread_cond_destroy(&waits->earlier);
    pthread_mutex_destroy(&waits->lock);
    free(waits);
}

void live_waits_changed(void *context, const struct store_event *events, size_t count)
{
    (void)events;
    struct live_waits *waits = context;
    if (count == 0)
        return;
    pthread_mutex_lock(&waits->lock);
    wake_until(waits, INT64_MAX);
    pthread_mutex_unlock(&waits->lock);
}

void live_wait_begin(struct live_waits *waits, struct live_wait *wait, struct http_stream *stream,
                     int64_t wait_ms)
{
    pthread_mutex_lock(&waits->lock);
    *wait = (struct live_wait){.stream = stream, .deadline_ms = now_ms() + wait_ms};
    atomic_init(&wait->over, waits->stopped);
    if (!waits->stopped) {
        wait->after = waits->first;
        if (waits->first)
            waits->first->before = wait;
        waits->first = wait;
        wait->listed = true;
        pthread_cond_signal(&waits->earlier);
    }
    pthread_mutex_unlock(&waits->lock);
}

void live_wait_end(struct live_waits *waits, struct live_wait *wait)
{
    pthread_mutex_lock(&waits->lock);
    if (wait->listed)
        unlist(waits, wait);
    pthread_mutex_unlock(&waits->lock);
}
