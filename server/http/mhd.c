#include "server/http/mhd.h"

#include <assert.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/clock.h"
#include "server/http/exchange.h"
#include "server/http/listen.h"
#include "server/http/mhd_reply.h"
#include "server/http/peer.h"
#include "server/http/problem.h"
#include "server/http/watch.h"
#include "server/log.h"

enum {
    /* Request line, headers, a copy of the cookie, and the answer's headers. libmicrohttpd holds it
     * for as long as the connection is open: 900 tablets of it are what the server weighs. */
    CONNECTION_MEMORY = 12 * 1024,
    SPILL_MAX = 1 << 20,  /* a refused body up to this is read, and the connection kept */
    LEAVE_MAX = 64 << 20, /* beyond this we hang up on who goes on sending */
    BODY_RATE = 16,       /* bytes a millisecond, the slowest welcome body */
    SEND_RATE = 4,        /* the slowest reader of an answer */
    SPARE_FILES = 128,    /* database, archives, logs */
};

struct http_server {
    struct MHD_Daemon *daemon;
    const struct config *config;
    const struct http_service *service;
    struct http_port port;
    struct http_metrics *metrics;
    struct http_watch *watch;
    struct body_budget budget;
    atomic_uint next_slot;
    atomic_uint_least64_t next_id;
    atomic_int under_way; /* exchanges */
    atomic_bool stopping; /* answers close their connection */
    atomic_bool closed;   /* no handler runs any more */
    atomic_int running;   /* handlers right now */
    int listen_fd;
    char *tls_certificate, *tls_key;
    char url[HTTP_URL_MAX];
};

/* The pool's threads are numbered as they first see a request. */
static _Thread_local unsigned thread_slot = UINT32_MAX;

static unsigned slot_of_thread(struct http_server *server)
{
    if (thread_slot == UINT32_MAX)
        thread_slot = server->port.first_slot + atomic_fetch_add(&server->next_slot, 1);
    assert(thread_slot < server->port.first_slot + (unsigned)server->config->threads);
    return thread_slot;
}

static struct http_watched *watched_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static void set_phase(struct exchange *exchange, enum http_phase phase, int64_t within_ms)
{
    http_watched_set(watched_of(exchange->connection), phase,
                     within_ms ? clock_mono_ms() + within_ms : 0);
}

/* --- Waiting for another thread --- */

static void suspend(struct http_exchange *base)
{
    struct exchange *exchange = (struct exchange *)base;
    exchange->stage = STAGE_WAIT;
    MHD_suspend_connection(exchange->connection);
}

static void resume(struct http_exchange *base)
{
    struct exchange *exchange = (struct exchange *)base;
    MHD_resume_connection(exchange->connection);
}

/* --- Answering --- */

static enum MHD_Result send_answer(struct http_server *server, struct exchange *exchange)
{
    exchange->stage = STAGE_SENT;
    struct mhd_reply reply = {
        .connection = exchange->connection,
        .exchange = exchange,
        .req = &exchange->req,
        .res = &exchange->res,
        .is_public = !exchange->endpoint || exchange->endpoint->access == ACCESS_PUBLIC,
        .must_close = exchange->must_close || atomic_load(&server->stopping),
        .hsts = server->config->hsts,
    };
    bool ok = mhd_reply_send(&reply);
    if (!ok) {
        const struct err err = {ERR_NOMEM, "the answer could not be made", 0};
        exchange_fail(exchange, ERR_NOMEM, &err);
        ok = mhd_reply_send(&reply);
    }
    exchange->status = reply.status;
    exchange->bytes = reply.bytes;
    exchange->is_stream = reply.is_stream;
    if (reply.is_stream) {
        http_metrics_streams(server->metrics, 1);
        set_phase(exchange, PHASE_SEND, 0); /* who reads too slowly is dropped by the hub */
    } else {
        set_phase(exchange, PHASE_SEND,
                  server->config->idle_timeout * 1000 + (int64_t)(reply.bytes / SEND_RATE));
    }
    return ok ? MHD_YES : MHD_NO;
}

static enum MHD_Result finish(struct http_server *server, struct exchange *exchange,
                              enum err_code code, const struct err *err)
{
    if (code != ERR_OK)
        exchange_fail(exchange, code, err);
    return send_answer(server, exchange);
}

