#include "server/command/import_summary.h"

#include "server/command/summary.h"
#include "tiles/tiler/city.h"

static void counts(struct json *json, const struct import_report *report)
{
    json_key(json, "features");
    json_uint(json, report->features);
    json_key(json, "imported");
    json_uint(json, report->imported);
    json_key(json, "repaired");
    json_uint(json, report->repaired);
    json_key(json, "refused");
    json_uint(json, report->refused);
}

static void count_if_any(struct json *json, const char *name, uint64_t count)
{
    if (count == 0)
        return;
    json_key(json, name);
    json_uint(json, count);
}

static void details(struct json *json, const struct import_report *report)
{
    json_key(json, "layers");
    json_object(json);
    for (unsigned i = 0; i < CITY_LAYER_COUNT; i++)
        count_if_any(json, city_layer_name(i), report->layers[i]);
    json_end(json);
    json_key(json, "height_sources");
    json_object(json);
    for (unsigned i = 0; i < HEIGHT_SOURCE_COUNT; i++) {
        json_key(json, height_source_name(i));
        json_uint(json, report->height_sources[i]);
    }
    json_end(json);
    json_key(json, "height_unknown");
    json_object(json);
    for (unsigned i = HEIGHT_ABSENT; i < HEIGHT_UNKNOWN_COUNT; i++) {
        json_key(json, height_unknown_name(i));
        json_uint(json, report->height_unknown[i]);
    }
    json_end(json);
    json_key(json, "height_sum_m"); /* of the measured heights */
    json_number(json, (double)report->height_sum_um / 1e6, 6);
    json_key(json, "parts");
    json_uint(json, report->parts);
    json_key(json, "repairs");
    json_object(json);
    for (unsigned i = 0; i < REPAIR_COUNT; i++)
        count_if_any(json, repair_name(i), report->repairs[i]);
    json_end(json);
    json_key(json, "reasons");
    json_object(json);
    for (unsigned i = 1; i < REFUSED_COUNT; i++)
        count_if_any(json, refusal_name(i), report->reasons[i]);
    json_end(json);
}

static void refusals(struct json *json, const struct import_report *report)
{
    json_key(json, "refusals"); /* the first hundred */
    json_array(json);
    for (uint32_t i = 0; i < report->refusal_count; i++) {
        const struct import_refusal *refusal = &report->refusals[i];
        json_object(json);
        json_key(json, "file");
        json_text(json, refusal->file);
        json_key(json, "number");
        json_uint(json, refusal->number);
        if (refusal->id[0]) {
            json_key(json, "id");
            json_text(json, refusal->id);
        }
        if (refusal->line) {
            json_key(json, "line");
            json_uint(json, refusal->line);
        }
        json_key(json, "reason");
        json_text(json, refusal_name(refusal->reason));
        json_key(json, "detail");
        json_text(json, refusal_sentence(refusal->reason));
        json_end(json);
    }
    json_end(json);
}

static void refused_files(struct json *json, const struct city_read_result *read)
{
    json_key(json, "refused_files");
    json_array(json);
    for (size_t i = 0; i < read->refused_file_count; i++) {
        const struct city_refused_file *file = &read->refused_files[i];
        json_object(json);
        json_key(json, "file");
        json_text(json, file->file);
        json_key(json, "code");
        json_text(json, err_name(file->err.code));
        json_key(json, "reason");
        json_text(json, file->err.what);
        if (file->place.line) {
            json_key(json, "line");
            json_uint(json, file->place.line);
            json_key(json, "column");
            json_uint(json, file->place.column);
        }
        if (file->detail[0]) {
            json_key(json, "detail");
            json_text(json, file->detail);
        }
        json_end(json);
    }
    json_end(json);
}

static void archive(struct json *json, const struct city_published *published)
{
    json_key(json, "archive");
    if (!published) {
        json_null(json);
        return;
    }
    json_object(json);
    json_key(json, "file");
    json_text(json, published->file);
    json_key(json, "edition");
    json_text(json, published->edition);
    json_key(json, "bytes");
    json_uint(json, published->bytes);
    json_key(json, "features");
    json_uint(json, published->features);
    json_key(json, "sources");
    json_uint(json, published->sources);
    json_key(json, "duplicates"); /* features whose id was there before: not drawn twice */
    json_uint(json, published->duplicates);
    json_key(json, "undrawable");
    json_uint(json, published->undrawable);
    json_end(json);
}

int import_summary_print(const struct import_summary *from, enum exit_status status)
{
    const struct city_read_result *read = from->read;
    struct summary summary;
    struct json *json = &summary.json;
    summary_begin(&summary);
    if (from->error) {
        json_key(json, "error");
        json_text(json, from->error);
    }
    counts(json, &read->report);
    json_key(json, "files");
    json_uint(json, read->file_count);
    refused_files(json, read);
    details(json, &read->report);
    refusals(json, &read->report);
    json_key(json, "sources");
    json_array(json);
    for (size_t i = 0; i < read->spool_count; i++)
        json_text(json, read->spools[i].name);
    json_end(json);
    archive(json, from->published);
    json_key(json, "bytes");
    json_uint(json, read->bytes);
    json_key(json, "seconds");
    json_number(json, from->seconds, 3);
    return summary_end(&summary, status);
}
