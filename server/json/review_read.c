/* What moderators and authors ask, read from JSON. */
#include "server/json/review.h"
#include "server/moderation/reasons.h"
#include "server/moderation/wordlist.h"

enum {
    NOTE_MAX = 400,
    APPEAL_MAX = 1000,
    CODE_TEXT_MAX = 60, /* as people type it, with dashes and spaces */
    LIST_MAX = 200,
};

static const char *const actions[] = {
    [JSON_PUBLISH] = "publish", [JSON_HOLD] = "hold",       [JSON_MASK] = "mask",
    [JSON_HIDE] = "hide",       [JSON_RESTORE] = "restore", [JSON_BLUR] = "blur",
    [JSON_REDACT] = "redact",   [JSON_MOVE] = "move",       [JSON_ERASE] = "erase",
};

const char *json_action_name(enum json_action action)
{
    return actions[action];
}

static bool action_from(struct span name, uint8_t *ret)
{
    for (uint8_t i = JSON_PUBLISH; i <= JSON_ERASE; i++)
        if (span_is(name, actions[i])) {
            *ret = i;
            return true;
        }
    return false;
}

static bool list_action_from(struct span name, uint8_t *ret)
{
    uint8_t action;
    if (!action_from(name, &action) || action > JSON_RESTORE)
        return false;
    *ret = action;
    return true;
}

static enum err_code take_copy(struct json_fields *fields, const struct json_field *field,
                               size_t max, bool lines, struct arena *arena, struct span *ret,
                               struct err *err)
{
    struct span text;
    TRY(json_take_text(fields, field, max, lines, &text, err));
    const char *copy = arena_copy(arena, text);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = span_of(copy, text.len);
    return ERR_OK;
}

static enum err_code take_whole(struct json_fields *fields, const struct json_field *field,
                                uint32_t max, uint32_t *ret, struct err *err)
{
    double value = 0;
    TRY(json_take_number(fields, field, 0, max, &value, err));
    if (value != (uint32_t)value)
        return json_fault(fields, field, ERR_PARAM, "a whole number is wanted", err);
    *ret = (uint32_t)value;
    return ERR_OK;
}

/* --- Decisions -------------------------------------------------------------------------------- */

enum { F_ACTION, F_REASON, F_NOTE, F_PRECISION, F_BOXES, F_SPACE, F_STRIP };
static const struct json_field decision_fields[] = {
    JSON_FIELD("action"), JSON_FIELD("reason"), JSON_FIELD("note"),       JSON_FIELD("precision_m"),
    JSON_FIELD("boxes"),  JSON_FIELD("space"),  JSON_FIELD("strip_name"),
};

static enum err_code take_box(struct json_fields *fields, size_t at, struct box *ret,
                              struct err *err)
{
    static const struct json_field box[] = {JSON_FIELD("left"), JSON_FIELD("top"),
                                            JSON_FIELD("right"), JSON_FIELD("bottom")};
    CLEANUP(json_fields_close_at) struct json_fields *entry = NULL;
    const struct json_field *list = &decision_fields[F_BOXES];
    uint32_t sides[LENGTH(box)];
    TRY(json_take_entry(fields, list, at, box, LENGTH(box), &entry, err));
    for (size_t i = 0; i < LENGTH(box); i++)
        if (take_whole(entry, &box[i], PARTS_BOX_FULL, &sides[i], NULL) != ERR_OK)
            return json_fault(fields, list, ERR_PARAM,
                              "a box has left, top, right and bottom from 0 to 1000", err);
    if (sides[0] >= sides[2] || sides[1] >= sides[3])
        return json_fault(fields, list, ERR_INVALID, "a box covers something", err);
    *ret = (struct box){(uint16_t)sides[0], (uint16_t)sides[1], (uint16_t)sides[2],
                        (uint16_t)sides[3]};
    return ERR_OK;
}

static enum err_code take_boxes(struct json_fields *fields, struct arena *arena, struct boxes *ret,
                                struct err *err)
{
    const struct json_field *list = &decision_fields[F_BOXES];
    struct boxes boxes = {0};
    TRY(json_take_count(fields, list, PARTS_BOXES_MAX, &boxes.count, err));
    if (boxes.count == 0)
        return json_fault(fields, list, ERR_INVALID, "redacting needs a box", err);
    boxes.items = ARENA_ARRAY(arena, struct box, boxes.count);
    if (!boxes.items)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < boxes.count; i++)
        TRY(take_box(fields, i, &boxes.items[i], err));
    *ret = boxes;
    return ERR_OK;
}

