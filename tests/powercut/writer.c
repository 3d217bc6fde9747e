/*
 * writer: sends comments to a store and says on standard output which are acknowledged.
 *
 * Usage      writer DIR FIRST COUNT THREADS: comments FIRST…FIRST+COUNT−1, the same bytes each
 * time. "ack N" is written after the acknowledgement of N. Half-way it rests, so that the log is
 *            written back to the database while more is to come.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/store/writer.h"
#include "server/sync/build.h"
#include "tiles/base/num.h"

enum { REST_US = 900000, THREADS_MAX = 64 };

static struct uuid id_of(uint8_t kind, uint64_t number)
{
    struct uuid id = {{kind, 0x90, 0xF3, 0xC2, 0x7B, 0x40, 0x70}};
    for (int i = 0; i < 8; i++)
        id.bytes[15 - i] = (uint8_t)(number >> (8 * i));
    return id;
}

static struct span build(struct arena *arena, uint64_t number)
{
    const struct op_head head = {
        .op_id = id_of(1, number),
        .device_id = id_of(2, 1),
        .object_id = id_of(3, number),
        .author_id = id_of(4, number % 7 + 1),
        .dev_seq = number,
        .municipality = 11202,
        .made_ms = 1000,
    };
    const struct op_comment comment = {
        .kind = (uint8_t)(number % 6 + 1),
        .channel = CHANNEL_TABLET,
        .hat = HAT_CITIZEN,
        .text = span_from_str("駅前の歩道に日陰とベンチがほしいです。夏は暑くて待てません。"),
        .pen_name = span_from_str("けやき"),
        .building_id = span_from_str(""),
        .lon_e7 = 1393880000 + (int32_t)(number * 7919 % 100000),
        .lat_e7 = 361470000 + (int32_t)(number * 104729 % 100000),
    };
    struct span op;
    if (op_build_comment(arena, &head, &comment, &op, NULL) != ERR_OK)
        abort();
    return op;
}

struct part {
    struct store_writer *writer;
    uint64_t first, step, end, rest_at;
    bool failed;
};

static void *send_part(void *context)
{
    struct part *part = context;
    struct arena arena;
    arena_init(&arena, 0);
    for (uint64_t n = part->first; n < part->end && !part->failed; n += part->step) {
        arena_reset(&arena);
        const struct span op = build(&arena, n);
        const struct store_batch batch = {.origin = STORE_FROM_DEVICE,
                                          .device_id = id_of(2, 1),
                                          .has_token = true,
                                          .received_ms = 2000,
                                          .ops = &op,
                                          .op_count = 1};
        struct store_ack ack;
        struct err err = {0};
        char line[64];
        if (store_submit_wait(part->writer, &batch, &ack, &err) != ERR_OK) {
            fprintf(stderr, "writer: %s\n", err.what);
            part->failed = true;
        } else if (ack.status == STORE_ACK_STORED || ack.status == STORE_ACK_DUPLICATE) {
            const int len = snprintf(line, sizeof line, "ack %llu\n", (unsigned long long)n);
            part->failed = write(STDOUT_FILENO, line, (size_t)len) != len;
        } else {
            fprintf(stderr, "writer: refused: %s\n", ack.reason);
            part->failed = true;
        }
        if (n == part->rest_at)
            usleep(REST_US);
    }
    arena_done(&arena);
    return NULL;
}

static bool run(struct store *store, uint64_t first, uint64_t count, uint64_t threads)
{
    struct err err = {0};
    struct store_writer *writer;
    if (store_writer_open(store, 0, &writer, &err) != ERR_OK) {
        fprintf(stderr, "writer: %s\n", err.what);
        return false;
    }
    struct part parts[THREADS_MAX];
    pthread_t ids[THREADS_MAX];
    for (uint64_t i = 0; i < threads; i++) {
        parts[i] = (struct part){.writer = writer,
                                 .first = first + i,
                                 .step = threads,
                                 .end = first + count,
                                 .rest_at = first + i + count / 2 / threads * threads};
        if (pthread_create(&ids[i], NULL, send_part, &parts[i]) != 0)
            abort();
    }
    bool good = true;
    for (uint64_t i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
        good &= !parts[i].failed;
    }
    store_writer_close(writer);
    return good;
}

int main(int argc, char **argv)
{
    int64_t numbers[3];
    for (int i = 0; i < 3; i++)
        if (argc != 5 ||
            num_int_from(span_from_str(argv[2 + i]), 1, 1000000, &numbers[i], NULL) != ERR_OK) {
            fputs("usage: writer DIR FIRST COUNT THREADS\n", stderr);
            return 2;
        }
    if (numbers[2] > THREADS_MAX)
        return 2;
    struct err err = {0};
    CLEANUP(store_close_at) struct store *store = NULL;
    if (store_open(argv[1], STORE_WRITE, &store, &err) != ERR_OK) {
        fprintf(stderr, "writer: %s\n", err.what);
        return 1;
    }
    return run(store, (uint64_t)numbers[0], (uint64_t)numbers[1], (uint64_t)numbers[2]) ? 0 : 1;
}
