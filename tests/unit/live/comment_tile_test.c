/* Comment tiles: what they show, and that they are never stale. The invariants C1 to C4 are those
 * of server/live/comment_tile.h. */
#include <malloc.h>
#include <math.h>
#include <pthread.h>

#include "server/live/comment_tile.h"
#include "tests/support/random.h"
#include "tests/support/store.h"
#include "tiles/geo/mercator.h"
#include "tiles/mvt/decode.h"

static const struct store_filter no_filter;

struct map {
    struct town town;
    struct comment_tiles *tiles;
    struct arena arena;
};

static void map_open(struct map *map, size_t limit)
{
    town_open(&map->town);
    arena_init(&map->arena, 0);
    assert_int_equal(comment_tiles_open(limit, &map->tiles, NULL), ERR_OK);
    assert_int_equal(store_writer_listen(map->town.writer, comment_tiles_changed, map->tiles, NULL),
                     ERR_OK);
}

static void map_close(struct map *map)
{
    store_writer_close(map->town.writer);
    map->town.writer = NULL;
    comment_tiles_close(map->tiles);
    arena_done(&map->arena);
    town_close(&map->town);
}

/* The tile of a place by the formula of EPSG:3857, in doubles; *ret_unit: where in the tile. */
struct spot {
    uint32_t x, y, unit_x, unit_y;
};
static struct spot spot_of(uint8_t z, int32_t lon_e7, int32_t lat_e7)
{
    static const double pi = 3.14159265358979323846;
    const double side = ldexp(1, z);
    const double x = (lon_e7 / 1e7 + 180) / 360 * side;
    const double y = (1 - asinh(tan(lat_e7 / 1e7 * pi / 180)) / pi) / 2 * side;
    return (struct spot){(uint32_t)x, (uint32_t)y, (uint32_t)((x - floor(x)) * 4096),
                         (uint32_t)((y - floor(y)) * 4096)};
}

/* The tile that the program means: within half a world unit of a border, doubles may see another.
 */
static struct spot own_spot_of(uint8_t z, int32_t lon_e7, int32_t lat_e7)
{
    struct geo_xy world;
    assert_true(mercator_world_from_e7(lon_e7, lat_e7, &world));
    return (struct spot){.x = mercator_tile_from_world(z, world.x),
                         .y = mercator_tile_from_world(z, world.y)};
}

static struct http_body *tile_of(struct map *map, struct store_reader *reader, uint8_t z,
                                 uint32_t x, uint32_t y, const struct store_filter *filter)
{
    struct http_body *body = NULL;
    struct err err = {0};
    if (comment_tiles_get(map->tiles, reader, z, x, y, filter, &body, &err) != ERR_OK)
        fail_msg("tile %u/%u/%u: %s", z, x, y, err.what);
    return body;
}

static const struct mvt_decoded_layer *layer_of(struct arena *arena, struct http_body *body)
{
    static const struct mvt_decoded_layer none;
    struct mvt_decoded_tile tile;
    if (!body)
        return &none;
    assert_int_equal(mvt_decode(body->bytes[HTTP_IDENTITY], arena, &tile, NULL), ERR_OK);
    assert_int_equal(tile.skipped, 0);
    assert_int_equal(tile.layer_count, 1); /* no lines and areas: no empty layer of them */
    assert_true(span_is(tile.layers[0].name, "comment"));
    assert_int_equal(tile.layers[0].extent, 4096);
    return &tile.layers[0];
}

static bool text_is(const struct mvt_decoded_layer *layer,
                    const struct mvt_decoded_feature *feature, const char *key, const char *text)
{
    const struct mvt_decoded_value *value = mvt_decode_find_value(layer, feature, key);
    return value && value->type == MVT_IS_STRING && span_is(value->string, text);
}

static int64_t number_of(const struct mvt_decoded_layer *layer,
                         const struct mvt_decoded_feature *feature, const char *key)
{
    const struct mvt_decoded_value *value = mvt_decode_find_value(layer, feature, key);
    return !value ? 0 : value->type == MVT_IS_UINT ? (int64_t)value->natural : value->integer;
}

