/*
 * archive_metadata: the JSON that says what a tile set is and which layers it has.
 *
 * Purpose    One description for PMTiles and MBTiles, read by MapLibre, QGIS, GDAL.
 * Ownership  Borrows every string. Strings are UTF-8; NULL leaves the key out.
 * Standard   PMTiles version 3, section 5; TileJSON 3.0.0, section 3.3 vector_layers. Fields say
 *            their type ("String", "Number", "Boolean"), because GDAL makes its columns from it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tiles/archive/header.h"
#include "tiles/base/buf.h"

struct archive_field {
    const char *name;
    const char *type;
};

struct archive_layer {
    const char *id;
    const char *description;
    uint8_t min_zoom, max_zoom;
    size_t field_count;
    const struct archive_field *fields;
};

struct archive_tileset {
    const char *name, *description, *attribution, *version;
    const char *type; /* "overlay" or "baselayer" */
    size_t layer_count;
    const struct archive_layer *layers;
    /* For vector tiles from another archive: its own text of the array instead of `layers`. */
    const char *vector_layers_json;
    uint8_t tile_type; /* enum archive_tile_type */
    enum archive_compression tile_compression;
    int32_t min_lon_e7, min_lat_e7, max_lon_e7, max_lat_e7;
    uint8_t center_zoom;
    int32_t center_lon_e7, center_lat_e7;
};

/* Appends one JSON object. */
void archive_metadata_write(const struct archive_tileset *tileset, struct buf *json);

/* Appends the array of vector_layers alone. */
void archive_layers_write(const struct archive_tileset *tileset, struct buf *json);

/* Appends text as a JSON string with its quotes. */
void archive_json_string(struct buf *json, const char *text);
