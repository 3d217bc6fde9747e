/* Every way out of the service is walked, from the endpoint table itself, as somebody without any
 * right: a held, a hidden, a masked, a blurred, a withdrawn and an erased comment, one of a closed
 * space and one of a class appear nowhere they must not, and every hat has its label. A new
 * endpoint without a verdict here makes the test fail. Exports and clusters are walked as well. */
#include "server/cluster/run.h"
#include "server/export/comments.h"
#include "server/export/csv.h"
#include "server/export/geojson.h"
#include "server/live/hub.h"
#include "tests/support/service.h"
#include "tiles/base/varint.h"
#include "tiles/geo/mercator.h"
#include "tiles/mvt/decode.h"

enum {
    OPEN = 1,
    STAFF,
    HELD,
    HIDDEN,
    MASKED,
    BLURRED,
    WITHDRAWN,
    ERASED,
    SPACE,
    CLASS,
    LAST = CLASS
};

/* What must never be read: the words of all but the open ones. */
static const char *const words[] = {
    [OPEN] = "こかげ",          [STAFF] = "しょくいん",  [HELD] = "ヒミツまつ",
    [HIDDEN] = "ヒミツかく",    [MASKED] = "ヒミツふせ", [BLURRED] = "ぼかした",
    [WITHDRAWN] = "ヒミツとり", [ERASED] = "ヒミツけす", [SPACE] = "ヒミツかい",
    [CLASS] = "ヒミツじゅ",
};
static const bool words_are_open[LAST + 1] = {[OPEN] = true, [STAFF] = true, [BLURRED] = true};
static const bool is_shown[LAST + 1] = {
    [OPEN] = true, [STAFF] = true, [MASKED] = true, [BLURRED] = true};
enum { SHOWN = 4, EXACT_LON = 1393881117, LONG = 100000 }; /* LONG: 900 m, two tiles at z 16 */
static const char exact_lon[] = "139.3881117";

static struct uuid id_of(unsigned n)
{
    return town_id(0xC0, n);
}

static void must(struct town *town, enum store_origin origin, struct span op)
{
    assert_int_equal(town_send(town, origin, town_id(0xDD, 1), op).status, STORE_ACK_STORED);
}

static void rule(struct town *town, uint64_t op, unsigned n, uint8_t status, const char *note)
{
    const struct op_head head = town_head(op, id_of(n), 0, 1);
    const struct op_why why = {.reason = span_from_str("abuse"), .note = span_from_str(note)};
    struct span bytes;
    assert_int_equal(op_build_moderation(&town->arena, &head, status, &why, &bytes, NULL), ERR_OK);
    must(town, STORE_FROM_SERVER, bytes);
}

static void write_comment(struct town *town, unsigned n, struct uuid space, struct uuid meeting)
{
    struct corner corners[] = {{EXACT_LON, 361470000}, {EXACT_LON + LONG, 361470900}};
    struct corner open[] = {
        {1393880000, 361470000}, {1393880000 + LONG, 361470000}, {1393880000 + LONG, 361480000}};
    struct stroke stroke = {.path = {corners, 2}, .width = 1};
    struct reading reading = {.quantity = QUANTITY_AIR, .value_milli = 35000};
    struct op_comment said = town_comment(words[n]);
    said.title = span_from_str(words[n]);
    said.pen_name = said.source = span_from_str(words[n]);
    said.hat = n == HELD ? HAT_PUPIL : n == STAFF ? HAT_STAFF : HAT_CITIZEN;
    said.space_id = space;
    said.meeting_id = meeting;
    if (!words_are_open[n] || n == BLURRED) {
        said.lon_e7 = EXACT_LON;
        said.building_id = span_from_str("bldg_7777");
        said.shape = SHAPE_LINE;
        said.path = (struct path){corners, 2};
        said.marks = (struct marks){&stroke, 1, &reading, 1};
    }
    if (n == OPEN || n == STAFF) {
        said.shape = n == OPEN ? SHAPE_LINE : SHAPE_AREA;
        said.path = (struct path){open, 3};
    }
    if (n == MASKED) { /* its place is shown: it must not be the one that is looked for */
        said.lon_e7 = 1393880000;
        said.building_id = span_from_str("");
        said.shape = SHAPE_POINT;
        said.path.count = 0;
    }
    const struct op_head head = town_head(n, id_of(n), n, 0);
    struct span op;
    assert_int_equal(op_build_comment(&town->arena, &head, &said, &op, NULL), ERR_OK);
    must(town, STORE_FROM_SERVER, op);
    if (n == CLASS) /* the server's own word would not wait */
        return;
    const struct op_reply reply = {.comment_id = id_of(n),
                                   .channel = CHANNEL_WEB,
                                   .hat = n == OPEN ? HAT_OFFICIAL : HAT_CITIZEN,
                                   .source = span_from_str("広報"),
                                   .text = span_from_str(n == MASKED ? "返事" : words[n])};
    const struct op_head reply_head = town_head(50 + n, town_id(0xE0, n), n, 0);
    assert_int_equal(op_build_reply(&town->arena, &reply_head, &reply, &op, NULL), ERR_OK);
    must(town, STORE_FROM_SERVER, op);
}

