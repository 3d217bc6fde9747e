/* GET /feed.atom: the newest public comments for feed readers (RFC 4287, GeoRSS Simple). */
#include "server/api/answer.h"
#include "server/api/comments.h"
#include "tiles/base/num.h"

enum { ENTRIES = 50 };

/* The store holds no control characters but line feed and tab, so this is all XML asks for. */
static void add_text(struct buf *out, struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.data[i]) {
        case '&':
            buf_add_str(out, "&amp;");
            break;
        case '<':
            buf_add_str(out, "&lt;");
            break;
        case '>':
            buf_add_str(out, "&gt;");
            break;
        case '"':
            buf_add_str(out, "&quot;");
            break;
        default:
            buf_add_byte(out, text.data[i]);
        }
    }
}

static void add_element(struct buf *out, const char *name, struct span text)
{
    buf_add_byte(out, '<');
    buf_add_str(out, name);
    buf_add_byte(out, '>');
    add_text(out, text);
    buf_add_str(out, "</");
    buf_add_str(out, name);
    buf_add_byte(out, '>');
}

/* RFC 3339, as JSON writes it, without its quotes. */
static void add_time(struct buf *out, const char *name, int64_t unix_ms)
{
    struct buf quoted;
    struct json json;
    buf_init(&quoted);
    json_begin(&json, &quoted);
    json_time(&json, unix_ms);
    if (quoted.len > 2)
        add_element(out, name, span_of(quoted.data + 1, quoted.len - 2));
    out->failed |= quoted.failed;
    buf_done(&quoted);
}

static void add_urn(struct buf *out, const char *name, struct uuid id)
{
    char text[UUID_TEXT + 1];
    uuid_text(id, text);
    buf_add_byte(out, '<');
    buf_add_str(out, name);
    buf_add_str(out, ">urn:uuid:");
    buf_add_str(out, text);
    buf_add_str(out, "</");
    buf_add_str(out, name);
    buf_add_byte(out, '>');
}

/* Who speaks stands before the words, wherever they are read. */
static void add_content(struct buf *out, const struct store_comment *comment)
{
    const char *label = hat_label(comment->hat);
    buf_add_str(out, "<content type=\"text\">");
    if (label[0]) {
        buf_add_str(out, "【");
        buf_add_str(out, label);
        buf_add_str(out, "】\n");
    }
    add_text(out, comment->text);
    if (comment->source.len) {
        buf_add_str(out, "\n（");
        add_text(out, comment->source);
        buf_add_str(out, "）");
    }
    buf_add_str(out, "</content>");
}

static void add_entry(struct buf *out, const struct store_comment *comment)
{
    char id[UUID_TEXT + 1];
    uuid_text(comment->id, id);
    buf_add_str(out, "<entry>");
    add_urn(out, "id", comment->id);
    add_element(out, "title",
                comment->title.len ? comment->title : span_from_str(kind_label(comment->kind)));
    add_time(out, "published", comment->made_ms);
    add_time(out, "updated", comment->made_ms);
    buf_add_str(out, "<author>");
    add_element(out, "name",
                comment->pen_name.len ? comment->pen_name : span_from_str("名前のない書き込み"));
    buf_add_str(out, "</author><link href=\"/#/c/");
    buf_add_str(out, id);
    buf_add_str(out, "\"/><category term=\"");
    buf_add_str(out, kind_name(comment->kind));
    buf_add_str(out, "\" label=\"");
    buf_add_str(out, kind_label(comment->kind));
    buf_add_str(out, "\"/><georss:point>");
    num_add_e7(out, comment->lat_e7);
    buf_add_byte(out, ' ');
    num_add_e7(out, comment->lon_e7);
    buf_add_str(out, "</georss:point>");
    add_content(out, comment);
    buf_add_str(out, "</entry>\n");
}

enum err_code api_feed_get(struct app *app, const struct http_request *req,
                           struct http_response *res, struct err *err)
{
    const struct store_info *info = store_info(app->store);
    const struct store_filter all = {0};
    struct store_page page;
    TRY(store_comments_list(app_reader(app, req), &store_anyone, &all, 0, ENTRIES, req->arena,
                            &page, err));
    int64_t updated_ms = info->made_ms;
    for (size_t i = 0; i < page.count; i++)
        if (page.comments[i].made_ms > updated_ms)
            updated_ms = page.comments[i].made_ms;
    struct buf out;
    buf_init(&out);
    buf_add_str(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<feed xmlns=\"http://www.w3.org/2005/Atom\""
                      " xmlns:georss=\"http://www.georss.org/georss\" xml:lang=\"ja\">");
    add_urn(&out, "id", info->server_id);
    buf_add_str(&out, "<title>");
    add_text(&out, span_from_str(info->name));
    buf_add_str(&out, info->demo ? "（架空のまち）の書き込み</title>" : "の書き込み</title>");
    add_time(&out, "updated", updated_ms);
    buf_add_str(&out, "<link rel=\"self\" href=\"/feed.atom\"/>\n");
    for (size_t i = 0; i < page.count; i++)
        add_entry(&out, &page.comments[i]);
    buf_add_str(&out, "</feed>\n");
    TRY(api_send(req, res, "application/atom+xml", &out, err));
    return api_etag(app, req, res, page.newest, err);
}
