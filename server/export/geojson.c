#include "server/export/geojson.h"

#include "server/export/japan_time.h"
#include "server/json/write.h"

static enum err_code flush_line(struct export_geojson *geojson, struct err *err)
{
    if (geojson->line.failed)
        return err_set(err, ERR_NOMEM, "no memory for a feature", 0);
    const enum err_code code = export_file_write(geojson->file, buf_span(&geojson->line), err);
    buf_clear(&geojson->line);
    return code;
}

static enum err_code write_head(void *context, const struct export_table *table, struct err *err)
{
    struct export_geojson *geojson = context;
    geojson->table = table;
    buf_add_str(&geojson->line, "{\"type\":\"FeatureCollection\",\"name\":\"");
    buf_add_str(&geojson->line, table->name);
    buf_add_str(&geojson->line, "\",\"features\":[\n");
    return flush_line(geojson, err);
}

static void add_place(struct json *json, struct store_place place)
{
    json_array(json);
    json_e7(json, place.lon_e7);
    json_e7(json, place.lat_e7);
    json_end(json);
}

static void add_line(struct json *json, const struct export_row *row)
{
    json_array(json);
    for (size_t i = 0; i < row->place_count; i++)
        add_place(json, row->places[i]);
    json_end(json);
}

static void add_ring(struct json *json, const struct export_row *row)
{
    json_array(json);
    json_array(json);
    for (size_t i = 0; i < row->place_count; i++)
        add_place(json, row->places[i]);
    add_place(json, row->places[0]);
    json_end(json);
    json_end(json);
}

static void add_geometry(struct json *json, enum export_shape shape, const struct export_row *row)
{
    static const struct {
        const char *type;
        size_t least;
    } shapes[] = {
        [EXPORT_POINT] = {"Point", 1},
        [EXPORT_LINE] = {"LineString", 2},
        [EXPORT_AREA] = {"Polygon", 3},
    };
    if (shape == EXPORT_NO_SHAPE || row->place_count < shapes[shape].least) {
        json_null(json);
        return;
    }
    json_object(json);
    json_key(json, "type");
    json_text(json, shapes[shape].type);
    json_key(json, "coordinates");
    if (shape == EXPORT_AREA)
        add_ring(json, row);
    else if (shape == EXPORT_LINE)
        add_line(json, row);
    else
        add_place(json, row->places[0]);
    json_end(json);
}

static void add_cell(struct json *json, enum export_type type, const struct export_cell *cell)
{
    struct buf time;
    if (cell->is_null) {
        json_null(json);
        return;
    }
    switch (type) {
    case EXPORT_TEXT:
        json_string(json, cell->text);
        break;
    case EXPORT_INT:
        json_int(json, cell->integer);
        break;
    case EXPORT_REAL:
        json_number(json, cell->real, 7);
        break;
    case EXPORT_TIME:
        buf_init(&time);
        japan_time_add(&time, cell->integer, JAPAN_TIME_RFC3339);
        json_string(json, buf_span(&time));
        buf_done(&time);
        break;
    }
}

static enum err_code write_feature(void *context, const struct export_row *row, struct err *err)
{
    struct export_geojson *geojson = context;
    const struct export_table *table = geojson->table;
    struct json json;
    if (geojson->has_rows)
        buf_add_str(&geojson->line, ",\n");
    geojson->has_rows = true;
    json_begin(&json, &geojson->line);
    json_object(&json);
    json_key(&json, "type");
    json_text(&json, "Feature");
    json_key(&json, "geometry");
    add_geometry(&json, table->shape, row);
    json_key(&json, "properties");
    json_object(&json);
    for (size_t i = 0; i < table->column_count; i++) {
        json_key(&json, table->columns[i].name);
        add_cell(&json, table->columns[i].type, &row->cells[i]);
    }
    json_end(&json);
    json_end(&json);
    return flush_line(geojson, err);
}

enum err_code export_geojson_finish(struct export_geojson *geojson, struct err *err)
{
    buf_add_str(&geojson->line, geojson->has_rows ? "\n]}\n" : "]}\n");
    return flush_line(geojson, err);
}

void export_geojson_init(struct export_geojson *geojson, struct export_file *file)
{
    *geojson = (struct export_geojson){.file = file};
    buf_init(&geojson->line);
}

void export_geojson_done(struct export_geojson *geojson)
{
    buf_done(&geojson->line);
}

struct export_writer export_geojson_writer(struct export_geojson *geojson)
{
    return (struct export_writer){write_head, write_feature, geojson};
}