static struct op_comment comment_near(uint64_t *random)
{
    static const char *const texts[] = {"歩道がせまい", "木かげがほしい", "ベンチがほしい"};
    struct op_comment comment = town_comment(texts[random_next(random) % LENGTH(texts)]);
    comment.lon_e7 += random_between(random, -200000, 200000);
    comment.lat_e7 += random_between(random, -150000, 150000);
    comment.kind = (uint8_t)(1 + random_next(random) % 6);
    comment.channel = (uint8_t)(1 + random_next(random) % 8);
    return comment;
}

enum { MANY = 400 };

static struct op_comment written[MANY];

static void write_many(struct map *map)
{
    uint64_t random = 7;
    for (unsigned i = 0; i < MANY; i++) {
        written[i] = comment_near(&random);
        town_write(&map->town, i + 1, 1, &written[i]);
    }
}

static void points_stand_where_they_are(void **state)
{
    (void)state;
    struct map map;
    map_open(&map, 1 << 20);
    write_many(&map);
    for (uint8_t z = COMMENT_TILE_POINTS_Z; z <= COMMENT_TILE_MAX_Z; z += 4)
        for (unsigned i = 0; i < MANY; i += 13) {
            char id[UUID_TEXT + 1];
            uuid_text(town_id(0xC0, i + 1), id);
            const struct spot spot = spot_of(z, written[i].lon_e7, written[i].lat_e7);
            struct http_body *body = tile_of(&map, map.town.reader, z, spot.x, spot.y, &no_filter);
            const struct mvt_decoded_layer *layer = layer_of(&map.arena, body);
            unsigned found = 0;
            for (uint32_t f = 0; f < layer->feature_count; f++) {
                const struct mvt_decoded_feature *feature = &layer->features[f];
                if (!text_is(layer, feature, "id", id))
                    continue;
                found++;
                assert_true(text_is(layer, feature, "kind", kind_name(written[i].kind)));
                assert_true(text_is(layer, feature, "channel", channel_name(written[i].channel)));
                assert_true(text_is(layer, feature, "hat", "citizen"));
                assert_int_equal(number_of(layer, feature, "agree"), 0);
                assert_int_equal(feature->geometry.vertex_count, 1);
                /* World units are 9 mm wide: at z 22 the last unit of the tile is not exact. */
                assert_in_range(feature->geometry.vertices[0].x + 8, spot.unit_x + 4,
                                spot.unit_x + 12);
                assert_in_range(feature->geometry.vertices[0].y + 8, spot.unit_y + 4,
                                spot.unit_y + 12);
            }
            assert_int_equal(found, 1);
            http_body_unref(body);
        }
    map_close(&map);
}

static void every_comment_is_in_exactly_one_tile_of_a_zoom(void **state)
{
    (void)state;
    struct map map;
    map_open(&map, 1 << 20);
    write_many(&map);
    for (uint8_t z = 0; z <= 17; z++) {
        const struct spot low = spot_of(z, 1393880000 - 200000, 361470000 + 150000);
        const struct spot high = spot_of(z, 1393880000 + 200000, 361470000 - 150000);
        int64_t total = 0, by_kind[COMMENT_KIND_END] = {0};
        for (uint32_t x = low.x; x <= high.x; x++)
            for (uint32_t y = low.y; y <= high.y; y++) {
                struct http_body *body = tile_of(&map, map.town.reader, z, x, y, &no_filter);
                const struct mvt_decoded_layer *layer = layer_of(&map.arena, body);
                for (uint32_t f = 0; f < layer->feature_count; f++) {
                    const struct mvt_decoded_feature *feature = &layer->features[f];
                    if (z >= COMMENT_TILE_POINTS_Z) {
                        total++;
                        continue;
                    }
                    const int64_t count = number_of(layer, feature, "count");
                    int64_t sum = 0;
                    for (unsigned k = 1; k < COMMENT_KIND_END; k++) {
                        const int64_t of_kind = number_of(layer, feature, kind_name(k));
                        by_kind[k] += of_kind;
                        sum += of_kind;
                    }
                    assert_int_equal(sum, count);
                    total += count;
                }
                http_body_unref(body);
                arena_reset(&map.arena);
            }
        assert_int_equal(total, MANY);
        for (unsigned k = 1; z < COMMENT_TILE_POINTS_Z && k < COMMENT_KIND_END; k++) {
            int64_t expected = 0;
            for (unsigned i = 0; i < MANY; i++)
                expected += written[i].kind == k;
            assert_int_equal(by_kind[k], expected);
        }
    }
    map_close(&map);
}

