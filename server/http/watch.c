#include "server/http/watch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "server/clock.h"

enum { LOOK_MS = 250 };

struct http_watched {
    struct http_watched *previous, *next;
    int fd;
    atomic_int phase;
    atomic_int_least64_t deadline_ms;
};

struct http_watch {
    pthread_t thread;
    pthread_mutex_t lock; /* guards the list and `stopping` */
    pthread_cond_t wake;
    struct http_watched *first;
    bool stopping, may_write;
    void (*on_late)(void *);
    void *context;
};

static const char too_late[] =
    "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Type: "
    "application/problem+json\r\n"
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nContent-Length: 116\r\n\r\n"
    "{\"type\":\"about:blank\",\"title\":\"took too long\",\"status\":408,\"code\":\"timeout\","
    "\"detail\":\"the request came too slowly\"}\n";
_Static_assert(sizeof "{\"type\":\"about:blank\",\"title\":\"took too long\",\"status\":408,"
                      "\"code\":\"timeout\",\"detail\":\"the request came too slowly\"}\n" -
                       1 ==
                   116,
               "Content-Length above");

/* Only the socket is touched: its owner sees the end and cleans up in its own thread. */
static void cut(struct http_watch *watch, struct http_watched *watched)
{
    const int phase = atomic_load_explicit(&watched->phase, memory_order_relaxed);
    if (watch->may_write && (phase == PHASE_HEAD || phase == PHASE_BODY)) {
        const ssize_t sent =
            send(watched->fd, too_late, strlen(too_late), MSG_DONTWAIT | MSG_NOSIGNAL);
        (void)sent; /* a courtesy */
    }
    shutdown(watched->fd, SHUT_RDWR);
    atomic_store_explicit(&watched->deadline_ms, 0, memory_order_relaxed);
}

static void look(struct http_watch *watch)
{
    const int64_t now = clock_mono_ms();
    for (struct http_watched *at = watch->first; at; at = at->next) {
        const int64_t deadline = atomic_load_explicit(&at->deadline_ms, memory_order_relaxed);
        if (deadline == 0 || now < deadline)
            continue;
        if (atomic_load_explicit(&at->phase, memory_order_relaxed) != PHASE_IDLE)
            watch->on_late(watch->context);
        cut(watch, at);
    }
}

static void *run(void *context)
{
    struct http_watch *watch = context;
    pthread_mutex_lock(&watch->lock);
    while (!watch->stopping) {
        look(watch);
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += LOOK_MS * 1000000L;
        if (until.tv_nsec >= 1000000000L) {
            until.tv_sec++;
            until.tv_nsec -= 1000000000L;
        }
        pthread_cond_timedwait(&watch->wake, &watch->lock, &until);
    }
    pthread_mutex_unlock(&watch->lock);
    return NULL;
}

struct http_watch *http_watch_new(bool may_write, void (*on_late)(void *), void *context)
{
    struct http_watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return NULL;
    watch->may_write = may_write;
    watch->on_late = on_late;
    watch->context = context;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&watch->lock, NULL);
    pthread_cond_init(&watch->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&watch->thread, NULL, run, watch) != 0) {
        pthread_cond_destroy(&watch->wake);
        pthread_mutex_destroy(&watch->lock);
        free(watch);
        return NULL;
    }
    return watch;
}

void http_watch_free(struct http_watch *watch)
{
    if (!watch)
        return;
    pthread_mutex_lock(&watch->lock);
    watch->stopping = true;
    pthread_cond_signal(&watch->wake);
    pthread_mutex_unlock(&watch->lock);
    pthread_join(watch->thread, NULL);
    while (watch->first)
        http_watch_remove(watch, watch->first);
    pthread_cond_destroy(&watch->wake);
    pthread_mutex_destroy(&watch->lock);
    free(watch);
}

struct http_watched *http_watch_add(struct http_watch *watch, int fd, int64_t deadline_ms)
{
    struct http_watched *watched = calloc(1, sizeof *watched);
    if (!watched)
        return NULL;
    watched->fd = fd;
    atomic_init(&watched->phase, PHASE_HEAD);
    atomic_init(&watched->deadline_ms, deadline_ms);
    pthread_mutex_lock(&watch->lock);
    watched->next = watch->first;
    if (watched->next)
        watched->next->previous = watched;
    watch->first = watched;
    pthread_mutex_unlock(&watch->lock);
    return watched;
}

void http_watch_remove(struct http_watch *watch, struct http_watched *watched)
{
    if (!watched)
        return;
    pthread_mutex_lock(&watch->lock);
    if (watched->previous)
        watched->previous->next = watched->next;
    else
        watch->first = watched->next;
    if (watched->next)
        watched->next->previous = watched->previous;
    pthread_mutex_unlock(&watch->lock);
    free(watched);
}

void http_watched_set(struct http_watched *watched, enum http_phase phase, int64_t deadline_ms)
{
    if (!watched)
        return;
    atomic_store_explicit(&watched->phase, phase, memory_order_relaxed);
    atomic_store_explicit(&watched->deadline_ms, deadline_ms, memory_order_relaxed);
}

int http_watched_fd(const struct http_watched *watched)
{
    return watched ? watched->fd : -1;
}

void http_watch_cut_all(struct http_watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    for (struct http_watched *at = watch->first; at; at = at->next)
        cut(watch, at);
    pthread_mutex_unlock(&watch->lock);
}
