#include "tests/support/test.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tiles/tiler/spool.h"

static char path[64];

static int make_path(void **state)
{
    (void)state;
    strcpy(path, "/tmp/kakikomap-spool-XXXXXX");
    const int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

static const uint32_t ring_sizes[] = {4, 3};
static const struct geo_xy ring_vertices[] = {{INT32_MIN, 5},   {INT32_MAX, 5}, {INT32_MAX, 900},
                                              {INT32_MIN, 900}, {10, 20},       {10, 30},
                                              {20, 30}};
static const struct geo_xy point_vertex[] = {{-7, INT32_MAX}};
static const uint32_t point_sizes[] = {1};

static const struct feature_tag building_tags[] = {
    {KEY_BUILDING_NAME, {.type = VALUE_STRING, .string = {(const uint8_t *)"駅舎", 6}}},
    {KEY_BUILDING_HEIGHT, {.type = VALUE_FLOAT, .number = 12.5F}},
    {KEY_BUILDING_STOREYS, {.type = VALUE_INT, .integer = INT64_MIN}},
    {KEY_BUILDING_USE, {.type = VALUE_NULL}},
    {KEY_BUILDING_KIND, {.type = VALUE_BOOL, .boolean = true}},
};

static struct feature building(uint64_t id)
{
    return (struct feature){
        .layer = CITY_BUILDING,
        .id = id,
        .min_zoom = 13,
        .tag_count = LENGTH(building_tags),
        .tags = building_tags,
        .geometry = {GEO_POLYGON, 2, 7, ring_sizes, ring_vertices},
    };
}

static struct feature tree(uint64_t id)
{
    return (struct feature){
        .layer = CITY_TREE,
        .id = id,
        .geometry = {GEO_POINT, 1, 1, point_sizes, point_vertex},
    };
}

static void write_some(unsigned count)
{
    CLEANUP(spool_write_close_at) struct spool_writer *writer = NULL;
    struct spool_summary summary;
    assert_int_equal(spool_write_open(path, &writer, NULL), ERR_OK);
    const struct feature_sink sink = spool_write_sink(writer);
    for (unsigned i = 0; i < count; i++) {
        const struct feature feature = i % 3 ? building(i) : tree(i);
        assert_int_equal(sink.add(sink.context, &feature, NULL), ERR_OK);
    }
    assert_int_equal(spool_write_finish(writer, &summary, NULL), ERR_OK);
    assert_int_equal(summary.feature_count, count);
}

static void assert_same(const struct feature *a, const struct feature *b)
{
    assert_int_equal(a->layer, b->layer);
    assert_int_equal(a->id, b->id);
    assert_int_equal(a->min_zoom, b->min_zoom);
    assert_int_equal(a->geometry.type, b->geometry.type);
    assert_int_equal(a->geometry.part_count, b->geometry.part_count);
    assert_int_equal(a->geometry.vertex_count, b->geometry.vertex_count);
    assert_memory_equal(a->geometry.part_sizes, b->geometry.part_sizes,
                        a->geometry.part_count * sizeof(uint32_t));
    assert_memory_equal(a->geometry.vertices, b->geometry.vertices,
                        a->geometry.vertex_count * sizeof(struct geo_xy));
    assert_int_equal(a->tag_count, b->tag_count);
    for (uint32_t i = 0; i < a->tag_count; i++) {
        const struct value *left = &a->tags[i].value, *right = &b->tags[i].value;
        assert_int_equal(a->tags[i].key, b->tags[i].key);
        assert_int_equal(left->type, right->type);
        if (left->type == VALUE_STRING)
            assert_true(span_equal(left->string, right->string));
        if (left->type == VALUE_INT)
            assert_int_equal(left->integer, right->integer);
        if (left->type == VALUE_FLOAT)
            assert_true(left->number == right->number);
        if (left->type == VALUE_BOOL)
            assert_int_equal(left->boolean, right->boolean);
    }
}

static void features_come_back_in_their_order(void **state)
{
    (void)state;
    enum { COUNT = 5000 }; /* several blocks */
    write_some(COUNT);
    CLEANUP(spool_read_close_at) struct spool_reader *reader = NULL;
    assert_int_equal(spool_read_open(path, &reader, NULL), ERR_OK);
    const struct spool_summary *summary = spool_read_summary(reader);
    assert_int_equal(summary->feature_count, COUNT);
    assert_int_equal(summary->layer_counts[CITY_TREE], (COUNT + 2) / 3);
    assert_int_equal(summary->layer_counts[CITY_BUILDING], COUNT - (COUNT + 2) / 3);
    assert_int_equal(summary->bounds.min.x, INT32_MIN);
    assert_int_equal(summary->bounds.max.y, INT32_MAX);
    for (unsigned i = 0; i < COUNT; i++) {
        const struct feature wanted = i % 3 ? building(i) : tree(i);
        const struct feature *found = NULL;
        assert_int_equal(spool_read_next(reader, &found, NULL), ERR_OK);
        assert_non_null(found);
        assert_same(found, &wanted);
    }
    const struct feature *none = NULL;
    assert_int_equal(spool_read_next(reader, &none, NULL), ERR_OK);
    assert_null(none);
    assert_int_equal(spool_read_next(reader, &none, NULL), ERR_OK);
    assert_null(none);
}

static void an_empty_spool_is_a_spool(void **state)
{
    (void)state;
    write_some(0);
    CLEANUP(spool_read_close_at) struct spool_reader *reader = NULL;
    assert_int_equal(spool_read_open(path, &reader, NULL), ERR_OK);
    assert_true(spool_read_summary(reader)->bounds.min.x >
                spool_read_summary(reader)->bounds.max.x);
    const struct feature *none = NULL;
    assert_int_equal(spool_read_next(reader, &none, NULL), ERR_OK);
    assert_null(none);
}

static void an_unfinished_spool_leaves_no_file(void **state)
{
    (void)state;
    struct spool_writer *writer = NULL;
    assert_int_equal(spool_write_open(path, &writer, NULL), ERR_OK);
    const struct feature feature = tree(1);
    assert_int_equal(spool_write_add(writer, &feature, NULL), ERR_OK);
    spool_write_close(writer);
    assert_int_equal(access(path, F_OK), -1);
    struct err err = {0};
    struct spool_reader *reader = NULL;
    assert_int_equal(spool_read_open(path, &reader, &err), ERR_NOT_FOUND);
    assert_null(reader);
    spool_read_close(NULL);
    spool_write_close(NULL);
}

static void what_breaks_the_contract_is_refused_with_its_number(void **state)
{
    (void)state;
    static const uint32_t short_ring[] = {2};
    static const struct feature_tag foreign_key[] = {{KEY_TREE_HEIGHT, {.type = VALUE_NULL}}};
    static const struct feature_tag not_text[] = {
        {KEY_BUILDING_NAME, {.type = VALUE_STRING, .string = {(const uint8_t *)"\xC0\x80", 2}}}};
    static const struct feature_tag no_number[] = {
        {KEY_BUILDING_HEIGHT, {.type = VALUE_FLOAT, .number = (float)INFINITY}}};
    struct feature bad[8];
    for (size_t i = 0; i < LENGTH(bad); i++)
        bad[i] = building(i);
    bad[0].id = UINT64_C(1) << 53;
    bad[1].layer = CITY_LAYER_COUNT;
    bad[2].geometry = tree(0).geometry;
    bad[3].geometry = (struct geometry){GEO_POLYGON, 1, 2, short_ring, ring_vertices};
    bad[4].geometry.vertex_count = 6;
    bad[5].tags = foreign_key, bad[5].tag_count = 1;
    bad[6].tags = not_text, bad[6].tag_count = 1;
    bad[7].tags = no_number, bad[7].tag_count = 1;
    CLEANUP(spool_write_close_at) struct spool_writer *writer = NULL;
    assert_int_equal(spool_write_open(path, &writer, NULL), ERR_OK);
    const struct feature good = tree(0);
    assert_int_equal(spool_write_add(writer, &good, NULL), ERR_OK);
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct err err = {0};
        assert_int_equal(spool_write_add(writer, &bad[i], &err), ERR_INVALID);
        assert_int_equal(err.at, 1);
        assert_non_null(err.what);
    }
    struct spool_summary summary;
    assert_int_equal(spool_write_finish(writer, &summary, NULL), ERR_OK);
    assert_int_equal(summary.feature_count, 1);
}

