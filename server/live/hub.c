#include "server/live/hub.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tiles/base/buf.h"
#include "tiles/base/num.h"

enum { EVENT_TEXT = 320 }; /* the longest has two 20-digit numbers, an id, a place, a box: 298 */

struct event {
    uint64_t change;
    bool is_change; /* not of layers and resets: a greeting never tells those */
    size_t len;
    char text[EVENT_TEXT];
};

struct live_hub {
    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t stop_heartbeat;
    pthread_t thread;
    bool stopping;
    int64_t heartbeat_ms;
    size_t max_listeners, listener_count;
    struct live_listener *first;
    uint64_t head; /* events ever published: number n lies at n % LIVE_RING */
    uint64_t dropped;
    uint64_t stamp; /* of the events of meetings */
    struct event ring[LIVE_RING];
};

struct live_listener {
    struct live_hub *hub;
    struct live_listener *previous, *next;
    struct http_stream *stream; /* NULL until the sender has opened it */
    uint64_t at;                /* the next event to read */
    uint64_t after;             /* events up to this change were told by the greeting */
    struct buf greeting;
    size_t greeted;  /* bytes of it that have left */
    size_t offset;   /* bytes of event `at` that have left */
    bool beat;       /* a heartbeat is due */
    bool of_meeting; /* reads no ring: hears of this meeting alone */
    struct uuid meeting_id;
    bool told; /* it has changed since the last event left */
};

/* --- Events as text --- */

static bool same_box(struct store_box a, struct store_box b)
{
    return a.min_lon_e7 == b.min_lon_e7 && a.min_lat_e7 == b.min_lat_e7 &&
           a.max_lon_e7 == b.max_lon_e7 && a.max_lat_e7 == b.max_lat_e7;
}

/* Where it stands now and how far it reaches. Where it was is not told: it may have been hidden
 * just now how exactly it was there. */
static void add_place(struct buf *out, const struct store_event *event)
{
    const struct store_box box = event->new_bounds;
    buf_add_str(out, ",\"lon\":");
    num_add_e7(out, event->new_lon_e7);
    buf_add_str(out, ",\"lat\":");
    num_add_e7(out, event->new_lat_e7);
    if (!same_box(box, (struct store_box){0})) {
        const int32_t sides[] = {box.min_lon_e7, box.min_lat_e7, box.max_lon_e7, box.max_lat_e7};
        for (size_t i = 0; i < LENGTH(sides); i++) {
            buf_add_str(out, i == 0 ? ",\"bbox\":[" : ",");
            num_add_e7(out, sides[i]);
        }
        buf_add_byte(out, ']');
    }
    if (event->was_public &&
        (event->old_lon_e7 != event->new_lon_e7 || event->old_lat_e7 != event->new_lat_e7 ||
         !same_box(event->old_bounds, box)))
        buf_add_str(out, ",\"moved\":true");
}

void live_event_add(struct buf *out, const struct store_event *event)
{
    static const char *const types[] = {[STORE_EVENT_COMMENT] = "comment",
                                        [STORE_EVENT_REPLY] = "reply",
                                        [STORE_EVENT_CARD] = "card"};
    if (event->change) {
        buf_add_str(out, "id: ");
        buf_add_int(out, (int64_t)event->change);
        buf_add_byte(out, '\n');
    }
    if (event->type == STORE_EVENT_LAYERS || event->type == STORE_EVENT_ALL) {
        const bool layers = event->type == STORE_EVENT_LAYERS;
        buf_add_str(out, layers ? "event: layers\ndata: {\"change\":"
                                : "event: reset\ndata: {\"change\":");
        buf_add_int(out, (int64_t)event->change);
        buf_add_str(out, "}\n\n");
        return;
    }
    char id[UUID_TEXT + 1];
    uuid_text(event->id, id);
    buf_add_str(out, "event: change\ndata: {\"change\":");
    buf_add_int(out, (int64_t)event->change);
    buf_add_str(out, ",\"type\":\"");
    buf_add_str(out, types[event->type]);
    buf_add_str(out, "\",\"id\":\"");
    buf_add_str(out, id);
    buf_add_byte(out, '"');
    if (event->type != STORE_EVENT_CARD && event->is_public) {
        add_place(out, event);
    } else if (!event->is_public) {
        buf_add_str(out, ",\"removed\":true");
    }
    buf_add_str(out, "}\n\n");
}

/* What happens inside, before anything is public, is told by other ways (server/class). */
static bool is_for_all(const struct store_event *event)
{
    return event->type != STORE_EVENT_HELD && event->type != STORE_EVENT_MEETING &&
           event->type != STORE_EVENT_PHOTO;
}

/* --- Publishing --- */

static void wake_all(struct live_hub *hub)
{
    for (struct live_listener *at = hub->first; at; at = at->next)
        if (at->stream)
            http_stream_wake(at->stream);
}

/* The hub is locked. `meeting_id` nil: any may have changed. */
static void tell_meeting(struct live_hub *hub, struct uuid meeting_id)
{
    for (struct live_listener *at = hub->first; at; at = at->next)
        if (at->of_meeting && (uuid_is_nil(meeting_id) || uuid_equal(at->meeting_id, meeting_id)))
            at->told = true;
}

