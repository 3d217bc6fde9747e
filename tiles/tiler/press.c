#include "tiles/tiler/press.h"

#include <stdlib.h>

#include "tiles/base/buf.h"
#include "tiles/mvt/encode.h"
#include "tiles/pack/gzip.h"
#include "tiles/tiler/city.h"
#include "tiles/tiler/pool.h"
#include "tiles/tiler/render.h"

enum {
    JOB_BYTES = 64 << 10, /* of pieces: small tiles share a job, a large one has its own */
    JOBS_A_THREAD = 8,    /* while one thread has a city's tile of zoom 12 */
    JOB_KEEPS = 1 << 20,  /* buffers above this are given back */
};

struct piece_at {
    uint64_t key;
    size_t offset, len;
};

struct tile_out {
    uint64_t id;
    size_t offset, len, plain_len; /* `len` packed bytes */
    uint64_t feature_count;
};

struct job {
    struct buf bytes;  /* of the pieces */
    struct buf pieces; /* struct piece_at */
    struct buf packed; /* of the tiles */
    struct buf tiles;  /* struct tile_out */
    enum err_code code;
    struct err err;
};

struct press_worker {
    struct mvt_encode encode;
    struct pack_gzip gzip;
};

struct press {
    struct pieces *pieces;
    struct tiler_sink sink;
    struct tiler_summary *summary;
    struct tiler_progress progress;
    struct pool *pool;
    struct job *jobs;
    struct job **free_jobs;
    unsigned job_count, free_count;
    uint64_t done; /* pieces */
};

static const char *const *layer_keys(enum city_layer layer, uint32_t *ret_count,
                                     const char *room[CITY_KEY_COUNT])
{
    *ret_count = render_layer_keys(layer, room);
    return room;
}

static enum city_layer layer_of(uint64_t key)
{
    return (enum city_layer)(key >> PIECE_LAYER_SHIFT &
                             ((1U << (PIECE_TILE_SHIFT - PIECE_LAYER_SHIFT)) - 1));
}

static enum err_code encode_piece(struct mvt_encode *encode, struct span bytes, struct err *err)
{
    struct mvt_raw_tag tags[PIECE_TAGS_MAX];
    struct mvt_raw_feature feature;
    if (!render_piece_read(bytes, tags, &feature))
        return err_set(err, ERR_INTERNAL, "a piece of a feature is broken", 0);
    return mvt_encode_raw_feature(encode, &feature, err);
}

/* Pieces of one tile, sorted by layer. */
static enum err_code encode_tile(struct mvt_encode *encode, const struct job *job,
                                 const struct piece_at *pieces, size_t count, struct err *err)
{
    mvt_encode_begin_tile(encode);
    for (size_t i = 0; i < count;) {
        const enum city_layer layer = layer_of(pieces[i].key);
        const char *room[CITY_KEY_COUNT];
        uint32_t key_count;
        const char *const *keys = layer_keys(layer, &key_count, room);
        TRY(mvt_encode_begin_layer(encode, city_layer_name(layer), MVT_EXTENT, keys, key_count,
                                   err));
        for (; i < count && layer_of(pieces[i].key) == layer; i++)
            TRY(encode_piece(encode, span_of(job->bytes.data + pieces[i].offset, pieces[i].len),
                             err));
        TRY(mvt_encode_end_layer(encode, err));
    }
    return ERR_OK;
}

static enum err_code run_tiles(struct press_worker *worker, struct job *job)
{
    const struct piece_at *pieces = (const struct piece_at *)(const void *)job->pieces.data;
    const size_t count = job->pieces.len / sizeof *pieces;
    for (size_t start = 0, end; start < count; start = end) {
        const uint64_t id = pieces[start].key >> PIECE_TILE_SHIFT;
        for (end = start; end < count && pieces[end].key >> PIECE_TILE_SHIFT == id; end++)
            ;
        TRY(encode_tile(&worker->encode, job, pieces + start, end - start, &job->err));
        const struct span plain = mvt_encode_bytes(&worker->encode);
        struct tile_out tile = {.id = id,
                                .offset = job->packed.len,
                                .plain_len = plain.len,
                                .feature_count = end - start};
        TRY(pack_gzip_pack(&worker->gzip, plain, &job->packed, &job->err));
        tile.len = job->packed.len - tile.offset;
        buf_add(&job->tiles, span_of(&tile, sizeof tile));
        if (job->tiles.failed || job->packed.failed)
            return err_set(&job->err, ERR_NOMEM, "out of memory", id);
    }
    return ERR_OK;
}

static void run_job(void *state, void *argument)
{
    struct job *job = argument;
    job->code = run_tiles(state, job);
}

static void init_job(struct job *job)
{
    buf_init(&job->bytes);
    buf_init(&job->pieces);
    buf_init(&job->packed);
    buf_init(&job->tiles);
}

static void done_job(struct job *job)
{
    buf_done(&job->bytes);
    buf_done(&job->pieces);
    buf_done(&job->packed);
    buf_done(&job->tiles);
}

