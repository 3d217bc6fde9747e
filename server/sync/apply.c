#include "server/sync/apply.h"

enum { PUPIL_PRECISION_M = 5 };

static enum apply_verdict refuse(const char *reason, const char **ret_reason)
{
    *ret_reason = reason;
    return APPLY_REFUSE;
}

/* S7: who speaks. Only what the city published itself is a fact, and it says where. */
static enum apply_verdict judge_hat(const struct op *op, const struct apply_known *known,
                                    const char **ret_reason)
{
    static const enum standing needed[HAT_END] = {
        [HAT_STAFF] = STANDING_TEACHER,
        [HAT_MODERATOR] = STANDING_MODERATOR,
        [HAT_OFFICIAL] = STANDING_MODERATOR,
    };
    if (known->standing < needed[op->hat])
        return refuse("hat_not_allowed", ret_reason);
    if (op->hat == HAT_OFFICIAL && op->source.len == 0 && known->standing < STANDING_SERVER)
        return refuse("missing_source", ret_reason);
    return APPLY_ACCEPT;
}

/* Who may make an object of the city's, and decide about one. */
bool apply_may_make(enum op_body body, enum standing standing)
{
    switch (body) {
    case BODY_CARD:
        return standing >= STANDING_MODERATOR;
    case BODY_SPACE:
        return standing >= STANDING_PLANNER;
    case BODY_MEETING:
        return standing >= STANDING_TEACHER;
    default:
        return true;
    }
}

static bool may_decide(const struct op *op, enum standing standing)
{
    if (op->kind == OP_ERASE || op->reg == REGISTER_SPACE)
        return standing >= STANDING_MODERATOR;
    return standing >= STANDING_TEACHER;
}

static bool may_belong(enum op_body body, enum object_type parent)
{
    if (body == BODY_APPEAL)
        return parent == OBJECT_COMMENT || parent == OBJECT_REPLY || parent == OBJECT_PHOTO;
    return parent == OBJECT_COMMENT;
}

/* What belongs to another object: a reply, a photo, an appeal. */
static enum apply_verdict judge_parent(const struct op *op, const struct apply_known *known,
                                       const char **ret_reason)
{
    if (!known->parent_exists)
        return APPLY_ACCEPT; /* S6 */
    if (known->parent_type == OBJECT_ERASED)
        return APPLY_GONE;
    if (!may_belong(op->body, known->parent_type))
        return refuse("wrong_object", ret_reason);
    if (op->body != BODY_REPLY && known->standing < STANDING_MODERATOR &&
        !uuid_equal(op->author_id, known->parent_author_id))
        return refuse("not_author", ret_reason);
    return APPLY_ACCEPT;
}

static enum apply_verdict judge_create(const struct op *op, const struct apply_known *known,
                                       const char **ret_reason)
{
    if (known->exists)
        return refuse("object_exists", ret_reason);
    switch (op->body) {
    case BODY_COMMENT:
        return judge_hat(op, known, ret_reason);
    case BODY_REPLY: {
        const enum apply_verdict verdict = judge_hat(op, known, ret_reason);
        return verdict == APPLY_ACCEPT ? judge_parent(op, known, ret_reason) : verdict;
    }
    case BODY_PHOTO:
    case BODY_APPEAL:
        return judge_parent(op, known, ret_reason);
    default:
        return !known->by_device && apply_may_make(op->body, known->standing)
                   ? APPLY_ACCEPT
                   : refuse("not_allowed", ret_reason);
    }
}

