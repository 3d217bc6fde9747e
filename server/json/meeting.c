#include "server/json/meeting.h"

enum {
    MEETING_DAYS_MAX = 31,
    TITLE_MAX = 120,
    RELEASE_MAX = 500,
    WAITING_MAX = 100000,
    OLDEST_MAX_S = 31536000,
};

/* --- Writing ---------------------------------------------------------------------------------- */

static void write_ids(struct json *json, const char *key, const struct uuid *ids, size_t count)
{
    json_key(json, key);
    json_array(json);
    for (size_t i = 0; i < count; i++)
        json_uuid(json, ids[i]);
    json_end(json);
}

static void write_texts(struct json *json, const char *key, const struct span *texts, size_t count)
{
    json_key(json, key);
    json_array(json);
    for (size_t i = 0; i < count; i++)
        json_string(json, texts[i]);
    json_end(json);
}

static void write_corner(struct json *json, struct corner corner)
{
    json_array(json);
    json_e7(json, corner.lon_e7);
    json_e7(json, corner.lat_e7);
    json_end(json);
}

static void write_area(struct json *json, const struct path *area)
{
    json_key(json, "area");
    if (area->count == 0) {
        json_null(json);
        return;
    }
    json_object(json);
    json_key(json, "type");
    json_text(json, "Polygon");
    json_key(json, "coordinates");
    json_array(json);
    json_array(json);
    for (size_t i = 0; i <= area->count; i++)
        write_corner(json, area->corners[i % area->count]);
    json_end(json);
    json_end(json);
    json_end(json);
}

static void write_uuid_or_null(struct json *json, const char *key, struct uuid id)
{
    json_key(json, key);
    if (uuid_is_nil(id))
        json_null(json);
    else
        json_uuid(json, id);
}

void json_meeting(struct json *json, const struct store_meeting *stored, bool leads)
{
    const struct meeting *meeting = &stored->meeting;
    json_object(json);
    json_key(json, "id");
    json_uuid(json, stored->id);
    json_key(json, "kind");
    json_text(json, meeting_kind_name(meeting->kind));
    json_key(json, "title");
    json_string(json, meeting->title);
    json_key(json, "state");
    json_text(json, meeting_state_name(meeting->state));
    json_key(json, "starts");
    json_time(json, meeting->starts_ms);
    json_key(json, "ends");
    json_time(json, meeting->ends_ms);
    write_ids(json, "cards", meeting->cards, meeting->card_count);
    write_texts(json, "questions", meeting->questions, meeting->question_count);
    if (leads)
        write_texts(json, "words", meeting->words, meeting->word_count);
    json_key(json, "hold");
    json_bool(json, meeting->hold);
    json_key(json, "grade");
    json_uint(json, meeting->grade);
    write_uuid_or_null(json, "space", meeting->space_id);
    write_area(json, &meeting->area);
    json_end(json);
}

void json_meeting_with_code(struct json *json, const struct store_meeting *meeting, bool leads,
                            const struct store_join_code *code)
{
    json_object(json);
    json_key(json, "meeting");
    json_meeting(json, meeting, leads);
    if (leads) {
        char url[] = "/j/00000000";
        json_key(json, "code");
        json_string_or_null(json, span_of(code ? code->code : "", code ? STORE_JOIN_CODE : 0));
        json_key(json, "expires");
        if (code)
            json_time(json, code->expires_ms);
        else
            json_null(json);
        if (code)
            memcpy(url + 3, code->code, STORE_JOIN_CODE);
        json_key(json, "join_url");
        json_string_or_null(json, span_of(url, code ? sizeof(url) - 1 : 0));
    }
    json_end(json);
}

void json_meetings(struct json *json, const struct store_meeting *meetings, size_t count,
                   bool leads)
{
    json_object(json);
    json_key(json, "meetings");
    json_array(json);
    for (size_t i = 0; i < count; i++)
        json_meeting(json, &meetings[i], leads);
    json_end(json);
    json_end(json);
}