static void clear_job(struct job *job)
{
    struct buf *const bufs[] = {&job->bytes, &job->pieces, &job->packed, &job->tiles};
    for (size_t i = 0; i < LENGTH(bufs); i++) {
        if (bufs[i]->capacity > JOB_KEEPS) {
            buf_done(bufs[i]);
            buf_init(bufs[i]);
        }
        buf_clear(bufs[i]);
    }
    job->code = ERR_OK;
}

/* Hands out the tiles of the oldest job. */
static enum err_code finish_oldest(struct press *press, struct err *err)
{
    struct job *job = pool_take(press->pool);
    press->free_jobs[press->free_count++] = job;
    if (job->code != ERR_OK) {
        if (err)
            *err = job->err;
        return job->code;
    }
    const struct tile_out *tiles = (const struct tile_out *)(const void *)job->tiles.data;
    for (size_t i = 0; i < job->tiles.len / sizeof *tiles; i++) {
        struct tile tile;
        TRY(tile_from_id(tiles[i].id, &tile, err));
        TRY(press->sink.add(press->sink.context, tile, tiles[i].id,
                            span_of(job->packed.data + tiles[i].offset, tiles[i].len), err));
        struct tiler_zoom_summary *zoom = &press->summary->zooms[tile.z];
        zoom->tile_count++;
        zoom->feature_count += tiles[i].feature_count;
        zoom->plain_bytes += tiles[i].plain_len;
        zoom->packed_bytes += tiles[i].len;
        press->done += tiles[i].feature_count;
    }
    if (press->progress.report)
        press->progress.report(press->progress.context, TILER_WRITE, press->done,
                               pieces_count(press->pieces));
    return ERR_OK;
}

static enum err_code take_free_job(struct press *press, struct job **ret, struct err *err)
{
    while (press->free_count == 0 || pool_is_full(press->pool))
        TRY(finish_oldest(press, err));
    *ret = press->free_jobs[--press->free_count];
    clear_job(*ret);
    return ERR_OK;
}

static enum err_code press_all(struct press *press, struct err *err)
{
    struct job *job = NULL;
    uint64_t tile = UINT64_MAX;
    for (;;) {
        uint64_t key;
        struct span bytes;
        TRY(pieces_next(press->pieces, &key, &bytes, err));
        const bool is_end = bytes.data == NULL;
        const bool is_new_tile = !is_end && key >> PIECE_TILE_SHIFT != tile;
        if (job && (is_end || (is_new_tile && job->bytes.len >= JOB_BYTES))) {
            pool_give(press->pool, job);
            job = NULL;
        }
        if (is_end)
            break;
        if (!job)
            TRY(take_free_job(press, &job, err));
        const struct piece_at piece = {key, job->bytes.len, bytes.len};
        buf_add(&job->bytes, bytes);
        buf_add(&job->pieces, span_of(&piece, sizeof piece));
        if (job->bytes.failed || job->pieces.failed)
            return err_set(err, ERR_NOMEM, "out of memory", 0);
        tile = key >> PIECE_TILE_SHIFT;
    }
    while (press->free_count < press->job_count)
        TRY(finish_oldest(press, err));
    return ERR_OK;
}

enum err_code press_tiles(struct pieces *pieces, const struct tiler_options *options,
                          unsigned threads, struct tiler_sink sink, struct tiler_summary *summary,
                          struct err *err)
{
    struct press press = {.pieces = pieces,
                          .sink = sink,
                          .summary = summary,
                          .progress = options->progress,
                          .job_count = threads * JOBS_A_THREAD};
    struct press_worker *workers = calloc(threads, sizeof *workers);
    void **states = calloc(threads, sizeof *states);
    press.jobs = calloc(press.job_count, sizeof *press.jobs);
    press.free_jobs = calloc(press.job_count, sizeof(struct job *));
    enum err_code code = ERR_OK;
    if (!workers || !states || !press.jobs || !press.free_jobs)
        code = err_set(err, ERR_NOMEM, "out of memory", 0);
    for (unsigned i = 0; code == ERR_OK && i < threads; i++) {
        mvt_encode_init(&workers[i].encode);
        pack_gzip_init(&workers[i].gzip,
                       options->gzip_level ? options->gzip_level : TILER_GZIP_LEVEL);
        states[i] = &workers[i];
    }
    for (unsigned i = 0; code == ERR_OK && i < press.job_count; i++) {
        init_job(&press.jobs[i]);
        press.free_jobs[press.free_count++] = &press.jobs[i];
    }
    if (code == ERR_OK)
        code = pool_new(threads, press.job_count, run_job, states, &press.pool, err);
    if (code == ERR_OK)
        code = press_all(&press, err);
    pool_free(press.pool);
    for (unsigned i = 0; states && i < threads && states[i]; i++) {
        mvt_encode_done(&workers[i].encode);
        pack_gzip_done(&workers[i].gzip);
    }
    for (unsigned i = 0; press.jobs && i < press.job_count; i++)
        done_job(&press.jobs[i]);
    free(press.free_jobs);
    free(press.jobs);
    free(states);
    free(workers);
    return code;
}
