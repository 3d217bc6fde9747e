#include "server/photo/pixels.h"

#include "tests/support/test.h"

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

/* Each pixel its own value: 1, 2, 3 … from the top left. */
static struct pixels numbered(uint32_t width, uint32_t height)
{
    struct pixels pixels;
    assert_int_equal(pixels_new(&arena, width, height, &pixels, NULL), ERR_OK);
    for (uint32_t i = 0; i < width * height; i++)
        memset(pixels.rgb + (size_t)i * 3, (int)i + 1, 3);
    return pixels;
}

static unsigned at(const struct pixels *pixels, uint32_t x, uint32_t y)
{
    return pixels->rgb[((size_t)y * pixels->width + x) * 3];
}

struct turn {
    const char *label;
    uint8_t orientation;
    uint32_t width;
    unsigned corners[4]; /* top left, top right, bottom left, bottom right */
};

/* Of 1 2 3 / 4 5 6. Exif 2.32, 4.6.4: what the stored first row and column are when upright. */
static const struct turn turns[] = {
    {"1 is upright", 1, 3, {1, 3, 4, 6}},
    {"2 is mirrored", 2, 3, {3, 1, 6, 4}},
    {"3 is on its head", 3, 3, {6, 4, 3, 1}},
    {"4 is mirrored on its head", 4, 3, {4, 6, 1, 3}},
    {"5 is mirrored and lies", 5, 2, {1, 4, 3, 6}},
    {"6 is turned to the right", 6, 2, {4, 1, 6, 3}},
    {"7 is mirrored and lies the other way", 7, 2, {6, 3, 4, 1}},
    {"8 is turned to the left", 8, 2, {3, 6, 1, 4}},
};

static void comes_upright(void **state)
{
    const struct turn *row = *state;
    const struct pixels from = numbered(3, 2);
    struct pixels to;
    assert_int_equal(pixels_turn(&from, row->orientation, &arena, &to, NULL), ERR_OK);
    assert_int_equal(to.width, row->width);
    assert_int_equal(to.height, 6 / row->width);
    assert_int_equal(at(&to, 0, 0), row->corners[0]);
    assert_int_equal(at(&to, to.width - 1, 0), row->corners[1]);
    assert_int_equal(at(&to, 0, to.height - 1), row->corners[2]);
    assert_int_equal(at(&to, to.width - 1, to.height - 1), row->corners[3]);
}

static void halving_takes_the_mean_of_four(void **state)
{
    (void)state;
    const struct pixels from = numbered(4, 2);
    struct pixels to;
    assert_int_equal(pixels_shrink(&from, 2, 1, &arena, &to, NULL), ERR_OK);
    assert_int_equal(at(&to, 0, 0), 4); /* (1 + 2 + 5 + 6) / 4 = 3.5 */
    assert_int_equal(at(&to, 1, 0), 6); /* (3 + 4 + 7 + 8) / 4 = 5.5 */
}

static void a_pixel_on_the_edge_counts_on_both_sides(void **state)
{
    (void)state;
    struct pixels from = numbered(3, 1), to;
    memset(from.rgb, 0, 9);
    memset(from.rgb + 3, 240, 3);
    assert_int_equal(pixels_shrink(&from, 2, 1, &arena, &to, NULL), ERR_OK);
    assert_int_equal(at(&to, 0, 0), 80);
    assert_int_equal(at(&to, 1, 0), 80);
}

static void one_colour_stays_that_colour_at_any_size(void **state)
{
    (void)state;
    struct pixels from, to;
    assert_int_equal(pixels_new(&arena, 37, 23, &from, NULL), ERR_OK);
    for (unsigned value = 0; value <= 255; value += 51) {
        memset(from.rgb, (int)value, 37 * 23 * 3);
        for (uint32_t width = 1; width < 37; width += 5)
            for (uint32_t height = 1; height < 23; height += 4) {
                assert_int_equal(pixels_shrink(&from, width, height, &arena, &to, NULL), ERR_OK);
                for (size_t i = 0; i < (size_t)width * height * 3; i++)
                    assert_int_equal(to.rgb[i], value);
            }
    }
}

static void what_fits_is_not_made_larger(void **state)
{
    (void)state;
    uint32_t width, height;
    pixels_fit(800, 600, 1600, &width, &height);
    assert_int_equal(width, 800);
    assert_int_equal(height, 600);
    pixels_fit(4032, 3024, 1600, &width, &height);
    assert_int_equal(width, 1600);
    assert_int_equal(height, 1200);
    pixels_fit(3, 16000, 1600, &width, &height);
    assert_int_equal(width, 1);
    assert_int_equal(height, 1600);
}

static void a_box_covers_its_pixels_and_no_more(void **state)
{
    (void)state;
    const struct box box = {250, 500, 750, 1000};
    struct pixels pixels = numbered(8, 4);
    const struct pixels before = numbered(8, 4);
    pixels_cover(&pixels, &box, 1);
    for (uint32_t y = 0; y < 4; y++)
        for (uint32_t x = 0; x < 8; x++) {
            const bool inside = x >= 2 && x < 6 && y >= 2;
            assert_int_equal(at(&pixels, x, y), inside ? 0x60 : at(&before, x, y));
        }
}

static void edges_of_a_box_round_outwards(void **state)
{
    (void)state;
    const struct box box = {334, 334, 335, 335};
    struct pixels pixels = numbered(10, 10);
    pixels_cover(&pixels, &box, 1);
    assert_int_equal(at(&pixels, 3, 3), 0x60);
}

static void boxes_outside_and_inside_out_do_no_harm(void **state)
{
    (void)state;
    const struct box boxes[] = {
        {900, 900, 65535, 65535}, {800, 100, 200, 50}, {65535, 65535, 65535, 65535}};
    struct pixels pixels = numbered(8, 4);
    pixels_cover(&pixels, boxes, LENGTH(boxes));
    assert_int_equal(at(&pixels, 7, 3), 0x60);
    assert_int_equal(at(&pixels, 0, 0), 1);
}

int main(void)
{
    const struct CMUnitTest fixed[] = {
        cmocka_unit_test(halving_takes_the_mean_of_four),
        cmocka_unit_test(a_pixel_on_the_edge_counts_on_both_sides),
        cmocka_unit_test(one_colour_stays_that_colour_at_any_size),
        cmocka_unit_test(what_fits_is_not_made_larger),
        cmocka_unit_test(a_box_covers_its_pixels_and_no_more),
        cmocka_unit_test(edges_of_a_box_round_outwards),
        cmocka_unit_test(boxes_outside_and_inside_out_do_no_harm),
    };
    struct CMUnitTest tests[LENGTH(fixed) + LENGTH(turns)];
    size_t count = 0;
    for (size_t i = 0; i < LENGTH(fixed); i++)
        tests[count++] = fixed[i];
    for (size_t i = 0; i < LENGTH(turns); i++)
        tests[count++] =
            (struct CMUnitTest){turns[i].label, comes_upright, NULL, NULL, (void *)&turns[i]};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
