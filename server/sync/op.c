#include "server/sync/op.h"

#include "server/sync/parts_wire.h"
#include "server/sync/wire.h"

typedef Kakikomap__Sync__Op wire_op;
typedef Kakikomap__Sync__Body wire_body;

static struct span span_from_data(ProtobufCBinaryData data)
{
    return span_of(data.data, data.len);
}

/* Enumerations are open on the wire; what does not fit in a byte becomes 0, which no table has. */
static uint8_t byte_from(int value)
{
    return value < 0 || value > 255 ? 0 : (uint8_t)value;
}

/* The same where 0 is a word of its own. */
static uint8_t byte_from_any(int value)
{
    return value < 0 || value > 255 ? UINT8_MAX : (uint8_t)value;
}

static enum err_code read_place(struct arena *arena, const Kakikomap__Sync__Place *place,
                                struct op *op, const char **reason, struct err *err)
{
    if (!place) {
        *reason = "malformed";
        return ERR_OK;
    }
    op->lon_e7 = place->lon_e7;
    op->lat_e7 = place->lat_e7;
    op->building_id = parts_text_from_wire(place->building_id);
    op->shape = byte_from_any((int)place->shape);
    op->place_source = byte_from_any((int)place->source);
    op->accuracy_m = place->accuracy_m;
    bool ok;
    TRY(path_from_wire(arena, place->lon_e7, place->lat_e7, place->n_path, place->path, &op->path,
                       &ok, err));
    if (!ok)
        *reason = "bad_shape";
    return path_pack(arena, &op->path, &op->path_bytes, err);
}

static enum err_code read_comment(struct arena *arena, const Kakikomap__Sync__Comment *comment,
                                  struct op *op, const char **reason, struct err *err)
{
    op->comment_kind = byte_from((int)comment->kind);
    op->text = parts_text_from_wire(comment->text);
    op->channel = byte_from((int)comment->channel);
    op->hat = byte_from((int)comment->hat);
    op->pen_name = parts_text_from_wire(comment->pen_name);
    op->title = parts_text_from_wire(comment->title);
    op->mood = byte_from_any((int)comment->mood);
    op->receipt = span_from_data(comment->receipt);
    op->source = parts_text_from_wire(comment->source);
    bool ok;
    TRY(marks_from_wire(arena, comment, &op->marks, &ok, err));
    if (!ok)
        *reason = "bad_drawing";
    TRY(marks_pack(arena, &op->marks, &op->marks_bytes, err));
    if (!parts_id_from_wire(comment->card_id, &op->card_id) ||
        !parts_id_from_wire(comment->space_id, &op->space_id) ||
        !parts_id_from_wire(comment->meeting_id, &op->meeting_id) ||
        !parts_id_from_wire(comment->quoted_id, &op->quoted_id))
        *reason = "malformed";
    return *reason ? ERR_OK : read_place(arena, comment->place, op, reason, err);
}

static bool read_reply(const Kakikomap__Sync__Reply *reply, struct op *op)
{
    op->text = parts_text_from_wire(reply->text);
    op->channel = byte_from((int)reply->channel);
    op->hat = byte_from((int)reply->hat);
    op->pen_name = parts_text_from_wire(reply->pen_name);
    op->source = parts_text_from_wire(reply->source);
    return uuid_from_bytes(span_from_data(reply->comment_id), &op->comment_id);
}

static void read_card(const Kakikomap__Sync__Card *card, struct op *op)
{
    op->title = parts_text_from_wire(card->title);
    op->title_easy = parts_text_from_wire(card->title_easy);
    op->title_en = parts_text_from_wire(card->title_en);
    op->description = parts_text_from_wire(card->description);
    op->icon = parts_text_from_wire(card->icon);
    op->colour = card->colour;
    op->position = card->position;
}

static bool read_photo(const Kakikomap__Sync__Photo *photo, struct op *op)
{
    op->sha256 = span_from_data(photo->sha256);
    op->bytes = photo->bytes;
    op->width = photo->width;
    op->height = photo->height;
    op->position = photo->position;
    op->text = parts_text_from_wire(photo->alt);
    return uuid_from_bytes(span_from_data(photo->comment_id), &op->comment_id);
}

