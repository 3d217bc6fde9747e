/*
 * photo_writer: names photos and sends them in pieces to a folder, and says on standard output what
 * is acknowledged. Every third is covered afterwards, every third erased.
 *
 * Usage      photo_writer DIR COUNT; run again it goes on where it was. "named N", "piece N
 * OFFSET", "done N", "covered N", "erased N" are written when that is on disk.
 */
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "server/photo/photo.h"
#include "server/sync/build.h"
#include "tests/support/photo.h"
#include "tiles/base/num.h"

enum { PIECES = 3, TRIES = 4000, PHOTO_PERIOD = 3, IS_COVERED = 1, IS_ERASED = 2 };

struct stage {
    struct store_writer *writer;
    struct store_reader *reader;
    struct photos *photos;
    struct arena arena;
    pthread_mutex_t lock;
    pthread_cond_t told;
    bool is_told;
    enum err_code code;
};

static void fail(const char *what)
{
    fprintf(stderr, "photo_writer: %s\n", what);
    exit(1);
}

static struct uuid id_of(uint8_t kind, uint64_t number)
{
    struct uuid id = {{kind, 0x90, 0xF3, 0xC2, 0x7B, 0x40, 0x70}};
    for (int i = 0; i < 8; i++)
        id.bytes[15 - i] = (uint8_t)(number >> (8 * i));
    return id;
}

static void say(const char *word, uint64_t number, int64_t offset)
{
    char line[64];
    const int len = offset < 0
                        ? snprintf(line, sizeof line, "%s %llu\n", word, (unsigned long long)number)
                        : snprintf(line, sizeof line, "%s %llu %lld\n", word,
                                   (unsigned long long)number, (long long)offset);
    if (write(STDOUT_FILENO, line, (size_t)len) != len)
        exit(1);
}

static void submit(struct stage *stage, enum store_origin origin, struct span op)
{
    const struct store_batch batch = {.origin = origin,
                                      .device_id = id_of(2, 1),
                                      .has_token = origin == STORE_FROM_DEVICE,
                                      .received_ms = 2000,
                                      .ops = &op,
                                      .op_count = 1};
    struct store_ack ack;
    struct err err = {.what = ""};
    if (store_submit_wait(stage->writer, &batch, &ack, &err) != ERR_OK)
        fail(err.what);
    if (ack.status != STORE_ACK_STORED && ack.status != STORE_ACK_DUPLICATE &&
        ack.status != STORE_ACK_GONE)
        fail(ack.reason);
}

static struct op_head head_of(uint8_t kind, struct uuid object_id, uint64_t number, uint32_t rev)
{
    return (struct op_head){.op_id = id_of(kind, number),
                            .device_id = id_of(2, 1),
                            .object_id = object_id,
                            .author_id = id_of(4, 1),
                            .dev_seq = number * 16 + kind,
                            .municipality = 11202,
                            .rev = rev,
                            .made_ms = 1000};
}

/* The same bytes each time; a length of its own for each, so that cuts fall differently. */
static void make_one(uint64_t number, struct buf *ret, struct photo_key *ret_key)
{
    photo_make(ret, 160 + (uint32_t)number * 8, 120, 0);
    buf_add(ret, span_of(&number, sizeof number));
    *ret_key = (struct photo_key){.device = id_of(2, 1), .length = (uint32_t)ret->len};
    crypto_hash_sha256(ret_key->sha256.bytes, ret->data, ret->len);
}

static void name_it(struct stage *stage, uint64_t number, const struct photo_key *key)
{
    const struct op_head comment_head = head_of(10, id_of(3, number), number, 0);
    const struct op_head photo_head = head_of(11, id_of(5, number), number, 0);
    const struct op_comment comment = {.kind = 1,
                                       .channel = CHANNEL_TABLET,
                                       .hat = HAT_CITIZEN,
                                       .text = span_from_str("ここは暑い"),
                                       .lon_e7 = 1393880000,
                                       .lat_e7 = 361470000};
    const struct op_photo photo = {.comment_id = id_of(3, number),
                                   .sha256 = span_of(key->sha256.bytes, SHA256_BYTES),
                                   .bytes = key->length,
                                   .width = 160,
                                   .height = 120,
                                   .alt = span_from_str("")};
    struct span op;
    if (op_build_comment(&stage->arena, &comment_head, &comment, &op, NULL) != ERR_OK)
        fail("no comment");
    submit(stage, STORE_FROM_DEVICE, op);
    if (op_build_photo(&stage->arena, &photo_head, &photo, &op, NULL) != ERR_OK)
        fail("no photo");
    submit(stage, STORE_FROM_DEVICE, op);
    say("named", number, -1);
}

static void told(void *context, enum err_code code, const char *what, uint64_t offset)
{
    struct stage *stage = context;
    (void)offset;
    pthread_mutex_lock(&stage->lock);
    (void)what;
    stage->is_told = true;
    stage->code = code;
    pthread_cond_signal(&stage->told);
    pthread_mutex_unlock(&stage->lock);
}

static enum err_code finish(struct stage *stage, struct photo_upload *upload)
{
    stage->is_told = false;
    photos_finish(upload, told, stage);
    pthread_mutex_lock(&stage->lock);
    while (!stage->is_told)
        pthread_cond_wait(&stage->told, &stage->lock);
    pthread_mutex_unlock(&stage->lock);
    return stage->code;
}

