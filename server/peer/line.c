#include "server/peer/line.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "server/log.h"
#include "server/peer/album.h"
#include "server/peer/round.h"
#include "server/peer/secret.h"

enum {
    WAIT_S = 25,          /* a long poll */
    LOOK_MS = 5000,       /* without an upstream: how often one is looked for */
    PAUSE_FIRST_MS = 500, /* after a failure; doubled up to: */
    PAUSE_MAX_MS = 60000,
};

struct peer_line {
    struct peer_line_settings settings;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows up to `status` */
    pthread_cond_t wake;
    struct peer_client *client; /* to interrupt; the thread's own otherwise */
    struct peer_line_status status;
    atomic_bool stopping, changed;

    /* The thread's own. */
    struct store_reader *reader;
    struct peer_album album;
    struct store_upstream upstream; /* that the client was made for */
    int64_t pause_ms;
};

static bool is_stopping(void *self)
{
    const struct peer_line *line = self;
    return atomic_load(&line->stopping);
}

static bool is_in_hurry(void *self)
{
    const struct peer_line *line = self;
    return atomic_load(&line->changed) || atomic_load(&line->stopping);
}

/* --- State ------------------------------------------------------------------------------------ */

static void set_state(struct peer_line *line, enum peer_line_state state, const char *what)
{
    pthread_mutex_lock(&line->lock);
    const bool news = state != line->status.state;
    line->status.state = state;
    line->status.what = what;
    if (state == PEER_LINE_UP)
        line->status.contact_ms = line->settings.now_ms();
    else if (state != PEER_LINE_NONE)
        line->status.failures++;
    pthread_mutex_unlock(&line->lock);
    if (news)
        log_line(state == PEER_LINE_REFUSED ? LOG_ERROR : LOG_INFO, "line", "state=%s what=\"%s\"",
                 peer_line_state_name(state), what);
}

static void add_totals(struct peer_line *line, struct peer_totals *totals)
{
    pthread_mutex_lock(&line->lock);
    line->status.fetched += totals->fetched;
    line->status.pushed += totals->pushed;
    line->status.photos_in += totals->photos_in;
    line->status.photos_out += totals->photos_out;
    pthread_mutex_unlock(&line->lock);
    *totals = (struct peer_totals){0};
}

/* Up to half as long again, so that venues that lost the city together do not come back together.
 */
static void rest(struct peer_line *line, int64_t ms)
{
    struct timespec until;
    ms += randombytes_uniform((uint32_t)ms / 2 + 1);
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&line->lock);
    while (!atomic_load(&line->stopping) &&
           pthread_cond_timedwait(&line->wake, &line->lock, &until) == 0)
        ;
    pthread_mutex_unlock(&line->lock);
}

/* --- The client --------------------------------------------------------------------------------
 */

static void drop_client(struct peer_line *line)
{
    pthread_mutex_lock(&line->lock);
    struct peer_client *client = line->client;
    line->client = NULL;
    pthread_mutex_unlock(&line->lock);
    peer_client_close(client);
}

static enum err_code make_client(struct peer_line *line, struct err *err)
{
    uint8_t secret[PEER_SECRET];
    struct peer_key key;
    struct peer_client *client = NULL;
    const struct store_upstream *upstream = &line->upstream;
    TRY(peer_secret_read(store_dir(line->settings.store), secret, err));
    TRY(peer_secret_open(secret, span_of(upstream->sealed, upstream->sealed_len), &key, err));
    const struct peer_client_settings settings = {
        .url = upstream->url,
        .ca_file = upstream->ca_file,
        .key = &key,
        .now_ms = line->settings.now_ms,
        .stopped = is_stopping,
        .hurry = is_in_hurry,
        .self = line,
    };
    const enum err_code code = peer_client_open(&settings, &client, err);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(&key, sizeof key);
    TRY(code);
    pthread_mutex_lock(&line->lock);
    line->client = client;
    pthread_mutex_unlock(&line->lock);
    return ERR_OK;
}

static bool is_same_way(const struct store_upstream *a, const struct store_upstream *b)
{
    return strcmp(a->url, b->url) == 0 && strcmp(a->ca_file, b->ca_file) == 0 &&
           a->sealed_len == b->sealed_len && memcmp(a->sealed, b->sealed, a->sealed_len) == 0;
}

/* The upstream as it is now, with a client for it. */
static enum err_code be_ready(struct peer_line *line, bool *ret_found, struct err *err)
{
    struct store_upstream upstream;
    TRY(store_upstream_read(line->reader, &upstream, ret_found, err));
    if (!*ret_found) {
        drop_client(line);
        return ERR_OK;
    }
    if (line->client && is_same_way(&upstream, &line->upstream))
        return ERR_OK;
    drop_client(line);
    line->upstream = upstream;
    return make_client(line, err);
}

