/*
 * archive_bench: makes the town of tests/support/town.h as a spool or as GeoJSON, and cuts a spool.
 *
 *   archive_bench spool FILE COUNT
 *   archive_bench geojson FILE COUNT
 *   archive_bench cut SPOOL OUT [threads=N] [level=N] [limit=BYTES] [min=Z] [max=Z] [no-id]
 * [all-keys]
 *
 * cut prints one line of JSON: seconds, processor seconds, peak memory, bytes and counts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "tests/support/town.h"
#include "tiles/base/num.h"
#include "tiles/geo/mercator.h"
#include "tiles/tiler/build.h"
#include "tiles/tiler/city.h"
#include "tiles/tiler/spool.h"

static int fail(const struct err *err)
{
    fprintf(stderr, "archive_bench: %s (%s, at %llu)\n", err->what, err_name(err->code),
            (unsigned long long)err->at);
    return 1;
}

static int make_spool(const char *path, uint32_t count)
{
    struct err err = {0};
    struct spool_summary summary;
    CLEANUP(spool_write_close_at) struct spool_writer *writer = NULL;
    if (spool_write_open(path, &writer, &err) != ERR_OK ||
        town_make(count, spool_write_sink(writer), &err) != ERR_OK ||
        spool_write_finish(writer, &summary, &err) != ERR_OK)
        return fail(&err);
    return 0;
}

static void print_value(FILE *file, const struct value *value)
{
    if (value->type == VALUE_STRING)
        fprintf(file, "\"%.*s\"", (int)value->string.len, (const char *)value->string.data);
    else if (value->type == VALUE_INT)
        fprintf(file, "%lld", (long long)value->integer);
    else
        fprintf(file, "%.7g", (double)value->number);
}

/* One Feature a line, as every peer reads it. */
static enum err_code print_feature(void *context, const struct feature *feature, struct err *err)
{
    (void)err;
    FILE *file = context;
    fprintf(file, "{\"type\":\"Feature\",\"id\":%llu,\"properties\":{",
            (unsigned long long)feature->id);
    fprintf(file, "\"bid\":%llu", (unsigned long long)feature->id);
    for (uint32_t i = 0; i < feature->tag_count; i++) {
        if (feature->tags[i].key == KEY_BUILDING_ID)
            continue; /* peers carry the id once, as the feature's */
        fprintf(file, ",\"%s\":", city_key_name(feature->tags[i].key));
        print_value(file, &feature->tags[i].value);
    }
    fputs("},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[", file);
    for (uint32_t i = 0; i <= feature->geometry.vertex_count; i++) {
        const struct mercator_degrees at = mercator_degrees_from_world(
            feature->geometry.vertices[i % feature->geometry.vertex_count]);
        fprintf(file, "%s[%.7f,%.7f]", i ? "," : "", at.lon, at.lat);
    }
    fputs("]]}}\n", file);
    return ERR_OK;
}

static int make_geojson(const char *path, uint32_t count)
{
    FILE *file = fopen(path, "wb");
    struct err err = {0};
    if (!file)
        return 1;
    const struct feature_sink sink = {.add = print_feature, .context = file};
    const enum err_code code = town_make(count, sink, &err);
    return fclose(file) != 0 || code != ERR_OK;
}

static bool number_option(const char *argument, const char *name, int64_t *ret)
{
    const size_t len = strlen(name);
    return strncmp(argument, name, len) == 0 && argument[len] == '=' &&
           num_int_from(span_from_str(argument + len + 1), 0, INT64_MAX, ret, NULL) == ERR_OK;
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static int cut(int argc, char **argv)
{
    const char *spools[] = {argv[2]};
    struct tiler_build build = {
        .tiler = {.spool_count = 1,
                  .spools = spools,
                  .min_zoom = 12,
                  .max_zoom = 16,
                  .temporary_folder = "/tmp"},
        .path = argv[3],
        .name = "bench",
    };
    for (int i = 4; i < argc; i++) {
        int64_t number;
        if (number_option(argv[i], "threads", &number))
            build.tiler.threads = (unsigned)number;
        else if (number_option(argv[i], "level", &number))
            build.tiler.gzip_level = (int)number;
        else if (number_option(argv[i], "limit", &number))
            build.tiler.memory_limit = (size_t)number;
        else if (number_option(argv[i], "min", &number))
            build.tiler.min_zoom = (unsigned)number;
        else if (number_option(argv[i], "max", &number))
            build.tiler.max_zoom = (unsigned)number;
        else if (strcmp(argv[i], "no-id") == 0)
            build.tiler.skip_keys |= UINT64_C(1) << KEY_BUILDING_ID;
        else if (strcmp(argv[i], "all-keys") == 0)
            build.tiler.keys_at_all_zooms = true;
        else
            return 2;
    }
    struct tiler_build_summary summary;
    struct err err = {0};
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    if (tiler_build_archive(&build, &summary, &err) != ERR_OK)
        return fail(&err);
    clock_gettime(CLOCK_MONOTONIC, &after);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"wall_s\":%.3f,\"cpu_s\":%.3f,\"peak_mb\":%.1f,\"bytes\":%llu,\"features\":%llu,"
           "\"pieces\":%llu,\"runs\":%llu,\"zooms\":{",
           (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9,
           seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime), (double)usage.ru_maxrss / 1024,
           (unsigned long long)summary.bytes, (unsigned long long)summary.tiler.feature_count,
           (unsigned long long)summary.tiler.piece_count,
           (unsigned long long)summary.tiler.run_count);
    const char *comma = "";
    for (unsigned zoom = 0; zoom <= TILER_MAX_ZOOM; zoom++) {
        const struct tiler_zoom_summary *at = &summary.tiler.zooms[zoom];
        if (at->tile_count == 0)
            continue;
        printf("%s\"%u\":{\"tiles\":%llu,\"features\":%llu,\"plain\":%llu,\"packed\":%llu}", comma,
               zoom, (unsigned long long)at->tile_count, (unsigned long long)at->feature_count,
               (unsigned long long)at->plain_bytes, (unsigned long long)at->packed_bytes);
        comma = ",";
    }
    puts("}}");
    return 0;
}

int main(int argc, char **argv)
{
    int64_t count;
    if (argc == 4 && num_int_from(span_from_str(argv[3]), 1, UINT32_MAX, &count, NULL) == ERR_OK) {
        if (strcmp(argv[1], "spool") == 0)
            return make_spool(argv[2], (uint32_t)count);
        if (strcmp(argv[1], "geojson") == 0)
            return make_geojson(argv[2], (uint32_t)count);
    }
    if (argc >= 4 && strcmp(argv[1], "cut") == 0)
        return cut(argc, argv);
    fputs("usage: archive_bench spool|geojson FILE COUNT | cut SPOOL OUT [OPTION…]\n", stderr);
    return 2;
}
