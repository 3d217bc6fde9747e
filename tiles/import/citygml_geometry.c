#include "tiles/import/citygml_geometry.h"

#include <math.h>
#include <string.h>

#include "tiles/base/num.h"

void citygml_geometry_begin(struct citygml_geometry *geometry)
{
    *geometry = (struct citygml_geometry){.dimension = 3};
}

void citygml_geometry_dimension(struct citygml_geometry *geometry, const char *text)
{
    geometry->dimension = text && strcmp(text, "2") == 0 ? 2 : 3;
}

void citygml_geometry_open(struct citygml_geometry *geometry, struct member *member,
                           enum citygml_word word, struct member_place place, uint64_t id)
{
    switch (word) {
    case W_POLYGON:
        geometry->in_polygon = true;
        geometry->interior = false;
        geometry->polygon = (struct member_polygon){
            .id = id, .first_ring = (uint32_t)member->rings_count, .place = place};
        break;
    case W_EXTERIOR:
    case W_INTERIOR:
        geometry->interior = word == W_INTERIOR;
        break;
    case W_RING:
        geometry->in_ring = geometry->in_polygon;
        geometry->ring = (struct member_ring){.first = (uint32_t)member->points_count};
        break;
    case W_LINE:
    case W_POINT:
        geometry->in_line = word == W_LINE;
        geometry->in_point = word == W_POINT;
        geometry->line =
            (struct member_line){.first = (uint32_t)member->points_count, .place = place};
        break;
    default:
        break;
    }
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* The next number of the text; false at its end. *ok is false for what is not a number. */
static bool next_number(struct span *text, double *ret, bool *ok)
{
    while (text->len && is_blank(text->data[0]))
        *text = span_of(text->data + 1, text->len - 1);
    if (!text->len)
        return false;
    size_t len = 0;
    while (len < text->len && !is_blank(text->data[len]))
        len++;
    *ok &= num_double_from(span_of(text->data, len), ret, NULL) == ERR_OK;
    *text = span_of(text->data + len, text->len - len);
    return true;
}

static bool in_japan(double lat, double lon)
{
    return lat >= shape_japan.south && lat <= shape_japan.north && lon >= shape_japan.west &&
           lon <= shape_japan.east;
}

static struct shape_point point_from(const double *numbers, unsigned dimension)
{
    const double z = dimension == 3 ? numbers[2] : 0;
    if (in_japan(numbers[1], numbers[0]))
        return (struct shape_point){.lon = numbers[0], .lat = numbers[1], .z = z};
    return (struct shape_point){.lon = numbers[1], .lat = numbers[0], .z = z};
}

void citygml_geometry_numbers(struct citygml_geometry *geometry, struct member *member,
                              struct span text)
{
    if (!geometry->in_ring && !geometry->in_line && !geometry->in_point)
        return;
    double numbers[3] = {0};
    unsigned count = 0;
    bool ok = true;
    while (ok && next_number(&text, &numbers[count], &ok))
        if (ok && ++count == geometry->dimension) {
            member_add_point(member, point_from(numbers, geometry->dimension));
            count = 0;
        }
    if (!ok || count != 0)
        member_add_point(member, (struct shape_point){NAN, NAN, NAN});
}

static void close_ring(struct citygml_geometry *geometry, struct member *member)
{
    struct member_ring ring = geometry->ring;
    ring.count = (uint32_t)member->points_count - ring.first;
    /* A hole without an exterior before it belongs to nothing. */
    if (geometry->interior && geometry->polygon.ring_count == 0)
        return;
    member_add_ring(member, ring);
    geometry->polygon.ring_count++;
}

void citygml_geometry_close(struct citygml_geometry *geometry, struct member *member,
                            enum citygml_word word)
{
    switch (word) {
    case W_RING:
        if (geometry->in_ring)
            close_ring(geometry, member);
        geometry->in_ring = false;
        break;
    case W_POLYGON:
        if (geometry->in_polygon && geometry->polygon.ring_count)
            member_add_polygon(member, &geometry->polygon);
        geometry->in_polygon = false;
        break;
    case W_LINE:
    case W_POINT:
        geometry->line.count = (uint32_t)member->points_count - geometry->line.first;
        if (geometry->in_line && geometry->line.place.in_lod)
            member_add_line(member, &geometry->line);
        if (geometry->in_point && geometry->line.place.in_lod)
            member_add_anchor(member, &geometry->line);
        geometry->in_line = geometry->in_point = false;
        break;
    default:
        break;
    }
}
