#include "server/sync/build.h"

#include "schema/sync.pb-c.h"
#include "server/sync/op.h"

typedef Kakikomap__Sync__Body wire_body;

static ProtobufCBinaryData data_from_uuid(const struct uuid *id)
{
    return (ProtobufCBinaryData){
        .len = uuid_is_nil(*id) ? 0 : UUID_BYTES,
        .data = (uint8_t *)id->bytes, /* protobuf-c only reads it */
    };
}

/* A zero byte would end the string on the wire: such a text cannot be said. */
static enum err_code string_from(struct arena *arena, struct span text, char **ret, struct err *err)
{
    if (text.len && memchr(text.data, 0, text.len))
        return err_set(err, ERR_INVALID, "a text holds a zero byte", 0);
    char *copy = arena_copy(arena, text);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = copy;
    return ERR_OK;
}

static enum err_code pack(struct arena *arena, const struct op_head *head, enum op_kind kind,
                          enum op_register reg, const wire_body *body, struct span *ret,
                          struct err *err)
{
    Kakikomap__Sync__Op op = KAKIKOMAP__SYNC__OP__INIT;
    op.op_id = data_from_uuid(&head->op_id);
    op.device_id = data_from_uuid(&head->device_id);
    op.dev_seq = head->dev_seq;
    op.kind = (Kakikomap__Sync__OpKind)kind;
    op.object_id = data_from_uuid(&head->object_id);
    op.register_ = (Kakikomap__Sync__Register)reg;
    op.rev = head->rev;
    op.author_id = data_from_uuid(&head->author_id);
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

static enum err_code fill_place(struct arena *arena, Kakikomap__Sync__Place *place, int32_t lon_e7,
                                int32_t lat_e7, struct span building_id, struct err *err)
{
    place->lon_e7 = lon_e7;
    place->lat_e7 = lat_e7;
    return string_from(arena, building_id, &place->building_id, err);
}

enum err_code op_build_comment(struct arena *arena, const struct op_head *head,
                               const struct op_comment *comment, struct span *ret, struct err *err)
{
    Kakikomap__Sync__Place place = KAKIKOMAP__SYNC__PLACE__INIT;
    TRY(fill_place(arena, &place, comment->lon_e7, comment->lat_e7, comment->building_id, err));
    Kakikomap__Sync__Comment wire = KAKIKOMAP__SYNC__COMMENT__INIT;
    wire.kind = (Kakikomap__Sync__CommentKind)comment->kind;
    wire.place = &place;
    wire.card_id = data_from_uuid(&comment->card_id);
    wire.space_id = data_from_uuid(&comment->space_id);
    wire.channel = (Kakikomap__Sync__Channel)comment->channel;
    wire.hat = (Kakikomap__Sync__Hat)comment->hat;
    TRY(string_from(arena, comment->text, &wire.text, err));
    TRY(string_from(arena, comment->pen_name, &wire.pen_name, err));
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_COMMENT;
    body.comment = &wire;
    return pack(arena, head, OP_CREATE, REGISTER_NONE, &body, ret, err);
}

enum err_code op_build_reply(struct arena *arena, const struct op_head *head,
                             const struct op_reply *reply, struct span *ret, struct err *err)
{
    Kakikomap__Sync__Reply wire = KAKIKOMAP__SYNC__REPLY__INIT;
    wire.comment_id = data_from_uuid(&reply->comment_id);
    wire.channel = (Kakikomap__Sync__Channel)reply->channel;
    wire.hat = (Kakikomap__Sync__Hat)reply->hat;
    TRY(string_from(arena, reply->text, &wire.text, err));
    TRY(string_from(arena, reply->pen_name, &wire.pen_name, err));
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
    TRY(string_from(arena, card->title, &wire.title, err));
    TRY(string_from(arena, card->title_easy, &wire.title_easy, err));
    TRY(string_from(arena, card->title_en, &wire.title_en, err));
    TRY(string_from(arena, card->description, &wire.description, err));
    TRY(string_from(arena, card->icon, &wire.icon, err));
    wire.colour = card->colour;
    wire.position = card->position;
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_CARD;
    body.card = &wire;
    return pack(arena, head, head->rev ? OP_EDIT : OP_CREATE, REGISTER_NONE, &body, ret, err);
}

enum err_code op_build_space(struct arena *arena, const struct op_head *head, uint8_t tier,
                             struct span name, struct span *ret, struct err *err)
{
    Kakikomap__Sync__Space wire = KAKIKOMAP__SYNC__SPACE__INIT;
    wire.tier = (Kakikomap__Sync__Tier)tier;
    TRY(string_from(arena, name, &wire.name, err));
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_SPACE;
    body.space = &wire;
    return pack(arena, head, OP_CREATE, REGISTER_NONE, &body, ret, err);
}

enum err_code op_build_text(struct arena *arena, const struct op_head *head, struct span text,
                            struct span *ret, struct err *err)
{
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_TEXT;
    TRY(string_from(arena, text, &body.text, err));
    return pack(arena, head, OP_EDIT, REGISTER_TEXT, &body, ret, err);
}

enum err_code op_build_place(struct arena *arena, const struct op_head *head, int32_t lon_e7,
                             int32_t lat_e7, struct span building_id, struct span *ret,
                             struct err *err)
{
    Kakikomap__Sync__Place place = KAKIKOMAP__SYNC__PLACE__INIT;
    TRY(fill_place(arena, &place, lon_e7, lat_e7, building_id, err));
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_PLACE;
    body.place = &place;
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
    body.card_id = data_from_uuid(&card_id);
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
    TRY(string_from(arena, reason, &body.reason, err));
    return pack(arena, head, kind, REGISTER_NONE, &body, ret, err);
}

enum err_code op_build_delete(struct arena *arena, const struct op_head *head, struct span reason,
                              struct span *ret, struct err *err)
{
    return build_reason(arena, head, OP_DELETE, reason, ret, err);
}

enum err_code op_build_moderation(struct arena *arena, const struct op_head *head, uint8_t status,
                                  struct span reason, struct span *ret, struct err *err)
{
    Kakikomap__Sync__Moderation wire = KAKIKOMAP__SYNC__MODERATION__INIT;
    wire.status = (Kakikomap__Sync__Status)status;
    TRY(string_from(arena, reason, &wire.reason, err));
    wire_body body = KAKIKOMAP__SYNC__BODY__INIT;
    body.value_case = KAKIKOMAP__SYNC__BODY__VALUE_MODERATION;
    body.moderation = &wire;
    return pack(arena, head, OP_MODERATE, REGISTER_STATUS, &body, ret, err);
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
        return op_build_space(arena, &head, op->tier, none, ret, err);
    case BODY_TEXT:
        return op_build_text(arena, &head, none, ret, err);
    case BODY_PLACE:
        return op_build_place(arena, &head, 0, 0, none, ret, err);
    case BODY_KIND:
        return op_build_kind(arena, &head, op->comment_kind, ret, err);
    case BODY_CARD_ID:
        return op_build_set_card(arena, &head, op->card_id, ret, err);
    case BODY_MODERATION:
        return op_build_moderation(arena, &head, op->status, none, ret, err);
    case BODY_REACTION:
        return op_build_reaction(arena, &head, op->reaction, ret, err);
    case BODY_REASON:
    case BODY_NONE:
        break;
    }
    return build_reason(arena, &head, op->kind, none, ret, err);
}
