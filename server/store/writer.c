/*
 * One thread, one connection. While it commits, others queue; what has queued is the next group:
 * the group grows with the load and nobody waits for a timer.
 */
#include "server/store/writer.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "server/store/accept.h"
#include "server/store/audit_row.h"
#include "server/store/inside.h"
#include "server/store/job.h"
#include "server/store/stride.h"
#include "tiles/base/buf.h"

enum {
    LISTENERS_MAX = 8,
    QUEUE_DEFAULT = 4096,
    GROUP_OPS = 2048, /* of one commit, so that the first of a flood is not kept waiting */
    IDLE_MS = 500,    /* how soon another process's writing is noticed */
    ARENA_LIMIT = 512 << 20,
};

struct listeners {
    struct {
        store_listener_fn *run;
        void *context;
    } list[LISTENERS_MAX];
    size_t count;
};

struct store_writer {
    struct store *store;
    struct db db;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows up to `stopping` */
    pthread_cond_t work;
    struct job *first, **last;
    size_t queued, queue_max;
    bool stopping;
    struct listeners listeners;
    store_signal_fn *signal;
    void *signal_context;
    pthread_mutex_t commit_lock; /* held while `committed` runs, so that it can be taken away */
    store_commit_fn *committed;
    void *committed_context;
    atomic_uint_least64_t commits, ops, busy_us;

    /* The thread's own. */
    struct arena arena;
    struct buf events;
    uint64_t newest;         /* change number as this writer knows it */
    int64_t data_version;    /* PRAGMA data_version: another connection committed */
    struct buf layers_stamp; /* the layers as they were when last looked at */
    bool wal_dirty, truncate;
};

/* --- Queue ------------------------------------------------------------------------------------ */

static enum err_code enqueue(struct store_writer *writer, struct job *job, struct err *err)
{
    pthread_mutex_lock(&writer->lock);
    const bool takes = !writer->stopping && writer->queued < writer->queue_max;
    if (takes) {
        *writer->last = job;
        writer->last = &job->next;
        writer->queued++;
        pthread_cond_signal(&writer->work);
    }
    pthread_mutex_unlock(&writer->lock);
    if (takes)
        return ERR_OK;
    job_free(job);
    return err_set(err, ERR_BUSY, "too much is waiting to be saved: try again in a moment", 0);
}

enum err_code store_submit(struct store_writer *writer, const struct store_batch *batch,
                           store_done_fn *done, void *context, struct err *err)
{
    struct job *job = job_new(batch);
    if (!job)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    job->done = done;
    job->context = context;
    return enqueue(writer, job, err);
}

enum err_code store_local_submit(struct store_writer *writer, store_local_fn *change,
                                 void *change_context, store_done_fn *done, void *context,
                                 struct err *err)
{
    /* The server's own authority: signing in and moderating go on when the disk is nearly full. */
    const struct store_batch none = {.origin = STORE_FROM_SERVER};
    struct job *job = job_new(&none);
    if (!job)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    job->local = change;
    job->local_context = change_context;
    job->done = done;
    job->context = context;
    return enqueue(writer, job, err);
}

/* Takes up to GROUP_OPS operations; NULL after a rest of IDLE_MS, or when there is nothing left to
 * do and the writer stops (*ret_stop). */
static struct job *take_group(struct store_writer *writer, bool *ret_stop)
{
    pthread_mutex_lock(&writer->lock);
    if (!writer->first && !writer->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += IDLE_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&writer->work, &writer->lock, &until);
    }
    struct job *group = writer->first, **end = &group;
    size_t ops = 0;
    while (*end && ops < GROUP_OPS) {
        ops += (*end)->batch.op_count;
        end = &(*end)->next;
        writer->queued--;
    }
    writer->first = *end;
    if (!writer->first)
        writer->last = &writer->first;
    *end = NULL;
    *ret_stop = writer->stopping && !group;
    pthread_mutex_unlock(&writer->lock);
    return group;
}

/* --- One transaction -------------------------------------------------------------------------- */

/* A fault of one operation, as far as anyone can tell; the rest may be saved without it. */
static bool is_its_own_fault(enum err_code code)
{
    return code == ERR_CONFLICT || code == ERR_INTERNAL || code == ERR_FORMAT || code == ERR_RANGE;
}

/* After a group has failed: each operation in a savepoint of its own (W4). */
static enum err_code accept_careful(struct store_writer *writer, struct accept *accept,
                                    const struct store_batch *batch, size_t at,
                                    struct store_ack *ret, struct err *err)
{
    const size_t events = writer->events.len;
    const uint64_t newest = accept->newest;
    TRY(db_exec(&writer->db, "SAVEPOINT one", err));
    const enum err_code code = accept_op(accept, batch, at, ret, err);
    if (code == ERR_OK)
        return db_exec(&writer->db, "RELEASE one", err);
    if (!is_its_own_fault(code))
        return code;
    TRY(db_exec(&writer->db, "ROLLBACK TO one; RELEASE one", err));
    writer->events.len = events;
    accept->newest = newest;
    const struct op unread = {.op_id = ret->op_id};
    return accept_quarantine(accept, batch, at, &unread, "internal", ret, err);
}

