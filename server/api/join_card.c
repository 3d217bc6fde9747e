/* GET /api/meetings/{id}/card.pdf[?layout=eight]: the sheet with which a class joins. */
#include "server/print/join_card.h"

#include "server/api/meetings.h"
#include "server/api/origin.h"
#include "server/config.h"
#include "server/store/joins.h"

static enum err_code print(struct app *app, const struct http_request *req,
                           const struct store_meeting *meeting, const char *code,
                           enum join_card_layout layout, struct buf *to, struct err *err)
{
    CLEANUP(buf_done) struct buf url = {0};
    api_add_origin(&url, app, req);
    buf_add_str(&url, "/j/");
    buf_add_str(&url, code);
    buf_add_byte(&url, 0);
    const char *title = arena_copy(req->arena, meeting->meeting.title);
    if (url.failed || !title)
        return err_set(err, ERR_NOMEM, "no memory for the sheet", 0);
    const struct join_card card = {
        .city = store_info(app->store)->name,
        .title = title,
        .wifi_name = app->config->wifi_name,
        .wifi_password = app->config->wifi_password,
        .url = (const char *)url.data,
        .code = code,
    };
    return join_card_print(&card, layout, to, err);
}

enum err_code api_join_card_get(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err)
{
    struct caller caller;
    struct store_meeting meeting;
    struct store_join_code code;
    struct span layout = span_from_str("sheet");
    http_query(req, "layout", &layout);
    if (!span_is(layout, "sheet") && !span_is(layout, "eight"))
        return err_set(err, ERR_PARAM, "layout is sheet or eight", 0);
    TRY(api_meeting_for(app, req, RIGHT_LEAD, &caller, &meeting, err));
    TRY(store_joins_of(app_reader(app, req), meeting.id, req->now_ms, &code, err));
    CLEANUP(buf_done) struct buf pdf = {0};
    TRY(print(app, req, &meeting, code.code,
              span_is(layout, "eight") ? JOIN_CARD_EIGHT : JOIN_CARD_SHEET, &pdf, err));
    const char *copy = arena_copy(req->arena, buf_span(&pdf));
    if (!copy)
        return err_set(err, ERR_NOMEM, "no memory for the sheet", 0);
    http_send_bytes(res, "application/pdf", span_of(copy, pdf.len));
    people_vary(res);
    return ERR_OK;
}
