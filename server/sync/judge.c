/* Rules S2, S3 and S4, one value at a time. */
#include "server/sync/op.h"

#include "tiles/base/utf8.h"

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
    return reason ? reason : op_judge_line(op->source, OP_NOTE_MAX, "bad_source", "bad_source");
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

static const char *judge_path(const struct path *path, const struct op_limits *limits)
{
    for (size_t i = 0; i < path->count; i++)
        if (op_judge_place(path->corners[i].lon_e7, path->corners[i].lat_e7, limits))
            return "outside";
    return NULL;
}

static const char *judge_spot(const struct op *op, const struct op_limits *limits)
{
    static const size_t least[] = {[SHAPE_POINT] = 0, [SHAPE_LINE] = 2, [SHAPE_AREA] = 3};
    if (!shape_name(op->shape) || op->path.count < least[op->shape] ||
        op->path.count > PARTS_CORNERS_MAX || (op->shape == SHAPE_POINT && op->path.count))
        return "bad_shape";
    if (!place_source_name(op->place_source) || op->accuracy_m > OP_ACCURACY_MAX)
        return "bad_place";
    const char *reason = op_judge_place(op->lon_e7, op->lat_e7, limits);
    if (!reason)
        reason = judge_path(&op->path, limits);
    return reason ? reason : judge_building(op->building_id, limits);
}

static const char *judge_marks(const struct marks *marks, const struct op_limits *limits)
{
    for (size_t i = 0; i < marks->stroke_count; i++) {
        if (marks->strokes[i].path.count == 0)
            return "bad_drawing";
        const char *reason = judge_path(&marks->strokes[i].path, limits);
        if (reason)
            return reason;
    }
    for (size_t i = 0; i < marks->reading_count; i++) {
        const struct reading *reading = &marks->readings[i];
        if (!quantity_is_plausible(reading->quantity, reading->value_milli) ||
            reading->waited_s > PARTS_WAITED_MAX ||
            op_judge_line(reading->instrument, PARTS_INSTRUMENT_MAX, "x", "x"))
            return "bad_reading";
    }
    return NULL;
}

static const char *judge_title(struct span title)
{
    return op_judge_line(title, OP_TITLE_MAX, "title_too_long", "bad_title");
}

/* A measurement, a drawing or a title may speak for itself. */
static const char *judge_words(const struct op *op, const struct op_limits *limits)
{
    const char *reason = judge_title(op->title);
    if (!reason)
        reason = op_judge_text(op->text, limits->text_max);
    const bool speaks = op->title.len || op->marks.stroke_count || op->marks.reading_count;
    return speaks && op->text.len == 0 ? judge_title(op->title) : reason;
}

static const char *judge_comment(const struct op *op, const struct op_limits *limits)
{
    if (!kind_name(op->comment_kind))
        return "bad_kind";
    if (!mood_name(op->mood))
        return "bad_mood";
    if (op->receipt.len && op->receipt.len != OP_SHA256)
        return "bad_receipt";
    const char *reason = judge_spot(op, limits);
    if (!reason)
        reason = judge_voice(op, limits);
    if (!reason)
        reason = judge_words(op, limits);
    return reason ? reason : judge_marks(&op->marks, limits);
}

static const char *judge_photo(const struct op *op)
{
    if (op->sha256.len != OP_SHA256 || op->bytes == 0 || op->bytes > OP_PHOTO_BYTES_MAX ||
        op->width == 0 || op->width > OP_PHOTO_SIDE_MAX || op->height == 0 ||
        op->height > OP_PHOTO_SIDE_MAX || op->position >= OP_PHOTOS_MAX)
        return "bad_photo";
    return op_judge_line(op->text, OP_NOTE_MAX, "text_too_long", "bad_text");
}

static const char *judge_list(const struct span *items, size_t count, uint32_t max)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].len == 0 || op_judge_line(items[i], max, "bad_meeting", "bad_meeting"))
            return "bad_meeting";
    return NULL;
}