/* In a savepoint: what it refuses leaves nothing behind and is told to its caller alone. A failure
 * that has ended the transaction (a full disk) is everyone's. */
static enum err_code run_local(struct store_writer *writer, struct job *job, struct err *err)
{
    struct err own = {.what = ""};
    TRY(db_exec(&writer->db, "SAVEPOINT local", err));
    job->code = job->local(&writer->db, job->local_context, &own);
    job->what = job->code == ERR_OK ? "" : own.what;
    if (job->code == ERR_OK)
        return db_exec(&writer->db, "RELEASE local", err);
    if (sqlite3_get_autocommit(writer->db.sqlite))
        return err_set(err, own.code, own.what, own.at);
    return db_exec(&writer->db, "ROLLBACK TO local; RELEASE local", err);
}

static enum err_code tell_audit(struct store_writer *writer, const struct job *job, struct err *err)
{
    for (size_t i = 0; job->batch.audit && i < job->batch.op_count; i++)
        if (job->acks[i].status == STORE_ACK_STORED)
            TRY(audit_row_add(&writer->db, &job->batch.audit[i], err));
    return ERR_OK;
}

static enum err_code accept_job(struct store_writer *writer, struct accept *accept, struct job *job,
                                bool careful, struct err *err)
{
    if (job->local)
        return run_local(writer, job, err);
    struct err own = {0};
    job->code = accept_token(accept, &job->batch, &own);
    job->what = job->code == ERR_OK ? "" : own.what;
    if (job->code == ERR_UNAUTHORIZED)
        return ERR_OK; /* the others of the group have done nothing wrong */
    if (job->code != ERR_OK)
        return err_set(err, own.code, own.what, own.at);
    const uint64_t before = accept->newest;
    for (size_t i = 0; i < job->batch.op_count; i++) {
        struct store_ack *ack = &job->acks[i];
        if (careful)
            TRY(accept_careful(writer, accept, &job->batch, i, ack, err));
        else
            TRY(accept_op(accept, &job->batch, i, ack, err));
    }
    if (job->batch.stride)
        TRY(stride_take(accept, &job->batch, before, job->acks, err));
    return tell_audit(writer, job, err);
}

static void note_other_writers(struct store_writer *writer, struct accept *accept)
{
    if (accept->newest == writer->newest)
        return;
    const struct store_event event = {.type = STORE_EVENT_ALL, .change = accept->newest};
    project_tell(&accept->project, &event);
}

static enum err_code try_group(struct store_writer *writer, struct accept *accept,
                               struct job *group, bool careful, struct err *err)
{
    buf_clear(&writer->events);
    arena_reset(&writer->arena);
    TRY(db_exec(&writer->db, "BEGIN IMMEDIATE", err));
    TRY(accept_begin(accept, err));
    note_other_writers(writer, accept);
    for (struct job *job = group; job; job = job->next)
        TRY(accept_job(writer, accept, job, careful, err));
    if (accept->has_erased) {
        /* FTS5 keeps the old words in its segments until they are merged into one. */
        sqlite3_stmt *stmt;
        TRY(db_take(&writer->db, SQL_TEXT_OPTIMISE, &stmt, err));
        TRY(db_run(&writer->db, stmt, err));
    }
    return db_exec(&writer->db, "COMMIT", err);
}

static bool has_authority(const struct job *group)
{
    for (; group; group = group->next)
        if (group->batch.origin == STORE_FROM_SERVER || group->batch.origin == STORE_FROM_STAFF)
            return true;
    return false;
}

/* S15: below the mark words are refused while there is still room to take things back. */
static enum err_code check_room(struct store_writer *writer, const struct job *group,
                                struct err *err)
{
    uint64_t room, mark;
    sidefile_room(writer->store->dir, &room, &mark);
    if (room >= mark || has_authority(group))
        return ERR_OK;
    return err_set(err, ERR_FULL,
                   "the server's disk is nearly full: nothing was saved; keep it and "
                   "try again later",
                   0);
}

