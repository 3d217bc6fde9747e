#include "server/peer/carry.h"

#include <sodium.h>
#include <stdio.h>

enum { TARGET_MAX = 120, PHOTO_MAX = 4 << 20 };

static void target_of(const struct store_photo_hash *hash, char ret[TARGET_MAX])
{
    char hex[65];
    sodium_bin2hex(hex, sizeof hex, hash->sha256, sizeof hash->sha256);
    snprintf(ret, TARGET_MAX, "/sync/v1/peer/blobs/%s", hex);
}

enum err_code carry_read(struct peer_round *round, const struct store_photo_hash *hash,
                         struct arena *arena, struct span *ret, bool *ret_found, struct err *err)
{
    const struct peer_photos *photos = round->photos;
    return photos->read(photos->self, hash->sha256, arena, ret, ret_found, err);
}

enum err_code carry_take(struct peer_round *round, const struct store_photo_hash *hash,
                         struct span display, bool *ret_taken, struct err *err)
{
    const struct peer_photos *photos = round->photos;
    return photos->take(photos->self, hash->sha256, display, ret_taken, err);
}

static enum err_code send(struct peer_round *round, const struct store_photo_hash *hash,
                          struct arena *arena, bool *ret_sent, struct err *err)
{
    char target[TARGET_MAX];
    struct peer_answer answer;
    struct span display;
    bool here;
    *ret_sent = false;
    target_of(hash, target);
    const struct peer_ask head = {.method = "HEAD", .target = target, .answer_max = PHOTO_MAX};
    TRY(peer_client_ask(round->client, &head, &answer, err));
    if (answer.status == 200)
        return ERR_OK;
    TRY(carry_read(round, hash, arena, &display, &here, err));
    if (!here)
        return ERR_OK;
    const struct peer_ask patch = {.method = "PATCH",
                                   .target = target,
                                   .body = display,
                                   .content_type = "application/offset+octet-stream",
                                   .header = "Upload-Offset: 0",
                                   .answer_max = PHOTO_MAX};
    TRY(peer_client_ask(round->client, &patch, &answer, err));
    *ret_sent = answer.status == 200;
    if (answer.status == 404 || answer.status == 422 || answer.status == 400)
        return ERR_OK; /* not wanted there */
    return answer.status == 200
               ? ERR_OK
               : err_set(err, ERR_BUSY, "the other server cannot take photos now", 0);
}

enum err_code carry_photo_out(struct peer_round *round, const struct store_photo_hash *hash,
                              bool *ret_sent, struct err *err)
{
    struct arena arena;
    arena_init(&arena, 0);
    const enum err_code code = send(round, hash, &arena, ret_sent, err);
    arena_done(&arena);
    return code;
}

enum err_code carry_photo_in(struct peer_round *round, const struct store_photo_hash *hash,
                             bool *ret_taken, struct err *err)
{
    char target[TARGET_MAX];
    struct peer_answer answer;
    struct arena arena;
    struct span there;
    bool here;
    *ret_taken = false;
    arena_init(&arena, 0);
    enum err_code code = carry_read(round, hash, &arena, &there, &here, err);
    arena_done(&arena);
    if (code != ERR_OK || here)
        return code;
    target_of(hash, target);
    const struct peer_ask get = {.method = "GET", .target = target, .answer_max = PHOTO_MAX};
    TRY(peer_client_ask(round->client, &get, &answer, err));
    if (answer.status == 404)
        return ERR_OK;
    if (answer.status != 200)
        return err_set(err, ERR_BUSY, "the other server cannot give photos now", 0);
    return carry_take(round, hash, answer.body, ret_taken, err);
}