static enum MHD_Result run(struct http_server *server, struct exchange *exchange)
{
    struct err err = {0};
    set_phase(exchange, PHASE_WORK, 0);
    /* Counted before looking: who drains waits for all that have got past this line. */
    atomic_fetch_add(&server->running, 1);
    enum err_code code;
    if (atomic_load(&server->closed))
        code = err_set(&err, ERR_BUSY, "the server is stopping; try again later", 0);
    else
        code = exchange_run(exchange, server->service, &err);
    const bool waits = exchange->base.suspended;
    atomic_fetch_sub(&server->running, 1);
    return waits ? MHD_YES : finish(server, exchange, code, &err);
}

/* --- Refusing while a body is on its way --- */

static bool expects_continue(const struct http_request *req)
{
    struct span value;
    return http_header(req, "Expect", &value);
}

/* The answer goes out at once, past libmicrohttpd, which can only answer before or after a body;
 * then the rest is read for a while: closing at once would reset the connection, and the client
 * would lose the answer while still sending (RFC 9112, 9.6). */
static bool answer_past(struct exchange *exchange)
{
    const struct http_response *res = &exchange->res;
    char head[512];
    const int len = snprintf(
        head, sizeof head,
        "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        "Referrer-Policy: same-origin\r\n"
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
        "Cross-Origin-Resource-Policy: same-origin\r\nX-Request-Id: %llu\r\n\r\n",
        res->status, MHD_get_reason_phrase_for((unsigned)res->status), res->content_type,
        res->bytes.len, (unsigned long long)exchange->req.id);
    const int fd = http_watched_fd(watched_of(exchange->connection));
    if (fd < 0 || len < 0 || (size_t)len >= sizeof head)
        return false;
    const int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
    if (send(fd, head, (size_t)len, flags | MSG_MORE) != len ||
        send(fd, res->bytes.data, res->bytes.len, flags) != (ssize_t)res->bytes.len)
        return false;
    exchange->status = res->status;
    exchange->bytes = res->bytes.len;
    return true;
}

static enum MHD_Result refuse(struct http_server *server, struct exchange *exchange,
                              enum err_code code, const struct err *err)
{
    const bool has_body = exchange->framing.is_chunked || exchange->framing.length > 0;
    exchange_fail(exchange, code, err);
    const bool may_answer = exchange->stage == STAGE_HEAD; /* not in the middle of a body */
    if (may_answer && (exchange->must_close || (has_body && expects_continue(&exchange->req)) ||
                       exchange->framing.length > LEAVE_MAX))
        return send_answer(server, exchange);
    buf_done(&exchange->body);
    if (!exchange->framing.is_chunked && exchange->framing.length <= SPILL_MAX) {
        exchange->stage = STAGE_SPILL;
        return MHD_YES;
    }
    if (server->port.is_tls) /* the bytes would have to pass through the TLS session */
        exchange->stage = STAGE_SPILL;
    else if (answer_past(exchange))
        exchange->stage = STAGE_LEAVE;
    else
        return MHD_NO;
    return MHD_YES;
}

static enum MHD_Result throw_away(struct exchange *exchange, size_t *len)
{
    exchange->spilled += *len;
    *len = 0;
    return exchange->spilled > LEAVE_MAX ? MHD_NO : MHD_YES;
}

/* --- libmicrohttpd's callbacks --- */

static void *on_request_line(void *context, const char *uri, struct MHD_Connection *connection)
{
    struct http_server *server = context;
    struct exchange *exchange = exchange_new(uri);
    if (!exchange)
        return NULL;
    exchange->server = server;
    exchange->connection = connection;
    exchange->base.suspend = suspend;
    exchange->base.resume = resume;
    exchange->req.slot = slot_of_thread(server);
    exchange->req.id = atomic_fetch_add_explicit(&server->next_id, 1, memory_order_relaxed);
    atomic_fetch_add(&server->under_way, 1);
    set_phase(exchange, PHASE_HEAD, server->config->header_timeout * 1000);
    return exchange;
}

