#include "server/cluster/run.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>

#include "tiles/base/buf.h"
#include "tiles/cluster/density.h"
#include "tiles/cluster/outline.h"
#include "tiles/plane/plane.h"

/* What the clustering needs of a comment; the words stay in the store. */
struct item {
    struct uuid id, card_id;
    struct geo_mm place;
    struct store_place degrees;
    uint32_t agree, disagree, unsure, replies;
    uint8_t kind, channel, hat;
};

struct collection {
    const struct cluster_request *request;
    struct plane *plane;
    struct buf items; /* of struct item */
};

static bool is_in_space(const struct store_comment *comment, const struct uuid *space_id)
{
    if (!space_id)
        return !comment->has_space;
    return comment->has_space && uuid_equal(comment->space_id, *space_id);
}

static enum err_code collect(void *context, const struct store_comment *comment, struct err *err)
{
    struct collection *collection = context;
    if (!is_in_space(comment, collection->request->space_id))
        return ERR_OK;
    struct item item = {
        .id = comment->id,
        .card_id = comment->card_id,
        .degrees = {comment->lon_e7, comment->lat_e7},
        .agree = comment->agree,
        .disagree = comment->disagree,
        .unsure = comment->unsure,
        .replies = comment->reply_count,
        .kind = comment->kind,
        .channel = comment->channel,
        .hat = comment->hat,
    };
    TRY(plane_from_e7(collection->plane, comment->lon_e7, comment->lat_e7, &item.place, err));
    buf_add(&collection->items, span_of(&item, sizeof item));
    if (collection->items.failed)
        return err_set(err, ERR_NOMEM, "no memory for the comments to cluster", 0);
    return ERR_OK;
}

static int by_id(const void *a, const void *b)
{
    return uuid_compare(((const struct item *)a)->id, ((const struct item *)b)->id);
}

static void hash_u32(crypto_hash_sha256_state *state, uint32_t value)
{
    const uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                              (uint8_t)value};
    crypto_hash_sha256_update(state, bytes, sizeof bytes);
}

/* Everything the result depends on but the parameters, in the order of ids. */
static void hash_input(const struct item *items, uint32_t count, uint8_t ret[static 32])
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    for (uint32_t i = 0; i < count; i++) {
        const struct item *item = &items[i];
        const uint8_t words[3] = {item->kind, item->channel, item->hat};
        crypto_hash_sha256_update(&state, item->id.bytes, UUID_BYTES);
        crypto_hash_sha256_update(&state, item->card_id.bytes, UUID_BYTES);
        crypto_hash_sha256_update(&state, words, sizeof words);
        hash_u32(&state, (uint32_t)item->degrees.lon_e7);
        hash_u32(&state, (uint32_t)item->degrees.lat_e7);
        hash_u32(&state, item->agree);
        hash_u32(&state, item->disagree);
        hash_u32(&state, item->unsure);
        hash_u32(&state, item->replies);
    }
    crypto_hash_sha256_final(&state, ret);
}

/* The items of one label, side by side. */
struct group {
    uint32_t *items; /* indices in the order of ids */
    uint32_t size, core_count;
};

static int larger_first(const void *a, const void *b)
{
    const struct group *left = a, *right = b;
    if (left->size != right->size)
        return left->size > right->size ? -1 : 1;
    return left->items[0] < right->items[0] ? -1 : left->items[0] > right->items[0];
}

