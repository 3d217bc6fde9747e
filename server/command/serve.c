/* kakikomap serve: opens everything, wires it together, runs until it is asked to stop. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "server/api/archives.h"
#include "server/api/peer_admit.h"
#include "server/app.h"
#include "server/clock.h"
#include "server/command/options.h"
#include "server/config.h"
#include "server/http/assets.h"
#include "server/http/endpoints.h"
#include "server/http/mhd.h"
#include "server/json/write.h"
#include "server/live/comment_tile.h"
#include "server/live/hub.h"
#include "server/live/photo.h"
#include "server/live/wait.h"
#include "server/log.h"
#include "server/moderation/signals.h"
#include "server/peer/line.h"
#include "server/people/caller.h"
#include "server/people/desk.h"
#include "server/people/limit.h"
#include "server/photo/photo.h"
#include "server/store/joins.h"
#include "server/store/writer.h"
#include "server/tls/certificate.h"
#include "server/tls/folder.h"

extern char **environ;

enum {
    DESK_THREADS = 4, /* they wait for the disk: as many share one commit */
    DESK_QUEUE = 1024,
    HASHES_QUEUE = 128, /* three classes that come back at once; 0.02–0.1 s each */
};

/* --- Settings --- */

struct request_of_user {
    bool help, example, check;
    const char *file;
};

static int fail_usage(const struct config_problem *problem)
{
    fprintf(stderr, "kakikomap serve: %s\n", problem->text);
    return EXIT_USAGE;
}

/* What is no setting; false: it is one. */
static bool take_word(const char *word, struct request_of_user *ret)
{
    ret->help |= strcmp(word, "--help") == 0;
    ret->example |= strcmp(word, "--example") == 0;
    ret->check |= strcmp(word, "--check") == 0;
    return strcmp(word, "--help") == 0 || strcmp(word, "--example") == 0 ||
           strcmp(word, "--check") == 0;
}

/* Flags twice: once to find the file, whose settings they beat, and once to set. */
static enum err_code read_flags(int argc, char **argv, struct config *config,
                                struct request_of_user *ret, struct config_problem *problem)
{
    for (int i = 1; i < argc; i++) {
        if (take_word(argv[i], ret))
            continue;
        const char *equals = strchr(argv[i], '=');
        const char *value = equals ? equals + 1 : i + 1 < argc ? argv[i + 1] : NULL;
        if (strncmp(argv[i], "--", 2) != 0 || !value) {
            snprintf(problem->text, sizeof problem->text,
                     strncmp(argv[i], "--", 2) == 0 ? "%.100s needs a value"
                                                    : "\"%.100s\" is too much here; see --help",
                     argv[i]);
            return ERR_USAGE;
        }
        const size_t len = equals ? (size_t)(equals - argv[i]) : strlen(argv[i]);
        const struct span name = span_of(argv[i] + 2, len - 2);
        if (span_is(name, "config"))
            ret->file = value;
        else if (config)
            TRY(config_set(config, name, span_from_str(value), "command line", problem));
        i += !equals;
    }
    return ERR_OK;
}

/* Certificates that lie in the data folder are used without further words. */
static enum err_code use_folder_certificate(struct config *config, struct config_problem *problem)
{
    struct err err;
    char path[TLS_PATH_MAX];
    if (config->tls_certificate[0] || config->tls_key[0] || !config->data[0] ||
        !tls_folder_has(config->data, TLS_SERVER) ||
        tls_folder_path(config->data, TLS_SERVER, path, &err) != ERR_OK)
        return ERR_OK;
    const struct span file = span_from_str(path);
    TRY(config_set(config, span_from_str("tls_certificate"), file, "data folder", problem));
    return config_set(config, span_from_str("tls_key"), file, "data folder", problem);
}

