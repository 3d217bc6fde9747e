#include "tiles/tiler/city.h"

#include <assert.h>

static const struct {
    const char *name;
    enum geo_type type;
    unsigned min_zoom;
} layers[] = {
#define LAYER(symbol, name, type, min_zoom) [symbol] = {name, type, min_zoom},
#define KEY(symbol, layer, name, type, min_zoom, description)
#include "tiles/tiler/city.def"
#undef LAYER
#undef KEY
};

static const struct {
    const char *name;
    enum city_layer layer;
    enum value_type type;
    unsigned min_zoom;
    const char *description;
} keys[] = {
#define LAYER(symbol, name, type, min_zoom)
#define KEY(symbol, layer, name, type, min_zoom, description)                                      \
    [symbol] = {name, layer, type, min_zoom, description},
#include "tiles/tiler/city.def"
#undef LAYER
#undef KEY
};

const char *city_layer_name(enum city_layer layer)
{
    assert(layer < CITY_LAYER_COUNT);
    return layers[layer].name;
}

enum geo_type city_layer_type(enum city_layer layer)
{
    assert(layer < CITY_LAYER_COUNT);
    return layers[layer].type;
}

unsigned city_layer_min_zoom(enum city_layer layer)
{
    assert(layer < CITY_LAYER_COUNT);
    return layers[layer].min_zoom;
}

const char *city_key_name(enum city_key key)
{
    assert(key < CITY_KEY_COUNT);
    return keys[key].name;
}

enum city_layer city_key_layer(enum city_key key)
{
    assert(key < CITY_KEY_COUNT);
    return keys[key].layer;
}

enum value_type city_key_type(enum city_key key)
{
    assert(key < CITY_KEY_COUNT);
    return keys[key].type;
}

unsigned city_key_min_zoom(enum city_key key)
{
    assert(key < CITY_KEY_COUNT);
    return keys[key].min_zoom;
}

const char *city_key_description(enum city_key key)
{
    assert(key < CITY_KEY_COUNT);
    return keys[key].description;
}