static enum err_code group_by_label(const struct cluster_labels *labels, struct arena *arena,
                                    struct group **ret, struct err *err)
{
    struct group *groups = arena_zero(arena, labels->clusters, sizeof *groups);
    if (!groups)
        return err_set(err, ERR_NOMEM, "no memory for the clusters", 0);
    for (uint32_t i = 0; i < labels->count; i++)
        if (labels->label[i] != CLUSTER_NONE)
            groups[labels->label[i]].size++;
    for (uint32_t g = 0; g < labels->clusters; g++) {
        groups[g].items = ARENA_ARRAY(arena, uint32_t, groups[g].size);
        if (!groups[g].items)
            return err_set(err, ERR_NOMEM, "no memory for the clusters", g);
        groups[g].size = 0;
    }
    for (uint32_t i = 0; i < labels->count; i++) {
        if (labels->label[i] == CLUSTER_NONE)
            continue;
        struct group *group = &groups[labels->label[i]];
        group->items[group->size++] = i;
        group->core_count += labels->is_core[i];
    }
    qsort(groups, labels->clusters, sizeof *groups, larger_first);
    *ret = groups;
    return ERR_OK;
}

static int most_frequent_first(const void *a, const void *b)
{
    const struct store_card_count *left = a, *right = b;
    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    return uuid_compare(left->card_id, right->card_id);
}

static void count_card(struct store_cluster *cluster, struct uuid card_id)
{
    for (size_t i = 0; i < cluster->card_count; i++)
        if (uuid_equal(cluster->cards[i].card_id, card_id)) {
            cluster->cards[i].count++;
            return;
        }
    cluster->cards[cluster->card_count++] = (struct store_card_count){card_id, 1};
}

static enum err_code count_words(const struct item *items, const struct group *group,
                                 struct arena *arena, struct store_cluster *cluster,
                                 struct err *err)
{
    cluster->cards = ARENA_ARRAY(arena, struct store_card_count, group->size);
    if (!cluster->cards)
        return err_set(err, ERR_NOMEM, "no memory for the cards", 0);
    for (uint32_t i = 0; i < group->size; i++) {
        const struct item *item = &items[group->items[i]];
        cluster->by_kind[item->kind]++;
        cluster->by_channel[item->channel]++;
        cluster->by_hat[item->hat]++;
        cluster->agree += item->agree;
        cluster->disagree += item->disagree;
        cluster->unsure += item->unsure;
        cluster->replies += item->replies;
        count_card(cluster, item->card_id);
    }
    qsort(cluster->cards, cluster->card_count, sizeof *cluster->cards, most_frequent_first);
    return ERR_OK;
}

static enum err_code store_hull(struct plane *plane, const struct geo_mm *hull, uint32_t count,
                                struct arena *arena, struct store_cluster *cluster, struct err *err)
{
    cluster->hull = ARENA_ARRAY(arena, struct store_place, count);
    if (!cluster->hull)
        return err_set(err, ERR_NOMEM, "no memory for the hull", 0);
    for (uint32_t i = 0; i < count; i++)
        TRY(plane_to_e7(plane, hull[i], &cluster->hull[i].lon_e7, &cluster->hull[i].lat_e7, err));
    cluster->hull_count = count;
    return ERR_OK;
}

static enum err_code describe(struct plane *plane, const struct item *items,
                              const struct group *group, struct arena *arena,
                              struct store_cluster *cluster, struct err *err)
{
    struct geo_mm *places = ARENA_ARRAY(arena, struct geo_mm, group->size);
    cluster->members = ARENA_ARRAY(arena, struct uuid, group->size);
    if (!places || !cluster->members)
        return err_set(err, ERR_NOMEM, "no memory for a cluster", 0);
    for (uint32_t i = 0; i < group->size; i++)
        places[i] = items[group->items[i]].place;

    struct geo_mm centre, *hull;
    uint32_t *nearest, nearest_count, hull_count;
    TRY(cluster_centre(places, group->size, &centre, err));
    TRY(cluster_nearest(places, group->size, centre, group->size, arena, &nearest, &nearest_count,
                        err));
    TRY(cluster_hull(places, group->size, arena, &hull, &hull_count, err));
    TRY(plane_to_e7(plane, centre, &cluster->centre.lon_e7, &cluster->centre.lat_e7, err));
    TRY(store_hull(plane, hull, hull_count, arena, cluster, err));