static void filters_choose_in_points_and_in_cells(void **state)
{
    (void)state;
    struct map map;
    map_open(&map, 1 << 20);
    write_many(&map);
    static const char word[] = "歩道";
    const struct store_filter filters[] = {
        {.kinds = 1u << COMMENT_TROUBLE | 1u << COMMENT_GOOD},
        {.channels = 1u << CHANNEL_PAPER},
        {.query = {(const uint8_t *)word, sizeof(word) - 1}},
    };
    for (size_t i = 0; i < LENGTH(filters); i++)
        for (uint8_t z = 5; z <= 15; z += 10) {
            const struct spot low = spot_of(z, 1393880000 - 200000, 361470000 + 150000);
            const struct spot high = spot_of(z, 1393880000 + 200000, 361470000 - 150000);
            int64_t total = 0, expected = 0;
            for (unsigned c = 0; c < MANY; c++)
                expected += i == 0   ? (filters[0].kinds >> written[c].kind & 1)
                            : i == 1 ? written[c].channel == CHANNEL_PAPER
                                     : span_is(written[c].text, "歩道がせまい");
            for (uint32_t x = low.x; x <= high.x; x++)
                for (uint32_t y = low.y; y <= high.y; y++) {
                    struct http_body *body = tile_of(&map, map.town.reader, z, x, y, &filters[i]);
                    const struct mvt_decoded_layer *layer = layer_of(&map.arena, body);
                    for (uint32_t f = 0; f < layer->feature_count; f++)
                        total += z < 14 ? number_of(layer, &layer->features[f], "count") : 1;
                    http_body_unref(body);
                }
            assert_true(expected > 0);
            assert_int_equal(total, expected);
        }
    map_close(&map);
}

static void a_change_drops_its_own_tiles_and_no_other(void **state)
{
    (void)state;
    struct map map;
    map_open(&map, 1 << 20);
    const struct op_comment here = town_comment("木かげ");
    struct op_comment there = here;
    there.lon_e7 += 300000; /* 2.7 km: another tile from z 13 on */
    town_write(&map.town, 1, 1, &here);
    town_write(&map.town, 2, 1, &there);
    struct http_body *at_here[COMMENT_TILE_MAX_Z + 1], *at_there[COMMENT_TILE_MAX_Z + 1];
    for (uint8_t z = 0; z <= COMMENT_TILE_MAX_Z; z++) {
        const struct spot a = spot_of(z, here.lon_e7, here.lat_e7);
        const struct spot b = spot_of(z, there.lon_e7, there.lat_e7);
        at_here[z] = tile_of(&map, map.town.reader, z, a.x, a.y, &no_filter);
        at_there[z] = tile_of(&map, map.town.reader, z, b.x, b.y, &no_filter);
    }
    town_write(&map.town, 3, 1, &here);
    for (uint8_t z = 0; z <= COMMENT_TILE_MAX_Z; z++) {
        const struct spot a = spot_of(z, here.lon_e7, here.lat_e7);
        const struct spot b = spot_of(z, there.lon_e7, there.lat_e7);
        struct http_body *body = tile_of(&map, map.town.reader, z, a.x, a.y, &no_filter);
        assert_string_not_equal(body->etag, at_here[z]->etag);
        http_body_unref(body);
        body = tile_of(&map, map.town.reader, z, b.x, b.y, &no_filter);
        if (a.x == b.x)
            assert_string_not_equal(body->etag, at_there[z]->etag);
        else
            assert_ptr_equal(body, at_there[z]); /* not even cut again */
        http_body_unref(body);
        http_body_unref(at_here[z]);
        http_body_unref(at_there[z]);
    }
    map_close(&map);
}

