#include "tests/support/test.h"
#include "tiles/base/arena.h"

static void pieces_do_not_overlap(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    uint8_t *piece[64];
    for (size_t i = 0; i < LENGTH(piece); i++) {
        piece[i] = arena_alloc(&arena, i * 37);
        assert_non_null(piece[i]);
        assert_true((uintptr_t)piece[i] % _Alignof(max_align_t) == 0);
        memset(piece[i], (int)i, i * 37);
    }
    for (size_t i = 0; i < LENGTH(piece); i++)
        for (size_t at = 0; at < i * 37; at++)
            assert_int_equal(piece[i][at], i);
    arena_done(&arena);
}

static void the_limit_holds(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1000);
    assert_non_null(arena_alloc(&arena, 900));
    assert_null(arena_alloc(&arena, 200));
    assert_null(arena_alloc(&arena, SIZE_MAX));
    assert_null(arena_array(&arena, SIZE_MAX / 2, 3));
    arena_reset(&arena);
    assert_non_null(arena_alloc(&arena, 900));
    arena_done(&arena);
}

static void copies_are_closed_by_zero(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    const char *copy = arena_copy(&arena, span_of("木かげ", 6));
    assert_string_equal(copy, "木か");
    arena_done(&arena);
    arena_done(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_do_not_overlap),
        cmocka_unit_test(the_limit_holds),
        cmocka_unit_test(copies_are_closed_by_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
