/* kakikomap export: comments, replies and clusters as GeoPackage, GeoJSON or CSV. */
#include <stdio.h>
#include <string.h>

#include "server/command/options.h"
#include "server/command/summary.h"
#include "server/export/clusters.h"
#include "server/export/comments.h"
#include "server/export/csv.h"
#include "server/export/geojson.h"
#include "server/export/geopackage.h"
#include "tiles/base/num.h"

struct choice {
    const char *data, *format, *out, *layer, *space, *bbox;
};

struct job {
    struct store_reader *reader;
    struct export_selection selection;
    const struct choice *choice;
    uint64_t comments, replies, shapes, clusters;
};

/* One of the tables that CSV and GeoJSON hold one of. */
static enum err_code write_layer(struct job *job, struct export_writer writer, struct err *err)
{
    const char *layer = job->choice->layer;
    if (strcmp(layer, "comments") == 0)
        return export_comments(job->reader, &job->selection, writer, &job->comments, err);
    if (strcmp(layer, "replies") == 0)
        return export_replies(job->reader, &job->selection, writer, &job->replies, err);
    if (strcmp(layer, "lines") == 0 || strcmp(layer, "areas") == 0)
        return export_shapes(job->reader, &job->selection,
                             layer[0] == 'l' ? EXPORT_LINE : EXPORT_AREA, writer, &job->shapes,
                             err);
    if (strcmp(layer, "clusters") != 0)
        return err_set(err, ERR_PARAM, "--layer is comments, lines, areas, replies or clusters", 0);
    if (!job->selection.run)
        return err_set(err, ERR_PARAM, "there are no clusters yet: run kakikomap cluster first", 0);
    return export_clusters(job->reader, job->selection.run, EXPORT_AREA, writer, &job->clusters,
                           err);
}

static enum err_code write_csv(struct job *job, struct export_file *file, struct err *err)
{
    struct export_csv csv;
    export_csv_init(&csv, file);
    const enum err_code code = write_layer(job, export_csv_writer(&csv), err);
    export_csv_done(&csv);
    return code;
}

static enum err_code write_geojson(struct job *job, struct export_file *file, struct err *err)
{
    struct export_geojson geojson;
    export_geojson_init(&geojson, file);
    enum err_code code = write_layer(job, export_geojson_writer(&geojson), err);
    if (code == ERR_OK)
        code = export_geojson_finish(&geojson, err);
    export_geojson_done(&geojson);
    return code;
}

static enum err_code write_geopackage(struct job *job, struct export_file *file, struct err *err)
{
    CLEANUP(export_geopackage_close_at) struct export_geopackage *package = NULL;
    TRY(export_geopackage_open(export_file_temporary(file), &package, err));
    const struct export_writer writer = export_geopackage_writer(package);
    TRY(export_comments(job->reader, &job->selection, writer, &job->comments, err));
    TRY(export_replies(job->reader, &job->selection, writer, &job->replies, err));
    uint64_t areas;
    TRY(export_shapes(job->reader, &job->selection, EXPORT_LINE, writer, &job->shapes, err));
    TRY(export_shapes(job->reader, &job->selection, EXPORT_AREA, writer, &areas, err));
    job->shapes += areas;
    if (job->selection.run) {
        TRY(export_clusters(job->reader, job->selection.run, EXPORT_AREA, writer, &job->clusters,
                            err));
        TRY(export_clusters(job->reader, job->selection.run, EXPORT_POINT, writer, &job->clusters,
                            err));
    }
    struct export_geopackage *whole = package;
    package = NULL;
    return export_geopackage_finish(whole, err);
}

static const struct {
    const char *name;
    enum err_code (*write)(struct job *, struct export_file *, struct err *);
} formats[] = {
    {"gpkg", write_geopackage},
    {"geojson", write_geojson},
    {"csv", write_csv},
};

static enum err_code write_file(struct job *job, struct err *err)
{
    for (size_t i = 0; i < LENGTH(formats); i++) {
        if (strcmp(job->choice->format, formats[i].name) != 0)
            continue;
        CLEANUP(export_file_close_at) struct export_file *file = NULL;
        TRY(export_file_open(job->choice->out, &file, err));
        TRY(formats[i].write(job, file, err));
        struct export_file *whole = file;
        file = NULL;
        return export_file_finish(whole, err);
    }
    return err_set(err, ERR_UNSUPPORTED, "this version writes gpkg, geojson and csv", 0);
}