static void write_class(struct town *town, struct uuid meeting)
{
    struct op_comment said = town_comment(words[CLASS]);
    struct corner corners[] = {{EXACT_LON, 361470000}, {EXACT_LON + LONG, 361470900}};
    said.lon_e7 = EXACT_LON;
    said.meeting_id = meeting;
    said.shape = SHAPE_LINE;
    said.path = (struct path){corners, 2};
    town_write(town, CLASS, 1, &said);
}

static void fill(struct town *town)
{
    const struct uuid space = town_id(0x5B, 1), meeting = town_id(0x3E, 1), none = {0};
    struct op_head head = town_head(100, space, 0, 0);
    struct span op;
    assert_int_equal(op_build_space(&town->arena, &head, 2, span_from_str("会"),
                                    span_from_str(words[SPACE]), &op, NULL),
                     ERR_OK);
    must(town, STORE_FROM_SERVER, op);
    const struct meeting class = {.kind = MEETING_CLASS,
                                  .state = MEETING_OPEN,
                                  .title = span_from_str(words[CLASS]),
                                  .hold = true};
    head = town_head(101, meeting, 0, 0);
    assert_int_equal(op_build_meeting(&town->arena, &head, &class, &op, NULL), ERR_OK);
    must(town, STORE_FROM_SERVER, op);
    for (unsigned n = OPEN; n < CLASS; n++)
        write_comment(town, n, n == SPACE ? space : none, none);
    write_class(town, meeting);
    rule(town, 102, HIDDEN, STATUS_HIDDEN, words[HIDDEN]);
    rule(town, 103, MASKED, STATUS_MASKED, words[MASKED]);
    const struct op_why why = {.reason = span_from_str("unsafe_place")};
    head = town_head(104, id_of(BLURRED), 0, 1);
    assert_int_equal(op_build_precision(&town->arena, &head, 50, &why, &op, NULL), ERR_OK);
    must(town, STORE_FROM_SERVER, op);
    head = town_head(105, id_of(WITHDRAWN), WITHDRAWN, 0);
    assert_int_equal(op_build_delete(&town->arena, &head, span_from_str(""), &op, NULL), ERR_OK);
    must(town, STORE_FROM_SERVER, op);
    head = town_head(106, id_of(ERASED), 0, 0);
    assert_int_equal(op_build_erase(&town->arena, &head, span_from_str("author"), &op, NULL),
                     ERR_OK);
    must(town, STORE_FROM_SERVER, op);
}

static bool has(struct span bytes, struct span wanted)
{
    return memmem(bytes.data, bytes.len, wanted.data, wanted.len) != NULL;
}

/* `removals`: ids of what was seen once may be named, as gone (S16). */
static void assert_silent(const char *outlet, struct span bytes, bool removals)
{
    for (unsigned n = OPEN; n <= LAST; n++) {
        if (!words_are_open[n] && has(bytes, span_from_str(words[n])))
            fail_msg("%s tells the words of comment %u", outlet, n);
        const bool was_seen = n == HIDDEN || n == WITHDRAWN || n == ERASED;
        if (is_shown[n] || (removals && was_seen))
            continue;
        char text[UUID_TEXT + 1];
        const struct uuid id = id_of(n);
        uuid_text(id, text);
        if (has(bytes, span_from_str(text)) || has(bytes, span_of(id.bytes, UUID_BYTES)))
            fail_msg("%s names comment %u", outlet, n);
    }
    uint8_t wire[VARINT_MAX];
    const size_t len = varint_put(wire, zigzag_from_int(EXACT_LON));
    if (has(bytes, span_from_str(exact_lon)) || has(bytes, span_of(wire, len)))
        fail_msg("%s tells an exact place", outlet);
    if (has(bytes, span_from_str("bldg_7777")))
        fail_msg("%s tells a building", outlet);
    for (uint64_t author = 1; author <= LAST; author++) {
        const struct uuid id = town_id(0xAA, author);
        char text[UUID_TEXT + 1];
        uuid_text(id, text);
        if (has(bytes, span_from_str(text)) || has(bytes, span_of(id.bytes, UUID_BYTES)))
            fail_msg("%s tells an author", outlet);
    }
}

