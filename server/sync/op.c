#include "server/sync/op.h"

#include "schema/sync.pb-c.h"
#include "server/sync/wire.h"
#include "tiles/base/utf8.h"

typedef Kakikomap__Sync__Op wire_op;
typedef Kakikomap__Sync__Body wire_body;

static void *take(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

static void give_back(void *arena, void *piece)
{
    (void)arena;
    (void)piece;
}

static struct span span_from_data(ProtobufCBinaryData data)
{
    return span_of(data.data, data.len);
}

static struct span span_from_field(const char *text)
{
    return text ? span_from_str(text) : span_of(NULL, 0);
}

/* Enumerations are open on the wire; what does not fit in a byte becomes 0, which no table has. */
static uint8_t byte_from(int value)
{
    return value < 0 || value > 255 ? 0 : (uint8_t)value;
}

/* Empty is "none", which is the nil id here; any other length is wrong. */
static bool optional_id(ProtobufCBinaryData data, struct uuid *ret)
{
    if (data.len == 0)
        return true;
    return uuid_from_bytes(span_from_data(data), ret) && !uuid_is_nil(*ret);
}

static bool read_place(const Kakikomap__Sync__Place *place, struct op *op)
{
    if (!place)
        return false;
    op->lon_e7 = place->lon_e7;
    op->lat_e7 = place->lat_e7;
    op->building_id = span_from_field(place->building_id);
    return true;
}

static bool read_comment(const Kakikomap__Sync__Comment *comment, struct op *op)
{
    op->comment_kind = byte_from((int)comment->kind);
    op->text = span_from_field(comment->text);
    op->channel = byte_from((int)comment->channel);
    op->hat = byte_from((int)comment->hat);
    op->pen_name = span_from_field(comment->pen_name);
    return read_place(comment->place, op) && optional_id(comment->card_id, &op->card_id) &&
           optional_id(comment->space_id, &op->space_id);
}

static bool read_reply(const Kakikomap__Sync__Reply *reply, struct op *op)
{
    op->text = span_from_field(reply->text);
    op->channel = byte_from((int)reply->channel);
    op->hat = byte_from((int)reply->hat);
    op->pen_name = span_from_field(reply->pen_name);
    return uuid_from_bytes(span_from_data(reply->comment_id), &op->comment_id);
}

static void read_card(const Kakikomap__Sync__Card *card, struct op *op)
{
    op->title = span_from_field(card->title);
    op->title_easy = span_from_field(card->title_easy);
    op->title_en = span_from_field(card->title_en);
    op->description = span_from_field(card->description);
    op->icon = span_from_field(card->icon);
    op->colour = card->colour;
    op->position = card->position;
}

static bool read_body(const wire_body *body, struct op *op)
{
    switch (body->value_case) {
    case KAKIKOMAP__SYNC__BODY__VALUE_COMMENT:
        op->body = BODY_COMMENT;
        return read_comment(body->comment, op);
    case KAKIKOMAP__SYNC__BODY__VALUE_REPLY:
        op->body = BODY_REPLY;
        return read_reply(body->reply, op);
    case KAKIKOMAP__SYNC__BODY__VALUE_CARD:
        op->body = BODY_CARD;
        read_card(body->card, op);
        return true;
    case KAKIKOMAP__SYNC__BODY__VALUE_SPACE:
        op->body = BODY_SPACE;
        op->tier = byte_from((int)body->space->tier);
        op->title = span_from_field(body->space->name);
        return true;
    case KAKIKOMAP__SYNC__BODY__VALUE_TEXT:
        op->body = BODY_TEXT;
        op->text = span_from_field(body->text);
        return true;
    case KAKIKOMAP__SYNC__BODY__VALUE_PLACE:
        op->body = BODY_PLACE;
        return read_place(body->place, op);
    case KAKIKOMAP__SYNC__BODY__VALUE_KIND:
        op->body = BODY_KIND;
        op->comment_kind = byte_from((int)body->kind);
        return true;
    case KAKIKOMAP__SYNC__BODY__VALUE_CARD_ID:
        op->body = BODY_CARD_ID;
        return optional_id(body->card_id, &op->card_id);
    case KAKIKOMAP__SYNC__BODY__VALUE_MODERATION:
        op->body = BODY_MODERATION;
        op->status = byte_from((int)body->moderation->status);
        op->reason = span_from_field(body->moderation->reason);
        return true;
    case KAKIKOMAP__SYNC__BODY__VALUE_REACTION:
        op->body = BODY_REACTION;
        op->reaction = byte_from((int)body->reaction);
        return (int)body->reaction >= 0 && (int)body->reaction < 256;
    case KAKIKOMAP__SYNC__BODY__VALUE_REASON:
        op->body = BODY_REASON;
        op->reason = span_from_field(body->reason);
        return true;
    case KAKIKOMAP__SYNC__BODY__VALUE__NOT_SET:
    default:
        op->body = BODY_NONE;
        return true;
    }
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
    ProtobufCAllocator allocator = {take, give_back, arena};
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
        if (!body || !read_body(body, op))
            return ERR_OK;
    }
    (void)err;
    *ret_reason = NULL;
    return ERR_OK;
}