static const char *judge_meeting(const struct meeting *meeting, const struct op_limits *limits)
{
    if (!meeting_kind_name(meeting->kind) || !meeting_state_name(meeting->state) ||
        meeting->title.len == 0 || meeting->grade > PARTS_GRADE_MAX || meeting->starts_ms < 0 ||
        meeting->ends_ms < meeting->starts_ms || meeting->area.count > PARTS_CORNERS_MAX ||
        (meeting->area.count && meeting->area.count < 3) ||
        op_judge_line(meeting->title, OP_TITLE_MAX, "x", "x"))
        return "bad_meeting";
    const char *reason =
        judge_list(meeting->questions, meeting->question_count, PARTS_QUESTION_MAX);
    if (!reason)
        reason = judge_list(meeting->words, meeting->word_count, PARTS_WORD_MAX);
    return reason ? reason : judge_path(&meeting->area, limits);
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

static const char *judge_space(const struct op *op)
{
    if (op->tier < 1 || op->tier > 3 || op->title.len == 0 ||
        op_judge_line(op->organisation, OP_TITLE_MAX, "x", "x"))
        return "bad_space";
    return op_judge_line(op->title, OP_TITLE_MAX, "bad_space", "bad_space");
}

static const char *judge_create(const struct op *op, const struct op_limits *limits)
{
    const char *reason;
    switch (op->body) {
    case BODY_COMMENT:
        return judge_comment(op, limits);
    case BODY_REPLY:
        if (uuid_is_nil(op->comment_id))
            return "missing_id";
        reason = judge_voice(op, limits);
        return reason ? reason : op_judge_text(op->text, limits->text_max);
    case BODY_CARD:
        return judge_card(op);
    case BODY_SPACE:
        return judge_space(op);
    case BODY_MEETING:
        return judge_meeting(&op->meeting, limits);
    case BODY_PHOTO:
        return uuid_is_nil(op->comment_id) ? "missing_id" : judge_photo(op);
    case BODY_APPEAL:
        return uuid_is_nil(op->comment_id) ? "missing_id"
                                           : op_judge_text(op->text, limits->text_max);
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
    if (op->body == BODY_TITLE && op->reg == REGISTER_TITLE)
        return judge_title(op->title);
    if (op->body == BODY_PLACE && op->reg == REGISTER_PLACE)
        return judge_spot(op, limits);
    if (op->body == BODY_KIND && op->reg == REGISTER_KIND)
        return kind_name(op->comment_kind) ? NULL : "bad_kind";
    if (op->body == BODY_CARD_ID && op->reg == REGISTER_CARD)
        return NULL;
    if (op->body == BODY_CARD && op->reg == REGISTER_NONE)
        return judge_card(op);
    if (op->body == BODY_MEETING && op->reg == REGISTER_MEETING)
        return judge_meeting(&op->meeting, limits);
    return "malformed";
}

static const char *judge_decision(const struct op *op)
{
    if (op->rev == 0)
        return "bad_revision";
    if (op->body == BODY_MODERATION && op->reg == REGISTER_STATUS) {
        if (op->status < STATUS_HELD || op->status > STATUS_HIDDEN)
            return "bad_status";
    } else if (op->body == BODY_PRECISION && op->reg == REGISTER_PRECISION) {
        if (op->precision_m &&
            (op->precision_m < OP_PRECISION_MIN || op->precision_m > OP_PRECISION_MAX))
            return "bad_precision";
    } else if (!(op->body == BODY_REDACTION && op->reg == REGISTER_REDACTION) &&
               !(op->body == BODY_MOVE && op->reg == REGISTER_SPACE)) {
        return "malformed";
    }
    const char *reason = op_judge_line(op->reason, OP_TITLE_MAX, "bad_reason", "bad_reason");
    bool visible;
    if (!reason)
        reason = judge_characters(op->note, OP_NOTE_MAX, true, "bad_note", "bad_note", &visible);
    return reason;
}

const char *op_judge(const struct op *op, const struct op_limits *limits)
{
    const char *reason = judge_head(op, limits);
    if (reason)
        return reason;
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
        return judge_decision(op);
    case OP_DELETE:
    case OP_ERASE:
        if (op->body != BODY_REASON && op->body != BODY_NONE)
            return "malformed";
        return op_judge_line(op->reason, OP_TITLE_MAX, "bad_reason", "bad_reason");
    }
    return "unknown_kind";
}