/* --- The verdicts --- */

enum verdict {
    WALKED, /* it tells comments: asked below, read through */
    CLOSED, /* asks for a session or a device: without one there is nothing to read */
    WRITES, /* answers only with what was sent, or with nothing */
    OTHERS, /* tells nothing of comments: maps, programs, numbers that are looked at apart */
};

static const struct row {
    enum http_method method;
    const char *pattern;
    enum verdict verdict;
} rows[] = {
    {HTTP_GET, "/api/comments", WALKED},
    {HTTP_POST, "/api/comments", WRITES},
    {HTTP_GET, "/api/comments/{id}", WALKED},
    {HTTP_POST, "/api/comments/{id}/replies", WRITES},
    {HTTP_PUT, "/api/comments/{id}/reaction", WRITES},
    {HTTP_GET, "/api/cards", WALKED},
    {HTTP_GET, "/feed.atom", WALKED},
    {HTTP_GET, "/api/clusters", WALKED},
    {HTTP_GET, "/api/session", WALKED},
    {HTTP_POST, "/api/session", WRITES},
    {HTTP_DELETE, "/api/session", WRITES},
    {HTTP_GET, "/api/spaces", WALKED},
    {HTTP_POST, "/api/invitations/{code}", WRITES},
    {HTTP_GET, "/api/meetings", WALKED},
    {HTTP_GET, "/api/meetings/{id}", WALKED},
    {HTTP_POST, "/api/appeals", WRITES},
    {HTTP_POST, "/api/receipts", WRITES},
    {HTTP_POST, "/api/receipts/withdraw", WRITES},
    {HTTP_GET, "/api/mine", WALKED},
    {HTTP_GET, "/sync/v1/hello", WALKED},
    {HTTP_GET, "/sync/v1/changes", WALKED},
    {HTTP_GET, "/tiles/comments/{z}/{x}/{y}.mvt", WALKED},
    {HTTP_GET, "/tiles/comments.json", OTHERS},
    {HTTP_GET, "/tiles/{name}.json", OTHERS},
    {HTTP_GET, "/tiles/{name}/{z}/{x}/{y}.mvt", OTHERS},
    {HTTP_GET, "/photos/{id}/{variant}.jpg", OTHERS}, /* tests/api/photos_test.py */
    {HTTP_GET, "/packs/{name}.pmtiles", OTHERS},
    {HTTP_GET, "/packs/{name}.json", OTHERS},
    {HTTP_GET, "/api/layers", OTHERS},
    {HTTP_GET, "/api/style.json", OTHERS},
    {HTTP_GET, "/api/live", OTHERS}, /* its events are looked at below */
    {HTTP_GET, "/api/health", OTHERS},
    {HTTP_GET, "/api/metrics", OTHERS}, /* numbers: store_counts, looked at below */
    {HTTP_GET, "/sync/v1/digest", WALKED},
    {HTTP_OPTIONS, "/sync/v1/blobs", OTHERS},
    {HTTP_OPTIONS, "/sync/v1/blobs/{sha256}", OTHERS},
    {HTTP_GET, "*", OTHERS},
};

static enum verdict verdict_of(const struct endpoint *endpoint)
{
    if (endpoint->access == ACCESS_STAFF || endpoint->access == ACCESS_DEVICE)
        return CLOSED;
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (rows[i].method == endpoint->method && strcmp(rows[i].pattern, endpoint->pattern) == 0)
            return rows[i].verdict;
    /* Between servers: closed by the signature of a key. */
    if (strncmp(endpoint->pattern, "/sync/v1/peer/", 14) == 0)
        return CLOSED;
    fail_msg("%s has no verdict: may it tell comments?", endpoint->pattern);
    return OTHERS;
}

