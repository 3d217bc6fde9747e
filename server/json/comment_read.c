/* Comments, replies and reactions from the bodies of requests. */
#include "server/json/comment.h"
#include "server/json/read.h"
#include "server/sync/op.h"
#include "tiles/base/num.h"

enum {
    FIELD_ID,
    FIELD_TEXT,
    FIELD_PEN_NAME,
    FIELD_CHANNEL,
    FIELD_HAT,
    FIELD_SOURCE,
    REPLY_FIELDS, /* a reply has those above, a comment all */
    FIELD_LON = REPLY_FIELDS,
    FIELD_LAT,
    FIELD_KIND,
    FIELD_CARD,
    FIELD_BUILDING_ID,
    FIELD_TITLE,
    FIELD_MOOD,
    FIELD_GEOMETRY,
    FIELD_READINGS,
    FIELD_MEETING,
    FIELD_SPACE,
    COMMENT_FIELDS,
};

static const struct json_field comment_fields[COMMENT_FIELDS] = {
    [FIELD_ID] = JSON_FIELD("id"),
    [FIELD_TEXT] = JSON_FIELD("text"),
    [FIELD_PEN_NAME] = JSON_FIELD("pen_name"),
    [FIELD_CHANNEL] = JSON_FIELD("channel"),
    [FIELD_HAT] = JSON_FIELD("hat"),
    [FIELD_SOURCE] = JSON_FIELD("source"),
    [FIELD_LON] = JSON_FIELD("lon"),
    [FIELD_LAT] = JSON_FIELD("lat"),
    [FIELD_KIND] = JSON_FIELD("kind"),
    [FIELD_CARD] = JSON_FIELD("card"),
    [FIELD_BUILDING_ID] = JSON_FIELD("building_id"),
    [FIELD_TITLE] = JSON_FIELD("title"),
    [FIELD_MOOD] = JSON_FIELD("mood"),
    [FIELD_GEOMETRY] = JSON_FIELD("geometry"),
    [FIELD_READINGS] = JSON_FIELD("readings"),
    [FIELD_MEETING] = JSON_FIELD("meeting"),
    [FIELD_SPACE] = JSON_FIELD("space"),
};

enum { READ_QUANTITY, READ_VALUE, READ_INSTRUMENT, READ_WAITED, READ_TAKEN, READING_FIELDS };
static const struct json_field reading_fields[READING_FIELDS] = {
    [READ_QUANTITY] = JSON_FIELD("quantity"),     [READ_VALUE] = JSON_FIELD("value"),
    [READ_INSTRUMENT] = JSON_FIELD("instrument"), [READ_WAITED] = JSON_FIELD("waited_s"),
    [READ_TAKEN] = JSON_FIELD("taken_at"),
};

enum { FIELD_AUTHOR, FIELD_VALUE, REACTION_FIELDS };
static const struct json_field reaction_fields[REACTION_FIELDS] = {
    [FIELD_AUTHOR] = JSON_FIELD("author"),
    [FIELD_VALUE] = JSON_FIELD("value"),
};

static enum err_code copy(struct arena *arena, struct span from, struct span *ret, struct err *err)
{
    char *text = arena_copy(arena, from);
    if (!text)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = span_of(text, from.len);
    return ERR_OK;
}

static enum err_code take_text(struct json_fields *fields, size_t field, size_t max, bool lines,
                               struct arena *arena, struct span *ret, struct err *err)
{
    struct span text;
    TRY(json_take_text(fields, &comment_fields[field], max, lines, &text, err));
    return copy(arena, text, ret, err);
}

static enum err_code take_id(struct json_fields *fields, struct uuid *ret, struct err *err)
{
    const struct json_field *field = &comment_fields[FIELD_ID];
    struct uuid id;
    TRY(json_take_uuid(fields, field, &id, err));
    if (uuid_version(id) != 7)
        return json_fault(fields, field, ERR_INVALID, "id must be a UUID of version 7", err);
    *ret = id;
    return ERR_OK;
}

struct speaker {
    struct span pen_name, source;
    uint8_t channel, hat;
};

static enum err_code take_speaker(struct json_fields *fields, struct arena *arena,
                                  struct speaker *ret, struct err *err)
{
    ret->channel = CHANNEL_WEB;
    ret->hat = HAT_CITIZEN;
    if (json_has(fields, &comment_fields[FIELD_CHANNEL]))
        TRY(json_take_word(fields, &comment_fields[FIELD_CHANNEL], channel_from_name, &ret->channel,
                           err));
    if (json_has(fields, &comment_fields[FIELD_HAT]))
        TRY(json_take_word(fields, &comment_fields[FIELD_HAT], hat_from_name, &ret->hat, err));
    if (json_has(fields, &comment_fields[FIELD_SOURCE]))
        TRY(take_text(fields, FIELD_SOURCE, OP_NOTE_MAX, false, arena, &ret->source, err));
    if (json_has(fields, &comment_fields[FIELD_PEN_NAME]))
        TRY(take_text(fields, FIELD_PEN_NAME, STORE_PEN_NAME_MAX, false, arena, &ret->pen_name,
                      err));
    return ERR_OK;
}

