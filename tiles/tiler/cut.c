#include "tiles/tiler/cut.h"

#include <stdlib.h>
#include <unistd.h>

#include "tiles/tiler/pieces.h"
#include "tiles/tiler/pool.h"
#include "tiles/tiler/press.h"
#include "tiles/tiler/render.h"
#include "tiles/tiler/seen.h"
#include "tiles/tiler/spool.h"

enum { BATCH_FEATURES = 512, BATCH_BYTES = 256 << 10, MAX_THREADS = 64 };

/* Features on their way to a worker, and their pieces on the way back. */
struct batch {
    struct arena arena;
    struct feature features[BATCH_FEATURES];
    uint64_t numbers[BATCH_FEATURES]; /* over all spools */
    uint32_t count;
    struct render render;
    uint64_t layer_counts[CITY_LAYER_COUNT], refused;
    struct err first_refused;
    enum err_code code;
    struct err err;
};

struct cutter {
    const struct tiler_options *options;
    struct tiler_summary *summary;
    struct geo_nodes nodes;
    struct seen seen;
    struct pieces *pieces;
    struct pool *pool;
    struct batch *batches;
    struct batch **free_batches;
    unsigned batch_count, free_count;
    uint64_t total; /* features in all spools, each counted once */
};

/* ---- in the workers ---- */

static bool is_of_the_feature(enum err_code code)
{
    return code == ERR_RANGE || code == ERR_INVALID || code == ERR_TOO_LARGE;
}

static void run_batch(void *state, void *argument)
{
    (void)state;
    struct batch *batch = argument;
    for (uint32_t i = 0; i < batch->count; i++) {
        struct err err = {0};
        const enum err_code code = render_feature(&batch->render, &batch->features[i], &err);
        if (code == ERR_OK) {
            batch->layer_counts[batch->features[i].layer]++;
        } else if (is_of_the_feature(code)) {
            err.at = batch->numbers[i];
            if (batch->refused++ == 0)
                batch->first_refused = err;
        } else {
            batch->code = code;
            batch->err = err;
            return;
        }
    }
}

/* ---- in the caller's thread ---- */

static void clear_batch(struct batch *batch)
{
    arena_reset(&batch->arena);
    buf_clear(&batch->render.bytes);
    buf_clear(&batch->render.pieces);
    batch->render.repaired = batch->render.kept_tiny = batch->render.too_small = 0;
    memset(batch->layer_counts, 0, sizeof batch->layer_counts);
    batch->count = 0;
    batch->refused = 0;
    batch->code = ERR_OK;
}

static enum err_code finish_oldest(struct cutter *cutter, struct err *err)
{
    struct batch *batch = pool_take(cutter->pool);
    cutter->free_batches[cutter->free_count++] = batch;
    if (batch->code != ERR_OK) {
        if (err)
            *err = batch->err;
        return batch->code;
    }
    struct tiler_summary *summary = cutter->summary;
    if (batch->refused && summary->refused == 0)
        summary->first_refused = batch->first_refused;
    summary->refused += batch->refused;
    summary->repaired += batch->render.repaired;
    summary->kept_tiny += batch->render.kept_tiny;
    summary->too_small += batch->render.too_small;
    for (unsigned i = 0; i < CITY_LAYER_COUNT; i++)
        summary->layer_counts[i] += batch->layer_counts[i];
    const struct render_piece *pieces =
        (const struct render_piece *)(const void *)batch->render.pieces.data;
    for (size_t i = 0; i < batch->render.pieces.len / sizeof *pieces; i++)
        TRY(pieces_add(cutter->pieces, pieces[i].key,
                       span_of(batch->render.bytes.data + pieces[i].offset, pieces[i].len), err));
    if (cutter->options->progress.report)
        cutter->options->progress.report(cutter->options->progress.context, TILER_READ,
                                         summary->feature_count, cutter->total);
    return ERR_OK;
}

static enum err_code take_free_batch(struct cutter *cutter, struct batch **ret, struct err *err)
{
    while (cutter->free_count == 0)
        TRY(finish_oldest(cutter, err));
    *ret = cutter->free_batches[--cutter->free_count];
    clear_batch(*ret);
    return ERR_OK;
}