static bool is_ready(struct stage *stage, const struct photo_key *key)
{
    struct store_blob blob;
    return store_blob_find(stage->reader, &key->sha256, &blob, NULL) == ERR_OK;
}

static void send_it(struct stage *stage, uint64_t number, const struct buf *photo,
                    const struct photo_key *key)
{
    while (!is_ready(stage, key)) {
        struct photo_upload *upload;
        const uint64_t offset = photos_offset(stage->photos, key);
        const uint64_t left = key->length - offset;
        const uint64_t len = left < key->length / PIECES ? left : key->length / PIECES;
        const enum err_code begun = photos_begin(stage->photos, key, offset, &upload, NULL);
        if (begun == ERR_CONFLICT)
            continue;
        if (begun != ERR_OK ||
            photos_take(upload, span_of(photo->data + offset, (size_t)len), NULL) != ERR_OK)
            fail("a piece cannot be sent");
        const enum err_code code = finish(stage, upload);
        photos_end(upload);
        if (code != ERR_OK && code != ERR_CONFLICT) /* what a start took up may be ahead of us */
            fail("a piece was not taken");
        if (code == ERR_OK && len < left)
            say("piece", number, (int64_t)(offset + len));
    }
    say("done", number, -1);
}

static void wait_until(struct stage *stage, bool (*holds)(struct stage *, const struct photo_key *),
                       const struct photo_key *key)
{
    const struct timespec pause = {0, 5000000};
    photos_tidy(stage->photos);
    for (int i = 0; i < TRIES && !holds(stage, key); i++)
        nanosleep(&pause, NULL);
    if (!holds(stage, key))
        fail("the log was not followed");
}

static bool is_covered(struct stage *stage, const struct photo_key *key)
{
    struct sha256 at = key->sha256;
    bool found = false;
    for (int i = SHA256_BYTES - 1; i >= 0 && at.bytes[i]-- == 0; i--)
        ; /* the one before it: "next" begins behind */
    return store_blob_next_uncovered(stage->reader, &at, &found, NULL) == ERR_OK &&
           !(found && sha256_equal(&at, &key->sha256));
}

static bool is_gone(struct stage *stage, const struct photo_key *key)
{
    return !is_ready(stage, key);
}

static void decide(struct stage *stage, uint64_t number, const struct photo_key *key)
{
    struct box box = {100, 100, 600, 600};
    const struct boxes boxes = {&box, 1};
    const struct op_why why = {span_from_str("person_in_photo"), span_from_str("")};
    const struct op_head cover = head_of(12, id_of(5, number), number, 1);
    const struct op_head erase = head_of(13, id_of(5, number), number, 0);
    struct span op;
    if (number % PHOTO_PERIOD == IS_COVERED) {
        if (op_build_redaction(&stage->arena, &cover, &boxes, &why, &op, NULL) != ERR_OK)
            fail("no redaction");
        submit(stage, STORE_FROM_SERVER, op);
        wait_until(stage, is_covered, key);
        say("covered", number, -1);
    }
    if (number % PHOTO_PERIOD == IS_ERASED) {
        if (op_build_erase(&stage->arena, &erase, why.reason, &op, NULL) != ERR_OK)
            fail("no erasure");
        submit(stage, STORE_FROM_SERVER, op);
        wait_until(stage, is_gone, key);
        say("erased", number, -1);
    }
}

static bool was_erased(struct stage *stage, const struct photo_key *key)
{
    struct store_blob_status status;
    return store_blob_status(stage->reader, &key->sha256, &status, NULL) == ERR_OK &&
           status.state == STORE_BLOB_UNKNOWN;
}

static void run(struct stage *stage, uint64_t count)
{
    for (uint64_t n = 0; n < count; n++) {
        struct buf photo;
        struct photo_key key;
        arena_reset(&stage->arena);
        make_one(n, &photo, &key);
        name_it(stage, n, &key);
        if (!was_erased(stage, &key)) {
            send_it(stage, n, &photo, &key);
            decide(stage, n, &key);
        }
        buf_done(&photo);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], WORKSHOP_COMMAND) == 0)
        return workshop_main(argc, argv);
    int64_t count = 0;
    struct err err = {.what = "usage: photo_writer DIR COUNT"};
    struct stage stage = {.lock = PTHREAD_MUTEX_INITIALIZER, .told = PTHREAD_COND_INITIALIZER};
    struct store *store = NULL;
    const struct photo_settings settings = {.workers = 2, .device_bytes_max = 64 << 20};
    if (argc != 3 || num_int_from(span_from_str(argv[2]), 1, 1000, &count, NULL) != ERR_OK ||
        store_open(argv[1], STORE_WRITE, &store, &err) != ERR_OK ||
        store_writer_open(store, 0, &stage.writer, &err) != ERR_OK ||
        store_reader_open(store, &stage.reader, &err) != ERR_OK ||
        photos_open(store, stage.writer, &settings, &stage.photos, &err) != ERR_OK)
        fail(err.what);
    arena_init(&stage.arena, 0);
    run(&stage, (uint64_t)count);
    photos_close(stage.photos);
    store_reader_close(stage.reader);
    store_writer_close(stage.writer);
    store_close(store);
    arena_done(&stage.arena);
    return 0;
}
