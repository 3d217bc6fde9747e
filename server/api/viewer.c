#include "server/api/viewer.h"

#include "server/people/caller.h"

/* What the caller belongs to, and what was asked for and allowed. */
static enum err_code member_of(const struct http_request *req, const struct caller *caller,
                               struct uuid first, struct uuid second, struct store_viewer *ret,
                               struct err *err)
{
    uint8_t *scopes = arena_alloc(req->arena, caller->scopes.len + 2 * UUID_BYTES);
    if (!scopes)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    memcpy(scopes, first.bytes, UUID_BYTES);
    memcpy(scopes + UUID_BYTES, second.bytes, UUID_BYTES);
    if (caller->scopes.len)
        memcpy(scopes + 2 * UUID_BYTES, caller->scopes.data, caller->scopes.len);
    *ret =
        (struct store_viewer){STORE_MEMBER, span_of(scopes, caller->scopes.len + 2 * UUID_BYTES)};
    return ERR_OK;
}

static enum err_code take_id(const struct http_request *req, const char *name, struct uuid *ret,
                             struct err *err)
{
    struct span text;
    if (http_query(req, name, &text) && !uuid_from(text, ret))
        return err_set(err, ERR_PARAM, "meeting and space are named by their UUID", 0);
    return ERR_OK;
}

enum err_code api_viewer_of_place(struct app *app, const struct http_request *req,
                                  struct store_filter *filter, struct store_viewer *ret,
                                  bool *ret_private, struct err *err)
{
    TRY(take_id(req, "meeting", &filter->meeting, err));
    TRY(take_id(req, "space", &filter->space, err));
    const bool of_meeting = !uuid_is_nil(filter->meeting), of_space = !uuid_is_nil(filter->space);
    *ret = store_anyone;
    *ret_private = of_meeting || of_space;
    if (!*ret_private)
        return ERR_OK;
    struct caller caller;
    TRY(people_caller(app, req, &caller, err));
    if (of_meeting)
        TRY(people_need(&caller, RIGHT_READ, filter->meeting, err));
    if (of_space)
        TRY(people_need(&caller, RIGHT_READ, filter->space, err));
    /* Only what was asked for and allowed: a class is no way into the space it lies in. */
    return member_of(req, &caller, filter->meeting, filter->space, ret, err);
}

enum err_code api_viewer_of_comment(struct app *app, const struct http_request *req, struct uuid id,
                                    struct store_viewer *ret, bool *ret_private, struct err *err)
{
    struct store_reader *reader = app_reader(app, req);
    struct store_comment comment;
    *ret = store_anyone;
    *ret_private = false;
    enum err_code code = store_comments_find(reader, ret, id, req->arena, &comment, err);
    if (code != ERR_NOT_FOUND)
        return code;
    struct caller caller;
    struct store_comment exact;
    TRY(people_caller(app, req, &caller, err));
    TRY(store_comments_find(reader, &store_staff, id, req->arena, &exact, err));
    const struct uuid nowhere = {0};
    const bool in_meeting =
        !uuid_is_nil(exact.meeting_id) && people_may(&caller, RIGHT_READ, exact.meeting_id);
    const bool in_space = exact.has_space && people_may(&caller, RIGHT_READ, exact.space_id);
    TRY(member_of(req, &caller, in_meeting ? exact.meeting_id : nowhere,
                  in_space ? exact.space_id : nowhere, ret, err));
    *ret_private = true;
    return store_comments_find(reader, ret, id, req->arena, &comment, err);
}
