#include <stdlib.h>

#include "tests/support/test.h"
#include "tiles/plane/plane.h"

/* The place and its metres are written in the project's survey of real data: 139.39 E 36.15 N is
 * x −39,892.9 m, y 16,733.4 m in zone IX (given to a decimetre). */
static void kumagaya_lies_where_the_survey_says(void **state)
{
    (void)state;
    CLEANUP(plane_close_at) struct plane *plane = NULL;
    assert_int_equal(plane_open(PLANE_KUMAGAYA, &plane, NULL), ERR_OK);
    struct geo_mm point;
    assert_int_equal(plane_from_e7(plane, 1393900000, 361500000, &point, NULL), ERR_OK);
    assert_true(labs(point.x_mm - -39892900) <= 50);
    assert_true(labs(point.y_mm - 16733400) <= 50);
    int32_t lon_e7, lat_e7;
    assert_int_equal(plane_to_e7(plane, point, &lon_e7, &lat_e7, NULL), ERR_OK);
    assert_true(labs(lon_e7 - 1393900000) <= 1);
    assert_true(labs(lat_e7 - 361500000) <= 1);
}

/* The origin of zone IX: 36° N, 139° 50′ E (Ministry of Land, notification 9 of 2002). */
static void the_origin_of_the_zone_is_zero(void **state)
{
    (void)state;
    CLEANUP(plane_close_at) struct plane *plane = NULL;
    assert_int_equal(plane_open(PLANE_KUMAGAYA, &plane, NULL), ERR_OK);
    struct geo_mm point;
    assert_int_equal(plane_from_e7(plane, 1398333333, 360000000, &point, NULL), ERR_OK);
    assert_true(labs(point.x_mm) <= 5 && labs(point.y_mm) <= 5);
}

static void what_is_no_zone_is_refused(void **state)
{
    (void)state;
    struct plane *plane = NULL;
    struct err err;
    assert_int_equal(plane_open(4326, &plane, &err), ERR_UNSUPPORTED);
    assert_int_equal(plane_open(6688, &plane, &err), ERR_UNSUPPORTED);
    assert_null(plane);
    plane_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kumagaya_lies_where_the_survey_says),
        cmocka_unit_test(the_origin_of_the_zone_is_zero),
        cmocka_unit_test(what_is_no_zone_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
