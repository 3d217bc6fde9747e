/*
 * kakikomap import: files from outside become part of the city.
 *
 * A run is one step: all files are read into spools first, then one archive is cut and one
 * transaction written. A file that is not well-formed is refused as a whole, and what an earlier
 * import of it gave stays; the other files of the run go on, and the exit status is EXIT_USAGE.
 * When nothing can be used, nothing is changed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/city/publish.h"
#include "server/city/read.h"
#include "server/command/command.h"
#include "server/command/import_summary.h"
#include "server/command/options.h"
#include "server/command/progress.h"
#include "server/store/store.h"

enum { MAPS_MAX = 32, PATH_BYTES = 4096 };

struct choice {
    const char *data, *name, *kind, *crs, *attribution;
    int64_t max_entries;
    double max_unpacked_gib;
    struct ogr_map maps[MAPS_MAX];
    size_t map_count;
};

/* --map may be given several times, so it is taken out of argv before the others are read. */
static bool take_maps(int *argc, char **argv, struct choice *choice)
{
    int kept = 1;
    for (int i = 1; i < *argc; i++) {
        char *value = NULL;
        if (strncmp(argv[i], "--map=", 6) == 0)
            value = argv[i] + 6;
        else if (strcmp(argv[i], "--map") == 0 && i + 1 < *argc)
            value = argv[++i];
        if (!value) {
            argv[kept++] = argv[i];
            continue;
        }
        char *equals = strchr(value, '=');
        if (!equals || choice->map_count == MAPS_MAX) {
            fputs("kakikomap import: --map wants NAME=FIELD, as in --map height=H_MAX\n", stderr);
            return false;
        }
        *equals = '\0';
        if (!ogr_is_target(value)) {
            fprintf(stderr,
                    "kakikomap import: --map knows no \"%s\"; it knows id, kind, height, "
                    "min_height, storeys, use, year, name, name_en, width, crown_radius, "
                    "species, rank\n",
                    value);
            return false;
        }
        choice->maps[choice->map_count++] = (struct ogr_map){value, equals + 1};
    }
    *argc = kept;
    argv[kept] = NULL;
    return true;
}

static void on_read(void *context, uint64_t done, const char *item)
{
    progress_to(context, done, item);
}

static void on_refused(void *context, const struct city_refused_file *file)
{
    if (file->place.line)
        progress_line(context, "%s: line %llu, column %llu: %s: refused", file->file,
                      (unsigned long long)file->place.line, (unsigned long long)file->place.column,
                      file->err.what);
    else if (file->detail[0])
        progress_line(context, "%s: %s (%s): refused", file->file, file->err.what, file->detail);
    else
        progress_line(context, "%s: %s: refused", file->file, file->err.what);
}

static void on_cut(void *context, uint64_t done, uint64_t total)
{
    struct progress *progress = context;
    progress->total = total;
    progress_to(progress, done, "");
}

static enum err_code name_inputs(struct input_list *list, const char *name, struct err *err)
{
    if (!name)
        return ERR_OK;
    if (list->count != 1)
        return err_set(err, ERR_USAGE, "--name is for a single file", list->count);
    const size_t len = strlen(name);
    if (len == 0 || len > 100 || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") != len ||
        name[0] == '.')
        return err_set(err, ERR_USAGE, "--name may have a-z, 0-9, '.', '_' and '-', 100 at most",
                       0);
    list->inputs[0].name = name;
    return ERR_OK;
}

static enum err_code read_all(const struct choice *choice, struct input_list *list,
                              struct arena *arena, struct city_read_result *read, struct err *err)
{
    char folder[PATH_BYTES];
    if ((size_t)snprintf(folder, sizeof folder, "%s/tmp", choice->data) >= sizeof folder)
        return err_set(err, ERR_USAGE, "the name of the data folder is too long", 0);
    const struct ogr_options ogr = {.crs = choice->crs,
                                    .kind = choice->kind,
                                    .maps = choice->maps,
                                    .map_count = choice->map_count};
    struct progress progress;
    const struct city_read_options options = {.limits = &citygml_default_limits,
                                              .ogr = &ogr,
                                              .folder = folder,
                                              .progress = on_read,
                                              .refused = on_refused,
                                              .context = &progress};
    progress_begin(&progress, "reading", "bytes", list->bytes);
    if (list->count > 1)
        progress_line(&progress, "%zu files", list->count);
    const enum err_code code = city_read(list, &options, arena, read, err);
    progress_to(&progress, list->bytes, "");
    progress_finish(&progress);
    return code;
}

static enum err_code publish_all(const struct choice *choice, struct city_lock *lock,
                                 struct store *store, struct arena *arena,
                                 struct city_read_result *read, struct city_published *ret,
                                 struct err *err)
{
    struct progress progress;
    const struct city_publish_options options = {.attribution =
                                                     choice->attribution ? choice->attribution : "",
                                                 .name = store_info(store)->name,
                                                 .now_ms = (int64_t)time(NULL) * 1000,
                                                 .progress = on_cut,
                                                 .context = &progress};
    progress_begin(&progress, "cutting tiles", "steps", 0);
    const enum err_code code =
        city_publish(lock, read->spools, read->spool_count, &options, arena, ret, err);
    if (code == ERR_OK)
        progress_finish(&progress);
    return code;
}

