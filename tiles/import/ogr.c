#include "tiles/import/ogr.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tiles/base/utf8.h"
#include "tiles/import/feature_id.h"
#include "tiles/import/made.h"
#include "tiles/import/ogr_geometry.h"
#include "tiles/import/ogr_kind.h"
#include "tiles/import/shape.h"

enum { TEXT_BYTES = 1024 };
static const double storey_m = 3.0, assumed_m = 6.0; /* as in citygml_building.c */

enum target {
    T_ID,
    T_KIND,
    T_HEIGHT,
    T_MIN_HEIGHT,
    T_STOREYS,
    T_USE,
    T_YEAR,
    T_NAME,
    T_NAME_EN,
    T_WIDTH,
    T_CROWN_RADIUS,
    T_SPECIES,
    T_RANK,
    T_COUNT,
};

/* clang-format off */
static const struct {
    const char *name;
    const char *synonyms[10]; /* compared without case */
} targets[T_COUNT] = {
    [T_ID] = {"id", {"id", "building_id", "gml_id", "osm_id", "bid", "建物ID"}},
    [T_KIND] = {"kind", {"kind", "種別"}},
    [T_HEIGHT] = {"height", {"height", "render_height", "measuredHeight", "measured_height", "高さ", "建物高さ", "樹高"}},
    [T_MIN_HEIGHT] = {"min_height", {"min_height", "render_min_height"}},
    [T_STOREYS] = {"storeys", {"storeys", "storeysAboveGround", "levels", "building:levels", "building_levels", "階数", "地上階数"}},
    [T_USE] = {"use", {"use", "usage", "用途"}},
    [T_YEAR] = {"year", {"year", "yearOfConstruction", "建築年"}},
    [T_NAME] = {"name", {"name", "名称", "name:ja"}},
    [T_NAME_EN] = {"name_en", {"name_en", "name:en"}},
    [T_WIDTH] = {"width", {"width", "幅員"}},
    [T_CROWN_RADIUS] = {"crown_radius", {"crown_radius"}},
    [T_SPECIES] = {"species", {"species", "樹種"}},
    [T_RANK] = {"rank", {"rank"}},
};
/* clang-format on */

struct source {
    const struct input *input;
    const struct ogr_options *options;
    const struct feature_sink *sink;
    struct import_report *report;
    struct shape *shape;
    struct arena arena;
    int fields[T_COUNT]; /* of the layer at hand; -1: none */
    OGRCoordinateTransformationH to_degrees;
    const char *layer_name; /* "" when the file has only one */
    uint64_t number, total; /* features read; of the file, or 0 */
    input_progress_fn *progress;
    void *context;
};

bool ogr_is_target(const char *name)
{
    for (size_t i = 0; i < T_COUNT; i++)
        if (strcmp(name, targets[i].name) == 0)
            return true;
    return false;
}

/* --- attributes --- */

static int find_field(OGRFeatureDefnH layer, const char *name)
{
    const int count = OGR_FD_GetFieldCount(layer);
    for (int i = 0; i < count; i++)
        if (strcasecmp(OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(layer, i)), name) == 0)
            return i;
    return -1;
}

static enum err_code map_fields(struct source *source, OGRFeatureDefnH layer, struct err *err)
{
    const struct ogr_options *options = source->options;
    for (size_t t = 0; t < T_COUNT; t++) {
        source->fields[t] = -1;
        for (size_t i = 0; i < LENGTH(targets[t].synonyms) && source->fields[t] < 0; i++)
            if (targets[t].synonyms[i])
                source->fields[t] = find_field(layer, targets[t].synonyms[i]);
        for (size_t i = 0; i < options->map_count; i++)
            if (strcmp(options->maps[i].target, targets[t].name) == 0) {
                source->fields[t] = find_field(layer, options->maps[i].field);
                if (source->fields[t] < 0)
                    return err_set(err, ERR_PARAM, "--map names a field that is not there", 0);
            }
    }
    return ERR_OK;
}

