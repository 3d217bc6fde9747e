/*
 * Workers, each with a workshop and a reader of its own, share one queue. What they put in place
 * they put there one at a time (`place`), so that a variant without its boxes never follows one
 * with them.
 */
#include "server/photo/photo.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "server/clock.h"
#include "server/log.h"
#include "server/photo/place.h"

enum {
    QUEUE_MAX = 1024,
    WORKERS_MAX = 16,
    LOOK_MS = 1000,         /* how soon what others wrote into the log is noticed */
    MEND_MS = 3600 * 1000,  /* how often what nobody wants is looked for; first at the start */
    ARENA_LIMIT = 64 << 20, /* of one photo's work: the file, its variants */
};

enum task_kind { TASK_PIECE, TASK_WHOLE, TASK_DISPLAY };

struct task {
    struct task *next;
    enum task_kind kind;
    struct photo_upload *upload; /* of PIECE */
    struct photo_key key;        /* of WHOLE; its sha256 of DISPLAY */
    photo_done_fn *done;         /* NULL: nobody waits */
    void *context;
    size_t len; /* of DISPLAY */
    uint8_t bytes[];
};

struct worker {
    struct photos *photos;
    pthread_t thread;
    bool is_running;
    struct place place; /* what it works with */
};

struct photos {
    struct store *store;
    struct store_writer *writer;
    struct incoming *incoming;
    pthread_mutex_t lock; /* guards what follows up to `seen_change` */
    pthread_cond_t work;
    struct task *first, **last;
    size_t queued;
    bool stopping, tidy_wanted, tidy_running;
    int64_t next_look_ms, next_mend_ms; /* 0: at once */
    uint64_t seen_change;
    pthread_mutex_t place_lock;
    struct place_counts counts;
    struct worker workers[WORKERS_MAX];
    unsigned worker_count;
};

struct photo_upload {
    struct photos *photos;
    struct incoming_part *part;
};

/* --- Queue ------------------------------------------------------------------------------------ */

static bool add_task(struct photos *photos, struct task *task)
{
    pthread_mutex_lock(&photos->lock);
    const bool takes = !photos->stopping && photos->queued < QUEUE_MAX;
    if (takes) {
        task->next = NULL;
        *photos->last = task;
        photos->last = &task->next;
        photos->queued++;
        pthread_cond_signal(&photos->work);
    }
    pthread_mutex_unlock(&photos->lock);
    return takes;
}

static struct task *pop(struct photos *photos)
{
    struct task *task = photos->first;
    if (!task)
        return NULL;
    photos->first = task->next;
    if (!photos->first)
        photos->last = &photos->first;
    photos->queued--;
    return task;
}

static void tell(const struct task *task, enum err_code code, const struct err *err)
{
    const uint64_t offset = task->upload ? incoming_part_offset(task->upload->part) : 0;
    if (task->done)
        task->done(task->context, code, code == ERR_OK ? "" : err->what, offset);
}

static enum err_code busy(struct err *err)
{
    return err_set(err, ERR_BUSY, "too many photos are waiting; try again in a moment", 0);
}

/* --- Work ------------------------------------------------------------------------------------- */

static enum err_code run_piece(struct worker *worker, const struct task *task, struct err *err)
{
    struct incoming_part *part = task->upload->part;
    const struct photo_key *key = incoming_part_key(part);
    TRY(incoming_sync(part, err));
    return incoming_part_offset(part) == key->length ? place_whole(&worker->place, key, err)
                                                     : ERR_OK;
}

static enum err_code run_display(struct worker *worker, const struct task *task, struct err *err)
{
    atomic_fetch_add(&worker->photos->counts.received, 1);
    return place_display(&worker->place, &task->key.sha256, span_of(task->bytes, task->len), err);
}