static bool copy_feature(struct batch *batch, const struct feature *from)
{
    struct feature *to = &batch->features[batch->count];
    *to = *from;
    const struct geometry *geometry = &from->geometry;
    void *sizes = arena_array(&batch->arena, geometry->part_count, sizeof(uint32_t));
    void *vertices = arena_array(&batch->arena, geometry->vertex_count, sizeof(struct geo_xy));
    struct feature_tag *tags = ARENA_ARRAY(&batch->arena, struct feature_tag, from->tag_count);
    if (!sizes || !vertices || !tags)
        return false;
    memcpy(sizes, geometry->part_sizes, geometry->part_count * sizeof(uint32_t));
    memcpy(vertices, geometry->vertices, geometry->vertex_count * sizeof(struct geo_xy));
    to->geometry.part_sizes = sizes;
    to->geometry.vertices = vertices;
    to->tags = tags;
    for (uint32_t i = 0; i < from->tag_count; i++) {
        tags[i] = from->tags[i];
        if (tags[i].value.type != VALUE_STRING)
            continue;
        const char *text = arena_copy(&batch->arena, from->tags[i].value.string);
        if (!text)
            return false;
        tags[i].value.string = span_of(text, from->tags[i].value.string.len);
    }
    return true;
}

/* Counts; *ret_wanted: it is to be drawn. */
static enum err_code note_feature(struct cutter *cutter, const struct feature *feature,
                                  bool *ret_wanted, struct err *err)
{
    struct tiler_summary *summary = cutter->summary;
    summary->feature_count++;
    *ret_wanted = true;
    if (feature->id && !seen_add(&cutter->seen, feature->layer, feature->id, ret_wanted))
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    summary->duplicates += !*ret_wanted;
    unsigned zoom = render_min_zoom(feature);
    zoom = zoom < cutter->options->min_zoom ? cutter->options->min_zoom : zoom;
    if (zoom < summary->layer_min_zoom[feature->layer])
        summary->layer_min_zoom[feature->layer] = zoom;
    return ERR_OK;
}

static enum err_code cut_spool(struct cutter *cutter, const char *path, struct batch **batch,
                               struct err *err)
{
    CLEANUP(spool_read_close_at) struct spool_reader *reader = NULL;
    TRY(spool_read_open(path, &reader, err));
    const struct feature *feature = NULL;
    for (;;) {
        TRY(spool_read_next(reader, &feature, err));
        if (!feature)
            return ERR_OK;
        bool wanted;
        const uint64_t number = cutter->summary->feature_count;
        TRY(note_feature(cutter, feature, &wanted, err));
        if (!wanted)
            continue;
        if (!*batch)
            TRY(take_free_batch(cutter, batch, err));
        if (!copy_feature(*batch, feature))
            return err_set(err, ERR_NOMEM, "out of memory", number);
        (*batch)->numbers[(*batch)->count++] = number;
        if ((*batch)->count == BATCH_FEATURES || (*batch)->arena.used > BATCH_BYTES) {
            pool_give(cutter->pool, *batch);
            *batch = NULL;
        }
    }
}

static bool is_ground(enum city_layer layer)
{
    return layer == CITY_LANDUSE || layer == CITY_GREEN || layer == CITY_WATER ||
           layer == CITY_ROAD;
}

/* Where ground layers touch each other: their edges are simplified together. */
static enum err_code find_nodes(struct cutter *cutter, const char *path, struct err *err)
{
    CLEANUP(spool_read_close_at) struct spool_reader *reader = NULL;
    TRY(spool_read_open(path, &reader, err));
    const struct spool_summary *summary = spool_read_summary(reader);
    cutter->total += summary->feature_count;
    struct geo_box *bounds = &cutter->summary->bounds;
    bounds->min.x = summary->bounds.min.x < bounds->min.x ? summary->bounds.min.x : bounds->min.x;
    bounds->min.y = summary->bounds.min.y < bounds->min.y ? summary->bounds.min.y : bounds->min.y;
    bounds->max.x = summary->bounds.max.x > bounds->max.x ? summary->bounds.max.x : bounds->max.x;
    bounds->max.y = summary->bounds.max.y > bounds->max.y ? summary->bounds.max.y : bounds->max.y;
    bool any = false;
    for (unsigned i = 0; i < CITY_LAYER_COUNT; i++)
        any |= is_ground((enum city_layer)i) && summary->layer_counts[i];
    if (!any)
        return ERR_OK;
    const struct feature *feature = NULL;
    for (;;) {
        TRY(spool_read_next(reader, &feature, err));
        if (!feature)
            return ERR_OK;
        if (is_ground(feature->layer))
            TRY(geo_nodes_add(&cutter->nodes, &feature->geometry, err));
    }
}

