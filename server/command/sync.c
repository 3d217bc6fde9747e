/* kakikomap sync: one exchange, by line or by a file on a stick. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "server/clock.h"
#include "server/command/options.h"
#include "server/command/with_peer.h"
#include "server/peer/file.h"
#include "server/peer/parcel.h"
#include "server/peer/secret.h"

struct work {
    const char *data, *way, *ca_file, *peer_name;
    struct store_upstream upstream;
    bool has_upstream;
    struct peer_key key;
    struct with_peer with;
    /* Of a file: */
    bool has_read, is_file;
    uint64_t written;
};

static bool is_address(const char *way)
{
    return strncmp(way, "https://", 8) == 0 || strncmp(way, "http://", 7) == 0;
}

static enum err_code open_upstream_key(struct work *work, struct err *err)
{
    return peer_secret_open(work->with.secret,
                            span_of(work->upstream.sealed, work->upstream.sealed_len), &work->key,
                            err);
}

/* --- By line -----------------------------------------------------------------------------------
 */

static enum err_code by_line(struct work *work, struct err *err)
{
    if (!work->has_upstream)
        return err_set(err, ERR_USAGE,
                       "this folder has no key for that: kakikomap venue gives it one", 0);
    const char *url = work->way ? work->way : work->upstream.url;
    const char *ca_file = work->ca_file ? work->ca_file : work->upstream.ca_file;
    work->way = url;
    TRY(open_upstream_key(work, err));
    TRY(with_peer_connect(&work->with, url, ca_file, &work->key, err));
    return peer_round_run(&work->with.round, err);
}

/* --- By a file ---------------------------------------------------------------------------------
 */

/* Of the peers: the one that --peer names, the one whose file it is, or the only one there is. */
static enum err_code find_peer(struct work *work, struct uuid file_owner, struct arena *arena,
                               struct store_peer *ret, struct err *err)
{
    struct store_peer *peers;
    size_t count;
    TRY(store_peers_list(work->with.reader, arena, &peers, &count, err));
    for (size_t i = 0; i < count; i++) {
        const bool named = work->peer_name && strcmp(peers[i].name, work->peer_name) == 0;
        const bool only = !work->peer_name && uuid_is_nil(file_owner) && count == 1;
        if (named || only || uuid_equal(peers[i].id, file_owner)) {
            *ret = peers[i];
            return ERR_OK;
        }
    }
    if (!uuid_is_nil(file_owner))
        return err_set(err, ERR_UNAUTHORIZED,
                       "this file was written with a key that is not known here", 0);
    return err_set(err, ERR_USAGE, "which peer is the file for? say --peer NAME", 0);
}

/* Ours to the city, or a peer's to us: the key's id at the head of the file tells. */
static enum err_code choose_side(struct work *work, struct uuid file_owner,
                                 struct peer_parcel *parcel, struct err *err)
{
    if (work->has_upstream && !work->peer_name) {
        TRY(open_upstream_key(work, err));
        parcel->upstream = uuid_is_nil(file_owner) || uuid_equal(work->key.id, file_owner);
        if (parcel->upstream)
            return ERR_OK;
    }
    struct store_peer peer = {0};
    struct arena arena;
    arena_init(&arena, 0);
    const enum err_code code = find_peer(work, file_owner, &arena, &peer, err);
    arena_done(&arena);
    TRY(code);
    peer_secret_issue(work->with.secret, peer.id, &work->key);
    parcel->peer_id = peer.id;
    parcel->role = (enum standing)peer.role;
    return ERR_OK;
}

static enum err_code by_file(struct work *work, struct err *err)
{
    struct uuid file_owner = {{0}};
    struct stat info;
    bool own = false;
    const bool exists = stat(work->way, &info) == 0;
    struct peer_parcel_answer answer = {0};
    struct peer_parcel parcel = {.round = work->with.round, .key = &work->key};
    work->is_file = true;
    if (exists)
        TRY(peer_file_id(work->way, &file_owner, err));
    TRY(choose_side(work, file_owner, &parcel, err));
    if (exists)
        TRY(peer_parcel_is_own(&parcel, work->way, &own, err));
    work->has_read = exists && !own;
    enum err_code code = ERR_OK;
    if (work->has_read)
        code = peer_parcel_read(&parcel, work->way, &answer, err);
    if (code == ERR_OK)
        code = peer_parcel_write(&parcel, work->way, &answer, &work->written, err);
    work->with.round.totals = parcel.round.totals;
    return code;
}

/* -----------------------------------------------------------------------------------------------
 */

static enum err_code sync_folder(struct work *work, struct err *err)
{
    TRY(with_peer_open(&work->with, work->data, err));
    TRY(store_upstream_read(work->with.reader, &work->upstream, &work->has_upstream, err));
    if (!work->way && !work->has_upstream)
        return err_set(err, ERR_USAGE, "with whom? say --with URL or --with FILE", 0);
    return !work->way || is_address(work->way) ? by_line(work, err) : by_file(work, err);
}

static enum err_code tell_cursors(struct work *work, struct json *json, struct err *err)
{
    struct store_city city;
    uint64_t newest;
    TRY(store_newest_change(work->with.reader, &newest, err));
    TRY(store_city(work->with.reader, &city, err));
    json_key(json, "change");
    json_uint(json, newest);
    json_key(json, "city_change");
    json_uint(json, city.change);
    return ERR_OK;
}

static int tell(struct work *work)
{
    struct summary summary;
    struct err err = {0};
    summary_begin(&summary);
    struct json *json = &summary.json;
    json_key(json, "data");
    json_text(json, work->data);
    json_key(json, "with");
    json_text(json, work->way);
    with_peer_tell(json, &work->with.round.totals);
    if (work->is_file) {
        json_key(json, "read");
        json_bool(json, work->has_read);
        json_key(json, "written_bytes");
        json_uint(json, work->written);
    }
    if (tell_cursors(work, json, &err) != ERR_OK)
        fprintf(stderr, "kakikomap sync: %s\n", err.what);
    return summary_end(&summary, EXIT_OK);
}

int command_sync(int argc, char **argv)
{
    struct work work = {0};
    const struct option options[] = {
        {"--data", OPTION_TEXT, true, &work.data, 0, 0, "DIR", "the data folder; it may be in use"},
        {"--with", OPTION_TEXT, false, &work.way, 0, 0, "URL|FILE",
         "the city's server (the one kakikomap venue was given), or a file such as "
         "/media/stick/school.cmsync: read when the other side wrote it, then written for it"},
        {"--peer", OPTION_TEXT, false, &work.peer_name, 0, 0, "NAME",
         "of a file at the city: for whom it is, where that is not plain"},
        {"--ca", OPTION_TEXT, false, &work.ca_file, 0, 0, "FILE",
         "PEM of a private root that the city's certificate is from"},
    };
    const enum options_result read = options_read(argc, argv, options, LENGTH(options), NULL);
    if (read != OPTIONS_OK)
        return (int)read;
    struct err err = {0};
    const enum err_code code = sync_folder(&work, &err);
    progress_end();
    const int status =
        code == ERR_OK ? tell(&work) : command_fail("sync", work.way ? work.way : work.data, &err);
    with_peer_close(&work.with);
    sodium_memzero(&work.key, sizeof work.key);
    return status;
}
