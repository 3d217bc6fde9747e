/* Words that have just come in are shown to the signal (writer.h); what it doubts is held by an
 * operation of the server's own, in the same transaction. */
#include <sodium.h>

#include "server/store/accept.h"
#include "server/store/list.h"
#include "server/store/nearby.h"
#include "server/store/row.h"
#include "server/sync/build.h"

/* Metres in 1e-7 degree of latitude; of longitude in the middle of Japan (36° N). */
enum { E7_PER_METRE_LAT = 90, E7_PER_METRE_LON = 111 };

static enum err_code near_texts(const struct project *project, const struct row *row,
                                struct store_words *words, struct err *err)
{
    const int32_t high = STORE_NEAR_M * E7_PER_METRE_LAT, wide = STORE_NEAR_M * E7_PER_METRE_LON;
    const struct filter filter = {
        .box = {row->object.lon_e7 - wide, row->object.lat_e7 - high, row->object.lon_e7 + wide,
                row->object.lat_e7 + high},
    };
    uint64_t *seqs;
    size_t count;
    TRY(nearby_newest(project->db, &filter, row->seq, STORE_NEAR_MAX, project->arena, &seqs, &count,
                      err));
    struct span *texts = ARENA_ARRAY(project->arena, struct span, count);
    if (!texts)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < count; i++) {
        CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
        bool found;
        TRY(db_take(project->db, SQL_COMMENT_WORDS, &stmt, err));
        db_bind_int(project->db, stmt, 2, (int64_t)seqs[i]);
        TRY(db_step(project->db, stmt, &found, err));
        struct row_reader reader = {stmt, project->arena, 0};
        TRY(row_take(&reader, &texts[i], err));
    }
    words->near = texts;
    words->near_count = count;
    return ERR_OK;
}

static enum err_code meeting_words(const struct project *project, struct uuid meeting_id,
                                   struct store_words *words, struct err *err)
{
    if (uuid_is_nil(meeting_id))
        return ERR_OK;
    struct row_meeting row;
    struct meeting meeting;
    TRY(row_load_meeting(project, meeting_id, &row, err));
    if (!row.found)
        return ERR_OK;
    TRY(meeting_unpack(project->arena, row.meeting, &meeting, err));
    words->meeting_words = meeting.words;
    words->meeting_word_count = meeting.word_count;
    return ERR_OK;
}

static enum err_code describe(const struct project *project, const struct op *op,
                              const struct row *row, struct store_words *ret, struct err *err)
{
    const struct apply_object *object = &row->object;
    *ret = (struct store_words){
        .type = object->type,
        .edited = op->kind == OP_EDIT,
        .id = object->id,
        .author_id = object->author_id,
        .device_id = op->device_id,
        .comment_id = object->comment_id,
        .space_id = object->space_id,
        .meeting_id = object->meeting_id,
        .title = object->title,
        .text = object->text,
        .pen_name = object->pen_name,
        .lon_e7 = object->lon_e7,
        .lat_e7 = object->lat_e7,
        .made_ms = op->made_ms, /* the row has the time as shown, for people */
        .received_ms = row->received_ms,
    };
    if (object->type == OBJECT_REPLY) {
        struct row comment;
        bool found;
        TRY(row_load_comment(project, object->comment_id, &comment, &found, err));
        if (found)
            ret->meeting_id = comment.object.meeting_id;
    } else if (op->kind == OP_CREATE) {
        TRY(near_texts(project, row, ret, err));
    }
    return meeting_words(project, ret->meeting_id, ret, err);
}

static enum err_code load(const struct project *project, struct uuid id, struct row *ret,
                          bool *ret_found, struct err *err)
{
    bool known;
    enum object_type type;
    TRY(row_find_object(project, id, &known, &type, err));
    *ret_found = false;
    if (known && type == OBJECT_COMMENT)
        return row_load_comment(project, id, ret, ret_found, err);
    if (known && type == OBJECT_REPLY)
        return row_load_part(project, OBJECT_REPLY, id, ret, ret_found, err);
    return ERR_OK;
}

static enum err_code hold(struct accept *accept, const struct row *row, const char *reason,
                          int64_t now_ms, struct err *err)
{
    uint8_t random[10];
    randombytes_buf(random, sizeof random);
    const struct op_head head = {
        .op_id = uuid_from_time(now_ms, random),
        .device_id = accept->server_id,
        .object_id = row->object.id,
        .author_id = accept->server_id,
        .municipality = accept->limits.municipality,
        .rev = row->object.status_reg.rev + 1,
        .made_ms = now_ms,
    };
    const struct op_why why = {.reason = span_from_str(reason)};
    struct span bytes;
    TRY(op_build_moderation(accept->project.arena, &head, STATUS_HELD, &why, &bytes, err));
    const struct store_batch batch = {
        .origin = STORE_FROM_STAFF,
        .standing = STANDING_MODERATOR, /* as much as a venue may hand on to its city */
        .received_ms = now_ms,
        .ops = &bytes,
        .op_count = 1,
    };
    struct store_ack ack;
    return accept_op(accept, &batch, 0, &ack, err);
}

static bool says_words(const struct op *op)
{
    if (op->kind == OP_CREATE)
        return op->body == BODY_COMMENT || op->body == BODY_REPLY;
    return op->kind == OP_EDIT && (op->body == BODY_TEXT || op->body == BODY_TITLE);
}

/* What nobody may see yet need not be held; what a class holds back may still be doubted. */
static bool may_be_held(const struct apply_object *object)
{
    return !object->withdrawn &&
           (object->status == STATUS_PUBLIC ||
            (object->status == STATUS_HELD && span_is(object->reason, "class")));
}

enum err_code accept_signal(struct accept *accept, const struct store_batch *batch,
                            const struct op *op, struct err *err)
{
    const bool by_device = batch->origin == STORE_FROM_DEVICE || batch->origin == STORE_FROM_POST;
    if (!accept->signal || !by_device || batch->standing >= STANDING_TEACHER || !says_words(op))
        return ERR_OK;
    struct row row;
    bool found;
    TRY(load(&accept->project, op->object_id, &row, &found, err));
    if (!found || !may_be_held(&row.object))
        return ERR_OK;
    struct store_words words;
    TRY(describe(&accept->project, op, &row, &words, err));
    const char *reason = accept->signal(accept->signal_context, &words);
    return reason ? hold(accept, &row, reason, batch->received_ms, err) : ERR_OK;
}
