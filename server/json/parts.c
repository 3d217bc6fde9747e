#include "server/json/parts.h"

static void write_corner(struct json *json, struct corner corner)
{
    json_array(json);
    json_e7(json, corner.lon_e7);
    json_e7(json, corner.lat_e7);
    json_end(json);
}

/* `closed`: a ring, which ends where it began (RFC 7946, 3.1.6). */
static void write_path(struct json *json, const struct path *path, bool closed)
{
    json_array(json);
    for (size_t i = 0; i < path->count; i++)
        write_corner(json, path->corners[i]);
    if (closed && path->count)
        write_corner(json, path->corners[0]);
    json_end(json);
}

void json_shape(struct json *json, uint8_t shape, struct span bytes)
{
    struct arena arena;
    struct path path = {0};
    arena_init(&arena, 0);
    const bool whole = shape != SHAPE_POINT && path_unpack(&arena, bytes, &path, NULL) == ERR_OK;
    json_key(json, "shape");
    json_text(json, shape_name(whole ? shape : SHAPE_POINT));
    json_key(json, "geometry");
    if (whole) {
        json_object(json);
        json_key(json, "type");
        json_text(json, shape == SHAPE_LINE ? "LineString" : "Polygon");
        json_key(json, "coordinates");
        if (shape == SHAPE_AREA)
            json_array(json);
        write_path(json, &path, shape == SHAPE_AREA);
        if (shape == SHAPE_AREA)
            json_end(json);
        json_end(json);
    } else {
        json_null(json);
    }
    arena_done(&arena);
}

static void write_stroke(struct json *json, const struct stroke *stroke)
{
    json_object(json);
    json_key(json, "path");
    write_path(json, &stroke->path, false);
    json_key(json, "colour");
    json_uint(json, stroke->colour);
    json_key(json, "width");
    json_uint(json, stroke->width);
    json_end(json);
}

static void write_reading(struct json *json, const struct reading *reading)
{
    json_object(json);
    json_key(json, "quantity");
    json_text(json, quantity_name(reading->quantity));
    json_key(json, "value");
    json_number(json, reading->value_milli / 1000.0, 3);
    json_key(json, "unit");
    json_text(json, quantity_unit(reading->quantity));
    json_key(json, "instrument");
    json_string(json, reading->instrument);
    json_key(json, "waited_s");
    json_uint(json, reading->waited_s);
    json_key(json, "taken_at");
    if (reading->taken_ms)
        json_time(json, reading->taken_ms);
    else
        json_null(json);
    json_end(json);
}

void json_marks(struct json *json, struct span bytes)
{
    struct arena arena;
    struct marks marks = {0};
    arena_init(&arena, 0);
    (void)!(marks_unpack(&arena, bytes, &marks, NULL) == ERR_OK);
    json_key(json, "drawing");
    json_array(json);
    for (size_t i = 0; i < marks.stroke_count; i++)
        write_stroke(json, &marks.strokes[i]);
    json_end(json);
    json_key(json, "readings");
    json_array(json);
    for (size_t i = 0; i < marks.reading_count; i++)
        write_reading(json, &marks.readings[i]);
    json_end(json);
    arena_done(&arena);
}

static void write_address(struct json *json, const char *key, const struct store_photo *photo,
                          const char *variant)
{
    json_key(json, key);
    if (!photo->here) {
        json_null(json);
        return;
    }
    char id[UUID_TEXT + 1];
    struct buf text;
    buf_init(&text);
    uuid_text(photo->id, id);
    buf_add_str(&text, "/photos/");
    buf_add_str(&text, id);
    buf_add_byte(&text, '/');
    buf_add_str(&text, variant);
    buf_add_str(&text, ".jpg?v=");
    buf_add_int(&text, photo->version);
    json_string(json, buf_span(&text));
    json->out->failed |= text.failed;
    buf_done(&text);
}

void json_photo(struct json *json, const struct store_photo *photo)
{
    json_object(json);
    json_key(json, "id");
    json_uuid(json, photo->id);
    json_key(json, "width");
    json_uint(json, photo->width);
    json_key(json, "height");
    json_uint(json, photo->height);
    json_key(json, "alt");
    json_string(json, photo->alt);
    json_key(json, "version");
    json_uint(json, photo->version);
    write_address(json, "url", photo, "display");
    write_address(json, "thumb", photo, "thumb");
    json_end(json);
}
