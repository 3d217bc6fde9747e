/*
 * places: the names people use: town, neighbourhoods, crossings, stops, benches.
 */
#pragma once

#include "server/demo/city.h"

void demo_places_make(struct demo_city *city);
