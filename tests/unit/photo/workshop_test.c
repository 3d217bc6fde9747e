/* The workshop as a process: this program is its own workshop when it is started as one. */
#include "server/photo/workshop.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/support/photo.h"
#include "tests/support/test.h"

static struct workshop *workshop;
static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 0);
    return workshop_open(NULL, &workshop, NULL) == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    workshop_close(workshop);
    arena_done(&arena);
    return 0;
}

static struct workshop_job job_of(const struct buf *photo)
{
    struct workshop_job job = {.task = WORKSHOP_MAKE, .photo = buf_span(photo)};
    assert_int_equal(jpeg_scan(job.photo, &job.info, NULL), ERR_OK);
    return job;
}

static struct codec_variants make(const struct workshop_job *job)
{
    struct codec_variants made;
    struct err err = {.what = ""};
    const enum err_code code = workshop_do(workshop, job, &arena, &made, &err);
    if (code != ERR_OK)
        print_message("# %s\n", err.what);
    assert_int_equal(code, ERR_OK);
    return made;
}

/* Mean colour around a point, in thousandths of the picture. */
static void colour_at(struct span jpeg, unsigned x, unsigned y, uint8_t ret[3])
{
    int width, height, sampling, space;
    tjhandle decoder = tjInitDecompress();
    assert_int_equal(
        tjDecompressHeader3(decoder, jpeg.data, jpeg.len, &width, &height, &sampling, &space), 0);
    uint8_t *rgb = malloc((size_t)width * (size_t)height * 3);
    assert_non_null(rgb);
    assert_int_equal(
        tjDecompress2(decoder, jpeg.data, jpeg.len, rgb, width, 0, height, TJPF_RGB, 0), 0);
    const size_t column = (size_t)width * x / 1000, row = (size_t)height * y / 1000;
    memcpy(ret, rgb + (row * (size_t)width + column) * 3, 3);
    free(rgb);
    tjDestroy(decoder);
}

static bool is_near(const uint8_t colour[3], int red, int green, int blue)
{
    return abs(colour[0] - red) < 24 && abs(colour[1] - green) < 24 && abs(colour[2] - blue) < 24;
}

static bool has(struct span bytes, const char *text)
{
    return memmem(bytes.data, bytes.len, text, strlen(text)) != NULL;
}

static void both_variants_are_new_and_bare(void **state)
{
    (void)state;
    struct buf photo;
    struct jpeg_info info;
    photo_make(&photo, 4032, 3024, 0);
    photo_add_segment(&photo, 0xE2, span_from_str("MPF\0CANARY-MPF"));
    photo_add_segment(&photo, 0xE1, span_from_str("http://ns.adobe.com/xap/1.0/ CANARY-XMP"));
    photo_add_segment(&photo, 0xFE, span_from_str("CANARY-COMMENT"));
    photo_add_exif(&photo, 1);
    buf_add_str(&photo, "CANARY-TAIL<script>");
    const struct workshop_job job = job_of(&photo);
    const struct codec_variants made = make(&job);
    assert_int_equal(made.width, 1600);
    assert_int_equal(made.height, 1200);
    assert_false(has(made.display, "CANARY") || has(made.thumb, "CANARY"));
    assert_int_equal(jpeg_scan(made.display, &info, NULL), ERR_OK);
    assert_true(info.is_bare && info.width == 1600 && info.height == 1200);
    assert_int_equal(jpeg_scan(made.thumb, &info, NULL), ERR_OK);
    assert_true(info.is_bare && info.width == 320 && info.height == 240);
    buf_done(&photo);
}

static void the_photo_stands_as_its_exif_says(void **state)
{
    (void)state;
    struct buf photo;
    uint8_t colour[3];
    photo_make(&photo, 400, 300, 0);
    photo_add_exif(&photo, 6); /* stored lying: its left is up */
    const struct workshop_job job = job_of(&photo);
    const struct codec_variants made = make(&job);
    assert_int_equal(made.width, 300);
    assert_int_equal(made.height, 400);
    colour_at(made.display, 250, 250, colour);
    assert_true(is_near(colour, 20, 20, 230)); /* what was at the bottom left */
    colour_at(made.display, 750, 250, colour);
    assert_true(is_near(colour, 230, 20, 20));
    buf_done(&photo);
}

static void what_is_covered_is_in_neither_variant(void **state)
{
    (void)state;
    const struct box box = {0, 0, 500, 500};
    struct buf photo;
    uint8_t colour[3];
    photo_make(&photo, 800, 600, 0);
    struct workshop_job job = job_of(&photo);
    job.boxes = &box;
    job.box_count = 1;
    const struct codec_variants made = make(&job);
    colour_at(made.display, 250, 250, colour);
    assert_true(is_near(colour, 0x60, 0x60, 0x60));
    colour_at(made.thumb, 250, 250, colour);
    assert_true(is_near(colour, 0x60, 0x60, 0x60));
    colour_at(made.display, 750, 250, colour);
    assert_true(is_near(colour, 20, 200, 20));
    buf_done(&photo);
}

