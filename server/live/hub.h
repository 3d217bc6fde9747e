/*
 * hub: who listens to which change.
 *
 * Purpose    After each commit every open map hears what changed. Events are written as text once,
 * into a ring that all listeners read; a listener is a place in the ring, so hundreds of idle ones
 * cost almost nothing. Invariants H1 A listener gets every event that is published after it was
 * made, in order, none twice. H2 Who falls behind by more than the ring is hung up on, and comes
 * back with Last-Event-ID; publishing never waits for a reader. H3 An idle listener gets a comment
 * line every 15 seconds, so that both sides notice a dead connection. Format     WHATWG server-sent
 * events: "event: change", "layers" or "reset"; the id is the change number. Data:
 * {"change":n,"type":"comment|reply|card","id":…,"lon":…,"lat":…}; what may no longer be seen comes
 * as "removed":true without place. "reset": load everything anew. Threads    All functions from any
 * thread. live_hub_changed runs on the writer's.
 */
#pragma once

#include "server/http/message.h"
#include "server/store/writer.h"
#include "tiles/base/buf.h"

struct live_hub;
struct live_listener;

enum { LIVE_RING = 1024, LIVE_HEARTBEAT_MS = 15000 };

MUST_CHECK enum err_code live_hub_open(size_t max_listeners, int64_t heartbeat_ms,
                                       struct live_hub **ret, struct err *err);
/* Tells every listener to end; new ones are refused. To be called before the HTTP side drains. */
void live_hub_stop(struct live_hub *hub);
/* All listeners must be gone. */
void live_hub_close(struct live_hub *hub);
DEFINE_CLEANUP(struct live_hub, live_hub_close)

/* A store_listener_fn; context is the struct live_hub. */
void live_hub_changed(void *context, const struct store_event *events, size_t count);

/* Listens from now on. ERR_BUSY: too many listen already, or the hub stops. */
MUST_CHECK enum err_code live_listener_new(struct live_hub *hub, struct live_listener **ret,
                                           struct err *err);
/* Hears only that something of one meeting has changed: "event: board", at once and then after
 * every commit that touched the meeting, its comments or its tablets. Several changes may be one
 * event. */
MUST_CHECK enum err_code live_listener_of_meeting(struct live_hub *hub, struct uuid meeting_id,
                                                  struct live_listener **ret, struct err *err);
/* Something of the meeting has changed that is not in the log: a tablet joined or told of itself.
 * Nothing happens with hub NULL. */
void live_hub_told(struct live_hub *hub, struct uuid meeting_id);
/* A photo that anyone may see can be shown from now on: "event: photo", without an id, for it is no
 * change. */
void live_hub_photo(struct live_hub *hub, struct uuid photo_id, struct uuid comment_id);
/* What the client gets before anything else (copied); events up to `change` are then left out, for
 * the text has told them. Before the stream is sent. */
MUST_CHECK enum err_code live_listener_greet(struct live_listener *listener, struct span text,
                                             uint64_t change, struct err *err);
/* Gives the listener to the response; from now on the stream owns it. */
void live_listener_send(struct live_listener *listener, struct http_response *res);
/* Of a listener that was not sent. */
void live_listener_free(struct live_listener *listener);

/* One event as text; nothing when the public may not know of it. */
void live_event_add(struct buf *out, const struct store_event *event);

struct live_stats {
    uint64_t listeners, events, dropped;
};
void live_hub_stats(struct live_hub *hub, struct live_stats *ret);
