#include "tiles/import/citygml.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

#include "tiles/base/buf.h"
#include "tiles/base/hash.h"
#include "tiles/import/citygml_feature.h"
#include "tiles/import/citygml_geometry.h"
#include "tiles/import/citygml_member.h"
#include "tiles/import/feature_id.h"

enum { READ_AT_ONCE = 256 * 1024, MAX_DEPTH = 256 };

const struct citygml_limits citygml_default_limits = {
    .file_bytes = UINT64_C(64) << 30,
    .depth = 100,
    .points = 2000000, /* 48 MB; the largest object met, a station with furniture, has 60,000 */
    .text_bytes = 64u << 20, /* 1 million points in one posList */
};

/* An open element. */
struct frame {
    enum citygml_word word;
    enum citygml_text text;
    struct member_place place; /* as it was outside */
    uint64_t id;               /* hash of gml:id of an aggregate */
    uint32_t first_polygon;
};

struct reader {
    XML_Parser expat;
    const struct citygml_limits *limits;
    const struct feature_sink *sink;
    struct import_report *report;
    const char *file, *source;
    struct citygml_names *names;
    struct member *member;
    struct shape *shape;
    struct arena arena;
    uint32_t depth;        /* open elements */
    uint32_t skip_depth;   /* 0, or the depth of the element that is skipped whole */
    uint32_t object_depth; /* 0, or the depth of the city object's element */
    struct frame frames[MAX_DEPTH];
    struct member_place place;
    struct citygml_geometry geometry; /* polygon, ring or line that is open */
    bool collecting;
    enum citygml_text collecting_text;
    struct buf text;
    uint64_t objects;
    enum err_code code; /* why the parser was stopped */
    struct err fault;
};

static void stop(struct reader *reader, enum err_code code, const char *what)
{
    if (reader->code != ERR_OK)
        return;
    reader->code = err_set(&reader->fault, code, what, 0);
    XML_StopParser(reader->expat, XML_FALSE);
}

static const char *attribute(const char **atts, const char *name)
{
    for (; *atts; atts += 2)
        if (strcmp(atts[0], name) == 0)
            return atts[1];
    return NULL;
}

static const char gml_id[] = "http://www.opengis.net/gml|id";
static const char xlink_href[] = "http://www.w3.org/1999/xlink|href";

static uint64_t id_hash(const char *id)
{
    const uint64_t hash = hash_bytes(span_from_str(id), 0);
    return hash ? hash : 1;
}

/* Geographic JGD2011 (also with heights), JGD2000 and WGS 84: one place on a map of a city. */
static bool srs_is_geographic(const char *name)
{
    static const char *const codes[] = {"6697", "6668", "4326", "4979", "4612", "CRS84"};
    const char *end = name + strlen(name), *from = end;
    while (from > name && from[-1] != '/' && from[-1] != ':' && from[-1] != '#')
        from--;
    for (size_t i = 0; i < LENGTH(codes); i++)
        if (strcmp(from, codes[i]) == 0)
            return true;
    return false;
}

/* --- the object as a whole --- */

static void begin_object(struct reader *reader, const struct citygml_name *name, const char **atts)
{
    struct member *member = reader->member;
    member_clear(member);
    reader->object_depth = reader->depth;
    reader->place = (struct member_place){0};
    citygml_geometry_begin(&reader->geometry);
    member->class = member_class_of(name);
    member->number = ++reader->objects;
    member->line = XML_GetCurrentLineNumber(reader->expat);
    const char *id = attribute(atts, gml_id);
    if (id)
        member->id = member_text(member, span_from_str(id));
}

static uint64_t object_number(const struct reader *reader)
{
    const struct member *member = reader->member;
    struct span id = member->id;
    if (!id.len)
        id = member->texts[TEXT_BUILDING_ID];
    if (!id.len)
        id = member->texts[TEXT_OLD_ID];
    return id.len ? feature_id_from_text(id)
                  : feature_id_from_number(reader->source, member->number);
}

