#include "server/peer/packs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/store/digest.h"

enum { PATH = 1024, TARGET = 160, FOLDER_MAX = 1 << 20 };

static enum err_code fail_errno(struct err *err, const char *what)
{
    if (errno == ENOSPC || errno == EDQUOT)
        return err_set(err, ERR_FULL, "the disk is full: free some space and try again", 0);
    return err_set(err, ERR_IO, what, (uint64_t)errno);
}

enum err_code peer_folder_fetch(struct peer_client *client, struct arena *arena,
                                struct peer_folder *ret, struct err *err)
{
    const struct peer_ask get = {
        .method = "GET", .target = "/sync/v1/peer/folder", .answer_max = FOLDER_MAX};
    struct peer_answer answer;
    TRY(peer_client_ask(client, &get, &answer, err));
    if (answer.status == 401)
        return err_set(err, ERR_UNAUTHORIZED, "the other server does not know this key", 0);
    if (answer.status != 200)
        return err_set(err, ERR_VERSION, "at this address is no kakikomap that takes peers",
                       (uint64_t)answer.status);
    return peer_read_folder(arena, answer.body, ret, err);
}

struct download {
    struct peer_packs *packs;
    const struct store_layer *layer;
    int fd;
    uint64_t have;
};

static bool take_piece(void *self, struct span piece)
{
    struct download *download = self;
    struct peer_packs *packs = download->packs;
    if (piece.len > download->layer->bytes - download->have)
        return false;
    for (struct span rest = piece; rest.len;) {
        const ssize_t put = write(download->fd, rest.data, rest.len);
        if (put <= 0)
            return false;
        rest = span_of(rest.data + put, rest.len - (size_t)put);
    }
    download->have += piece.len;
    packs->bytes += piece.len;
    if (packs->progress)
        packs->progress(packs->self, download->layer->name, download->have, download->layer->bytes);
    return true;
}

static enum err_code fetch_rest(struct download *download, struct err *err)
{
    char target[TARGET];
    const struct store_layer *layer = download->layer;
    struct peer_answer answer;
    if (download->have == layer->bytes)
        return ERR_OK;
    snprintf(target, sizeof target, "/packs/%.*s.pmtiles", (int)layer->name.len,
             (const char *)layer->name.data);
    const struct peer_ask get = {.method = "GET",
                                 .target = target,
                                 .range_from = (int64_t)download->have,
                                 .answer_max = FOLDER_MAX,
                                 .plain = true,
                                 .take = take_piece,
                                 .take_self = download};
    TRY(peer_client_ask(download->packs->client, &get, &answer, err));
    if (answer.status != (download->have && get.range_from ? 206 : 200))
        return err_set(err, ERR_IO, "the other server does not give this archive now",
                       (uint64_t)answer.status);
    return ERR_OK;
}

/* Whatever is wrong with a part that is whole: the next try begins anew. */
static enum err_code check(const char *path, const struct store_layer *layer, struct err *err)
{
    uint8_t sha256[32];
    uint64_t bytes;
    TRY(digest_file(path, sha256, &bytes, err));
    if (bytes == layer->bytes && memcmp(sha256, layer->sha256, sizeof sha256) == 0)
        return ERR_OK;
    if (bytes >= layer->bytes)
        unlink(path);
    return err_set(err, ERR_CHECKSUM, "an archive came damaged, or cut off: try again", bytes);
}

static enum err_code fetch_part(struct peer_packs *packs, const struct store_layer *layer,
                                const char *path, struct err *err)
{
    struct stat info;
    struct download download = {.packs = packs, .layer = layer};
    download.fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (download.fd < 0 || fstat(download.fd, &info) != 0)
        return fail_errno(err, "the folder tmp cannot be written");
    download.have = (uint64_t)info.st_size;
    enum err_code code = ERR_OK;
    if (download.have > layer->bytes) { /* of an earlier edition */
        download.have = 0;
        if (ftruncate(download.fd, 0) != 0)
            code = fail_errno(err, "the folder tmp cannot be written");
    }
    if (code == ERR_OK)
        code = fetch_rest(&download, err);
    if (code == ERR_OK && fsync(download.fd) != 0)
        code = fail_errno(err, "an archive cannot be written");
    close(download.fd);
    return code;
}

static enum err_code sync_folder(const char *path, struct err *err)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return synced ? ERR_OK : fail_errno(err, "the folder layers cannot be synced");
}

static enum err_code fetch_one(struct peer_packs *packs, const struct store_layer *layer,
                               struct err *err)
{
    char part[PATH], folder[PATH], place[PATH];
    const char *dir = store_dir(packs->store);
    /* Named by content, so that a part is never continued with another edition's bytes. */
    snprintf(part, sizeof part, "%s/tmp/%02x%02x%02x%02x%02x%02x.part", dir, layer->sha256[0],
             layer->sha256[1], layer->sha256[2], layer->sha256[3], layer->sha256[4],
             layer->sha256[5]);
    snprintf(folder, sizeof folder, "%s/layers", dir);
    snprintf(place, sizeof place, "%s/layers/%.*s", dir, (int)layer->file.len,
             (const char *)layer->file.data);
    TRY(fetch_part(packs, layer, part, err));
    TRY(check(part, layer, err));
    if (rename(part, place) != 0)
        return fail_errno(err, "an archive cannot be put in its place");
    TRY(sync_folder(folder, err));
    packs->fetched++;
    return store_layers_put(packs->store, NULL, 0, layer, 1, err);
}

static bool is_here(const struct store_layer *wanted, const struct store_layer *here, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(here[i].name, wanted->name) && span_equal(here[i].file, wanted->file) &&
            memcmp(here[i].sha256, wanted->sha256, sizeof wanted->sha256) == 0)
            return true;
    return false;
}

enum err_code peer_packs_fetch(struct peer_packs *packs, const struct peer_folder *folder,
                               struct err *err)
{
    CLEANUP(store_reader_close_at) struct store_reader *reader = NULL;
    struct arena arena;
    struct store_layer *here = NULL;
    size_t count = 0;
    TRY(store_reader_open(packs->store, &reader, err));
    arena_init(&arena, 0);
    enum err_code code = store_layers_list(reader, &arena, &here, &count, err);
    for (size_t i = 0; code == ERR_OK && i < folder->layer_count; i++)
        if (!is_here(&folder->layers[i], here, count))
            code = fetch_one(packs, &folder->layers[i], err);
    arena_done(&arena);
    return code;
}
