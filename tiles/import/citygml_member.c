#include "tiles/import/citygml_member.h"

#include <stdlib.h>
#include <string.h>

/* Besides points: what one member may hold of anything else, against small elements in masses. */
enum { MEMBER_ITEMS = 4 << 20 };

static void *room_for(struct member *member, void *array, size_t *room, size_t count, size_t size)
{
    if (count < *room)
        return array;
    const size_t more = *room ? *room * 2 : 64;
    void *moved = realloc(array, more * size);
    if (!moved) {
        member->no_memory = true;
        return array;
    }
    *room = more;
    return moved;
}

/* Appends `item` to member->list, within the limit. */
#define ADD(member, list, item, limit)                                                             \
    do {                                                                                           \
        (member)->too_many_points |= (member)->list##_count >= (limit);                            \
        if ((member)->too_many_points)                                                             \
            break;                                                                                 \
        (member)->list = room_for((member), (member)->list, &(member)->list##_room,                \
                                  (member)->list##_count, sizeof *(member)->list);                 \
        if ((member)->list##_count < (member)->list##_room)                                        \
            (member)->list[(member)->list##_count++] = (item);                                     \
    } while (0)

struct member *member_new(size_t max_points)
{
    struct member *member = calloc(1, sizeof *member);
    if (!member)
        return NULL;
    arena_init(&member->arena, 0);
    member->max_points = max_points;
    member->part_count = 1;
    return member;
}

void member_free(struct member *member)
{
    if (!member)
        return;
    arena_done(&member->arena);
    free(member->points);
    free(member->rings);
    free(member->polygons);
    free(member->lines);
    free(member->anchors);
    free(member->groups);
    free(member->links);
    free(member->uses);
    free(member);
}

void member_clear(struct member *member)
{
    memset(member->parts, 0, member->part_count * sizeof *member->parts);
    memset(member->texts, 0, sizeof member->texts);
    member->class = OBJECT_OTHER;
    member->id = (struct span){0};
    member->hazard = member->too_many_points = member->no_memory = member->cut_text = false;
    member->part_count = 1;
    member->points_count = member->rings_count = member->polygons_count = 0;
    member->lines_count = member->anchors_count = member->groups_count = 0;
    member->links_count = member->uses_count = 0;
    member->dangling = 0;
    arena_reset(&member->arena);
}

void member_add_point(struct member *member, struct shape_point point)
{
    ADD(member, points, point, member->max_points);
}

void member_add_ring(struct member *member, struct member_ring ring)
{
    ADD(member, rings, ring, MEMBER_ITEMS);
}

void member_add_polygon(struct member *member, const struct member_polygon *polygon)
{
    ADD(member, polygons, *polygon, MEMBER_ITEMS);
}

void member_add_line(struct member *member, const struct member_line *line)
{
    ADD(member, lines, *line, MEMBER_ITEMS);
}

void member_add_anchor(struct member *member, const struct member_line *anchor)
{
    ADD(member, anchors, *anchor, MEMBER_ITEMS);
}

void member_add_group(struct member *member, const struct member_group *group)
{
    ADD(member, groups, *group, MEMBER_ITEMS);
}

void member_add_link(struct member *member, const struct member_link *link)
{
    ADD(member, links, *link, MEMBER_ITEMS);
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct span member_text(struct member *member, struct span text)
{
    while (text.len && is_blank(text.data[0]))
        text = span_of(text.data + 1, text.len - 1);
    while (text.len && is_blank(text.data[text.len - 1]))
        text.len--;
    if (text.len > MEMBER_TEXT) {
        text.len = MEMBER_TEXT;
        while (text.len && (text.data[text.len] & 0xC0) == 0x80)
            text.len--; /* not in the middle of a character */
        member->cut_text = true;
    }
    const char *copy = arena_copy(&member->arena, text);
    member->no_memory |= !copy;
    return copy ? span_of(copy, text.len) : (struct span){0};
}

static int by_id(const void *a, const void *b)
{
    const struct member_group *left = a, *right = b;
    if (left->id != right->id)
        return left->id < right->id ? -1 : 1;
    return (left->first > right->first) - (left->first < right->first);
}

static const struct member_group *find(const struct member *member, uint64_t id)
{
    size_t low = 0, high = member->groups_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (member->groups[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < member->groups_count && member->groups[low].id == id)
        return &member->groups[low];
    return NULL;
}

void member_resolve(struct member *member)
{
    for (size_t i = 0; i < member->polygons_count; i++) {
        const struct member_polygon *polygon = &member->polygons[i];
        if (polygon->place.in_lod)
            ADD(member, uses, ((struct member_use){(uint32_t)i, polygon->place}), MEMBER_ITEMS);
        if (polygon->id && member->links_count)
            member_add_group(member,
                             &(struct member_group){polygon->id, (uint32_t)i, (uint32_t)i + 1});
    }
    if (member->links_count && member->groups_count)
        qsort(member->groups, member->groups_count, sizeof *member->groups, by_id);
    for (size_t i = 0; i < member->links_count; i++) {
        const struct member_group *group = find(member, member->links[i].target);
        member->dangling += !group;
        for (uint32_t p = group ? group->first : 0; group && p < group->end; p++)
            ADD(member, uses, ((struct member_use){p, member->links[i].place}), MEMBER_ITEMS);
    }
}

enum member_class member_class_of(const struct citygml_name *name)
{
    static const struct {
        enum citygml_ns ns;
        const char *local;
        enum member_class class;
    } classes[] = {
        {NS_BLDG, "Building", OBJECT_BUILDING},
        {NS_TRAN, "Road", OBJECT_ROAD},
        {NS_TRAN, "TransportationComplex", OBJECT_ROAD},
        {NS_TRAN, "Track", OBJECT_TRACK},
        {NS_TRAN, "Square", OBJECT_SQUARE},
        {NS_TRAN, "Railway", OBJECT_RAILWAY},
        {NS_VEG, "SolitaryVegetationObject", OBJECT_TREE},
        {NS_VEG, "PlantCover", OBJECT_PLANT_COVER},
        {NS_WTR, "WaterBody", OBJECT_WATER},
        {NS_URO, "Waterway", OBJECT_WATER},
        {NS_LUSE, "LandUse", OBJECT_LAND_USE},
        {NS_BRID, "Bridge", OBJECT_BRIDGE},
        {NS_FRN, "CityFurniture", OBJECT_FURNITURE},
        {NS_DEM, "ReliefFeature", OBJECT_RELIEF},
        {NS_TUN, "Tunnel", OBJECT_TUNNEL},
        {NS_GRP, "CityObjectGroup", OBJECT_GROUP},
        {NS_URF, "SedimentDisasterProneArea", OBJECT_HAZARD},
    };
    for (size_t i = 0; i < LENGTH(classes); i++)
        if (classes[i].ns == name->ns && strcmp(classes[i].local, name->local) == 0)
            return classes[i].class;
    return name->ns == NS_URF ? OBJECT_ZONE : OBJECT_OTHER;
}