static enum MHD_Result gather_header(void *context, enum MHD_ValueKind kind, const char *key,
                                     size_t key_len, const char *value, size_t value_len)
{
    (void)kind;
    struct exchange *exchange = context;
    if (exchange->header_count == HTTP_MAX_HEADERS) {
        exchange->too_many_headers = true;
        return MHD_NO;
    }
    exchange->headers[exchange->header_count++] =
        (struct http_pair){span_of(key, key_len), span_of(value ? value : "", value_len)};
    return MHD_YES;
}

static void fill_peer(struct http_server *server, struct exchange *exchange)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    http_peer_from(info ? info->client_addr : NULL, server->port.is_tls, server->config->public_url,
                   &exchange->req, &exchange->req.peer);
}

static size_t head_bytes_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}

static enum MHD_Result on_head(struct http_server *server, struct exchange *exchange,
                               const char *method, const char *version)
{
    MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, gather_header, exchange);
    exchange->req.headers = exchange->headers;
    exchange->req.header_count = exchange->header_count;
    fill_peer(server, exchange);
    struct err err = {0};
    bool answered;
    const enum err_code code = exchange_admit(exchange, server->service, method, version,
                                              head_bytes_of(exchange->connection), &answered, &err);
    const uint64_t length = exchange->framing.length;
    set_phase(exchange, PHASE_BODY,
              server->config->body_timeout * 1000 +
                  (int64_t)((length < LEAVE_MAX ? length : LEAVE_MAX) / BODY_RATE));
    if (code != ERR_OK)
        return refuse(server, exchange, code, &err);
    /* An answer queued now would close the connection: libmicrohttpd calls again, body or not. */
    exchange->stage = answered ? STAGE_SPILL : STAGE_BODY;
    return MHD_YES;
}

static enum MHD_Result on_body(struct http_server *server, struct exchange *exchange,
                               const char *bytes, size_t *len)
{
    if (*len == 0)
        return run(server, exchange);
    struct err err = {0};
    const enum err_code code = exchange_keep(exchange, &server->budget, span_of(bytes, *len), &err);
    *len = 0;
    return code == ERR_OK ? MHD_YES : refuse(server, exchange, code, &err);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *bytes,
                                  size_t *len, void **con_cls)
{
    (void)url; /* decoded by libmicrohttpd's rules; ours come from the raw target */
    (void)connection;
    struct http_server *server = context;
    struct exchange *exchange = *con_cls;
    if (!exchange)
        return MHD_NO;
    switch (exchange->stage) {
    case STAGE_HEAD:
        return on_head(server, exchange, method, version);
    case STAGE_BODY:
        return on_body(server, exchange, bytes, len);
    case STAGE_SPILL:
        return *len ? throw_away(exchange, len) : send_answer(server, exchange);
    case STAGE_LEAVE:
        return *len ? throw_away(exchange, len) : MHD_NO;
    case STAGE_WAIT:
        exchange->base.suspended = false;
        return finish(server, exchange, exchange->base.code, &exchange->base.err);
    case STAGE_SENT:
        break;
    }
    return MHD_NO;
}

static void log_request(const struct exchange *exchange, const char *end, int64_t us)
{
    static const char *const names[] = {"GET",    "POST",    "PUT",  "PATCH",
                                        "DELETE", "OPTIONS", "other"};
    const bool quiet = exchange->endpoint && exchange->endpoint->frequent && exchange->status < 400;
    const enum log_level level = exchange->status >= 500 ? LOG_WARN : quiet ? LOG_DEBUG : LOG_INFO;
    if (!log_is_on(level))
        return;
    const char *method = exchange->req.is_head ? "HEAD" : names[exchange->req.method];
    log_line(level, "request", "id=%llu method=%s endpoint=%s status=%d bytes=%llu ms=%.1f end=%s",
             (unsigned long long)exchange->req.id, method,
             exchange->endpoint ? exchange->endpoint->pattern : "-", exchange->status,
             (unsigned long long)exchange->bytes, (double)us / 1000.0, end);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **con_cls,
                         enum MHD_RequestTerminationCode code)
{
    static const char *const ends[] = {
        [MHD_REQUEST_TERMINATED_COMPLETED_OK] = "ok",
        [MHD_REQUEST_TERMINATED_WITH_ERROR] = "error",
        [MHD_REQUEST_TERMINATED_TIMEOUT_REACHED] = "timeout",
        [MHD_REQUEST_TERMINATED_DAEMON_SHUTDOWN] = "stop",
        [MHD_REQUEST_TERMINATED_READ_ERROR] = "read",
        [MHD_REQUEST_TERMINATED_CLIENT_ABORT] = "client",
    };
    struct http_server *server = context;
    struct exchange *exchange = *con_cls;
    *con_cls = NULL;
    http_watched_set(watched_of(connection), PHASE_IDLE,
                     clock_mono_ms() + server->config->idle_timeout * 1000);
    if (!exchange)
        return;
    const int64_t us = clock_mono_us() - exchange->started_us;
    log_request(exchange, ends[(size_t)code < LENGTH(ends) ? code : 1], us);
    if (exchange->is_stream)
        http_metrics_streams(server->metrics, -1);
    http_metrics_count(server->metrics, exchange->req.slot, exchange->endpoint, exchange->status,
                       exchange->bytes, exchange->is_stream ? 0 : us);
    exchange_free(exchange, &server->budget);
    atomic_fetch_sub(&server->under_way, 1);
}

