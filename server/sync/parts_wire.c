#include "server/sync/parts_wire.h"

static enum err_code no_memory(struct err *err)
{
    return err_set(err, ERR_NOMEM, "out of memory", 0);
}

static void *take(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

static void give_back(void *arena, void *piece)
{
    (void)arena;
    (void)piece;
}

ProtobufCAllocator parts_allocator(struct arena *arena)
{
    return (ProtobufCAllocator){take, give_back, arena};
}

bool parts_id_from_wire(ProtobufCBinaryData data, struct uuid *ret)
{
    *ret = (struct uuid){0};
    if (data.len == 0)
        return true;
    return uuid_from_bytes(span_of(data.data, data.len), ret) && !uuid_is_nil(*ret);
}

ProtobufCBinaryData parts_id_to_wire(const struct uuid *id)
{
    return (ProtobufCBinaryData){
        .len = uuid_is_nil(*id) ? 0 : UUID_BYTES,
        .data = (uint8_t *)id->bytes, /* protobuf-c only reads it */
    };
}

struct span parts_text_from_wire(const char *text)
{
    return text ? span_from_str(text) : span_of(NULL, 0);
}

/* A zero byte would end the string on the wire: such a text cannot be said. */
enum err_code parts_text_to_wire(struct arena *arena, struct span text, char **ret, struct err *err)
{
    if (text.len && memchr(text.data, 0, text.len))
        return err_set(err, ERR_INVALID, "a text holds a zero byte", 0);
    char *copy = arena_copy(arena, text);
    if (!copy)
        return no_memory(err);
    *ret = copy;
    return ERR_OK;
}

enum err_code path_from_wire(struct arena *arena, int32_t lon_e7, int32_t lat_e7, size_t count,
                             const int32_t *steps, struct path *ret, bool *ret_ok, struct err *err)
{
    struct path path = {.count = count / 2};
    *ret_ok = false;
    *ret = (struct path){0};
    if (count % 2)
        return ERR_OK;
    if (count && !(path.corners = ARENA_ARRAY(arena, struct corner, path.count)))
        return no_memory(err);
    for (size_t i = 0; i < path.count; i++) {
        if (__builtin_add_overflow(lon_e7, steps[2 * i], &lon_e7) ||
            __builtin_add_overflow(lat_e7, steps[2 * i + 1], &lat_e7))
            return ERR_OK;
        path.corners[i] = (struct corner){lon_e7, lat_e7};
    }
    *ret = path;
    *ret_ok = true;
    return ERR_OK;
}

enum err_code path_to_wire(struct arena *arena, int32_t lon_e7, int32_t lat_e7,
                           const struct path *path, size_t *ret_count, int32_t **ret_steps,
                           struct err *err)
{
    int32_t *steps = NULL;
    if (path->count && !(steps = ARENA_ARRAY(arena, int32_t, path->count * 2)))
        return no_memory(err);
    for (size_t i = 0; i < path->count; i++) {
        const struct corner corner = path->corners[i];
        if (__builtin_sub_overflow(corner.lon_e7, lon_e7, &steps[2 * i]) ||
            __builtin_sub_overflow(corner.lat_e7, lat_e7, &steps[2 * i + 1]))
            return err_set(err, ERR_INVALID, "two corners lie too far apart", i);
        lon_e7 = corner.lon_e7;
        lat_e7 = corner.lat_e7;
    }
    *ret_count = path->count * 2;
    *ret_steps = steps;
    return ERR_OK;
}

static enum err_code read_strokes(struct arena *arena, const Kakikomap__Sync__Comment *comment,
                                  struct marks *marks, bool *ret_ok, struct err *err)
{
    *ret_ok = comment->n_drawing <= PARTS_STROKES_MAX;
    if (!*ret_ok || comment->n_drawing == 0)
        return ERR_OK;
    marks->strokes = ARENA_ARRAY(arena, struct stroke, comment->n_drawing);
    if (!marks->strokes)
        return no_memory(err);
    size_t corners = 0;
    for (size_t i = 0; i < comment->n_drawing && *ret_ok; i++) {
        const Kakikomap__Sync__Stroke *wire = comment->drawing[i];
        struct stroke *stroke = &marks->strokes[i];
        *stroke = (struct stroke){.colour = (uint8_t)wire->colour, .width = (uint8_t)wire->width};
        TRY(path_from_wire(arena, wire->lon_e7, wire->lat_e7, wire->n_path, wire->path,
                           &stroke->path, ret_ok, err));
        corners += stroke->path.count;
        if (wire->colour >= PARTS_COLOURS || wire->width < 1 || wire->width > PARTS_WIDTH_MAX ||
            corners > PARTS_STROKE_CORNERS_MAX)
            *ret_ok = false;
    }
    marks->stroke_count = comment->n_drawing;
    return ERR_OK;
}

enum err_code marks_from_wire(struct arena *arena, const Kakikomap__Sync__Comment *comment,
                              struct marks *ret, bool *ret_ok, struct err *err)
{
    struct marks marks = {0};
    TRY(read_strokes(arena, comment, &marks, ret_ok, err));
    if (comment->n_reading > PARTS_READINGS_MAX)
        *ret_ok = false;
    *ret = (struct marks){0};
    if (!*ret_ok)
        return ERR_OK;
    if (comment->n_reading) {
        marks.readings = ARENA_ARRAY(arena, struct reading, comment->n_reading);
        if (!marks.readings)
            return no_memory(err);
    }
    for (size_t i = 0; i < comment->n_reading; i++) {
        const Kakikomap__Sync__Reading *wire = comment->reading[i];
        const int quantity = (int)wire->quantity;
        marks.readings[i] = (struct reading){
            .quantity = quantity < 0 || quantity > UINT8_MAX ? 0 : (uint8_t)quantity,
            .value_milli = wire->value_milli,
            .instrument = parts_text_from_wire(wire->instrument),
            .waited_s = wire->waited_s,
            .taken_ms = wire->taken_ms,
        };
    }
    marks.reading_count = comment->n_reading;
    *ret = marks;
    return ERR_OK;
}

/* An array of `count` messages and of pointers to them, as protobuf-c wants repeated fields. */
static void **list_of(struct arena *arena, size_t count, size_t size, void **ret_items)
{
    void **list = (void **)arena_array(arena, count, sizeof(void *));
    char *items = arena_array(arena, count, size);
    for (size_t i = 0; list && items && i < count; i++)
        list[i] = items + i * size;
    *ret_items = items;
    return items ? list : NULL;
}

enum err_code marks_to_wire(struct arena *arena, const struct marks *marks,
                            Kakikomap__Sync__Comment *comment, struct err *err)
{
    Kakikomap__Sync__Stroke *strokes;
    Kakikomap__Sync__Reading *readings;
    comment->drawing = (Kakikomap__Sync__Stroke **)list_of(arena, marks->stroke_count,
                                                           sizeof *strokes, (void **)&strokes);
    comment->reading = (Kakikomap__Sync__Reading **)list_of(arena, marks->reading_count,
                                                            sizeof *readings, (void **)&readings);
    if (!comment->drawing || !comment->reading)
        return no_memory(err);
    for (size_t i = 0; i < marks->stroke_count; i++) {
        const struct stroke *stroke = &marks->strokes[i];
        Kakikomap__Sync__Stroke *wire = &strokes[i];
        kakikomap__sync__stroke__init(wire);
        if (stroke->path.count) {
            wire->lon_e7 = stroke->path.corners[0].lon_e7;
            wire->lat_e7 = stroke->path.corners[0].lat_e7;
        }
        wire->colour = stroke->colour;
        wire->width = stroke->width;
        TRY(path_to_wire(arena, wire->lon_e7, wire->lat_e7, &stroke->path, &wire->n_path,
                         &wire->path, err));
    }
    for (size_t i = 0; i < marks->reading_count; i++) {
        const struct reading *reading = &marks->readings[i];
        Kakikomap__Sync__Reading *wire = &readings[i];
        kakikomap__sync__reading__init(wire);
        wire->quantity = (Kakikomap__Sync__Quantity)reading->quantity;
        wire->value_milli = reading->value_milli;
        wire->waited_s = reading->waited_s;
        wire->taken_ms = reading->taken_ms;
        TRY(parts_text_to_wire(arena, reading->instrument, &wire->instrument, err));
    }
    comment->n_drawing = marks->stroke_count;
    comment->n_reading = marks->reading_count;
    return ERR_OK;
}

enum err_code boxes_from_wire(struct arena *arena, const Kakikomap__Sync__Redaction *redaction,
                              struct boxes *ret, bool *ret_ok, struct err *err)
{
    *ret = (struct boxes){0};
    *ret_ok = redaction->n_box <= PARTS_BOXES_MAX;
    if (!*ret_ok || redaction->n_box == 0)
        return ERR_OK;
    struct box *items = ARENA_ARRAY(arena, struct box, redaction->n_box);
    if (!items)
        return no_memory(err);
    for (size_t i = 0; i < redaction->n_box; i++) {
        const Kakikomap__Sync__Box *wire = redaction->box[i];
        if (wire->left >= wire->right || wire->right > PARTS_BOX_FULL ||
            wire->top >= wire->bottom || wire->bottom > PARTS_BOX_FULL) {
            *ret_ok = false;
            return ERR_OK;
        }
        items[i] = (struct box){(uint16_t)wire->left, (uint16_t)wire->top, (uint16_t)wire->right,
                                (uint16_t)wire->bottom};
    }
    *ret = (struct boxes){items, redaction->n_box};
    return ERR_OK;
}

enum err_code boxes_to_wire(struct arena *arena, const struct boxes *boxes,
                            Kakikomap__Sync__Redaction *redaction, struct err *err)
{
    Kakikomap__Sync__Box *items;
    redaction->box =
        (Kakikomap__Sync__Box **)list_of(arena, boxes->count, sizeof *items, (void **)&items);
    if (!redaction->box)
        return no_memory(err);
    for (size_t i = 0; i < boxes->count; i++) {
        kakikomap__sync__box__init(&items[i]);
        items[i].left = boxes->items[i].left;
        items[i].top = boxes->items[i].top;
        items[i].right = boxes->items[i].right;
        items[i].bottom = boxes->items[i].bottom;
    }
    redaction->n_box = boxes->count;
    return ERR_OK;
}

static enum err_code read_texts(struct arena *arena, size_t count, char *const *texts,
                                struct span **ret, struct err *err)
{
    struct span *spans = ARENA_ARRAY(arena, struct span, count);
    if (!spans)
        return no_memory(err);
    for (size_t i = 0; i < count; i++)
        spans[i] = parts_text_from_wire(texts[i]);
    *ret = spans;
    return ERR_OK;
}

enum err_code meeting_from_wire(struct arena *arena, const Kakikomap__Sync__Meeting *wire,
                                struct meeting *ret, bool *ret_ok, struct err *err)
{
    const int kind = (int)wire->kind, state = (int)wire->state;
    struct meeting meeting = {
        .kind = kind < 0 || kind > UINT8_MAX ? 0 : (uint8_t)kind,
        .state = state < 0 || state > UINT8_MAX ? 0 : (uint8_t)state,
        .title = parts_text_from_wire(wire->title),
        .starts_ms = wire->starts_ms,
        .ends_ms = wire->ends_ms,
        .hold = wire->hold,
        .grade = (uint8_t)(wire->grade > PARTS_GRADE_MAX ? UINT8_MAX : wire->grade),
        .card_count = wire->n_card_id,
        .question_count = wire->n_question,
        .word_count = wire->n_word,
    };
    *ret = (struct meeting){0};
    *ret_ok = wire->n_card_id <= PARTS_MEETING_CARDS_MAX &&
              wire->n_question <= PARTS_QUESTIONS_MAX && wire->n_word <= PARTS_WORDS_MAX &&
              parts_id_from_wire(wire->space_id, &meeting.space_id);
    if (!*ret_ok)
        return ERR_OK;
    meeting.cards = ARENA_ARRAY(arena, struct uuid, wire->n_card_id);
    if (!meeting.cards)
        return no_memory(err);
    for (size_t i = 0; i < wire->n_card_id && *ret_ok; i++)
        *ret_ok = wire->card_id[i].len && parts_id_from_wire(wire->card_id[i], &meeting.cards[i]);
    TRY(read_texts(arena, wire->n_question, wire->question, &meeting.questions, err));
    TRY(read_texts(arena, wire->n_word, wire->word, &meeting.words, err));
    if (*ret_ok && wire->area)
        TRY(path_from_wire(arena, wire->area->lon_e7, wire->area->lat_e7, wire->area->n_path,
                           wire->area->path, &meeting.area, ret_ok, err));
    *ret = meeting;
    return ERR_OK;
}

static enum err_code write_texts(struct arena *arena, size_t count, const struct span *spans,
                                 char ***ret, struct err *err)
{
    char **texts = (char **)arena_array(arena, count, sizeof *texts);
    if (!texts)
        return no_memory(err);
    for (size_t i = 0; i < count; i++)
        TRY(parts_text_to_wire(arena, spans[i], &texts[i], err));
    *ret = texts;
    return ERR_OK;
}

static enum err_code write_area(struct arena *arena, const struct path *area,
                                Kakikomap__Sync__Place **ret, struct err *err)
{
    if (area->count == 0)
        return ERR_OK;
    Kakikomap__Sync__Place *place = ARENA_NEW(arena, Kakikomap__Sync__Place);
    if (!place)
        return no_memory(err);
    kakikomap__sync__place__init(place);
    place->lon_e7 = area->corners[0].lon_e7;
    place->lat_e7 = area->corners[0].lat_e7;
    place->shape = KAKIKOMAP__SYNC__SHAPE__SHAPE_AREA;
    TRY(path_to_wire(arena, place->lon_e7, place->lat_e7, area, &place->n_path, &place->path, err));
    *ret = place;
    return ERR_OK;
}

enum err_code meeting_to_wire(struct arena *arena, const struct meeting *meeting,
                              Kakikomap__Sync__Meeting *wire, struct err *err)
{
    wire->kind = (Kakikomap__Sync__MeetingKind)meeting->kind;
    wire->state = (Kakikomap__Sync__MeetingState)meeting->state;
    wire->space_id = parts_id_to_wire(&meeting->space_id);
    wire->starts_ms = meeting->starts_ms;
    wire->ends_ms = meeting->ends_ms;
    wire->hold = meeting->hold;
    wire->grade = meeting->grade;
    wire->n_card_id = meeting->card_count;
    wire->card_id = ARENA_ARRAY(arena, ProtobufCBinaryData, meeting->card_count);
    if (!wire->card_id)
        return no_memory(err);
    for (size_t i = 0; i < meeting->card_count; i++)
        wire->card_id[i] = parts_id_to_wire(&meeting->cards[i]);
    wire->n_question = meeting->question_count;
    wire->n_word = meeting->word_count;
    TRY(parts_text_to_wire(arena, meeting->title, &wire->title, err));
    TRY(write_texts(arena, meeting->question_count, meeting->questions, &wire->question, err));
    TRY(write_texts(arena, meeting->word_count, meeting->words, &wire->word, err));
    return write_area(arena, &meeting->area, &wire->area, err);
}
