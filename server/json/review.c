#include "server/json/review.h"

#include "server/json/comment.h"
#include "server/moderation/reasons.h"

static void write_uuid(struct json *json, const char *key, struct uuid id)
{
    json_key(json, key);
    if (uuid_is_nil(id))
        json_null(json);
    else
        json_uuid(json, id);
}

static void write_text(struct json *json, const char *key, struct span text)
{
    json_key(json, key);
    json_string_or_null(json, text);
}

static void write_word(struct json *json, const char *key, const char *word)
{
    json_key(json, key);
    json_string_or_null(json, span_from_str(word ? word : ""));
}

static const char *type_name(enum object_type type)
{
    switch (type) {
    case OBJECT_COMMENT:
        return "comment";
    case OBJECT_REPLY:
        return "reply";
    case OBJECT_PHOTO:
        return "photo";
    default:
        return "erased";
    }
}

/* --- One object ------------------------------------------------------------------------------- */

void json_appeal(struct json *json, const struct store_appeal *appeal)
{
    json_object(json);
    json_key(json, "id");
    json_uuid(json, appeal->id);
    json_key(json, "target");
    json_uuid(json, appeal->target_id);
    json_key(json, "text");
    json_string(json, appeal->text);
    json_key(json, "made");
    json_time(json, appeal->made_ms);
    json_key(json, "state");
    json_text(json, appeal->status == STATUS_HELD     ? "open"
                    : appeal->status == STATUS_PUBLIC ? "upheld"
                                                      : "declined");
    write_text(json, "note", appeal->note);
    json_end(json);
}

static void write_appeals(struct json *json, const struct json_item *item)
{
    json_key(json, "appeals");
    json_array(json);
    for (size_t i = 0; i < item->appeal_count; i++)
        json_appeal(json, &item->appeals[i]);
    json_end(json);
}

static void write_place(struct json *json, const struct store_review *review)
{
    json_key(json, "lon");
    if (review->has_place)
        json_e7(json, review->lon_e7);
    else
        json_null(json);
    json_key(json, "lat");
    if (review->has_place)
        json_e7(json, review->lat_e7);
    else
        json_null(json);
    json_key(json, "precision_m");
    json_uint(json, review->precision_m);
}

static void write_state(struct json *json, const struct store_review *review)
{
    write_word(json, "status", status_name(review->status));
    write_text(json, "reason", review->reason);
    write_text(json, "note", review->note);
}

static void write_words(struct json *json, const struct store_review *review)
{
    write_word(json, "kind", review->kind ? kind_name(review->kind) : NULL);
    write_text(json, "title", review->title);
    json_key(json, "text");
    json_string(json, review->text);
    write_text(json, "pen_name", review->pen_name);
}

void json_item(struct json *json, const struct json_item *item)
{
    const struct store_review *review = &item->review;
    json_object(json);
    json_key(json, "id");
    json_uuid(json, review->id);
    write_word(json, "type", type_name(review->type));
    write_state(json, review);
    write_words(json, review);
    write_word(json, "hat", hat_name(review->hat));
    write_word(json, "hat_label", hat_label(review->hat));
    write_word(json, "channel", channel_name(review->channel));
    json_key(json, "made");
    json_time(json, review->made_ms);
    write_place(json, review);
    write_uuid(json, "meeting", review->meeting_id);
    write_uuid(json, "space", review->space_id);
    write_uuid(json, "comment", review->comment_id);
    json_key(json, "photos");
    json_array(json);
    for (size_t i = 0; i < item->photo_count; i++)
        json_uuid(json, item->photos[i]);
    json_end(json);
    write_appeals(json, item);
    json_end(json);
}

void json_item_page(struct json *json, const struct json_item *items, size_t count, uint64_t next)
{
    json_object(json);
    json_key(json, "items");
    json_array(json);
    for (size_t i = 0; i < count; i++)
        json_item(json, &items[i]);
    json_end(json);
    json_key(json, "next");
    if (next)
        json_uint(json, next);
    else
        json_null(json);
    json_end(json);
}

/* --- History ---------------------------------------------------------------------------------- */

static const char *step_name(const struct op *op)
{
    switch (op->kind) {
    case OP_CREATE:
        return "create";
    case OP_EDIT:
        return "edit";
    case OP_DELETE:
        return "withdraw";
    case OP_MODERATE:
        return op->reg == REGISTER_STATUS      ? "status"
               : op->reg == REGISTER_PRECISION ? "precision"
               : op->reg == REGISTER_REDACTION ? "redaction"
                                               : "move";
    default:
        return "erase";
    }
}

