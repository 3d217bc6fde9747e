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
#include "server/demo/words.h"
#include "server/people/account.h"
#include "server/store/digest.h"
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
    TRY(write_spool(demo, err));
    TRY(write_archive(demo, err));
    demo->source.imported_ms = demo->layer.made_ms = now_ms;
    TRY(store_layers_put(store, &demo->source, 1, &demo->layer, 1, err));
    TRY(make_staff(demo, store, now_ms, err));
    return write_words(demo, store, err);
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
        {"comments", demo->ops.comments},
        {"comments_held", demo->ops.held},
        {"replies", demo->ops.replies},
        {"reactions", demo->ops.reactions},
        {"operations", demo->ops.count},
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