static void grey_and_progressive_photos_are_taken(void **state)
{
    (void)state;
    struct buf photo;
    photo_make(&photo, 1000, 700, TJFLAG_PROGRESSIVE);
    const struct workshop_job job = job_of(&photo);
    assert_true(job.info.is_progressive);
    assert_int_equal(make(&job).width, 1000);
    buf_done(&photo);
}

static void the_other_servers_picture_gets_its_small_one(void **state)
{
    (void)state;
    struct buf photo;
    photo_make(&photo, 1600, 1200, 0);
    struct workshop_job job = job_of(&photo);
    job.task = WORKSHOP_THUMB;
    const struct codec_variants made = make(&job);
    assert_int_equal(made.display.len, 0);
    assert_true(made.thumb.len > 0);
    buf_done(&photo);
}

static void a_broken_photo_is_refused_and_the_next_one_made(void **state)
{
    (void)state;
    struct buf broken, whole;
    struct codec_variants made;
    struct err err = {0};
    photo_make(&broken, 640, 480, 0);
    struct workshop_job job = job_of(&broken);
    const uint8_t *table = memmem(broken.data, broken.len, "\xFF\xC4", 2);
    assert_non_null(table);
    memset(broken.data + (table - broken.data) + 5, 0xEE, 16); /* impossible code lengths */
    assert_int_equal(workshop_do(workshop, &job, &arena, &made, &err), ERR_FORMAT);
    photo_make(&whole, 640, 480, 0);
    job = job_of(&whole);
    assert_int_equal(make(&job).width, 640);
    buf_done(&broken);
    buf_done(&whole);
}

/* The scanner has let it through; the limit on memory holds by itself. */
static void more_memory_than_a_photo_may_have_is_refused(void **state)
{
    (void)state;
    if (UNDER_SANITIZER)
        return; /* its allocator asks for terabytes of address space */
    struct buf photo;
    struct codec_variants made;
    struct err err = {0};
    photo_make_head(&photo, 0xC2, 16000, 16000);
    struct workshop_job job = {.task = WORKSHOP_MAKE, .photo = buf_span(&photo)};
    job.info = (struct jpeg_info){.width = 16000,
                                  .height = 16000,
                                  .components = 3,
                                  .is_progressive = true,
                                  .orientation = 1,
                                  .length = photo.len};
    const enum err_code code = workshop_do(workshop, &job, &arena, &made, &err);
    assert_true(code == ERR_INVALID || code == ERR_FORMAT);
    struct rusage used;
    assert_int_equal(getrusage(RUSAGE_SELF, &used), 0);
    assert_true(used.ru_maxrss < 200 * 1024); /* ours did not grow with it */
    buf_done(&photo);
}

static void kill_children(void)
{
    char path[64];
    int pid = 0;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fscanf(file, "%d", &pid) == 1)
        assert_int_equal(kill(pid, SIGKILL), 0);
    fclose(file);
    assert_true(pid > 0);
}

static void a_killed_workshop_is_made_anew(void **state)
{
    (void)state;
    struct buf photo;
    photo_make(&photo, 64, 64, 0);
    const struct workshop_job job = job_of(&photo);
    make(&job);
    kill_children();
    struct codec_variants made;
    assert_int_equal(workshop_do(workshop, &job, &arena, &made, NULL), ERR_BUSY);
    assert_int_equal(make(&job).width, 64);
    buf_done(&photo);
}

static void a_program_that_is_no_workshop_is_told(void **state)
{
    (void)state;
    struct buf photo;
    struct codec_variants made;
    struct workshop *other;
    photo_make(&photo, 64, 64, 0);
    const struct workshop_job job = job_of(&photo);
    assert_int_equal(workshop_open("/bin/true", &other, NULL), ERR_OK);
    assert_int_equal(workshop_do(other, &job, &arena, &made, NULL), ERR_BUSY);
    workshop_close(other);
    buf_done(&photo);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], WORKSHOP_COMMAND) == 0)
        return workshop_main(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_variants_are_new_and_bare),
        cmocka_unit_test(the_photo_stands_as_its_exif_says),
        cmocka_unit_test(what_is_covered_is_in_neither_variant),
        cmocka_unit_test(grey_and_progressive_photos_are_taken),
        cmocka_unit_test(the_other_servers_picture_gets_its_small_one),
        cmocka_unit_test(a_broken_photo_is_refused_and_the_next_one_made),
        cmocka_unit_test(more_memory_than_a_photo_may_have_is_refused),
        cmocka_unit_test(a_killed_workshop_is_made_anew),
        cmocka_unit_test(a_program_that_is_no_workshop_is_told),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
