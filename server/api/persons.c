/* What who leads a meeting does for its persons: a new PIN, and forgetting them when it is over. */
#include <sodium.h>

#include "server/api/meetings.h"
#include "server/people/person.h"
#include "server/people/secret.h"

enum { PEN_NAME_MAX = 40, PIN_DIGITS = 6 };

struct work {
    struct caller caller;
    struct store_meeting meeting;
    struct store_person person;
    char pin[PIN_DIGITS + 1];
};

static enum err_code begin(struct app *app, const struct http_request *req, struct work **ret,
                           struct err *err)
{
    struct work *work = ARENA_NEW(req->arena, struct work);
    if (!work)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(api_meeting_for(app, req, RIGHT_LEAD, &work->caller, &work->meeting, err));
    *ret = work;
    return ERR_OK;
}

/* --- A new PIN -------------------------------------------------------------------------------- */

static void make_pin(char ret[PIN_DIGITS + 1])
{
    do {
        for (size_t i = 0; i < PIN_DIGITS; i++)
            ret[i] = (char)('0' + randombytes_uniform(10));
        ret[PIN_DIGITS] = '\0';
    } while (secret_judge_pin(span_of(ret, PIN_DIGITS)));
}

static enum err_code set_pin(const struct desk_work *desk, struct err *err)
{
    struct work *work = desk->context;
    make_pin(work->pin);
    TRY(person_new_pin(desk, work->person.id, span_of(work->pin, PIN_DIGITS),
                       work->caller.account_id, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "pen_name");
    json_string(&json, work->person.pen_name);
    json_key(&json, "pin");
    json_text(&json, work->pin);
    json_end(&json);
    return api_send_private(desk->req, desk->res, &text, err);
}

/* POST /api/meetings/{id}/pin: shown this once. */
enum err_code api_meetings_pin(struct app *app, const struct http_request *req,
                               struct http_response *res, struct err *err)
{
    static const struct json_field field = JSON_FIELD("pen_name");
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    struct work *work = NULL;
    struct span name = {0};
    TRY(begin(app, req, &work, err));
    TRY(json_fields_open(req->body, &field, 1, &fields, err));
    const enum err_code read = json_take_text(fields, &field, PEN_NAME_MAX, false, &name, err);
    res->pointer = json_fields_pointer(fields);
    TRY(read);
    if (work->meeting.meeting.state != MEETING_OPEN)
        return err_set(err, ERR_CONFLICT, "the meeting is over: nobody comes back to it", 0);
    TRY(store_persons_find(app_reader(app, req), work->meeting.id, name, req->arena, &work->person,
                           err));
    const struct desk_work desk = {app, req, res, work};
    return desk_continue(app->hashes, &desk, set_pin, err);
}

/* --- Forgetting ------------------------------------------------------------------------------- */

static enum err_code forget(const struct desk_work *desk, struct err *err)
{
    const struct work *work = desk->context;
    TRY(store_persons_forget(desk->app->writer, work->meeting.id, work->caller.account_id,
                             desk->req->now_ms, err));
    desk->res->status = 204;
    people_vary(desk->res);
    return ERR_OK;
}

/* DELETE /api/meetings/{id}/persons: for good; what they wrote stays. */
enum err_code api_meetings_forget(struct app *app, const struct http_request *req,
                                  struct http_response *res, struct err *err)
{
    struct work *work = NULL;
    TRY(begin(app, req, &work, err));
    if (work->meeting.meeting.state != MEETING_FINISHED)
        return err_set(err, ERR_CONFLICT, "the meeting is still open: finish it first", 0);
    const struct desk_work desk = {app, req, res, work};
    return desk_continue(app->desk, &desk, forget, err);
}