/* --- The thread --------------------------------------------------------------------------------
 */

/* Pushes all, then fetches all, then waits for either side's news. */
static enum err_code exchange(struct peer_line *line, struct peer_round *round, struct err *err)
{
    bool more = true;
    while (more && !atomic_load(&line->stopping)) {
        atomic_store(&line->changed, false);
        TRY(peer_round_push(round, &more, err));
    }
    /* Waits only on a line that is known to be up, so that it is told to be up at once. */
    struct peer_line_status status;
    peer_line_status(line, &status);
    TRY(peer_round_pull(round, status.state == PEER_LINE_UP ? WAIT_S : 0, &more, err));
    while (more && !is_in_hurry(line))
        TRY(peer_round_pull(round, 0, &more, err));
    return store_upstream_read(line->reader, &line->upstream, &more, err);
}

static enum peer_line_state state_of(enum err_code code)
{
    switch (code) {
    case ERR_UNAUTHORIZED:
    case ERR_FORBIDDEN:
    case ERR_CONFLICT:
    case ERR_CHECKSUM:
    case ERR_VERSION:
    case ERR_NOT_FOUND:
        return PEER_LINE_REFUSED;
    default:
        return PEER_LINE_DOWN;
    }
}

static void one_turn(struct peer_line *line)
{
    struct err err = {.what = ""};
    bool found = false;
    enum err_code code = be_ready(line, &found, &err);
    if (code == ERR_OK && !found) {
        set_state(line, PEER_LINE_NONE, "");
        rest(line, LOOK_MS);
        return;
    }
    struct peer_round round = {
        .store = line->settings.store,
        .reader = line->reader,
        .writer = line->settings.writer,
        .photos = &line->album.photos,
        .client = line->client,
        .now_ms = line->settings.now_ms,
        .hurry = is_in_hurry,
        .self = line,
    };
    if (code == ERR_OK)
        code = exchange(line, &round, &err);
    add_totals(line, &round.totals);
    if (atomic_load(&line->stopping))
        return;
    if (code == ERR_OK) {
        set_state(line, PEER_LINE_UP, "");
        line->pause_ms = PAUSE_FIRST_MS;
        return;
    }
    set_state(line, state_of(code), err.what);
    rest(line, line->pause_ms);
    line->pause_ms = line->pause_ms * 2 < PAUSE_MAX_MS ? line->pause_ms * 2 : PAUSE_MAX_MS;
}

static void *run(void *self)
{
    struct peer_line *line = self;
    while (!atomic_load(&line->stopping))
        one_turn(line);
    drop_client(line);
    return NULL;
}

/* --- Life --------------------------------------------------------------------------------------
 */

static void release(struct peer_line *line)
{
    store_reader_close(line->reader);
    pthread_cond_destroy(&line->wake);
    pthread_mutex_destroy(&line->lock);
    free(line);
}

enum err_code peer_line_open(const struct peer_line_settings *settings, struct peer_line **ret,
                             struct err *err)
{
    struct peer_line *line = calloc(1, sizeof *line);
    if (!line)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&line->lock, NULL);
    pthread_cond_init(&line->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    line->settings = *settings;
    peer_album_init(&line->album, settings->store, settings->photos);
    line->pause_ms = PAUSE_FIRST_MS;
    line->status.what = "";
    enum err_code code = store_reader_open(settings->store, &line->reader, err);
    if (code == ERR_OK && pthread_create(&line->thread, NULL, run, line) != 0)
        code = err_set(err, ERR_NOMEM, "the line's thread cannot start", 0);
    if (code != ERR_OK) {
        release(line);
        return code;
    }
    *ret = line;
    return ERR_OK;
}

void peer_line_close(struct peer_line *line)
{
    if (!line)
        return;
    pthread_mutex_lock(&line->lock);
    atomic_store(&line->stopping, true);
    if (line->client)
        peer_client_wake(line->client);
    pthread_cond_signal(&line->wake);
    pthread_mutex_unlock(&line->lock);
    pthread_join(line->thread, NULL);
    release(line);
}

void peer_line_changed(struct peer_line *line)
{
    pthread_mutex_lock(&line->lock);
    atomic_store(&line->changed, true);
    if (line->client)
        peer_client_wake(line->client);
    pthread_mutex_unlock(&line->lock);
}

void peer_line_status(struct peer_line *line, struct peer_line_status *ret)
{
    pthread_mutex_lock(&line->lock);
    *ret = line->status;
    pthread_mutex_unlock(&line->lock);
}

const char *peer_line_state_name(enum peer_line_state state)
{
    static const char *const names[] = {
        [PEER_LINE_NONE] = "none",
        [PEER_LINE_UP] = "up",
        [PEER_LINE_DOWN] = "down",
        [PEER_LINE_REFUSED] = "refused",
    };
    return names[state];
}
