/* Tile handlers as values: archives on disk, a store of rows, no socket. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/api/archives.h"
#include "server/api/tiles.h"
#include "server/app.h"
#include "tests/support/test.h"
#include "tiles/pack/file.h"

/* --- The rows of the store, as this test sets them -------------------------------------------- */

static struct store_layer rows[4];
static size_t row_count;
static enum err_code rows_fail;
static unsigned rows_read;

enum err_code store_layers_list(struct store_reader *reader, struct arena *arena,
                                struct store_layer **ret, size_t *ret_count, struct err *err)
{
    (void)reader;
    (void)arena;
    rows_read++;
    if (rows_fail)
        return err_set(err, rows_fail, "the test's store fails", 0);
    *ret = rows;
    *ret_count = row_count;
    return ERR_OK;
}

const struct store_info *store_info(const struct store *store)
{
    (void)store;
    return NULL; /* app.store is NULL here */
}

static void set_row(size_t at, const char *name, const char *file, const char *edition, uint8_t sha)
{
    rows[at] = (struct store_layer){
        .name = span_from_str(name),
        .file = span_from_str(file),
        .edition = span_from_str(edition),
        .made_ms = 1764000000000,
    };
    memset(rows[at].sha256, sha, sizeof rows[at].sha256);
    if (row_count <= at)
        row_count = at + 1;
}

/* --- A folder with archives ------------------------------------------------------------------- */

static char folder[64];
static struct app app;

