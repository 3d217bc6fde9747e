#include "server/peer/parcel.h"

#include <sodium.h>

#include "server/peer/carry.h"
#include "server/peer/file.h"

enum { PHOTO_MAX = 4 << 20 };

enum err_code peer_parcel_is_own(struct peer_parcel *parcel, const char *path, bool *ret_own,
                                 struct err *err)
{
    struct peer_file_head_values head;
    struct span bytes;
    struct arena arena;
    arena_init(&arena, 0);
    enum err_code code = peer_file_head(path, parcel->key, &arena, &bytes, err);
    if (code == ERR_OK)
        code = peer_read_head(&arena, bytes, &head, err);
    if (code == ERR_OK)
        *ret_own = uuid_equal(head.server_id, store_info(parcel->round.store)->server_id);
    arena_done(&arena);
    return code;
}

/* --- Reading -----------------------------------------------------------------------------------
 */

struct intake {
    struct peer_parcel *parcel;
    struct arena arena; /* of one message */
    struct peer_parcel_answer *answer;
    struct peer_source source;
    struct store_cursor at; /* after the pages so far */
    uint64_t news;          /* of the last page: counts when its photos are here */
    struct buf photo;       /* the pieces of one so far */
    uint8_t photo_name[32];
};

static bool is_same_city(struct uuid server_id, struct uuid epoch, const struct store_cursor *city)
{
    return uuid_equal(server_id, city->server_id) && uuid_equal(epoch, city->epoch);
}

static enum err_code forked(struct intake *intake, struct err *err)
{
    if (intake->parcel->upstream)
        TRY(store_renew(intake->parcel->round.store, intake->parcel->round.now_ms(), err));
    return err_set(err, ERR_CONFLICT,
                   "two folders have one identity: the copy takes its own when it is opened again",
                   0);
}

/* The city says how much of us it has. */
static enum err_code take_ack(struct intake *intake, const struct peer_file_head_values *head,
                              struct err *err)
{
    struct peer_round *round = &intake->parcel->round;
    const struct store_info *info = store_info(round->store);
    const struct store_cursor *has = &head->has;
    struct store_upstream upstream;
    bool fits, found;
    if (!uuid_equal(has->server_id, info->server_id) || !uuid_equal(has->epoch, info->epoch))
        return ERR_OK; /* of an epoch of ours that is over */
    TRY(store_cursor_fits(round->reader, has, &fits, err));
    if (!fits)
        return forked(intake, err);
    TRY(store_upstream_read(round->reader, &upstream, &found, err));
    const struct store_cursor *pushed = &upstream.pushed;
    if (has->change < pushed->change && has->news < pushed->news)
        return ERR_OK; /* an older file */
    return store_upstream_pushed(round->store, head->server_id, head->epoch,
                                 has->change > pushed->change ? has->change : pushed->change,
                                 has->news > pushed->news ? has->news : pushed->news,
                                 round->now_ms(), err);
}

static enum err_code begin_from_city(struct intake *intake,
                                     const struct peer_file_head_values *head, struct err *err)
{
    struct peer_round *round = &intake->parcel->round;
    struct store_upstream upstream;
    bool found;
    TRY(store_upstream_read(round->reader, &upstream, &found, err));
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "this folder goes to no other server", 0);
    const bool known = is_same_city(head->server_id, head->epoch, &upstream.taken);
    const bool fresh =
        uuid_is_nil(upstream.taken.server_id) ||
        (!uuid_is_nil(upstream.file_id) && uuid_equal(head->answers, upstream.file_id));
    if (!known && fresh) {
        upstream.taken = (struct store_cursor){head->server_id, head->epoch, 0, 0, {{0}}};
        TRY(store_upstream_begin(round->store, &upstream.taken, err));
        round->totals.restarted = true;
    }
    if (known || fresh)
        TRY(take_ack(intake, head, err));
    intake->at = upstream.taken;
    intake->source = (struct peer_source){
        .upstream = true,
        .follows = (known || fresh) && head->since.change <= upstream.taken.change,
    };
    return ERR_OK;
}

static enum err_code begin_from_peer(struct intake *intake,
                                     const struct peer_file_head_values *head, struct err *err)
{
    const struct peer_parcel *parcel = intake->parcel;
    TRY(store_peer_progress(parcel->round.reader, parcel->peer_id, head->server_id, head->epoch,
                            &intake->at, err));
    if (peer_is_fork(&head->since, NULL, &intake->at))
        return forked(intake, err);
    intake->source = (struct peer_source){
        .peer_id = parcel->peer_id,
        .role = parcel->role,
        .follows = head->since.change <= intake->at.change,
    };
    return ERR_OK;
}