static bool has_register(enum object_type type, enum op_register reg)
{
    switch (reg) {
    case REGISTER_TEXT:
        return type == OBJECT_COMMENT || type == OBJECT_REPLY || type == OBJECT_PHOTO;
    case REGISTER_TITLE:
    case REGISTER_PLACE:
    case REGISTER_KIND:
    case REGISTER_CARD:
    case REGISTER_PRECISION:
    case REGISTER_SPACE:
        return type == OBJECT_COMMENT;
    case REGISTER_STATUS:
        return type == OBJECT_COMMENT || type == OBJECT_REPLY || type == OBJECT_PHOTO ||
               type == OBJECT_APPEAL;
    case REGISTER_REDACTION:
        return type == OBJECT_PHOTO;
    case REGISTER_MEETING:
        return type == OBJECT_MEETING;
    case REGISTER_NONE:
        return type == OBJECT_CARD;
    default:
        return false;
    }
}

/* Others change nobody's words; the city's own objects are changed by who may make them. */
static bool may_change(const struct op *op, enum object_type type, struct uuid author_id,
                       enum standing standing)
{
    if (type == OBJECT_CARD)
        return apply_may_make(BODY_CARD, standing);
    if (type == OBJECT_MEETING)
        return apply_may_make(BODY_MEETING, standing);
    return standing == STANDING_SERVER || uuid_equal(op->author_id, author_id);
}

static enum apply_verdict judge_edit(const struct op *op, const struct apply_known *known,
                                     const char **ret_reason)
{
    if ((known->by_device && (op->body == BODY_CARD || op->body == BODY_MEETING)) ||
        !apply_may_make(op->body, known->standing))
        return refuse("not_allowed", ret_reason);
    if (!known->exists)
        return APPLY_ACCEPT;
    if (!has_register(known->type, op->reg))
        return refuse("wrong_object", ret_reason);
    return may_change(op, known->type, known->author_id, known->standing)
               ? APPLY_ACCEPT
               : refuse("not_author", ret_reason);
}

static enum apply_verdict judge_delete(const struct op *op, const struct apply_known *known,
                                       const char **ret_reason)
{
    if (!known->exists)
        return APPLY_ACCEPT;
    if (known->type == OBJECT_SPACE)
        return refuse("wrong_object", ret_reason);
    if (known->by_device && (known->type == OBJECT_CARD || known->type == OBJECT_MEETING))
        return refuse("not_allowed", ret_reason);
    if (may_change(op, known->type, known->author_id, known->standing))
        return APPLY_ACCEPT;
    const bool of_the_city = known->type == OBJECT_CARD || known->type == OBJECT_MEETING;
    return refuse(of_the_city ? "not_allowed" : "not_author", ret_reason);
}

enum apply_verdict apply_judge(const struct op *op, const struct apply_known *known,
                               const char **ret_reason)
{
    const bool decides = op->kind == OP_MODERATE || op->kind == OP_ERASE;
    if (decides && (known->by_device || !may_decide(op, known->standing)))
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
        if (known->exists && !has_register(known->type, op->reg))
            return refuse("wrong_object", ret_reason);
        return APPLY_ACCEPT;
    case OP_ERASE:
        if (known->exists && known->type == OBJECT_SPACE)
            return refuse("wrong_object", ret_reason);
        return APPLY_ACCEPT;
    }
    return refuse("unknown_kind", ret_reason);
}

static enum object_type type_from_body(enum op_body body)
{
    switch (body) {
    case BODY_COMMENT:
        return OBJECT_COMMENT;
    case BODY_REPLY:
        return OBJECT_REPLY;
    case BODY_PHOTO:
        return OBJECT_PHOTO;
    default:
        return OBJECT_APPEAL;
    }
}

