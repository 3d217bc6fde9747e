#include "tiles/import/citygml_names.h"

#include <stdlib.h>
#include <string.h>

#include "tiles/base/arena.h"
#include "tiles/base/hash.h"

enum {
    SLOTS = 2048, /* a power of two */
    FILL = 1024,  /* a PLATEAU file has some 150 different names; a hostile one any number */
};

struct slot {
    const char *expat;
    struct citygml_name name;
};

struct citygml_names {
    struct arena arena;
    struct slot slots[SLOTS];
    struct slot spare; /* for names beyond FILL */
    unsigned filled;
};

struct word {
    enum citygml_ns ns;
    const char *local;
    enum citygml_word word;
    enum citygml_text text;
};

/* clang-format off */
static const struct { const char *begin; enum citygml_ns ns; } namespaces[] = {
    {"http://www.opengis.net/citygml/building/", NS_BLDG},
    {"http://www.opengis.net/citygml/transportation/", NS_TRAN},
    {"http://www.opengis.net/citygml/vegetation/", NS_VEG},
    {"http://www.opengis.net/citygml/waterbody/", NS_WTR},
    {"http://www.opengis.net/citygml/landuse/", NS_LUSE},
    {"http://www.opengis.net/citygml/bridge/", NS_BRID},
    {"http://www.opengis.net/citygml/cityfurniture/", NS_FRN},
    {"http://www.opengis.net/citygml/generics/", NS_GEN},
    {"http://www.opengis.net/citygml/cityobjectgroup/", NS_GRP},
    {"http://www.opengis.net/citygml/appearance/", NS_APP},
    {"http://www.opengis.net/citygml/relief/", NS_DEM},
    {"http://www.opengis.net/citygml/tunnel/", NS_TUN},
    {"http://www.opengis.net/citygml/", NS_CORE},
};