static void write_number(struct json *json, const char *key, uint64_t value)
{
    json_key(json, key);
    json_uint(json, value);
}

static void write_counts(struct json *json, const struct json_board *board)
{
    uint64_t holding = 0, waiting = 0;
    for (size_t i = 0; i < board->tablet_count; i++) {
        holding += board->tablets[i].presence.waiting > 0;
        waiting += board->tablets[i].presence.waiting;
    }
    json_key(json, "counts");
    json_object(json);
    write_number(json, "comments", board->board->comments);
    write_number(json, "held", board->board->held);
    write_number(json, "public", board->board->shown);
    write_number(json, "tablets", board->tablet_count);
    write_number(json, "holding", holding);
    write_number(json, "waiting", waiting);
    json_end(json);
}

static void write_tablet(struct json *json, const struct json_tablet *tablet)
{
    json_object(json);
    write_number(json, "tablet", tablet->presence.tablet);
    write_texts(json, "pen_names", tablet->pen_names, tablet->pen_name_count);
    json_key(json, "seen");
    json_time(json, tablet->presence.seen_ms);
    write_number(json, "waiting", tablet->presence.waiting);
    write_number(json, "oldest_s", tablet->presence.oldest_s);
    write_number(json, "missing", tablet->missing);
    write_number(json, "comments", tablet->comments);
    json_end(json);
}

static void write_person(struct json *json, const struct store_board_person *person)
{
    json_object(json);
    json_key(json, "pen_name");
    json_string(json, person->pen_name);
    write_number(json, "comments", person->comments);
    write_number(json, "held", person->held);
    json_key(json, "last");
    json_time(json, person->last_ms);
    json_end(json);
}

void json_board(struct json *json, const struct json_board *board)
{
    json_object(json);
    json_key(json, "meeting");
    json_meeting(json, board->meeting, true);
    write_number(json, "stamp", board->stamp);
    write_counts(json, board);
    json_key(json, "tablets");
    json_array(json);
    for (size_t i = 0; i < board->tablet_count; i++)
        write_tablet(json, &board->tablets[i]);
    json_end(json);
    json_key(json, "people");
    json_array(json);
    for (size_t i = 0; i < board->board->person_count; i++)
        write_person(json, &board->board->people[i]);
    json_end(json);
    json_end(json);
}

/* --- Reading ---------------------------------------------------------------------------------- */

enum {
    F_ID,
    F_KIND,
    F_SPACE,
    F_TITLE,
    F_STARTS,
    F_ENDS,
    F_CARDS,
    F_QUESTIONS,
    F_WORDS,
    F_HOLD,
    F_GRADE,
    F_AREA,
};
/* The first three say what a meeting is and never change. */
static const struct json_field meeting_fields[] = {
    JSON_FIELD("id"),     JSON_FIELD("kind"), JSON_FIELD("space"), JSON_FIELD("title"),
    JSON_FIELD("starts"), JSON_FIELD("ends"), JSON_FIELD("cards"), JSON_FIELD("questions"),
    JSON_FIELD("words"),  JSON_FIELD("hold"), JSON_FIELD("grade"), JSON_FIELD("area"),
};

static enum err_code copy_texts(struct arena *arena, struct span *texts, size_t count,
                                struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        const char *copy = arena_copy(arena, texts[i]);
        if (!copy)
            return err_set(err, ERR_NOMEM, "out of memory", 0);
        texts[i] = span_of(copy, texts[i].len);
    }
    return ERR_OK;
}

static enum err_code take_texts(struct json_fields *fields, unsigned which, size_t max_items,
                                size_t max_characters, struct arena *arena, struct span **ret,
                                size_t *ret_count, struct err *err)
{
    if (!json_given(fields, &meeting_fields[which]))
        return ERR_OK;
    TRY(json_take_texts(fields, &meeting_fields[which], max_items, max_characters, arena, ret,
                        ret_count, err));
    return copy_texts(arena, *ret, *ret_count, err);
}

