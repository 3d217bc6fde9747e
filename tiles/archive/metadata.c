#include "tiles/archive/metadata.h"

#include <stdbool.h>

void archive_json_string(struct buf *json, const char *text)
{
    static const char digits[] = "0123456789abcdef";
    buf_add_byte(json, '"');
    for (const char *at = text; *at; at++) {
        const unsigned char byte = (unsigned char)*at;
        if (byte == '"' || byte == '\\') {
            buf_add_byte(json, '\\');
            buf_add_byte(json, byte);
        } else if (byte < 0x20) {
            buf_add_str(json, "\\u00");
            buf_add_byte(json, (uint8_t)digits[byte >> 4]);
            buf_add_byte(json, (uint8_t)digits[byte & 15]);
        } else {
            buf_add_byte(json, byte);
        }
    }
    buf_add_byte(json, '"');
}

/* ,"key": – the comma only behind something. */
static void add_key(struct buf *json, const char *key, bool *first)
{
    if (!*first)
        buf_add_byte(json, ',');
    *first = false;
    archive_json_string(json, key);
    buf_add_byte(json, ':');
}

static void add_text(struct buf *json, const char *key, const char *text, bool *first)
{
    if (!text)
        return;
    add_key(json, key, first);
    archive_json_string(json, text);
}

static void add_layer(struct buf *json, const struct archive_layer *layer)
{
    bool first = true;
    buf_add_byte(json, '{');
    add_text(json, "id", layer->id, &first);
    add_text(json, "description", layer->description, &first);
    add_key(json, "minzoom", &first);
    buf_add_int(json, layer->min_zoom);
    add_key(json, "maxzoom", &first);
    buf_add_int(json, layer->max_zoom);
    add_key(json, "fields", &first);
    buf_add_byte(json, '{');
    first = true;
    for (size_t i = 0; i < layer->field_count; i++)
        add_text(json, layer->fields[i].name, layer->fields[i].type, &first);
    buf_add_str(json, "}}");
}

void archive_layers_write(const struct archive_tileset *tileset, struct buf *json)
{
    if (tileset->vector_layers_json) {
        buf_add_str(json, tileset->vector_layers_json);
        return;
    }
    buf_add_byte(json, '[');
    for (size_t i = 0; i < tileset->layer_count; i++) {
        if (i)
            buf_add_byte(json, ',');
        add_layer(json, &tileset->layers[i]);
    }
    buf_add_byte(json, ']');
}

void archive_metadata_write(const struct archive_tileset *tileset, struct buf *json)
{
    bool first = true;
    buf_add_byte(json, '{');
    add_text(json, "name", tileset->name, &first);
    add_text(json, "description", tileset->description, &first);
    add_text(json, "attribution", tileset->attribution, &first);
    add_text(json, "version", tileset->version, &first);
    add_text(json, "type", tileset->type, &first);
    if (tileset->tile_type == ARCHIVE_TILE_MVT) {
        add_key(json, "vector_layers", &first);
        archive_layers_write(tileset, json);
    }
    buf_add_byte(json, '}');
}
