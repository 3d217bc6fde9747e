#include <stdio.h>
#include <unistd.h>

#include "server/api/service.h"
#include "server/app.h"
#include "server/http/metrics.h"
#include "server/live/comment_tile.h"
#include "server/live/hub.h"
#include "server/peer/line.h"
#include "server/photo/photo.h"
#include "server/store/writer.h"

/* Resident memory; 0 where the system does not tell. */
static int64_t resident_bytes(void)
{
    long total = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    const int got = file ? fscanf(file, "%ld %ld", &total, &resident) : 0;
    if (file)
        fclose(file);
    return got == 2 ? (int64_t)resident * sysconf(_SC_PAGESIZE) : 0;
}

static void add_writer(struct buf *out, struct app *app)
{
    struct store_writer_stats stats;
    store_writer_stats(app->writer, &stats);
    http_metric_add(out, "kakikomap_writer_commits_total", "counter", "Transactions committed.",
                    (int64_t)stats.commits);
    http_metric_add(out, "kakikomap_writer_ops_total", "counter", "Operations taken.",
                    (int64_t)stats.ops);
    http_metric_add(out, "kakikomap_writer_queued", "gauge", "Batches waiting to be written.",
                    (int64_t)stats.queued_now);
    http_metric_add(out, "kakikomap_writer_busy_microseconds_total", "counter",
                    "Time inside transactions.", (int64_t)stats.busy_us);
}

static void add_tiles(struct buf *out, struct app *app)
{
    struct comment_tiles_stats stats;
    comment_tiles_stats(app->comment_tiles, &stats);
    http_metric_add(out, "kakikomap_comment_tile_hits_total", "counter",
                    "Comment tiles answered from memory.", (int64_t)stats.hits);
    http_metric_add(out, "kakikomap_comment_tile_cuts_total", "counter", "Comment tiles cut.",
                    (int64_t)stats.cuts);
    http_metric_add(out, "kakikomap_comment_tile_dropped_total", "counter",
                    "Comment tiles dropped because a change touched them.", (int64_t)stats.dropped);
    http_metric_add(out, "kakikomap_comment_tile_evicted_total", "counter",
                    "Comment tiles dropped for room.", (int64_t)stats.evicted);
    http_metric_add(out, "kakikomap_comment_tile_bytes", "gauge", "Memory of cut comment tiles.",
                    (int64_t)stats.bytes);
}

static void add_store(struct buf *out, const struct store_counts *counts)
{
    http_metric_add(out, "kakikomap_store_change", "gauge", "The newest change number.",
                    (int64_t)counts->changes);
    http_metric_add(out, "kakikomap_store_comments", "gauge", "Comments, public or not.",
                    (int64_t)counts->comments);
    http_metric_add(out, "kakikomap_store_comments_public", "gauge", "Public comments.",
                    (int64_t)counts->comments_public);
    http_metric_add(out, "kakikomap_store_quarantined", "gauge", "Operations in quarantine.",
                    (int64_t)counts->quarantined);
    http_metric_add(out, "kakikomap_store_bytes", "gauge", "Size of the database.",
                    (int64_t)counts->database_bytes);
    http_metric_add(out, "kakikomap_store_wal_bytes", "gauge", "Size of its write-ahead log.",
                    (int64_t)counts->wal_bytes);
    http_metric_add(out, "kakikomap_store_free_bytes", "gauge", "Room on its file system.",
                    (int64_t)counts->free_bytes);
}

static void add_live(struct buf *out, struct app *app)
{
    struct live_stats stats;
    live_hub_stats(app->hub, &stats);
    http_metric_add(out, "kakikomap_live_listeners", "gauge", "Open maps that listen.",
                    (int64_t)stats.listeners);
    http_metric_add(out, "kakikomap_live_events_total", "counter", "Events published.",
                    (int64_t)stats.events);
    http_metric_add(out, "kakikomap_live_dropped_total", "counter",
                    "Listeners hung up on because they read too slowly.", (int64_t)stats.dropped);
}

