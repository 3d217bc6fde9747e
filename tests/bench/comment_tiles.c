/*
 * comment_tiles: live comment tiles from a store of many comments; comment_tiles.py puts PostGIS
 * beside it.
 *
 * Use        comment_tiles make DIR COUNT   fills a new store; rows for PostGIS on standard output
 *            comment_tiles time DIR         tiles cut without cache, freshness after edits; TSV
 * Units      ms and CPU ms a tile, bytes without gzip.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/clock.h"
#include "server/live/comment_tile.h"
#include "server/store/writer.h"
#include "server/sync/build.h"
#include "tests/support/random.h"
#include "tiles/geo/mercator.h"

enum { BATCH = 1000, CENTRE_LON = 1393880000, CENTRE_LAT = 361470000, CARDS = 8 };

static const struct store_filter no_filter;

static struct uuid id_of(uint8_t kind, uint64_t number)
{
    struct uuid id = {{kind, 0x90, 0xF3, 0xC2, 0x7B, 0x40, 0x70, 0, 0x80}};
    for (int i = 0; i < 7; i++)
        id.bytes[15 - i] = (uint8_t)(number >> (8 * i));
    return id;
}

static void need(enum err_code code, const struct err *err)
{
    if (code == ERR_OK)
        return;
    fprintf(stderr, "comment_tiles: %s\n", err->what ? err->what : err_name(code));
    exit(1);
}

/* Most lie evenly in a town of 32 km; one in 64 near its centre, as people do. */
static struct op_comment comment_of(uint64_t number, uint64_t *random)
{
    static const char *const texts[] = {
        "歩道がせまくて車いすで通れません",
        "バス停に屋根がほしいです",
        "ここの木かげがすずしい",
        "街灯が少なくて夜がこわい",
    };
    const bool near_centre = number % 64 == 0;
    const int32_t reach = near_centre ? 150000 : 1800000;
    return (struct op_comment){
        .kind = (uint8_t)(1 + random_next(random) % 6),
        .channel = (uint8_t)(1 + random_next(random) % 8),
        .hat = HAT_CITIZEN,
        .text = span_from_str(texts[random_next(random) % LENGTH(texts)]),
        .pen_name = span_from_str(""),
        .building_id = span_from_str(""),
        .lon_e7 = CENTRE_LON + random_between(random, -reach, reach),
        .lat_e7 = CENTRE_LAT + random_between(random, -reach * 5 / 6, reach * 5 / 6),
        .card_id = number % 3 ? id_of(0xCA, number % CARDS) : (struct uuid){{0}},
    };
}

static void print_row(uint64_t seq, struct uuid id, const struct op_comment *comment)
{
    char text[UUID_TEXT + 1], card[UUID_TEXT + 1] = "\\N";
    uuid_text(id, text);
    if (!uuid_is_nil(comment->card_id))
        uuid_text(comment->card_id, card);
    printf("%llu\t%s\t%.7f\t%.7f\t%s\t%s\t%s\t%s\t0\t0\t\\N\n", (unsigned long long)seq, text,
           comment->lon_e7 / 1e7, comment->lat_e7 / 1e7, kind_name(comment->kind), card,
           hat_name(comment->hat), channel_name(comment->channel));
}

