/*
 * city: what city.def declares, by number.
 *
 * Purpose    Names and types for imports, spools and the archive's metadata.
 * Errors     Numbers outside the table are our own mistake (assert).
 */
#pragma once

#include "tiles/tiler/feature.h"

const char *city_layer_name(enum city_layer layer);
enum geo_type city_layer_type(enum city_layer layer); /* GEO_NONE: any */
unsigned city_layer_min_zoom(enum city_layer layer);

const char *city_key_name(enum city_key key);
enum city_layer city_key_layer(enum city_key key);
enum value_type city_key_type(enum city_key key);
unsigned city_key_min_zoom(enum city_key key);
const char *city_key_description(enum city_key key);