static enum err_code take_head(struct intake *intake, struct span message, struct err *err)
{
    struct peer_file_head_values head;
    const struct store_info *info = store_info(intake->parcel->round.store);
    TRY(peer_read_head(&intake->arena, message, &head, err));
    if (head.municipality != info->municipality)
        return err_set(err, ERR_INVALID, "this file is of another municipality", head.municipality);
    if (uuid_equal(head.server_id, info->server_id))
        return err_set(err, ERR_CONFLICT, "this file was written by this folder itself", 0);
    *intake->answer = (struct peer_parcel_answer){
        .file_id = head.file_id,
        .of_us = head.has,
        .server_id = head.server_id,
        .epoch = head.epoch,
    };
    return intake->parcel->upstream ? begin_from_city(intake, &head, err)
                                    : begin_from_peer(intake, &head, err);
}

static enum err_code apply(struct intake *intake, struct peer_page *page, struct err *err)
{
    return peer_apply_page(&intake->parcel->round, page, &intake->source, &intake->arena, err);
}

static enum err_code take_page(struct intake *intake, struct peer_page *page, struct err *err)
{
    struct store_cursor *until = &page->page.until;
    if (!uuid_equal(until->server_id, intake->answer->server_id) ||
        !uuid_equal(until->epoch, intake->answer->epoch))
        return err_set(err, ERR_FORMAT, "a page of the file is of another server", 0);
    const uint64_t before = intake->news ? intake->news : intake->at.news;
    intake->news = until->news;
    until->news = before; /* its photos follow */
    TRY(apply(intake, page, err));
    intake->at = *until;
    return ERR_OK;
}

static enum err_code take_blob(struct intake *intake, const struct peer_blob *blob, struct err *err)
{
    struct peer_round *round = &intake->parcel->round;
    bool taken = false;
    if (blob->offset == 0) {
        buf_clear(&intake->photo);
        memcpy(intake->photo_name, blob->sha256, sizeof intake->photo_name);
    }
    if (blob->size > PHOTO_MAX || blob->offset != intake->photo.len ||
        blob->bytes.len > blob->size - blob->offset ||
        memcmp(blob->sha256, intake->photo_name, sizeof intake->photo_name) != 0)
        return err_set(err, ERR_FORMAT, "the pieces of a photo do not fit", blob->offset);
    buf_add(&intake->photo, blob->bytes);
    if (intake->photo.failed)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    if (intake->photo.len < blob->size || !round->photos)
        return ERR_OK;
    struct store_photo_hash name;
    memcpy(name.sha256, blob->sha256, sizeof name.sha256);
    struct span known;
    bool here = false;
    TRY(carry_read(round, &name, &intake->arena, &known, &here, err));
    if (here)
        return ERR_OK;
    TRY(carry_take(round, &name, buf_span(&intake->photo), &taken, err));
    round->totals.photos_in += taken;
    return ERR_OK;
}

static enum err_code take_message(void *self, size_t index, struct span message, struct err *err)
{
    struct intake *intake = self;
    struct peer_part part;
    arena_reset(&intake->arena);
    if (index == 0)
        return take_head(intake, message, err);
    TRY(peer_read_part(&intake->arena, message, &part, err));
    if (part.is_page)
        TRY(take_page(intake, &part.page, err));
    if (part.is_blob)
        TRY(take_blob(intake, &part.blob, err));
    return ERR_OK;
}

/* The photos of the last page are here too. */
static enum err_code finish(struct intake *intake, struct err *err)
{
    struct peer_page page = {.page = {.until = intake->at}};
    if (intake->news <= intake->at.news)
        return ERR_OK;
    page.page.until.news = intake->news;
    arena_reset(&intake->arena);
    return apply(intake, &page, err);
}

enum err_code peer_parcel_read(struct peer_parcel *parcel, const char *path,
                               struct peer_parcel_answer *ret, struct err *err)
{
    struct intake intake = {.parcel = parcel, .answer = ret};
    arena_init(&intake.arena, 0);
    buf_init(&intake.photo);
    enum err_code code = peer_file_read(path, parcel->key, take_message, &intake, err);
    if (code == ERR_OK)
        code = finish(&intake, err);
    buf_done(&intake.photo);
    arena_done(&intake.arena);
    return code;
}

/* --- Writing -----------------------------------------------------------------------------------
 */

struct writing {
    struct peer_parcel *parcel;
    struct peer_file *file;
    struct arena arena;
    struct store_cursor at;
};