static void add_photos(struct buf *out, struct app *app, const struct store_blob_counts *counts)
{
    struct photos_stats stats = {0};
    if (app->photos)
        photos_stats(app->photos, &stats);
    http_metric_add(out, "kakikomap_photo_received_bytes_total", "counter",
                    "Bytes of photos taken from devices.", (int64_t)stats.bytes);
    http_metric_add(out, "kakikomap_photos_received_total", "counter",
                    "Photos that came whole, from devices and servers.", (int64_t)stats.received);
    http_metric_add(out, "kakikomap_photos_made_total", "counter", "Photos made anew.",
                    (int64_t)stats.made);
    http_metric_add(out, "kakikomap_photos_refused_total", "counter",
                    "Files that are no photo that is taken.", (int64_t)stats.refused);
    http_metric_add(out, "kakikomap_photos_covered_total", "counter",
                    "Redactions carried out on photos.", (int64_t)stats.covered);
    http_metric_add(out, "kakikomap_photos_erased_total", "counter",
                    "Photos whose files were erased.", (int64_t)stats.erased);
    http_metric_add(out, "kakikomap_photos_queued", "gauge", "Photos waiting for a worker.",
                    (int64_t)stats.queued_now);
    http_metric_add(out, "kakikomap_photos_awaited", "gauge",
                    "Photos of the log whose bytes have not come.", (int64_t)counts->awaited);
    http_metric_add(out, "kakikomap_photos", "gauge", "Photos whose bytes are here.",
                    (int64_t)counts->here);
    http_metric_add(out, "kakikomap_photo_bytes", "gauge", "Size of their files.",
                    (int64_t)counts->bytes);
}

static void add_line(struct buf *out, struct app *app)
{
    struct peer_line_status line = {0};
    if (app->line)
        peer_line_status(app->line, &line);
    http_metric_add(out, "kakikomap_peer_line_up", "gauge",
                    "The city is reached (1), or there is none to reach or it is not (0).",
                    line.state == PEER_LINE_UP);
    http_metric_add(out, "kakikomap_peer_fetched_total", "counter",
                    "Operations fetched from the city.", (int64_t)line.fetched);
    http_metric_add(out, "kakikomap_peer_pushed_total", "counter", "Operations pushed to the city.",
                    (int64_t)line.pushed);
    http_metric_add(out, "kakikomap_peer_photos_fetched_total", "counter",
                    "Photos fetched from the city.", (int64_t)line.photos_in);
    http_metric_add(out, "kakikomap_peer_photos_pushed_total", "counter",
                    "Photos pushed to the city.", (int64_t)line.photos_out);
    http_metric_add(out, "kakikomap_peer_failures_total", "counter",
                    "Exchanges with the city that failed.", (int64_t)line.failures);
}

enum err_code api_metrics_get(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err)
{
    struct store_counts counts;
    struct store_blob_counts blobs;
    TRY(store_counts(app_reader(app, req), &counts, err));
    TRY(store_blob_counts(app_reader(app, req), &blobs, err));
    CLEANUP(buf_done) struct buf text = {0};
    http_metrics_write(app->metrics, &text);
    add_writer(&text, app);
    add_tiles(&text, app);
    add_live(&text, app);
    add_photos(&text, app, &blobs);
    add_line(&text, app);
    add_store(&text, &counts);
    http_metric_add(&text, "kakikomap_resident_bytes", "gauge", "Memory of the process.",
                    resident_bytes());
    http_metric_add(&text, "kakikomap_uptime_seconds", "gauge", "Since the start.",
                    (req->now_ms - app->started_ms) / 1000);
    const char *copy = text.failed ? NULL : arena_copy(req->arena, buf_span(&text));
    if (!copy)
        return err_set(err, ERR_NOMEM, "no memory for the answer", 0);
    http_send_bytes(res, "text/plain; version=0.0.4; charset=utf-8", span_of(copy, text.len));
    return ERR_OK;
}
