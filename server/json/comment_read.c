/* Comments, replies and reactions from the bodies of requests. */
#include "server/json/comment.h"
#include "server/json/read.h"
#include "tiles/base/num.h"

enum {
    FIELD_ID,
    FIELD_TEXT,
    FIELD_PEN_NAME,
    FIELD_CHANNEL,
    FIELD_HAT,
    REPLY_FIELDS, /* a reply has those above, a comment all */
    FIELD_LON = REPLY_FIELDS,
    FIELD_LAT,
    FIELD_KIND,
    FIELD_CARD,
    FIELD_BUILDING_ID,
    COMMENT_FIELDS,
};

static const struct json_field comment_fields[COMMENT_FIELDS] = {
    [FIELD_ID] = JSON_FIELD("id"),
    [FIELD_TEXT] = JSON_FIELD("text"),
    [FIELD_PEN_NAME] = JSON_FIELD("pen_name"),
    [FIELD_CHANNEL] = JSON_FIELD("channel"),
    [FIELD_HAT] = JSON_FIELD("hat"),
    [FIELD_LON] = JSON_FIELD("lon"),
    [FIELD_LAT] = JSON_FIELD("lat"),
    [FIELD_KIND] = JSON_FIELD("kind"),
    [FIELD_CARD] = JSON_FIELD("card"),
    [FIELD_BUILDING_ID] = JSON_FIELD("building_id"),
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
    struct span pen_name;
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
    TRY(take_speaker(fields, arena, &speaker, err));
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
