/* Many threads at once: the writer, its listeners and readers. Run it with -Db_sanitize=thread too.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "tests/support/store.h"

enum { SPEAKERS = 8, EACH = 60, READERS = 3 };

struct crowd {
    struct town town;
    pthread_mutex_t lock;
    uint64_t heard, last_change; /* what the listener was told; under lock */
    bool in_order;
    atomic_bool stop;
    atomic_int failures, seen;
};

static void listen(void *context, const struct store_event *events, size_t count)
{
    struct crowd *crowd = context;
    pthread_mutex_lock(&crowd->lock);
    for (size_t i = 0; i < count; i++) {
        crowd->in_order &= events[i].change > crowd->last_change;
        crowd->last_change = events[i].change;
        crowd->heard++;
    }
    pthread_mutex_unlock(&crowd->lock);
}

struct speaker {
    struct crowd *crowd;
    uint64_t number;
};

static void *speak(void *context)
{
    const struct speaker *speaker = context;
    struct crowd *crowd = speaker->crowd;
    struct arena arena;
    arena_init(&arena, 0);
    for (uint64_t i = 0; i < EACH; i++) {
        const uint64_t n = 1 + speaker->number * EACH + i;
        const struct op_head head = town_head(n, town_id(0xC0, n), 1, 0);
        const struct op_comment said = town_comment("みんなで書く");
        struct span op;
        struct store_ack ack;
        if (op_build_comment(&arena, &head, &said, &op, NULL) != ERR_OK)
            abort();
        const struct store_batch batch = {.device_id = town_id(0xDD, 1),
                                          .has_token = true,
                                          .received_ms = TOWN_NOON,
                                          .ops = &op,
                                          .op_count = 1};
        if (store_submit_wait(crowd->town.writer, &batch, &ack, NULL) != ERR_OK ||
            ack.status != STORE_ACK_STORED)
            atomic_fetch_add(&crowd->failures, 1);
    }
    arena_done(&arena);
    return NULL;
}

/* What a reader sees only grows, and is whole at each look. */
static void *look(void *context)
{
    struct crowd *crowd = context;
    struct store_reader *reader;
    if (store_reader_open(crowd->town.store, &reader, NULL) != ERR_OK)
        abort();
    uint64_t last = 0;
    while (!atomic_load(&crowd->stop)) {
        struct arena arena;
        arena_init(&arena, 0);
        struct store_page page;
        const struct store_filter filter = {.query = span_from_str("書く")};
        if (store_comments_list(reader, &store_anyone, &filter, 0, 1000, &arena, &page, NULL) !=
                ERR_OK ||
            page.newest < last || page.count != page.newest)
            atomic_fetch_add(&crowd->failures, 1);
        last = page.newest;
        atomic_fetch_add(&crowd->seen, 1);
        arena_done(&arena);
    }
    store_reader_close(reader);
    return NULL;
}

static void many_write_and_read_at_once(void **state)
{
    (void)state;
    struct crowd crowd = {.in_order = true};
    pthread_mutex_init(&crowd.lock, NULL);
    town_open(&crowd.town);
    assert_int_equal(store_writer_listen(crowd.town.writer, listen, &crowd, NULL), ERR_OK);
    pthread_t readers[READERS], speakers[SPEAKERS];
    struct speaker parts[SPEAKERS];
    for (size_t i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, look, &crowd), 0);
    for (size_t i = 0; i < SPEAKERS; i++) {
        parts[i] = (struct speaker){&crowd, i};
        assert_int_equal(pthread_create(&speakers[i], NULL, speak, &parts[i]), 0);
    }
    for (size_t i = 0; i < SPEAKERS; i++)
        pthread_join(speakers[i], NULL);
    atomic_store(&crowd.stop, true);
    for (size_t i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);
    assert_int_equal(atomic_load(&crowd.failures), 0);
    assert_true(atomic_load(&crowd.seen) > 0);
    struct store_writer_stats stats;
    store_writer_stats(crowd.town.writer, &stats);
    assert_int_equal(stats.ops, SPEAKERS * EACH);
    assert_true(stats.commits < stats.ops); /* they shared commits */
    pthread_mutex_lock(&crowd.lock);
    assert_int_equal(crowd.heard, SPEAKERS * EACH);
    assert_true(crowd.in_order);
    pthread_mutex_unlock(&crowd.lock);
    town_close(&crowd.town);
    pthread_mutex_destroy(&crowd.lock);
}

