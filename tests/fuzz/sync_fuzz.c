/* Any bytes as the body of POST /sync/v1/ops: what is read as a push keeps its limits, each
 * operation in it is judged the same twice, and one that is let in holds what the rules promise. */
#include <stdlib.h>
#include <string.h>

#include "server/api/sync_wire.h"
#include "server/store/store.h"
#include "server/sync/apply.h"
#include "tests/fuzz/fuzz.h"
#include "tiles/base/utf8.h"

static const struct op_limits limits = {
    .municipality = 11202,
    .text_max = STORE_TEXT_MAX,
    .pen_name_max = STORE_PEN_NAME_MAX,
    .building_id_max = STORE_BUILDING_ID_MAX,
    .op_max = STORE_OP_MAX,
    .min_lon_e7 = 1390000000,
    .min_lat_e7 = 359000000,
    .max_lon_e7 = 1400000000,
    .max_lat_e7 = 365000000,
};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_text(struct span text)
{
    must(utf8_is_valid(text));
    must(text.len == 0 || !memchr(text.data, 0, text.len));
    must(text.len <= STORE_OP_MAX);
}

static void check_path(const struct path *path)
{
    for (size_t i = 0; i < path->count; i++)
        must(!op_judge_place(path->corners[i].lon_e7, path->corners[i].lat_e7, &limits));
}

/* Lines, drawings, readings, boxes and meetings are within their bounds, and are the same when they
 * come back from what the store keeps. */
static void check_parts(const struct op *op)
{
    struct arena arena;
    struct path path;
    struct marks marks;
    struct boxes boxes;
    arena_init(&arena, 0);
    must(op->path.count <= PARTS_CORNERS_MAX && op->marks.stroke_count <= PARTS_STROKES_MAX &&
         op->marks.reading_count <= PARTS_READINGS_MAX && op->boxes.count <= PARTS_BOXES_MAX);
    check_path(&op->path);
    check_path(&op->meeting.area);
    must(path_unpack(&arena, op->path_bytes, &path, NULL) == ERR_OK);
    must(path.count == op->path.count);
    must(marks_unpack(&arena, op->marks_bytes, &marks, NULL) == ERR_OK);
    must(marks.stroke_count == op->marks.stroke_count &&
         marks.reading_count == op->marks.reading_count);
    for (size_t i = 0; i < marks.stroke_count; i++) {
        check_path(&marks.strokes[i].path);
        must(marks.strokes[i].path.count == op->marks.strokes[i].path.count);
    }
    for (size_t i = 0; i < marks.reading_count; i++) {
        must(quantity_is_plausible(marks.readings[i].quantity, marks.readings[i].value_milli));
        check_text(marks.readings[i].instrument);
    }
    must(boxes_unpack(&arena, op->boxes_bytes, &boxes, NULL) == ERR_OK);
    must(boxes.count == op->boxes.count);
    if (op->body == BODY_MEETING) {
        struct meeting meeting;
        must(meeting_unpack(&arena, op->meeting_bytes, &meeting, NULL) == ERR_OK);
        must(span_equal(meeting.title, op->meeting.title) &&
             meeting.word_count == op->meeting.word_count);
    }
    arena_done(&arena);
}

static void check_good(const struct op *op)
{
    must(!uuid_is_nil(op->op_id) && !uuid_is_nil(op->object_id));
    must(op->kind >= OP_CREATE && op->kind <= OP_ERASE);
    must(op->rev <= OP_REV_MAX);
    const struct span texts[] = {
        op->text,       op->pen_name,     op->building_id,  op->reason, op->title,
        op->title_easy, op->title_en,     op->description,  op->icon,   op->source,
        op->note,       op->organisation, op->meeting.title};
    for (size_t i = 0; i < LENGTH(texts); i++)
        check_text(texts[i]);
    check_parts(op);
    const struct apply_known unknown = {.by_device = true};
    const char *reason = NULL;
    const enum apply_verdict verdict = apply_judge(op, &unknown, &reason);
    must((verdict == APPLY_REFUSE) == (reason != NULL));
    if (op->kind != OP_CREATE || (op->body != BODY_COMMENT && op->body != BODY_REPLY))
        return;
    if (verdict == APPLY_ACCEPT) /* nobody unknown speaks for the city */
        must(op->hat == HAT_CITIZEN || op->hat == HAT_PUPIL);
    struct apply_object object = apply_create(op, STANDING_NONE);
    const struct apply_around nowhere = {0};
    apply_settle(&object, &nowhere);
    const bool waits = op->hat == HAT_PUPIL || !uuid_is_nil(op->meeting_id);
    must(object.status == (waits ? STATUS_HELD : STATUS_PUBLIC));
    if (op->body == BODY_COMMENT)
        must(object.lon_e7 >= limits.min_lon_e7 && object.lon_e7 <= limits.max_lon_e7 &&
             object.lat_e7 >= limits.min_lat_e7 && object.lat_e7 <= limits.max_lat_e7);
    /* Its own bytes again change nothing: S1 would call them a duplicate. */
    const struct apply_object before = object;
    apply_fold(&object, op, STANDING_SERVER);
    must(memcmp(&before, &object, sizeof object) == 0);
}

static void judge(struct span bytes, struct arena *arena)
{
    struct op op, again;
    const char *reason = "unset", *reason_again = "unset";
    must(op_read(arena, bytes, &limits, &op, &reason, NULL) == ERR_OK);
    must(op_read(arena, bytes, &limits, &again, &reason_again, NULL) == ERR_OK);
    must(reason == reason_again);
    if (!reason)
        check_good(&op);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    static struct sync_push push;
    struct err err = {0};
    arena_init(&arena, 0);
    const enum err_code code = sync_read_push(&arena, span_of(data, size), &push, &err);
    if (code == ERR_OK) {
        must(push.op_count <= SYNC_OPS_MAX);
        for (size_t i = 0; i < push.op_count; i++) {
            must(push.ops[i].len <= size);
            judge(push.ops[i], &arena);
        }
    } else {
        must(err.code == code && err.what);
    }
    judge(span_of(data, size), &arena);
    arena_done(&arena);
    return 0;
}
