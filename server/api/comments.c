/* /api/comments: lists, one comment, and writing one. */
#include "server/api/comments.h"
#include "server/api/answer.h"
#include "server/api/filter.h"
#include "server/api/post.h"
#include "server/api/viewer.h"
#include "server/json/comment.h"
#include "server/people/caller.h"
#include "tiles/base/num.h"

/* GET /api/comments: a page as a GeoJSON collection. */
enum err_code api_comments_list(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err)
{
    struct store_filter filter;
    int64_t limit = 100, cursor = 0;
    struct store_page page;
    struct store_viewer viewer;
    bool is_private;
    TRY(api_filter_from(req, &filter, err));
    TRY(api_viewer_of_place(app, req, &filter, &viewer, &is_private, err));
    TRY(http_query_int(req, "limit", 1, 1000, &limit, err));
    TRY(http_query_int(req, "cursor", 1, INT64_MAX, &cursor, err));
    TRY(store_comments_list(app_reader(app, req), &viewer, &filter, (uint64_t)cursor, (size_t)limit,
                            req->arena, &page, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_comment_page(&json, &page);
    TRY(api_send(req, res, GEOJSON, &text, err));
    if (!is_private)
        return api_etag(app, req, res, page.newest, err);
    people_vary(res);
    return ERR_OK;
}

static enum err_code read_detail(struct store_reader *reader, const struct store_viewer *viewer,
                                 struct uuid id, struct arena *arena, struct buf *text,
                                 uint64_t *ret_newest, struct err *err)
{
    struct store_comment comment;
    struct store_reply *replies = NULL;
    size_t reply_count = 0;
    TRY(store_newest_change(reader, ret_newest, err));
    TRY(store_comments_find(reader, viewer, id, arena, &comment, err));
    TRY(store_comments_replies(reader, viewer, id, arena, &replies, &reply_count, err));
    struct json json;
    json_begin(&json, text);
    json_comment_detail(&json, &comment, replies, reply_count);
    return ERR_OK;
}

/* GET /api/comments/{id}: the comment with its replies. */
enum err_code api_comments_get(struct app *app, const struct http_request *req,
                               struct http_response *res, struct err *err)
{
    struct uuid id;
    TRY(http_param_uuid(req, "id", &id, err));
    struct store_reader *reader = app_reader(app, req);
    struct store_viewer viewer;
    bool is_private;
    TRY(api_viewer_of_comment(app, req, id, &viewer, &is_private, err));
    struct buf text;
    uint64_t newest = 0;
    buf_init(&text);
    TRY(store_reader_begin(reader, err));
    const enum err_code code = read_detail(reader, &viewer, id, req->arena, &text, &newest, err);
    store_reader_end(reader);
    if (code != ERR_OK) {
        buf_done(&text);
        return code;
    }
    TRY(api_send(req, res, GEOJSON, &text, err));
    if (!is_private)
        return api_etag(app, req, res, newest, err);
    people_vary(res);
    return ERR_OK;
}

enum err_code api_comment_send(const struct api_post *post, const struct store_comment *comment,
                               struct err *err)
{
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_comment(&json, comment);
    return api_send(post->req, post->res, GEOJSON, &text, err);
}

/* Is it what was asked? Between staff's eyes: a held comment is there, too. */
static bool is_same(const struct store_comment *stored, const struct op_comment *asked,
                    struct arena *arena)
{
    struct span path, marks;
    return path_pack(arena, &asked->path, &path, NULL) == ERR_OK &&
           marks_pack(arena, &asked->marks, &marks, NULL) == ERR_OK &&
           stored->kind == asked->kind && stored->channel == asked->channel &&
           stored->hat == asked->hat && stored->mood == asked->mood &&
           stored->shape == asked->shape && span_equal(stored->title, asked->title) &&
           span_equal(stored->text, asked->text) && span_equal(stored->pen_name, asked->pen_name) &&
           span_equal(stored->building_id, asked->building_id) &&
           span_equal(stored->source, asked->source) && span_equal(stored->path, path) &&
           span_equal(stored->marks, marks) && uuid_equal(stored->card_id, asked->card_id) &&
           uuid_equal(stored->space_id, asked->space_id) &&
           uuid_equal(stored->meeting_id, asked->meeting_id) && stored->lon_e7 == asked->lon_e7 &&
           stored->lat_e7 == asked->lat_e7;
}

/* The one who wrote sees what was stored, held or not; everyone else only what is public. */
static enum err_code answer_create(const struct api_post *post, bool fresh, struct err *err)
{
    const struct json_new_comment *asked = post->asked;
    struct store_comment stored;
    const enum err_code code = store_comments_find(post->app->answer_reader, &store_staff,
                                                   asked->id, post->req->arena, &stored, NULL);
    if (code != ERR_OK && (fresh || code != ERR_NOT_FOUND))
        return err_set(err, code == ERR_NOT_FOUND ? ERR_INTERNAL : code,
                       "the comment is stored, but cannot be read just now", 0);
    if (!fresh && (code == ERR_NOT_FOUND || !is_same(&stored, &asked->comment, post->req->arena))) {
        post->res->pointer = "/id";
        return err_set(err, ERR_CONFLICT, "something else has this id already", 0);
    }
    /* Hidden or withdrawn since: its author learns no more than anyone. */
    if (stored.status != STATUS_HELD && stored.status != STATUS_PUBLIC)
        return err_set(err, ERR_GONE, "the comment was stored, and is no longer shown", 0);
    TRY(api_comment_send(post, &stored, err));
    if (!fresh)
        return ERR_OK;
    static const char folder[] = "/api/comments/";
    char *location = arena_alloc(post->req->arena, sizeof(folder) + UUID_TEXT);
    if (!location)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    memcpy(location, folder, sizeof(folder) - 1);
    uuid_text(asked->id, location + sizeof(folder) - 1);
    http_add_header(post->res, "Location", location);
    post->res->status = 201;
    return ERR_OK;
}

/* POST /api/comments: one comment, the client's id. */
enum err_code api_comments_create(struct app *app, const struct http_request *req,
                                  struct http_response *res, struct err *err)
{
    struct json_new_comment *asked = ARENA_NEW(req->arena, struct json_new_comment);
    if (!asked)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(json_comment_from(req->body, req->arena, asked, &res->pointer, err));
    TRY(api_post_speaker(app, req, asked->comment.space_id, &asked->comment.pen_name, err));
    const struct op_head head =
        api_post_head(app, asked->id, api_post_author(app, asked->id), 0, 0);
    struct api_post post = {
        .app = app, .req = req, .res = res, .answer = answer_create, .asked = asked};
    TRY(op_build_comment(req->arena, &head, &asked->comment, &post.op, err));
    return api_post(&post, err);
}
