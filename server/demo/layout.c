/* layout: the tools with which sites are drawn. */
#include <math.h>

#include "server/demo/lots.h"
#include "server/demo/sites.h"

bool demo_layout_put(struct demo_layout *layout, double u, double v, double half_u, double half_v,
                     enum demo_shape shape, struct demo_building like, struct demo_frame *ret)
{
    for (double scale = 1; scale > 0.55; scale -= 0.08) {
        struct demo_frame at = layout->frame;
        at.centre = demo_frame_at(&layout->frame, u, v);
        at.half_u = half_u * scale;
        at.half_v = half_v * scale;
        const struct demo_poly ring =
            demo_rect(&layout->frame, u, v, at.half_u + 1.5, at.half_v + 1.5);
        bool clear = demo_inside(&layout->inner, &at) && layout->placed_count < DEMO_PLACED_MAX;
        for (int i = 0; i < layout->placed_count && clear; i++)
            clear = !demo_poly_meet(&ring, &layout->placed[i]);
        if (!clear)
            continue;
        layout->placed[layout->placed_count++] = ring;
        demo_shape_build(layout->city, &at, shape, &layout->random, like);
        if (ret)
            *ret = at;
        return true;
    }
    return false;
}

bool demo_layout_free(const struct demo_layout *layout, struct demo_xy at, double clear)
{
    if (demo_poly_depth(&layout->ground, at) < clear)
        return false;
    for (int i = 0; i < layout->placed_count; i++)
        if (demo_poly_depth(&layout->placed[i], at) > -clear)
            return false;
    return true;
}

void demo_layout_trees(struct demo_layout *layout, int count, double margin, const char *species,
                       double height)
{
    const struct demo_frame *frame = &layout->frame;
    const size_t first = layout->city->trees.count;
    for (int tries = 0; tries < count * 4 && count > 0; tries++) {
        const double u = demo_random_between(&layout->random, -frame->half_u, frame->half_u);
        const double v = demo_random_between(&layout->random, -frame->half_v, frame->half_v);
        const struct demo_xy at = demo_frame_at(frame, u, v);
        bool clear = demo_layout_free(layout, at, margin);
        for (size_t i = first; i < layout->city->trees.count && clear; i++)
            clear = demo_distance(at, DEMO_AT(layout->city->trees, struct demo_tree, i)->at) > 3.4;
        if (!clear)
            continue;
        const double h = height * demo_random_between(&layout->random, 0.7, 1.25);
        demo_city_tree(layout->city, (struct demo_tree){at, h, h * 0.3, species});
        count--;
    }
}

void demo_layout_border(struct demo_layout *layout, double inset, double spacing,
                        const char *species, double height)
{
    const struct demo_poly ring = demo_poly_inset(&layout->ground, inset);
    for (int i = 0; i < ring.count; i++) {
        const struct demo_xy a = ring.at[i], b = ring.at[(i + 1) % ring.count];
        const double length = demo_distance(a, b);
        for (double s = spacing / 2; s < length; s += spacing) {
            const struct demo_xy at = demo_along(a, demo_sub(b, a), s / length);
            if (!demo_layout_free(layout, at, 1.5))
                continue;
            const double h = height * demo_random_between(&layout->random, 0.8, 1.2);
            demo_city_tree(layout->city, (struct demo_tree){at, h, h * 0.3, species});
        }
    }
}

void demo_layout_place(struct demo_layout *layout, double u, double v, const char *kind,
                       const char *name, const char *name_en, int rank)
{
    demo_city_place(layout->city, (struct demo_place){demo_frame_at(&layout->frame, u, v), kind,
                                                      name, name_en, rank});
}

void demo_site_build(struct demo_city *city, const struct demo_site *site,
                     const struct demo_poly *ground)
{
    struct demo_xy u = demo_poly_frame(ground).u;
    if (fabs(u.x) < fabs(u.y))
        u = demo_left(u);
    if (u.x < 0)
        u = demo_xy(-u.x, -u.y);
    struct demo_layout layout = {
        .city = city,
        .site = site,
        .ground = *ground,
        .inner = demo_poly_inset(ground, 3),
        .frame = demo_poly_frame_along(ground, u),
        .random = demo_random_of(71, demo_stream_of(ground)),
    };
    layout.frame.centre = demo_poly_centre(ground);
    demo_city_place(city, (struct demo_place){layout.frame.centre, site->place, site->name,
                                              site->name_en, site->rank});
    demo_green_build(&layout);
}
