/* Comments, replies and cards as JSON. */
#include "server/json/comment.h"

#include "server/json/parts.h"

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

static void write_photos(struct json *json, const struct store_comment *comment)
{
    json_key(json, "photos");
    json_array(json);
    for (size_t i = 0; i < comment->photo_count; i++)
        json_photo(json, &comment->photos[i]);
    json_end(json);
}

static void write_properties(struct json *json, const struct store_comment *comment)
{
    json_key(json, "kind");
    json_text(json, kind_name(comment->kind));
    json_key(json, "title");
    json_string(json, comment->title);
    json_key(json, "text");
    json_string(json, comment->text);
    json_key(json, "mood");
    json_text(json, mood_name(comment->mood));
    json_shape(json, comment->shape, comment->path);
    json_marks(json, comment->marks);
    write_photos(json, comment);
    json_key(json, "card");
    write_id_or_null(json, comment->has_card, comment->card_id);
    json_key(json, "card_title");
    json_string_or_null(json, comment->card_title);
    json_key(json, "space");
    write_id_or_null(json, comment->has_space, comment->space_id);
    json_key(json, "meeting");
    write_id_or_null(json, !uuid_is_nil(comment->meeting_id), comment->meeting_id);
    write_speaker(json, comment->channel, comment->hat, comment->pen_name);
    json_key(json, "source");
    json_string_or_null(json, comment->source);
    json_key(json, "quoted");
    write_id_or_null(json, !uuid_is_nil(comment->quoted_id), comment->quoted_id);
    json_key(json, "precision_m");
    json_uint(json, comment->precision_m);
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
    json_key(json, "source");
    json_string_or_null(json, reply->source);
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