static void every_endpoint_has_a_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < endpoint_count; i++)
        (void)verdict_of(&endpoints[i]);
}

/* What stands for {…} when a pattern is asked for, once for each comment. */
static const char *fill_pattern(struct arena *arena, const char *pattern, unsigned n)
{
    char id[UUID_TEXT + 1];
    uuid_text(strstr(pattern, "meetings") ? town_id(0x3E, 1) : id_of(n), id);
    char *target = arena_alloc(arena, 200);
    assert_non_null(target);
    const char *brace = strchr(pattern, '{');
    if (strstr(pattern, "/tiles/comments/"))
        snprintf(target, 200, "/tiles/comments/%u/%u/%u.mvt", n == OPEN ? 0 : 16,
                 n == OPEN ? 0 : 58143, n == OPEN ? 0 : 25841);
    else if (brace)
        snprintf(target, 200, "%.*s%s%s", (int)(brace - pattern), pattern, id,
                 strchr(brace, '}') + 1);
    else
        snprintf(target, 200, "%s", pattern);
    return target;
}

static void assert_answer_is_silent(struct service *service, const char *target)
{
    struct answer answer = ask(service, "GET", target, NULL);
    assert_true(answer.status < 500);
    assert_silent(target, answer.bytes, strstr(target, "/changes") || strstr(target, "/live"));
    answer_done(&answer);
}

static void no_endpoint_tells_what_it_must_not(void **state)
{
    struct service *service = *state;
    fill(&service->town);
    unsigned walked = 0;
    for (size_t i = 0; i < endpoint_count; i++) {
        if (verdict_of(&endpoints[i]) == CLOSED && endpoints[i].method == HTTP_GET) {
            const char *target = fill_pattern(&service->town.arena, endpoints[i].pattern, OPEN);
            struct answer answer = ask(service, "GET", target, NULL);
            assert_true(answer.status >= 400);
            answer_done(&answer);
        }
        if (verdict_of(&endpoints[i]) != WALKED)
            continue;
        walked++;
        for (unsigned n = OPEN; n <= LAST; n++)
            assert_answer_is_silent(service,
                                    fill_pattern(&service->town.arena, endpoints[i].pattern, n));
    }
    assert_true(walked >= 12);
    /* The same, asked by all that a question may say. */
    static const char *const questions[] = {
        "/api/comments?limit=1000",
        "/api/comments?q=%E3%83%92%E3%83%9F%E3%83%84", /* ヒミツ */
        "/api/comments?bbox=139,36,140,37",
        "/api/comments?bbox=139.3881,36.1469,139.3882,36.1471",
        "/api/comments?since=1",
        "/api/comments?meeting=3e90f3c2-7b40-7000-0000-000000000001",
        "/api/comments?space=5b90f3c2-7b40-7000-0000-000000000001",
        "/api/clusters?space=5b90f3c2-7b40-7000-0000-000000000001",
        "/sync/v1/changes?since=0&limit=1000",
        "/tiles/comments/16/58143/25841.mvt?q=%E3%83%92%E3%83%9F%E3%83%84",
    };
    for (size_t i = 0; i < LENGTH(questions); i++)
        assert_answer_is_silent(service, questions[i]);
}

/* --- Lines and areas in the tiles that they cross --- */

/* Which comments the layer shows; a corner of the exact line is nowhere in it. */
static unsigned shapes_of(struct span tile, struct arena *arena, struct geo_xy exact)
{
    struct mvt_decoded_tile decoded;
    unsigned seen = 0;
    assert_int_equal(mvt_decode(tile, arena, &decoded, NULL), ERR_OK);
    const struct mvt_decoded_layer *layer = mvt_decode_find_layer(&decoded, "comment_shape");
    for (uint32_t f = 0; layer && f < layer->feature_count; f++) {
        const struct mvt_decoded_feature *feature = &layer->features[f];
        const struct mvt_decoded_value *value = mvt_decode_find_value(layer, feature, "id");
        assert_true(value && value->type == MVT_IS_STRING);
        unsigned n = 0;
        for (unsigned k = OPEN; k <= LAST; k++) {
            char id[UUID_TEXT + 1];
            uuid_text(id_of(k), id);
            n = span_is(value->string, id) ? k : n;
        }
        assert_true(is_shown[n]);
        seen |= 1U << n;
        for (uint32_t i = 0; n == BLURRED && i < feature->geometry.vertex_count; i++) {
            const struct geo_xy at = feature->geometry.vertices[i];
            assert_true(abs(at.x - exact.x) > 8 || abs(at.y - exact.y) > 8);
        }
    }
    return seen;
}

