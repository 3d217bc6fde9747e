/* kakikomap venue: one command makes a venue's folder from a city's server and a key. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/clock.h"
#include "server/command/options.h"
#include "server/command/with_peer.h"
#include "server/peer/packs.h"
#include "server/peer/secret.h"

struct work {
    const char *data, *url, *key_text, *ca_file;
    bool without_packs;
    struct peer_key key;
    struct arena arena;
    struct peer_folder folder;
    struct peer_packs packs;
    struct with_peer with;
};

static void show(void *self, struct span name, uint64_t done, uint64_t total)
{
    (void)self;
    (void)name;
    progress_show("megabytes of maps", done >> 20, total >> 20);
}

/* The settings, before there is a folder to put them in. */
static enum err_code ask_city(struct work *work, struct err *err)
{
    CLEANUP(peer_client_close_at) struct peer_client *client = NULL;
    const struct peer_client_settings settings = {
        .url = work->url, .ca_file = work->ca_file, .key = &work->key, .now_ms = clock_unix_ms};
    TRY(peer_client_open(&settings, &client, err));
    return peer_folder_fetch(client, &work->arena, &work->folder, err);
}

static bool has_store(const char *dir)
{
    char path[1024];
    struct stat info;
    return snprintf(path, sizeof path, "%s/kakikomap.db", dir) < (int)sizeof path &&
           stat(path, &info) == 0;
}

static enum err_code make_folder(struct work *work, struct err *err)
{
    uint8_t random[32];
    if (has_store(work->data))
        return ERR_OK; /* begun before, or a venue that gets another city's address */
    randombytes_buf(random, sizeof random);
    return store_create(work->data, &work->folder.settings, clock_unix_ms(), random, err);
}

static enum err_code set_upstream(struct work *work, struct err *err)
{
    struct store_upstream upstream = {.sealed_len = PEER_SEALED};
    const struct store_info *info = store_info(work->with.store);
    if (info->municipality != work->folder.settings.municipality)
        return err_set(err, ERR_CONFLICT, "this folder is another municipality's",
                       info->municipality);
    if (uuid_equal(info->server_id, work->folder.server_id))
        return err_set(err, ERR_CONFLICT, "this folder is the city's own, or a copy of it", 0);
    /* The path of the certificate must hold wherever serve is started from. */
    char *whole = work->ca_file ? realpath(work->ca_file, NULL) : NULL;
    const bool found = !work->ca_file || (whole && strlen(whole) < sizeof upstream.ca_file);
    snprintf(upstream.ca_file, sizeof upstream.ca_file, "%s", whole && found ? whole : "");
    free(whole);
    if (!found)
        return err_set(err, ERR_USAGE, "the file of --ca cannot be found", 0);
    snprintf(upstream.url, sizeof upstream.url, "%s", work->url);
    peer_secret_seal(work->with.secret, &work->key, upstream.sealed);
    return store_upstream_put(work->with.store, &upstream, err);
}

static enum err_code make_venue(struct work *work, struct err *err)
{
    TRY(peer_key_from(span_from_str(work->key_text), &work->key, err));
    TRY(ask_city(work, err));
    TRY(make_folder(work, err));
    TRY(with_peer_open(&work->with, work->data, err));
    TRY(set_upstream(work, err));
    TRY(with_peer_connect(&work->with, work->url, work->ca_file, &work->key, err));
    TRY(peer_round_run(&work->with.round, err));
    progress_end();
    if (work->without_packs)
        return ERR_OK;
    work->packs = (struct peer_packs){
        .store = work->with.store, .client = work->with.client, .progress = show};
    return peer_packs_fetch(&work->packs, &work->folder, err);
}

static int tell(const struct work *work)
{
    struct summary summary;
    const struct store_info *info = store_info(work->with.store);
    summary_begin(&summary);
    struct json *json = &summary.json;
    json_key(json, "data");
    json_text(json, work->data);
    json_key(json, "with");
    json_text(json, work->url);
    json_key(json, "municipality");
    json_uint(json, info->municipality);
    json_key(json, "name");
    json_text(json, info->name);
    json_key(json, "server_id");
    json_uuid(json, info->server_id);
    with_peer_tell(json, &work->with.round.totals);
    json_key(json, "maps");
    json_uint(json, work->packs.fetched);
    json_key(json, "map_bytes");
    json_uint(json, work->packs.bytes);
    fprintf(
        stderr,
        "kakikomap venue: ready; kakikomap serve --data %s --listen 0.0.0.0:8080 serves it, and "
        "exchanges with the city whenever it is reached\n",
        work->data);
    return summary_end(&summary, EXIT_OK);
}

int command_venue(int argc, char **argv)
{
    struct work work = {0};
    const struct option options[] = {
        {"--data", OPTION_TEXT, true, &work.data, 0, 0, "DIR",
         "the folder to make; or one that this command made, to go on"},
        {"--with", OPTION_TEXT, true, &work.url, 0, 0, "URL", "the city's server"},
        {"--key", OPTION_TEXT, true, &work.key_text, 0, 0, "KEY",
         "what kakikomap peer add has printed there"},
        {"--ca", OPTION_TEXT, false, &work.ca_file, 0, 0, "FILE",
         "PEM of a private root that the city's certificate is from"},
        {"--without-maps", OPTION_FLAG, false, &work.without_packs, 0, 0, NULL,
         "words and photos only"},
    };
    const enum options_result read = options_read(argc, argv, options, LENGTH(options), NULL);
    if (read != OPTIONS_OK)
        return (int)read;
    struct err err = {0};
    int status;
    arena_init(&work.arena, 0);
    if (sodium_init() < 0)
        err_set(&err, ERR_INTERNAL, "libsodium cannot start", 0);
    if (err.code == ERR_OK && make_venue(&work, &err) == ERR_OK) {
        progress_end();
        status = tell(&work);
    } else {
        progress_end();
        status = command_fail("venue", work.url, &err);
    }
    with_peer_close(&work.with);
    arena_done(&work.arena);
    sodium_memzero(&work.key, sizeof work.key);
    return status;
}
