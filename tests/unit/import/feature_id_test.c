#include "tests/support/test.h"
#include "tiles/import/feature_id.h"

/* Computed by a second implementation in Python: tests/import/citygml_id.py. */
static void follows_its_definition(void **state)
{
    (void)state;
    assert_int_equal(
        feature_id_from_text(span_from_str("uuid_EBE7C667-9BE2-4743-9D73-A6AF75ED2191")),
        UINT64_C(384154046855611));
    assert_int_equal(feature_id_from_text(span_from_str("")), UINT64_C(8437669077406501));
}

static void fits_javascript(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 1000; i++) {
        const uint64_t id = feature_id_from_number("town", i);
        assert_true(id > 0 && id <= (UINT64_C(1) << 53) - 1);
        assert_int_not_equal(id, feature_id_from_number("city", i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_its_definition),
        cmocka_unit_test(fits_javascript),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
