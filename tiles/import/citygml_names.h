/*
 * citygml_names: the words of CityGML and i-UR that this reader knows.
 *
 * Purpose    An element is known by namespace and local name, never by prefix.
 * Standard   OGC CityGML 1.0 (08-007r1) and 2.0 (12-019), GML 3.1.1 (03-105r1), i-UR 1.4 to 3.x.
 * Ownership  The table copies the names it remembers.
 */
#pragma once

#include <stdint.h>

#include "tiles/base/attr.h"

enum citygml_ns {
    NS_OTHER,
    NS_CORE,
    NS_GML,
    NS_BLDG,
    NS_TRAN,
    NS_VEG,
    NS_WTR,
    NS_LUSE,
    NS_BRID,
    NS_FRN,
    NS_GEN,
    NS_GRP,
    NS_APP,
    NS_DEM,
    NS_TUN,
    NS_URO,
    NS_URF,
};

enum citygml_word {
    W_OTHER,
    W_CITY_MODEL,
    W_MEMBER,  /* cityObjectMember, featureMember */
    W_SKIP,    /* nothing below matters: appearance, interior, other attributes */
    W_LOD,     /* lod1Solid …: a level of detail */
    W_POLYGON, /* Polygon, Triangle … : a face with rings */
    W_EXTERIOR,
    W_INTERIOR,
    W_RING,
    W_LINE, /* LineString, LineStringSegment */
    W_POINT,
    W_POS_LIST,
    W_POS,
    W_AGGREGATE, /* MultiSurface, Solid …: faces under one id */
    W_SURFACE_MEMBER,
    W_GROUND,   /* GroundSurface */
    W_ROOF,     /* RoofSurface */
    W_BOUNDARY, /* the other thematic surfaces */
    W_PART,     /* BuildingPart, BridgePart */
    W_CHILD,    /* TrafficArea, BuildingInstallation …: an object inside the object */
    W_GENERIC,  /* stringAttribute …: a generic attribute with a name */
    W_GENERIC_VALUE,
    W_BUILDING_ID_SET, /* buildingIDAttribute, BuildingIDAttribute */
    W_DM,              /* geometry taken over from the large-scale map (数値地形図) */
    W_HAZARD,          /* floodingRiskAttribute */
    W_TEXT,            /* an attribute whose text is kept; `text` says which */
};

enum citygml_text {
    TEXT_NAME,
    TEXT_CLASS,
    TEXT_FUNCTION,
    TEXT_USAGE,
    TEXT_YEAR,
    TEXT_MEASURED_HEIGHT,
    TEXT_STOREYS,
    TEXT_BUILDING_ID,
    TEXT_BRANCH_ID,
    TEXT_PART_ID,
    TEXT_OLD_ID, /* gen:stringAttribute 建物ID */
    TEXT_HEIGHT, /* veg:height, veg:averageHeight */
    TEXT_CROWN_DIAMETER,
    TEXT_SPECIES,
    TEXT_COUNT,
};

enum citygml_form {
    FORM_SURFACE,
    FORM_FOOT_PRINT,
    FORM_ROOF_EDGE,
    FORM_LINE,
    FORM_IMPLICIT,
    FORM_DM
};

struct citygml_name {
    enum citygml_ns ns;
    enum citygml_word word;
    enum citygml_text text; /* of W_TEXT */
    enum citygml_form form; /* of W_LOD */
    uint8_t lod;            /* of W_LOD */
    const char *local;
};

struct citygml_names;

MUST_CHECK struct citygml_names *citygml_names_new(void);
void citygml_names_free(struct citygml_names *names);
DEFINE_CLEANUP(struct citygml_names, citygml_names_free)

/* `expat` is namespace, '|', local name, as expat gives it; NULL when memory is gone. The result
 * lives as long as the table, or until the next call when the table is full. */
const struct citygml_name *citygml_names_find(struct citygml_names *names, const char *expat);
