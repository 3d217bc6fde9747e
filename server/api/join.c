/* /api/join: a tablet comes into a meeting; a person takes a pen name there, or comes back to it.
 */
#include "server/api/meetings.h"
#include "server/class/code.h"
#include "server/live/hub.h"
#include "server/people/limit.h"
#include "server/people/person.h"
#include "server/people/secret.h"
#include "server/people/words.h"

enum {
    OFFERED = 24,     /* pen names to choose from */
    DEVICE_DAYS = 30, /* a tablet stays a person's so long */
    PEN_NAME_MAX = 40,
    CODE_TEXT_MAX = 60, /* with dashes and spaces */
    WORD_MAX = 20,
};

/* What all three begin with: who, which meeting. */
struct joining {
    struct caller caller;
    struct store_meeting meeting;
    struct store_join_code code;
    uint32_t tablet;
    struct pen_name *names;
    size_t name_count;
    struct person_join join;
    struct person_return back;
};

static enum err_code begin(struct app *app, const struct http_request *req,
                           struct http_response *res, struct span typed, struct joining *ret,
                           struct err *err)
{
    char code[CODE_MAX + 1];
    TRY(api_need_device(&ret->caller, err));
    TRY(people_limit_address(app, req, res, LIMIT_JOIN_ADDRESS, 1, err));
    if (!code_read(typed, CODE_JOIN, code))
        return err_set(err, ERR_NOT_FOUND, "no meeting is open under this code", 0);
    TRY(store_joins_find(app_reader(app, req), code, req->now_ms, &ret->code, err));
    TRY(store_meetings_find(app_reader(app, req), ret->code.meeting_id, req->arena, &ret->meeting,
                            err));
    if (ret->meeting.meeting.state != MEETING_OPEN)
        return err_set(err, ERR_NOT_FOUND, "no meeting is open under this code", 0);
    return ERR_OK;
}

static struct store_person_device device_of(const struct http_request *req,
                                            const struct caller *caller)
{
    struct store_person_device device = {
        .device_id = caller->device_id,
        .now_ms = req->now_ms,
        .until_ms = req->now_ms + DEVICE_DAYS * INT64_C(86400000),
    };
    memcpy(device.token_sha256, caller->device_token_sha256, sizeof device.token_sha256);
    return device;
}

static enum err_code be_there(const struct desk_work *desk, struct joining *joining,
                              struct err *err)
{
    TRY(store_presence_join(desk->app->writer, joining->meeting.id, joining->caller.device_id,
                            desk->req->now_ms, &joining->tablet, err));
    live_hub_told(desk->app->hub, joining->meeting.id);
    return ERR_OK;
}

/* --- Which meeting? --------------------------------------------------------------------------- */

