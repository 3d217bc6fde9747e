#include "server/sync/build.h"

#include "server/sync/op.h"
#include "server/sync/parts_wire.h"

typedef Kakikomap__Sync__Body wire_body;

static enum err_code pack(struct arena *arena, const struct op_head *head, enum op_kind kind,
                          enum op_register reg, const wire_body *body, struct span *ret,
                          struct err *err)
{
    Kakikomap__Sync__Op op = KAKIKOMAP__SYNC__OP__INIT;
    op.op_id = parts_id_to_wire(&head->op_id);
    op.device_id = parts_id_to_wire(&head->device_id);
    op.dev_seq = head->dev_seq;
    op.kind = (Kakikomap__Sync__OpKind)kind;
    op.object_id = parts_id_to_wire(&head->object_id);
    op.register_ = (Kakikomap__Sync__Register)reg;
    op.rev = head->rev;
    op.author_id = parts_id_to_wire(&head->author_id);
    op.municipality = head->municipality;
    op.made_ms = head->made_ms;
    op.body.len = kakikomap__sync__body__get_packed_size(body);
    op.body.data = arena_alloc(arena, op.body.len);
    if (!op.body.data)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    kakikomap__sync__body__pack(body, op.body.data);
    const size_t len = kakikomap__sync__op__get_packed_size(&op);
    uint8_t *bytes = arena_alloc(arena, len);
    if (!bytes)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    kakikomap__sync__op__pack(&op, bytes);
    *ret = span_of(bytes, len);
    return ERR_OK;
}

static ProtobufCBinaryData data_from_span(struct span bytes)
{
    return (ProtobufCBinaryData){.len = bytes.len, .data = (uint8_t *)bytes.data};
}

static enum err_code fill_place(struct arena *arena, const struct op_place *place,
                                Kakikomap__Sync__Place *wire, struct err *err)
{
    wire->lon_e7 = place->lon_e7;
    wire->lat_e7 = place->lat_e7;
    wire->shape = (Kakikomap__Sync__Shape)place->shape;
    wire->source = (Kakikomap__Sync__PlaceSource)place->source;
    wire->accuracy_m = place->accuracy_m;
    TRY(path_to_wire(arena, place->lon_e7, place->lat_e7, &place->path, &wire->n_path, &wire->path,
                     err));
    return parts_text_to_wire(arena, place->building_id, &wire->building_id, err);
}

enum err_code op_build_comment(struct arena *arena, const struct op_head *head,
                               const struct op_comment *comment, struct span *ret, struct err *err)
{
    Kakikomap__Sync__Place place = KAKIKOMAP__SYNC__PLACE__INIT;
    const struct op_place spot = {
        .lon_e7 = comment->lon_e7,
        .lat_e7 = comment->lat_e7,
        .building_id = comment->building_id,
        .shape = comment->shape,
        .source = comment->place_source,
        .accuracy_m = comment->accuracy_m,
        .path = comment->path,
    };
    TRY(fill_place(arena, &spot, &place, err));
    Kakikomap__Sync__Comment wire = KAKIKOMAP__SYNC__COMMENT__INIT;
    wire.kind = (Kakikomap__Sync__CommentKind)comment->kind;
    wire.place = &place;
    wire.card_id = parts_id_to_wire(&comment->card_id);
    wire.space_id = parts_id_to_wire(&comment->space_id);
    wire.meeting_id = parts_id_to_wire(&comment->meeting_id);
    wire.quoted_id = parts_id_to_wire(&comment->quoted_id);
    wire.receipt = data_from_span(comment->receipt);
    wire.channel = (Kakikomap__Sync__Channel)comment->channel;
    wire.hat = (Kakikomap__Sync__Hat)comment->hat;
    wire.mood = (Kakikomap__Sync__Mood)comment->mood;
    TRY(parts_text_to_wire(arena, comment->text, &wire.text, err));
    TRY(parts_text_to_wire(arena, comment->pen_name, &wire.pen_name, err));
    TRY(parts_text_to_wire(arena, comment->title, &wire.title, err));
    TRY(parts_text_to_wire(arena, comment->source, &wire.source, err));
    TRY(marks_to_wire(arena, &comment->marks, &wire, err));
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_COMMENT;
    body.comment = &wire;
    return pack(arena, head, OP_CREATE, REGISTER_NONE, &body, ret, err);
}

