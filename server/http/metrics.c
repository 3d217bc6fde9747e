#include "server/http/metrics.h"

#include <stdlib.h>

#include "tiles/base/num.h"

static const int statuses[] = {200, 201, 204, 206, 304, 400, 401, 403, 404, 405, 408, 409,
                               410, 413, 415, 416, 422, 429, 431, 500, 503, 507, 0};
static const int64_t bounds_us[] = {100,   500,    1000,   5000,    10000,
                                    50000, 100000, 500000, 1000000, 5000000};

struct counts {
    atomic_uint_least64_t by_status[LENGTH(statuses)];
    atomic_uint_least64_t by_time[LENGTH(bounds_us) + 1];
    atomic_uint_least64_t bytes, us;
};

struct http_metrics {
    const struct endpoint *table;
    size_t count; /* of endpoints; one more row counts what fitted none */
    unsigned slots;
    atomic_int_least64_t connections, streams;
    atomic_uint_least64_t accepted, late;
    struct counts counts[]; /* [slot][endpoint] */
};

struct http_metrics *http_metrics_new(const struct endpoint *table, size_t count, unsigned slots)
{
    struct http_metrics *metrics =
        calloc(1, sizeof *metrics + sizeof(struct counts) * (count + 1) * slots);
    if (metrics) {
        metrics->table = table;
        metrics->count = count;
        metrics->slots = slots;
    }
    return metrics;
}

void http_metrics_free(struct http_metrics *metrics)
{
    free(metrics);
}

static void add(atomic_uint_least64_t *counter, uint64_t value)
{
    atomic_fetch_add_explicit(counter, value, memory_order_relaxed);
}

