/*
 * geopackage: several tables in one file that QGIS opens, by GDAL.
 *
 * Standard   OGC GeoPackage 1.2 as GDAL's GPKG driver writes it; EPSG:4326; a spatial index a
 * layer. Format     Names are for programs, titles are the fields' alternative names where GDAL can
 * say them. Areas with fewer than three corners have no geometry. Errors     ERR_FULL, ERR_IO.
 * Nothing appears under the final name before geopackage_finish.
 */
#pragma once

#include "server/export/table.h"

struct export_geopackage;

/* `path` is the temporary file; an empty one that is there is replaced. */
MUST_CHECK enum err_code export_geopackage_open(const char *path, struct export_geopackage **ret,
                                                struct err *err);
void export_geopackage_close(struct export_geopackage *package);
DEFINE_CLEANUP(struct export_geopackage, export_geopackage_close)

struct export_writer export_geopackage_writer(struct export_geopackage *package);

/* Writes everything out and closes the file; the handle is closed in any case. */
MUST_CHECK enum err_code export_geopackage_finish(struct export_geopackage *package,
                                                  struct err *err);