static enum err_code add_part(struct writing *writing, const struct peer_part *part,
                              struct err *err)
{
    struct span message;
    TRY(peer_pack_part(&writing->arena, part, &message, err));
    return peer_file_add(writing->file, message, err);
}

static enum err_code add_photo(struct writing *writing, const struct store_photo_hash *hash,
                               struct err *err)
{
    struct peer_round *round = &writing->parcel->round;
    struct peer_part part = {.is_blob = true};
    struct span photo;
    bool here = false;
    if (round->photos)
        TRY(carry_read(round, hash, &writing->arena, &photo, &here, err));
    if (!here)
        return ERR_OK;
    memcpy(part.blob.sha256, hash->sha256, sizeof part.blob.sha256);
    part.blob.size = photo.len;
    for (size_t at = 0; at < photo.len; at += part.blob.bytes.len) {
        const size_t left = photo.len - at;
        part.blob.offset = at;
        part.blob.bytes =
            span_of(photo.data + at, left < PEER_PHOTO_PIECE ? left : PEER_PHOTO_PIECE);
        TRY(add_part(writing, &part, err));
    }
    round->totals.photos_out++;
    return ERR_OK;
}

static enum err_code add_pages(struct writing *writing, struct err *err)
{
    struct peer_round *round = &writing->parcel->round;
    for (bool more = true; more;) {
        struct peer_part part = {.is_page = true};
        struct store_bundle *page = &part.page.page;
        arena_reset(&writing->arena);
        TRY(store_bundle_since(round->reader, &writing->at, writing->parcel->upstream,
                               &writing->arena, page, err));
        TRY(add_part(writing, &part, err));
        for (size_t i = 0; i < page->photo_count; i++)
            TRY(add_photo(writing, &page->photos[i], err));
        round->totals.pushed += page->count;
        if (round->progress)
            round->progress(round->self, &round->totals);
        writing->at = page->until;
        more = page->more;
    }
    return ERR_OK;
}

/* From where the other side goes on, and what we have of it. */
static enum err_code fill_head(struct writing *writing, const struct peer_parcel_answer *answer,
                               struct peer_file_head_values *head, struct err *err)
{
    const struct peer_parcel *parcel = writing->parcel;
    struct store_reader *reader = parcel->round.reader;
    if (parcel->upstream) {
        struct store_upstream upstream;
        bool found;
        TRY(store_upstream_read(reader, &upstream, &found, err));
        head->has = upstream.taken;
        writing->at = upstream.pushed;
        TRY(store_change_op(reader, writing->at.change, &writing->at.op_id, err));
    } else {
        bool fits;
        TRY(store_peer_progress(reader, parcel->peer_id, answer->server_id, answer->epoch,
                                &head->has, err));
        writing->at = answer->of_us;
        TRY(store_cursor_fits(reader, &writing->at, &fits, err));
        if (!fits)
            writing->at = (struct store_cursor){0};
    }
    head->since = writing->at;
    return ERR_OK;
}

static enum err_code write_file(struct writing *writing, const struct peer_parcel_answer *answer,
                                uint64_t *ret_bytes, struct err *err)
{
    struct peer_parcel *parcel = writing->parcel;
    const struct store_info *info = store_info(parcel->round.store);
    struct peer_file_head_values head = {.server_id = info->server_id,
                                         .epoch = info->epoch,
                                         .municipality = info->municipality,
                                         .answers = answer->file_id,
                                         .made_ms = parcel->round.now_ms()};
    struct span message;
    randombytes_buf(head.file_id.bytes, UUID_BYTES);
    TRY(fill_head(writing, answer, &head, err));
    TRY(peer_pack_head(&writing->arena, &head, &message, err));
    TRY(peer_file_add(writing->file, message, err));
    TRY(add_pages(writing, err));
    if (parcel->upstream)
        TRY(store_upstream_file(parcel->round.store, head.file_id, err));
    return peer_file_finish(writing->file, ret_bytes, err);
}

enum err_code peer_parcel_write(struct peer_parcel *parcel, const char *path,
                                const struct peer_parcel_answer *answer, uint64_t *ret_bytes,
                                struct err *err)
{
    CLEANUP(peer_file_close_at) struct peer_file *file = NULL;
    TRY(peer_file_create(path, parcel->key, &file, err));
    struct writing writing = {.parcel = parcel, .file = file};
    arena_init(&writing.arena, 0);
    const enum err_code code = write_file(&writing, answer, ret_bytes, err);
    arena_done(&writing.arena);
    return code;
}
