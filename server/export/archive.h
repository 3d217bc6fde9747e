/*
 * export_archive: a tile archive as a file of the other kind, PMTiles 3 ↔ MBTiles 1.3.
 *
 * Purpose    QGIS, GDAL and many servers take MBTiles; we serve PMTiles. Tiles are passed on as
 * they are, only uncompressed vector tiles are compressed for MBTiles, which asks for it. Rules The
 * kind of what is read is told by its first bytes, of what is written by its name. Errors ERR_PARAM
 * when the name ends in neither .pmtiles nor .mbtiles, else what readers and writers say. Nothing
 * is left behind by a failure.
 */
#pragma once

#include <stdint.h>

#include "tiles/base/err.h"

struct export_archive_report {
    uint64_t tiles, bytes;
    uint8_t min_zoom, max_zoom;
    const char *from, *to; /* "pmtiles", "mbtiles" */
};

MUST_CHECK enum err_code export_archive(const char *from, const char *to,
                                        struct export_archive_report *ret, struct err *err);