static enum err_code run_group(struct store_writer *writer, struct accept *accept,
                               struct job *group, struct err *err)
{
    TRY(check_room(writer, group, err));
    enum err_code code = try_group(writer, accept, group, false, err);
    if (code == ERR_OK)
        return ERR_OK;
    db_rollback(&writer->db);
    if (code == ERR_FULL && has_authority(group) && sidefile_drop_ballast(writer->store->dir))
        code = try_group(writer, accept, group, false, err);
    else if (is_its_own_fault(code))
        code = try_group(writer, accept, group, true, err);
    else if (code == ERR_CHECKSUM)
        /* After a want of memory FTS5 takes its own cache for damage, once. */
        code = try_group(writer, accept, group, false, err);
    if (code != ERR_OK)
        db_rollback(&writer->db);
    return code;
}

static void tell_listeners(struct store_writer *writer)
{
    const size_t count = writer->events.len / sizeof(struct store_event);
    const struct store_event *events =
        (const struct store_event *)(const void *)writer->events.data;
    if (count == 0)
        return;
    pthread_mutex_lock(&writer->lock);
    const struct listeners listeners = writer->listeners;
    pthread_mutex_unlock(&writer->lock);
    for (size_t i = 0; i < listeners.count; i++)
        listeners.list[i].run(listeners.list[i].context, events, count);
}

static void tell_committed(struct store_writer *writer)
{
    pthread_mutex_lock(&writer->commit_lock);
    if (writer->committed)
        writer->committed(writer->committed_context);
    pthread_mutex_unlock(&writer->commit_lock);
}

static void complete(struct job *group, enum err_code code, const char *what)
{
    while (group) {
        struct job *next = group->next;
        const struct store_result result = {
            .code = code != ERR_OK ? code : group->code,
            .what = code != ERR_OK ? what : group->what,
            .acks = group->acks,
            .ack_count = group->batch.op_count,
        };
        group->done(group->context, &result);
        job_free(group);
        group = next;
    }
}

static uint64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void handle_group(struct store_writer *writer, struct job *group)
{
    struct err err = {.what = ""};
    struct accept accept = {
        .project = {.db = &writer->db, .arena = &writer->arena, .events = &writer->events},
        .limits = accept_limits(&writer->store->info),
        .server_id = writer->store->info.server_id,
        .signal = writer->signal,
        .signal_context = writer->signal_context,
        .dir = writer->store->dir,
    };
    const uint64_t start = now_us();
    const enum err_code code = run_group(writer, &accept, group, &err);
    if (code == ERR_OK) {
        writer->newest = accept.newest;
        writer->wal_dirty = true;
        writer->truncate |= accept.has_erased || writer->db.wipes;
        writer->db.wipes = false;
        /* Behind the database is safe, so a failure here is none: see sidefile.h. */
        (void)!sidefile_write_epoch(&writer->store->side, writer->store->info.epoch, accept.newest,
                                    false, NULL);
        size_t ops = 0;
        for (const struct job *job = group; job; job = job->next)
            ops += job->batch.op_count;
        atomic_fetch_add(&writer->commits, 1);
        atomic_fetch_add(&writer->ops, ops);
        tell_listeners(writer);
        tell_committed(writer);
    }
    atomic_fetch_add(&writer->busy_us, now_us() - start);
    complete(group, code, err.what);
}

/* --- While nothing is queued ------------------------------------------------------------------ */

static int64_t one_int(struct db *db, enum sql which)
{
    sqlite3_stmt *stmt;
    int64_t value = -1;
    if (db_take(db, which, &stmt, NULL) == ERR_OK)
        (void)!db_one_int(db, stmt, -1, &value, NULL);
    return value;
}

/* Another process, `import` or `demo`, may have written. */
static void look_around(struct store_writer *writer)
{
    buf_clear(&writer->events);
    const int64_t version = one_int(&writer->db, SQL_DATA_VERSION);
    if (version == writer->data_version)
        return;
    writer->data_version = version;
    struct project project = {.events = &writer->events};
    const int64_t newest = one_int(&writer->db, SQL_CHANGE_NEWEST);
    if (newest >= 0 && (uint64_t)newest != writer->newest) {
        writer->newest = (uint64_t)newest;
        const struct store_event event = {.type = STORE_EVENT_ALL, .change = writer->newest};
        project_tell(&project, &event);
        tell_committed(writer);
    }
    sqlite3_stmt *stmt;
    bool row;
    if (db_take(&writer->db, SQL_LAYERS_STAMP, &stmt, NULL) != ERR_OK ||
        db_step(&writer->db, stmt, &row, NULL) != ERR_OK)
        return;
    const struct span stamp = db_column_text(stmt, 0);
    if (row && !span_equal(stamp, buf_span(&writer->layers_stamp))) {
        buf_clear(&writer->layers_stamp);
        buf_add(&writer->layers_stamp, stamp);
        const struct store_event event = {.type = STORE_EVENT_LAYERS, .change = writer->newest};
        project_tell(&project, &event);
    }
    db_reset(stmt);
    tell_listeners(writer);
}