static const struct word words[] = {
    {NS_CORE, "CityModel", W_CITY_MODEL, 0},
    {NS_CORE, "cityObjectMember", W_MEMBER, 0},
    {NS_GML, "featureMember", W_MEMBER, 0},
    {NS_CORE, "relativeGMLGeometry", W_SKIP, 0}, /* coordinates of a template, not of the earth */
    {NS_GML, "metaDataProperty", W_SKIP, 0},
    {NS_GML, "Polygon", W_POLYGON, 0},
    {NS_GML, "PolygonPatch", W_POLYGON, 0},
    {NS_GML, "Triangle", W_POLYGON, 0},
    {NS_GML, "Rectangle", W_POLYGON, 0},
    {NS_GML, "exterior", W_EXTERIOR, 0},
    {NS_GML, "interior", W_INTERIOR, 0},
    {NS_GML, "LinearRing", W_RING, 0},
    {NS_GML, "LineString", W_LINE, 0},
    {NS_GML, "LineStringSegment", W_LINE, 0},
    {NS_GML, "Point", W_POINT, 0},
    {NS_GML, "posList", W_POS_LIST, 0},
    {NS_GML, "pos", W_POS, 0},
    {NS_GML, "MultiSurface", W_AGGREGATE, 0},
    {NS_GML, "CompositeSurface", W_AGGREGATE, 0},
    {NS_GML, "OrientableSurface", W_AGGREGATE, 0},
    {NS_GML, "Surface", W_AGGREGATE, 0},
    {NS_GML, "TriangulatedSurface", W_AGGREGATE, 0},
    {NS_GML, "Tin", W_AGGREGATE, 0},
    {NS_GML, "Solid", W_AGGREGATE, 0},
    {NS_GML, "CompositeSolid", W_AGGREGATE, 0},
    {NS_GML, "MultiSolid", W_AGGREGATE, 0},
    {NS_GML, "surfaceMember", W_SURFACE_MEMBER, 0},
    {NS_GML, "baseSurface", W_SURFACE_MEMBER, 0},
    {NS_GML, "solidMember", W_SURFACE_MEMBER, 0},
    {NS_GML, "name", W_TEXT, TEXT_NAME},
    {NS_BLDG, "GroundSurface", W_GROUND, 0},
    {NS_BLDG, "RoofSurface", W_ROOF, 0},
    {NS_BLDG, "WallSurface", W_BOUNDARY, 0},
    {NS_BLDG, "ClosureSurface", W_BOUNDARY, 0},
    {NS_BLDG, "FloorSurface", W_BOUNDARY, 0},
    {NS_BLDG, "OuterFloorSurface", W_BOUNDARY, 0},
    {NS_BLDG, "OuterCeilingSurface", W_BOUNDARY, 0},
    {NS_BLDG, "CeilingSurface", W_BOUNDARY, 0},
    {NS_BLDG, "InteriorWallSurface", W_BOUNDARY, 0},
    {NS_BLDG, "BuildingPart", W_PART, 0},
    {NS_BLDG, "BuildingInstallation", W_CHILD, 0},
    {NS_BLDG, "interiorRoom", W_SKIP, 0},
    {NS_BLDG, "interiorBuildingInstallation", W_SKIP, 0},
    {NS_BLDG, "opening", W_SKIP, 0},
    {NS_BLDG, "address", W_SKIP, 0},
    {NS_BLDG, "class", W_TEXT, TEXT_CLASS},
    {NS_BLDG, "function", W_TEXT, TEXT_FUNCTION},
    {NS_BLDG, "usage", W_TEXT, TEXT_USAGE},
    {NS_BLDG, "yearOfConstruction", W_TEXT, TEXT_YEAR},
    {NS_BLDG, "measuredHeight", W_TEXT, TEXT_MEASURED_HEIGHT},
    {NS_BLDG, "storeysAboveGround", W_TEXT, TEXT_STOREYS},
    {NS_BRID, "GroundSurface", W_BOUNDARY, 0},
    {NS_BRID, "RoofSurface", W_BOUNDARY, 0},
    {NS_BRID, "WallSurface", W_BOUNDARY, 0},
    {NS_BRID, "ClosureSurface", W_BOUNDARY, 0},
    {NS_BRID, "OuterFloorSurface", W_BOUNDARY, 0},
    {NS_BRID, "OuterCeilingSurface", W_BOUNDARY, 0},
    {NS_BRID, "BridgePart", W_PART, 0},
    {NS_BRID, "BridgeConstructionElement", W_CHILD, 0},
    {NS_BRID, "BridgeInstallation", W_CHILD, 0},
    {NS_BRID, "interiorBridgeRoom", W_SKIP, 0},
    {NS_BRID, "opening", W_SKIP, 0},
    {NS_BRID, "address", W_SKIP, 0},
    {NS_BRID, "class", W_TEXT, TEXT_CLASS},
    {NS_BRID, "function", W_TEXT, TEXT_FUNCTION},
    {NS_BRID, "yearOfConstruction", W_TEXT, TEXT_YEAR},
    {NS_TRAN, "TrafficArea", W_CHILD, 0},
    {NS_TRAN, "AuxiliaryTrafficArea", W_CHILD, 0},
    {NS_TRAN, "class", W_TEXT, TEXT_CLASS},
    {NS_TRAN, "function", W_TEXT, TEXT_FUNCTION},
    {NS_VEG, "class", W_TEXT, TEXT_CLASS},
    {NS_VEG, "height", W_TEXT, TEXT_HEIGHT},
    {NS_VEG, "averageHeight", W_TEXT, TEXT_HEIGHT},
    {NS_VEG, "crownDiameter", W_TEXT, TEXT_CROWN_DIAMETER},
    {NS_VEG, "species", W_TEXT, TEXT_SPECIES},
    {NS_WTR, "class", W_TEXT, TEXT_CLASS},
    {NS_WTR, "function", W_TEXT, TEXT_FUNCTION},
    {NS_WTR, "WaterSurface", W_BOUNDARY, 0},
    {NS_WTR, "WaterGroundSurface", W_SKIP, 0},
    {NS_WTR, "WaterClosureSurface", W_SKIP, 0},
    {NS_LUSE, "class", W_TEXT, TEXT_CLASS},
    {NS_FRN, "class", W_TEXT, TEXT_CLASS},
    {NS_FRN, "function", W_TEXT, TEXT_FUNCTION},
    {NS_GEN, "stringAttribute", W_GENERIC, 0},
    {NS_GEN, "measureAttribute", W_GENERIC, 0},
    {NS_GEN, "intAttribute", W_GENERIC, 0},
    {NS_GEN, "doubleAttribute", W_GENERIC, 0},
    {NS_GEN, "genericAttributeSet", W_GENERIC, 0},
    {NS_GEN, "value", W_GENERIC_VALUE, 0},
    {NS_URO, "buildingIDAttribute", W_BUILDING_ID_SET, 0},
    {NS_URO, "BuildingIDAttribute", W_BUILDING_ID_SET, 0},
    {NS_URO, "bldgIDAttribute", W_BUILDING_ID_SET, 0},
    {NS_URO, "buildingID", W_TEXT, TEXT_BUILDING_ID},
    {NS_URO, "branchID", W_TEXT, TEXT_BRANCH_ID},
    {NS_URO, "partID", W_TEXT, TEXT_PART_ID},
    {NS_URO, "tranDmAttribute", W_DM, 0},
    {NS_URO, "DmGeometricAttribute", W_DM, 0},
    {NS_URO, "floodingRiskAttribute", W_HAZARD, 0},
    {NS_URO, "wtrFloodingRiskAttribute", W_HAZARD, 0},
};
/* clang-format on */

