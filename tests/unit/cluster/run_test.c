#include "server/cluster/run.h"
#include "tests/support/store.h"

enum { STEP_E7 = 500 }; /* about 4.5 m of longitude at 36° N */

/* Comments in a row, `gap` steps apart, from `first` on. */
static void write_row(struct town *town, uint64_t first, uint64_t count, int32_t from_e7,
                      uint8_t kind, uint8_t channel)
{
    for (uint64_t i = 0; i < count; i++) {
        struct op_comment comment = town_comment("木かげがほしい");
        comment.lon_e7 = from_e7 + (int32_t)i * STEP_E7;
        comment.kind = kind;
        comment.channel = channel;
        town_write(town, first + i, first + i, &comment);
    }
}

static struct store_cluster_run run_now(struct town *town, int64_t now_ms)
{
    const struct cluster_request request = {.audience = STORE_PUBLIC,
                                            .epsg = 6677,
                                            .radius_mm = 10000,
                                            .min_points = 3,
                                            .now_ms = now_ms};
    struct store_cluster_run run = {0};
    struct err err = {0};
    if (cluster_run(town->reader, &request, &town->arena, &run, &err) != ERR_OK)
        fail_msg("cluster_run: %s", err.what);
    return run;
}

static void the_larger_cluster_comes_first_and_counts_add_up(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    write_row(&town, 1, 3, 1393880000, COMMENT_TROUBLE, CHANNEL_WEB);
    write_row(&town, 11, 5, 1393980000, COMMENT_IDEA, CHANNEL_TABLET);
    write_row(&town, 21, 1, 1394080000, COMMENT_GOOD, CHANNEL_WEB);
    const struct store_cluster_run run = run_now(&town, 1);
    assert_int_equal(run.comment_count, 9);
    assert_int_equal(run.cluster_count, 2);
    assert_int_equal(run.noise_count, 1);
    assert_int_equal(run.clusters[0].number, 1);
    assert_int_equal(run.clusters[0].size, 5);
    assert_int_equal(run.clusters[0].by_kind[COMMENT_IDEA], 5);
    assert_int_equal(run.clusters[0].by_channel[CHANNEL_TABLET], 5);
    assert_int_equal(run.clusters[1].size, 3);
    assert_int_equal(run.clusters[1].by_hat[HAT_CITIZEN], 3);
    /* In the middle of five stands the third. */
    assert_true(uuid_equal(run.clusters[0].members[0], town_id(0xC0, 13)));
    assert_int_equal(run.clusters[0].centre.lon_e7, 1393980000 + 2 * STEP_E7);
    assert_int_equal(run.clusters[0].card_count, 1);
    assert_true(uuid_is_nil(run.clusters[0].cards[0].card_id));
    town_close(&town);
}

static void the_same_comments_give_the_run_that_is_there(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    write_row(&town, 1, 4, 1393880000, COMMENT_TROUBLE, CHANNEL_WEB);
    uint64_t first = 0, second = 0, third = 0;
    bool is_new = false;
    struct store_cluster_run run = run_now(&town, 1);
    assert_int_equal(store_clusters_put(town.store, &run, &first, &is_new, NULL), ERR_OK);
    assert_true(is_new);
    run = run_now(&town, 2);
    assert_int_equal(store_clusters_put(town.store, &run, &second, &is_new, NULL), ERR_OK);
    assert_false(is_new);
    assert_int_equal(second, first);
    write_row(&town, 11, 1, 1393880100, COMMENT_TROUBLE, CHANNEL_WEB);
    run = run_now(&town, 3);
    assert_int_equal(store_clusters_put(town.store, &run, &third, &is_new, NULL), ERR_OK);
    assert_true(is_new && third == first + 1);
    town_close(&town);
}

static void what_was_stored_is_read_back_whole(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    struct store_cluster_run read, run;
    assert_int_equal(
        store_clusters_newest(town.reader, STORE_PUBLIC, NULL, &town.arena, &read, NULL),
        ERR_NOT_FOUND);
    write_row(&town, 1, 4, 1393880000, COMMENT_TROUBLE, CHANNEL_PAPER);
    run = run_now(&town, 77);
    uint64_t id = 0;
    bool is_new;
    assert_int_equal(store_clusters_put(town.store, &run, &id, &is_new, NULL), ERR_OK);
    assert_int_equal(
        store_clusters_newest(town.reader, STORE_PUBLIC, NULL, &town.arena, &read, NULL), ERR_OK);
    assert_true(read.id == id && read.made_ms == 77 && read.radius_mm == run.radius_mm);
    assert_memory_equal(read.input_sha256, run.input_sha256, 32);
    assert_int_equal(read.cluster_count, 1);
    const struct store_cluster *a = &run.clusters[0], *b = &read.clusters[0];
    assert_true(a->area_mm2 == b->area_mm2 && a->reach_mm == b->reach_mm);
    assert_int_equal(a->hull_count, b->hull_count);
    assert_memory_equal(a->hull, b->hull, a->hull_count * sizeof *a->hull);
    assert_memory_equal(a->by_channel, b->by_channel, sizeof a->by_channel);
    assert_int_equal(b->member_count, 4);
    assert_memory_equal(a->members, b->members, 4 * sizeof *a->members);
    town_close(&town);
}

static void a_withdrawn_comment_is_not_named_any_more(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    write_row(&town, 1, 4, 1393880000, COMMENT_TROUBLE, CHANNEL_WEB);
    struct store_cluster_run run = run_now(&town, 1);
    uint64_t id = 0;
    bool is_new;
    assert_int_equal(store_clusters_put(town.store, &run, &id, &is_new, NULL), ERR_OK);
    const struct op_head head = town_head(50, town_id(0xC0, 2), 2, 1);
    struct span op;
    assert_int_equal(op_build_delete(&town.arena, &head, span_from_str(""), &op, NULL), ERR_OK);
    assert_int_equal(town_say(&town, 2, op).status, STORE_ACK_STORED);
    assert_int_equal(
        store_clusters_newest(town.reader, STORE_PUBLIC, NULL, &town.arena, &run, NULL), ERR_OK);
    assert_int_equal(run.clusters[0].size, 4);
    assert_int_equal(run.clusters[0].member_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_false(uuid_equal(run.clusters[0].members[i], town_id(0xC0, 2)));
    town_close(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_larger_cluster_comes_first_and_counts_add_up),
        cmocka_unit_test(the_same_comments_give_the_run_that_is_there),
        cmocka_unit_test(what_was_stored_is_read_back_whole),
        cmocka_unit_test(a_withdrawn_comment_is_not_named_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