static enum err_code take_why(struct json_fields *fields, struct arena *arena,
                              struct json_decision *decision, struct err *err)
{
    uint8_t reason;
    TRY(json_take_word(fields, &decision_fields[F_REASON], reason_of_person_from_name, &reason,
                       err));
    decision->reason = reason_name((enum reason)reason);
    if (json_has(fields, &decision_fields[F_NOTE]))
        TRY(take_copy(fields, &decision_fields[F_NOTE], NOTE_MAX, true, arena, &decision->note,
                      err));
    return ERR_OK;
}

/* A field that belongs to another action is a misunderstanding, and told. */
static enum err_code check_alone(struct json_fields *fields, uint8_t action, struct err *err)
{
    static const uint8_t owner[] = {[F_PRECISION] = JSON_BLUR,
                                    [F_BOXES] = JSON_REDACT,
                                    [F_SPACE] = JSON_MOVE,
                                    [F_STRIP] = JSON_MOVE};
    for (unsigned i = F_PRECISION; i <= F_STRIP; i++)
        if (owner[i] != action && json_given(fields, &decision_fields[i]))
            return json_fault(fields, &decision_fields[i], ERR_PARAM,
                              "this field belongs to another action", err);
    return ERR_OK;
}

static enum err_code take_decision(struct json_fields *fields, struct arena *arena,
                                   struct json_decision *decision, struct err *err)
{
    TRY(json_take_word(fields, &decision_fields[F_ACTION], action_from, &decision->action, err));
    TRY(take_why(fields, arena, decision, err));
    TRY(check_alone(fields, decision->action, err));
    if (decision->action == JSON_BLUR) {
        TRY(take_whole(fields, &decision_fields[F_PRECISION], OP_PRECISION_MAX,
                       &decision->precision_m, err));
        if (decision->precision_m && decision->precision_m < OP_PRECISION_MIN)
            return json_fault(fields, &decision_fields[F_PRECISION], ERR_INVALID,
                              "a cell has at least 5 metres; 0 is exact", err);
    }
    if (decision->action == JSON_REDACT)
        TRY(take_boxes(fields, arena, &decision->boxes, err));
    if (decision->action != JSON_MOVE)
        return ERR_OK;
    if (!json_given(fields, &decision_fields[F_SPACE]))
        return json_fault(fields, &decision_fields[F_SPACE], ERR_PARAM,
                          decision_fields[F_SPACE].missing, err);
    if (json_has(fields, &decision_fields[F_SPACE]))
        TRY(json_take_uuid(fields, &decision_fields[F_SPACE], &decision->space_id, err));
    if (json_has(fields, &decision_fields[F_STRIP]))
        TRY(json_take_bool(fields, &decision_fields[F_STRIP], &decision->strip_name, err));
    return ERR_OK;
}

enum err_code json_decision_from(struct span body, struct arena *arena, struct json_decision *ret,
                                 const char **ret_pointer, struct err *err)
{
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    struct json_decision decision = {0};
    TRY(json_fields_open(body, decision_fields, LENGTH(decision_fields), &fields, err));
    const enum err_code code = take_decision(fields, arena, &decision, err);
    *ret_pointer = json_fields_pointer(fields);
    if (code == ERR_OK)
        *ret = decision;
    return code;
}

enum err_code json_decisions_from(struct span body, struct arena *arena, struct json_decision *ret,
                                  const char **ret_pointer, struct err *err)
{
    static const struct json_field known[] = {JSON_FIELD("ids"), JSON_FIELD("action"),
                                              JSON_FIELD("reason"), JSON_FIELD("note")};
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    struct json_decision decision = {0};
    struct uuid *ids = NULL;
    TRY(json_fields_open(body, known, LENGTH(known), &fields, err));
    enum err_code code =
        json_take_uuids(fields, &known[0], LIST_MAX, arena, &ids, &decision.id_count, err);
    if (code == ERR_OK && decision.id_count == 0)
        code = json_fault(fields, &known[0], ERR_INVALID, known[0].too_many, err);
    if (code == ERR_OK)
        code = json_take_word(fields, &known[1], list_action_from, &decision.action, err);
    if (code == ERR_OK)
        code = take_why(fields, arena, &decision, err);
    *ret_pointer = json_fields_pointer(fields);
    decision.ids = ids;
    if (code == ERR_OK)
        *ret = decision;
    return code;
}