static bool begins(const char *text, size_t len, const char *with)
{
    const size_t n = strlen(with);
    return len >= n && memcmp(text, with, n) == 0;
}

static bool holds(const char *text, size_t len, const char *what)
{
    return memmem(text, len, what, strlen(what)) != NULL;
}

static enum citygml_ns ns_of(const char *uri, size_t len)
{
    if (len == strlen("http://www.opengis.net/gml") &&
        begins(uri, len, "http://www.opengis.net/gml"))
        return NS_GML;
    /* CityGML 3.0 has other structures under similar names: it is not this vocabulary. */
    if (begins(uri, len, "http://www.opengis.net/citygml/") &&
        (begins(uri + len - 4, 4, "/1.0") || begins(uri + len - 4, 4, "/2.0")))
        for (size_t i = 0; i < LENGTH(namespaces); i++)
            if (begins(uri, len, namespaces[i].begin))
                return namespaces[i].ns;
    if (holds(uri, len, "/iur/uro/"))
        return NS_URO;
    if (holds(uri, len, "/iur/urf/"))
        return NS_URF;
    return NS_OTHER;
}

/* lod0FootPrint, lod1Solid, lod2MultiSurface, lod0Network, lod1Geometry … */
static bool lod_property(struct citygml_name *name)
{
    const char *local = name->local;
    if (strncmp(local, "lod", 3) != 0 || local[3] < '0' || local[3] > '4')
        return false;
    const char *rest = local + 4;
    name->lod = (uint8_t)(local[3] - '0');
    name->word = W_LOD;
    if (strcmp(rest, "FootPrint") == 0)
        name->form = FORM_FOOT_PRINT;
    else if (strcmp(rest, "RoofEdge") == 0)
        name->form = FORM_ROOF_EDGE;
    else if (strcmp(rest, "Network") == 0 || strcmp(rest, "MultiCurve") == 0)
        name->form = FORM_LINE;
    else if (strcmp(rest, "ImplicitRepresentation") == 0)
        name->form = FORM_IMPLICIT;
    else if (strcmp(rest, "TerrainIntersection") == 0)
        name->word = W_SKIP;
    else
        name->form = FORM_SURFACE;
    return true;
}

static struct citygml_name understand(const char *expat)
{
    const char *bar = strrchr(expat, '|');
    struct citygml_name name = {.local = bar ? bar + 1 : expat};
    name.ns = bar ? ns_of(expat, (size_t)(bar - expat)) : NS_OTHER;
    for (size_t i = 0; i < LENGTH(words); i++)
        if (words[i].ns == name.ns && strcmp(words[i].local, name.local) == 0) {
            name.word = words[i].word;
            name.text = words[i].text;
            return name;
        }
    const bool model = name.ns >= NS_CORE && name.ns != NS_GML && name.ns < NS_URO;
    if (model && strlen(name.local) > 4 && lod_property(&name))
        return name;
    if (name.ns == NS_URO && strcmp(name.local, "lod0Geometry") == 0) {
        name.word = W_LOD;
        name.form = FORM_DM;
    }
    /* Textures are a third of a file. */
    if (name.ns == NS_APP)
        name.word = W_SKIP;
    return name;
}

struct citygml_names *citygml_names_new(void)
{
    struct citygml_names *names = calloc(1, sizeof *names);
    if (names)
        arena_init(&names->arena, 0);
    return names;
}

void citygml_names_free(struct citygml_names *names)
{
    if (!names)
        return;
    arena_done(&names->arena);
    free(names);
}

const struct citygml_name *citygml_names_find(struct citygml_names *names, const char *expat)
{
    const size_t len = strlen(expat);
    uint64_t at = hash_bytes(span_of(expat, len), 0) & (SLOTS - 1);
    for (; names->slots[at].expat; at = (at + 1) & (SLOTS - 1))
        if (strcmp(names->slots[at].expat, expat) == 0)
            return &names->slots[at].name;
    if (names->filled == FILL) {
        names->spare.name = understand(expat); /* borrows `expat` for the moment */
        return &names->spare.name;
    }
    const char *copy = arena_copy(&names->arena, span_of(expat, len));
    if (!copy)
        return NULL;
    names->filled++;
    names->slots[at] = (struct slot){.expat = copy, .name = understand(copy)};
    return &names->slots[at].name;
}
