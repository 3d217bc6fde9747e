#include "server/demo/city.h"

#include <string.h>

/* Room for one more in the list; NULL when memory is gone. */
static void *list_add(struct demo_city *city, struct demo_list *list, size_t size)
{
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity ? list->capacity * 2 : 256;
        void *items = arena_array(city->arena, capacity, size);
        if (!items) {
            city->failed = true;
            return NULL;
        }
        if (list->count)
            memcpy(items, list->items, list->count * size);
        list->items = items;
        list->capacity = capacity;
    }
    return (char *)list->items + size * list->count++;
}

const struct demo_xy *demo_city_copy(struct demo_city *city, const struct demo_xy *at, int count)
{
    struct demo_xy *copy = ARENA_ARRAY(city->arena, struct demo_xy, (size_t)count);
    if (!copy) {
        city->failed = true;
        return NULL;
    }
    for (int i = 0; i < count; i++)
        copy[i] = demo_snap(at[i]);
    return copy;
}

struct demo_building *demo_city_building(struct demo_city *city, const struct demo_poly *ring,
                                         struct demo_building like)
{
    like.ring = demo_city_copy(city, ring->at, ring->count);
    like.ring_count = ring->count;
    struct demo_building *one =
        like.ring ? list_add(city, &city->buildings, sizeof(struct demo_building)) : NULL;
    if (!one)
        return NULL;
    like.number = (int)city->buildings.count;
    *one = like;
    return one;
}

void demo_city_road(struct demo_city *city, const struct demo_xy *line, int count,
                    struct demo_road like)
{
    like.line = demo_city_copy(city, line, count);
    like.count = count;
    struct demo_road *one =
        like.line ? list_add(city, &city->roads, sizeof(struct demo_road)) : NULL;
    if (one)
        *one = like;
}

void demo_city_area_of(struct demo_city *city, const struct demo_xy *ring, int count,
                       struct demo_area like)
{
    if (count < 3)
        return;
    like.ring = demo_city_copy(city, ring, count);
    like.count = count;
    struct demo_area *one =
        like.ring ? list_add(city, &city->areas, sizeof(struct demo_area)) : NULL;
    if (one)
        *one = like;
}

void demo_city_area(struct demo_city *city, const struct demo_poly *ring, struct demo_area like)
{
    demo_city_area_of(city, ring->at, ring->count, like);
}

void demo_city_tree(struct demo_city *city, struct demo_tree tree)
{
    struct demo_tree *one = list_add(city, &city->trees, sizeof(struct demo_tree));
    tree.at = demo_snap(tree.at);
    if (one)
        *one = tree;
}

void demo_city_place(struct demo_city *city, struct demo_place place)
{
    struct demo_place *one = list_add(city, &city->places, sizeof(struct demo_place));
    place.at = demo_snap(place.at);
    if (one)
        *one = place;
}
