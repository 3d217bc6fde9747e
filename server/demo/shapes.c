#include "server/demo/shapes.h"

#include <math.h>

static bool rect_inside(const struct demo_poly *ground, const struct demo_frame *axes,
                        const double reach[4])
{
    const double u[4] = {-reach[0], reach[1], reach[1], -reach[0]};
    const double v[4] = {-reach[2], -reach[2], reach[3], reach[3]};
    for (int i = 0; i < 4; i++)
        if (!demo_poly_contains(ground, demo_frame_at(axes, u[i], v[i])))
            return false;
    return true;
}

bool demo_inside(const struct demo_poly *ground, const struct demo_frame *frame)
{
    const double reach[4] = {frame->half_u, frame->half_u, frame->half_v, frame->half_v};
    return rect_inside(ground, frame, reach);
}

bool demo_fit(const struct demo_poly *ground, struct demo_xy u, double max_u, double max_v,
              struct demo_xy push, double min_m, struct demo_frame *ret)
{
    if (ground->count < 3)
        return false;
    const struct demo_frame box = demo_poly_frame_along(ground, u);
    struct demo_frame axes = box;
    axes.centre = demo_poly_centre(ground);
    double reach[4] = {0.2, 0.2, 0.2, 0.2}; /* west, east, south, north of the axes */
    if (!rect_inside(ground, &axes, reach))
        return false;
    bool grew = true;
    while (grew) {
        grew = false;
        for (int i = 0; i < 4; i++) {
            const double step = fmax(0.15, (i < 2 ? box.half_u : box.half_v) / 16);
            const double size = i < 2 ? reach[0] + reach[1] : reach[2] + reach[3];
            if (size + step > (i < 2 ? max_u : max_v))
                continue;
            reach[i] += step;
            if (rect_inside(ground, &axes, reach))
                grew = true;
            else
                reach[i] -= step;
        }
    }
    struct demo_frame fit = axes;
    fit.centre = demo_frame_at(&axes, (reach[1] - reach[0]) / 2, (reach[3] - reach[2]) / 2);
    fit.half_u = (reach[0] + reach[1]) / 2;
    fit.half_v = (reach[2] + reach[3]) / 2;
    if (2 * fmin(fit.half_u, fit.half_v) < min_m)
        return false;
    for (int i = 0; i < 40 && (push.x != 0 || push.y != 0); i++) {
        struct demo_frame moved = fit;
        moved.centre = demo_along(fit.centre, push, 0.3);
        if (!demo_inside(ground, &moved))
            break;
        fit = moved;
    }
    *ret = fit;
    return true;
}

struct demo_poly demo_shape_ring(const struct demo_frame *frame, enum demo_shape shape,
                                 struct demo_random *random)
{
    const double u = frame->half_u, v = frame->half_v;
    const double cut_u = u * demo_random_between(random, 0.55, 0.95);
    const double cut_v = v * demo_random_between(random, 0.5, 0.9);
    const int mirror_u = demo_random_below(random, 2) ? 1 : -1;
    const int mirror_v = demo_random_below(random, 2) ? 1 : -1;
    const struct demo_xy box[] = {{-u, -v}, {u, -v}, {u, v}, {-u, v}};
    const struct demo_xy ell[] = {{-u, -v},       {u, -v}, {u, v - cut_v}, {u - cut_u, v - cut_v},
                                  {u - cut_u, v}, {-u, v}};
    const struct demo_xy cup[] = {{-u, -v},
                                  {u, -v},
                                  {u, v},
                                  {u * 0.55, v},
                                  {u * 0.55, v - cut_v},
                                  {-u * 0.55, v - cut_v},
                                  {-u * 0.55, v},
                                  {-u, v}};
    const struct demo_xy tee[] = {
        {-u, -v},     {u, -v},       {u, v - cut_v},        {u * 0.5, v - cut_v},
        {u * 0.5, v}, {-u * 0.4, v}, {-u * 0.4, v - cut_v}, {-u, v - cut_v}};
    const struct demo_xy *corners = shape == DEMO_SHAPE_L   ? ell
                                    : shape == DEMO_SHAPE_U ? cup
                                    : shape == DEMO_SHAPE_T ? tee
                                                            : box;
    const int count = corners == ell ? 6 : corners == cup || corners == tee ? 8 : 4;
    const bool turned = mirror_u * mirror_v < 0; /* a mirror image runs the other way round */
    struct demo_poly ring = {0};
    for (int i = 0; i < count; i++) {
        const struct demo_xy at = corners[turned ? count - 1 - i : i];
        demo_poly_add(&ring, demo_frame_at(frame, at.x * mirror_u, at.y * mirror_v),
                      (struct demo_side){DEMO_BORDER_NEIGHBOUR, 0});
    }
    return ring;
}

void demo_shape_build(struct demo_city *city, const struct demo_frame *frame, enum demo_shape shape,
                      struct demo_random *random, struct demo_building like)
{
    const struct demo_poly ring = demo_shape_ring(frame, shape, random);
    if (shape == DEMO_SHAPE_COURT) {
        const struct demo_poly inner =
            demo_rect(frame, 0, 0, fmax(frame->half_u - 9, 3), fmax(frame->half_v - 9, 3));
        const struct demo_xy hole[4] = {inner.at[3], inner.at[2], inner.at[1], inner.at[0]};
        like.hole = demo_city_copy(city, hole, 4);
        like.hole_count = like.hole ? 4 : 0;
    }
    (void)demo_city_building(city, &ring, like);
}