static int make(const char *dir, uint64_t count)
{
    struct err err = {0};
    const struct store_settings settings = {.municipality = 11202, .name = "熊谷市"};
    static const uint8_t seed[32] = {7};
    CLEANUP(store_close_at) struct store *store = NULL;
    struct store_writer *writer = NULL;
    need(store_create(dir, &settings, 1800000000000, seed, &err), &err);
    need(store_open(dir, STORE_WRITE, &store, &err), &err);
    need(store_writer_open(store, 0, &writer, &err), &err);
    static struct span ops[BATCH];
    static struct store_ack acks[BATCH];
    struct arena arena;
    uint64_t random = 42;
    arena_init(&arena, 0);
    for (uint64_t done = 0; done < count; done += BATCH) {
        arena_reset(&arena);
        for (uint64_t i = 0; i < BATCH; i++) {
            const uint64_t n = done + i + 1;
            const struct op_comment comment = comment_of(n, &random);
            const struct op_head head = {
                .op_id = id_of(1, n),
                .device_id = id_of(2, 1),
                .object_id = id_of(3, n),
                .author_id = id_of(4, 1),
                .dev_seq = n,
                .municipality = 11202,
                .made_ms = 1750000000000,
            };
            need(op_build_comment(&arena, &head, &comment, &ops[i], &err), &err);
            print_row(n, head.object_id, &comment);
        }
        const struct store_batch batch = {.origin = STORE_FROM_SERVER,
                                          .device_id = id_of(2, 1),
                                          .received_ms = 1800000000000,
                                          .ops = ops,
                                          .op_count = BATCH};
        need(store_submit_wait(writer, &batch, acks, &err), &err);
        if (acks[0].status != STORE_ACK_STORED) {
            fprintf(stderr, "comment_tiles: %s\n", acks[0].reason);
            return 1;
        }
        if (done % 50000 == 0)
            fprintf(stderr, "%llu of %llu comments\n", (unsigned long long)done,
                    (unsigned long long)count);
    }
    store_writer_close(writer);
    arena_done(&arena);
    return 0;
}

/* --- Timing ------------------------------------------------------------------------------------
 */

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static struct geo_xy centre(void)
{
    struct geo_xy world;
    if (!mercator_world_from_e7(CENTRE_LON, CENTRE_LAT, &world))
        abort();
    return world;
}

/* The median of one tile cut again and again. */
static void time_centre(struct store_reader *reader, uint8_t z)
{
    enum { REPEATS = 31 };
    double wall[REPEATS], cpu[REPEATS];
    struct buf tile;
    struct err err = {0};
    const struct geo_xy at = centre();
    const uint32_t x = mercator_tile_from_world(z, at.x), y = mercator_tile_from_world(z, at.y);
    buf_init(&tile);
    for (int i = 0; i < REPEATS; i++) {
        buf_clear(&tile);
        const int64_t from = clock_mono_us();
        const double cpu_from = cpu_ms();
        need(comment_tile_cut(reader, z, x, y, &no_filter, &tile, &err), &err);
        cpu[i] = cpu_ms() - cpu_from;
        wall[i] = (double)(clock_mono_us() - from) / 1e3;
    }
    qsort(wall, REPEATS, sizeof(*wall), compare);
    qsort(cpu, REPEATS, sizeof(*cpu), compare);
    printf("z%u\t%u\t%u\t%.3f\t%.3f\t%zu\n", z, x, y, wall[REPEATS / 2], cpu[REPEATS / 2],
           tile.len);
    buf_done(&tile);
}

/* The mean over all tiles of the inner town, each once. */
static void time_town(struct store_reader *reader, uint8_t z)
{
    struct buf tile;
    struct err err = {0};
    const struct geo_xy at = centre();
    const uint32_t x = mercator_tile_from_world(z, at.x), y = mercator_tile_from_world(z, at.y);
    enum { REACH = 12 };
    size_t count = 0, bytes = 0;
    buf_init(&tile);
    const double cpu_from = cpu_ms();
    const int64_t from = clock_mono_us();
    for (uint32_t i = x - REACH; i <= x + REACH; i++)
        for (uint32_t j = y - REACH; j <= y + REACH; j++) {
            buf_clear(&tile);
            need(comment_tile_cut(reader, z, i, j, &no_filter, &tile, &err), &err);
            bytes += tile.len;
            count++;
        }
    printf("town%u\t%u\t%u\t%.4f\t%.4f\t%zu\n", z, x, y,
           (double)(clock_mono_us() - from) / 1e3 / (double)count,
           (cpu_ms() - cpu_from) / (double)count, bytes / count);
    buf_done(&tile);
}

struct edit {
    struct store_writer *writer;
    struct comment_tiles *tiles;
    struct store_reader *reader;
    struct arena arena;
    uint64_t number;
};

/* A new comment near the centre; ms from its acknowledgement until its z16 tile, fresh, is there.
 */