static void the_same_content_has_the_same_etag_after_eviction(void **state)
{
    (void)state;
    struct map map;
    map_open(&map, 0); /* nothing can stay */
    write_many(&map);
    const struct spot spot = spot_of(14, 1393880000, 361470000);
    struct http_body *first = tile_of(&map, map.town.reader, 14, spot.x, spot.y, &no_filter);
    struct http_body *second = tile_of(&map, map.town.reader, 14, spot.x, spot.y, &no_filter);
    struct comment_tiles_stats stats;
    comment_tiles_stats(map.tiles, &stats);
    assert_int_equal(stats.cuts, 2);
    assert_int_equal(stats.entries, 0);
    assert_string_equal(first->etag, second->etag);
    assert_true(span_equal(first->bytes[HTTP_IDENTITY], second->bytes[HTTP_IDENTITY]));
    http_body_unref(first);
    http_body_unref(second);
    map_close(&map);
}

static void memory_stays_below_its_limit_and_is_counted_right(void **state)
{
    (void)state;
    struct map map;
    enum { LIMIT = 1 << 20, VARIANTS = 4 };
    map_open(&map, LIMIT);
    write_many(&map);
    /* What SQLite keeps grows at first; afterwards only the cache does. */
    struct buf warm;
    buf_init(&warm);
    for (unsigned i = 0; i < MANY * 2 * VARIANTS; i++) {
        const uint8_t z = (uint8_t)(14 + i % 8);
        const struct store_filter variant = {.hats = 1u << HAT_CITIZEN | 1u << (10 + i / MANY / 2)};
        const struct spot spot = spot_of(z, written[i % MANY].lon_e7, written[i % MANY].lat_e7);
        buf_clear(&warm);
        assert_int_equal(
            comment_tile_cut(map.town.reader, z, spot.x, spot.y, &variant, &warm, NULL), ERR_OK);
    }
    buf_done(&warm);
    struct comment_tiles_stats stats, before_stats;
    comment_tiles_stats(map.tiles, &before_stats);
    const size_t before = mallinfo2().uordblks;
    for (unsigned i = 0; i < MANY * 2 * VARIANTS; i++) {
        const uint8_t z = (uint8_t)(14 + i % 8);
        const struct store_filter variant = {.hats = 1u << HAT_CITIZEN | 1u << (10 + i / MANY / 2)};
        const struct spot spot = spot_of(z, written[i % MANY].lon_e7, written[i % MANY].lat_e7);
        http_body_unref(tile_of(&map, map.town.reader, z, spot.x, spot.y, &variant));
        comment_tiles_stats(map.tiles, &stats);
        assert_in_range(stats.bytes, 0, LIMIT);
    }
    assert_true(stats.evicted > 0);
    assert_in_range(stats.bytes, LIMIT * 95 / 100, LIMIT);
#if !UNDER_SANITIZER
    const size_t really = mallinfo2().uordblks - before +
                          stats.entries * (size_t)COMMENT_TILE_PREPARED_BYTES + before_stats.bytes;
    assert_in_range(really, stats.bytes * 95 / 100, stats.bytes * 105 / 100);
#else
    (void)before;
#endif
    map_close(&map);
}

/* --- Threads -----------------------------------------------------------------------------------
 */

enum { ASKERS = 8 };

struct asker {
    struct map *map;
    struct store_reader *reader;
    pthread_barrier_t *start;
    pthread_t thread;
    struct http_body *body;
    atomic_bool *end;
    uint64_t random, asked;
};

static void *ask_once(void *context)
{
    struct asker *asker = context;
    const struct spot spot = spot_of(13, 1393880000, 361470000);
    pthread_barrier_wait(asker->start);
    asker->body = tile_of(asker->map, asker->reader, 13, spot.x, spot.y, &no_filter);
    return NULL;
}

