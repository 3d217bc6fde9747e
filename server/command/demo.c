/* kakikomap demo: the invented town in a new data folder. */
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/clock.h"
#include "server/command/options.h"
#include "server/command/progress.h"
#include "server/command/summary.h"
#include "server/demo/emit.h"
#include "server/demo/lesson.h"
#include "server/demo/words.h"
#include "server/people/account.h"
#include "server/store/digest.h"
#include "server/store/joins.h"
#include "server/store/layers.h"
#include "server/store/writer.h"
#include "tiles/tiler/build.h"
#include "tiles/tiler/spool.h"

enum { PATH_LONGEST = 4096, OPS_IN_A_BATCH = 256 };

static const char TOWN[] = "くまのや市（架空のまち）";
static const char ATTRIBUTION[] = "架空のまち（実在しません）";

struct demo {
    const char *dir;
    struct arena arena;
    struct demo_city city;
    struct demo_ops ops;
    struct demo_lesson lesson;
    struct uuid teacher_id; /* who leads it */
    struct spool_summary spool;
    struct tiler_build_summary archive;
    struct store_source source;
    struct store_layer layer;
};

static enum err_code path_in(const struct demo *demo, const char *name, char ret[PATH_LONGEST],
                             struct err *err)
{
    const int len = snprintf(ret, PATH_LONGEST, "%s/%s", demo->dir, name);
    return len > 0 && len < PATH_LONGEST
               ? ERR_OK
               : err_set(err, ERR_RANGE, "the folder's name is too long", 0);
}

/* The town as a spool: written beside, synced, renamed, the folder synced. */
static enum err_code write_spool(struct demo *demo, struct err *err)
{
    char part[PATH_LONGEST], path[PATH_LONGEST], folder[PATH_LONGEST];
    TRY(path_in(demo, "tmp/demo.features", part, err));
    TRY(path_in(demo, "city/demo.features", path, err));
    TRY(path_in(demo, "city", folder, err));
    CLEANUP(spool_write_close_at) struct spool_writer *writer = NULL;
    TRY(spool_write_open(part, &writer, err));
    const struct feature_sink sink = spool_write_sink(writer);
    TRY(demo_emit(&demo->city, &sink, err));
    TRY(spool_write_finish(writer, &demo->spool, err));
    const int held = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool moved = held >= 0 && rename(part, path) == 0 && fsync(held) == 0;
    if (held >= 0)
        close(held);
    if (!moved)
        return err_set(err, ERR_IO, "the town's file cannot be put into its folder", 0);
    demo->source = (struct store_source){
        .name = span_from_str("demo"),
        .kind = span_from_str("city"),
        .origin = span_from_str(TOWN),
        .features = demo->spool.feature_count,
        .imported = demo->spool.feature_count,
        .attribution = span_from_str(ATTRIBUTION),
    };
    return digest_file(path, demo->source.sha256, &demo->source.bytes, err);
}

static void show_tiles(void *context, enum tiler_stage stage, uint64_t done, uint64_t total)
{
    (void)context;
    progress_show(stage == TILER_READ ? "drawing the town" : "packing tiles", done, total);
}

static enum err_code write_archive(struct demo *demo, struct err *err)
{
    char spool[PATH_LONGEST], path[PATH_LONGEST], folder[PATH_LONGEST];
    TRY(path_in(demo, "city/demo.features", spool, err));
    TRY(path_in(demo, "layers/city-1.pmtiles", path, err));
    TRY(path_in(demo, "tmp", folder, err));
    const char *const spools[] = {spool};
    const struct tiler_build build = {
        .tiler = {.spool_count = 1,
                  .spools = spools,
                  .temporary_folder = folder,
                  .progress = {.report = show_tiles}},
        .path = path,
        .name = TOWN,
        .description = "An invented town at Kumagaya's place. 実在しない、架空のまちです。",
        .attribution = ATTRIBUTION,
        .version = "1",
    };
    TRY(tiler_build_archive(&build, &demo->archive, err));
    demo->layer = (struct store_layer){
        .name = span_from_str("city"),
        .file = span_from_str("city-1.pmtiles"),
        .edition = span_from_str("1"),
    };
    return digest_file(path, demo->layer.sha256, &demo->layer.bytes, err);
}

/* In batches; each is received when its last operation was made, so that people see the invented
 * summer's times and not today's. */