static enum err_code read_box(const char *text, struct store_box *ret, struct err *err)
{
    int32_t *const into[] = {&ret->min_lon_e7, &ret->min_lat_e7, &ret->max_lon_e7,
                             &ret->max_lat_e7};
    struct span rest = span_from_str(text);
    for (size_t i = 0; i < LENGTH(into); i++) {
        const uint8_t *comma = rest.len ? memchr(rest.data, ',', rest.len) : NULL;
        const bool is_last = i + 1 == LENGTH(into);
        if (is_last == (comma != NULL))
            return err_set(err, ERR_PARAM, "--bbox wants four numbers: west,south,east,north", i);
        const size_t len = comma ? (size_t)(comma - rest.data) : rest.len;
        double degrees;
        if (num_double_from(span_of(rest.data, len), &degrees, NULL) != ERR_OK ||
            !num_e7_from_double(degrees, into[i]))
            return err_set(err, ERR_PARAM, "--bbox wants four numbers: west,south,east,north", i);
        rest = span_of(rest.data + len + !is_last, rest.len - len - !is_last);
    }
    if (ret->min_lon_e7 > ret->max_lon_e7 || ret->min_lat_e7 > ret->max_lat_e7)
        return err_set(err, ERR_PARAM, "--bbox wants west before east and south before north", 0);
    return ERR_OK;
}

static int print_summary(const struct job *job)
{
    struct summary summary;
    summary_begin(&summary);
    struct json *json = &summary.json;
    json_key(json, "format");
    json_text(json, job->choice->format);
    json_key(json, "out");
    json_text(json, job->choice->out);
    json_key(json, "comments");
    json_uint(json, job->comments);
    json_key(json, "replies");
    json_uint(json, job->replies);
    json_key(json, "shapes");
    json_uint(json, job->shapes);
    json_key(json, "clusters");
    json_uint(json, job->clusters);
    return summary_end(&summary, EXIT_OK);
}

/* One snapshot for all tables of the file. */
static enum err_code write_snapshot(struct job *job, const struct uuid *space_id,
                                    struct arena *arena, struct err *err)
{
    struct store_cluster_run run;
    TRY(store_reader_begin(job->reader, err));
    enum err_code code = store_clusters_newest(job->reader, job->selection.viewer.audience,
                                               space_id, arena, &run, err);
    if (code == ERR_OK)
        job->selection.run = &run;
    if (code == ERR_OK || code == ERR_NOT_FOUND)
        code = write_file(job, err);
    store_reader_end(job->reader);
    return code;
}

static enum err_code export_all(const struct choice *choice, int *ret_status, struct err *err)
{
    struct uuid space_id;
    if (choice->space && !uuid_from(span_from_str(choice->space), &space_id))
        return err_set(err, ERR_PARAM, "--space wants the id of a space (a UUID)", 0);
    struct job job = {
        .choice = choice,
        .selection = {.viewer = store_anyone, .space_id = choice->space ? &space_id : NULL}};
    if (choice->bbox) {
        TRY(read_box(choice->bbox, &job.selection.box, err));
        job.selection.has_box = true;
    }
    CLEANUP(store_close_at) struct store *store = NULL;
    CLEANUP(store_reader_close_at) struct store_reader *reader = NULL;
    TRY(store_open(choice->data, STORE_READ, &store, err));
    TRY(store_reader_open(store, &reader, err));
    job.reader = reader;
    struct arena arena;
    arena_init(&arena, 0);
    const enum err_code code = write_snapshot(&job, job.selection.space_id, &arena, err);
    arena_done(&arena);
    if (code == ERR_OK)
        *ret_status = print_summary(&job);
    return code;
}

int command_export(int argc, char **argv)
{
    struct choice choice = {.layer = "comments"};
    /* clang-format off */
    const struct option options[] = {
        {"--data",   OPTION_TEXT, true,  &choice.data,   0, 0, "DIR",   "the data folder"},
        {"--format", OPTION_TEXT, true,  &choice.format, 0, 0, "NAME",  "gpkg, geojson or csv"},
        {"--out",    OPTION_TEXT, true,  &choice.out,    0, 0, "FILE",  "the file to write; one that is there is replaced"},
        {"--layer",  OPTION_TEXT, false, &choice.layer,  0, 0, "NAME",  "of geojson and csv: comments, lines, areas, replies or clusters (comments)"},
        {"--space",  OPTION_TEXT, false, &choice.space,  0, 0, "ID",    "a space instead of the city's open comments"},
        {"--bbox",   OPTION_TEXT, false, &choice.bbox,   0, 0, "W,S,E,N", "only comments in this box, degrees"},
    };
    /* clang-format on */
    const enum options_result read = options_read(argc, argv, options, LENGTH(options), NULL);
    if (read != OPTIONS_OK)
        return (int)read;
    struct err err = {0};
    int status = EXIT_OTHER;
    if (export_all(&choice, &status, &err) != ERR_OK)
        return command_fail("export", err.code == ERR_PARAM ? NULL : choice.out, &err);
    return status;
}
