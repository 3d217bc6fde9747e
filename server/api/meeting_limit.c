#include "server/api/meeting_limit.h"

#include "server/people/limit.h"
#include "server/sync/op.h"

struct share {
    struct uuid meeting_id;
    uint32_t comments;
};

static void add_one(struct share *shares, size_t *count, struct uuid meeting_id)
{
    size_t i = 0;
    while (i < *count && !uuid_equal(shares[i].meeting_id, meeting_id))
        i++;
    if (i == *count)
        shares[(*count)++].meeting_id = meeting_id;
    shares[i].comments++;
}

static struct span key_of(const struct share *share)
{
    return span_of(share->meeting_id.bytes, UUID_BYTES);
}

enum err_code api_limit_meetings(struct app *app, const struct http_request *req,
                                 struct http_response *res, const struct span *ops, size_t op_count,
                                 struct err *err)
{
    if (req->peer.is_local || !app->limits)
        return ERR_OK;
    struct share *shares = ARENA_ARRAY(req->arena, struct share, op_count);
    size_t count = 0;
    if (!shares)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    memset(shares, 0, op_count * sizeof *shares);
    for (size_t i = 0; i < op_count; i++) {
        struct op op;
        const enum err_code code = op_read_stored(req->arena, ops[i], &op, NULL);
        if (code == ERR_NOMEM)
            return err_set(err, code, "out of memory", 0);
        /* What cannot be read is refused later, one by one (S8). */
        if (code == ERR_OK && op.kind == OP_CREATE && op.body == BODY_COMMENT &&
            !uuid_is_nil(op.meeting_id))
            add_one(shares, &count, op.meeting_id);
    }
    for (size_t i = 0; i < count; i++) {
        const enum err_code code = people_limit(app, res, LIMIT_WRITE_MEETING, key_of(&shares[i]),
                                                shares[i].comments, err);
        if (code == ERR_OK)
            continue;
        while (i-- > 0) /* nothing was taken, so the other meetings are owed theirs */
            people_limit_return(app, LIMIT_WRITE_MEETING, key_of(&shares[i]), shares[i].comments);
        return code;
    }
    return ERR_OK;
}
