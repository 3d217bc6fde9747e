#include "server/command/with_peer.h"

#include <sodium.h>
#include <stdio.h>

#include "server/clock.h"
#include "server/peer/secret.h"
#include "server/photo/photo.h"

static void show(void *self, const struct peer_totals *totals)
{
    (void)self;
    progress_show("operations", totals->fetched + totals->pushed, 0);
}

enum err_code with_peer_open(struct with_peer *with, const char *dir, struct err *err)
{
    static const struct photo_settings settings = {.workers = 1, .device_bytes_max = 1};
    with->dir = dir;
    TRY(store_open(dir, STORE_WRITE, &with->store, err));
    TRY(store_writer_open(with->store, 0, &with->writer, err));
    TRY(store_reader_open(with->store, &with->reader, err));
    TRY(peer_secret_make(dir, with->secret, err));
    if (store_is_alone(with->store)) /* a service keeps its photos itself */
        TRY(photos_open(with->store, with->writer, &settings, &with->photos, err));
    peer_album_init(&with->album, with->store, with->photos);
    with->round = (struct peer_round){
        .store = with->store,
        .reader = with->reader,
        .writer = with->writer,
        .photos = &with->album.photos,
        .now_ms = clock_unix_ms,
        .progress = show,
    };
    return ERR_OK;
}

enum err_code with_peer_connect(struct with_peer *with, const char *url, const char *ca_file,
                                const struct peer_key *key, struct err *err)
{
    const struct peer_client_settings settings = {
        .url = url, .ca_file = ca_file, .key = key, .now_ms = clock_unix_ms};
    TRY(peer_client_open(&settings, &with->client, err));
    with->round.client = with->client;
    return ERR_OK;
}

void with_peer_close(struct with_peer *with)
{
    if (!with)
        return;
    peer_client_close(with->client);
    if (with->photos)
        photos_stop(with->photos);
    photos_close(with->photos);
    store_reader_close(with->reader);
    store_writer_close(with->writer);
    store_close(with->store);
    sodium_memzero(with->secret, sizeof with->secret);
}

static void put(struct json *json, const char *name, uint64_t value)
{
    json_key(json, name);
    json_uint(json, value);
}

void with_peer_tell(struct json *json, const struct peer_totals *totals)
{
    json_key(json, "received");
    json_object(json);
    put(json, "operations", totals->fetched);
    put(json, "new", totals->in.stored);
    put(json, "known", totals->in.known);
    put(json, "refused", totals->in.refused);
    put(json, "erased", totals->in.gone);
    put(json, "conflicts", totals->in.conflicts);
    put(json, "photos", totals->photos_in);
    json_end(json);
    json_key(json, "sent");
    json_object(json);
    put(json, "operations", totals->pushed);
    put(json, "photos", totals->photos_out);
    json_end(json);
    json_key(json, "from_the_start");
    json_bool(json, totals->restarted);
}
