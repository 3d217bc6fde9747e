/*
 * citygml_member: what is known of one city object while its member is read.
 *
 * Purpose    The parser fills it, citygml_building and citygml_object make a feature of it; then it
 *            is emptied and used again. Memory is bounded by the limits of one member.
 * Links      An XLink may point forward; it is kept as a use of an id and resolved at the member's
 *            end, when all polygons are known. Targets in other members are not looked for.
 * Ownership  Owns its arrays; texts live in its arena.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiles/base/arena.h"
#include "tiles/base/attr.h"
#include "tiles/import/citygml_names.h"
#include "tiles/import/shape.h"

enum member_class {
    OBJECT_OTHER,
    OBJECT_BUILDING,
    OBJECT_ROAD,
    OBJECT_TRACK,
    OBJECT_SQUARE,
    OBJECT_RAILWAY,
    OBJECT_TREE,
    OBJECT_PLANT_COVER,
    OBJECT_WATER,
    OBJECT_LAND_USE,
    OBJECT_BRIDGE,
    OBJECT_FURNITURE,
    OBJECT_RELIEF,
    OBJECT_TUNNEL,
    OBJECT_GROUP,
    OBJECT_HAZARD,
    OBJECT_ZONE,
};

/* Which object an element is; i-UR's planning zones are known by their namespace alone. */
enum member_class member_class_of(const struct citygml_name *name);

enum member_owner { OWNER_SELF, OWNER_GROUND, OWNER_ROOF, OWNER_BOUNDARY, OWNER_CHILD };

/* Where in the object a geometry stands. */
struct member_place {
    bool in_lod; /* else it belongs to no level of detail and is only a link's target */
    uint8_t lod;
    enum citygml_form form;
    enum member_owner owner;
    uint16_t part; /* 0: the object itself */
};

struct member_polygon {
    uint64_t id; /* hash of gml:id; 0: none */
    uint32_t first_ring, ring_count;
    struct member_place place;
};

struct member_ring {
    uint32_t first, count; /* points */
};

struct member_line {
    uint32_t first, count;
    struct member_place place;
};

/* MultiSurface, Solid …: polygons from first to end stand under one id. */
struct member_group {
    uint64_t id;
    uint32_t first, end;
};

struct member_link {
    uint64_t target;
    struct member_place place;
};

/* A polygon at a place, its own or by a link. */
struct member_use {
    uint32_t polygon;
    struct member_place place;
};

enum { MEMBER_PARTS = 1024, MEMBER_TEXT = 1024 };

struct member_part {
    struct span measured_height, storeys; /* data NULL: absent */
    bool other_unit;                      /* of measured_height: not metres */
};

#define MEMBER_LIST(type, name)                                                                    \
    type *name;                                                                                    \
    size_t name##_count, name##_room

struct member {
    enum member_class class;
    uint64_t number, line; /* of its feature in the file, from 1; where its element begins */
    struct span id;        /* gml:id */
    struct span texts[TEXT_COUNT];
    bool hazard;          /* it carries flood attributes */
    bool too_many_points; /* nothing more was kept */
    bool no_memory;
    bool cut_text; /* a text was longer than MEMBER_TEXT */
    size_t max_points;
    uint32_t part_count; /* with the object itself: at least 1 */
    struct member_part parts[MEMBER_PARTS];
    MEMBER_LIST(struct shape_point, points);
    MEMBER_LIST(struct member_ring, rings);
    MEMBER_LIST(struct member_polygon, polygons);
    MEMBER_LIST(struct member_line, lines);
    MEMBER_LIST(struct member_line, anchors); /* reference points */
    MEMBER_LIST(struct member_group, groups);
    MEMBER_LIST(struct member_link, links);
    MEMBER_LIST(struct member_use, uses);
    size_t dangling; /* links that led nowhere */
    struct arena arena;
};

MUST_CHECK struct member *member_new(size_t max_points);
void member_free(struct member *member);
void member_clear(struct member *member);

/* Each sets no_memory or too_many_points when it cannot. */
void member_add_point(struct member *member, struct shape_point point);
void member_add_ring(struct member *member, struct member_ring ring);
void member_add_polygon(struct member *member, const struct member_polygon *polygon);
void member_add_line(struct member *member, const struct member_line *line);
void member_add_anchor(struct member *member, const struct member_line *anchor);
void member_add_group(struct member *member, const struct member_group *group);
void member_add_link(struct member *member, const struct member_link *link);
/* A copy, cut after MEMBER_TEXT bytes, without blanks at both ends. */
struct span member_text(struct member *member, struct span text);

/* Fills uses from polygons and links. Call once, at the member's end. */
void member_resolve(struct member *member);