static void rest(struct store_writer *writer)
{
    look_around(writer);
    if (!writer->wal_dirty)
        return;
    const int mode = writer->truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    sqlite3_busy_timeout(writer->db.sqlite,
                         100); /* a slow reader must not hold up the next comment */
    const int result = sqlite3_wal_checkpoint_v2(writer->db.sqlite, NULL, mode, NULL, NULL);
    sqlite3_busy_timeout(writer->db.sqlite, 10000);
    if (result == SQLITE_OK)
        writer->wal_dirty = writer->truncate = false;
    (void)!sidefile_write_epoch(&writer->store->side, writer->store->info.epoch, writer->newest,
                                true, NULL);
}

static void *run(void *context)
{
    struct store_writer *writer = context;
    for (bool stop = false; !stop;) {
        struct job *group = take_group(writer, &stop);
        if (group)
            handle_group(writer, group);
        else if (!stop)
            rest(writer);
    }
    return NULL;
}

/* --- Life ------------------------------------------------------------------------------------- */

static void writer_release(struct store_writer *writer)
{
    pthread_cond_destroy(&writer->work);
    pthread_mutex_destroy(&writer->lock);
    pthread_mutex_destroy(&writer->commit_lock);
    arena_done(&writer->arena);
    buf_done(&writer->events);
    buf_done(&writer->layers_stamp);
    db_close(&writer->db);
    free(writer);
}

enum err_code store_writer_open(struct store *store, size_t max_queued, struct store_writer **ret,
                                struct err *err)
{
    if (store->mode != STORE_WRITE)
        return err_set(err, ERR_USAGE, "the store was opened for reading", 0);
    struct store_writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    writer->store = store;
    writer->last = &writer->first;
    writer->queue_max = max_queued ? max_queued : QUEUE_DEFAULT;
    arena_init(&writer->arena, ARENA_LIMIT);
    buf_init(&writer->events);
    buf_init(&writer->layers_stamp);
    pthread_mutex_init(&writer->lock, NULL);
    pthread_mutex_init(&writer->commit_lock, NULL);
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&writer->work, &clock);
    pthread_condattr_destroy(&clock);
    enum err_code code = db_open(&writer->db, store->path, DB_WRITE, err);
    if (code == ERR_OK) {
        writer->db.municipality = store->info.municipality;
        writer->db.dir = store->dir;
        writer->newest = (uint64_t)one_int(&writer->db, SQL_CHANGE_NEWEST);
        if (writer->newest == UINT64_MAX)
            writer->newest = 0;
        look_around(writer); /* learns what is there; nobody listens yet */
        if (pthread_create(&writer->thread, NULL, run, writer) != 0)
            code = err_set(err, ERR_NOMEM, "the writer's thread cannot start", 0);
    }
    if (code != ERR_OK) {
        writer_release(writer);
        return code;
    }
    *ret = writer;
    return ERR_OK;
}

void store_writer_close(struct store_writer *writer)
{
    if (!writer)
        return;
    pthread_mutex_lock(&writer->lock);
    writer->stopping = true;
    pthread_cond_signal(&writer->work);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    rest(writer);
    writer_release(writer);
}

enum err_code store_writer_listen(struct store_writer *writer, store_listener_fn *listener,
                                  void *context, struct err *err)
{
    pthread_mutex_lock(&writer->lock);
    struct listeners *listeners = &writer->listeners;
    const bool room = listeners->count < LISTENERS_MAX;
    if (room) {
        listeners->list[listeners->count].run = listener;
        listeners->list[listeners->count].context = context;
        listeners->count++;
    }
    pthread_mutex_unlock(&writer->lock);
    return room ? ERR_OK : err_set(err, ERR_LIMIT, "too many listeners", 0);
}

void store_writer_after_commit(struct store_writer *writer, store_commit_fn *committed,
                               void *context)
{
    pthread_mutex_lock(&writer->commit_lock);
    writer->committed = committed;
    writer->committed_context = context;
    pthread_mutex_unlock(&writer->commit_lock);
}

void store_writer_signal(struct store_writer *writer, store_signal_fn *signal, void *context)
{
    pthread_mutex_lock(&writer->lock);
    writer->signal = signal;
    writer->signal_context = context;
    pthread_mutex_unlock(&writer->lock);
}

void store_writer_stats(struct store_writer *writer, struct store_writer_stats *ret)
{
    pthread_mutex_lock(&writer->lock);
    const uint64_t queued = writer->queued;
    pthread_mutex_unlock(&writer->lock);
    *ret = (struct store_writer_stats){
        .commits = atomic_load(&writer->commits),
        .ops = atomic_load(&writer->ops),
        .queued_now = queued,
        .busy_us = atomic_load(&writer->busy_us),
    };
}