static void run_task(struct worker *worker, struct task *task)
{
    struct err err = {.what = ""};
    enum err_code code = ERR_OK;
    arena_reset(&worker->place.arena);
    if (task->kind == TASK_PIECE)
        code = run_piece(worker, task, &err);
    else if (task->kind == TASK_WHOLE)
        code = place_whole(&worker->place, &task->key, &err);
    else
        code = run_display(worker, task, &err);
    tell(task, code, &err);
    free(task);
}

/* Whole, and not made yet: of a stop, a cut, a moment without a workshop. */
static void take_up(void *context, const struct photo_key *key)
{
    struct photos *photos = context;
    struct task *task = calloc(1, sizeof *task);
    if (!task)
        return; /* the next round meets it again */
    task->kind = TASK_WHOLE;
    task->key = *key;
    if (!add_task(photos, task))
        free(task);
}

static void tidy(struct worker *worker, bool mend)
{
    struct err err = {.what = ""};
    arena_reset(&worker->place.arena);
    enum err_code code = place_tidy(&worker->place, &err);
    if (code == ERR_OK && mend)
        code = place_mend(&worker->place, &err);
    if (code != ERR_OK)
        log_line(LOG_WARN, "photos", "tidy=failed why=\"%s\"", err.what);
    struct photos *photos = worker->photos;
    if (mend) {
        incoming_expire(photos->incoming, clock_unix_ms());
        incoming_each_whole(photos->incoming, take_up, photos);
    }
    pthread_mutex_lock(&photos->lock);
    photos->tidy_running = false;
    pthread_mutex_unlock(&photos->lock);
}

/* Has the log moved on since the last look? Another process may have written as well. */
static bool look(struct worker *worker)
{
    struct photos *photos = worker->photos;
    uint64_t newest = 0;
    if (store_newest_change(worker->place.reader, &newest, NULL) != ERR_OK)
        return false;
    pthread_mutex_lock(&photos->lock);
    const bool moved = newest != photos->seen_change;
    photos->seen_change = newest;
    pthread_mutex_unlock(&photos->lock);
    return moved;
}

enum duty { DUTY_NONE, DUTY_TASK, DUTY_LOOK, DUTY_TIDY, DUTY_MEND, DUTY_STOP };

static enum duty duty_now(struct photos *photos, struct task **ret)
{
    const int64_t now = clock_mono_ms();
    if (photos->stopping)
        return DUTY_STOP;
    const bool mend = now >= photos->next_mend_ms;
    if ((photos->tidy_wanted || mend) && !photos->tidy_running) {
        photos->tidy_wanted = false;
        photos->tidy_running = true;
        if (mend)
            photos->next_mend_ms = now + MEND_MS;
        return mend ? DUTY_MEND : DUTY_TIDY;
    }
    if ((*ret = pop(photos)))
        return DUTY_TASK;
    if (now >= photos->next_look_ms) {
        photos->next_look_ms = now + LOOK_MS;
        return DUTY_LOOK;
    }
    return DUTY_NONE;
}

static enum duty wait_for_duty(struct photos *photos, struct task **ret)
{
    pthread_mutex_lock(&photos->lock);
    enum duty duty;
    while ((duty = duty_now(photos, ret)) == DUTY_NONE) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += LOOK_MS / 2 * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&photos->work, &photos->lock, &until);
    }
    pthread_mutex_unlock(&photos->lock);
    return duty;
}

static void *run(void *context)
{
    struct worker *worker = context;
    struct photos *photos = worker->photos;
    for (;;) {
        struct task *task = NULL;
        const enum duty duty = wait_for_duty(photos, &task);
        switch (duty) {
        case DUTY_STOP:
            return NULL;
        case DUTY_TASK:
            run_task(worker, task);
            break;
        case DUTY_LOOK:
            if (look(worker))
                photos_tidy(photos);
            break;
        case DUTY_TIDY:
        case DUTY_MEND:
            tidy(worker, duty == DUTY_MEND);
            break;
        case DUTY_NONE:
            break;
        }
    }
}

/* --- Life ------------------------------------------------------------------------------------- */