static void lines_and_areas_cross_no_tile_they_must_not(void **state)
{
    struct service *service = *state;
    struct arena *arena = &service->town.arena;
    fill(&service->town);
    for (uint8_t z = 14; z <= 18; z++) {
        struct geo_xy low, high, exact;
        assert_true(mercator_world_from_e7(1393880000 - LONG, 361480000 + LONG, &low));
        assert_true(mercator_world_from_e7(EXACT_LON + 2 * LONG, 361470000 - LONG, &high));
        assert_true(mercator_world_from_e7(EXACT_LON, 361470000, &exact));
        unsigned seen = 0;
        for (uint32_t x = mercator_tile_from_world(z, low.x);
             x <= mercator_tile_from_world(z, high.x); x++)
            for (uint32_t y = mercator_tile_from_world(z, low.y);
                 y <= mercator_tile_from_world(z, high.y); y++) {
                char target[80];
                snprintf(target, sizeof target, "/tiles/comments/%u/%u/%u.mvt", z, x, y);
                struct answer answer = ask(service, "GET", target, NULL);
                assert_silent(target, answer.bytes, false);
                const struct geo_box box = mercator_world_from_tile(z, x, y);
                const double unit = (double)(UINT64_C(1) << (32 - z)) / 4096;
                const struct geo_xy there = {(int32_t)((exact.x - (double)box.min.x) / unit),
                                             (int32_t)((exact.y - (double)box.min.y) / unit)};
                seen |= shapes_of(answer.bytes, arena, there);
                answer_done(&answer);
            }
        assert_int_equal(seen, 1U << OPEN | 1U << STAFF | 1U << BLURRED);
    }
}

static unsigned count_of(struct span bytes, const char *wanted)
{
    unsigned count = 0;
    for (const uint8_t *at = bytes.data;
         (at = memmem(at, (size_t)(bytes.data + bytes.len - at), wanted, strlen(wanted))) != NULL;
         at++)
        count++;
    return count;
}

static void what_is_open_is_told_with_its_hat(void **state)
{
    struct service *service = *state;
    fill(&service->town);
    static const char *const outlets[] = {"/api/comments?limit=100", "/feed.atom"};
    for (size_t i = 0; i < LENGTH(outlets); i++) {
        struct answer answer = ask(service, "GET", outlets[i], NULL);
        assert_true(has(answer.bytes, span_from_str(words[OPEN])));
        assert_true(has(answer.bytes, span_from_str(words[BLURRED])));
        assert_true(has(answer.bytes, span_from_str(hat_label(HAT_STAFF))));
        answer_done(&answer);
    }
    struct answer list = ask(service, "GET", "/api/comments?limit=100", NULL);
    assert_int_equal(count_of(list.bytes, "\"type\":\"Feature\""), SHOWN);
    answer_done(&list);
    struct answer detail =
        ask(service, "GET", "/api/comments/c090f3c2-7b40-7000-0000-000000000001", NULL);
    assert_true(has(detail.bytes, span_from_str(hat_label(HAT_OFFICIAL))));
    answer_done(&detail);
    struct store_counts counts;
    assert_int_equal(store_counts(service->town.reader, &counts, NULL), ERR_OK);
    assert_int_equal(counts.comments_public, SHOWN);
}

static enum err_code write_file(struct service *service, const char *format, const char *path,
                                enum export_shape shape)
{
    const struct export_selection all = {.viewer = store_anyone};
    struct export_file *file = NULL;
    struct export_csv csv;
    struct export_geojson geojson;
    uint64_t count;
    TRY(export_file_open(path, &file, NULL));
    export_csv_init(&csv, file);
    export_geojson_init(&geojson, file);
    const bool is_csv = strcmp(format, "csv") == 0;
    const struct export_writer writer =
        is_csv ? export_csv_writer(&csv) : export_geojson_writer(&geojson);
    struct store_reader *reader = service->town.reader;
    enum err_code code = shape == EXPORT_POINT ? export_comments(reader, &all, writer, &count, NULL)
                         : shape == EXPORT_NO_SHAPE
                             ? export_replies(reader, &all, writer, &count, NULL)
                             : export_shapes(reader, &all, shape, writer, &count, NULL);
    if (code == ERR_OK && !is_csv)
        code = export_geojson_finish(&geojson, NULL);
    export_csv_done(&csv);
    export_geojson_done(&geojson);
    if (code == ERR_OK)
        code = export_file_finish(file, NULL);
    if (shape == EXPORT_POINT)
        assert_int_equal(count, SHOWN);
    return code;
}