static enum err_code make_feature(struct reader *reader, struct made_feature *made, struct err *err)
{
    struct member *member = reader->member;
    member_resolve(member);
    if (member->no_memory)
        return err_set(err, ERR_NOMEM, "out of memory for a city object", member->number);
    if (member->too_many_points) {
        made->refused = REFUSED_TOO_MANY_POINTS;
        return ERR_OK;
    }
    if (member->class == OBJECT_BUILDING)
        TRY(citygml_building(member, reader->shape, &reader->arena, made, err));
    else
        TRY(citygml_object(member, reader->shape, &reader->arena, made, err));
    if (member->dangling)
        made->repairs |= UINT32_C(1) << REPAIR_LINK;
    if (member->cut_text)
        made->repairs |= UINT32_C(1) << REPAIR_TEXT;
    return ERR_OK;
}

static enum err_code end_object(struct reader *reader, struct err *err)
{
    const struct member *member = reader->member;
    struct made_feature made = {0};
    arena_reset(&reader->arena);
    TRY(make_feature(reader, &made, err));
    made.feature.id = object_number(reader);
    if (member->class == OBJECT_BUILDING && made.refused == REFUSED_NOT)
        reader->report->parts += member->part_count - 1;
    const struct made_origin origin = {
        .file = reader->file, .number = member->number, .line = member->line, .id = member->id};
    return made_deliver(&made, &origin, reader->sink, reader->report, err);
}

/* --- elements inside an object --- */

static void collect(struct reader *reader, enum citygml_text text)
{
    reader->collecting = true;
    reader->collecting_text = text;
    buf_clear(&reader->text);
}

/* Is the element that opens now a property of the object itself, or of one of its parts? */
static bool is_own_property(const struct reader *reader)
{
    return reader->depth == reader->object_depth + 1 ||
           reader->frames[reader->depth - 2].word == W_PART;
}

static void begin_text(struct reader *reader, const struct citygml_name *name, const char **atts)
{
    const bool id = name->ns == NS_URO;
    if (!id && !is_own_property(reader))
        return;
    collect(reader, name->text);
    if (name->text == TEXT_MEASURED_HEIGHT) {
        const char *uom = attribute(atts, "uom");
        reader->member->parts[reader->place.part].other_unit =
            uom && strcmp(uom, "m") != 0 && strcmp(uom, "metre") != 0 &&
            strcmp(uom, "meter") != 0 && strcmp(uom, "#m") != 0 &&
            strcmp(uom, "urn:ogc:def:uom:UCUM::m") != 0;
    }
}

static void begin_generic(struct reader *reader, const char **atts)
{
    const char *name = attribute(atts, "name");
    if (!name)
        return;
    /* Editions of 2020 carry flood ranks as generic attributes. */
    if (strstr(name, "浸水"))
        reader->member->hazard = true;
    if (reader->depth == reader->object_depth + 1 && strcmp(name, "建物ID") == 0)
        reader->frames[reader->depth - 1].text = TEXT_OLD_ID;
}

static void begin_link(struct reader *reader, const char *href)
{
    if (!reader->place.in_lod)
        return;
    member_add_link(reader->member,
                    &(struct member_link){.target = href[0] == '#' ? id_hash(href + 1) : 0,
                                          .place = reader->place});
}

static void begin_part(struct reader *reader)
{
    struct member *member = reader->member;
    if (member->part_count < MEMBER_PARTS)
        member->part_count++;
    reader->place.part = (uint16_t)(member->part_count - 1);
    reader->place.owner = OWNER_SELF;
}

static void begin_lod(struct reader *reader, const struct citygml_name *name)
{
    reader->place.in_lod = true;
    reader->place.lod = name->lod;
    reader->place.form = name->form;
}