static uint64_t get(const atomic_uint_least64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void http_metrics_count(struct http_metrics *metrics, unsigned slot,
                        const struct endpoint *endpoint, int status, uint64_t bytes, int64_t us)
{
    const size_t row = endpoint ? (size_t)(endpoint - metrics->table) : metrics->count;
    struct counts *counts = &metrics->counts[slot * (metrics->count + 1) + row];
    size_t at = 0, bucket = 0;
    while (statuses[at] && statuses[at] != status)
        at++;
    while (bucket < LENGTH(bounds_us) && us > bounds_us[bucket])
        bucket++;
    add(&counts->by_status[at], 1);
    add(&counts->by_time[bucket], 1);
    add(&counts->bytes, bytes);
    add(&counts->us, us > 0 ? (uint64_t)us : 0);
}

void http_metrics_connections(struct http_metrics *metrics, int change)
{
    atomic_fetch_add_explicit(&metrics->connections, change, memory_order_relaxed);
    if (change > 0)
        add(&metrics->accepted, 1);
}

void http_metrics_streams(struct http_metrics *metrics, int change)
{
    atomic_fetch_add_explicit(&metrics->streams, change, memory_order_relaxed);
}

void http_metrics_late(struct http_metrics *metrics)
{
    add(&metrics->late, 1);
}

int64_t http_metrics_connections_now(const struct http_metrics *metrics)
{
    return atomic_load_explicit(&metrics->connections, memory_order_relaxed);
}

/* --- Reading --- */

struct sums {
    uint64_t by_status[LENGTH(statuses)];
    uint64_t by_time[LENGTH(bounds_us) + 1];
    uint64_t bytes, us, requests;
};

static struct sums sums_of(const struct http_metrics *metrics, size_t row)
{
    struct sums sums = {0};
    for (unsigned slot = 0; slot < metrics->slots; slot++) {
        const struct counts *counts = &metrics->counts[slot * (metrics->count + 1) + row];
        for (size_t i = 0; i < LENGTH(statuses); i++)
            sums.by_status[i] += get(&counts->by_status[i]);
        for (size_t i = 0; i <= LENGTH(bounds_us); i++)
            sums.by_time[i] += get(&counts->by_time[i]);
        sums.bytes += get(&counts->bytes);
        sums.us += get(&counts->us);
    }
    for (size_t i = 0; i <= LENGTH(bounds_us); i++)
        sums.requests += sums.by_time[i];
    return sums;
}

uint64_t http_metrics_requests(const struct http_metrics *metrics)
{
    uint64_t requests = 0;
    for (size_t row = 0; row <= metrics->count; row++)
        requests += sums_of(metrics, row).requests;
    return requests;
}

static const char *const method_names[] = {
    [HTTP_GET] = "GET",     [HTTP_POST] = "POST",     [HTTP_PUT] = "PUT",
    [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS",
    [HTTP_OTHER] = "other",
};

static void add_labels(const struct http_metrics *metrics, size_t row, struct buf *out)
{
    const struct endpoint *endpoint = row < metrics->count ? &metrics->table[row] : NULL;
    buf_add_str(out, "{endpoint=\"");
    buf_add_str(out, endpoint ? endpoint->pattern : "");
    buf_add_str(out, "\",method=\"");
    buf_add_str(out, endpoint ? method_names[endpoint->method] : "");
    buf_add_str(out, "\"");
}

static void add_value(struct buf *out, uint64_t value)
{
    buf_add_str(out, "} ");
    buf_add_int(out, (int64_t)value);
    buf_add_byte(out, '\n');
}

static void add_seconds(struct buf *out, uint64_t us)
{
    num_add_fixed(out, (double)us / 1e6, 6);
}

static void write_requests(const struct http_metrics *metrics, struct buf *out)
{
    buf_add_str(out, "# HELP kakikomap_http_requests_total Requests answered.\n"
                     "# TYPE kakikomap_http_requests_total counter\n");
    for (size_t row = 0; row <= metrics->count; row++) {
        const struct sums sums = sums_of(metrics, row);
        for (size_t i = 0; i < LENGTH(statuses); i++) {
            if (!sums.by_status[i])
                continue;
            buf_add_str(out, "kakikomap_http_requests_total");
            add_labels(metrics, row, out);
            buf_add_str(out, ",status=\"");
            if (statuses[i])
                buf_add_int(out, statuses[i]);
            else
                buf_add_str(out, "other");
            buf_add_str(out, "\"");
            add_value(out, sums.by_status[i]);
        }
    }
}

static void write_times(const struct http_metrics *metrics, struct buf *out)
{
    static const char name[] = "kakikomap_http_request_duration_seconds";
    buf_add_str(out, "# HELP kakikomap_http_request_duration_seconds From the request line to the "
                     "last byte of the answer.\n"
                     "# TYPE kakikomap_http_request_duration_seconds histogram\n");
    for (size_t row = 0; row <= metrics->count; row++) {
        const struct sums sums = sums_of(metrics, row);
        uint64_t below = 0;
        for (size_t i = 0; sums.requests && i <= LENGTH(bounds_us); i++) {
            below += sums.by_time[i];
            buf_add_str(out, name);
            buf_add_str(out, "_bucket");
            add_labels(metrics, row, out);
            buf_add_str(out, ",le=\"");
            if (i < LENGTH(bounds_us))
                add_seconds(out, (uint64_t)bounds_us[i]);
            else
                buf_add_str(out, "+Inf");
            buf_add_str(out, "\"");
            add_value(out, below);
        }
        if (!sums.requests)
            continue;
        buf_add_str(out, name);
        buf_add_str(out, "_sum");
        add_labels(metrics, row, out);
        buf_add_str(out, "} ");
        add_seconds(out, sums.us);
        buf_add_byte(out, '\n');
        buf_add_str(out, name);
        buf_add_str(out, "_count");
        add_labels(metrics, row, out);
        add_value(out, sums.requests);
    }
}

void http_metric_add(struct buf *out, const char *name, const char *type, const char *help,
                     int64_t value)
{
    buf_add_str(out, "# HELP ");
    buf_add_str(out, name);
    buf_add_byte(out, ' ');
    buf_add_str(out, help);
    buf_add_str(out, "\n# TYPE ");
    buf_add_str(out, name);
    buf_add_byte(out, ' ');
    buf_add_str(out, type);
    buf_add_byte(out, '\n');
    buf_add_str(out, name);
    buf_add_byte(out, ' ');
    buf_add_int(out, value);
    buf_add_byte(out, '\n');
}

void http_metrics_write(const struct http_metrics *metrics, struct buf *out)
{
    write_requests(metrics, out);
    write_times(metrics, out);
    uint64_t bytes = 0;
    for (size_t row = 0; row <= metrics->count; row++)
        bytes += sums_of(metrics, row).bytes;
    http_metric_add(out, "kakikomap_http_response_bytes_total", "counter",
                    "Bytes of bodies queued for sending.", (int64_t)bytes);
    http_metric_add(out, "kakikomap_http_connections", "gauge", "Open connections.",
                    http_metrics_connections_now(metrics));
    http_metric_add(out, "kakikomap_http_connections_total", "counter", "Connections accepted.",
                    (int64_t)get(&metrics->accepted));
    http_metric_add(out, "kakikomap_http_streams", "gauge", "Live streams open.",
                    atomic_load_explicit(&metrics->streams, memory_order_relaxed));
    http_metric_add(out, "kakikomap_http_deadlines_total", "counter",
                    "Connections cut because a deadline had passed.", (int64_t)get(&metrics->late));
}