    const struct geo_mm farthest = places[nearest[nearest_count - 1]];
    cluster->reach_mm = (uint32_t)lround(
        hypot((double)farthest.x_mm - centre.x_mm, (double)farthest.y_mm - centre.y_mm));
    cluster->area_mm2 = cluster_hull_area_mm2(hull, hull_count);
    cluster->size = group->size;
    cluster->core_count = group->core_count;
    cluster->member_count = nearest_count;
    for (uint32_t i = 0; i < nearest_count; i++)
        cluster->members[i] = items[group->items[nearest[i]]].id;
    return count_words(items, group, arena, cluster, err);
}

static enum err_code cluster_items(struct plane *plane, const struct item *items, uint32_t count,
                                   struct arena *arena, struct store_cluster_run *run,
                                   struct err *err)
{
    struct geo_mm *places = ARENA_ARRAY(arena, struct geo_mm, count);
    if (!places)
        return err_set(err, ERR_NOMEM, "no memory for the places", count);
    for (uint32_t i = 0; i < count; i++)
        places[i] = items[i].place;
    struct cluster_labels labels;
    struct group *groups = NULL;
    TRY(cluster_density(places, count, run->radius_mm, run->min_points, arena, &labels, err));
    TRY(group_by_label(&labels, arena, &groups, err));

    run->clusters = arena_zero(arena, labels.clusters, sizeof *run->clusters);
    if (!run->clusters)
        return err_set(err, ERR_NOMEM, "no memory for the clusters", labels.clusters);
    run->cluster_count = labels.clusters;
    run->comment_count = count;
    run->noise_count = count;
    for (uint32_t g = 0; g < labels.clusters; g++) {
        run->clusters[g].number = g + 1;
        run->noise_count -= groups[g].size;
        TRY(describe(plane, items, &groups[g], arena, &run->clusters[g], err));
    }
    return ERR_OK;
}

/* One snapshot: the comments and the change number belong together. */
static enum err_code read_comments(struct store_reader *reader, struct collection *collection,
                                   uint64_t *ret_change, struct err *err)
{
    const struct store_filter all = {0};
    const struct store_viewer viewer = {.audience = collection->request->audience};
    TRY(store_reader_begin(reader, err));
    enum err_code code = store_newest_change(reader, ret_change, err);
    if (code == ERR_OK)
        code = store_comments_each(reader, &viewer, &all, collect, collection, err);
    store_reader_end(reader);
    return code;
}

enum err_code cluster_run(struct store_reader *reader, const struct cluster_request *request,
                          struct arena *arena, struct store_cluster_run *ret, struct err *err)
{
    CLEANUP(plane_close_at) struct plane *plane = NULL;
    TRY(plane_open(request->epsg, &plane, err));
    struct store_cluster_run run = {
        .method_version = CLUSTER_METHOD_VERSION,
        .audience = request->audience,
        .has_space = request->space_id != NULL,
        .epsg = request->epsg,
        .radius_mm = request->radius_mm,
        .min_points = request->min_points,
        .made_ms = request->now_ms,
    };
    if (request->space_id)
        run.space_id = *request->space_id;

    struct collection collection = {.request = request, .plane = plane};
    buf_init(&collection.items);
    enum err_code code = read_comments(reader, &collection, &run.change, err);
    const size_t count = collection.items.len / sizeof(struct item);
    if (code == ERR_OK && count > UINT32_MAX / 2)
        code = err_set(err, ERR_TOO_LARGE, "too many comments for one run", count);
    if (code == ERR_OK) {
        struct item *items = (struct item *)(void *)collection.items.data;
        if (count)
            qsort(items, count, sizeof *items, by_id);
        hash_input(items, (uint32_t)count, run.input_sha256);
        code = cluster_items(plane, items, (uint32_t)count, arena, &run, err);
    }
    buf_done(&collection.items);
    if (code == ERR_OK)
        *ret = run;
    return code;
}
