/*
 * durable_comments: comments accepted per second, each acknowledged after its bytes are on disk.
 *
 * Beside     Plain SQLite: one row in one table, one commit each (WAL, synchronous=FULL), on the
 * same disk in the same run. The store writes log, comment, two indexes of places, counts and full
 * text for each. Usage      durable_comments [SECONDS]. Prints TSV: clients, per second, p99 in ms,
 * ratio.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/clock.h"
#include "server/store/writer.h"
#include "server/sync/build.h"

enum { CLIENTS_MAX = 64, WAITS_MAX = 1 << 20 };

static const char said[] = "駅前の歩道に日陰とベンチがほしいです。夏は暑くてバスを待てません。";

static struct uuid id_of(uint8_t kind, uint64_t number)
{
    struct uuid id = {{kind, 0x90, 0xF3, 0xC2, 0x7B, 0x40, 0x70}};
    for (int i = 0; i < 8; i++)
        id.bytes[15 - i] = (uint8_t)(number >> (8 * i));
    return id;
}

struct bench {
    struct store_writer *writer;
    int64_t end_us;
    atomic_uint_least64_t number, waits;
    uint32_t *wait_us;
};

static void *client(void *context)
{
    struct bench *bench = context;
    struct arena arena;
    arena_init(&arena, 0);
    while (clock_mono_us() < bench->end_us) {
        arena_reset(&arena);
        const uint64_t n = atomic_fetch_add(&bench->number, 1) + 1;
        const struct op_head head = {
            .op_id = id_of(1, n),
            .device_id = id_of(2, 1),
            .object_id = id_of(3, n),
            .author_id = id_of(4, n % 64 + 1),
            .dev_seq = n,
            .municipality = 11202,
            .made_ms = 1,
        };
        const struct op_comment comment = {
            .kind = (uint8_t)(n % 6 + 1),
            .channel = CHANNEL_TABLET,
            .hat = HAT_CITIZEN,
            .text = span_from_str(said),
            .pen_name = span_from_str("けやき"),
            .building_id = span_from_str(""),
            .lon_e7 = 1393000000 + (int32_t)(n * 7919 % 1800000),
            .lat_e7 = 360800000 + (int32_t)(n * 104729 % 1300000),
        };
        struct span op;
        if (op_build_comment(&arena, &head, &comment, &op, NULL) != ERR_OK)
            abort();
        const struct store_batch batch = {.origin = STORE_FROM_DEVICE,
                                          .device_id = id_of(2, 1),
                                          .has_token = true,
                                          .received_ms = 2,
                                          .ops = &op,
                                          .op_count = 1};
        struct store_ack ack;
        const int64_t start = clock_mono_us();
        if (store_submit_wait(bench->writer, &batch, &ack, NULL) != ERR_OK ||
            ack.status != STORE_ACK_STORED)
            abort();
        const uint64_t at = atomic_fetch_add(&bench->waits, 1);
        if (at < WAITS_MAX)
            bench->wait_us[at] = (uint32_t)(clock_mono_us() - start);
    }
    arena_done(&arena);
    return NULL;
}

static int ascending(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static double run_clients(struct bench *bench, unsigned clients, double seconds, double *ret_p99_ms)
{
    pthread_t threads[CLIENTS_MAX];
    atomic_store(&bench->waits, 0);
    const int64_t start = clock_mono_us();
    bench->end_us = start + (int64_t)(seconds * 1e6);
    for (unsigned i = 0; i < clients; i++)
        if (pthread_create(&threads[i], NULL, client, bench) != 0)
            abort();
    for (unsigned i = 0; i < clients; i++)
        pthread_join(threads[i], NULL);
    const double took = (double)(clock_mono_us() - start) / 1e6;
    const uint64_t count = atomic_load(&bench->waits);
    const size_t kept = count < WAITS_MAX ? (size_t)count : WAITS_MAX;
    qsort(bench->wait_us, kept, sizeof *bench->wait_us, ascending);
    *ret_p99_ms = kept ? bench->wait_us[kept * 99 / 100] / 1e3 : 0;
    return (double)count / took;
}

static void must(int result, sqlite3 *db)
{
    if (result != SQLITE_OK && result != SQLITE_DONE) {
        fprintf(stderr, "durable_comments: %s\n", sqlite3_errmsg(db));
        exit(1);
    }
}

static double run_plain(const char *dir, double seconds)
{
    char path[200];
    snprintf(path, sizeof path, "%s/plain.db", dir);
    sqlite3 *db;
    sqlite3_stmt *insert;
    must(sqlite3_open(path, &db), db);
    must(sqlite3_exec(db,
                      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                      "CREATE TABLE comment (id BLOB PRIMARY KEY, text TEXT, lon REAL, lat REAL)",
                      NULL, NULL, NULL),
         db);
    must(sqlite3_prepare_v2(db, "INSERT INTO comment VALUES (?1, ?2, ?3, ?4)", -1, &insert, NULL),
         db);
    uint64_t count = 0;
    const int64_t start = clock_mono_us(), end = start + (int64_t)(seconds * 1e6);
    while (clock_mono_us() < end) {
        const struct uuid id = id_of(3, ++count);
        sqlite3_bind_blob(insert, 1, id.bytes, UUID_BYTES, SQLITE_TRANSIENT);
        sqlite3_bind_text(insert, 2, said, -1, SQLITE_STATIC);
        sqlite3_bind_double(insert, 3, 139.388);
        sqlite3_bind_double(insert, 4, 36.147);
        must(sqlite3_step(insert), db);
        sqlite3_reset(insert);
    }
    const double took = (double)(clock_mono_us() - start) / 1e6;
    sqlite3_finalize(insert);
    sqlite3_close(db);
    return (double)count / took;
}

int main(int argc, char **argv)
{
    const double seconds = argc > 1 ? atof(argv[1]) : 3;
    char dir[] = "/var/tmp/kakikomap-bench-XXXXXX", data[64];
    if (!mkdtemp(dir))
        return 1;
    snprintf(data, sizeof data, "%s/data", dir);
    const struct store_settings settings = {.municipality = 11202, .name = "熊谷市"};
    const uint8_t random[32] = {1};
    struct err err = {0};
    struct store *store;
    struct bench bench = {.wait_us = malloc(WAITS_MAX * sizeof(uint32_t))};
    if (!bench.wait_us || store_create(data, &settings, 0, random, &err) != ERR_OK ||
        store_open(data, STORE_WRITE, &store, &err) != ERR_OK ||
        store_writer_open(store, 0, &bench.writer, &err) != ERR_OK) {
        fprintf(stderr, "durable_comments: %s\n", err.what ? err.what : "out of memory");
        return 1;
    }
    const double plain = run_plain(dir, seconds);
    printf("what\tclients\tper second\tp99 ms\tratio\n");
    printf("plain SQLite, a commit each\t1\t%.0f\t\t1.00\n", plain);
    static const unsigned clients[] = {1, 8, 64};
    for (size_t i = 0; i < LENGTH(clients); i++) {
        double p99;
        const double rate = run_clients(&bench, clients[i], seconds, &p99);
        printf("store\t%u\t%.0f\t%.2f\t%.2f\n", clients[i], rate, p99, rate / plain);
    }
    store_writer_close(bench.writer);
    store_close(store);
    free(bench.wait_us);
    char command[100];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    return system(command) == 0 ? 0 : 1;
}
