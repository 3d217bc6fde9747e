/*
 * service: handlers about the service itself.
 *
 * Purpose    /api/health for who watches it, /api/metrics for Prometheus, /api/live for open maps.
 */
#pragma once

#include "server/http/message.h"

struct app;

/* {"status":"ok|degraded","version":…,"change":n,"uptime_s":n,"municipality":…,"demo":…,"archives":[…]}.
 * Degraded: an archive that the store lists cannot be opened; `fault` says why. */
enum err_code api_health_get(struct app *app, const struct http_request *req,
                             struct http_response *res, struct err *err);
/* Prometheus text, version 0.0.4. */
enum err_code api_metrics_get(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err);
/* Server-sent events from the change after Last-Event-ID (or since=), else from now on. The first
 * event is "hello" with the newest change number; "reset" instead of what was missed when that is
 * too much, or when the id is not of this store. */
enum err_code api_live_get(struct app *app, const struct http_request *req,
                           struct http_response *res, struct err *err);