static void write_archive(const char *name, const char *const *texts, size_t count,
                          enum archive_compression compression)
{
    static const struct archive_layer layer = {.id = "building", .min_zoom = 1, .max_zoom = 2};
    const struct archive_tileset about = {
        .name = "Town \"T\"",
        .attribution = "City",
        .layer_count = 1,
        .layers = &layer,
        .tile_type = ARCHIVE_TILE_MVT,
        .tile_compression = compression,
        .min_lon_e7 = 1393000000,
        .min_lat_e7 = 361000000,
        .max_lon_e7 = 1395000000,
        .max_lat_e7 = 362000000,
        .center_zoom = 2,
        .center_lon_e7 = 1393880000,
        .center_lat_e7 = 361470000,
    };
    CLEANUP(pack_file_close_at) struct pack_file *file = NULL;
    struct archive_header header;
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(pack_file_open(path, &file, NULL), ERR_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(pack_file_add(file, 1 + 4 * i, span_from_str(texts[i]), NULL), ERR_OK);
    assert_int_equal(pack_file_finish(file, &about, &header, NULL), ERR_OK);
}

static const char *const first_tiles[] = {"north-west", "first of zoom 2"};
static const char *const second_tiles[] = {"north-west", "changed"};

static int set_up(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/kakikomap-tiles-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    row_count = rows_read = 0;
    rows_fail = ERR_OK;
    write_archive("city-1.pmtiles", first_tiles, 2, ARCHIVE_PLAIN);
    set_row(0, "city", "city-1.pmtiles", "1", 0xAB);
    app = (struct app){0};
    return archives_open(folder, &app.archives, NULL) == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[128];
    (void)state;
    archives_close(app.archives);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

/* --- Requests --------------------------------------------------------------------------------- */

struct call {
    struct arena arena;
    struct http_request req;
    struct http_response res;
    struct http_pair query[2], headers[2];
    struct err err;
};

static void start(struct call *call)
{
    *call = (struct call){0};
    arena_init(&call->arena, 0);
    call->req.arena = &call->arena;
    call->req.query = call->query;
    call->req.headers = call->headers;
}

static void end(struct call *call)
{
    if (call->res.content == HTTP_BODY)
        http_body_unref(call->res.body);
    arena_done(&call->arena);
}

static struct http_pair pair(const char *name, const char *value)
{
    return (struct http_pair){span_from_str(name), span_from_str(value)};
}

static void add_param(struct call *call, const char *name, const char *value)
{
    call->req.params[call->req.param_count++] = pair(name, value);
}

static enum err_code get_tile(struct call *call, const char *name, const char *z, const char *x,
                              const char *y, const char *version)
{
    start(call);
    add_param(call, "name", name);
    add_param(call, "z", z);
    add_param(call, "x", x);
    add_param(call, "y", y);
    if (version)
        call->query[call->req.query_count++] = pair("v", version);
    return api_tiles_get(&app, &call->req, &call->res, &call->err);
}

static bool body_is(const struct call *call, const char *text)
{
    return call->res.content == HTTP_BODY && span_is(call->res.body->bytes[HTTP_IDENTITY], text);
}

/* --- Tests ------------------------------------------------------------------------------------ */

static void a_tile_is_sent_from_the_map_with_its_type_and_tag(void **state)
{
    (void)state;
    struct call call;
    assert_int_equal(get_tile(&call, "city", "1", "0", "0", NULL), ERR_OK);
    assert_true(body_is(&call, "north-west"));
    assert_string_equal(call.res.body->content_type, "application/vnd.mapbox-vector-tile");
    assert_int_equal(strlen(call.res.body->etag), 32);
    assert_false(call.res.body->immutable);
    end(&call);
}

static void a_hot_tile_has_one_answer_that_all_share(void **state)
{
    (void)state;
    struct call a, b;
    assert_int_equal(get_tile(&a, "city", "1", "0", "0", NULL), ERR_OK);
    assert_int_equal(get_tile(&b, "city", "1", "0", "0", NULL), ERR_OK);
    assert_ptr_equal(a.res.body, b.res.body);
    end(&a);
    end(&b);
}

static void a_gzip_tile_stays_gzip(void **state)
{
    (void)state;
    struct call call;
    write_archive("gz.pmtiles", first_tiles, 1, ARCHIVE_GZIP);
    set_row(1, "gz", "gz.pmtiles", "1", 1);
    assert_int_equal(get_tile(&call, "gz", "1", "0", "0", NULL), ERR_OK);
    assert_true(span_is(call.res.body->bytes[HTTP_GZIP], "north-west"));
    assert_null(call.res.body->bytes[HTTP_IDENTITY].data);
    end(&call);
}

static void where_the_archive_has_nothing_the_answer_is_204(void **state)
{
    (void)state;
    struct call call;
    assert_int_equal(get_tile(&call, "city", "2", "3", "3", NULL), ERR_OK);
    assert_int_equal(call.res.content, HTTP_EMPTY);
    assert_int_equal(call.res.status, 204);
    end(&call);
}

static const struct wrong {
    const char *label;
    const char *name, *z, *x, *y;
    enum err_code code;
} wrong[] = {
    {"another tile set is not found", "town", "1", "0", "0", ERR_NOT_FOUND},
    {"a zoom above the archive's is not found", "city", "0", "0", "0", ERR_NOT_FOUND},
    {"a zoom below the archive's is not found", "city", "3", "0", "0", ERR_NOT_FOUND},
    {"x outside the pyramid is not found", "city", "1", "2", "0", ERR_NOT_FOUND},
    {"y outside the pyramid is not found", "city", "1", "0", "2", ERR_NOT_FOUND},
    {"a zoom of the moon is not found", "city", "200", "0", "0", ERR_NOT_FOUND},
    {"a word is no zoom", "city", "one", "0", "0", ERR_PARAM},
    {"a fraction is no column", "city", "1", "0.5", "0", ERR_PARAM},
    {"a negative row is wrong", "city", "1", "0", "-1", ERR_PARAM},
    {"a column of 33 bits is wrong", "city", "1", "4294967296", "0", ERR_PARAM},
    {"nothing is no row", "city", "1", "0", "", ERR_PARAM},
};

static void is_refused(void **state)
{
    const struct wrong *row = *state;
    struct call call;
    assert_int_equal(get_tile(&call, row->name, row->z, row->x, row->y, NULL), row->code);
    assert_int_equal(call.res.content, HTTP_EMPTY);
    end(&call);
}

static void only_the_address_of_this_edition_is_immutable(void **state)
{
    (void)state;
    struct call call;
    assert_int_equal(get_tile(&call, "city", "1", "0", "0", "abababababababab"), ERR_OK);
    assert_true(call.res.body->immutable);
    end(&call);
    assert_int_equal(get_tile(&call, "city", "1", "0", "0", "cdcdcdcdcdcdcdcd"), ERR_OK);
    assert_false(call.res.body->immutable);
    end(&call);
}

static void announce(enum store_event_type type)
{
    const struct store_event event = {.type = type};
    archives_changed(app.archives, &event, 1);
}

static void
a_new_edition_is_served_without_a_restart_and_unchanged_tiles_keep_their_tag(void **state)
{
    (void)state;
    struct call old, same, changed, kept;
    assert_int_equal(get_tile(&old, "city", "1", "0", "0", NULL), ERR_OK);
    assert_int_equal(get_tile(&kept, "city", "2", "0", "0", NULL), ERR_OK);
    write_archive("city-2.pmtiles", second_tiles, 2, ARCHIVE_PLAIN);
    set_row(0, "city", "city-2.pmtiles", "2", 0xCD);
    announce(STORE_EVENT_COMMENT);
    assert_int_equal(rows_read, 1);
    announce(STORE_EVENT_LAYERS);
    assert_int_equal(get_tile(&same, "city", "1", "0", "0", NULL), ERR_OK);
    assert_int_equal(get_tile(&changed, "city", "2", "0", "0", NULL), ERR_OK);
    assert_int_equal(rows_read, 2);
    assert_true(body_is(&same, "north-west"));
    assert_true(body_is(&changed, "changed"));
    assert_ptr_not_equal(old.res.body, same.res.body);
    assert_string_equal(old.res.body->etag, same.res.body->etag);
    assert_string_not_equal(kept.res.body->etag, changed.res.body->etag);
    assert_true(body_is(&kept, "first of zoom 2")); /* on its way while the edition changed */
    end(&old);
    end(&kept);
    end(&same);
    end(&changed);
}

static void an_edition_that_cannot_be_opened_leaves_the_one_before(void **state)
{
    (void)state;
    struct call call;
    assert_int_equal(get_tile(&call, "city", "1", "0", "0", NULL), ERR_OK);
    end(&call);
    assert_int_equal(archives_fault(app.archives).code, ERR_OK);
    set_row(0, "city", "city-9.pmtiles", "9", 9);
    announce(STORE_EVENT_LAYERS);
    assert_int_equal(get_tile(&call, "city", "1", "0", "0", NULL), ERR_OK);
    assert_true(body_is(&call, "north-west"));
    end(&call);
    assert_int_equal(archives_fault(app.archives).code, ERR_IO);
}

static void a_row_that_points_out_of_the_folder_is_not_followed(void **state)
{
    (void)state;
    struct call call;
    set_row(0, "city", "../city-1.pmtiles", "1", 1);
    assert_int_equal(get_tile(&call, "city", "1", "0", "0", NULL), ERR_NOT_FOUND);
    assert_int_equal(archives_fault(app.archives).code, ERR_INVALID);
    end(&call);
}

static void a_store_that_fails_is_asked_again(void **state)
{
    (void)state;
    struct call call;
    rows_fail = ERR_BUSY;
    assert_int_equal(get_tile(&call, "city", "1", "0", "0", NULL), ERR_BUSY);
    end(&call);
    rows_fail = ERR_OK;
    assert_int_equal(get_tile(&call, "city", "1", "0", "0", NULL), ERR_OK);
    end(&call);
}

static void a_tilejson_says_where_the_tiles_are(void **state)
{
    (void)state;
    struct call call;
    start(&call);
    add_param(&call, "name", "city");
    call.headers[call.req.header_count++] = pair("host", "map.example:8080");
    assert_int_equal(api_tilejson_get(&app, &call.req, &call.res, &call.err), ERR_OK);
    assert_string_equal(call.res.content_type, "application/json");
    assert_non_null(call.res.etag);
    assert_true(span_is(
        call.res.bytes,
        "{\"tilejson\":\"3.0.0\",\"name\":\"Town \\\"T\\\"\",\"attribution\":\"City\","
        "\"scheme\":\"xyz\",\"tiles\":[\"http://map.example:8080/tiles/city/{z}/{x}/{y}.mvt"
        "?v=abababababababab\"],\"minzoom\":1,\"maxzoom\":2,"
        "\"bounds\":[139.3,36.1,139.5,36.2],\"center\":[139.388,36.147,2],\"vector_layers\":["
        "{\"id\":\"building\",\"minzoom\":1,\"maxzoom\":2,\"fields\":{}}]}"));
    end(&call);
}

static void a_host_that_is_none_is_not_repeated(void **state)
{
    (void)state;
    struct call call;
    start(&call);
    add_param(&call, "name", "city");
    call.headers[call.req.header_count++] = pair("Host", "evil\"><script>");
    assert_int_equal(api_tilejson_get(&app, &call.req, &call.res, &call.err), ERR_OK);
    const char *text = (const char *)call.res.bytes.data;
    assert_null(strstr(text, "evil"));
    assert_non_null(strstr(text, "\"tiles\":[\"/tiles/city/"));
    end(&call);
}

static void the_pack_is_the_whole_archive_with_ranges(void **state)
{
    (void)state;
    struct call call;
    start(&call);
    add_param(&call, "name", "city");
    assert_int_equal(api_packs_get(&app, &call.req, &call.res, &call.err), ERR_OK);
    assert_true(call.res.body->ranges);
    assert_string_equal(call.res.body->etag, "abababababababab");
    assert_string_equal(call.res.body->content_type, "application/vnd.pmtiles");
    assert_memory_equal(call.res.body->bytes[HTTP_IDENTITY].data, "PMTiles\3", 8);
    end(&call);
}

static void the_list_of_layers_has_archives_and_comments(void **state)
{
    (void)state;
    struct call call;
    start(&call);
    assert_int_equal(api_layers_list(&app, &call.req, &call.res, &call.err), ERR_OK);
    const char *text = (const char *)call.res.bytes.data;
    assert_non_null(strstr(text, "{\"layers\":[{\"name\":\"city\",\"live\":false,"
                                 "\"tilejson\":\"/tiles/city.json\","
                                 "\"pack\":\"/packs/city.pmtiles\",\"edition\":\"1\""));
    assert_non_null(strstr(text, "\"made_at\":\"2025-11-24T16:00:00.000Z\""));
    assert_non_null(strstr(text, "{\"name\":\"comments\",\"live\":true"));
    end(&call);
}

static void a_style_of_another_theme_is_refused(void **state)
{
    (void)state;
    struct call call;
    start(&call);
    assert_int_equal(api_style_get(&app, &call.req, &call.res, &call.err), ERR_OK);
    assert_memory_equal(call.res.bytes.data, "{", 1);
    end(&call);
    start(&call);
    call.query[call.req.query_count++] = pair("theme", "purple");
    assert_int_equal(api_style_get(&app, &call.req, &call.res, &call.err), ERR_PARAM);
    end(&call);
}

int main(void)
{
    const struct CMUnitTest rest[] = {
#define SERVED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        SERVED(a_tile_is_sent_from_the_map_with_its_type_and_tag),
        SERVED(a_hot_tile_has_one_answer_that_all_share),
        SERVED(a_gzip_tile_stays_gzip),
        SERVED(where_the_archive_has_nothing_the_answer_is_204),
        SERVED(only_the_address_of_this_edition_is_immutable),
        SERVED(a_new_edition_is_served_without_a_restart_and_unchanged_tiles_keep_their_tag),
        SERVED(an_edition_that_cannot_be_opened_leaves_the_one_before),
        SERVED(a_row_that_points_out_of_the_folder_is_not_followed),
        SERVED(a_store_that_fails_is_asked_again),
        SERVED(a_tilejson_says_where_the_tiles_are),
        SERVED(a_host_that_is_none_is_not_repeated),
        SERVED(the_pack_is_the_whole_archive_with_ranges),
        SERVED(the_list_of_layers_has_archives_and_comments),
        SERVED(a_style_of_another_theme_is_refused),
    };
    struct CMUnitTest tests[LENGTH(wrong) + LENGTH(rest)];
    for (size_t i = 0; i < LENGTH(wrong); i++)
        tests[i] =
            (struct CMUnitTest){wrong[i].label, is_refused, set_up, tear_down, (void *)&wrong[i]};
    memcpy(tests + LENGTH(wrong), rest, sizeof rest);
    return cmocka_run_group_tests_name("tiles", tests, NULL, NULL);
}