static enum err_code take_area(struct json_fields *fields, struct arena *arena, struct path *ret,
                               struct err *err)
{
    int32_t *pairs;
    size_t count;
    if (!json_given(fields, &meeting_fields[F_AREA]))
        return ERR_OK;
    if (!json_has(fields, &meeting_fields[F_AREA])) {
        *ret = (struct path){0};
        return ERR_OK;
    }
    TRY(json_take_polygon(fields, &meeting_fields[F_AREA], PARTS_CORNERS_MAX, arena, &pairs, &count,
                          err));
    struct corner *corners = ARENA_ARRAY(arena, struct corner, count);
    if (!corners)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < count; i++)
        corners[i] = (struct corner){pairs[i * 2], pairs[i * 2 + 1]};
    *ret = (struct path){corners, count};
    return ERR_OK;
}

static enum err_code take_times(struct json_fields *fields, struct meeting *meeting,
                                struct err *err)
{
    const struct json_field *ends = &meeting_fields[F_ENDS];
    if (json_given(fields, &meeting_fields[F_STARTS]))
        TRY(json_take_time(fields, &meeting_fields[F_STARTS], &meeting->starts_ms, err));
    if (json_given(fields, ends))
        TRY(json_take_time(fields, ends, &meeting->ends_ms, err));
    if (meeting->ends_ms <= meeting->starts_ms)
        return json_fault(fields, ends, ERR_INVALID, "a meeting ends after it starts", err);
    if (meeting->ends_ms - meeting->starts_ms > MEETING_DAYS_MAX * INT64_C(86400000))
        return json_fault(fields, ends, ERR_INVALID, "a meeting lasts at most 31 days", err);
    return ERR_OK;
}

/* What may be changed as well. */
static enum err_code take_rest(struct json_fields *fields, struct arena *arena,
                               struct meeting *meeting, struct err *err)
{
    if (json_given(fields, &meeting_fields[F_TITLE])) {
        TRY(json_take_text(fields, &meeting_fields[F_TITLE], TITLE_MAX, false, &meeting->title,
                           err));
        TRY(copy_texts(arena, &meeting->title, 1, err));
    }
    TRY(take_times(fields, meeting, err));
    if (json_given(fields, &meeting_fields[F_CARDS]))
        TRY(json_take_uuids(fields, &meeting_fields[F_CARDS], PARTS_MEETING_CARDS_MAX, arena,
                            &meeting->cards, &meeting->card_count, err));
    TRY(take_texts(fields, F_QUESTIONS, PARTS_QUESTIONS_MAX, PARTS_QUESTION_MAX, arena,
                   &meeting->questions, &meeting->question_count, err));
    TRY(take_texts(fields, F_WORDS, PARTS_WORDS_MAX, PARTS_WORD_MAX, arena, &meeting->words,
                   &meeting->word_count, err));
    if (json_given(fields, &meeting_fields[F_HOLD]))
        TRY(json_take_bool(fields, &meeting_fields[F_HOLD], &meeting->hold, err));
    if (json_given(fields, &meeting_fields[F_GRADE])) {
        double grade = 0;
        TRY(json_take_number(fields, &meeting_fields[F_GRADE], 0, PARTS_GRADE_MAX, &grade, err));
        meeting->grade = (uint8_t)grade;
        if (meeting->grade != grade)
            return json_fault(fields, &meeting_fields[F_GRADE], ERR_PARAM,
                              "grade is a whole number", err);
    }
    return take_area(fields, arena, &meeting->area, err);
}

static enum err_code take_new(struct json_fields *fields, struct arena *arena,
                              struct json_new_meeting *ret, struct err *err)
{
    static const unsigned needed[] = {F_TITLE, F_STARTS, F_ENDS};
    struct json_new_meeting asked = {.meeting = {.state = MEETING_OPEN, .hold = true}};
    TRY(json_take_uuid(fields, &meeting_fields[F_ID], &asked.id, err));
    TRY(json_take_word(fields, &meeting_fields[F_KIND], meeting_kind_from_name, &asked.meeting.kind,
                       err));
    if (json_has(fields, &meeting_fields[F_SPACE]))
        TRY(json_take_uuid(fields, &meeting_fields[F_SPACE], &asked.meeting.space_id, err));
    for (size_t i = 0; i < LENGTH(needed); i++) {
        const struct json_field *field = &meeting_fields[needed[i]];
        if (!json_given(fields, field))
            return json_fault(fields, field, ERR_PARAM, field->missing, err);
    }
    TRY(take_rest(fields, arena, &asked.meeting, err));
    *ret = asked;
    return ERR_OK;
}