static enum err_code read_all(struct err *err)
{
    CLEANUP(spool_read_close_at) struct spool_reader *reader = NULL;
    TRY(spool_read_open(path, &reader, err));
    const struct feature *feature = NULL;
    do
        TRY(spool_read_next(reader, &feature, err));
    while (feature);
    return ERR_OK;
}

static uint8_t *slurp(size_t *len)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    uint8_t *bytes = malloc(1 << 20);
    assert_non_null(bytes);
    *len = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static void spit(const uint8_t *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    fclose(file);
}

static void every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    write_some(4);
    size_t len;
    uint8_t *bytes = slurp(&len);
    assert_int_equal(read_all(NULL), ERR_OK);
    for (size_t bit = 0; bit < len * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1U << (bit % 8));
        spit(bytes, len);
        struct err err = {0};
        assert_int_not_equal(read_all(&err), ERR_OK);
        assert_non_null(err.what);
        bytes[bit / 8] ^= (uint8_t)(1U << (bit % 8));
    }
    free(bytes);
}

static void every_cut_is_noticed(void **state)
{
    (void)state;
    write_some(4);
    size_t len;
    uint8_t *bytes = slurp(&len);
    for (size_t cut = 0; cut < len; cut++) {
        spit(bytes, cut);
        assert_int_not_equal(read_all(NULL), ERR_OK);
    }
    free(bytes);
}

static void a_full_disk_is_said(void **state)
{
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit small = {100000, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct spool_writer *writer = NULL;
    assert_int_equal(spool_write_open(path, &writer, NULL), ERR_OK);
    enum err_code code = ERR_OK;
    struct err err = {0};
    for (unsigned i = 0; i < 5000 && code == ERR_OK; i++) {
        const struct feature feature = building(i);
        code = spool_write_add(writer, &feature, &err);
    }
    assert_int_equal(code, ERR_FULL);
    struct spool_summary summary;
    assert_int_not_equal(spool_write_finish(writer, &summary, &err), ERR_OK);
    spool_write_close(writer);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(access(path, F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(features_come_back_in_their_order, make_path, remove_path),
        cmocka_unit_test_setup_teardown(an_empty_spool_is_a_spool, make_path, remove_path),
        cmocka_unit_test_setup_teardown(an_unfinished_spool_leaves_no_file, make_path, remove_path),
        cmocka_unit_test_setup_teardown(what_breaks_the_contract_is_refused_with_its_number,
                                        make_path, remove_path),
        cmocka_unit_test_setup_teardown(every_flipped_bit_is_noticed, make_path, remove_path),
        cmocka_unit_test_setup_teardown(every_cut_is_noticed, make_path, remove_path),
        cmocka_unit_test_setup_teardown(a_full_disk_is_said, make_path, remove_path),
    };
    return cmocka_run_group_tests_name("spool", tests, NULL, NULL);
}
