/*
 * made: a feature in the making, and how its texts become tags.
 *
 * Ownership  The feature and its tags borrow texts and geometry of who makes it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/span.h"
#include "tiles/import/report.h"
#include "tiles/tiler/feature.h"

enum { FEATURE_TAGS = 12 };

struct made_feature {
    struct feature feature; /* its tags point at `tags` */
    struct feature_tag tags[FEATURE_TAGS];
    uint32_t repairs;
    enum refusal_reason refused;
    /* Of layer `building` only. */
    bool has_height;
    enum height_source height_source;
    enum height_unknown height_unknown;
    double measured_m;
};

/* Tags without a value are left out: an empty span, a NULL text. */
void made_tag_text(struct made_feature *made, enum city_key key, struct span text);
void made_tag_word(struct made_feature *made, enum city_key key, const char *word);
void made_tag_int(struct made_feature *made, enum city_key key, int64_t value);
void made_tag_float(struct made_feature *made, enum city_key key, double value);

/* Text as a number. */
enum number_state { NUMBER_ABSENT, NUMBER_SENTINEL, NUMBER_INVALID, NUMBER_OK };
enum number_state made_number(struct span text, double *ret);
/* A height above ground: 0 < h ≤ 1000 m. */
enum number_state made_height(struct span text, double *ret);

/* Hands the finished feature to the sink and counts it, or counts why not. */
struct made_origin {
    const char *file;
    uint64_t number, line;
    struct span id;
};
MUST_CHECK enum err_code made_deliver(struct made_feature *made, const struct made_origin *origin,
                                      const struct feature_sink *sink, struct import_report *report,
                                      struct err *err);