static enum err_code take_degrees(struct json_fields *fields, size_t field, double max,
                                  int32_t *ret, struct err *err)
{
    double degrees = 0;
    TRY(json_take_number(fields, &comment_fields[field], -max, max, &degrees, err));
    if (!num_e7_from_double(degrees, ret))
        return json_fault(fields, &comment_fields[field], ERR_RANGE,
                          comment_fields[field].out_of_range, err);
    return ERR_OK;
}

static enum err_code take_building(struct json_fields *fields, struct arena *arena,
                                   struct span *ret, struct err *err)
{
    struct span id;
    TRY(take_text(fields, FIELD_BUILDING_ID, STORE_BUILDING_ID_MAX, false, arena, &id, err));
    if (id.len > STORE_BUILDING_ID_MAX)
        return json_fault(fields, &comment_fields[FIELD_BUILDING_ID], ERR_INVALID,
                          comment_fields[FIELD_BUILDING_ID].too_long, err);
    *ret = id;
    return ERR_OK;
}

static enum err_code take_shape(struct json_fields *fields, struct arena *arena,
                                struct op_comment *comment, struct err *err)
{
    bool area;
    int32_t *numbers;
    size_t count;
    if (!json_has(fields, &comment_fields[FIELD_GEOMETRY]))
        return ERR_OK;
    TRY(json_take_shape(fields, &comment_fields[FIELD_GEOMETRY], PARTS_CORNERS_MAX, arena, &area,
                        &numbers, &count, err));
    struct corner *corners = ARENA_ARRAY(arena, struct corner, count);
    if (!corners)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < count; i++)
        corners[i] = (struct corner){numbers[2 * i], numbers[2 * i + 1]};
    comment->shape = area ? SHAPE_AREA : SHAPE_LINE;
    comment->path = (struct path){corners, count};
    return ERR_OK;
}

static enum err_code take_entry(struct json_fields *entry, struct arena *arena, struct reading *ret,
                                struct err *err)
{
    double value, waited_s = 0;
    struct span instrument;
    *ret = (struct reading){0};
    TRY(json_take_word(entry, &reading_fields[READ_QUANTITY], quantity_from_name, &ret->quantity,
                       err));
    TRY(json_take_number(entry, &reading_fields[READ_VALUE], -1000, 1000, &value, err));
    ret->value_milli = (int32_t)(value * 1000 + (value < 0 ? -0.5 : 0.5));
    if (!quantity_is_plausible(ret->quantity, ret->value_milli))
        return json_fault(entry, &reading_fields[READ_VALUE], ERR_RANGE,
                          reading_fields[READ_VALUE].out_of_range, err);
    if (json_has(entry, &reading_fields[READ_WAITED]))
        TRY(json_take_number(entry, &reading_fields[READ_WAITED], 0, PARTS_WAITED_MAX, &waited_s,
                             err));
    ret->waited_s = (uint32_t)waited_s;
    if (json_has(entry, &reading_fields[READ_TAKEN]))
        TRY(json_take_time(entry, &reading_fields[READ_TAKEN], &ret->taken_ms, err));
    if (!json_has(entry, &reading_fields[READ_INSTRUMENT]))
        return ERR_OK;
    TRY(json_take_text(entry, &reading_fields[READ_INSTRUMENT], PARTS_INSTRUMENT_MAX, false,
                       &instrument, err));
    return copy(arena, instrument, &ret->instrument, err);
}

static enum err_code take_readings(struct json_fields *fields, struct arena *arena,
                                   struct marks *marks, struct err *err)
{
    const struct json_field *field = &comment_fields[FIELD_READINGS];
    if (!json_has(fields, field))
        return ERR_OK;
    TRY(json_take_count(fields, field, PARTS_READINGS_MAX, &marks->reading_count, err));
    marks->readings = ARENA_ARRAY(arena, struct reading, marks->reading_count);
    if (!marks->readings)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < marks->reading_count; i++) {
        CLEANUP(json_fields_close_at) struct json_fields *entry = NULL;
        TRY(json_take_entry(fields, field, i, reading_fields, READING_FIELDS, &entry, err));
        TRY(take_entry(entry, arena, &marks->readings[i], err));
    }
    return ERR_OK;
}