static enum err_code write_words(struct demo *demo, struct store *store, struct err *err)
{
    struct store_ack acks[OPS_IN_A_BATCH];
    CLEANUP(store_writer_close_at) struct store_writer *writer = NULL;
    TRY(store_writer_open(store, 0, &writer, err));
    for (size_t from = 0; from < demo->ops.count; from += OPS_IN_A_BATCH) {
        const size_t left = demo->ops.count - from;
        const size_t count = left < OPS_IN_A_BATCH ? left : OPS_IN_A_BATCH;
        const struct store_batch batch = {
            .origin = STORE_FROM_SERVER,
            .received_ms = demo->ops.made_ms[from + count - 1],
            .ops = demo->ops.bytes + from,
            .op_count = count,
        };
        progress_show("writing comments", from, demo->ops.count);
        TRY(store_submit_wait(writer, &batch, acks, err));
        for (size_t i = 0; i < count; i++)
            if (acks[i].status != STORE_ACK_STORED)
                return err_set(err, ERR_INTERNAL, "the store refused an operation of the demo",
                               from + i);
    }
    return ERR_OK;
}

/* People to try things as. The passwords are printed and stand in the README: a store that is not a
 * demo never gets them. */
static const struct {
    enum role role;
    const char *name, *display, *password;
} demo_staff[] = {
    {ROLE_TEACHER, "sensei", "デモの先生", "demo-only-himawari"},
    {ROLE_MODERATOR, "shinko", "デモの進行役", "demo-only-suiren"},
    {ROLE_MODERATOR, "shinko2", "デモの進行役その2", "demo-only-ajisai"},
    {ROLE_PLANNER, "keikaku", "デモの計画担当", "demo-only-tampopo"},
    {ROLE_ADMINISTRATOR, "kanri", "デモの管理者", "demo-only-kosumosu"},
    {ROLE_MEMBER, "kaiin", "デモの会員", "demo-only-nanohana"},
};

static enum err_code make_staff(struct demo *demo, struct store *store, int64_t now_ms,
                                struct err *err)
{
    CLEANUP(store_writer_close_at) struct store_writer *writer = NULL;
    TRY(store_writer_open(store, 0, &writer, err));
    for (size_t i = 0; i < LENGTH(demo_staff); i++) {
        const struct account_new asked = {
            .name = span_from_str(demo_staff[i].name),
            .display = span_from_str(demo_staff[i].display),
            .organisation = span_from_str("架空のまち"),
            .password = span_from_str(demo_staff[i].password),
            .role = demo_staff[i].role,
        };
        struct uuid id;
        progress_show("making accounts", i, LENGTH(demo_staff));
        TRY(account_make(writer, &demo->arena, &asked, (struct uuid){{0}}, now_ms, &id, err));
        if (demo_staff[i].role == ROLE_TEACHER)
            demo->teacher_id = id;
    }
    return ERR_OK;
}

/* The lesson's operations, and what is of this server alone: who leads it, its code, its tablets.
 * One of them still holds two things. */
static enum err_code write_lesson(struct demo *demo, struct store *store, int64_t now_ms,
                                  struct err *err)
{
    const struct demo_lesson *lesson = &demo->lesson;
    struct store_ack acks[DEMO_LESSON_OPS_MAX];
    CLEANUP(store_writer_close_at) struct store_writer *writer = NULL;
    const struct store_batch batch = {
        .origin = STORE_FROM_SERVER,
        .received_ms = lesson->made_ms,
        .ops = lesson->ops,
        .op_count = lesson->op_count,
    };
    const struct store_member member = {
        .scope_id = lesson->meeting_id, .account_id = demo->teacher_id, .now_ms = now_ms};
    const struct store_join_code code = {.meeting_id = lesson->meeting_id,
                                         .code = DEMO_LESSON_CODE,
                                         .made_ms = now_ms,
                                         .expires_ms = lesson->ends_ms};
    TRY(store_writer_open(store, 0, &writer, err));
    TRY(store_submit_wait(writer, &batch, acks, err));
    for (size_t i = 0; i < lesson->op_count; i++)
        if (acks[i].status != STORE_ACK_STORED)
            return err_set(err, ERR_INTERNAL, "the store refused an operation of the lesson", i);
    TRY(store_members_add(writer, &member, err));
    TRY(store_joins_put(writer, &code, err));
    for (uint32_t i = 0; i < DEMO_LESSON_TABLETS; i++) {
        const struct store_presence said = {.device_id = lesson->tablets[i],
                                            .seen_ms = now_ms,
                                            .waiting = i == 1 ? 2 : 0,
                                            .oldest_s = i == 1 ? 1500 : 0};
        uint32_t tablet;
        TRY(store_presence_join(writer, lesson->meeting_id, lesson->tablets[i], now_ms, &tablet,
                                err));
        TRY(store_presence_tell(writer, lesson->meeting_id, &said, &tablet, err));
    }
    return ERR_OK;
}

