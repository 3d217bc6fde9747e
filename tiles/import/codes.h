/*
 * codes: the small published code lists of Project PLATEAU.
 *
 * Standard   Ministry of Land, Infrastructure, Transport and Tourism, 3D都市モデル標準製品仕様書,
 *            code lists Building_usage, Building_class, Road_function, TrafficArea_function,
 *            Common_landUseType, SolitaryVegetationObject_class, PlantCover_class,
 *            CityFurniture_function.
 * Use        NULL for a code that is not in its list and for the codes that mean 不明 (unknown).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/span.h"

/* "411" → "住宅". */
const char *code_building_use(struct span code);
/* 3003, 3004 無壁舎: a roof without walls. */
bool code_building_is_roof(struct span class_code);
/* Kinds of city.def; the class decides where the function says nothing. */
const char *code_road_kind(struct span function);
const char *code_landuse_kind(struct span code);
/* City furniture: kind of place, and its Japanese word for the name. */
const char *code_furniture_kind(struct span function);
const char *code_furniture_word(struct span function);