static enum err_code read_settings(int argc, char **argv, struct config *config,
                                   struct request_of_user *ret, struct config_problem *problem)
{
    config_defaults(config);
    *ret = (struct request_of_user){.file = getenv("KAKIKOMAP_CONFIG")};
    TRY(read_flags(argc, argv, NULL, ret, problem));
    if (ret->file && ret->file[0])
        TRY(config_read_file(config, ret->file, problem));
    TRY(config_read_environment(config, environ, problem));
    TRY(read_flags(argc, argv, config, ret, problem));
    TRY(use_folder_certificate(config, problem));
    return config_check(config, problem);
}

static void set_log_level(const char *word)
{
    static const char *const words[] = {"error", "warn", "info", "debug"};
    for (size_t i = 0; i < LENGTH(words); i++)
        if (strcmp(word, words[i]) == 0)
            log_set_level((enum log_level)i);
}

/* --- Opening and closing --- */

static enum err_code open_readers(struct app *app, struct err *err)
{
    app->readers = calloc(app->threads, sizeof(struct store_reader *));
    if (!app->readers)
        return err_set(err, ERR_NOMEM, "no memory to start", 0);
    for (unsigned i = 0; i < app->threads; i++)
        TRY(store_reader_open(app->store, &app->readers[i], err));
    return store_reader_open(app->store, &app->answer_reader, err);
}

/* Tiles go stale before anybody is told to fetch them. */
static enum err_code connect_listeners(struct app *app, struct err *err)
{
    TRY(store_writer_listen(app->writer, archives_changed, app->archives, err));
    TRY(store_writer_listen(app->writer, comment_tiles_changed, app->comment_tiles, err));
    TRY(store_writer_listen(app->writer, live_waits_changed, app->waits, err));
    return store_writer_listen(app->writer, live_hub_changed, app->hub, err);
}

/* After every commit: other servers may be waiting for it, and the city has not heard of it. */
static void hand_on(void *context)
{
    struct app *app = context;
    static const struct store_event any = {.type = STORE_EVENT_ALL};
    live_waits_changed(app->peer_waits, &any, 1);
    peer_line_changed(app->line);
}

static enum err_code open_peers(struct app *app, const struct config *config, struct err *err)
{
    const struct peer_line_settings settings = {
        .store = app->store,
        .writer = app->writer,
        .photos = app->photos,
        .now_ms = clock_unix_ms,
    };
    TRY(peers_open(config->data, clock_unix_ms(), &app->peers, err));
    TRY(live_waits_open(&app->peer_waits, err));
    TRY(peer_line_open(&settings, &app->line, err));
    store_writer_after_commit(app->writer, hand_on, app);
    return ERR_OK;
}

/* For /api/health. A file that cannot be read is told of when the port is opened. */
static int64_t certificate_end(const struct config *config)
{
    struct err err;
    struct tls_certificate read;
    CLEANUP(tls_text_free_at) char *text = NULL;
    if (!config->tls_certificate[0] ||
        tls_text_read(config->tls_certificate, &text, &err) != ERR_OK ||
        tls_certificate_read(text, NULL, &read, &err) != ERR_OK)
        return 0;
    return read.ends_ms;
}

static enum err_code open_signals(struct app *app, struct err *err)
{
    struct arena arena;
    struct span *words = NULL;
    size_t count = 0;
    TRY(signals_open(store_info(app->store)->server_id, &app->signals, err));
    arena_init(&arena, 0);
    enum err_code code = store_words_list(app->readers[0], &arena, &words, &count, err);
    if (code == ERR_OK)
        code = signals_set_words(app->signals, words, count, err);
    arena_done(&arena);
    store_writer_signal(app->writer, signals_judge, app->signals);
    return code;
}

