/* S13, S19: the list of erasures beside the database, told again at every start. */
#include <assert.h>
#include <sodium.h>

#include "server/store/envelopes.h"
#include "tests/support/store.h"

static void erase(struct town *town, struct uuid id)
{
    struct span op;
    struct store_ack ack = {0};
    const struct op_head head = town_head(2, id, 0, 0);
    assert_int_equal(op_build_erase(&town->arena, &head, span_from_str("author"), &op, NULL),
                     ERR_OK);
    const struct store_batch batch = {.origin = STORE_FROM_STAFF,
                                      .standing = STANDING_MODERATOR,
                                      .received_ms = TOWN_NOON + 2000,
                                      .ops = &op,
                                      .op_count = 1};
    assert_int_equal(store_submit_wait(town->writer, &batch, &ack, NULL), ERR_OK);
    assert_int_equal(ack.status, STORE_ACK_STORED);
}

/* The standing with which this store offers its erasure to others. */
static enum standing offered(struct town *town)
{
    const struct store_cursor start = {.change = 0};
    struct store_bundle page;
    assert_int_equal(store_bundle_since(town->reader, &start, true, &town->arena, &page, NULL),
                     ERR_OK);
    for (size_t i = 0; i < page.count; i++) {
        struct op op;
        assert_int_equal(op_read_stored(&town->arena, page.ops[i], &op, NULL), ERR_OK);
        if (op.kind == OP_ERASE)
            return page.envelopes[i].standing;
    }
    fail_msg("no erasure is offered");
    return STANDING_NONE;
}

/* With more than a moderator's right the city would refuse what a venue has erased. */
static void S13_told_again_to_who_knows_it_claims_no_higher_right(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct op_comment said = town_comment("消される言葉");
    erase(&town, town_write(&town, 1, 1, &said));
    town_stop(&town);
    town_start(&town);
    assert_int_equal(offered(&town), STANDING_MODERATOR);
    town_close(&town);
}

static void S13_told_again_to_a_database_put_back_claims_a_moderators_right(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    const struct op_comment said = town_comment("消される言葉");
    const struct uuid id = town_write(&town, 1, 1, &said);
    town_stop(&town);
    town_keep_database(&town);
    town_start(&town);
    erase(&town, id);
    town_stop(&town);
    town_put_back_database(&town);
    town_start(&town);
    assert_int_equal(offered(&town), STANDING_MODERATOR);
    town_close(&town);
}

int main(void)
{
    assert(sodium_init() >= 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(S13_told_again_to_who_knows_it_claims_no_higher_right),
        cmocka_unit_test(S13_told_again_to_a_database_put_back_claims_a_moderators_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