/* A vanished client is noticed when what we send is not acknowledged. */
static void set_up_socket(int fd)
{
    const int on = 1;
    const unsigned unanswered_ms = 30000;
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unanswered_ms, sizeof unanswered_ms);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        http_watch_remove(server->watch, *socket_context);
        *socket_context = NULL;
        http_metrics_connections(server->metrics, -1);
        return;
    }
    http_metrics_connections(server->metrics, 1);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (!info)
        return;
    set_up_socket(info->connect_fd);
    *socket_context = http_watch_add(server->watch, info->connect_fd,
                                     clock_mono_ms() + server->config->header_timeout * 1000);
}

static void on_late(void *context)
{
    struct http_server *server = context;
    http_metrics_late(server->metrics);
}

static void on_mhd_log(void *context, const char *format, va_list args) PRINTF_LIKE(2, 0);

/* Its notes are about single connections: a client's fault, mostly. */
static void on_mhd_log(void *context, const char *format, va_list args)
{
    (void)context;
    if (!log_is_on(LOG_DEBUG))
        return;
    char text[512];
    vsnprintf(text, sizeof text, format, args);
    text[strcspn(text, "\r\n")] = '\0';
    log_line(LOG_DEBUG, "microhttpd", "note=\"%s\"", text);
}

/* --- Start and stop --- */

static enum err_code read_pem(const char *path, char **ret, struct config_problem *problem)
{
    enum { PEM_MAX = 1 << 20 };
    char *text = calloc(1, PEM_MAX + 1);
    FILE *file = text ? fopen(path, "rb") : NULL;
    const int fault = errno;
    const size_t len = file ? fread(text, 1, PEM_MAX, file) : 0;
    if (file)
        fclose(file);
    if (len == 0 || !strstr(text, "-----BEGIN ")) {
        free(text);
        snprintf(problem->text, sizeof problem->text, "%.300s: no PEM file%s%s", path,
                 file ? "" : ": ", file ? "" : strerror(fault));
        return ERR_USAGE;
    }
    *ret = text;
    return ERR_OK;
}

/* Each connection is a file; without room for them accept fails and clients hang. */
static unsigned connections_within_limits(int64_t wanted)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return (unsigned)wanted;
    const rlim_t needed = (rlim_t)wanted + SPARE_FILES;
    if (files.rlim_cur < needed && files.rlim_cur != RLIM_INFINITY) {
        files.rlim_cur =
            files.rlim_max == RLIM_INFINITY || files.rlim_max > needed ? needed : files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
        getrlimit(RLIMIT_NOFILE, &files);
    }
    if (files.rlim_cur >= needed || files.rlim_cur == RLIM_INFINITY)
        return (unsigned)wanted;
    const unsigned fit = files.rlim_cur > 2 * SPARE_FILES ? (unsigned)files.rlim_cur - SPARE_FILES
                                                          : (unsigned)files.rlim_cur / 2;
    log_line(LOG_WARN, "connections", "limit=%u wanted=%lld why=\"too few open files allowed\"",
             fit, (long long)wanted);
    return fit;
}