static enum err_code open_app(struct app *app, const struct config *config, struct err *err)
{
    char folder[CONFIG_TEXT_MAX + 16];
    app->config = config;
    app->threads = (unsigned)config->threads * (config->listen_plain[0] ? 2 : 1);
    app->started_ms = clock_unix_ms();
    app->certificate_ends_ms = certificate_end(config);
    if (getrandom(app->secret, sizeof app->secret, 0) != sizeof app->secret)
        return err_set(err, ERR_INTERNAL, "the system has no random numbers", 0);
    TRY(store_open(config->data, STORE_WRITE, &app->store, err));
    TRY(open_readers(app, err));
    snprintf(folder, sizeof folder, "%s/layers", config->data);
    TRY(archives_open(folder, &app->archives, err));
    TRY(archives_refresh(app->archives, app->readers[0], err));
    TRY(comment_tiles_open((size_t)config->tile_cache << 20, &app->comment_tiles, err));
    TRY(live_hub_open((size_t)config->live_listeners, LIVE_HEARTBEAT_MS, &app->hub, err));
    TRY(live_waits_open(&app->waits, err));
    TRY(http_assets_open(&app->assets, err));
    app->metrics = http_metrics_new(endpoints, endpoint_count, app->threads);
    if (!app->metrics)
        return err_set(err, ERR_NOMEM, "no memory to start", 0);
    TRY(limits_open(0, &app->limits, err));
    TRY(desk_open(DESK_THREADS, DESK_QUEUE, false, &app->desk, err));
    TRY(desk_open(1, HASHES_QUEUE, true, &app->hashes, err));
    TRY(store_writer_open(app->store, 0, &app->writer, err));
    TRY(open_signals(app, err));
    const struct photo_settings photos = {
        .workers = (unsigned)config->photo_workers,
        .device_bytes_max = (uint64_t)config->photo_device << 20,
        .placed = live_photo_placed,
        .placed_context = app->hub,
    };
    TRY(photos_open(app->store, app->writer, &photos, &app->photos, err));
    TRY(connect_listeners(app, err));
    return open_peers(app, config, err);
}

static void close_peers(struct app *app)
{
    if (app->writer)
        store_writer_after_commit(app->writer, NULL, NULL);
    peer_line_close(app->line);
    app->line = NULL;
}

static void close_app(struct app *app)
{
    close_peers(app);
    desk_close(app->hashes);
    desk_close(app->desk);
    photos_close(app->photos);
    store_writer_close(app->writer);
    signals_close(app->signals);
    limits_close(app->limits);
    http_metrics_free(app->metrics);
    http_assets_close(app->assets);
    live_waits_close(app->waits);
    live_waits_close(app->peer_waits);
    peers_close(app->peers);
    live_hub_close(app->hub);
    comment_tiles_close(app->comment_tiles);
    archives_close(app->archives);
    store_reader_close(app->answer_reader);
    for (unsigned i = 0; app->readers && i < app->threads; i++)
        store_reader_close(app->readers[i]);
    free(app->readers);
    store_close(app->store);
}

/* --- Running --- */

/* One service on one port, or on two. */
struct ports {
    struct http_server *first, *plain;
};

static void say_ready(const struct app *app, const struct ports *ports)
{
    const struct store_info *info = store_info(app->store);
    CLEANUP(buf_done) struct buf text = {0};
    struct json json;
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "url");
    json_text(&json, http_server_url(ports->first));
    if (ports->plain) {
        json_key(&json, "plain_url");
        json_text(&json, http_server_url(ports->plain));
    }
    json_key(&json, "data");
    json_text(&json, app->config->data);
    json_key(&json, "municipality");
    json_uint(&json, info->municipality);
    json_key(&json, "name");
    json_text(&json, info->name);
    json_key(&json, "demo");
    json_bool(&json, info->demo);
    json_key(&json, "web");
    json_bool(&json, http_assets_count() > 0);
    json_end(&json);
    buf_add_byte(&text, '\n');
    fwrite(text.data, 1, text.len, stdout);
    fflush(stdout);
    fprintf(stderr, "kakikomap: %s is served at %s (Ctrl-C stops it)\n", info->name,
            http_server_url(ports->first));
    if (ports->plain)
        fprintf(stderr, "kakikomap: without HTTPS, in reduced form, at %s\n",
                http_server_url(ports->plain));
}