static const char *judge_head(const struct op *op, const struct op_limits *limits)
{
    if (uuid_is_nil(op->op_id) || uuid_is_nil(op->object_id) || uuid_is_nil(op->device_id) ||
        uuid_is_nil(op->author_id))
        return "missing_id";
    if (op->municipality != limits->municipality)
        return "wrong_municipality";
    if (op->kind < OP_CREATE || op->kind > OP_ERASE)
        return "unknown_kind";
    if (op->rev > OP_REV_MAX)
        return "bad_revision";
    return NULL;
}

/* Control characters have no place in what people read; line breaks and tabs have. Marks that turn
 * the writing direction could make a text look like another (Unicode UAX #9, 2.1 and 2.2). */
static bool is_allowed(uint32_t c, bool lines)
{
    if (c == '\n' || c == '\t')
        return lines;
    if (c < 0x20 || (c >= 0x7F && c < 0xA0))
        return false;
    if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
        return false;
    return (c & 0xFFFE) != 0xFFFE; /* not a character at all */
}

static uint32_t next_character(struct span text, size_t *at)
{
    const uint8_t *p = text.data + *at;
    if (p[0] < 0x80) {
        *at += 1;
        return p[0];
    }
    if (p[0] < 0xE0) {
        *at += 2;
        return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    }
    if (p[0] < 0xF0) {
        *at += 3;
        return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    }
    *at += 4;
    return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 |
           (uint32_t)(p[2] & 0x3F) << 6 | (p[3] & 0x3F);
}

static const char *judge_characters(struct span text, uint32_t max, bool lines,
                                    const char *too_long, const char *bad, bool *ret_visible)
{
    if (!utf8_is_valid(text))
        return bad;
    uint32_t count = 0;
    *ret_visible = false;
    for (size_t at = 0; at < text.len;) {
        const uint32_t c = next_character(text, &at);
        if (!is_allowed(c, lines))
            return bad;
        if (++count > max)
            return too_long;
        if (c > ' ' && c != 0xA0 && c != 0x3000 && c != 0x200B && c != 0xFEFF)
            *ret_visible = true;
    }
    return NULL;
}

const char *op_judge_text(struct span text, uint32_t max_characters)
{
    bool visible;
    const char *reason =
        judge_characters(text, max_characters, true, "text_too_long", "bad_text", &visible);
    if (reason)
        return reason;
    return visible ? NULL : "missing_text";
}

const char *op_judge_line(struct span text, uint32_t max_characters, const char *too_long,
                          const char *bad)
{
    bool visible;
    return judge_characters(text, max_characters, false, too_long, bad, &visible);
}

const char *op_judge_place(int32_t lon_e7, int32_t lat_e7, const struct op_limits *limits)
{
    if (lon_e7 < limits->min_lon_e7 || lon_e7 > limits->max_lon_e7 || lat_e7 < limits->min_lat_e7 ||
        lat_e7 > limits->max_lat_e7)
        return "outside";
    return NULL;
}

static const char *judge_voice(const struct op *op, const struct op_limits *limits)
{
    if (!channel_name(op->channel))
        return "bad_channel";
    if (!hat_name(op->hat))
        return "bad_hat";
    const char *reason =
        op_judge_line(op->pen_name, limits->pen_name_max, "pen_name_too_long", "bad_pen_name");
    return reason ? reason : op_judge_text(op->text, limits->text_max);
}