void live_hub_told(struct live_hub *hub, struct uuid meeting_id)
{
    if (!hub)
        return;
    pthread_mutex_lock(&hub->lock);
    tell_meeting(hub, meeting_id);
    wake_all(hub);
    pthread_mutex_unlock(&hub->lock);
}

/* The hub is locked. Without memory for the text the event is an empty one. */
static void publish(struct live_hub *hub, const struct buf *text, uint64_t change, bool is_change)
{
    assert(text->len <= EVENT_TEXT);
    struct event *slot = &hub->ring[hub->head++ % LIVE_RING];
    slot->change = change;
    slot->is_change = is_change;
    slot->len = text->failed ? 0 : text->len;
    if (slot->len)
        memcpy(slot->text, text->data, slot->len);
}

void live_hub_photo(struct live_hub *hub, struct uuid photo_id, struct uuid comment_id)
{
    CLEANUP(buf_done) struct buf text = {0};
    char id[UUID_TEXT + 1];
    uuid_text(photo_id, id);
    buf_add_str(&text, "event: photo\ndata: {\"id\":\"");
    buf_add_str(&text, id);
    uuid_text(comment_id, id);
    buf_add_str(&text, "\",\"comment\":\"");
    buf_add_str(&text, id);
    buf_add_str(&text, "\"}\n\n");
    pthread_mutex_lock(&hub->lock);
    publish(hub, &text, 0, false);
    wake_all(hub);
    pthread_mutex_unlock(&hub->lock);
}

void live_hub_changed(void *context, const struct store_event *events, size_t count)
{
    struct live_hub *hub = context;
    struct buf text;
    buf_init(&text);
    pthread_mutex_lock(&hub->lock);
    for (size_t i = 0; i < count; i++) {
        if (!uuid_is_nil(events[i].meeting_id) || events[i].type == STORE_EVENT_ALL)
            tell_meeting(hub, events[i].meeting_id);
        if (!is_for_all(&events[i]))
            continue;
        buf_clear(&text);
        live_event_add(&text, &events[i]);
        publish(hub, &text, events[i].change,
                events[i].type != STORE_EVENT_LAYERS && events[i].type != STORE_EVENT_ALL);
    }
    wake_all(hub);
    pthread_mutex_unlock(&hub->lock);
    buf_done(&text);
}

static void *beat(void *context)
{
    struct live_hub *hub = context;
    pthread_mutex_lock(&hub->lock);
    while (!hub->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += hub->heartbeat_ms / 1000;
        until.tv_nsec += hub->heartbeat_ms % 1000 * 1000000;
        if (until.tv_nsec >= 1000000000) {
            until.tv_sec++;
            until.tv_nsec -= 1000000000;
        }
        pthread_cond_timedwait(&hub->stop_heartbeat, &hub->lock, &until);
        for (struct live_listener *at = hub->first; at; at = at->next)
            at->beat = true;
        wake_all(hub);
    }
    pthread_mutex_unlock(&hub->lock);
    return NULL;
}

/* --- One listener's stream --- */

static size_t copy_some(const void *from, size_t len, size_t *done, uint8_t *to, size_t room)
{
    const size_t take = len - *done < room ? len - *done : room;
    memcpy(to, (const uint8_t *)from + *done, take);
    *done += take;
    return take;
}

static size_t read_events(struct live_listener *listener, uint8_t *to, size_t room)
{
    const struct live_hub *hub = listener->hub;
    size_t len = 0;
    while (listener->at < hub->head && len < room) {
        const struct event *event = &hub->ring[listener->at % LIVE_RING];
        if (!event->is_change || event->change > listener->after)
            len += copy_some(event->text, event->len, &listener->offset, to + len, room - len);
        else
            listener->offset = event->len;
        if (listener->offset < event->len)
            break;
        listener->offset = 0;
        listener->at++;
    }
    return len;
}

/* The event is written where a greeting stands, which leaves piece by piece. */
static void write_board(struct live_listener *listener)
{
    struct buf *text = &listener->greeting;
    buf_clear(text);
    listener->greeted = 0;
    buf_add_str(text, "event: board\ndata: {\"stamp\":");
    buf_add_int(text, (int64_t)++listener->hub->stamp);
    buf_add_str(text, "}\n\n");
    listener->told = text->failed; /* without memory now, again at the next waking */
}

static ptrdiff_t read_some(struct live_listener *listener, uint8_t *to, size_t room)
{
    static const char heartbeat[] = ":\n\n";
    struct live_hub *hub = listener->hub;
    if (listener->told && listener->greeted == listener->greeting.len)
        write_board(listener);
    if (listener->greeted < listener->greeting.len)
        return (ptrdiff_t)copy_some(listener->greeting.data, listener->greeting.len,
                                    &listener->greeted, to, room);
    if (!listener->of_meeting && hub->head - listener->at > LIVE_RING) {
        hub->dropped++;
        return -1;
    }
    const size_t len = listener->of_meeting ? 0 : read_events(listener, to, room);
    if (len)
        return (ptrdiff_t)len;
    if (hub->stopping)
        return -1;
    if (!listener->beat || room < strlen(heartbeat))
        return 0;
    listener->beat = false;
    memcpy(to, heartbeat, strlen(heartbeat));
    return (ptrdiff_t)strlen(heartbeat);
}