/* The attribute's text, copied; empty when absent. *repairs when it is cut or no UTF-8. */
static struct span text_of(struct source *source, OGRFeatureH feature, enum target target,
                           uint32_t *repairs)
{
    const int field = source->fields[target];
    if (field < 0 || !OGR_F_IsFieldSetAndNotNull(feature, field))
        return (struct span){0};
    struct span text = span_from_str(OGR_F_GetFieldAsString(feature, field));
    while (text.len && text.data[0] == ' ')
        text = span_of(text.data + 1, text.len - 1);
    while (text.len && text.data[text.len - 1] == ' ')
        text.len--;
    if (text.len > TEXT_BYTES || !utf8_is_valid(text)) {
        *repairs |= UINT32_C(1) << REPAIR_TEXT;
        return (struct span){0};
    }
    const char *copy = arena_copy(&source->arena, text);
    return copy ? span_of(copy, text.len) : (struct span){0};
}

static enum number_state number_of(struct source *source, OGRFeatureH feature, enum target target,
                                   bool height, double *ret)
{
    uint32_t ignored = 0;
    const struct span text = text_of(source, feature, target, &ignored);
    return height ? made_height(text, ret) : made_number(text, ret);
}

static void building_height(struct source *source, OGRFeatureH feature, struct made_feature *made)
{
    static const enum height_unknown why[] = {HEIGHT_ABSENT, HEIGHT_SENTINEL, HEIGHT_INVALID,
                                              HEIGHT_KNOWN};
    double height_m = 0, storeys = 0, low_m = 0;
    made->has_height = true;
    made->height_unknown = why[number_of(source, feature, T_HEIGHT, true, &height_m)];
    const bool counted = number_of(source, feature, T_STOREYS, false, &storeys) == NUMBER_OK &&
                         storeys >= 1 && storeys <= 200;
    made->height_source = made->height_unknown == HEIGHT_KNOWN ? HEIGHT_MEASURED
                          : counted                            ? HEIGHT_STOREYS
                                                               : HEIGHT_ASSUMED;
    made->measured_m = height_m;
    if (made->height_source != HEIGHT_MEASURED)
        height_m = counted ? floor(storeys) * storey_m : assumed_m;
    made_tag_float(made, KEY_BUILDING_HEIGHT, height_m);
    if (number_of(source, feature, T_MIN_HEIGHT, true, &low_m) == NUMBER_OK && low_m < height_m)
        made_tag_float(made, KEY_BUILDING_MIN_HEIGHT, low_m);
    made_tag_word(made, KEY_BUILDING_SOURCE, height_source_name(made->height_source));
    if (made->height_unknown != HEIGHT_KNOWN)
        made_tag_word(made, KEY_BUILDING_UNKNOWN, height_unknown_name(made->height_unknown));
    if (counted)
        made_tag_int(made, KEY_BUILDING_STOREYS, (int64_t)storeys);
}

static void tag_text(struct source *source, OGRFeatureH feature, struct made_feature *made,
                     enum target target, enum city_key key)
{
    made_tag_text(made, key, text_of(source, feature, target, &made->repairs));
}

static void tag_height(struct source *source, OGRFeatureH feature, struct made_feature *made,
                       enum target target, enum city_key key)
{
    double value;
    if (number_of(source, feature, target, true, &value) == NUMBER_OK)
        made_tag_float(made, key, value);
}

static void tag_int(struct source *source, OGRFeatureH feature, struct made_feature *made,
                    enum target target, enum city_key key, double max)
{
    double value;
    if (number_of(source, feature, target, false, &value) == NUMBER_OK && value >= 1 &&
        value <= max)
        made_tag_int(made, key, (int64_t)value);
}