enum err_code op_build_reply(struct arena *arena, const struct op_head *head,
                             const struct op_reply *reply, struct span *ret, struct err *err)
{
    Kakikomap__Sync__Reply wire = KAKIKOMAP__SYNC__REPLY__INIT;
    wire.comment_id = parts_id_to_wire(&reply->comment_id);
    wire.channel = (Kakikomap__Sync__Channel)reply->channel;
    wire.hat = (Kakikomap__Sync__Hat)reply->hat;
    TRY(parts_text_to_wire(arena, reply->text, &wire.text, err));
    TRY(parts_text_to_wire(arena, reply->pen_name, &wire.pen_name, err));
    TRY(parts_text_to_wire(arena, reply->source, &wire.source, err));
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_REPLY;
    body.reply = &wire;
    return pack(arena, head, OP_CREATE, REGISTER_NONE, &body, ret, err);
}

/* rev 0 makes the card, any other replaces what it says. */
enum err_code op_build_card(struct arena *arena, const struct op_head *head,
                            const struct op_card *card, struct span *ret, struct err *err)
{
    Kakikomap__Sync__Card wire = KAKIKOMAP__SYNC__CARD__INIT;
    TRY(parts_text_to_wire(arena, card->title, &wire.title, err));
    TRY(parts_text_to_wire(arena, card->title_easy, &wire.title_easy, err));
    TRY(parts_text_to_wire(arena, card->title_en, &wire.title_en, err));
    TRY(parts_text_to_wire(arena, card->description, &wire.description, err));
    TRY(parts_text_to_wire(arena, card->icon, &wire.icon, err));
    wire.colour = card->colour;
    wire.position = card->position;
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_CARD;
    body.card = &wire;
    return pack(arena, head, head->rev ? OP_EDIT : OP_CREATE, REGISTER_NONE, &body, ret, err);
}

enum err_code op_build_space(struct arena *arena, const struct op_head *head, uint8_t tier,
                             struct span name, struct span organisation, struct span *ret,
                             struct err *err)
{
    Kakikomap__Sync__Space wire = KAKIKOMAP__SYNC__SPACE__INIT;
    wire.tier = (Kakikomap__Sync__Tier)tier;
    TRY(parts_text_to_wire(arena, name, &wire.name, err));
    TRY(parts_text_to_wire(arena, organisation, &wire.organisation, err));
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_SPACE;
    body.space = &wire;
    return pack(arena, head, OP_CREATE, REGISTER_NONE, &body, ret, err);
}

enum err_code op_build_meeting(struct arena *arena, const struct op_head *head,
                               const struct meeting *meeting, struct span *ret, struct err *err)
{
    Kakikomap__Sync__Meeting wire = KAKIKOMAP__SYNC__MEETING__INIT;
    TRY(meeting_to_wire(arena, meeting, &wire, err));
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_MEETING;
    body.meeting = &wire;
    return pack(arena, head, head->rev ? OP_EDIT : OP_CREATE,
                head->rev ? REGISTER_MEETING : REGISTER_NONE, &body, ret, err);
}

enum err_code op_build_photo(struct arena *arena, const struct op_head *head,
                             const struct op_photo *photo, struct span *ret, struct err *err)
{
    Kakikomap__Sync__Photo wire = KAKIKOMAP__SYNC__PHOTO__INIT;
    wire.comment_id = parts_id_to_wire(&photo->comment_id);
    wire.sha256 = data_from_span(photo->sha256);
    wire.bytes = photo->bytes;
    wire.width = photo->width;
    wire.height = photo->height;
    wire.position = photo->position;
    TRY(parts_text_to_wire(arena, photo->alt, &wire.alt, err));
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_PHOTO;
    body.photo = &wire;
    return pack(arena, head, OP_CREATE, REGISTER_NONE, &body, ret, err);
}

enum err_code op_build_appeal(struct arena *arena, const struct op_head *head,
                              struct uuid target_id, struct span text, struct span *ret,
                              struct err *err)
{
    Kakikomap__Sync__Appeal wire = KAKIKOMAP__SYNC__APPEAL__INIT;
    wire.target_id = parts_id_to_wire(&target_id);
    TRY(parts_text_to_wire(arena, text, &wire.text, err));
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_APPEAL;
    body.appeal = &wire;
    return pack(arena, head, OP_CREATE, REGISTER_NONE, &body, ret, err);
}

enum err_code op_build_text(struct arena *arena, const struct op_head *head, struct span text,
                            struct span *ret, struct err *err)
{
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_TEXT;
    TRY(parts_text_to_wire(arena, text, &body.text, err));
    return pack(arena, head, OP_EDIT, REGISTER_TEXT, &body, ret, err);
}

