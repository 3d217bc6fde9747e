#include "server/people/desk.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { STEP_BACK = 5 /* of niceness */ };

struct job {
    struct job *next;
    desk_fn *run;
    void *context;
};

struct desk {
    pthread_mutex_t lock; /* guards what follows up to `closing` */
    pthread_cond_t work;
    struct job *first, **last;
    size_t waiting, queue_max;
    bool closing;
    bool yields;
    unsigned thread_count;
    pthread_t threads[];
};

static struct job *take(struct desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    while (!desk->first && !desk->closing)
        pthread_cond_wait(&desk->work, &desk->lock);
    struct job *job = desk->first;
    if (job) {
        desk->first = job->next;
        if (!desk->first)
            desk->last = &desk->first;
        desk->waiting--;
    }
    pthread_mutex_unlock(&desk->lock);
    return job;
}

static void *sit(void *context)
{
    struct desk *desk = context;
    if (desk->yields) /* on Linux a thread has a niceness of its own; without it, it just competes
                       */
        (void)!setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), STEP_BACK);
    for (struct job *job; (job = take(desk));) {
        job->run(job->context);
        free(job);
    }
    return NULL;
}

enum err_code desk_open(unsigned threads, size_t queue_max, bool yields, struct desk **ret,
                        struct err *err)
{
    struct desk *desk = calloc(1, sizeof *desk + threads * sizeof desk->threads[0]);
    if (!desk)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    desk->last = &desk->first;
    desk->queue_max = queue_max;
    desk->yields = yields;
    pthread_mutex_init(&desk->lock, NULL);
    pthread_cond_init(&desk->work, NULL);
    for (; desk->thread_count < threads; desk->thread_count++)
        if (pthread_create(&desk->threads[desk->thread_count], NULL, sit, desk) != 0) {
            desk_close(desk);
            return err_set(err, ERR_NOMEM, "a thread cannot start", 0);
        }
    *ret = desk;
    return ERR_OK;
}

void desk_close(struct desk *desk)
{
    if (!desk)
        return;
    pthread_mutex_lock(&desk->lock);
    desk->closing = true;
    pthread_cond_broadcast(&desk->work);
    pthread_mutex_unlock(&desk->lock);
    for (unsigned i = 0; i < desk->thread_count; i++)
        pthread_join(desk->threads[i], NULL);
    pthread_cond_destroy(&desk->work);
    pthread_mutex_destroy(&desk->lock);
    free(desk);
}

enum err_code desk_submit(struct desk *desk, desk_fn *run, void *context, struct err *err)
{
    struct job *job = malloc(sizeof *job);
    if (!job)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *job = (struct job){.run = run, .context = context};
    pthread_mutex_lock(&desk->lock);
    const bool takes = !desk->closing && desk->waiting < desk->queue_max;
    if (takes) {
        *desk->last = job;
        desk->last = &job->next;
        desk->waiting++;
        pthread_cond_signal(&desk->work);
    }
    pthread_mutex_unlock(&desk->lock);
    if (takes)
        return ERR_OK;
    free(job);
    return err_set(err, ERR_BUSY, "too many are waiting for this: try again in a moment", 0);
}

/* --- A handler that goes on at a desk --------------------------------------------------------- */

struct continued {
    struct desk_work work;
    desk_work_fn *run;
    struct http_token *token;
};

static void go_on(void *context)
{
    const struct continued *continued = context;
    struct err err = {0};
    const enum err_code code = continued->run(&continued->work, &err);
    http_resume(continued->token, code, &err);
}

enum err_code desk_continue(struct desk *desk, const struct desk_work *work, desk_work_fn *run,
                            struct err *err)
{
    struct continued *continued = ARENA_NEW(work->req->arena, struct continued);
    if (!continued)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *continued = (struct continued){.work = *work, .run = run};
    continued->token = http_suspend(work->req);
    struct err refused = {0};
    const enum err_code code = desk_submit(desk, go_on, continued, &refused);
    if (code != ERR_OK)
        http_resume(continued->token, code, &refused);
    return ERR_OK;
}