static enum err_code make(struct demo *demo, struct err *err)
{
    uint8_t random[32];
    const struct store_settings settings = {.municipality = 11202, .name = TOWN, .demo = true};
    if (sodium_init() < 0)
        return err_set(err, ERR_INTERNAL, "libsodium cannot start", 0);
    randombytes_buf(random, sizeof random);
    const int64_t now_ms = clock_unix_ms();
    TRY(store_create(demo->dir, &settings, now_ms, random, err));
    CLEANUP(store_close_at) struct store *store = NULL;
    TRY(store_open(demo->dir, STORE_WRITE, &store, err));
    progress_show("growing the town", 0, 1);
    TRY(demo_city_make(&demo->arena, &demo->city, err));
    TRY(demo_words_make(&demo->arena, &demo->city, &demo->ops, err));
    TRY(demo_lesson_make(&demo->arena, &demo->city, &demo->lesson, err));
    TRY(write_spool(demo, err));
    TRY(write_archive(demo, err));
    demo->source.imported_ms = demo->layer.made_ms = now_ms;
    TRY(store_layers_put(store, &demo->source, 1, &demo->layer, 1, err));
    TRY(make_staff(demo, store, now_ms, err));
    TRY(write_words(demo, store, err));
    return write_lesson(demo, store, now_ms, err);
}

static int report(const struct demo *demo)
{
    struct summary summary;
    struct json *json = &summary.json;
    summary_begin(&summary);
    const struct {
        const char *key;
        uint64_t value;
    } counts[] = {
        {"features", demo->spool.feature_count},
        {"imported", demo->spool.feature_count - demo->archive.tiler.refused},
        {"refused", demo->archive.tiler.refused},
        {"buildings", demo->spool.layer_counts[CITY_BUILDING]},
        {"roads", demo->spool.layer_counts[CITY_ROAD]},
        {"trees", demo->spool.layer_counts[CITY_TREE]},
        {"places", demo->spool.layer_counts[CITY_PLACE]},
        {"tiles", demo->archive.header.addressed_count},
        {"archive_bytes", demo->archive.bytes},
        {"cards", demo->ops.cards},
        {"comments", demo->ops.comments + demo->lesson.comment_count + 1},
        {"comments_held", demo->ops.held + demo->lesson.comment_count},
        {"replies", demo->ops.replies},
        {"reactions", demo->ops.reactions},
        {"operations", demo->ops.count + demo->lesson.op_count},
    };
    json_key(json, "data");
    json_text(json, demo->dir);
    json_key(json, "name");
    json_text(json, TOWN);
    json_key(json, "demo");
    json_bool(json, true);
    for (size_t i = 0; i < LENGTH(counts); i++) {
        json_key(json, counts[i].key);
        json_uint(json, counts[i].value);
    }
    json_key(json, "join_code"); /* of the lesson that anyone may try */
    json_text(json, DEMO_LESSON_CODE);
    json_key(json, "accounts"); /* of the demo alone */
    json_array(json);
    for (size_t i = 0; i < LENGTH(demo_staff); i++) {
        json_object(json);
        json_key(json, "name");
        json_text(json, demo_staff[i].name);
        json_key(json, "role");
        json_text(json, role_name(demo_staff[i].role));
        json_key(json, "password");
        json_text(json, demo_staff[i].password);
        json_end(json);
    }
    json_end(json);
    return summary_end(&summary, EXIT_OK);
}

int command_demo(int argc, char **argv)
{
    struct demo demo = {.dir = NULL};
    const struct option options[] = {
        {"--data", OPTION_TEXT, true, &demo.dir, 0, 0, "DIR", "the folder to make; new or empty"},
    };
    const enum options_result read = options_read(argc, argv, options, LENGTH(options), NULL);
    if (read != OPTIONS_OK)
        return (int)read;
    struct err err = {.code = ERR_OK};
    arena_init(&demo.arena, 0);
    const enum err_code code = make(&demo, &err);
    progress_end();
    const int status = code == ERR_OK ? report(&demo) : command_fail("demo", demo.dir, &err);
    arena_done(&demo.arena);
    return status;
}