static enum err_code welcome(const struct desk_work *desk, struct err *err)
{
    struct joining *joining = desk->context;
    TRY(be_there(desk, joining, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "meeting");
    json_meeting(&json, &joining->meeting, false);
    json_key(&json, "tablet");
    json_uint(&json, joining->tablet);
    json_key(&json, "pen_names");
    json_array(&json);
    for (size_t i = 0; i < joining->name_count; i++) {
        json_object(&json);
        json_key(&json, "name");
        json_string(&json, joining->names[i].name);
        json_key(&json, "english");
        json_text(&json, joining->names[i].english);
        json_key(&json, "animal");
        json_text(&json, joining->names[i].animal);
        json_key(&json, "colour");
        json_text(&json, joining->names[i].colour);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
    return api_send_private(desk->req, desk->res, &text, err);
}

struct taken {
    const struct store_person *persons;
    size_t count;
};

static bool is_taken(const void *context, struct span name)
{
    const struct taken *taken = context;
    for (size_t i = 0; i < taken->count; i++)
        if (span_equal(taken->persons[i].pen_name, name))
            return true;
    return false;
}

static enum err_code take_code(struct json_fields *fields, const struct json_field *field,
                               struct arena *arena, struct span *ret, struct err *err)
{
    struct span text;
    TRY(json_take_text(fields, field, CODE_TEXT_MAX, false, &text, err));
    const char *copy = arena_copy(arena, text);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = span_of(copy, text.len);
    return ERR_OK;
}

/* POST /api/join */
enum err_code api_join(struct app *app, const struct http_request *req, struct http_response *res,
                       struct err *err)
{
    static const struct json_field field = JSON_FIELD("code");
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    struct joining *joining = ARENA_NEW(req->arena, struct joining);
    struct store_person *persons;
    struct taken taken;
    struct span code;
    if (!joining)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(people_caller(app, req, &joining->caller, err));
    TRY(json_fields_open(req->body, &field, 1, &fields, err));
    const enum err_code read = take_code(fields, &field, req->arena, &code, err);
    res->pointer = json_fields_pointer(fields);
    TRY(read);
    TRY(begin(app, req, res, code, joining, err));
    TRY(store_persons_list(app_reader(app, req), joining->meeting.id, req->arena, &persons,
                           &taken.count, err));
    taken.persons = persons;
    TRY(pen_names_offer(OFFERED, is_taken, &taken, req->arena, &joining->names,
                        &joining->name_count, err));
    const struct desk_work desk = {app, req, res, joining};
    return desk_continue(app->desk, &desk, welcome, err);
}

/* --- A name ----------------------------------------------------------------------------------- */

enum { F_CODE, F_PEN_NAME, F_PIN, F_WORDS };
static const struct json_field name_fields[] = {JSON_FIELD("code"), JSON_FIELD("pen_name"),
                                                JSON_FIELD("pin"), JSON_FIELD("words")};

struct asked {
    struct span code, pen_name, pin, words;
};

static enum err_code copy_text(struct json_fields *fields, unsigned which, size_t max,
                               struct arena *arena, struct span *ret, struct err *err)
{
    struct span text;
    TRY(json_take_text(fields, &name_fields[which], max, false, &text, err));
    const char *copy = arena_copy(arena, text);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = span_of(copy, text.len);
    return ERR_OK;
}

static enum err_code read_words(struct json_fields *fields, struct arena *arena, struct span *ret,
                                struct err *err)
{
    struct span *words;
    size_t count;
    TRY(json_take_texts(fields, &name_fields[F_WORDS], RECOVERY_WORDS, WORD_MAX, arena, &words,
                        &count, err));
    if (!recovery_words_join(words, count, arena, ret))
        *ret = (struct span){0}; /* compared with nothing, and refused like wrong ones */
    return ERR_OK;
}

static enum err_code read_asked(struct json_fields *fields, bool is_return, struct arena *arena,
                                struct asked *ret, struct err *err)
{
    TRY(copy_text(fields, F_CODE, CODE_TEXT_MAX, arena, &ret->code, err));
    TRY(copy_text(fields, F_PEN_NAME, PEN_NAME_MAX, arena, &ret->pen_name, err));
    if (is_return && json_has(fields, &name_fields[F_WORDS])) {
        if (json_given(fields, &name_fields[F_PIN]))
            return json_fault(fields, &name_fields[F_PIN], ERR_PARAM, "either the PIN or the words",
                              err);
        return read_words(fields, arena, &ret->words, err);
    }
    TRY(copy_text(fields, F_PIN, PEN_NAME_MAX, arena, &ret->pin, err));
    const char *fault = is_return ? NULL : secret_judge_pin(ret->pin);
    return fault ? json_fault(fields, &name_fields[F_PIN], ERR_INVALID, fault, err) : ERR_OK;
}

static enum err_code read_name(struct app *app, const struct http_request *req,
                               struct http_response *res, bool is_return, struct joining **ret,
                               struct asked *ret_asked, struct err *err)
{
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    struct joining *joining = ARENA_NEW(req->arena, struct joining);
    if (!joining)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(people_caller(app, req, &joining->caller, err));
    TRY(json_fields_open(req->body, name_fields, is_return ? F_WORDS + 1 : F_WORDS, &fields, err));
    const enum err_code code = read_asked(fields, is_return, req->arena, ret_asked, err);
    res->pointer = json_fields_pointer(fields);
    TRY(code);
    TRY(begin(app, req, res, ret_asked->code, joining, err));
    *ret = joining;
    return ERR_OK;
}

static void write_person(struct json *json, struct uuid author_id, struct span pen_name)
{
    json_key(json, "author_id");
    json_uuid(json, author_id);
    json_key(json, "pen_name");
    json_string(json, pen_name);
}

static enum err_code take_name(const struct desk_work *desk, struct err *err)
{
    struct joining *joining = desk->context;
    TRY(person_join(desk, &joining->join, err));
    TRY(be_there(desk, joining, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    write_person(&json, joining->join.author_id, joining->join.pen_name);
    json_key(&json, "words");
    json_array(&json);
    for (size_t i = 0; i < RECOVERY_WORDS; i++)
        json_text(&json, joining->join.words[i]);
    json_end(&json);
    json_end(&json);
    desk->res->status = 201;
    return api_send_private(desk->req, desk->res, &text, err);
}

/* POST /api/join/name */
enum err_code api_join_name(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err)
{
    struct joining *joining = NULL;
    struct asked asked = {0};
    TRY(read_name(app, req, res, false, &joining, &asked, err));
    if (!pen_name_is_known(asked.pen_name)) {
        res->pointer = "/pen_name";
        return err_set(err, ERR_INVALID, "the name must be one of those that were offered", 0);
    }
    joining->join = (struct person_join){
        .meeting_id = joining->meeting.id,
        .pen_name = asked.pen_name,
        .pin = asked.pin,
        .device = device_of(req, &joining->caller),
    };
    const struct desk_work desk = {app, req, res, joining};
    return desk_continue(app->hashes, &desk, take_name, err);
}

static enum err_code come_back(const struct desk_work *desk, struct err *err)
{
    struct joining *joining = desk->context;
    TRY(person_return_finish(desk, &joining->back, err));
    TRY(be_there(desk, joining, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    write_person(&json, joining->back.person.author_id, joining->back.person.pen_name);
    json_end(&json);
    return api_send_private(desk->req, desk->res, &text, err);
}

/* POST /api/join/return */
enum err_code api_join_return(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err)
{
    struct joining *joining = NULL;
    struct asked asked = {0};
    TRY(read_name(app, req, res, true, &joining, &asked, err));
    joining->back = (struct person_return){
        .meeting_id = joining->meeting.id,
        .pen_name = asked.pen_name,
        .pin = asked.pin,
        .words = asked.words,
        .device = device_of(req, &joining->caller),
    };
    TRY(person_return_begin(app, req, res, &joining->back, err));
    const struct desk_work desk = {app, req, res, joining};
    return desk_continue(app->hashes, &desk, come_back, err);
}