static void tag_feature(struct source *source, OGRFeatureH feature, struct span kind,
                        struct made_feature *made)
{
    switch (made->feature.layer) {
    case CITY_BUILDING:
        made_tag_text(made, KEY_BUILDING_KIND, kind);
        tag_text(source, feature, made, T_ID, KEY_BUILDING_ID);
        building_height(source, feature, made);
        tag_text(source, feature, made, T_USE, KEY_BUILDING_USE);
        tag_int(source, feature, made, T_YEAR, KEY_BUILDING_YEAR, 2200);
        tag_text(source, feature, made, T_NAME, KEY_BUILDING_NAME);
        break;
    case CITY_TREE:
        tag_height(source, feature, made, T_HEIGHT, KEY_TREE_HEIGHT);
        tag_height(source, feature, made, T_CROWN_RADIUS, KEY_TREE_CROWN);
        tag_text(source, feature, made, T_SPECIES, KEY_TREE_SPECIES);
        break;
    case CITY_ROAD:
        made_tag_text(made, KEY_ROAD_KIND, kind.len ? kind : span_from_str("street"));
        tag_text(source, feature, made, T_NAME, KEY_ROAD_NAME);
        tag_height(source, feature, made, T_WIDTH, KEY_ROAD_WIDTH);
        break;
    case CITY_GREEN:
        made_tag_text(made, KEY_GREEN_KIND, kind);
        tag_text(source, feature, made, T_NAME, KEY_GREEN_NAME);
        tag_height(source, feature, made, T_HEIGHT, KEY_GREEN_HEIGHT);
        break;
    case CITY_WATER:
        made_tag_text(made, KEY_WATER_KIND, kind.len ? kind : span_from_str("water"));
        tag_text(source, feature, made, T_NAME, KEY_WATER_NAME);
        break;
    case CITY_PLACE:
        made_tag_text(made, KEY_PLACE_KIND, kind.len ? kind : span_from_str("place"));
        tag_text(source, feature, made, T_NAME, KEY_PLACE_NAME);
        tag_text(source, feature, made, T_NAME_EN, KEY_PLACE_NAME_EN);
        tag_int(source, feature, made, T_RANK, KEY_PLACE_RANK, 100);
        break;
    default:
        made_tag_text(made, KEY_LANDUSE_KIND, kind);
    }
}

/* --- one feature --- */

/* Ids of two sources must not meet: the source's name goes before the id. */
static uint64_t number_for(struct source *source, OGRFeatureH feature, struct span id)
{
    char name[512];
    snprintf(name, sizeof name, "%s/%s", source->input->name, source->layer_name);
    if (!id.len)
        return feature_id_from_number(name, (uint64_t)OGR_F_GetFID(feature));
    char text[TEXT_BYTES + sizeof name + 1];
    const int len =
        snprintf(text, sizeof text, "%s/%.*s", name, (int)id.len, (const char *)id.data);
    return feature_id_from_text(span_of(text, (size_t)len));
}

static enum err_code make_feature(struct source *source, OGRFeatureH feature, struct span id,
                                  struct made_feature *made, struct err *err)
{
    OGRGeometryH geometry = OGR_F_GetGeometryRef(feature);
    if (!geometry) {
        made->refused = REFUSED_NO_GEOMETRY;
        return ERR_OK;
    }
    if (source->to_degrees && OGR_G_Transform(geometry, source->to_degrees) != OGRERR_NONE) {
        made->refused = REFUSED_OUTSIDE;
        return ERR_OK;
    }
    TRY(ogr_geometry(geometry, source->shape, &source->arena, &made->feature.geometry,
                     &made->repairs, &made->refused, err));
    if (made->refused != REFUSED_NOT)
        return ERR_OK;
    struct span word = text_of(source, feature, T_KIND, &made->repairs);
    if (!word.len && source->options->kind)
        word = span_from_str(source->options->kind);
    double height_m;
    const bool has_height = number_of(source, feature, T_HEIGHT, true, &height_m) == NUMBER_OK;
    struct ogr_kind kind = {0};
    if (!ogr_kind_of(word, made->feature.geometry.type, has_height, &kind)) {
        made->refused = REFUSED_LAYER;
        return ERR_OK;
    }
    made->feature.layer = kind.layer;
    made->feature.id = number_for(source, feature, id);
    tag_feature(source, feature, kind.kind, made);
    return ERR_OK;
}