/* What was taken is finished: requests under way first, then what the writer still holds. */
static bool stop(struct app *app, const struct ports *ports)
{
    live_hub_stop(app->hub);
    live_waits_stop(app->waits);
    live_waits_stop(app->peer_waits);
    close_peers(app);
    bool clean = http_server_drain(ports->first, app->config->stop_timeout * 1000);
    if (ports->plain)
        clean &= http_server_drain(ports->plain, app->config->stop_timeout * 1000);
    desk_close(app->hashes);
    desk_close(app->desk);
    app->hashes = app->desk = NULL;
    photos_stop(app->photos); /* the struct stays: connections that are cut let go of uploads */
    store_writer_close(app->writer);
    app->writer = NULL;
    http_server_close(ports->first);
    http_server_close(ports->plain);
    return clean;
}

static enum err_code open_ports(struct app *app, const struct http_service *service,
                                struct ports *ret, struct config_problem *problem)
{
    const struct config *config = app->config;
    const struct http_port first = {config->listen, config->tls_certificate[0] != 0, 0};
    const struct http_port plain = {config->listen_plain, false, (unsigned)config->threads};
    TRY(http_server_open(config, &first, service, app->metrics, &ret->first, problem));
    if (config->listen_plain[0])
        TRY(http_server_open(config, &plain, service, app->metrics, &ret->plain, problem));
    return ERR_OK;
}

static int run(struct app *app, const sigset_t *signals)
{
    const struct http_service service = {
        app,           endpoints, endpoint_count, app->config->public_url, people_session_check,
        endpoint_sinks};
    struct config_problem problem;
    struct ports ports = {0};
    const enum err_code code = open_ports(app, &service, &ports, &problem);
    if (code != ERR_OK) {
        http_server_close(ports.first);
        fprintf(stderr, "kakikomap serve: %s\n", problem.text);
        return code == ERR_USAGE ? EXIT_USAGE : EXIT_OTHER;
    }
    say_ready(app, &ports);
    int which = 0;
    sigwait(signals, &which);
    log_line(LOG_INFO, "stop", "signal=%d", which);
    /* A second signal ends at once; the store is safe at any moment. */
    pthread_sigmask(SIG_UNBLOCK, signals, NULL);
    const bool clean = stop(app, &ports);
    log_line(LOG_INFO, "stopped", "clean=%s", clean ? "true" : "false");
    return EXIT_OK;
}

int command_serve(int argc, char **argv)
{
    static struct config config; /* a few kilobytes of texts */
    struct config_problem problem;
    struct request_of_user asked;
    if (read_settings(argc, argv, &config, &asked, &problem) != ERR_OK && !asked.help)
        return fail_usage(&problem);
    if (asked.help) {
        puts("usage: kakikomap serve --data DIR [--listen ADDR:PORT] [--config FILE] [SETTINGS]\n\n"
             "  --config FILE              settings, a line \"name = value\" each\n"
             "  --example                  prints such a file\n"
             "  --check                    checks the settings and ends\n");
        config_print_help(stdout);
        return EXIT_OK;
    }
    if (asked.example) {
        config_print_example(stdout);
        return EXIT_OK;
    }
    if (!config.data[0]) {
        fputs("kakikomap serve: --data DIR is missing; kakikomap demo --data DIR makes a town to "
              "try, kakikomap init --data DIR an empty one\n",
              stderr);
        return EXIT_USAGE;
    }
    if (asked.check) {
        puts("{\"settings\":\"ok\"}");
        return EXIT_OK;
    }
    set_log_level(config.log_level);
    /* Before any thread starts, so that only sigwait gets them. */
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    struct app app = {0};
    struct err err = {0};
    const int status = open_app(&app, &config, &err) == ERR_OK
                           ? run(&app, &signals)
                           : command_fail("serve", config.data, &err);
    close_app(&app);
    return status;
}
