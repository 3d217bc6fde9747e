/* kakikomap cluster: groups the open comments into clusters, and keeps the run. */
#include <stdio.h>
#include <time.h>

#include "server/cluster/run.h"
#include "server/command/options.h"
#include "server/command/summary.h"

struct choice {
    const char *data, *space;
    double radius_m;
    int64_t min_points, epsg;
};

static int print_summary(const struct store_cluster_run *run, uint64_t id, bool is_new)
{
    struct summary summary;
    summary_begin(&summary);
    struct json *json = &summary.json;
    json_key(json, "run");
    json_uint(json, id);
    json_key(json, "new"); /* false: the same input gave the run that was there */
    json_bool(json, is_new);
    json_key(json, "comments");
    json_uint(json, run->comment_count);
    json_key(json, "clusters");
    json_uint(json, run->cluster_count);
    json_key(json, "alone"); /* in no cluster */
    json_uint(json, run->noise_count);
    json_key(json, "radius_m");
    json_number(json, run->radius_mm / 1e3, 3);
    json_key(json, "min");
    json_uint(json, run->min_points);
    json_key(json, "epsg");
    json_int(json, run->epsg);
    json_key(json, "change");
    json_uint(json, run->change);
    json_key(json, "largest");
    json_array(json);
    for (size_t i = 0; i < run->cluster_count && i < 10; i++) {
        const struct store_cluster *cluster = &run->clusters[i];
        json_object(json);
        json_key(json, "number");
        json_uint(json, cluster->number);
        json_key(json, "size");
        json_uint(json, cluster->size);
        json_key(json, "lon");
        json_e7(json, cluster->centre.lon_e7);
        json_key(json, "lat");
        json_e7(json, cluster->centre.lat_e7);
        json_end(json);
    }
    json_end(json);
    return summary_end(&summary, EXIT_OK);
}

static enum err_code make_run(const struct choice *choice, const struct uuid *space_id,
                              int *ret_status, struct err *err)
{
    CLEANUP(store_close_at) struct store *store = NULL;
    CLEANUP(store_reader_close_at) struct store_reader *reader = NULL;
    TRY(store_open(choice->data, STORE_WRITE, &store, err));
    TRY(store_reader_open(store, &reader, err));
    const struct cluster_request request = {
        .audience = STORE_PUBLIC,
        .space_id = space_id,
        .epsg = (int)choice->epsg,
        .radius_mm = (uint32_t)(choice->radius_m * 1e3 + 0.5),
        .min_points = (uint32_t)choice->min_points,
        .now_ms = (int64_t)time(NULL) * 1000,
    };
    struct arena arena;
    arena_init(&arena, 0);
    struct store_cluster_run run;
    uint64_t id = 0;
    bool is_new = false;
    enum err_code code = cluster_run(reader, &request, &arena, &run, err);
    if (code == ERR_OK)
        code = store_clusters_put(store, &run, &id, &is_new, err);
    if (code == ERR_OK)
        *ret_status = print_summary(&run, id, is_new);
    arena_done(&arena);
    return code;
}

int command_cluster(int argc, char **argv)
{
    struct choice choice = {
        .radius_m = CLUSTER_RADIUS_MM / 1e3, .min_points = CLUSTER_MIN_POINTS, .epsg = 6677};
    /* clang-format off */
    const struct option options[] = {
        {"--data",   OPTION_TEXT,   true,  &choice.data,       0,    0,       "DIR", "the data folder"},
        {"--radius", OPTION_NUMBER, false, &choice.radius_m,   1,    1000,    "M",   "metres between comments that belong together (30)"},
        {"--min",    OPTION_INT,    false, &choice.min_points, 1,    1000000, "N",   "comments within the radius that make a cluster (3)"},
        {"--space",  OPTION_TEXT,   false, &choice.space,      0,    0,       "ID",  "a space instead of the city's open comments"},
        {"--epsg",   OPTION_INT,    false, &choice.epsg,       6669, 6687,    "CODE","plane zone of the metres (6677: zone IX)"},
    };
    /* clang-format on */
    const enum options_result read = options_read(argc, argv, options, LENGTH(options), NULL);
    if (read != OPTIONS_OK)
        return (int)read;
    struct uuid space_id;
    if (choice.space && !uuid_from(span_from_str(choice.space), &space_id)) {
        fputs("kakikomap cluster: --space wants the id of a space (a UUID)\n", stderr);
        return EXIT_USAGE;
    }
    struct err err = {0};
    int status = EXIT_OTHER;
    if (make_run(&choice, choice.space ? &space_id : NULL, &status, &err) != ERR_OK)
        return command_fail("cluster", choice.data, &err);
    return status;
}
