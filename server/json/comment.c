#include "server/json/comment.h"

#include "server/json/read.h"
#include "tiles/base/num.h"

/* --- Writing ---------------------------------------------------------------------------------- */

static void write_speaker(struct json *json, uint8_t channel, uint8_t hat, struct span pen_name)
{
    json_key(json, "channel");
    json_text(json, channel_name(channel));
    json_key(json, "hat");
    json_text(json, hat_name(hat));
    json_key(json, "hat_label");
    json_string_or_null(json, span_from_str(hat_label(hat)));
    json_key(json, "pen_name");
    json_string_or_null(json, pen_name);
}

static void write_id_or_null(struct json *json, bool has, struct uuid id)
{
    if (has)
        json_uuid(json, id);
    else
        json_null(json);
}

static void write_properties(struct json *json, const struct store_comment *comment)
{
    json_key(json, "kind");
    json_text(json, kind_name(comment->kind));
    json_key(json, "text");
    json_string(json, comment->text);
    json_key(json, "card");
    write_id_or_null(json, comment->has_card, comment->card_id);
    json_key(json, "card_title");
    json_string_or_null(json, comment->card_title);
    json_key(json, "space");
    write_id_or_null(json, comment->has_space, comment->space_id);
    write_speaker(json, comment->channel, comment->hat, comment->pen_name);
    json_key(json, "status");
    json_text(json, status_name(comment->status));
    json_key(json, "created_at");
    json_time(json, comment->made_ms);
    json_key(json, "edited");
    json_bool(json, comment->edited);
    json_key(json, "building_id");
    json_string_or_null(json, comment->building_id);
    json_key(json, "agree");
    json_uint(json, comment->agree);
    json_key(json, "disagree");
    json_uint(json, comment->disagree);
    json_key(json, "unsure");
    json_uint(json, comment->unsure);
    json_key(json, "reply_count");
    json_uint(json, comment->reply_count);
    json_key(json, "change");
    json_uint(json, comment->change);
}

/* Opens the feature and leaves it open. */
static void begin_feature(struct json *json, const struct store_comment *comment)
{
    json_object(json);
    json_key(json, "type");
    json_text(json, "Feature");
    json_key(json, "id");
    json_uuid(json, comment->id);
    json_key(json, "geometry");
    json_object(json);
    json_key(json, "type");
    json_text(json, "Point");
    json_key(json, "coordinates");
    json_array(json);
    json_e7(json, comment->lon_e7);
    json_e7(json, comment->lat_e7);
    json_end(json);
    json_end(json);
    json_key(json, "properties");
    json_object(json);
    write_properties(json, comment);
    json_end(json);
}

void json_comment(struct json *json, const struct store_comment *comment)
{
    begin_feature(json, comment);
    json_end(json);
}

void json_comment_detail(struct json *json, const struct store_comment *comment,
                         const struct store_reply *replies, size_t reply_count)
{
    begin_feature(json, comment);
    json_key(json, "replies");
    json_array(json);
    for (size_t i = 0; i < reply_count; i++)
        json_reply(json, &replies[i]);
    json_end(json);
    json_end(json);
}

void json_comment_page(struct json *json, const struct store_page *page)
{
    json_object(json);
    json_key(json, "type");
    json_text(json, "FeatureCollection");
    json_key(json, "numberReturned");
    json_uint(json, page->count);
    json_key(json, "next");
    if (page->next) {
        /* The cursor is a number inside, but clients shall not count with it. */
        struct buf digits;
        buf_init(&digits);
        buf_add_int(&digits, (int64_t)page->next);
        json_string(json, buf_span(&digits));
        json->out->failed |= digits.failed;
        buf_done(&digits);
    } else {
        json_null(json);
    }
    json_key(json, "change");
    json_uint(json, page->newest);
    json_key(json, "features");
    json_array(json);
    for (size_t i = 0; i < page->count; i++)
        json_comment(json, &page->comments[i]);
    json_end(json);
    json_end(json);
}

void json_reply(struct json *json, const struct store_reply *reply)
{
    json_object(json);
    json_key(json, "id");
    json_uuid(json, reply->id);
    json_key(json, "text");
    json_string(json, reply->text);
    write_speaker(json, reply->channel, reply->hat, reply->pen_name);
    json_key(json, "created_at");
    json_time(json, reply->made_ms);
    json_key(json, "edited");
    json_bool(json, reply->edited);
    json_end(json);
}

static void write_colour(struct json *json, uint32_t colour)
{
    static const char digits[] = "0123456789abcdef";
    char text[] = "#000000";
    for (int i = 0; i < 6; i++)
        text[1 + i] = digits[colour >> (20 - 4 * i) & 15];
    json_text(json, text);
}

void json_cards(struct json *json, const struct store_card *cards, size_t count, uint64_t change)
{
    json_object(json);
    json_key(json, "change");
    json_uint(json, change);
    json_key(json, "cards");
    json_array(json);
    for (size_t i = 0; i < count; i++) {
        const struct store_card *card = &cards[i];
        json_object(json);
        json_key(json, "id");
        json_uuid(json, card->id);
        json_key(json, "title");
        json_string(json, card->title);
        json_key(json, "title_easy");
        json_string(json, card->title_easy);
        json_key(json, "title_en");
        json_string(json, card->title_en);
        json_key(json, "description");
        json_string(json, card->description);
        json_key(json, "icon");
        json_string(json, card->icon);
        json_key(json, "colour");
        write_colour(json, card->colour);
        json_key(json, "position");
        json_uint(json, card->position);
        json_key(json, "comment_count");
        json_uint(json, card->comment_count);
        json_end(json);
    }
    json_end(json);
    json_end(json);
}

/* --- Reading ---------------------------------------------------------------------------------- */

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