static void begin_inside(struct reader *reader, const struct citygml_name *name, const char **atts)
{
    struct frame *frame = &reader->frames[reader->depth - 1];
    switch (name->word) {
    case W_OTHER:
        /* Attributes of i-UR, some with geometry of other maps. */
        if (name->ns == NS_URO || name->ns == NS_URF)
            reader->skip_depth = reader->depth;
        break;
    case W_LOD:
        begin_lod(reader, name);
        break;
    case W_GROUND:
        reader->place.owner = OWNER_GROUND;
        break;
    case W_ROOF:
        reader->place.owner = OWNER_ROOF;
        break;
    case W_BOUNDARY:
        reader->place.owner = OWNER_BOUNDARY;
        break;
    case W_CHILD:
        reader->place.owner = OWNER_CHILD;
        break;
    case W_PART:
        begin_part(reader);
        break;
    case W_HAZARD:
        reader->member->hazard = true;
        reader->skip_depth = reader->depth;
        break;
    case W_TEXT:
        begin_text(reader, name, atts);
        break;
    case W_GENERIC:
        begin_generic(reader, atts);
        break;
    case W_GENERIC_VALUE:
        if (reader->frames[reader->depth - 2].text == TEXT_OLD_ID)
            collect(reader, TEXT_OLD_ID);
        break;
    case W_POS:
    case W_POS_LIST:
        citygml_geometry_dimension(&reader->geometry, attribute(atts, "srsDimension"));
        collect(reader, TEXT_COUNT);
        break;
    default: {
        const char *id = attribute(atts, gml_id);
        citygml_geometry_open(&reader->geometry, reader->member, name->word, reader->place,
                              id ? id_hash(id) : 0);
        frame->id = name->word == W_AGGREGATE && id ? id_hash(id) : 0;
        frame->first_polygon = (uint32_t)reader->member->polygons_count;
    }
    }
    const char *href = attribute(atts, xlink_href);
    if (href && (name->ns == NS_GML || name->word == W_LOD))
        begin_link(reader, href);
}

static void keep_text(struct reader *reader)
{
    struct member *member = reader->member;
    const enum citygml_text which = reader->collecting_text;
    const struct span text = buf_span(&reader->text);
    if (which == TEXT_COUNT) {
        citygml_geometry_numbers(&reader->geometry, member, text);
        return;
    }
    struct member_part *part = &member->parts[reader->place.part];
    struct span *into = which == TEXT_MEASURED_HEIGHT ? &part->measured_height
                        : which == TEXT_STOREYS       ? &part->storeys
                                                      : &member->texts[which];
    if (!into->data) /* the first of several */
        *into = member_text(member, text);
}

/* --- expat's handlers --- */

static void XMLCALL on_start(void *context, const char *expat_name, const char **atts)
{
    struct reader *reader = context;
    if (reader->code != ERR_OK)
        return;
    if (reader->depth >= reader->limits->depth || reader->depth >= MAX_DEPTH) {
        stop(reader, ERR_TOO_LARGE, "elements are nested too deeply");
        return;
    }
    struct frame *frame = &reader->frames[reader->depth++];
    if (reader->skip_depth)
        return;
    const struct citygml_name *name = citygml_names_find(reader->names, expat_name);
    if (!name) {
        stop(reader, ERR_NOMEM, "out of memory for the names of elements");
        return;
    }
    *frame = (struct frame){.word = name->word, .text = TEXT_COUNT, .place = reader->place};
    reader->collecting = false;
    if (reader->depth == 1 && name->word != W_CITY_MODEL) {
        stop(reader, ERR_UNSUPPORTED, "the root element is not a CityModel of CityGML 1.0 or 2.0");
        return;
    }
    const char *srs = name->ns == NS_GML ? attribute(atts, "srsName") : NULL;
    if (srs && !srs_is_geographic(srs))
        stop(reader, ERR_UNSUPPORTED,
             "srsName is not EPSG:6697, 6668, 4612, 4979 or 4326: convert the file to one of them");
    else if (name->word == W_SKIP)
        reader->skip_depth = reader->depth;
    else if (reader->object_depth)
        begin_inside(reader, name, atts);
    else if (reader->depth == 3 && reader->frames[1].word == W_MEMBER)
        begin_object(reader, name, atts);
}

static void XMLCALL on_end(void *context, const char *expat_name)
{
    (void)expat_name;
    struct reader *reader = context;
    if (reader->code != ERR_OK)
        return;
    const uint32_t depth = reader->depth--;
    if (reader->skip_depth) {
        if (reader->skip_depth == depth) {
            reader->skip_depth = 0;
            reader->place = reader->frames[depth - 1].place;
        }
        return;
    }
    if (!reader->object_depth)
        return;
    const struct frame *frame = &reader->frames[depth - 1];
    if (depth == reader->object_depth) {
        reader->object_depth = 0;
        struct err err = {0};
        const enum err_code code = end_object(reader, &err);
        if (code != ERR_OK) {
            stop(reader, code, err.what);
            reader->fault.at = err.at;
        }
        return;
    }
    if (reader->collecting) {
        if (reader->text.failed)
            stop(reader, ERR_NOMEM, "out of memory for a text");
        else
            keep_text(reader);
        reader->collecting = false;
    }
    citygml_geometry_close(&reader->geometry, reader->member, frame->word);
    if (frame->id)
        member_add_group(reader->member,
                         &(struct member_group){frame->id, frame->first_polygon,
                                                (uint32_t)reader->member->polygons_count});
    reader->place = frame->place;
}