static double edit_once(struct edit *edit, uint64_t *random)
{
    struct err err = {0};
    struct op_comment comment = comment_of(64, random);
    comment.card_id = (struct uuid){{0}};
    const uint64_t n = ++edit->number;
    const struct op_head head = {.op_id = id_of(5, n),
                                 .device_id = id_of(2, 1),
                                 .object_id = id_of(6, n),
                                 .author_id = id_of(4, 1),
                                 .dev_seq = n,
                                 .municipality = 11202,
                                 .made_ms = 1};
    struct geo_xy world;
    struct span op;
    struct store_ack ack;
    struct http_body *body = NULL;
    char id[UUID_TEXT + 1];
    arena_reset(&edit->arena);
    need(op_build_comment(&edit->arena, &head, &comment, &op, &err), &err);
    const struct store_batch batch = {.origin = STORE_FROM_SERVER,
                                      .device_id = id_of(2, 1),
                                      .received_ms = 2,
                                      .ops = &op,
                                      .op_count = 1};
    if (!mercator_world_from_e7(comment.lon_e7, comment.lat_e7, &world))
        abort();
    const uint32_t x = mercator_tile_from_world(16, world.x);
    const uint32_t y = mercator_tile_from_world(16, world.y);
    need(comment_tiles_get(edit->tiles, edit->reader, 16, x, y, &no_filter, &body, &err), &err);
    http_body_unref(body);
    need(store_submit_wait(edit->writer, &batch, &ack, &err), &err);
    const int64_t from = clock_mono_us();
    need(comment_tiles_get(edit->tiles, edit->reader, 16, x, y, &no_filter, &body, &err), &err);
    const double ms = (double)(clock_mono_us() - from) / 1e3;
    uuid_text(head.object_id, id);
    const struct span bytes = body->bytes[HTTP_IDENTITY];
    if (!memmem(bytes.data, bytes.len, id, UUID_TEXT)) {
        fprintf(stderr, "comment_tiles: a stale tile\n");
        exit(1);
    }
    http_body_unref(body);
    return ms;
}

static void time_edits(struct store *store, struct store_reader *reader)
{
    enum { EDITS = 1000 };
    static double ms[EDITS];
    struct edit edit = {.reader = reader, .number = (uint64_t)clock_unix_ms()};
    struct err err = {0};
    uint64_t random = 9;
    arena_init(&edit.arena, 0);
    need(store_writer_open(store, 0, &edit.writer, &err), &err);
    need(comment_tiles_open(16 << 20, &edit.tiles, &err), &err);
    need(store_writer_listen(edit.writer, comment_tiles_changed, edit.tiles, &err), &err);
    for (int i = 0; i < EDITS; i++)
        ms[i] = edit_once(&edit, &random);
    qsort(ms, EDITS, sizeof(*ms), compare);
    printf("fresh\t%d\t0\t%.3f\t%.3f\t0\n", EDITS, ms[EDITS / 2], ms[EDITS * 99 / 100]);
    store_writer_close(edit.writer);
    comment_tiles_close(edit.tiles);
    arena_done(&edit.arena);
}

static int time_all(const char *dir)
{
    struct err err = {0};
    CLEANUP(store_close_at) struct store *store = NULL;
    CLEANUP(store_reader_close_at) struct store_reader *reader = NULL;
    need(store_open(dir, STORE_WRITE, &store, &err), &err);
    need(store_reader_open(store, &reader, &err), &err);
    static const uint8_t zooms[] = {14, 12, 13, 10, 5, 16};
    for (size_t i = 0; i < LENGTH(zooms); i++)
        time_centre(reader, zooms[i]);
    time_town(reader, 16);
    time_edits(store, reader);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "make") == 0)
        return make(argv[2], strtoull(argv[3], NULL, 10));
    if (argc == 3 && strcmp(argv[1], "time") == 0)
        return time_all(argv[2]);
    fputs("usage: comment_tiles make DIR COUNT > rows.tsv | comment_tiles time DIR\n", stderr);
    return 2;
}
