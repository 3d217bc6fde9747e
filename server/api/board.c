/* The teacher's board: who has sent what, which tablets still hold something; and what tells of it.
 */
#include "server/api/meetings.h"
#include "server/live/hub.h"
#include "server/people/desk.h"
#include "server/store/have.h"
#include "server/store/persons.h"

/* --- The board -------------------------------------------------------------------------------- */

static enum err_code names_of(struct store_reader *reader, const struct http_request *req,
                              struct uuid meeting_id, struct json_tablet *tablet, struct err *err)
{
    struct store_person *persons;
    size_t count;
    TRY(store_persons_of_device(reader, tablet->presence.device_id, req->now_ms, req->arena,
                                &persons, &count, err));
    struct span *names = ARENA_ARRAY(req->arena, struct span, count);
    if (!names)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < count; i++)
        if (uuid_equal(persons[i].meeting_id, meeting_id))
            names[tablet->pen_name_count++] = persons[i].pen_name;
    tablet->pen_names = names;
    return ERR_OK;
}

static uint32_t comments_of(const struct store_board *board, struct uuid device_id)
{
    for (size_t i = 0; i < board->tablet_count; i++)
        if (uuid_equal(board->tablets[i].device_id, device_id))
            return board->tablets[i].comments;
    return 0;
}

static enum err_code read_tablets(struct store_reader *reader, const struct http_request *req,
                                  struct uuid meeting_id, const struct store_board *board,
                                  struct json_tablet **ret, size_t *ret_count, struct err *err)
{
    struct store_presence *list;
    size_t count;
    TRY(store_presence_list(reader, meeting_id, req->arena, &list, &count, err));
    struct json_tablet *tablets = ARENA_ARRAY(req->arena, struct json_tablet, count);
    if (!tablets)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < count; i++) {
        uint64_t missing[STORE_MISSING_MAX];
        size_t missing_count = 0;
        tablets[i] = (struct json_tablet){.presence = list[i]};
        TRY(store_missing(reader, list[i].device_id, missing, &missing_count, err));
        tablets[i].missing = (uint32_t)missing_count;
        tablets[i].comments = comments_of(board, list[i].device_id);
        TRY(names_of(reader, req, meeting_id, &tablets[i], err));
    }
    *ret = tablets;
    *ret_count = count;
    return ERR_OK;
}

/* GET /api/meetings/{id}/board */
enum err_code api_board_get(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err)
{
    struct store_reader *reader = app_reader(app, req);
    struct caller caller;
    struct store_meeting meeting;
    struct store_board counted;
    struct json_tablet *tablets = NULL;
    struct json_board board = {.meeting = &meeting, .board = &counted};
    TRY(api_meeting_for(app, req, RIGHT_LEAD, &caller, &meeting, err));
    TRY(store_newest_change(reader, &board.stamp, err));
    TRY(store_meetings_board(reader, meeting.id, req->arena, &counted, err));
    TRY(read_tablets(reader, req, meeting.id, &counted, &tablets, &board.tablet_count, err));
    board.tablets = tablets;
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_board(&json, &board);
    return api_send_private(req, res, &text, err);
}

/* GET /api/meetings/{id}/live */
enum err_code api_board_live(struct app *app, const struct http_request *req,
                             struct http_response *res, struct err *err)
{
    struct caller caller;
    struct store_meeting meeting;
    struct live_listener *listener = NULL;
    TRY(api_meeting_for(app, req, RIGHT_LEAD, &caller, &meeting, err));
    TRY(live_listener_of_meeting(app->hub, meeting.id, &listener, err));
    people_vary(res);
    live_listener_send(listener, res);
    return ERR_OK;
}

/* --- Presence --------------------------------------------------------------------------------- */

struct telling {
    struct store_meeting meeting;
    struct store_presence presence;
};

static enum err_code tell(const struct desk_work *desk, struct err *err)
{
    const struct telling *telling = desk->context;
    uint32_t tablet;
    TRY(store_presence_tell(desk->app->writer, telling->meeting.id, &telling->presence, &tablet,
                            err));
    live_hub_told(desk->app->hub, telling->meeting.id);
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "state");
    json_text(&json, meeting_state_name(telling->meeting.meeting.state));
    json_key(&json, "tablet");
    json_uint(&json, tablet);
    json_end(&json);
    return api_send_private(desk->req, desk->res, &text, err);
}

/* PUT /api/meetings/{id}/presence: also after the end, until nothing waits any more. */
enum err_code api_presence_put(struct app *app, const struct http_request *req,
                               struct http_response *res, struct err *err)
{
    struct caller caller;
    struct uuid id;
    struct telling *telling = ARENA_NEW(req->arena, struct telling);
    if (!telling)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(http_param_uuid(req, "id", &id, err));
    TRY(people_caller(app, req, &caller, err));
    TRY(api_need_device(&caller, err));
    TRY(json_presence_from(req->body, &telling->presence.waiting, &telling->presence.oldest_s,
                           &res->pointer, err));
    TRY(store_meetings_find(app_reader(app, req), id, req->arena, &telling->meeting, err));
    telling->presence.device_id = caller.device_id;
    telling->presence.seen_ms = req->now_ms;
    const struct desk_work desk = {app, req, res, telling};
    return desk_continue(app->desk, &desk, tell, err);
}