/* What a comment may have besides its place, kind and words. */
static enum err_code take_extras(struct json_fields *fields, struct arena *arena,
                                 struct op_comment *comment, struct err *err)
{
    if (json_has(fields, &comment_fields[FIELD_TITLE]))
        TRY(take_text(fields, FIELD_TITLE, OP_TITLE_MAX, false, arena, &comment->title, err));
    if (json_has(fields, &comment_fields[FIELD_MOOD]))
        TRY(json_take_word(fields, &comment_fields[FIELD_MOOD], mood_from_name, &comment->mood,
                           err));
    if (json_has(fields, &comment_fields[FIELD_MEETING]))
        TRY(json_take_uuid(fields, &comment_fields[FIELD_MEETING], &comment->meeting_id, err));
    if (json_has(fields, &comment_fields[FIELD_SPACE]))
        TRY(json_take_uuid(fields, &comment_fields[FIELD_SPACE], &comment->space_id, err));
    TRY(take_shape(fields, arena, comment, err));
    return take_readings(fields, arena, &comment->marks, err);
}

static enum err_code take_comment(struct json_fields *fields, struct arena *arena,
                                  struct json_new_comment *ret, struct err *err)
{
    struct json_new_comment made = {0};
    struct speaker speaker = {0};
    TRY(take_id(fields, &made.id, err));
    TRY(take_degrees(fields, FIELD_LON, 180, &made.comment.lon_e7, err));
    TRY(take_degrees(fields, FIELD_LAT, 90, &made.comment.lat_e7, err));
    TRY(json_take_word(fields, &comment_fields[FIELD_KIND], kind_from_name, &made.comment.kind,
                       err));
    TRY(take_text(fields, FIELD_TEXT, STORE_TEXT_MAX, true, arena, &made.comment.text, err));
    if (json_has(fields, &comment_fields[FIELD_CARD]))
        TRY(json_take_uuid(fields, &comment_fields[FIELD_CARD], &made.comment.card_id, err));
    if (json_has(fields, &comment_fields[FIELD_BUILDING_ID]))
        TRY(take_building(fields, arena, &made.comment.building_id, err));
    TRY(take_extras(fields, arena, &made.comment, err));
    TRY(take_speaker(fields, arena, &speaker, err));
    made.comment.source = speaker.source;
    made.comment.channel = speaker.channel;
    made.comment.hat = speaker.hat;
    made.comment.pen_name = speaker.pen_name;
    *ret = made;
    return ERR_OK;
}

enum err_code json_comment_from(struct span body, struct arena *arena, struct json_new_comment *ret,
                                const char **ret_pointer, struct err *err)
{
    *ret_pointer = NULL;
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    TRY(json_fields_open(body, comment_fields, COMMENT_FIELDS, &fields, err));
    const enum err_code code = take_comment(fields, arena, ret, err);
    *ret_pointer = json_fields_pointer(fields);
    return code;
}

static enum err_code take_reply(struct json_fields *fields, struct arena *arena,
                                struct json_new_reply *ret, struct err *err)
{
    struct json_new_reply made = {0};
    struct speaker speaker = {0};
    TRY(take_id(fields, &made.id, err));
    TRY(take_text(fields, FIELD_TEXT, STORE_TEXT_MAX, true, arena, &made.reply.text, err));
    TRY(take_speaker(fields, arena, &speaker, err));
    made.reply.source = speaker.source;
    made.reply.channel = speaker.channel;
    made.reply.hat = speaker.hat;
    made.reply.pen_name = speaker.pen_name;
    *ret = made;
    return ERR_OK;
}

enum err_code json_reply_from(struct span body, struct arena *arena, struct json_new_reply *ret,
                              const char **ret_pointer, struct err *err)
{
    *ret_pointer = NULL;
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    TRY(json_fields_open(body, comment_fields, REPLY_FIELDS, &fields, err));
    const enum err_code code = take_reply(fields, arena, ret, err);
    *ret_pointer = json_fields_pointer(fields);
    return code;
}

enum err_code json_reaction_from(struct span body, struct json_new_reaction *ret,
                                 const char **ret_pointer, struct err *err)
{
    *ret_pointer = NULL;
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    TRY(json_fields_open(body, reaction_fields, REACTION_FIELDS, &fields, err));
    struct json_new_reaction made = {0};
    enum err_code code = json_take_uuid(fields, &reaction_fields[FIELD_AUTHOR], &made.author, err);
    if (code == ERR_OK)
        code = json_take_word(fields, &reaction_fields[FIELD_VALUE], reaction_from_name,
                              &made.value, err);
    *ret_pointer = json_fields_pointer(fields);
    if (code == ERR_OK)
        *ret = made;
    return code;
}