/* An id of the city's data: visible ASCII. */
static const char *judge_building(struct span id, const struct op_limits *limits)
{
    if (id.len > limits->building_id_max)
        return "bad_building";
    for (size_t i = 0; i < id.len; i++)
        if (id.data[i] <= ' ' || id.data[i] > '~')
            return "bad_building";
    return NULL;
}

static const char *judge_spot(const struct op *op, const struct op_limits *limits)
{
    const char *reason = op_judge_place(op->lon_e7, op->lat_e7, limits);
    return reason ? reason : judge_building(op->building_id, limits);
}

static const char *judge_card(const struct op *op)
{
    const struct span lines[] = {op->title, op->title_easy, op->title_en, op->icon};
    for (size_t i = 0; i < LENGTH(lines); i++)
        if (op_judge_line(lines[i], OP_TITLE_MAX, "x", "x"))
            return "bad_card";
    bool visible;
    if (judge_characters(op->description, OP_CARD_TEXT_MAX, true, "x", "x", &visible))
        return "bad_card";
    return op->title.len == 0 || op->colour > 0xFFFFFF || op->position > 1000000 ? "bad_card"
                                                                                 : NULL;
}

static const char *judge_create(const struct op *op, const struct op_limits *limits)
{
    const char *reason;
    switch (op->body) {
    case BODY_COMMENT:
        if (!kind_name(op->comment_kind))
            return "bad_kind";
        reason = judge_spot(op, limits);
        return reason ? reason : judge_voice(op, limits);
    case BODY_REPLY:
        return uuid_is_nil(op->comment_id) ? "missing_id" : judge_voice(op, limits);
    case BODY_CARD:
        return judge_card(op);
    case BODY_SPACE:
        if (op->tier < 1 || op->tier > 3 || op->title.len == 0)
            return "bad_space";
        return op_judge_line(op->title, OP_TITLE_MAX, "bad_space", "bad_space");
    default:
        return "malformed";
    }
}

static const char *judge_edit(const struct op *op, const struct op_limits *limits)
{
    if (op->rev == 0)
        return "bad_revision";
    if (op->body == BODY_TEXT && op->reg == REGISTER_TEXT)
        return op_judge_text(op->text, limits->text_max);
    if (op->body == BODY_PLACE && op->reg == REGISTER_PLACE)
        return judge_spot(op, limits);
    if (op->body == BODY_KIND && op->reg == REGISTER_KIND)
        return kind_name(op->comment_kind) ? NULL : "bad_kind";
    if (op->body == BODY_CARD_ID && op->reg == REGISTER_CARD)
        return NULL;
    if (op->body == BODY_CARD && op->reg == REGISTER_NONE)
        return judge_card(op);
    return "malformed";
}

static const char *judge_body(const struct op *op, const struct op_limits *limits)
{
    switch (op->kind) {
    case OP_CREATE:
        return judge_create(op, limits);
    case OP_EDIT:
        return judge_edit(op, limits);
    case OP_REACT:
        if (op->body != BODY_REACTION || op->reg != REGISTER_REACTION)
            return "malformed";
        if (op->rev == 0)
            return "bad_revision";
        return reaction_name(op->reaction) ? NULL : "bad_reaction";
    case OP_MODERATE:
        if (op->body != BODY_MODERATION || op->reg != REGISTER_STATUS)
            return "malformed";
        if (op->rev == 0)
            return "bad_revision";
        if (op->status < STATUS_HELD || op->status > STATUS_HIDDEN)
            return "bad_status";
        return op_judge_line(op->reason, OP_TITLE_MAX, "bad_reason", "bad_reason");
    case OP_DELETE:
    case OP_ERASE:
        if (op->body != BODY_REASON && op->body != BODY_NONE)
            return "malformed";
        return op_judge_line(op->reason, OP_TITLE_MAX, "bad_reason", "bad_reason");
    }
    return "unknown_kind";
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
        *ret_reason = judge_head(ret, limits);
    if (!*ret_reason)
        *ret_reason = judge_body(ret, limits);
    return ERR_OK;
}

enum err_code op_read_stored(struct arena *arena, struct span bytes, struct op *ret,
                             struct err *err)
{
    const char *reason;
    TRY(decode(arena, bytes, ret, &reason, err));
    return reason ? err_set(err, ERR_FORMAT, "an operation of the log cannot be read", 0) : ERR_OK;
}