static enum err_code start_worker(struct photos *photos, const struct photo_settings *settings,
                                  struct err *err)
{
    struct worker *worker = &photos->workers[photos->worker_count];
    worker->photos = photos;
    worker->place = (struct place){.dir = store_dir(photos->store),
                                   .writer = photos->writer,
                                   .incoming = photos->incoming,
                                   .lock = &photos->place_lock,
                                   .counts = &photos->counts,
                                   .placed = settings->placed,
                                   .placed_context = settings->placed_context};
    arena_init(&worker->place.arena, ARENA_LIMIT);
    photos->worker_count++;
    TRY(store_reader_open(photos->store, &worker->place.reader, err));
    TRY(workshop_open(settings->program, &worker->place.workshop, err));
    if (pthread_create(&worker->thread, NULL, run, worker) != 0)
        return err_set(err, ERR_NOMEM, "a worker for photos cannot be started", 0);
    worker->is_running = true;
    return ERR_OK;
}

static enum err_code start(struct photos *photos, const struct photo_settings *settings,
                           struct err *err)
{
    char dir[600];
    TRY(place_make_folders(store_dir(photos->store), dir, sizeof dir, err));
    place_clear(store_dir(photos->store));
    TRY(incoming_open(dir, settings->device_bytes_max, clock_unix_ms(), &photos->incoming, err));
    const unsigned count = settings->workers < WORKERS_MAX ? settings->workers : WORKERS_MAX;
    for (unsigned i = 0; i < count; i++)
        TRY(start_worker(photos, settings, err));
    return ERR_OK;
}

enum err_code photos_open(struct store *store, struct store_writer *writer,
                          const struct photo_settings *settings, struct photos **ret,
                          struct err *err)
{
    struct photos *photos = calloc(1, sizeof *photos);
    if (!photos)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    photos->store = store;
    photos->writer = writer;
    photos->last = &photos->first;
    pthread_mutex_init(&photos->lock, NULL);
    pthread_mutex_init(&photos->place_lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&photos->work, &monotonic);
    pthread_condattr_destroy(&monotonic);
    const enum err_code code = start(photos, settings, err);
    if (code != ERR_OK) {
        photos_close(photos);
        return code;
    }
    *ret = photos;
    return ERR_OK;
}

void photos_stop(struct photos *photos)
{
    struct task *task;
    struct err err;
    pthread_mutex_lock(&photos->lock);
    photos->stopping = true;
    pthread_cond_broadcast(&photos->work);
    pthread_mutex_unlock(&photos->lock);
    for (unsigned i = 0; i < photos->worker_count; i++)
        if (photos->workers[i].is_running)
            pthread_join(photos->workers[i].thread, NULL);
    for (unsigned i = 0; i < photos->worker_count; i++)
        photos->workers[i].is_running = false;
    while ((task = pop(photos))) {
        (void)!err_set(&err, ERR_BUSY, "the server is stopping; try again later", 0);
        tell(task, ERR_BUSY, &err);
        free(task);
    }
}

void photos_close(struct photos *photos)
{
    if (!photos)
        return;
    photos_stop(photos);
    for (unsigned i = 0; i < photos->worker_count; i++) {
        struct place *place = &photos->workers[i].place;
        workshop_close(place->workshop);
        store_reader_close(place->reader);
        arena_done(&place->arena);
    }
    incoming_close(photos->incoming);
    pthread_cond_destroy(&photos->work);
    pthread_mutex_destroy(&photos->place_lock);
    pthread_mutex_destroy(&photos->lock);
    free(photos);
}

void photos_tidy(struct photos *photos)
{
    pthread_mutex_lock(&photos->lock);
    photos->tidy_wanted = true;
    pthread_cond_signal(&photos->work);
    pthread_mutex_unlock(&photos->lock);
}