static void exports_and_clusters_tell_no_more(void **state)
{
    struct service *service = *state;
    struct town *town = &service->town;
    fill(town);
    static const enum export_shape shapes[] = {EXPORT_POINT, EXPORT_LINE, EXPORT_AREA,
                                               EXPORT_NO_SHAPE};
    for (size_t i = 0; i < 2 * LENGTH(shapes); i++) {
        const char *format = i % 2 ? "csv" : "geojson";
        char path[128];
        snprintf(path, sizeof path, "%s/tmp/out.%s", town->dir, format);
        assert_int_equal(write_file(service, format, path, shapes[i / 2]), ERR_OK);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        char *bytes = arena_alloc(&town->arena, 1 << 16);
        const size_t len = fread(bytes, 1, 1 << 16, file);
        fclose(file);
        assert_true(len > 0 && len < 1 << 16);
        assert_silent(path, span_of(bytes, len), false);
        if (shapes[i / 2] == EXPORT_POINT)
            assert_true(has(span_of(bytes, len), span_from_str(hat_label(HAT_STAFF))));
    }
    const struct cluster_request request = {
        .audience = STORE_PUBLIC, .epsg = 6677, .radius_mm = 1000000, .min_points = 2, .now_ms = 1};
    struct store_cluster_run run = {0};
    assert_int_equal(cluster_run(town->reader, &request, &town->arena, &run, NULL), ERR_OK);
    assert_int_equal(run.comment_count, SHOWN);
    for (size_t c = 0; c < run.cluster_count; c++)
        for (size_t m = 0; m < run.clusters[c].member_count; m++) {
            const uint8_t n = run.clusters[c].members[m].bytes[15];
            assert_true(n <= LAST && is_shown[n]);
        }
}

/* What /api/live tells: never of what nobody has been able to see. */
static void look_at_events(void *context, const struct store_event *events, size_t count)
{
    unsigned *seen = context;
    for (size_t i = 0; i < count; i++) {
        struct buf text;
        if (events[i].type == STORE_EVENT_HELD || events[i].type == STORE_EVENT_MEETING ||
            events[i].type == STORE_EVENT_PHOTO)
            continue; /* kept from everyone by the hub: tests/unit/live/hub_test.c */
        buf_init(&text);
        live_event_add(&text, &events[i]);
        char id[UUID_TEXT + 1];
        static const unsigned never[] = {HELD, SPACE, CLASS};
        for (size_t k = 0; k < LENGTH(never); k++) {
            uuid_text(id_of(never[k]), id);
            *seen |= has(buf_span(&text), span_from_str(id)) ? 1U << never[k] : 0;
        }
        buf_done(&text);
    }
}

static void events_name_nothing_that_was_never_public(void **state)
{
    struct service *service = *state;
    unsigned seen = 0;
    assert_int_equal(store_writer_listen(service->town.writer, look_at_events, &seen, NULL),
                     ERR_OK);
    fill(&service->town);
    service_stop(service);
    town_stop(&service->town);
    assert_int_equal(seen, 0);
    town_start(&service->town);
    service_start(service);
}

static int open_service(void **state)
{
    static struct service service;
    service_open(&service);
    *state = &service;
    return 0;
}

static int close_service(void **state)
{
    service_close(*state);
    return 0;
}

#define OVER_A_STORE(test) cmocka_unit_test_setup_teardown(test, open_service, close_service)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_endpoint_has_a_verdict),
        OVER_A_STORE(no_endpoint_tells_what_it_must_not),
        OVER_A_STORE(lines_and_areas_cross_no_tile_they_must_not),
        OVER_A_STORE(what_is_open_is_told_with_its_hat),
        OVER_A_STORE(exports_and_clusters_tell_no_more),
        OVER_A_STORE(events_name_nothing_that_was_never_public),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
