/* S17: under which name an account writes in a closed space. */
#include "server/store/check.h"
#include "tests/support/store.h"

static const struct uuid space = {{0x5B, [15] = 1}};

static const struct {
    const char *name;
    bool is_open;
    enum standing standing;
    uint8_t status;
} rows[] = {
    {"熊谷あつ子", false, STANDING_MEMBER, STATUS_PUBLIC},
    {"市長", false, STANDING_MEMBER, STATUS_HELD},
    {"", false, STANDING_MEMBER, STATUS_HELD},
    {"市長", false, STANDING_MODERATOR, STATUS_HELD},
    {"たぬき", true, STANDING_MEMBER, STATUS_PUBLIC}, /* the open city has pen names */
};

/* The name is inside the frozen bytes: it is compared with the account's, not put in. */
static void S17_a_name_that_is_not_the_accounts_own_waits_in_a_closed_space(void **state)
{
    (void)state;
    struct town town;
    town_open(&town);
    town_rule(&town, town_space(&town, 1, space, 2));
    struct store_batch batch = {.origin = STORE_FROM_DEVICE,
                                .device_id = town_id(0xDD, 1),
                                .has_token = true,
                                .scopes = span_of(space.bytes, UUID_BYTES),
                                .speaker = span_from_str("熊谷あつ子"),
                                .received_ms = TOWN_NOON,
                                .op_count = 1};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct op_comment said = town_comment("会の話");
        said.pen_name = span_from_str(rows[i].name);
        if (!rows[i].is_open)
            said.space_id = space;
        const struct op_head head = town_head(10 + i, town_id(0xC0, i), 1, 0);
        struct span op;
        struct store_ack ack;
        struct store_comment got;
        assert_int_equal(op_build_comment(&town.arena, &head, &said, &op, NULL), ERR_OK);
        batch.ops = &op;
        batch.standing = rows[i].standing;
        assert_int_equal(store_submit_wait(town.writer, &batch, &ack, NULL), ERR_OK);
        assert_int_equal(ack.status, STORE_ACK_STORED);
        assert_int_equal(store_comments_find(town.reader, &store_staff, town_id(0xC0, i),
                                             &town.arena, &got, NULL),
                         ERR_OK);
        assert_int_equal(got.status, rows[i].status);
        assert_true(span_is(got.reason, rows[i].status == STATUS_HELD ? "space_not_allowed" : ""));
    }
    struct store_report report;
    assert_int_equal(store_check(town.store, NULL, NULL, &town.arena, &report, NULL), ERR_OK);
    assert_int_equal(report.fault_count, 0);
    town_close(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(S17_a_name_that_is_not_the_accounts_own_waits_in_a_closed_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