static void requests_for_one_tile_share_one_cut(void **state)
{
    (void)state;
    struct map map;
    struct asker askers[ASKERS];
    pthread_barrier_t start;
    map_open(&map, 1 << 20);
    write_many(&map);
    pthread_barrier_init(&start, NULL, ASKERS);
    for (int i = 0; i < ASKERS; i++) {
        askers[i] = (struct asker){.map = &map, .start = &start};
        assert_int_equal(store_reader_open(map.town.store, &askers[i].reader, NULL), ERR_OK);
        pthread_create(&askers[i].thread, NULL, ask_once, &askers[i]);
    }
    for (int i = 0; i < ASKERS; i++) {
        pthread_join(askers[i].thread, NULL);
        assert_ptr_equal(askers[i].body, askers[0].body);
    }
    struct comment_tiles_stats stats;
    comment_tiles_stats(map.tiles, &stats);
    assert_int_equal(stats.cuts, 1);
    assert_int_equal(stats.hits + stats.joined, ASKERS - 1);
    for (int i = 0; i < ASKERS; i++) {
        http_body_unref(askers[i].body);
        store_reader_close(askers[i].reader);
    }
    pthread_barrier_destroy(&start);
    map_close(&map);
}

static void *ask_on(void *context)
{
    struct asker *asker = context;
    while (!atomic_load(asker->end)) {
        const struct op_comment place = comment_near(&asker->random);
        const uint8_t z = (uint8_t)(10 + random_next(&asker->random) % 10);
        const struct spot spot = spot_of(z, place.lon_e7, place.lat_e7);
        http_body_unref(tile_of(asker->map, asker->reader, z, spot.x, spot.y, &no_filter));
        asker->asked++;
    }
    return NULL;
}

static bool shows(struct map *map, uint8_t z, const struct spot *spot, const char *id)
{
    struct http_body *body = tile_of(map, map->town.reader, z, spot->x, spot->y, &no_filter);
    const bool found = body && memmem(body->bytes[HTTP_IDENTITY].data,
                                      body->bytes[HTTP_IDENTITY].len, id, UUID_TEXT);
    http_body_unref(body);
    return found;
}

/* A tile that the edit does not touch: its tag stays. */
static bool stays(struct map *map, const struct spot *other, char etag[64])
{
    struct http_body *body = tile_of(map, map->town.reader, 16, other->x, other->y, &no_filter);
    const char *now = body ? body->etag : "";
    const bool same = strcmp(now, etag) == 0;
    snprintf(etag, 64, "%s", now);
    http_body_unref(body);
    return same;
}

static void no_edit_under_load_is_ever_stale(void **state)
{
    (void)state;
    enum { LOADERS = 2 };
    /* EDITS=10000 for the long run; each waits for its fsync. */
    const char *wanted = getenv("EDITS");
    const unsigned edits = wanted ? (unsigned)atoi(wanted) : 1500;
    struct map map;
    struct asker loaders[LOADERS];
    atomic_bool end = false;
    map_open(&map, 4 << 20);
    write_many(&map);
    for (int i = 0; i < LOADERS; i++) {
        loaders[i] = (struct asker){.map = &map, .end = &end, .random = 100 + (uint64_t)i};
        assert_int_equal(store_reader_open(map.town.store, &loaders[i].reader, NULL), ERR_OK);
        pthread_create(&loaders[i].thread, NULL, ask_on, &loaders[i]);
    }
    uint64_t random = 99;
    unsigned stale = 0, disturbed = 0;
    static uint32_t revs[MANY];
    memset(revs, 0, sizeof revs);
    for (unsigned edit = 0; edit < edits; edit++) {
        const unsigned at = random_next(&random) % MANY;
        const unsigned other_at = (at + 1 + random_next(&random) % (MANY - 1)) % MANY;
        const struct op_comment to = comment_near(&random);
        const uint8_t z = (uint8_t)(14 + random_next(&random) % 6);
        const struct spot before = own_spot_of(z, written[at].lon_e7, written[at].lat_e7);
        const struct spot after = own_spot_of(z, to.lon_e7, to.lat_e7);
        const struct spot other =
            own_spot_of(16, written[other_at].lon_e7, written[other_at].lat_e7);
        const struct spot before_16 = own_spot_of(16, written[at].lon_e7, written[at].lat_e7);
        const struct spot after_16 = own_spot_of(16, to.lon_e7, to.lat_e7);
        char id[UUID_TEXT + 1], etag[64] = "";
        uuid_text(town_id(0xC0, at + 1), id);
        stays(&map, &other, etag);
        stale += !shows(&map, z, &before, id);

        const struct op_head head = town_head(1000 + edit, town_id(0xC0, at + 1), 1, ++revs[at]);
        struct span op;
        arena_reset(&map.town.arena);
        const struct op_place place = {.lon_e7 = to.lon_e7, .lat_e7 = to.lat_e7};
        assert_int_equal(op_build_place(&map.town.arena, &head, &place, &op, NULL), ERR_OK);
        assert_int_equal(town_rule(&map.town, op).status, STORE_ACK_STORED);
        written[at].lon_e7 = to.lon_e7;
        written[at].lat_e7 = to.lat_e7;
        stale += !shows(&map, z, &after, id);
        if (before.x != after.x || before.y != after.y)
            stale += shows(&map, z, &before, id);
        const bool touched = (other.x == before_16.x && other.y == before_16.y) ||
                             (other.x == after_16.x && other.y == after_16.y);
        disturbed += !stays(&map, &other, etag) && !touched;
    }
    atomic_store(&end, true);
    for (int i = 0; i < LOADERS; i++) {
        pthread_join(loaders[i].thread, NULL);
        assert_true(loaders[i].asked > 0);
        store_reader_close(loaders[i].reader);
    }
    assert_int_equal(stale, 0);
    assert_int_equal(disturbed, 0);
    map_close(&map);
}

