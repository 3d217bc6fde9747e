/* Who may what, in the open city, where one belongs, elsewhere and in a closed space: the corners
 * of the table written out again by hand; tests/api/rights_test.py walks all of it. */
#include "server/people/caller.h"
#include "tests/support/test.h"

static const struct uuid open_city, own = {{1}}, elsewhere = {{2}}, closed = {{3}},
                                    own_closed = {{4}};

static struct caller caller_of(enum role role)
{
    static uint8_t scopes[2 * UUID_BYTES], others[UUID_BYTES];
    memcpy(scopes, own.bytes, UUID_BYTES);
    memcpy(scopes + UUID_BYTES, own_closed.bytes, UUID_BYTES);
    memcpy(others, closed.bytes, UUID_BYTES);
    return (struct caller){
        .kind = CALLER_ACCOUNT,
        .role = role,
        .scopes = span_of(scopes, sizeof scopes),
        .closed = span_of(others, sizeof others),
    };
}

static const struct row {
    const char *label;
    enum role role;
    enum right right;
    bool city, own, elsewhere, closed, own_closed;
} rows[] = {
    {"a member reads where it belongs", ROLE_MEMBER, RIGHT_READ, 0, 1, 0, 0, 1},
    {"a member releases nothing", ROLE_MEMBER, RIGHT_RELEASE, 0, 0, 0, 0, 0},
    {"a teacher moderates her own class", ROLE_TEACHER, RIGHT_MODERATE, 0, 1, 0, 0, 1},
    {"a teacher sees what is held there", ROLE_TEACHER, RIGHT_READ_HELD, 0, 1, 0, 0, 1},
    {"a teacher erases nothing", ROLE_TEACHER, RIGHT_ERASE, 0, 0, 0, 0, 0},
    {"a moderator moderates all but what is closed", ROLE_MODERATOR, RIGHT_MODERATE, 1, 1, 1, 0, 1},
    {"a moderator invites where she belongs", ROLE_MODERATOR, RIGHT_INVITE, 0, 1, 0, 0, 1},
    {"a planner reads all but what is closed", ROLE_PLANNER, RIGHT_READ, 1, 1, 1, 0, 1},
    {"a planner sees nothing that is held", ROLE_PLANNER, RIGHT_READ_HELD, 0, 0, 0, 0, 0},
    {"an administrator moderates nothing", ROLE_ADMINISTRATOR, RIGHT_MODERATE, 0, 0, 0, 0, 0},
    {"an administrator opens no vault", ROLE_ADMINISTRATOR, RIGHT_VAULT, 0, 0, 0, 0, 0},
    {"an administrator makes accounts", ROLE_ADMINISTRATOR, RIGHT_ACCOUNTS, 1, 1, 1, 0, 1},
    {"nobody else does", ROLE_MODERATOR, RIGHT_ACCOUNTS, 0, 0, 0, 0, 0},
};

static void holds(void **state)
{
    const struct row *row = *state;
    const struct caller caller = caller_of(row->role);
    assert_int_equal(people_may(&caller, row->right, open_city), row->city);
    assert_int_equal(people_may(&caller, row->right, own), row->own);
    assert_int_equal(people_may(&caller, row->right, elsewhere), row->elsewhere);
    assert_int_equal(people_may(&caller, row->right, closed), row->closed);
    assert_int_equal(people_may(&caller, row->right, own_closed), row->own_closed);
}

static void without_account_or_person_nobody_has_a_right(void **state)
{
    (void)state;
    struct caller caller = caller_of(ROLE_NONE);
    caller.kind = CALLER_DEVICE;
    for (enum right right = 0; right < RIGHT_COUNT; right++) {
        assert_false(people_may(&caller, right, open_city));
        assert_false(people_may(&caller, right, own));
    }
    assert_int_equal(people_need(&caller, RIGHT_READ, own, NULL), ERR_FORBIDDEN);
    caller.kind = CALLER_ANYONE;
    assert_int_equal(people_need(&caller, RIGHT_READ, own, NULL), ERR_UNAUTHORIZED);
}

static void a_person_reads_and_writes_in_its_class_and_no_more(void **state)
{
    (void)state;
    struct caller caller = caller_of(ROLE_NONE);
    caller.kind = CALLER_DEVICE;
    caller.has_person = true;
    for (enum right right = 0; right < RIGHT_COUNT; right++) {
        const bool may = right == RIGHT_READ || right == RIGHT_WRITE;
        assert_int_equal(people_may(&caller, right, own), may);
        assert_false(people_may(&caller, right, elsewhere));
        assert_false(people_may(&caller, right, open_city));
    }
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(rows) + 2] = {
        cmocka_unit_test(without_account_or_person_nobody_has_a_right),
        cmocka_unit_test(a_person_reads_and_writes_in_its_class_and_no_more),
    };
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[2 + i] = (struct CMUnitTest){rows[i].label, holds, NULL, NULL, (void *)&rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