static bool start_daemon(struct http_server *server)
{
    const struct config *config = server->config;
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_ERROR_LOG | (server->port.is_tls ? MHD_USE_TLS : 0);
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, server->tls_certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, server->tls_key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0,
         (void *)(uintptr_t) "SECURE128:%SERVER_PRECEDENCE:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL},
    };
    if (!server->port.is_tls)
        tls[0] = tls[3];
    server->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, /* the logger first: it tells of the others */
        MHD_OPTION_EXTERNAL_LOGGER, on_mhd_log, NULL, MHD_OPTION_LISTEN_SOCKET, server->listen_fd,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)config->threads, MHD_OPTION_CONNECTION_LIMIT,
        connections_within_limits(config->connections), MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        (unsigned)config->connections_per_address, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)config->idle_timeout, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_URI_LOG_CALLBACK, on_request_line, server, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, server, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_ARRAY,
        tls, MHD_OPTION_END);
    return server->daemon != NULL;
}

static enum err_code start(struct http_server *server, struct config_problem *problem)
{
    const struct config *config = server->config;
    if (server->port.is_tls) {
        TRY(read_pem(config->tls_certificate, &server->tls_certificate, problem));
        TRY(read_pem(config->tls_key, &server->tls_key, problem));
    }
    TRY(http_listen(server->port.address, server->port.is_tls, &server->listen_fd, server->url,
                    problem));
    server->watch = http_watch_new(!server->port.is_tls, on_late, server);
    if (server->watch && start_daemon(server))
        return ERR_OK;
    snprintf(problem->text, sizeof problem->text, "the HTTP service did not start%s",
             server->port.is_tls ? ": do certificate and key belong together?" : "");
    return server->port.is_tls ? ERR_USAGE : ERR_IO;
}

enum err_code http_server_open(const struct config *config, const struct http_port *port,
                               const struct http_service *service, struct http_metrics *metrics,
                               struct http_server **ret, struct config_problem *ret_problem)
{
    struct http_server *server = calloc(1, sizeof *server);
    if (!server) {
        snprintf(ret_problem->text, sizeof ret_problem->text, "no memory to start");
        return ERR_NOMEM;
    }
    server->config = config;
    server->port = *port;
    server->service = service;
    server->metrics = metrics;
    server->listen_fd = -1;
    server->budget.max = (size_t)config->body_memory << 20;
    /* Below 2^53, so that JSON readers keep it exactly; rising over restarts. */
    atomic_init(&server->next_id, (uint64_t)clock_unix_ms() << 10);
    const enum err_code code = start(server, ret_problem);
    if (code != ERR_OK) {
        http_server_close(server);
        return code;
    }
    *ret = server;
    return ERR_OK;
}

const char *http_server_url(const struct http_server *server)
{
    return server->url;
}

static void sleep_ms(long ms)
{
    const struct timespec pause = {0, ms * 1000000L};
    nanosleep(&pause, NULL);
}

bool http_server_drain(struct http_server *server, int64_t timeout_ms)
{
    atomic_store(&server->stopping, true);
    const int fd = MHD_quiesce_daemon(server->daemon);
    if (fd >= 0)
        close(fd);
    server->listen_fd = -1;
    const int64_t until = clock_mono_ms() + timeout_ms;
    while (atomic_load(&server->under_way) > 0 && clock_mono_ms() < until)
        sleep_ms(10);
    const bool clean = atomic_load(&server->under_way) == 0;
    if (!clean)
        http_watch_cut_all(server->watch);
    /* A connection may still bring a request: it is refused, for what it needs will be closed. */
    atomic_store(&server->closed, true);
    while (atomic_load(&server->running) > 0)
        sleep_ms(1);
    return clean;
}

void http_server_close(struct http_server *server)
{
    if (!server)
        return;
    if (server->daemon)
        MHD_stop_daemon(server->daemon);
    else if (server->listen_fd >= 0)
        close(server->listen_fd);
    http_watch_free(server->watch);
    if (server->tls_key)
        explicit_bzero(server->tls_key, strlen(server->tls_key));
    free(server->tls_key);
    free(server->tls_certificate);
    free(server);
}