static enum err_code import(const struct choice *choice, const char *const *paths, size_t count,
                            struct arena *arena, struct city_read_result *read,
                            struct city_published *ret, struct err *err)
{
    CLEANUP(store_close_at) struct store *store = NULL;
    CLEANUP(city_lock_release_at) struct city_lock *lock = NULL;
    TRY(store_open(choice->data, STORE_WRITE, &store, err));
    TRY(city_lock_take(store, &lock, err));
    const struct input_limits limits = {
        .zip_entries = (uint32_t)choice->max_entries,
        .zip_ratio = input_default_limits.zip_ratio,
        .unpacked_bytes = (uint64_t)(choice->max_unpacked_gib * (1 << 30)),
    };
    struct input_list list = {0};
    TRY(input_find(paths, count, &limits, arena, &list, err));
    TRY(name_inputs(&list, choice->name, err));
    TRY(read_all(choice, &list, arena, read, err));
    if (read->spool_count == 0)
        return ERR_OK;
    return publish_all(choice, lock, store, arena, read, ret, err);
}

static int finish(const struct city_read_result *read, const struct city_published *published,
                  double seconds)
{
    struct import_summary summary = {.read = read, .seconds = seconds};
    if (published->bytes)
        summary.published = published;
    else if (read->refused_file_count)
        summary.error = "nothing was imported; everything is as it was";
    if (read->file_count == 0 && read->refused_file_count == 0)
        fputs("kakikomap import: no map data found (CityGML, GeoPackage, Shapefile, GeoJSON, "
              "FlatGeobuf, or a zip or folder of them)\n",
              stderr);
    else if (read->spool_count == 0 && read->refused_file_count == 0)
        fputs("kakikomap import: nothing here belongs on the map; everything is as it was\n",
              stderr);
    return import_summary_print(
        &summary, read->refused_file_count || read->file_count == 0 ? EXIT_USAGE : EXIT_OK);
}

static int import_city(const struct choice *choice, int count, char **paths)
{
    struct arena arena;
    struct err err = {0};
    struct city_read_result read = {0};
    struct city_published published = {0};
    const int64_t begun_ms = progress_now_ms();
    arena_init(&arena, 0);
    const enum err_code code =
        import(choice, (const char *const *)paths, (size_t)count, &arena, &read, &published, &err);
    const int status = code == ERR_OK
                           ? finish(&read, &published, (double)(progress_now_ms() - begun_ms) / 1e3)
                           : command_fail("import", choice->data, &err);
    city_read_done(&read);
    arena_done(&arena);
    return status;
}

int command_import(int argc, char **argv)
{
    struct choice choice = {.max_entries = input_default_limits.zip_entries, .max_unpacked_gib = 2};
    /* clang-format off */
    const struct option options[] = {
        {"--data",         OPTION_TEXT,   true,  &choice.data,             0, 0,          "DIR",  "the data folder"},
        {"--name",         OPTION_TEXT,   false, &choice.name,             0, 0,          "NAME", "of the source (the file's name); the same name replaces it"},
        {"--crs",          OPTION_TEXT,   false, &choice.crs,              0, 0,          "CRS",  "coordinate system, instead of what the file says: EPSG:6677"},
        {"--kind",         OPTION_TEXT,   false, &choice.kind,             0, 0,          "KIND", "of features that do not say: building, tree, road, green, water, place …"},
        {"--map",          OPTION_TEXT,   false, NULL,                     0, 0,          "N=F",  "take NAME from FIELD: --map height=H_MAX; may be repeated"},
        {"--attribution",  OPTION_TEXT,   false, &choice.attribution,      0, 0,          "TEXT", "who made the data, to be shown on the map"},
        {"--max-entries",  OPTION_INT,    false, &choice.max_entries,      1, 1000000,    "N",    "entries a zip may have (10000)"},
        {"--max-unpacked", OPTION_NUMBER, false, &choice.max_unpacked_gib, 0, 1024,       "GIB",  "what a zip may unpack to (2)"},
    };
    /* clang-format on */
    int operands = 0;
    if (!take_maps(&argc, argv, &choice))
        return EXIT_USAGE;
    const enum options_result read = options_read(argc, argv, options, LENGTH(options), &operands);
    if (read != OPTIONS_OK)
        return (int)read;
    if (operands < 2 || strcmp(argv[1], "city") != 0) {
        fputs("kakikomap import: say what to import and from where: "
              "kakikomap import --data DIR city FILE|ZIP|FOLDER…\n",
              stderr);
        return EXIT_USAGE;
    }
    return import_city(&choice, operands - 1, argv + 2);
}
