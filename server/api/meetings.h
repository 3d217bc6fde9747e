/*
 * meetings: what the handlers of meetings share.
 *
 * Purpose    schema/openapi.yaml, tag meetings. Answers are the caller's alone (private, no-store).
 */
#pragma once

#include "server/api/answer.h"
#include "server/json/meeting.h"
#include "server/people/caller.h"

/* The meeting of the path, the caller, and that it has the right there. Who may not even read it
 * hears that there is none. */
MUST_CHECK enum err_code api_meeting_for(struct app *app, const struct http_request *req,
                                         enum right right, struct caller *ret_caller,
                                         struct store_meeting *ret, struct err *err);

/* {"meeting":…} with its code when the caller leads it; `code` NULL: none. */
MUST_CHECK enum err_code api_meeting_send(const struct http_request *req, struct http_response *res,
                                          const struct store_meeting *meeting, bool leads,
                                          const struct store_join_code *code, struct err *err);

/* The caller's device, which must say its token. */
MUST_CHECK enum err_code api_need_device(const struct caller *caller, struct err *err);

/* --- Handlers --- */

enum err_code api_meetings_list(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err);
enum err_code api_meetings_create(struct app *app, const struct http_request *req,
                                  struct http_response *res, struct err *err);
enum err_code api_meetings_get(struct app *app, const struct http_request *req,
                               struct http_response *res, struct err *err);
enum err_code api_meetings_change(struct app *app, const struct http_request *req,
                                  struct http_response *res, struct err *err);
enum err_code api_meetings_renew(struct app *app, const struct http_request *req,
                                 struct http_response *res, struct err *err);
enum err_code api_meetings_finish(struct app *app, const struct http_request *req,
                                  struct http_response *res, struct err *err);
enum err_code api_meetings_release(struct app *app, const struct http_request *req,
                                   struct http_response *res, struct err *err);
enum err_code api_meetings_pin(struct app *app, const struct http_request *req,
                               struct http_response *res, struct err *err);
enum err_code api_meetings_forget(struct app *app, const struct http_request *req,
                                  struct http_response *res, struct err *err);
/* The sheet to print: Wi-Fi (settings wifi_name, wifi_password) and address as QR codes. */
enum err_code api_join_card_get(struct app *app, const struct http_request *req,
                                struct http_response *res, struct err *err);
enum err_code api_board_get(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err);
enum err_code api_board_live(struct app *app, const struct http_request *req,
                             struct http_response *res, struct err *err);
enum err_code api_presence_put(struct app *app, const struct http_request *req,
                               struct http_response *res, struct err *err);
enum err_code api_join(struct app *app, const struct http_request *req, struct http_response *res,
                       struct err *err);
enum err_code api_join_name(struct app *app, const struct http_request *req,
                            struct http_response *res, struct err *err);
enum err_code api_join_return(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err);
