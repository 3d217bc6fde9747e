/*
 * metrics: what the HTTP side counted, for /api/metrics.
 *
 * Threads    Each HTTP thread counts in a block of its own; reading adds them up, so a total may be
 * a request behind. Standard   Prometheus text exposition format 0.0.4.
 */
#pragma once

#include "server/http/endpoints.h"
#include "tiles/base/buf.h"

struct http_metrics;

/* The table must live as long as the metrics. NULL: no memory. */
struct http_metrics *http_metrics_new(const struct endpoint *table, size_t count, unsigned slots);
void http_metrics_free(struct http_metrics *metrics);

/* endpoint NULL: none fitted. */
void http_metrics_count(struct http_metrics *metrics, unsigned slot,
                        const struct endpoint *endpoint, int status, uint64_t bytes, int64_t us);
void http_metrics_connections(struct http_metrics *metrics, int change);
void http_metrics_streams(struct http_metrics *metrics, int change);
void http_metrics_late(struct http_metrics *metrics); /* a deadline passed, a connection was cut */

uint64_t http_metrics_requests(const struct http_metrics *metrics);
int64_t http_metrics_connections_now(const struct http_metrics *metrics);
void http_metrics_write(const struct http_metrics *metrics, struct buf *out);

/* One family of one value, with its HELP and TYPE lines; type is "gauge" or "counter". */
void http_metric_add(struct buf *out, const char *name, const char *type, const char *help,
                     int64_t value);
