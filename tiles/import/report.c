#include "tiles/import/report.h"

#include <math.h>

void import_report_init(struct import_report *report)
{
    *report = (struct import_report){0};
    arena_init(&report->arena, 0);
}

void import_report_done(struct import_report *report)
{
    if (report)
        arena_done(&report->arena);
}

void import_report_imported(struct import_report *report, enum city_layer layer, uint32_t repairs)
{
    report->features++;
    report->imported++;
    report->layers[layer]++;
    report->repaired += repairs != 0;
    for (unsigned i = 0; i < REPAIR_COUNT; i++)
        report->repairs[i] += repairs >> i & 1;
}

static void keep_refusal(struct import_report *report, const struct import_refusal *refusal,
                         struct span id)
{
    if (report->refusal_count == REPORT_REFUSALS)
        return;
    struct import_refusal kept = *refusal;
    kept.file = arena_copy(&report->arena, span_from_str(refusal->file));
    kept.id = arena_copy(&report->arena, id);
    if (kept.file && kept.id) /* else counted all the same */
        report->refusals[report->refusal_count++] = kept;
}

void import_report_refused(struct import_report *report, const char *file, uint64_t number,
                           struct span id, uint64_t line, enum refusal_reason reason)
{
    report->features++;
    report->refused++;
    report->reasons[reason]++;
    keep_refusal(
        report,
        &(struct import_refusal){.file = file, .number = number, .line = line, .reason = reason},
        id);
}

void import_report_height(struct import_report *report, enum height_source source,
                          enum height_unknown unknown, double measured_m)
{
    report->height_sources[source]++;
    report->height_unknown[unknown]++;
    if (source == HEIGHT_MEASURED)
        report->height_sum_um += llround(measured_m * 1e6);
}

void import_report_merge(struct import_report *into, const struct import_report *file)
{
    into->features += file->features;
    into->imported += file->imported;
    into->repaired += file->repaired;
    into->refused += file->refused;
    into->parts += file->parts;
    into->height_sum_um += file->height_sum_um;
    for (unsigned i = 0; i < REFUSED_COUNT; i++)
        into->reasons[i] += file->reasons[i];
    for (unsigned i = 0; i < REPAIR_COUNT; i++)
        into->repairs[i] += file->repairs[i];
    for (unsigned i = 0; i < CITY_LAYER_COUNT; i++)
        into->layers[i] += file->layers[i];
    for (unsigned i = 0; i < HEIGHT_SOURCE_COUNT; i++)
        into->height_sources[i] += file->height_sources[i];
    for (unsigned i = 0; i < HEIGHT_UNKNOWN_COUNT; i++)
        into->height_unknown[i] += file->height_unknown[i];
    for (uint32_t i = 0; i < file->refusal_count; i++)
        keep_refusal(into, &file->refusals[i], span_from_str(file->refusals[i].id));
}

const char *refusal_name(enum refusal_reason reason)
{
    static const char *const names[] = {
        "",
#define X(symbol, name, sentence) name,
#include "tiles/import/reasons.def"
#undef X
    };
    return names[reason];
}

const char *refusal_sentence(enum refusal_reason reason)
{
    static const char *const sentences[] = {
        "",
#define X(symbol, name, sentence) sentence,
#include "tiles/import/reasons.def"
#undef X
    };
    return sentences[reason];
}

const char *repair_name(enum repair repair)
{
    static const char *const names[] = {
#define X(symbol, name, sentence) name,
#include "tiles/import/repairs.def"
#undef X
    };
    return names[repair];
}

const char *height_source_name(enum height_source source)
{
    static const char *const names[] = {"measured", "lod1", "storeys", "assumed"};
    return names[source];
}

const char *height_unknown_name(enum height_unknown unknown)
{
    static const char *const names[] = {"known", "absent", "sentinel", "invalid"};
    return names[unknown];
}
