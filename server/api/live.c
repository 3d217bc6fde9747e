#include "server/api/service.h"
#include "server/app.h"
#include "server/live/hub.h"
#include "server/store/changes.h"
#include "tiles/base/num.h"

enum { MISSED_MAX = 500 }; /* beyond it, loading anew is quicker for both sides */

/* An event with a name of its own and the change number as its only news. */
static void add_note(struct buf *out, const char *name, uint64_t change)
{
    buf_add_str(out, "id: ");
    buf_add_int(out, (int64_t)change);
    buf_add_str(out, "\nevent: ");
    buf_add_str(out, name);
    buf_add_str(out, "\ndata: {\"change\":");
    buf_add_int(out, (int64_t)change);
    buf_add_str(out, "}\n\n");
}

static struct store_event event_of(const struct store_change *change)
{
    struct store_event event = {
        .change = change->change, .id = change->id, .is_public = !change->removed};
    event.type = change->type == STORE_OBJECT_COMMENT ? STORE_EVENT_COMMENT
                 : change->type == STORE_OBJECT_REPLY ? STORE_EVENT_REPLY
                                                      : STORE_EVENT_CARD;
    /* Where it was when the client last heard of it is not known: it may have moved. */
    event.was_public = event.type == STORE_EVENT_COMMENT;
    event.new_lon_e7 = change->comment.lon_e7;
    event.new_lat_e7 = change->comment.lat_e7;
    return event;
}

/* A reply's event shows its comment's place. */
static enum err_code place_reply(struct store_reader *reader, const struct store_change *change,
                                 struct arena *arena, struct store_event *event, struct err *err)
{
    struct store_comment comment;
    const enum err_code code =
        store_comments_find(reader, &store_anyone, change->reply.comment_id, arena, &comment, err);
    if (code == ERR_NOT_FOUND) {
        event->is_public = false;
        return ERR_OK;
    }
    TRY(code);
    event->new_lon_e7 = comment.lon_e7;
    event->new_lat_e7 = comment.lat_e7;
    return ERR_OK;
}

static enum err_code add_missed(struct store_reader *reader, const struct http_request *req,
                                uint64_t since, uint64_t newest, struct buf *out, struct err *err)
{
    struct store_changes missed;
    if (since > newest) {
        add_note(out, "reset", newest);
        return ERR_OK;
    }
    TRY(store_changes_since(reader, &store_anyone, since, MISSED_MAX, req->arena, &missed, err));
    if (missed.more) {
        add_note(out, "reset", newest);
        return ERR_OK;
    }
    for (size_t i = 0; i < missed.count; i++) {
        if (missed.changes[i].type == STORE_OBJECT_SPACE)
            continue;
        struct store_event event = event_of(&missed.changes[i]);
        if (event.type == STORE_EVENT_REPLY && event.is_public)
            TRY(place_reply(reader, &missed.changes[i], req->arena, &event, err));
        live_event_add(out, &event);
    }
    return ERR_OK;
}

/* Where the client was: its header, or the parameter for who comes for the first time. */
static enum err_code read_since(const struct http_request *req, int64_t *ret, struct err *err)
{
    struct span text;
    TRY(http_query_int(req, "since", 0, INT64_MAX, ret, err));
    if (http_header(req, "Last-Event-ID", &text) && text.len &&
        num_int_from(text, 0, INT64_MAX, ret, NULL) != ERR_OK)
        return err_set(err, ERR_PARAM, "Last-Event-ID is a change number", 0);
    return ERR_OK;
}

/* Everything read is of one state of the store; what is committed later is in the ring already. */
static enum err_code greet(struct live_listener *listener, struct store_reader *reader,
                           const struct http_request *req, int64_t since, struct err *err)
{
    CLEANUP(buf_done) struct buf text = {0};
    uint64_t newest = 0;
    TRY(store_reader_begin(reader, err));
    enum err_code code = store_newest_change(reader, &newest, err);
    buf_add_str(&text, "retry: 3000\n\n");
    if (code == ERR_OK && since >= 0)
        code = add_missed(reader, req, (uint64_t)since, newest, &text, err);
    store_reader_end(reader);
    TRY(code);
    add_note(&text, "hello", newest);
    if (text.failed)
        return err_set(err, ERR_NOMEM, "no memory for a live stream", 0);
    return live_listener_greet(listener, buf_span(&text), newest, err);
}

enum err_code api_live_get(struct app *app, const struct http_request *req,
                           struct http_response *res, struct err *err)
{
    int64_t since = -1;
    struct live_listener *listener = NULL;
    TRY(read_since(req, &since, err));
    TRY(live_listener_new(app->hub, &listener, err));
    const enum err_code code = greet(listener, app_reader(app, req), req, since, err);
    if (code != ERR_OK) {
        live_listener_free(listener);
        return code;
    }
    live_listener_send(listener, res);
    return ERR_OK;
}
