/*
 * geojson: one table as a FeatureCollection.
 *
 * Standard   RFC 7946: WGS 84, longitude first, rings closed and counter-clockwise outside.
 * Format     A feature a line, so that large files can be read line by line and compared.
 */
#pragma once

#include "server/export/file.h"
#include "server/export/table.h"

struct export_geojson {
    struct export_file *file;
    const struct export_table *table;
    struct buf line;
    bool has_rows;
};

void export_geojson_init(struct export_geojson *geojson, struct export_file *file);
void export_geojson_done(struct export_geojson *geojson);
struct export_writer export_geojson_writer(struct export_geojson *geojson);

/* Closes the collection. */
MUST_CHECK enum err_code export_geojson_finish(struct export_geojson *geojson, struct err *err);
