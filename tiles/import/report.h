/*
 * report: what became of every feature of an import.
 *
 * Invariants 1. features = imported + refused.
 *            2. repaired counts features of `imported` that needed at least one repair;
 *               repairs[] counts each kind once a feature.
 *            3. the sum of height_sources is the number of features in layer `building`.
 * Ownership  A report owns the texts of its refusals; the first REPORT_REFUSALS are kept whole,
 *            all are counted by reason.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/arena.h"
#include "tiles/base/err.h"
#include "tiles/base/span.h"
#include "tiles/tiler/feature.h"

enum { REPORT_REFUSALS = 100 };

enum refusal_reason {
    REFUSED_NOT, /* it was imported */
#define X(symbol, name, sentence) symbol,
#include "tiles/import/reasons.def"
#undef X
    REFUSED_COUNT
};

enum repair {
#define X(symbol, name, sentence) symbol,
#include "tiles/import/repairs.def"
#undef X
    REPAIR_COUNT
};

enum height_source {
    HEIGHT_MEASURED,
    HEIGHT_LOD1,
    HEIGHT_STOREYS,
    HEIGHT_ASSUMED,
    HEIGHT_SOURCE_COUNT
};

/* Why a height is not known. */
enum height_unknown {
    HEIGHT_KNOWN,
    HEIGHT_ABSENT,
    HEIGHT_SENTINEL,
    HEIGHT_INVALID,
    HEIGHT_UNKNOWN_COUNT
};

struct import_refusal {
    const char *file;
    const char *id;  /* the source's own id; "" when it has none */
    uint64_t number; /* of the feature in its file, from 1 */
    uint64_t line;   /* 0 where the format has no lines */
    enum refusal_reason reason;
};

struct import_report {
    uint64_t features, imported, repaired, refused;
    uint64_t reasons[REFUSED_COUNT];
    uint64_t repairs[REPAIR_COUNT];
    uint64_t layers[CITY_LAYER_COUNT];
    uint64_t height_sources[HEIGHT_SOURCE_COUNT];
    uint64_t height_unknown[HEIGHT_UNKNOWN_COUNT];
    uint64_t parts; /* building parts that were united with their buildings */
    /* Of the measured heights; the exact sum in micrometres: no order of files changes it. */
    int64_t height_sum_um;
    uint32_t refusal_count;
    struct import_refusal refusals[REPORT_REFUSALS];
    struct arena arena;
};

void import_report_init(struct import_report *report);
void import_report_done(struct import_report *report);

/* One more feature that is on the map; `repairs` is a set of bits 1 << enum repair. */
void import_report_imported(struct import_report *report, enum city_layer layer, uint32_t repairs);
/* One more that is not. `file` and `id` are copied. */
void import_report_refused(struct import_report *report, const char *file, uint64_t number,
                           struct span id, uint64_t line, enum refusal_reason reason);
void import_report_height(struct import_report *report, enum height_source source,
                          enum height_unknown unknown, double measured_m);

/* Adds a finished file to the whole run. */
void import_report_merge(struct import_report *into, const struct import_report *file);

const char *refusal_name(enum refusal_reason reason);
const char *refusal_sentence(enum refusal_reason reason);
const char *repair_name(enum repair repair);
const char *height_source_name(enum height_source source);
const char *height_unknown_name(enum height_unknown unknown);