/* --- Appeals, quotations, codes, words -------------------------------------------------------- */

static enum err_code take_appeal(struct json_fields *fields, const struct json_field *known,
                                 struct arena *arena, struct json_new_appeal *ret, struct err *err)
{
    TRY(json_take_uuid(fields, &known[0], &ret->id, err));
    TRY(json_take_uuid(fields, &known[1], &ret->target_id, err));
    TRY(take_copy(fields, &known[2], APPEAL_MAX, true, arena, &ret->text, err));
    if (!json_has(fields, &known[3]))
        return ERR_OK;
    return take_copy(fields, &known[3], CODE_TEXT_MAX, false, arena, &ret->receipt, err);
}

enum err_code json_appeal_from(struct span body, struct arena *arena, struct json_new_appeal *ret,
                               const char **ret_pointer, struct err *err)
{
    static const struct json_field known[] = {JSON_FIELD("id"), JSON_FIELD("target"),
                                              JSON_FIELD("text"), JSON_FIELD("receipt")};
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    struct json_new_appeal asked = {0};
    TRY(json_fields_open(body, known, LENGTH(known), &fields, err));
    const enum err_code code = take_appeal(fields, known, arena, &asked, err);
    *ret_pointer = json_fields_pointer(fields);
    if (code == ERR_OK)
        *ret = asked;
    return code;
}

enum err_code json_quotation_from(struct span body, struct json_quotation *ret,
                                  const char **ret_pointer, struct err *err)
{
    static const struct json_field known[] = {JSON_FIELD("id"), JSON_FIELD("comment"),
                                              JSON_FIELD("space")};
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    struct json_quotation asked = {0};
    TRY(json_fields_open(body, known, LENGTH(known), &fields, err));
    enum err_code code = json_take_uuid(fields, &known[0], &asked.id, err);
    if (code == ERR_OK)
        code = json_take_uuid(fields, &known[1], &asked.comment_id, err);
    if (code == ERR_OK && !json_given(fields, &known[2]))
        code = json_fault(fields, &known[2], ERR_PARAM, known[2].missing, err);
    if (code == ERR_OK && json_has(fields, &known[2]))
        code = json_take_uuid(fields, &known[2], &asked.space_id, err);
    *ret_pointer = json_fields_pointer(fields);
    if (code == ERR_OK)
        *ret = asked;
    return code;
}

enum err_code json_code_from(struct span body, struct arena *arena, struct span *ret,
                             const char **ret_pointer, struct err *err)
{
    static const struct json_field field = JSON_FIELD("code");
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    TRY(json_fields_open(body, &field, 1, &fields, err));
    const enum err_code code = take_copy(fields, &field, CODE_TEXT_MAX, false, arena, ret, err);
    *ret_pointer = json_fields_pointer(fields);
    return code;
}

enum err_code json_words_from(struct span body, struct arena *arena, struct span **ret,
                              size_t *ret_count, const char **ret_pointer, struct err *err)
{
    static const struct json_field field = JSON_FIELD("words");
    CLEANUP(json_fields_close_at) struct json_fields *fields = NULL;
    struct span *words;
    size_t count;
    TRY(json_fields_open(body, &field, 1, &fields, err));
    const enum err_code code = json_take_texts(fields, &field, WORDLIST_MAX, WORDLIST_WORD_MAX,
                                               arena, &words, &count, err);
    *ret_pointer = json_fields_pointer(fields);
    TRY(code);
    for (size_t i = 0; i < count; i++) {
        const char *copy = arena_copy(arena, words[i]);
        if (!copy)
            return err_set(err, ERR_NOMEM, "out of memory", 0);
        words[i] = span_of(copy, words[i].len);
    }
    *ret = words;
    *ret_count = count;
    return ERR_OK;
}