static enum err_code render_all(struct cutter *cutter, struct err *err)
{
    for (size_t i = 0; i < cutter->options->spool_count; i++)
        TRY(find_nodes(cutter, cutter->options->spools[i], err));
    struct batch *batch = NULL;
    for (size_t i = 0; i < cutter->options->spool_count; i++)
        TRY(cut_spool(cutter, cutter->options->spools[i], &batch, err));
    if (batch)
        pool_give(cutter->pool, batch);
    /* The rest are inside the pool. */
    while (cutter->free_count < cutter->batch_count)
        TRY(finish_oldest(cutter, err));
    return ERR_OK;
}

static enum err_code start(struct cutter *cutter, unsigned threads, struct err *err)
{
    static void *const no_states[MAX_THREADS] = {0};
    cutter->batch_count = 2 * threads + 1;
    cutter->batches = calloc(cutter->batch_count, sizeof *cutter->batches);
    cutter->free_batches = calloc(cutter->batch_count, sizeof(struct batch *));
    if (!cutter->batches || !cutter->free_batches)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    const struct render_options options = {
        .min_zoom = cutter->options->min_zoom,
        .max_zoom = cutter->options->max_zoom,
        .skip_keys = cutter->options->skip_keys,
        .keys_at_all_zooms = cutter->options->keys_at_all_zooms,
        .nodes = &cutter->nodes,
    };
    for (unsigned i = 0; i < cutter->batch_count; i++) {
        arena_init(&cutter->batches[i].arena, 0);
        render_init(&cutter->batches[i].render, &options);
        cutter->free_batches[cutter->free_count++] = &cutter->batches[i];
    }
    TRY(pieces_new(cutter->options->memory_limit, cutter->options->temporary_folder,
                   &cutter->pieces, err));
    return pool_new(threads, cutter->batch_count, run_batch, no_states, &cutter->pool, err);
}

/* The memory of rendering is given back before tiles are pressed. */
static void stop(struct cutter *cutter)
{
    pool_free(cutter->pool);
    cutter->pool = NULL;
    for (unsigned i = 0; cutter->batches && i < cutter->batch_count; i++) {
        arena_done(&cutter->batches[i].arena);
        render_done(&cutter->batches[i].render);
    }
    free(cutter->batches);
    free(cutter->free_batches);
    cutter->batches = NULL;
    cutter->free_batches = NULL;
    geo_nodes_done(&cutter->nodes);
    seen_done(&cutter->seen);
}

static enum err_code options_or_defaults(const struct tiler_options *options,
                                         struct tiler_options *ret, unsigned *ret_threads,
                                         struct err *err)
{
    *ret = *options;
    if (ret->min_zoom == 0 && ret->max_zoom == 0) {
        ret->min_zoom = TILER_MIN_ZOOM;
        ret->max_zoom = TILER_MAX_ZOOM;
    }
    if (ret->max_zoom > TILER_MAX_ZOOM || ret->min_zoom > ret->max_zoom)
        return err_set(err, ERR_RANGE, "tiles can be cut for zooms 0 to 16", ret->max_zoom);
    unsigned threads = ret->threads;
    if (threads == 0) {
        const long processors = sysconf(_SC_NPROCESSORS_ONLN);
        threads = processors > 0 ? (unsigned)processors : 1;
    }
    *ret_threads = threads > MAX_THREADS ? MAX_THREADS : threads;
    return ERR_OK;
}

enum err_code tiler_cut(const struct tiler_options *options, struct tiler_sink sink,
                        struct tiler_summary *ret, struct err *err)
{
    struct tiler_options used;
    unsigned threads = 1;
    TRY(options_or_defaults(options, &used, &threads, err));
    struct tiler_summary summary = {
        .bounds = {{INT32_MAX, INT32_MAX}, {INT32_MIN, INT32_MIN}},
    };
    for (unsigned i = 0; i < CITY_LAYER_COUNT; i++)
        summary.layer_min_zoom[i] = used.max_zoom;
    struct cutter cutter = {.options = &used, .summary = &summary};
    geo_nodes_init(&cutter.nodes);
    seen_init(&cutter.seen);
    enum err_code code = start(&cutter, threads, err);
    if (code == ERR_OK)
        code = render_all(&cutter, err);
    stop(&cutter);
    if (code == ERR_OK)
        code = pieces_sort(cutter.pieces, err);
    if (code == ERR_OK) {
        summary.piece_count = pieces_count(cutter.pieces);
        summary.run_count = pieces_run_count(cutter.pieces);
        code = press_tiles(cutter.pieces, &used, threads, sink, &summary, err);
    }
    pieces_free(cutter.pieces);
    if (code == ERR_OK)
        *ret = summary;
    return code;
}
