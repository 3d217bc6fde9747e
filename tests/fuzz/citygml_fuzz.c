/* Any bytes as CityGML, in odd pieces: every feature handed over keeps its contract, counts add up.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tiles/import/citygml.h"
#include "tiles/tiler/record.h"

struct pieces {
    struct span left;
    size_t piece;
    uint64_t features;
};

static enum err_code next_piece(void *context, void *into, size_t room, size_t *ret,
                                struct err *err)
{
    (void)err;
    struct pieces *pieces = context;
    size_t len = pieces->left.len < pieces->piece ? pieces->left.len : pieces->piece;
    len = len < room ? len : room;
    if (len)
        memcpy(into, pieces->left.data, len);
    pieces->left = span_of(pieces->left.data + len, pieces->left.len - len);
    *ret = len;
    return ERR_OK;
}

static enum err_code on_feature(void *context, const struct feature *feature, struct err *err)
{
    struct pieces *pieces = context;
    pieces->features++;
    if (record_check(feature, err) != ERR_OK || feature->id == 0 || feature->id >> 53)
        abort();
    return ERR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct citygml_limits limits = {
        .file_bytes = 1 << 20, .depth = 40, .points = 5000, .text_bytes = 1 << 16};
    if (size == 0)
        return 0;
    struct pieces pieces = {.left = span_of(data + 1, size - 1), .piece = 1 + data[0] * 16u};
    const struct import_stream stream = {
        .name = "fuzz", .source = "fuzz", .read = next_piece, .context = &pieces};
    const struct feature_sink sink = {.add = on_feature, .context = &pieces};
    struct citygml_fault fault = {0};
    struct import_report report;
    struct err err = {0};
    import_report_init(&report);
    const enum err_code code = citygml_read(&stream, &limits, &sink, &report, &fault, &err);
    if (code != ERR_OK && (!err.what || fault.line == 0))
        abort();
    uint64_t heights = 0;
    for (unsigned i = 0; i < HEIGHT_SOURCE_COUNT; i++)
        heights += report.height_sources[i];
    if (report.features != report.imported + report.refused || report.imported != pieces.features ||
        report.repaired > report.imported || heights != report.layers[CITY_BUILDING])
        abort();
    import_report_done(&report);
    return 0;
}
