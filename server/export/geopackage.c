#include "server/export/geopackage.h"

#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/export/japan_time.h"
#include "tiles/base/arena.h"

struct export_geopackage {
    GDALDatasetH dataset;
    OGRLayerH layer;
    const struct export_table *table;
    struct arena text; /* zero-terminated copies for the row at hand */
    uint64_t rows;
};

/* In GDAL's own numbering of time zones 100 is UTC and a step is a quarter of an hour. */
enum { GDAL_JAPAN = 100 + 9 * 4 };

void export_geopackage_close(struct export_geopackage *package)
{
    if (!package)
        return;
    if (package->dataset)
        GDALClose(package->dataset);
    arena_done(&package->text);
    free(package);
}

enum err_code export_geopackage_open(const char *path, struct export_geopackage **ret,
                                     struct err *err)
{
    GDALAllRegister();
    GDALDriverH driver = GDALGetDriverByName("GPKG");
    if (!driver)
        return err_set(err, ERR_UNSUPPORTED, "this GDAL cannot write GeoPackage", 0);
    CLEANUP(export_geopackage_close_at)
    struct export_geopackage *package = calloc(1, sizeof *package);
    if (!package)
        return err_set(err, ERR_NOMEM, "no memory for the GeoPackage", 0);
    arena_init(&package->text, 0);
    unlink(path); /* the driver refuses a file that is there, even an empty one */
    package->dataset = GDALCreate(driver, path, 0, 0, 0, GDT_Unknown, NULL);
    if (!package->dataset)
        return err_set(err, ERR_IO, "the GeoPackage cannot be written there", 0);
    /* One transaction: a thousand times faster than one a row. */
    if (GDALDatasetStartTransaction(package->dataset, FALSE) != OGRERR_NONE)
        return err_set(err, ERR_IO, "the GeoPackage cannot be written", 0);
    *ret = package;
    package = NULL;
    return ERR_OK;
}

static OGRFieldType field_type(enum export_type type)
{
    switch (type) {
    case EXPORT_INT:
        return OFTInteger64;
    case EXPORT_REAL:
        return OFTReal;
    case EXPORT_TIME:
        return OFTDateTime;
    case EXPORT_TEXT:
        break;
    }
    return OFTString;
}

static enum err_code add_fields(OGRLayerH layer, const struct export_table *table, struct err *err)
{
    for (size_t i = 0; i < table->column_count; i++) {
        OGRFieldDefnH field =
            OGR_Fld_Create(table->columns[i].name, field_type(table->columns[i].type));
        OGR_Fld_SetAlternativeName(field, table->columns[i].title);
        const OGRErr code = OGR_L_CreateField(layer, field, TRUE);
        OGR_Fld_Destroy(field);
        if (code != OGRERR_NONE)
            return err_set(err, ERR_IO, "a column cannot be made in the GeoPackage", i);
    }
    return ERR_OK;
}

static enum err_code make_layer(void *context, const struct export_table *table, struct err *err)
{
    static const OGRwkbGeometryType shapes[] = {
        [EXPORT_NO_SHAPE] = wkbNone,
        [EXPORT_POINT] = wkbPoint,
        [EXPORT_LINE] = wkbLineString,
        [EXPORT_AREA] = wkbPolygon,
    };
    struct export_geopackage *package = context;
    OGRSpatialReferenceH wgs84 = OSRNewSpatialReference(NULL);
    if (!wgs84 || OSRImportFromEPSG(wgs84, 4326) != OGRERR_NONE) {
        OSRDestroySpatialReference(wgs84);
        return err_set(err, ERR_IO, "PROJ's database is missing; install the package proj-data", 0);
    }
    OSRSetAxisMappingStrategy(wgs84, OAMS_TRADITIONAL_GIS_ORDER);
    char *options[] = {(char *)"GEOMETRY_NAME=geom", NULL, NULL};
    size_t len = strlen("IDENTIFIER=") + strlen(table->title) + 1;
    options[1] = arena_alloc(&package->text, len);
    if (options[1])
        memcpy(mempcpy(options[1], "IDENTIFIER=", strlen("IDENTIFIER=")), table->title,
               strlen(table->title) + 1);
    package->layer =
        GDALDatasetCreateLayer(package->dataset, table->name, wgs84, shapes[table->shape], options);
    OSRDestroySpatialReference(wgs84);
    if (!package->layer)
        return err_set(err, ERR_IO, "a layer cannot be made in the GeoPackage", 0);
    package->table = table;
    return add_fields(package->layer, table, err);
}

