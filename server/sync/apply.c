#include "server/sync/apply.h"

static enum apply_verdict refuse(const char *reason, const char **ret_reason)
{
    *ret_reason = reason;
    return APPLY_REFUSE;
}

/* S7: without an account one speaks as a citizen or as a pupil, in the open. */
static enum apply_verdict judge_create(const struct op *op, const struct apply_known *known,
                                       const char **ret_reason)
{
    if (known->exists)
        return refuse("object_exists", ret_reason);
    if (op->body == BODY_CARD || op->body == BODY_SPACE)
        return known->authority ? APPLY_ACCEPT : refuse("not_allowed", ret_reason);
    if (!known->authority && op->hat != HAT_CITIZEN && op->hat != HAT_PUPIL)
        return refuse("hat_not_allowed", ret_reason);
    if (op->body == BODY_COMMENT && !uuid_is_nil(op->space_id)) {
        if (!known->space_exists)
            return refuse("unknown_space", ret_reason);
        if (!known->authority && known->space_tier != 1)
            return refuse("space_not_allowed", ret_reason);
    }
    return APPLY_ACCEPT;
}

static bool has_register(enum object_type type, enum op_register reg)
{
    switch (reg) {
    case REGISTER_TEXT:
        return type == OBJECT_COMMENT || type == OBJECT_REPLY;
    case REGISTER_PLACE:
    case REGISTER_KIND:
    case REGISTER_CARD:
        return type == OBJECT_COMMENT;
    case REGISTER_NONE:
        return type == OBJECT_CARD;
    default:
        return false;
    }
}

static enum apply_verdict judge_edit(const struct op *op, const struct apply_known *known,
                                     const char **ret_reason)
{
    if (op->body == BODY_CARD && !known->authority)
        return refuse("not_allowed", ret_reason);
    if (!known->exists)
        return APPLY_ACCEPT;
    if (!has_register(known->type, op->reg))
        return refuse("wrong_object", ret_reason);
    if (!known->authority && !uuid_equal(op->author_id, known->author_id))
        return refuse("not_author", ret_reason);
    return APPLY_ACCEPT;
}

static enum apply_verdict judge_delete(const struct op *op, const struct apply_known *known,
                                       const char **ret_reason)
{
    if (known->exists && known->type == OBJECT_SPACE)
        return refuse("wrong_object", ret_reason);
    if (!known->exists || known->authority)
        return APPLY_ACCEPT;
    if (known->type == OBJECT_CARD)
        return refuse("not_allowed", ret_reason);
    return uuid_equal(op->author_id, known->author_id) ? APPLY_ACCEPT
                                                       : refuse("not_author", ret_reason);
}

enum apply_verdict apply_judge(const struct op *op, const struct apply_known *known,
                               const char **ret_reason)
{
    if ((op->kind == OP_MODERATE || op->kind == OP_ERASE) && !known->authority)
        return refuse("not_allowed", ret_reason);
    if (known->exists && known->type == OBJECT_ERASED)
        return APPLY_GONE;
    switch (op->kind) {
    case OP_CREATE:
        return judge_create(op, known, ret_reason);
    case OP_EDIT:
        return judge_edit(op, known, ret_reason);
    case OP_DELETE:
        return judge_delete(op, known, ret_reason);
    case OP_REACT:
        if (known->exists && known->type != OBJECT_COMMENT)
            return refuse("wrong_object", ret_reason);
        return APPLY_ACCEPT;
    case OP_MODERATE:
        if (known->exists && known->type != OBJECT_COMMENT && known->type != OBJECT_REPLY)
            return refuse("wrong_object", ret_reason);
        return APPLY_ACCEPT;
    case OP_ERASE:
        if (known->exists && known->type == OBJECT_SPACE)
            return refuse("wrong_object", ret_reason);
        return APPLY_ACCEPT;
    }
    return refuse("unknown_kind", ret_reason);
}

struct apply_object apply_create(const struct op *op)
{
    const struct apply_register created = {.rev = 0, .op_id = op->op_id};
    return (struct apply_object){
        .type = op->body == BODY_COMMENT ? OBJECT_COMMENT : OBJECT_REPLY,
        .id = op->object_id,
        .author_id = op->author_id,
        .comment_id = op->comment_id,
        .card_id = op->card_id,
        .space_id = op->space_id,
        .kind = op->comment_kind,
        .channel = op->channel,
        .hat = op->hat,
        .status = op->hat == HAT_PUPIL ? STATUS_HELD : STATUS_PUBLIC,
        .text = op->text,
        .pen_name = op->pen_name,
        .building_id = op->building_id,
        .lon_e7 = op->lon_e7,
        .lat_e7 = op->lat_e7,
        .made_ms = op->made_ms,
        .text_reg = created,
        .place_reg = created,
        .kind_reg = created,
        .card_reg = created,
        .status_reg = created,
    };
}

static bool take(struct apply_register *reg, const struct op *op)
{
    if (!apply_takes(*reg, op->rev, op->op_id))
        return false;
    *reg = (struct apply_register){.rev = op->rev, .op_id = op->op_id};
    return true;
}

static void fold_edit(struct apply_object *object, const struct op *op)
{
    if (!has_register(object->type, op->reg))
        return;
    if (op->reg == REGISTER_TEXT && take(&object->text_reg, op))
        object->text = op->text;
    if (op->reg == REGISTER_PLACE && take(&object->place_reg, op)) {
        object->lon_e7 = op->lon_e7;
        object->lat_e7 = op->lat_e7;
        object->building_id = op->building_id;
    }
    if (op->reg == REGISTER_KIND && take(&object->kind_reg, op))
        object->kind = op->comment_kind;
    if (op->reg == REGISTER_CARD && take(&object->card_reg, op))
        object->card_id = op->card_id;
}

void apply_fold(struct apply_object *object, const struct op *op, bool authority)
{
    const bool may = authority || uuid_equal(op->author_id, object->author_id);
    if (op->kind == OP_EDIT && may)
        fold_edit(object, op);
    if (op->kind == OP_DELETE && may)
        object->withdrawn = true;
    if (op->kind == OP_MODERATE && authority && take(&object->status_reg, op))
        object->status = op->status;
}

int64_t apply_shown_ms(int64_t made_ms, int64_t sent_ms, int64_t received_ms)
{
    int64_t error = 0, shown;
    if (sent_ms != 0 && __builtin_sub_overflow(received_ms, sent_ms, &error))
        error = 0;
    if (made_ms <= 0 || __builtin_add_overflow(made_ms, error, &shown) || shown <= 0)
        return received_ms;
    return shown < received_ms ? shown : received_ms;
}