static enum err_code take_feature(struct source *source, OGRFeatureH feature, struct err *err)
{
    struct made_feature made = {0};
    uint32_t ignored = 0;
    arena_reset(&source->arena);
    const struct span id = text_of(source, feature, T_ID, &ignored);
    TRY(make_feature(source, feature, id, &made, err));
    const struct made_origin origin = {
        .file = source->input->label, .number = ++source->number, .id = id};
    if (source->progress && source->total && source->number % 256 == 0) {
        const double part = fmin((double)source->number / (double)source->total, 1);
        source->progress(source->context, (uint64_t)(part * (double)source->input->bytes));
    }
    return made_deliver(&made, &origin, source->sink, source->report, err);
}

/* --- layers --- */

static enum err_code open_crs(struct source *source, OGRLayerH layer, struct err *err)
{
    OGRSpatialReferenceH from = NULL, degrees = OSRNewSpatialReference(NULL);
    OGRSpatialReferenceH own = OGR_L_GetSpatialRef(layer);
    enum err_code code = ERR_OK;
    if (source->options->crs) {
        from = OSRNewSpatialReference(NULL);
        if (OSRSetFromUserInput(from, source->options->crs) != OGRERR_NONE)
            code = err_set(err, ERR_PARAM, "--crs is not a coordinate system that PROJ knows", 0);
    } else if (own) {
        from = OSRClone(own);
    } else {
        code = err_set(err, ERR_UNSUPPORTED,
                       "the coordinate system is not known: name it, as in --crs EPSG:6677", 0);
    }
    if (code == ERR_OK) {
        (void)OSRImportFromEPSG(degrees, 4326);
        OSRSetAxisMappingStrategy(from, OAMS_TRADITIONAL_GIS_ORDER);
        OSRSetAxisMappingStrategy(degrees, OAMS_TRADITIONAL_GIS_ORDER);
        source->to_degrees = OCTNewCoordinateTransformation(from, degrees);
        if (!source->to_degrees)
            code = err_set(err, ERR_UNSUPPORTED,
                           "PROJ knows no way from the file's coordinate system to degrees", 0);
    }
    if (from)
        OSRDestroySpatialReference(from);
    OSRDestroySpatialReference(degrees);
    return code;
}

static enum err_code read_layer(struct source *source, OGRLayerH layer, struct err *err)
{
    TRY(map_fields(source, OGR_L_GetLayerDefn(layer), err));
    OGR_L_ResetReading(layer);
    CPLErrorReset();
    for (OGRFeatureH feature; (feature = OGR_L_GetNextFeature(layer));) {
        const CPLErr before = CPLGetLastErrorType();
        const enum err_code code = take_feature(source, feature, err);
        OGR_F_Destroy(feature);
        if (code != ERR_OK)
            return code;
        if (before < CE_Failure)
            CPLErrorReset(); /* what went wrong with this one is in the report */
    }
    /* A file that breaks off looks like one that ends: only the error tells. */
    if (CPLGetLastErrorType() >= CE_Failure)
        return err_set(err, ERR_FORMAT, "the file is damaged", source->number);
    return ERR_OK;
}

static enum err_code read_layers(struct source *source, GDALDatasetH file, struct err *err)
{
    const int count = GDALDatasetGetLayerCount(file);
    if (count == 0)
        return err_set(err, ERR_UNSUPPORTED, "the file has no layer of features", 0);
    for (int i = 0; i < count; i++) {
        const GIntBig known = OGR_L_GetFeatureCount(GDALDatasetGetLayer(file, i), 0);
        source->total += known > 0 ? (uint64_t)known : 0;
    }
    for (int i = 0; i < count; i++) {
        OGRLayerH layer = GDALDatasetGetLayer(file, i);
        source->layer_name = count > 1 ? OGR_L_GetName(layer) : "";
        if (OGR_L_GetGeomType(layer) != wkbNone)
            TRY(open_crs(source, layer, err));
        const enum err_code code = read_layer(source, layer, err);
        if (source->to_degrees)
            OCTDestroyCoordinateTransformation(source->to_degrees);
        source->to_degrees = NULL;
        TRY(code);
    }
    return ERR_OK;
}

