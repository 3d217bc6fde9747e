#include "server/api/decide.h"

#include "server/moderation/undo.h"

static struct op_why why_of(const struct json_decision *decision)
{
    return (struct op_why){.reason = span_from_str(decision->reason), .note = decision->note};
}

static enum err_code need(const struct api_staff *plan, enum right right,
                          const struct store_review *review, struct err *err)
{
    if (api_review_may(plan->caller, right, review))
        return ERR_OK;
    return err_set(err, ERR_FORBIDDEN, "your role does not allow this here", 0);
}

static enum err_code set_status(struct api_staff *plan, uint8_t status, const struct op_why *why,
                                struct uuid id, uint32_t rev, enum audit_action action,
                                const char *reason, struct err *err)
{
    struct span op;
    const struct op_head head = api_staff_head(plan, id, rev);
    TRY(op_build_moderation(plan->req->arena, &head, status, why, &op, err));
    api_staff_add(plan, op, action, id, reason);
    return ERR_OK;
}

/* --- One action each -------------------------------------------------------------------------- */

static enum err_code add_status(struct api_staff *plan, const struct json_decision *decision,
                                const struct store_review *review, struct err *err)
{
    static const struct {
        uint8_t status;
        enum audit_action audit;
    } rows[] = {
        [JSON_PUBLISH] = {STATUS_PUBLIC, AUDIT_PUBLISH},
        [JSON_HOLD] = {STATUS_HELD, AUDIT_HOLD},
        [JSON_MASK] = {STATUS_MASKED, AUDIT_MASK},
        [JSON_HIDE] = {STATUS_HIDDEN, AUDIT_HIDE},
    };
    if (decision->action == JSON_MASK && review->type == OBJECT_PHOTO)
        return err_set(err, ERR_INVALID, "a photo is redacted or hidden, not masked", 0);
    const struct op_why why = why_of(decision);
    return set_status(plan, rows[decision->action].status, &why, review->id, review->status_rev + 1,
                      rows[decision->action].audit, decision->reason, err);
}

static enum err_code add_blur(struct api_staff *plan, const struct json_decision *decision,
                              const struct store_review *review, struct err *err)
{
    struct span op;
    if (review->type != OBJECT_COMMENT)
        return err_set(err, ERR_INVALID, "only a comment has a place", 0);
    const struct op_why why = why_of(decision);
    const struct op_head head = api_staff_head(plan, review->id, review->precision_rev + 1);
    TRY(op_build_precision(plan->req->arena, &head, decision->precision_m, &why, &op, err));
    api_staff_add(plan, op, AUDIT_BLUR, review->id, decision->reason);
    return ERR_OK;
}

static enum err_code add_redaction(struct api_staff *plan, const struct json_decision *decision,
                                   const struct store_review *review, struct err *err)
{
    struct span op;
    if (review->type != OBJECT_PHOTO)
        return err_set(err, ERR_INVALID, "only a photo can be redacted", 0);
    const struct op_why why = why_of(decision);
    const struct op_head head = api_staff_head(plan, review->id, review->redaction_rev + 1);
    TRY(op_build_redaction(plan->req->arena, &head, &decision->boxes, &why, &op, err));
    api_staff_add(plan, op, AUDIT_REDACT, review->id, decision->reason);
    return ERR_OK;
}

static enum err_code add_move(struct api_staff *plan, struct uuid space_id, bool strip_name,
                              const struct op_why *why, const struct store_review *review,
                              const char *reason, enum audit_action action, struct err *err)
{
    struct span op;
    const struct op_head head = api_staff_head(plan, review->id, review->space_rev + 1);
    TRY(op_build_move(plan->req->arena, &head, space_id, strip_name, why, &op, err));
    api_staff_add(plan, op, action, review->id, reason);
    return ERR_OK;
}

/* Out of a space with real names the name stays behind, whatever was asked. */
static enum err_code move(struct api_staff *plan, const struct json_decision *decision,
                          const struct store_review *review, struct err *err)
{
    const struct op_why why = why_of(decision);
    struct apply_around from, to;
    struct store_reader *reader = app_reader(plan->app, plan->req);
    if (review->type != OBJECT_COMMENT)
        return err_set(err, ERR_INVALID, "only a comment can be moved", 0);
    if (uuid_equal(decision->space_id, review->space_id))
        return err_set(err, ERR_CONFLICT, "it lies there already", 0);
    TRY(store_review_around(reader, decision->space_id, (struct uuid){{0}}, &to, err));
    if (!uuid_is_nil(decision->space_id) && !to.space_known)
        return err_set(err, ERR_NOT_FOUND, "there is no such space", 0);
    TRY(people_need(plan->caller, RIGHT_MOVE, decision->space_id, err));
    TRY(store_review_around(reader, review->space_id, (struct uuid){{0}}, &from, err));
    const bool strip = decision->strip_name || (from.space_known && from.space_tier != 1);
    return add_move(plan, decision->space_id, strip, &why, review, decision->reason, AUDIT_MOVE,
                    err);
}