static bool read_appeal(const Kakikomap__Sync__Appeal *appeal, struct op *op)
{
    op->text = parts_text_from_wire(appeal->text);
    return uuid_from_bytes(span_from_data(appeal->target_id), &op->comment_id);
}

/* What was decided, and why. */
static enum err_code read_decision(struct arena *arena, const wire_body *body, struct op *op,
                                   const char **reason, struct err *err)
{
    switch (body->value_case) {
    case KAKIKOMAP__SYNC__BODY__VALUE_MODERATION:
        op->body = BODY_MODERATION;
        op->status = byte_from((int)body->moderation->status);
        op->reason = parts_text_from_wire(body->moderation->reason);
        op->note = parts_text_from_wire(body->moderation->note);
        return ERR_OK;
    case KAKIKOMAP__SYNC__BODY__VALUE_PRECISION:
        op->body = BODY_PRECISION;
        op->precision_m = body->precision->metres;
        op->reason = parts_text_from_wire(body->precision->reason);
        op->note = parts_text_from_wire(body->precision->note);
        return ERR_OK;
    case KAKIKOMAP__SYNC__BODY__VALUE_REDACTION: {
        bool ok;
        op->body = BODY_REDACTION;
        op->reason = parts_text_from_wire(body->redaction->reason);
        op->note = parts_text_from_wire(body->redaction->note);
        TRY(boxes_from_wire(arena, body->redaction, &op->boxes, &ok, err));
        *reason = ok ? NULL : "bad_redaction";
        return boxes_pack(arena, &op->boxes, &op->boxes_bytes, err);
    }
    default:
        op->body = BODY_MOVE;
        op->strip_name = body->move->strip_name;
        op->reason = parts_text_from_wire(body->move->reason);
        op->note = parts_text_from_wire(body->move->note);
        *reason = parts_id_from_wire(body->move->space_id, &op->space_id) ? NULL : "malformed";
        return ERR_OK;
    }
}

static enum err_code read_body(struct arena *arena, const wire_body *body, struct op *op,
                               const char **reason, struct err *err)
{
    bool ok = true;
    switch (body->value_case) {
    case KAKIKOMAP__SYNC__BODY__VALUE_COMMENT:
        op->body = BODY_COMMENT;
        return read_comment(arena, body->comment, op, reason, err);
    case KAKIKOMAP__SYNC__BODY__VALUE_REPLY:
        op->body = BODY_REPLY;
        ok = read_reply(body->reply, op);
        break;
    case KAKIKOMAP__SYNC__BODY__VALUE_CARD:
        op->body = BODY_CARD;
        read_card(body->card, op);
        break;
    case KAKIKOMAP__SYNC__BODY__VALUE_SPACE:
        op->body = BODY_SPACE;
        op->tier = byte_from((int)body->space->tier);
        op->title = parts_text_from_wire(body->space->name);
        op->organisation = parts_text_from_wire(body->space->organisation);
        break;
    case KAKIKOMAP__SYNC__BODY__VALUE_TEXT:
        op->body = BODY_TEXT;
        op->text = parts_text_from_wire(body->text);
        break;
    case KAKIKOMAP__SYNC__BODY__VALUE_TITLE:
        op->body = BODY_TITLE;
        op->title = parts_text_from_wire(body->title);
        break;
    case KAKIKOMAP__SYNC__BODY__VALUE_PLACE:
        op->body = BODY_PLACE;
        return read_place(arena, body->place, op, reason, err);
    case KAKIKOMAP__SYNC__BODY__VALUE_KIND:
        op->body = BODY_KIND;
        op->comment_kind = byte_from((int)body->kind);
        break;
    case KAKIKOMAP__SYNC__BODY__VALUE_CARD_ID:
        op->body = BODY_CARD_ID;
        ok = parts_id_from_wire(body->card_id, &op->card_id);
        break;
    case KAKIKOMAP__SYNC__BODY__VALUE_REACTION:
        op->body = BODY_REACTION;
        op->reaction = byte_from((int)body->reaction);
        ok = (int)body->reaction >= 0 && (int)body->reaction < 256;
        break;
    case KAKIKOMAP__SYNC__BODY__VALUE_REASON:
        op->body = BODY_REASON;
        op->reason = parts_text_from_wire(body->reason);
        break;
    case KAKIKOMAP__SYNC__BODY__VALUE_MEETING:
        op->body = BODY_MEETING;
        TRY(meeting_from_wire(arena, body->meeting, &op->meeting, &ok, err));
        *reason = ok ? NULL : "bad_meeting";
        return meeting_pack(arena, &op->meeting, &op->meeting_bytes, err);
    case KAKIKOMAP__SYNC__BODY__VALUE_PHOTO:
        op->body = BODY_PHOTO;
        ok = read_photo(body->photo, op);
        break;
    case KAKIKOMAP__SYNC__BODY__VALUE_APPEAL:
        op->body = BODY_APPEAL;
        ok = read_appeal(body->appeal, op);
        break;
    case KAKIKOMAP__SYNC__BODY__VALUE_MODERATION:
    case KAKIKOMAP__SYNC__BODY__VALUE_PRECISION:
    case KAKIKOMAP__SYNC__BODY__VALUE_REDACTION:
    case KAKIKOMAP__SYNC__BODY__VALUE_MOVE:
        return read_decision(arena, body, op, reason, err);
    case KAKIKOMAP__SYNC__BODY__VALUE__NOT_SET:
    default:
        op->body = BODY_NONE;
        break;
    }
    if (!ok)
        *reason = "malformed";
    return ERR_OK;
}