static ptrdiff_t read_listener(void *self, uint8_t *to, size_t room)
{
    struct live_listener *listener = self;
    pthread_mutex_lock(&listener->hub->lock);
    const ptrdiff_t len = read_some(listener, to, room);
    if (len > 0)
        listener->beat = false;
    pthread_mutex_unlock(&listener->hub->lock);
    return len;
}

static void close_listener(void *self)
{
    live_listener_free(self);
}

static void listener_opened(void *self, struct http_stream *stream)
{
    struct live_listener *listener = self;
    pthread_mutex_lock(&listener->hub->lock);
    listener->stream = stream;
    pthread_mutex_unlock(&listener->hub->lock);
}

/* --- Life --- */

enum err_code live_listener_new(struct live_hub *hub, struct live_listener **ret, struct err *err)
{
    struct live_listener *listener = calloc(1, sizeof *listener);
    if (!listener)
        return err_set(err, ERR_NOMEM, "no memory for another live stream", 0);
    buf_init(&listener->greeting);
    listener->hub = hub;
    pthread_mutex_lock(&hub->lock);
    const bool full = hub->stopping || hub->listener_count >= hub->max_listeners;
    if (!full) {
        hub->listener_count++;
        listener->at = hub->head;
        listener->next = hub->first;
        if (listener->next)
            listener->next->previous = listener;
        hub->first = listener;
    }
    pthread_mutex_unlock(&hub->lock);
    if (full) {
        free(listener);
        return err_set(err, ERR_BUSY, "too many live streams are open; ask again later", 0);
    }
    *ret = listener;
    return ERR_OK;
}

enum err_code live_listener_of_meeting(struct live_hub *hub, struct uuid meeting_id,
                                       struct live_listener **ret, struct err *err)
{
    struct live_listener *listener = NULL;
    TRY(live_listener_new(hub, &listener, err));
    pthread_mutex_lock(&hub->lock);
    listener->of_meeting = true;
    listener->meeting_id = meeting_id;
    listener->told = true;
    pthread_mutex_unlock(&hub->lock);
    *ret = listener;
    return ERR_OK;
}

enum err_code live_listener_greet(struct live_listener *listener, struct span text, uint64_t change,
                                  struct err *err)
{
    buf_add(&listener->greeting, text);
    if (listener->greeting.failed)
        return err_set(err, ERR_NOMEM, "no memory for another live stream", 0);
    listener->after = change;
    return ERR_OK;
}

void live_listener_send(struct live_listener *listener, struct http_response *res)
{
    static const struct http_stream_ops ops = {read_listener, close_listener};
    http_send_stream(res, "text/event-stream", &ops, listener, listener_opened);
}

void live_listener_free(struct live_listener *listener)
{
    if (!listener)
        return;
    struct live_hub *hub = listener->hub;
    pthread_mutex_lock(&hub->lock);
    hub->listener_count--;
    if (listener->previous)
        listener->previous->next = listener->next;
    else
        hub->first = listener->next;
    if (listener->next)
        listener->next->previous = listener->previous;
    pthread_mutex_unlock(&hub->lock);
    buf_done(&listener->greeting);
    free(listener);
}

enum err_code live_hub_open(size_t max_listeners, int64_t heartbeat_ms, struct live_hub **ret,
                            struct err *err)
{
    struct live_hub *hub = calloc(1, sizeof *hub);
    if (!hub)
        return err_set(err, ERR_NOMEM, "no memory for live streams", 0);
    hub->max_listeners = max_listeners;
    hub->heartbeat_ms = heartbeat_ms;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&hub->lock, NULL);
    pthread_cond_init(&hub->stop_heartbeat, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&hub->thread, NULL, beat, hub) != 0) {
        pthread_cond_destroy(&hub->stop_heartbeat);
        pthread_mutex_destroy(&hub->lock);
        free(hub);
        return err_set(err, ERR_NOMEM, "no thread for live streams", 0);
    }
    *ret = hub;
    return ERR_OK;
}

void live_hub_stop(struct live_hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    hub->stopping = true;
    pthread_cond_signal(&hub->stop_heartbeat);
    wake_all(hub);
    pthread_mutex_unlock(&hub->lock);
}

void live_hub_close(struct live_hub *hub)
{
    if (!hub)
        return;
    live_hub_stop(hub);
    pthread_join(hub->thread, NULL);
    assert(!hub->first);
    pthread_cond_destroy(&hub->stop_heartbeat);
    pthread_mutex_destroy(&hub->lock);
    free(hub);
}

void live_hub_stats(struct live_hub *hub, struct live_stats *ret)
{
    pthread_mutex_lock(&hub->lock);
    *ret = (struct live_stats){hub->listener_count, hub->head, hub->dropped};
    pthread_mutex_unlock(&hub->lock);
}
