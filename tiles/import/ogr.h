/*
 * ogr: features of the other formats, read by GDAL.
 *
 * Purpose    GeoPackage, Shapefile, GeoJSON, FlatGeobuf, KML and plain GML, one feature at a time.
 * No other format is opened: some of them lead GDAL to further files and addresses. Attributes By
 * name, with the usual synonyms (height, 高さ, H_MAX …), or as `maps` says. kind decides the layer;
 * without it polygons are buildings, lines roads, points places. Refusals   A file is refused as a
 * whole when GDAL cannot open or read it to its end, or when its coordinate system is not known;
 * what GDAL says is in `detail`. Threads    One file at a time: GDAL's error handler is set while
 * it is read.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tiles/import/input.h"
#include "tiles/import/report.h"
#include "tiles/tiler/feature.h"

enum { OGR_DETAIL = 256 };

struct ogr_map {
    const char *target; /* one of ogr_targets */
    const char *field;
};

struct ogr_options {
    const char *crs;  /* "EPSG:6677", instead of what the file says; NULL: the file's */
    const char *kind; /* of features without one; NULL: by geometry */
    const struct ogr_map *maps;
    size_t map_count;
};

/* Is this a name --map may set? */
bool ogr_is_target(const char *name);

MUST_CHECK enum err_code ogr_read(const struct input *input, const struct ogr_options *options,
                                  const struct feature_sink *sink, struct import_report *report,
                                  input_progress_fn *progress, void *context,
                                  char ret_detail[OGR_DETAIL], struct err *err);