void photos_stats(struct photos *photos, struct photos_stats *ret)
{
    struct place_counts *counts = &photos->counts;
    *ret = (struct photos_stats){
        .bytes = atomic_load(&counts->bytes),
        .received = atomic_load(&counts->received),
        .made = atomic_load(&counts->made),
        .refused = atomic_load(&counts->refused),
        .covered = atomic_load(&counts->covered),
        .erased = atomic_load(&counts->erased),
    };
    pthread_mutex_lock(&photos->lock);
    ret->queued_now = photos->queued;
    pthread_mutex_unlock(&photos->lock);
}

/* --- Taking ----------------------------------------------------------------------------------- */

uint64_t photos_offset(const struct photos *photos, const struct photo_key *key)
{
    return incoming_offset(photos->incoming, key);
}

enum err_code photos_begin(struct photos *photos, const struct photo_key *key, uint64_t offset,
                           struct photo_upload **ret, struct err *err)
{
    struct photo_upload *upload = calloc(1, sizeof *upload);
    if (!upload)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    upload->photos = photos;
    const enum err_code code = incoming_begin(photos->incoming, key, offset, &upload->part, err);
    if (code != ERR_OK) {
        free(upload);
        return code;
    }
    *ret = upload;
    return ERR_OK;
}

enum err_code photos_take(struct photo_upload *upload, struct span piece, struct err *err)
{
    TRY(incoming_take(upload->part, piece, err));
    atomic_fetch_add(&upload->photos->counts.bytes, piece.len);
    return ERR_OK;
}

void photos_finish(struct photo_upload *upload, photo_done_fn *done, void *context)
{
    struct err err = {.what = "out of memory"};
    struct task *task = calloc(1, sizeof *task);
    if (task)
        *task =
            (struct task){.kind = TASK_PIECE, .upload = upload, .done = done, .context = context};
    if (task && add_task(upload->photos, task))
        return;
    const enum err_code code = task ? busy(&err) : ERR_NOMEM;
    free(task);
    done(context, code, err.what, incoming_part_offset(upload->part));
}

void photos_end(struct photo_upload *upload)
{
    incoming_end(upload->part);
    free(upload);
}

/* --- Between servers -------------------------------------------------------------------------- */

enum err_code photos_finish_display(struct photos *photos, const struct sha256 *sha256,
                                    struct span display, photo_done_fn *done, void *context,
                                    struct err *err)
{
    if (display.len > PHOTO_BYTES_MAX)
        return err_set(err, ERR_TOO_LARGE, "the photo has too many bytes", display.len);
    struct task *task = calloc(1, sizeof *task + display.len);
    if (!task)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *task = (struct task){.kind = TASK_DISPLAY, .done = done, .context = context};
    task->key.sha256 = *sha256;
    task->len = display.len;
    if (display.len)
        memcpy(task->bytes, display.data, display.len);
    if (add_task(photos, task))
        return ERR_OK;
    free(task);
    return busy(err);
}

struct answer {
    pthread_mutex_t lock;
    pthread_cond_t told;
    bool is_told;
    enum err_code code;
    const char *what;
};

static void answered(void *context, enum err_code code, const char *what, uint64_t offset)
{
    struct answer *answer = context;
    (void)offset;
    pthread_mutex_lock(&answer->lock);
    answer->is_told = true;
    answer->code = code;
    answer->what = what;
    pthread_cond_signal(&answer->told);
    pthread_mutex_unlock(&answer->lock);
}

enum err_code photos_take_display(struct photos *photos, const struct sha256 *sha256,
                                  struct span display, struct err *err)
{
    struct answer answer = {.lock = PTHREAD_MUTEX_INITIALIZER, .told = PTHREAD_COND_INITIALIZER};
    TRY(photos_finish_display(photos, sha256, display, answered, &answer, err));
    pthread_mutex_lock(&answer.lock);
    while (!answer.is_told)
        pthread_cond_wait(&answer.told, &answer.lock);
    pthread_mutex_unlock(&answer.lock);
    return answer.code == ERR_OK ? ERR_OK : err_set(err, answer.code, answer.what, 0);
}