struct apply_object apply_create(const struct op *op, enum standing standing)
{
    const struct apply_register created = {.rev = 0, .op_id = op->op_id};
    return (struct apply_object){
        .type = type_from_body(op->body),
        .id = op->object_id,
        .author_id = op->author_id,
        .comment_id = op->comment_id,
        .card_id = op->card_id,
        .space_id = op->space_id,
        .meeting_id = op->meeting_id,
        .quoted_id = op->quoted_id,
        .standing = standing,
        .kind = op->comment_kind,
        .channel = op->channel,
        .hat = op->hat,
        .mood = op->mood,
        .shape = op->shape,
        .place_source = op->place_source,
        .title = op->title,
        .text = op->text,
        .pen_name = op->pen_name,
        .building_id = op->building_id,
        .source = op->source,
        .receipt = op->receipt,
        .lon_e7 = op->lon_e7,
        .lat_e7 = op->lat_e7,
        .accuracy_m = op->accuracy_m,
        .path = op->path_bytes,
        .marks = op->marks_bytes,
        .sha256 = op->sha256,
        .bytes = op->bytes,
        .width = op->width,
        .height = op->height,
        .position = op->position,
        .text_reg = created,
        .title_reg = created,
        .place_reg = created,
        .kind_reg = created,
        .card_reg = created,
        .status_reg = created,
        .precision_reg = created,
        .space_reg = created,
        .redaction_reg = created,
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
    if (op->reg == REGISTER_TEXT && take(&object->text_reg, op))
        object->text = op->text;
    if (op->reg == REGISTER_TITLE && take(&object->title_reg, op))
        object->title = op->title;
    if (op->reg == REGISTER_PLACE && take(&object->place_reg, op)) {
        object->lon_e7 = op->lon_e7;
        object->lat_e7 = op->lat_e7;
        object->building_id = op->building_id;
        object->shape = op->shape;
        object->path = op->path_bytes;
        object->place_source = op->place_source;
        object->accuracy_m = op->accuracy_m;
    }
    if (op->reg == REGISTER_KIND && take(&object->kind_reg, op))
        object->kind = op->comment_kind;
    if (op->reg == REGISTER_CARD && take(&object->card_reg, op))
        object->card_id = op->card_id;
}

static void fold_decision(struct apply_object *object, const struct op *op)
{
    if (op->reg == REGISTER_STATUS && take(&object->status_reg, op)) {
        object->status = op->status;
        object->reason = op->reason;
        object->note = op->note;
    }
    if (op->reg == REGISTER_PRECISION && take(&object->precision_reg, op))
        object->precision_m = op->precision_m;
    if (op->reg == REGISTER_SPACE && take(&object->space_reg, op)) {
        object->space_id = op->space_id;
        object->strip_name = op->strip_name;
    }
    if (op->reg == REGISTER_REDACTION && take(&object->redaction_reg, op))
        object->boxes = op->boxes_bytes;
}

void apply_fold(struct apply_object *object, const struct op *op, enum standing standing)
{
    const bool may = may_change(op, object->type, object->author_id, standing);
    if (op->kind == OP_EDIT && may && has_register(object->type, op->reg))
        fold_edit(object, op);
    if (op->kind == OP_DELETE && may)
        object->withdrawn = true;
    if (op->kind == OP_MODERATE && may_decide(op, standing) && has_register(object->type, op->reg))
        fold_decision(object, op);
}

static const char *why_held(const struct apply_object *object, const struct apply_around *around)
{
    if (object->type == OBJECT_PHOTO)
        return object->standing >= STANDING_TEACHER ? NULL : "";
    if (object->type == OBJECT_APPEAL)
        return "";
    const bool closed = around->space_known && around->space_tier != 1;
    if (closed && object->standing < STANDING_MEMBER && object->space_reg.rev == 0)
        return "space_not_allowed";
    if (object->hat == HAT_PUPIL)
        return "class";
    if (uuid_is_nil(object->meeting_id) || object->standing >= STANDING_TEACHER)
        return NULL;
    return !around->meeting_known || around->meeting_holds ? "class" : NULL;
}

void apply_settle(struct apply_object *object, const struct apply_around *around)
{
    if (object->status_reg.rev == 0) {
        const char *reason = why_held(object, around);
        object->status = reason ? STATUS_HELD : STATUS_PUBLIC;
        object->reason = span_from_str(reason ? reason : "");
        object->note = span_of("", 0);
    }
    if (object->precision_reg.rev == 0)
        object->precision_m = object->hat == HAT_PUPIL ? PUPIL_PRECISION_M : 0;
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
