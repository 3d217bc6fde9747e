/*
 * citygml_geometry: GML's nested elements become polygons, lines and points of a member.
 *
 * Purpose    Keeps the one polygon, ring or line that is open; nothing here knows XML.
 * Order      Latitude, longitude, height, as EPSG:6697 has them; longitude first is accepted too:
 *            in Japan the ranges 20…46 and 122…154 cannot be confused.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/span.h"
#include "tiles/import/citygml_member.h"

struct citygml_geometry {
    bool in_polygon, in_ring, in_line, in_point;
    bool interior;      /* the ring that is open, or the next */
    unsigned dimension; /* numbers a point: 2 or 3 */
    struct member_polygon polygon;
    struct member_ring ring;
    struct member_line line;
};

/* A new object: nothing is open. */
void citygml_geometry_begin(struct citygml_geometry *geometry);
/* Text of srsDimension, or NULL: 3. */
void citygml_geometry_dimension(struct citygml_geometry *geometry, const char *text);
void citygml_geometry_open(struct citygml_geometry *geometry, struct member *member,
                           enum citygml_word word, struct member_place place, uint64_t id);
/* The text of a posList or pos. What is not a list of points becomes one point that is not a
 * number, so that its polygon is refused. */
void citygml_geometry_numbers(struct citygml_geometry *geometry, struct member *member,
                              struct span text);
void citygml_geometry_close(struct citygml_geometry *geometry, struct member *member,
                            enum citygml_word word);