static void XMLCALL on_text(void *context, const char *text, int len)
{
    struct reader *reader = context;
    if (!reader->collecting || reader->skip_depth || reader->code != ERR_OK)
        return;
    if (reader->text.len + (size_t)len > reader->limits->text_bytes)
        stop(reader, ERR_TOO_LARGE, "the text of one element is too long");
    else
        buf_add(&reader->text, span_of(text, (size_t)len));
}

static void XMLCALL on_doctype(void *context, const char *name, const char *system,
                               const char *public_id, int has_internal)
{
    (void)name, (void)system, (void)public_id, (void)has_internal;
    stop(context, ERR_UNSUPPORTED, "a DOCTYPE is not accepted: entities could stand for anything");
}

/* --- the whole file --- */

static enum err_code parse(struct reader *reader, const struct import_stream *stream,
                           struct err *err)
{
    uint64_t fed = 0;
    for (;;) {
        void *room = XML_GetBuffer(reader->expat, READ_AT_ONCE);
        size_t len = 0;
        if (!room)
            return err_set(err, ERR_NOMEM, "out of memory for the file", fed);
        TRY(stream->read(stream->context, room, READ_AT_ONCE, &len, err));
        fed += len;
        if (fed > reader->limits->file_bytes)
            return err_set(err, ERR_TOO_LARGE, "the file is too large", fed);
        const enum XML_Status status = XML_ParseBuffer(reader->expat, (int)len, len == 0);
        if (reader->code != ERR_OK)
            return err_set(err, reader->code, reader->fault.what, reader->fault.at);
        if (status != XML_STATUS_OK) {
            const enum XML_Error fault = XML_GetErrorCode(reader->expat);
            if (fault == XML_ERROR_NO_MEMORY)
                return err_set(err, ERR_NOMEM, "out of memory for the file", fed);
            return err_set(err, ERR_FORMAT, XML_ErrorString(fault), fed);
        }
        if (len == 0)
            return ERR_OK;
        /* A tag or attribute that does not end would make expat keep the whole file. */
        const XML_Index at = XML_GetCurrentByteIndex(reader->expat);
        if (at >= 0 && fed > (uint64_t)at + reader->limits->text_bytes)
            return err_set(err, ERR_TOO_LARGE, "one tag is too long", fed);
    }
}

static enum err_code open_reader(struct reader *reader, struct err *err)
{
    reader->expat = XML_ParserCreateNS(NULL, '|');
    reader->names = citygml_names_new();
    reader->member = member_new(reader->limits->points);
    reader->shape = shape_new();
    if (!reader->expat || !reader->names || !reader->member || !reader->shape)
        return err_set(err, ERR_NOMEM, "out of memory for a reader", 0);
    XML_SetUserData(reader->expat, reader);
    XML_SetElementHandler(reader->expat, on_start, on_end);
    XML_SetCharacterDataHandler(reader->expat, on_text);
    XML_SetStartDoctypeDeclHandler(reader->expat, on_doctype);
    return ERR_OK;
}

enum err_code citygml_read(const struct import_stream *stream, const struct citygml_limits *limits,
                           const struct feature_sink *sink, struct import_report *report,
                           struct citygml_fault *ret_fault, struct err *err)
{
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return err_set(err, ERR_NOMEM, "out of memory for a reader", 0);
    reader->limits = limits;
    reader->sink = sink;
    reader->report = report;
    reader->file = stream->name;
    reader->source = stream->source;
    arena_init(&reader->arena, 0);
    buf_init(&reader->text);
    enum err_code code = open_reader(reader, err);
    if (code == ERR_OK)
        code = parse(reader, stream, err);
    if (code != ERR_OK && reader->expat)
        *ret_fault = (struct citygml_fault){
            .line = XML_GetCurrentLineNumber(reader->expat),
            .column = XML_GetCurrentColumnNumber(reader->expat) + 1,
        };
    if (reader->expat)
        XML_ParserFree(reader->expat);
    citygml_names_free(reader->names);
    member_free(reader->member);
    shape_free(reader->shape);
    arena_done(&reader->arena);
    buf_done(&reader->text);
    free(reader);
    return code;
}