enum err_code op_build_title(struct arena *arena, const struct op_head *head, struct span title,
                             struct span *ret, struct err *err)
{
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_TITLE;
    TRY(parts_text_to_wire(arena, title, &body.title, err));
    return pack(arena, head, OP_EDIT, REGISTER_TITLE, &body, ret, err);
}

enum err_code op_build_place(struct arena *arena, const struct op_head *head,
                             const struct op_place *place, struct span *ret, struct err *err)
{
    Kakikomap__Sync__Place wire = KAKIKOMAP__SYNC__PLACE__INIT;
    TRY(fill_place(arena, place, &wire, err));
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_PLACE;
    body.place = &wire;
    return pack(arena, head, OP_EDIT, REGISTER_PLACE, &body, ret, err);
}

enum err_code op_build_kind(struct arena *arena, const struct op_head *head, uint8_t kind,
                            struct span *ret, struct err *err)
{
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_KIND;
    body.kind = (Kakikomap__Sync__CommentKind)kind;
    return pack(arena, head, OP_EDIT, REGISTER_KIND, &body, ret, err);
}

enum err_code op_build_set_card(struct arena *arena, const struct op_head *head,
                                struct uuid card_id, struct span *ret, struct err *err)
{
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_CARD_ID;
    body.card_id = parts_id_to_wire(&card_id);
    return pack(arena, head, OP_EDIT, REGISTER_CARD, &body, ret, err);
}

enum err_code op_build_reaction(struct arena *arena, const struct op_head *head, uint8_t reaction,
                                struct span *ret, struct err *err)
{
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_REACTION;
    body.reaction = (Kakikomap__Sync__ReactionValue)reaction;
    return pack(arena, head, OP_REACT, REGISTER_REACTION, &body, ret, err);
}

static enum err_code build_reason(struct arena *arena, const struct op_head *head,
                                  enum op_kind kind, struct span reason, struct span *ret,
                                  struct err *err)
{
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_REASON;
    TRY(parts_text_to_wire(arena, reason, &body.reason, err));
    return pack(arena, head, kind, REGISTER_NONE, &body, ret, err);
}

enum err_code op_build_delete(struct arena *arena, const struct op_head *head, struct span reason,
                              struct span *ret, struct err *err)
{
    return build_reason(arena, head, OP_DELETE, reason, ret, err);
}

enum err_code op_build_moderation(struct arena *arena, const struct op_head *head, uint8_t status,
                                  const struct op_why *why, struct span *ret, struct err *err)
{
    Kakikomap__Sync__Moderation wire = KAKIKOMAP__SYNC__MODERATION__INIT;
    wire.status = (Kakikomap__Sync__Status)status;
    TRY(parts_text_to_wire(arena, why->reason, &wire.reason, err));
    TRY(parts_text_to_wire(arena, why->note, &wire.note, err));
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_MODERATION;
    body.moderation = &wire;
    return pack(arena, head, OP_MODERATE, REGISTER_STATUS, &body, ret, err);
}

enum err_code op_build_precision(struct arena *arena, const struct op_head *head, uint32_t metres,
                                 const struct op_why *why, struct span *ret, struct err *err)
{
    Kakikomap__Sync__Precision wire = KAKIKOMAP__SYNC__PRECISION__INIT;
    wire.metres = metres;
    TRY(parts_text_to_wire(arena, why->reason, &wire.reason, err));
    TRY(parts_text_to_wire(arena, why->note, &wire.note, err));
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_PRECISION;
    body.precision = &wire;
    return pack(arena, head, OP_MODERATE, REGISTER_PRECISION, &body, ret, err);
}

enum err_code op_build_redaction(struct arena *arena, const struct op_head *head,
                                 const struct boxes *boxes, const struct op_why *why,
                                 struct span *ret, struct err *err)
{
    Kakikomap__Sync__Redaction wire = KAKIKOMAP__SYNC__REDACTION__INIT;
    TRY(boxes_to_wire(arena, boxes, &wire, err));
    TRY(parts_text_to_wire(arena, why->reason, &wire.reason, err));
    TRY(parts_text_to_wire(arena, why->note, &wire.note, err));
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_REDACTION;
    body.redaction = &wire;
    return pack(arena, head, OP_MODERATE, REGISTER_REDACTION, &body, ret, err);
}

