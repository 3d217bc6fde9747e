/*
 * citygml: PLATEAU's CityGML as a stream of features.
 *
 * Purpose    One pass, one city object at a time; memory does not grow with the file.
 * Refusals   A file is refused as a whole when it is not well-formed, has a DOCTYPE, is not
 *            CityGML 1.0 or 2.0, names a coordinate system other than geographic JGD2011, JGD2000
 *            or WGS 84, or passes a limit. Features given to the sink before the fault are the
 *            caller's to throw away. A single object that cannot be used is counted in the report
 *            and never stops the rest.
 * Errors     ERR_FORMAT, ERR_UNSUPPORTED, ERR_TOO_LARGE with *ret_fault set; ERR_NOMEM; what the
 *            stream or the sink return.
 * Standard   OGC 12-019 (CityGML 2.0), OGC 03-105r1 (GML 3.1.1), XLink 1.0; no entities.
 */
#pragma once

#include "tiles/import/report.h"
#include "tiles/import/stream.h"
#include "tiles/tiler/feature.h"

struct citygml_limits {
    uint64_t file_bytes;
    uint32_t depth;      /* of nested elements; PLATEAU needs some 20 */
    uint32_t points;     /* of one city object */
    uint32_t text_bytes; /* of one posList or attribute */
};

extern const struct citygml_limits citygml_default_limits;

struct citygml_fault {
    uint64_t line, column; /* from 1 */
};

MUST_CHECK enum err_code citygml_read(const struct import_stream *stream,
                                      const struct citygml_limits *limits,
                                      const struct feature_sink *sink, struct import_report *report,
                                      struct citygml_fault *ret_fault, struct err *err);