static void count_done(void *context, const struct store_result *result)
{
    if (result->code == ERR_OK)
        atomic_fetch_add((atomic_int *)context, (int)result->ack_count);
}

/* W2: closing finishes what is queued. */
static void closing_finishes_what_is_queued(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    atomic_int done = 0;
    for (uint64_t n = 1; n <= 200; n++) {
        const struct op_head head = town_head(n, town_id(0xC0, n), 1, 0);
        const struct op_comment said = town_comment("最後まで");
        struct span op;
        assert_int_equal(op_build_comment(&town.arena, &head, &said, &op, NULL), ERR_OK);
        const struct store_batch batch = {
            .device_id = town_id(0xDD, 1), .has_token = true, .ops = &op, .op_count = 1};
        assert_int_equal(store_submit(town.writer, &batch, count_done, &done, NULL), ERR_OK);
    }
    town_stop(&town);
    assert_int_equal(atomic_load(&done), 200);
    town_start(&town);
    struct store_counts counts;
    assert_int_equal(store_counts(town.reader, &counts, NULL), ERR_OK);
    assert_int_equal(counts.comments, 200);
    town_close(&town);
}

static void a_full_queue_says_so(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    store_writer_close(town.writer);
    assert_int_equal(store_writer_open(town.store, 1, &town.writer, NULL), ERR_OK);
    atomic_int done = 0;
    int queued = 0, refused = 0;
    for (uint64_t n = 1; n <= 500; n++) {
        const struct op_head head = town_head(n, town_id(0xC0, n), 1, 0);
        const struct op_comment said = town_comment("いっぱい");
        struct span op;
        struct err err = {0};
        assert_int_equal(op_build_comment(&town.arena, &head, &said, &op, NULL), ERR_OK);
        const struct store_batch batch = {
            .device_id = town_id(0xDD, 1), .has_token = true, .ops = &op, .op_count = 1};
        const enum err_code code = store_submit(town.writer, &batch, count_done, &done, &err);
        assert_true(code == ERR_OK || code == ERR_BUSY);
        code == ERR_OK ? queued++ : refused++;
    }
    assert_true(refused > 0);
    town_stop(&town);
    assert_int_equal(atomic_load(&done), queued);
    town_start(&town);
    town_close(&town);
}

/* Another process (here another writer on the same folder) is noticed within two seconds. */
static void what_another_process_writes_is_told(void **state)
{
    (void)state;
    struct crowd crowd = {.in_order = true};
    pthread_mutex_init(&crowd.lock, NULL);
    town_open(&crowd.town);
    assert_int_equal(store_writer_listen(crowd.town.writer, listen, &crowd, NULL), ERR_OK);
    struct town other = crowd.town;
    assert_int_equal(store_writer_open(crowd.town.store, 0, &other.writer, NULL), ERR_OK);
    const struct op_comment said = town_comment("ほかから");
    town_write(&other, 1, 1, &said);
    store_writer_close(other.writer);
    bool told = false;
    for (int i = 0; i < 40 && !told; i++) {
        usleep(50000);
        pthread_mutex_lock(&crowd.lock);
        told = crowd.heard > 0 && crowd.last_change == 1;
        pthread_mutex_unlock(&crowd.lock);
    }
    assert_true(told);
    crowd.town.arena = other.arena;
    town_close(&crowd.town);
    pthread_mutex_destroy(&crowd.lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_write_and_read_at_once),
        cmocka_unit_test(closing_finishes_what_is_queued),
        cmocka_unit_test(a_full_queue_says_so),
        cmocka_unit_test(what_another_process_writes_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