enum err_code op_build_move(struct arena *arena, const struct op_head *head, struct uuid space_id,
                            bool strip_name, const struct op_why *why, struct span *ret,
                            struct err *err)
{
    Kakikomap__Sync__Move wire = KAKIKOMAP__SYNC__MOVE__INIT;
    wire.space_id = parts_id_to_wire(&space_id);
    wire.strip_name = strip_name;
    TRY(parts_text_to_wire(arena, why->reason, &wire.reason, err));
    TRY(parts_text_to_wire(arena, why->note, &wire.note, err));
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_MOVE;
    body.move = &wire;
    return pack(arena, head, OP_MODERATE, REGISTER_SPACE, &body, ret, err);
}

enum err_code op_build_erase(struct arena *arena, const struct op_head *head, struct span reason,
                             struct span *ret, struct err *err)
{
    return build_reason(arena, head, OP_ERASE, reason, ret, err);
}

/* What remains of an erased operation: ids, time, revision, and the choices from lists that decide
 * who could see it when (sync.md S13); no words, no name, no place. */
enum err_code op_build_stub(struct arena *arena, const struct op *op, struct span *ret,
                            struct err *err)
{
    const struct op_head head = {
        .op_id = op->op_id,
        .device_id = op->device_id,
        .object_id = op->object_id,
        .author_id = op->author_id,
        .dev_seq = op->dev_seq,
        .municipality = op->municipality,
        .rev = op->rev,
        .made_ms = op->made_ms,
    };
    const struct span none = span_of("", 0);
    const struct op_why unsaid = {none, none};
    switch (op->body) {
    case BODY_COMMENT: {
        const struct op_comment stub = {
            .kind = op->comment_kind,
            .channel = op->channel,
            .hat = op->hat,
            .text = none,
            .pen_name = none,
            .building_id = none,
            .card_id = op->card_id,
            .space_id = op->space_id,
            .meeting_id = op->meeting_id,
            .quoted_id = op->quoted_id,
        };
        return op_build_comment(arena, &head, &stub, ret, err);
    }
    case BODY_REPLY: {
        const struct op_reply stub = {
            .comment_id = op->comment_id,
            .channel = op->channel,
            .hat = op->hat,
            .text = none,
            .pen_name = none,
        };
        return op_build_reply(arena, &head, &stub, ret, err);
    }
    case BODY_CARD: {
        const struct op_card stub = {none, none, none, none, none, 0, 0};
        return op_build_card(arena, &head, &stub, ret, err);
    }
    case BODY_SPACE:
        return op_build_space(arena, &head, op->tier, none, none, ret, err);
    case BODY_TEXT:
        return op_build_text(arena, &head, none, ret, err);
    case BODY_PLACE:
        return op_build_place(arena, &head, &(struct op_place){0}, ret, err);
    case BODY_KIND:
        return op_build_kind(arena, &head, op->comment_kind, ret, err);
    case BODY_CARD_ID:
        return op_build_set_card(arena, &head, op->card_id, ret, err);
    case BODY_MODERATION:
        return op_build_moderation(arena, &head, op->status, &unsaid, ret, err);
    case BODY_REACTION:
        return op_build_reaction(arena, &head, op->reaction, ret, err);
    case BODY_TITLE:
        return op_build_title(arena, &head, none, ret, err);
    case BODY_PHOTO: {
        const struct op_photo stub = {.comment_id = op->comment_id, .sha256 = none, .alt = none};
        return op_build_photo(arena, &head, &stub, ret, err);
    }
    case BODY_APPEAL:
        return op_build_appeal(arena, &head, op->comment_id, none, ret, err);
    case BODY_MEETING: {
        const struct meeting stub = {.kind = op->meeting.kind,
                                     .state = op->meeting.state,
                                     .space_id = op->meeting.space_id,
                                     .hold = op->meeting.hold};
        return op_build_meeting(arena, &head, &stub, ret, err);
    }
    case BODY_PRECISION:
        return op_build_precision(arena, &head, op->precision_m, &unsaid, ret, err);
    case BODY_REDACTION:
        return op_build_redaction(arena, &head, &(struct boxes){0}, &unsaid, ret, err);
    case BODY_MOVE:
        return op_build_move(arena, &head, op->space_id, op->strip_name, &unsaid, ret, err);
    case BODY_REASON:
    case BODY_NONE:
        break;
    }
    return build_reason(arena, &head, op->kind, none, ret, err);
}