static bool set_cell(struct export_geopackage *package, OGRFeatureH feature, int field,
                     enum export_type type, const struct export_cell *cell)
{
    if (cell->is_null) {
        OGR_F_SetFieldNull(feature, field);
        return true;
    }
    if (type == EXPORT_INT) {
        OGR_F_SetFieldInteger64(feature, field, cell->integer);
    } else if (type == EXPORT_REAL) {
        OGR_F_SetFieldDouble(feature, field, cell->real);
    } else if (type == EXPORT_TIME) {
        const struct japan_time time = japan_time_from(cell->integer);
        OGR_F_SetFieldDateTime(feature, field, time.year, time.month, time.day, time.hour,
                               time.minute, time.second, GDAL_JAPAN);
    } else {
        const char *text = arena_copy(&package->text, cell->text);
        if (!text)
            return false;
        OGR_F_SetFieldString(feature, field, text);
    }
    return true;
}

static void set_geometry(OGRFeatureH feature, enum export_shape shape, const struct export_row *row)
{
    OGRGeometryH geometry = NULL;
    if (shape == EXPORT_POINT && row->place_count) {
        geometry = OGR_G_CreateGeometry(wkbPoint);
        OGR_G_SetPoint_2D(geometry, 0, row->places[0].lon_e7 / 1e7, row->places[0].lat_e7 / 1e7);
    } else if (shape == EXPORT_LINE && row->place_count >= 2) {
        geometry = OGR_G_CreateGeometry(wkbLineString);
        for (size_t i = 0; i < row->place_count; i++)
            OGR_G_AddPoint_2D(geometry, row->places[i].lon_e7 / 1e7, row->places[i].lat_e7 / 1e7);
    } else if (shape == EXPORT_AREA && row->place_count >= 3) {
        geometry = OGR_G_CreateGeometry(wkbPolygon);
        OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
        for (size_t i = 0; i <= row->place_count; i++) {
            const struct store_place place = row->places[i % row->place_count];
            OGR_G_AddPoint_2D(ring, place.lon_e7 / 1e7, place.lat_e7 / 1e7);
        }
        OGR_G_AddGeometryDirectly(geometry, ring);
    }
    if (geometry)
        OGR_F_SetGeometryDirectly(feature, geometry);
}

static enum err_code write_row(void *context, const struct export_row *row, struct err *err)
{
    struct export_geopackage *package = context;
    const struct export_table *table = package->table;
    OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(package->layer));
    if (!feature)
        return err_set(err, ERR_NOMEM, "no memory for a row", package->rows);
    arena_reset(&package->text);
    bool fits = true;
    for (size_t i = 0; fits && i < table->column_count; i++)
        fits = set_cell(package, feature, (int)i, table->columns[i].type, &row->cells[i]);
    set_geometry(feature, table->shape, row);
    const OGRErr code = fits ? OGR_L_CreateFeature(package->layer, feature) : OGRERR_NONE;
    OGR_F_Destroy(feature);
    if (!fits)
        return err_set(err, ERR_NOMEM, "no memory for a row", package->rows);
    if (code != OGRERR_NONE)
        return err_set(err, ERR_IO, "a row cannot be written to the GeoPackage", package->rows);
    package->rows++;
    return ERR_OK;
}

struct export_writer export_geopackage_writer(struct export_geopackage *package)
{
    return (struct export_writer){make_layer, write_row, package};
}

enum err_code export_geopackage_finish(struct export_geopackage *open_package, struct err *err)
{
    CLEANUP(export_geopackage_close_at) struct export_geopackage *package = open_package;
    CPLErrorReset();
    if (GDALDatasetCommitTransaction(package->dataset) != OGRERR_NONE)
        return err_set(err, ERR_IO, "the GeoPackage cannot be finished; is the disk full?", 0);
    GDALClose(package->dataset);
    package->dataset = NULL;
    if (CPLGetLastErrorType() >= CE_Failure)
        return err_set(err, ERR_IO, "the GeoPackage cannot be finished; is the disk full?", 0);
    return ERR_OK;
}
