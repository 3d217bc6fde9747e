/* tile_server: the tile handlers behind the real HTTP service, without a data folder.
 *
 *   tile_server THREADS NAME=ARCHIVE.pmtiles…    prints its address, serves until standard input
 * ends
 *
 * Purpose    tests/api/tiles_http_test.py asks it over a real port; tests/bench/cached_tiles.py
 *            measures it beside nginx. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/api/archives.h"
#include "server/api/tiles.h"
#include "server/app.h"
#include "server/http/mhd.h"
#include "server/log.h"

/* As in server/http/endpoints.c. */
static const struct endpoint table[] = {
    {HTTP_GET, "/tiles/comments.json", api_tilejson_comments, ACCESS_PUBLIC, 0, NULL, "", true},
    {HTTP_GET, "/tiles/{name}.json", api_tilejson_get, ACCESS_PUBLIC, 0, NULL, "", true},
    {HTTP_GET, "/tiles/{name}/{z}/{x}/{y}.mvt", api_tiles_get, ACCESS_PUBLIC, 0, NULL, "v", true},
    {HTTP_GET, "/packs/{name}.pmtiles", api_packs_get, ACCESS_PUBLIC, 0, NULL, "", true},
    {HTTP_GET, "/packs/{name}.json", api_packs_about, ACCESS_PUBLIC, 0, NULL, "", false},
    {HTTP_GET, "/api/layers", api_layers_list, ACCESS_PUBLIC, 0, NULL, "", true},
    {HTTP_GET, "/api/style.json", api_style_get, ACCESS_PUBLIC, 0, NULL, "theme lang", true},
};

/* There is no store: its rows come from the command line. */
static struct store_layer rows[ARCHIVES_MAX];
static size_t row_count;

enum err_code store_layers_list(struct store_reader *reader, struct arena *arena,
                                struct store_layer **ret, size_t *ret_count, struct err *err)
{
    (void)reader;
    (void)arena;
    (void)err;
    *ret = rows;
    *ret_count = row_count;
    return ERR_OK;
}

const struct store_info *store_info(const struct store *store)
{
    (void)store;
    return NULL;
}

static bool add_row(char *argument)
{
    char *path = strchr(argument, '=');
    if (!path || row_count == ARCHIVES_MAX)
        return false;
    *path++ = '\0';
    rows[row_count++] = (struct store_layer){
        .name = span_from_str(argument),
        .file = span_from_str(path),
        .edition = span_from_str("1"),
        .sha256 = {0xAB, 0xCD},
    };
    return true;
}

int main(int argc, char **argv)
{
    struct config config;
    struct config_problem problem = {{0}};
    struct app app = {0};
    struct err err = {0};
    config_defaults(&config);
    log_set_level(LOG_ERROR);
    strcpy(config.listen, "127.0.0.1:0");
    config.threads = argc > 1 ? atoi(argv[1]) : 2;
    config.connections_per_address = config.connections;
    for (int i = 2; i < argc; i++)
        if (!add_row(argv[i]))
            return 2;
    /* Paths are taken as they are given; archives open only plain names of their folder. */
    if (archives_open(".", &app.archives, &err) != ERR_OK)
        return 1;
    if (archives_set(app.archives, rows, row_count, &err) != ERR_OK) {
        fprintf(stderr, "%s\n", err.what);
        return 1;
    }
    app.config = &config;
    app.threads = (unsigned)config.threads;
    app.metrics = http_metrics_new(table, LENGTH(table), app.threads);
    const struct http_port port = {config.listen, false, 0};
    const struct http_service service = {&app, table, LENGTH(table), "", NULL, NULL};
    struct http_server *server = NULL;
    if (!app.metrics ||
        http_server_open(&config, &port, &service, app.metrics, &server, &problem) != ERR_OK) {
        fprintf(stderr, "%s\n", problem.text);
        return 1;
    }
    printf("%s\n", http_server_url(server));
    fflush(stdout);
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    http_server_drain(server, 1000);
    http_server_close(server);
    archives_close(app.archives);
    http_metrics_free(app.metrics);
    return 0;
}