static void write_step(struct json *json, const struct store_step *step)
{
    const struct op *op = &step->op;
    const bool decides = op->kind == OP_MODERATE;
    json_object(json);
    json_key(json, "change");
    json_uint(json, step->change);
    json_key(json, "at");
    json_time(json, step->received_ms);
    json_key(json, "action");
    json_text(json, step_name(op));
    json_key(json, "by");
    json_text(json, standing_name(step->standing));
    write_word(json, "status",
               decides && op->reg == REGISTER_STATUS ? status_name(op->status) : NULL);
    write_text(json, "reason", op->reason);
    write_text(json, "note", op->note);
    write_text(json, "text", op->text);
    write_text(json, "title", op->title);
    json_key(json, "precision_m");
    if (decides && op->reg == REGISTER_PRECISION)
        json_uint(json, op->precision_m);
    else
        json_null(json);
    write_uuid(json, "space",
               decides && op->reg == REGISTER_SPACE ? op->space_id : (struct uuid){{0}});
    json_end(json);
}

void json_item_history(struct json *json, const struct json_item *item,
                       const struct store_step *steps, size_t count)
{
    json_object(json);
    json_key(json, "item");
    json_item(json, item);
    json_key(json, "history");
    json_array(json);
    for (size_t i = 0; i < count; i++)
        write_step(json, &steps[i]);
    json_end(json);
    json_end(json);
}

void json_done(struct json *json, const char *first, size_t done, const char *second,
               const struct json_refused *refused, size_t refused_count)
{
    json_object(json);
    json_key(json, first);
    json_uint(json, done);
    json_key(json, second);
    json_array(json);
    for (size_t i = 0; i < refused_count; i++) {
        json_object(json);
        json_key(json, "id");
        json_uuid(json, refused[i].id);
        json_key(json, "code");
        json_string(json, refused[i].code);
        json_end(json);
    }
    json_end(json);
    json_end(json);
}

/* --- What authors are told -------------------------------------------------------------------- */

static void write_reason_text(struct json *json, struct span code)
{
    uint8_t reason;
    write_word(json, "reason_text",
               reason_from_name(code, &reason) ? reason_sentence((enum reason)reason) : NULL);
}

static void write_cluster(struct json *json, uint32_t cluster)
{
    json_key(json, "cluster");
    if (cluster)
        json_uint(json, cluster);
    else
        json_null(json);
}

static void write_own(struct json *json, const struct json_item *item)
{
    json_object(json);
    json_key(json, "id");
    json_uuid(json, item->review.id);
    write_word(json, "type", type_name(item->review.type));
    write_state(json, &item->review);
    write_reason_text(json, item->review.reason);
    json_key(json, "reply_count");
    json_uint(json, item->review.reply_count);
    write_cluster(json, item->cluster);
    write_appeals(json, item);
    json_end(json);
}

static void write_erased(struct json *json, struct uuid id)
{
    const struct json_item gone = {.review = {.id = id, .type = OBJECT_ERASED}};
    write_own(json, &gone);
}

static void write_refused(struct json *json, const struct store_refused *refused)
{
    json_object(json);
    write_uuid(json, "op_id", refused->op_id);
    write_uuid(json, "object_id", refused->object_id);
    json_key(json, "reason");
    json_string(json, refused->reason);
    json_end(json);
}

void json_mine(struct json *json, const struct json_mine *mine)
{
    json_object(json);
    json_key(json, "objects");
    json_array(json);
    for (size_t i = 0; i < mine->item_count; i++)
        write_own(json, &mine->items[i]);
    for (size_t i = 0; i < mine->erased_count; i++)
        write_erased(json, mine->erased[i]);
    json_end(json);
    json_key(json, "quarantined");
    json_array(json);
    for (size_t i = 0; i < mine->refused_count; i++)
        write_refused(json, &mine->refused[i]);
    json_end(json);
    json_key(json, "missing_seq");
    json_array(json);
    for (size_t i = 0; i < mine->missing_count; i++)
        json_uint(json, mine->missing[i]);
    json_end(json);
    json_end(json);
}

void json_receipt(struct json *json, const struct json_item *item,
                  const struct store_reply *replies, size_t reply_count)
{
    const struct store_review *review = &item->review;
    json_object(json);
    json_key(json, "comment");
    json_object(json);
    json_key(json, "id");
    json_uuid(json, review->id);
    write_state(json, review);
    write_reason_text(json, review->reason);
    write_words(json, review);
    json_key(json, "made");
    json_time(json, review->made_ms);
    write_cluster(json, item->cluster);
    json_end(json);
    json_key(json, "replies");
    json_array(json);
    for (size_t i = 0; i < reply_count; i++)
        json_reply(json, &replies[i]);
    json_end(json);
    json_end(json);
}

void json_words(struct json *json, const struct span *words, size_t count, const struct span *own,
                size_t own_count)
{
    json_object(json);
    json_key(json, "words");
    json_array(json);
    for (size_t i = 0; i < count; i++)
        json_string(json, words[i]);
    json_end(json);
    json_key(json, "own");
    json_array(json);
    for (size_t i = 0; i < own_count; i++)
        json_string(json, own[i]);
    json_end(json);
    json_end(json);
}
