/* undo: what lay beneath the last decision, and no further than there is. */
#include "server/moderation/undo.h"

#include "tests/support/test.h"

enum { STEPS_MAX = 100 };

struct story {
    struct store_step steps[STEPS_MAX];
    size_t count;
    struct apply_around around;
};

static struct uuid id_of(uint8_t number)
{
    return (struct uuid){{1, number}};
}

static struct store_step *add(struct story *story, enum op_kind kind)
{
    struct store_step *step = &story->steps[story->count];
    *step = (struct store_step){
        .change = story->count + 1,
        .standing = kind == OP_CREATE ? STANDING_NONE : STANDING_MODERATOR,
        .op = {.kind = kind, .op_id = id_of((uint8_t)story->count), .object_id = id_of(200)},
    };
    story->count++;
    return step;
}

static struct story written_as(enum comment_hat hat)
{
    struct story story = {.count = 0};
    struct store_step *step = add(&story, OP_CREATE);
    step->op.body = BODY_COMMENT;
    step->op.hat = (uint8_t)hat;
    return story;
}

static void decide(struct story *story, uint32_t rev, enum comment_status status,
                   const char *reason)
{
    struct store_step *step = add(story, OP_MODERATE);
    step->op.reg = REGISTER_STATUS;
    step->op.rev = rev;
    step->op.status = (uint8_t)status;
    step->op.reason = span_from_str(reason);
}

static void blur(struct story *story, uint32_t rev, uint32_t metres)
{
    struct store_step *step = add(story, OP_MODERATE);
    step->op.reg = REGISTER_PRECISION;
    step->op.rev = rev;
    step->op.precision_m = metres;
}

static enum err_code undo(struct story *story, struct undo *ret)
{
    return undo_last(story->steps, story->count, &story->around, ret, NULL);
}

static void S28_nothing_decided_is_nothing_to_undo(void **state)
{
    (void)state;
    struct story story = written_as(HAT_CITIZEN);
    struct undo undone = {.rev = 77};
    assert_int_equal(undo(&story, &undone), ERR_CONFLICT);
    assert_int_equal(undone.rev, 77);
    story.count = 0;
    assert_int_equal(undo(&story, &undone), ERR_NOT_FOUND);
}

static void S28_at_the_bottom_lies_what_the_rules_say(void **state)
{
    (void)state;
    struct undo undone;
    struct story story = written_as(HAT_CITIZEN);
    decide(&story, 1, STATUS_HIDDEN, "abuse");
    assert_int_equal(undo(&story, &undone), ERR_OK);
    assert_int_equal(undone.status, STATUS_PUBLIC);
    assert_int_equal(undone.rev, 2);
    story = written_as(HAT_PUPIL);
    decide(&story, 1, STATUS_PUBLIC, "");
    assert_int_equal(undo(&story, &undone), ERR_OK);
    assert_int_equal(undone.status, STATUS_HELD);
    assert_true(span_is(undone.reason, "class"));
}

static void S28_undoing_goes_back_step_by_step_and_ends(void **state)
{
    (void)state;
    struct undo undone;
    struct story story = written_as(HAT_CITIZEN);
    decide(&story, 1, STATUS_MASKED, "abuse");
    decide(&story, 2, STATUS_HIDDEN, "illegal");
    assert_int_equal(undo(&story, &undone), ERR_OK);
    assert_int_equal(undone.status, STATUS_MASKED);
    assert_true(span_is(undone.reason, "abuse"));
    decide(&story, undone.rev, STATUS_MASKED, "abuse");
    assert_int_equal(undo(&story, &undone), ERR_OK);
    assert_int_equal(undone.status, STATUS_PUBLIC);
    decide(&story, undone.rev, STATUS_PUBLIC, "");
    assert_int_equal(undo(&story, &undone), ERR_CONFLICT);
}

static void S28_of_two_registers_the_newest_decision_goes_first(void **state)
{
    (void)state;
    struct undo undone;
    struct story story = written_as(HAT_PUPIL);
    decide(&story, 1, STATUS_HIDDEN, "abuse");
    blur(&story, 1, 200);
    assert_int_equal(undo(&story, &undone), ERR_OK);
    assert_int_equal(undone.reg, REGISTER_PRECISION);
    assert_int_equal(undone.precision_m, 5); /* what the rules give a pupil's place */
    blur(&story, undone.rev, 5);
    assert_int_equal(undo(&story, &undone), ERR_OK);
    assert_int_equal(undone.reg, REGISTER_STATUS);
}

static void S28_the_order_of_coming_does_not_matter(void **state)
{
    (void)state;
    struct undo undone;
    struct story story = written_as(HAT_CITIZEN);
    decide(&story, 2, STATUS_HIDDEN, "illegal"); /* came before the one it builds on */
    decide(&story, 1, STATUS_MASKED, "abuse");
    assert_int_equal(undo(&story, &undone), ERR_OK);
    assert_int_equal(undone.status, STATUS_MASKED);
    assert_int_equal(undone.rev, 3);
}

static void S28_a_long_quarrel_can_still_be_undone(void **state)
{
    (void)state;
    struct undo undone;
    struct story story = written_as(HAT_CITIZEN);
    static const char *const reasons[] = {"abuse", "illegal", "test"};
    for (uint32_t rev = 1; rev < STEPS_MAX - 1; rev++)
        decide(&story, rev, rev % 2 ? STATUS_HIDDEN : STATUS_MASKED, reasons[rev % 3]);
    assert_int_equal(undo(&story, &undone), ERR_OK);
    assert_int_equal(undone.rev, STEPS_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(S28_nothing_decided_is_nothing_to_undo),
        cmocka_unit_test(S28_at_the_bottom_lies_what_the_rules_say),
        cmocka_unit_test(S28_undoing_goes_back_step_by_step_and_ends),
        cmocka_unit_test(S28_of_two_registers_the_newest_decision_goes_first),
        cmocka_unit_test(S28_the_order_of_coming_does_not_matter),
        cmocka_unit_test(S28_a_long_quarrel_can_still_be_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