static enum err_code restore(struct api_staff *plan, const struct json_decision *decision,
                             const struct store_review *review, struct err *err)
{
    struct store_reader *reader = app_reader(plan->app, plan->req);
    struct arena *arena = plan->req->arena;
    struct apply_around around;
    struct store_step *steps;
    size_t count;
    struct undo undo;
    struct span op;
    TRY(store_review_around(reader, review->space_id, review->meeting_id, &around, err));
    TRY(store_review_history(reader, review->id, arena, &steps, &count, err));
    TRY(undo_last(steps, count, &around, &undo, err));
    const struct op_head head = api_staff_head(plan, review->id, undo.rev);
    const struct op_why why = {.reason = undo.reason,
                               .note = decision->note.len ? decision->note : undo.note};
    if (undo.reg == REGISTER_STATUS) {
        TRY(op_build_moderation(arena, &head, undo.status, &why, &op, err));
    } else if (undo.reg == REGISTER_PRECISION) {
        TRY(op_build_precision(arena, &head, undo.precision_m, &why, &op, err));
    } else {
        TRY(need(plan, RIGHT_MOVE, review, err));
        TRY(people_need(plan->caller, RIGHT_MOVE, undo.space_id, err));
        TRY(op_build_move(arena, &head, undo.space_id, undo.strip_name, &why, &op, err));
    }
    api_staff_add(plan, op, AUDIT_RESTORE, review->id, decision->reason);
    return ERR_OK;
}

enum err_code decide_add(struct api_staff *plan, const struct json_decision *decision,
                         const struct store_review *review, struct err *err)
{
    if (review->status == STATUS_WITHDRAWN)
        return err_set(err, ERR_CONFLICT, "its author has withdrawn it", 0);
    TRY(need(plan, decision->action == JSON_MOVE ? RIGHT_MOVE : RIGHT_MODERATE, review, err));
    switch ((enum json_action)decision->action) {
    case JSON_PUBLISH:
    case JSON_HOLD:
    case JSON_MASK:
    case JSON_HIDE:
        return add_status(plan, decision, review, err);
    case JSON_RESTORE:
        return restore(plan, decision, review, err);
    case JSON_BLUR:
        return add_blur(plan, decision, review, err);
    case JSON_REDACT:
        return add_redaction(plan, decision, review, err);
    case JSON_MOVE:
        return move(plan, decision, review, err);
    case JSON_ERASE:
        break;
    }
    return err_set(err, ERR_INTERNAL, "erasing has a way of its own", 0);
}

enum err_code decide_appeal(struct api_staff *plan, const struct json_decision *decision,
                            const struct store_appeal *appeal, const struct store_review *review,
                            struct err *err)
{
    const struct op_why why = why_of(decision);
    const bool upheld = decision->action == JSON_PUBLISH;
    if (!upheld && decision->action != JSON_HIDE)
        return err_set(err, ERR_INVALID, "an appeal is answered by publish or hide", 0);
    TRY(need(plan, RIGHT_MODERATE, review, err));
    if (upheld && review->status != STATUS_PUBLIC && review->status != STATUS_WITHDRAWN)
        TRY(set_status(plan, STATUS_PUBLIC, &why, review->id, review->status_rev + 1, AUDIT_PUBLISH,
                       decision->reason, err));
    return set_status(plan, upheld ? STATUS_PUBLIC : STATUS_HIDDEN, &why, appeal->id,
                      appeal->status_rev + 1, upheld ? AUDIT_PUBLISH : AUDIT_HIDE, decision->reason,
                      err);
}

/* --- For good --------------------------------------------------------------------------------- */

static void gather(struct decide_erasure *erasure, const struct uuid *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        erasure->ids[erasure->count++] = ids[i];
}

enum err_code decide_erasure_of(struct store_reader *reader, struct arena *arena,
                                const struct store_review *review, struct decide_erasure *ret,
                                struct err *err)
{
    struct uuid *photos = NULL, *quoted = NULL, *appeals = NULL;
    size_t photo_count = 0, quoted_count = 0, appeal_count = 0;
    if (review->type == OBJECT_COMMENT) {
        TRY(store_review_photos(reader, review->id, arena, &photos, &photo_count, err));
        TRY(store_review_quotations(reader, review->id, arena, &quoted, &quoted_count, err));
    }
    TRY(store_review_appeal_ids(reader, review->id, arena, &appeals, &appeal_count, err));
    struct decide_erasure erasure = {
        .ids = ARENA_ARRAY(arena, struct uuid, 1 + photo_count + quoted_count + appeal_count),
    };
    if (!erasure.ids)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    gather(&erasure, &review->id, 1);
    gather(&erasure, photos, photo_count);
    gather(&erasure, quoted, quoted_count);
    gather(&erasure, appeals, appeal_count);
    *ret = erasure;
    return ERR_OK;
}

enum err_code decide_erase(struct api_staff *plan, const struct json_decision *decision,
                           const struct decide_erasure *erasure, struct err *err)
{
    for (size_t i = 0; i < erasure->count; i++) {
        struct span op;
        const struct op_head head = api_staff_head(plan, erasure->ids[i], 0);
        TRY(op_build_erase(plan->req->arena, &head, span_from_str(decision->reason), &op, err));
        api_staff_add(plan, op, AUDIT_ERASE, erasure->ids[i], decision->reason);
    }
    return ERR_OK;
}