static void a_crowded_tile_shows_cells_and_loses_nobody(void **state)
{
    (void)state;
    struct map map;
    map_open(&map, 1 << 20);
    enum { BATCH = 500, CROWD = COMMENT_TILE_POINTS_MAX + BATCH };
    const struct op_comment comment = town_comment("木");
    static struct span ops[BATCH];
    static struct store_ack acks[BATCH];
    for (unsigned done = 0; done < CROWD; done += BATCH) {
        arena_reset(&map.town.arena);
        for (unsigned i = 0; i < BATCH; i++) {
            const struct op_head head = town_head(done + i + 1, town_id(0xC0, done + i + 1), 1, 0);
            assert_int_equal(op_build_comment(&map.town.arena, &head, &comment, &ops[i], NULL),
                             ERR_OK);
        }
        const struct store_batch batch = {.origin = STORE_FROM_SERVER,
                                          .device_id = town_id(0xDD, 1),
                                          .received_ms = TOWN_NOON,
                                          .ops = ops,
                                          .op_count = BATCH};
        assert_int_equal(store_submit_wait(map.town.writer, &batch, acks, NULL), ERR_OK);
    }
    const struct spot spot = spot_of(14, comment.lon_e7, comment.lat_e7);
    struct http_body *body = tile_of(&map, map.town.reader, 14, spot.x, spot.y, &no_filter);
    const struct mvt_decoded_layer *layer = layer_of(&map.arena, body);
    int64_t total = 0;
    for (uint32_t f = 0; f < layer->feature_count; f++)
        total += number_of(layer, &layer->features[f], "count");
    assert_int_equal(total, CROWD);
    http_body_unref(body);
    map_close(&map);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_stand_where_they_are),
        cmocka_unit_test(every_comment_is_in_exactly_one_tile_of_a_zoom),
        cmocka_unit_test(filters_choose_in_points_and_in_cells),
        cmocka_unit_test(a_change_drops_its_own_tiles_and_no_other),
        cmocka_unit_test(the_same_content_has_the_same_etag_after_eviction),
        cmocka_unit_test(memory_stays_below_its_limit_and_is_counted_right),
        cmocka_unit_test(requests_for_one_tile_share_one_cut),
        cmocka_unit_test(no_edit_under_load_is_ever_stale),
        /* Part of the long run: 50,500 comments take a while to write. */
        cmocka_unit_test(a_crowded_tile_shows_cells_and_loses_nobody),
    };
    const size_t count = LENGTH(tests) - (getenv("EDITS") ? 0 : 1);
    return _cmocka_run_group_tests("tests", tests, count, NULL, NULL);
}