/* An entry of a zip is unpacked once beforehand, so that its real size is known to be as declared;
 * then GDAL reads it where it is, with the files beside it. */
static enum err_code path_of(const struct input *input, char *into, size_t room, struct err *err)
{
    int len;
    if (!input->entry) {
        len = snprintf(into, room, "%s", input->path);
    } else {
        struct input_reader *reader = NULL;
        TRY(input_open(input, NULL, NULL, &reader, err));
        const struct import_stream stream = input_stream(reader);
        static _Thread_local uint8_t bytes[65536];
        size_t got = 1;
        enum err_code code = ERR_OK;
        while (code == ERR_OK && got)
            code = stream.read(stream.context, bytes, sizeof bytes, &got, err);
        input_close(reader);
        TRY(code);
        len = snprintf(into, room, "/vsizip/{%s}/%s", input->path, input->entry);
    }
    if (len < 0 || (size_t)len >= room)
        return err_set(err, ERR_TOO_LARGE, "the file's name is too long", 0);
    return ERR_OK;
}

/* Only formats that hold their features themselves: a VRT, for one, names other files and
 * addresses, and would make an import read them. GML may neither fetch its schema nor write beside
 * the file. */
static GDALDatasetH open_file(const char *path)
{
    static const char *const formats[] = {
        "GPKG", "ESRI Shapefile", "GeoJSON", "GeoJSONSeq", "FlatGeobuf",
        "KML",  "LIBKML",         "GML",     NULL};
    static const char *const gml_options[] = {"DOWNLOAD_SCHEMA=NO", "WRITE_GFS=NO", NULL};
    GDALDriverH driver = GDALIdentifyDriverEx(path, GDAL_OF_VECTOR, formats, NULL);
    const bool gml = driver && strcmp(GDALGetDriverShortName(driver), "GML") == 0;
    return GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, formats, gml ? gml_options : NULL,
                      NULL);
}

static enum err_code read_file(struct source *source, const char *path, char ret_detail[OGR_DETAIL],
                               struct err *err)
{
    /* A Shapefile may lack its index and its attributes; nothing is written for it. */
    CPLSetThreadLocalConfigOption("SHAPE_RESTORE_SHX", "NO");
    CPLSetThreadLocalConfigOption("OGR_GEOJSON_MAX_OBJ_SIZE", "512");
    CPLErrorReset();
    GDALDatasetH file = open_file(path);
    enum err_code code = file ? read_layers(source, file, err)
                              : err_set(err, ERR_FORMAT,
                                        "GDAL cannot read this file; it knows no such format, or "
                                        "the file is damaged",
                                        0);
    if (code != ERR_OK)
        snprintf(ret_detail, OGR_DETAIL, "%s", CPLGetLastErrorMsg());
    if (file)
        GDALClose(file);
    return code;
}

enum err_code ogr_read(const struct input *input, const struct ogr_options *options,
                       const struct feature_sink *sink, struct import_report *report,
                       input_progress_fn *progress, void *context, char ret_detail[OGR_DETAIL],
                       struct err *err)
{
    char path[4096];
    ret_detail[0] = '\0';
    TRY(path_of(input, path, sizeof path, err));
    struct source source = {.input = input,
                            .options = options,
                            .sink = sink,
                            .report = report,
                            .shape = shape_new(),
                            .progress = progress,
                            .context = context};
    if (!source.shape)
        return err_set(err, ERR_NOMEM, "out of memory for a reader", 0);
    arena_init(&source.arena, 0);
    GDALAllRegister();
    CPLPushErrorHandler(CPLQuietErrorHandler);
    const enum err_code code = read_file(&source, path, ret_detail, err);
    CPLPopErrorHandler();
    arena_done(&source.arena);
    shape_free(source.shape);
    return code;
}