enum err_code json_meeting_from(struct span body, struct arena *arena, struct json_new_meeting *ret,
                                const char **ret_pointer, struct err *err)
{
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    TRY(json_fields_open(body, meeting_fields, LENGTH(meeting_fields), &fields, err));
    const enum err_code code = take_new(fields, arena, ret, err);
    *ret_pointer = json_fields_pointer(fields);
    return code;
}

enum err_code json_meeting_change_from(struct span body, struct arena *arena,
                                       struct meeting *meeting, const char **ret_pointer,
                                       struct err *err)
{
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    struct meeting changed = *meeting;
    bool is_given = false;
    TRY(json_fields_open(body, meeting_fields + F_TITLE, LENGTH(meeting_fields) - F_TITLE, &fields,
                         err));
    for (size_t i = F_TITLE; i < LENGTH(meeting_fields); i++)
        is_given |= json_given(fields, &meeting_fields[i]);
    if (!is_given)
        return err_set(err, ERR_PARAM, "the body names nothing to change", 0);
    const enum err_code code = take_rest(fields, arena, &changed, err);
    *ret_pointer = json_fields_pointer(fields);
    if (code == ERR_OK)
        *meeting = changed;
    return code;
}

enum err_code json_release_from(struct span body, struct arena *arena, struct json_release *ret,
                                const char **ret_pointer, struct err *err)
{
    static const struct json_field comments = JSON_FIELD("comments");
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    struct json_release asked = {0};
    struct span word;
    TRY(json_fields_open(body, &comments, 1, &fields, err));
    if (json_take_text(fields, &comments, 3, false, &word, NULL) == ERR_OK &&
        span_is(word, "all")) {
        *ret = (struct json_release){.all = true};
        return ERR_OK;
    }
    enum err_code code =
        json_take_uuids(fields, &comments, RELEASE_MAX, arena, &asked.comments, &asked.count, err);
    if (code == ERR_OK && asked.count == 0)
        code = json_fault(fields, &comments, ERR_INVALID, comments.too_many, err);
    *ret_pointer = json_fields_pointer(fields);
    if (code == ERR_OK)
        *ret = asked;
    return code;
}

static enum err_code take_whole(struct json_fields *fields, const struct json_field *field,
                                uint32_t max, uint32_t *ret, struct err *err)
{
    double value = 0;
    TRY(json_take_number(fields, field, 0, max, &value, err));
    if (value != (uint32_t)value)
        return json_fault(fields, field, ERR_PARAM, "a whole number is wanted", err);
    *ret = (uint32_t)value;
    return ERR_OK;
}

enum err_code json_presence_from(struct span body, uint32_t *ret_waiting, uint32_t *ret_oldest_s,
                                 const char **ret_pointer, struct err *err)
{
    static const struct json_field known[] = {JSON_FIELD("waiting"), JSON_FIELD("oldest_s")};
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    uint32_t waiting = 0, oldest_s = 0;
    TRY(json_fields_open(body, known, LENGTH(known), &fields, err));
    enum err_code code = take_whole(fields, &known[0], WAITING_MAX, &waiting, err);
    if (code == ERR_OK && json_given(fields, &known[1]))
        code = take_whole(fields, &known[1], OLDEST_MAX_S, &oldest_s, err);
    *ret_pointer = json_fields_pointer(fields);
    if (code != ERR_OK)
        return code;
    *ret_waiting = waiting;
    *ret_oldest_s = oldest_s;
    return ERR_OK;
}
