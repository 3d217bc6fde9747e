/* list_features FILE…: what the import makes of files, as JSON lines, for the tests beside it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/json/write.h"
#include "tiles/geo/mercator.h"
#include "tiles/import/citygml.h"
#include "tiles/import/input.h"
#include "tiles/import/ogr.h"
#include "tiles/tiler/city.h"
#include "tiles/tiler/record.h"

static void print(struct buf *text)
{
    buf_add_byte(text, '\n');
    fwrite(text->data, 1, text->len, stdout);
    buf_done(text);
}

static void tags(struct json *json, const struct feature *feature)
{
    json_key(json, "tags");
    json_object(json);
    for (uint32_t i = 0; i < feature->tag_count; i++) {
        const struct value value = feature->tags[i].value;
        json_key(json, city_key_name(feature->tags[i].key));
        if (value.type == VALUE_STRING)
            json_string(json, value.string);
        else if (value.type == VALUE_INT)
            json_int(json, value.integer);
        else
            json_number(json, value.number, 6);
    }
    json_end(json);
}

static void parts(struct json *json, const struct geometry *geometry)
{
    const struct geo_xy *vertex = geometry->vertices;
    json_key(json, "parts");
    json_array(json);
    for (uint32_t p = 0; p < geometry->part_count; p++) {
        json_array(json);
        for (uint32_t i = 0; i < geometry->part_sizes[p]; i++, vertex++) {
            const struct mercator_degrees at = mercator_degrees_from_world(*vertex);
            json_array(json);
            json_number(json, at.lon, 9);
            json_number(json, at.lat, 9);
            json_end(json);
        }
        json_end(json);
    }
    json_end(json);
}

static enum err_code on_feature(void *context, const struct feature *feature, struct err *err)
{
    (void)context;
    struct buf text;
    struct json json;
    const enum err_code code = record_check(feature, err);
    if (code != ERR_OK) {
        fprintf(stderr, "a feature breaks the contract: %s\n", err->what);
        exit(1);
    }
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "id");
    json_uint(&json, feature->id);
    json_key(&json, "layer");
    json_text(&json, city_layer_name(feature->layer));
    json_key(&json, "type");
    json_int(&json, feature->geometry.type);
    tags(&json, feature);
    parts(&json, &feature->geometry);
    json_end(&json);
    print(&text);
    return ERR_OK;
}

static void named(struct json *json, const char *name, uint64_t value)
{
    json_key_span(json, span_from_str(name));
    json_uint(json, value);
}

static void report_out(struct json *json, const struct import_report *report)
{
    named(json, "features", report->features);
    named(json, "imported", report->imported);
    named(json, "repaired", report->repaired);
    named(json, "refused", report->refused);
    named(json, "parts", report->parts);
    named(json, "height_sum_um", (uint64_t)report->height_sum_um);
    for (unsigned i = 0; i < HEIGHT_SOURCE_COUNT; i++)
        named(json, height_source_name(i), report->height_sources[i]);
    for (unsigned i = 0; i < REPAIR_COUNT; i++)
        if (report->repairs[i])
            named(json, repair_name(i), report->repairs[i]);
    json_key(json, "refusals");
    json_array(json);
    for (uint32_t i = 0; i < report->refusal_count; i++) {
        json_object(json);
        named(json, "number", report->refusals[i].number);
        named(json, "line", report->refusals[i].line);
        json_key(json, "id");
        json_text(json, report->refusals[i].id);
        json_key(json, "reason");
        json_text(json, refusal_name(report->refusals[i].reason));
        json_end(json);
    }
    json_end(json);
}

static void refused(struct json *json, enum err_code code, const char *what,
                    const struct citygml_fault *fault, const char *detail)
{
    json_key(json, "error");
    json_text(json, what);
    json_key(json, "code");
    json_text(json, err_name(code));
    named(json, "line", fault->line);
    named(json, "column", fault->column);
    json_key(json, "detail");
    json_text(json, detail);
}

static void read_one(const struct input *input, const struct ogr_options *ogr)
{
    struct import_report report;
    struct input_reader *reader = NULL;
    struct citygml_fault fault = {0};
    struct err err = {0};
    char detail[OGR_DETAIL] = "";
    const struct feature_sink sink = {.add = on_feature};
    import_report_init(&report);
    enum err_code code;
    if (input->format == INPUT_OGR) {
        code = ogr_read(input, ogr, &sink, &report, NULL, NULL, detail, &err);
    } else if ((code = input_open(input, NULL, NULL, &reader, &err)) == ERR_OK) {
        const struct import_stream stream = input_stream(reader);
        code = citygml_read(&stream, &citygml_default_limits, &sink, &report, &fault, &err);
    }
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "file");
    json_text(&json, input->label);
    json_key(&json, "name");
    json_text(&json, input->name);
    if (code != ERR_OK)
        refused(&json, code, err.what, &fault, detail);
    else
        report_out(&json, &report);
    json_end(&json);
    print(&text);
    input_close(reader);
    import_report_done(&report);
}

/* list_features [--crs=…] [--kind=…] [--map=N=F]… [--entries=N] [--unpacked=BYTES] FILE… */
int main(int argc, char **argv)
{
    struct arena arena;
    struct input_list list;
    struct input_limits limits = input_default_limits;
    struct ogr_map maps[8];
    struct ogr_options ogr = {.maps = maps};
    int first = 1;
    for (; first < argc && strncmp(argv[first], "--", 2) == 0; first++) {
        char *value = strchr(argv[first], '=');
        *value++ = '\0';
        if (strcmp(argv[first], "--crs") == 0)
            ogr.crs = value;
        else if (strcmp(argv[first], "--kind") == 0)
            ogr.kind = value;
        else if (strcmp(argv[first], "--entries") == 0)
            limits.zip_entries = (uint32_t)atoi(value);
        else if (strcmp(argv[first], "--unpacked") == 0)
            limits.unpacked_bytes = (uint64_t)atoll(value);
        else if (ogr.map_count < LENGTH(maps)) {
            char *field = strchr(value, '=');
            *field++ = '\0';
            maps[ogr.map_count++] = (struct ogr_map){value, field};
        }
    }
    arena_init(&arena, 0);
    if (input_find((const char *const *)argv + first, (size_t)(argc - first), &limits, &arena,
                   &list, NULL) != ERR_OK)
        return 1;
    for (size_t i = 0; i < list.fault_count; i++)
        printf("{\"file\":\"-\",\"error\":\"%s\",\"code\":\"%s\"}\n", list.faults[i].err.what,
               err_name(list.faults[i].err.code));
    for (size_t i = 0; i < list.count; i++)
        read_one(&list.inputs[i], &ogr);
    arena_done(&arena);
    return 0;
}