static void read_head(const wire_op *wire, struct op *op)
{
    *op = (struct op){
        .dev_seq = wire->dev_seq,
        .municipality = wire->municipality,
        .kind = (enum op_kind)wire->kind,
        .reg = (enum op_register)wire->register_,
        .rev = wire->rev,
        .made_ms = wire->made_ms,
    };
    (void)!uuid_from_bytes(span_from_data(wire->op_id), &op->op_id);
    (void)!uuid_from_bytes(span_from_data(wire->device_id), &op->device_id);
    (void)!uuid_from_bytes(span_from_data(wire->object_id), &op->object_id);
    (void)!uuid_from_bytes(span_from_data(wire->author_id), &op->author_id);
}

/* *ret_reason as op_read. Memory of the message comes from the arena; nothing is freed singly. */
static enum err_code decode(struct arena *arena, struct span bytes, struct op *op,
                            const char **ret_reason, struct err *err)
{
    *op = (struct op){0};
    *ret_reason = "malformed";
    ProtobufCAllocator allocator = parts_allocator(arena);
    const wire_op *wire = kakikomap__sync__op__unpack(&allocator, bytes.len, bytes.data);
    if (!wire)
        return ERR_OK;
    read_head(wire, op);
    if (wire->body.len) {
        const struct span body_bytes = span_from_data(wire->body);
        /* protobuf-c ends a string at its first zero byte: "a\0b" would be read as "a". */
        if (!wire_strings_are_whole(&kakikomap__sync__body__descriptor, body_bytes))
            return ERR_OK;
        const wire_body *body =
            kakikomap__sync__body__unpack(&allocator, body_bytes.len, body_bytes.data);
        if (!body)
            return ERR_OK;
        *ret_reason = NULL;
        return read_body(arena, body, op, ret_reason, err);
    }
    *ret_reason = NULL;
    return ERR_OK;
}

enum err_code op_read(struct arena *arena, struct span bytes, const struct op_limits *limits,
                      struct op *ret, const char **ret_reason, struct err *err)
{
    *ret = (struct op){0};
    *ret_reason = "too_large";
    if (bytes.len > limits->op_max)
        return ERR_OK;
    TRY(decode(arena, bytes, ret, ret_reason, err));
    if (!*ret_reason)
        *ret_reason = op_judge(ret, limits);
    return ERR_OK;
}

enum err_code op_read_stored(struct arena *arena, struct span bytes, struct op *ret,
                             struct err *err)
{
    const char *reason;
    TRY(decode(arena, bytes, ret, &reason, err));
    return reason ? err_set(err, ERR_FORMAT, "an operation of the log cannot be read", 0) : ERR_OK;
}
