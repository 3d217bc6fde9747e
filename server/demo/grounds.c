/* grounds: rows of public flats and strips of fields. */
#include <math.h>

#include "server/demo/lots.h"
#include "server/demo/shapes.h"

/* The axis of the ground that runs nearer to west–east, pointing east. */
static struct demo_frame east_frame(const struct demo_poly *ground)
{
    struct demo_xy u = demo_poly_frame(ground).u;
    if (fabs(u.x) < fabs(u.y))
        u = demo_left(u);
    if (u.x < 0)
        u = demo_xy(-u.x, -u.y);
    return demo_poly_frame_along(ground, u);
}

static void tree_between(struct demo_city *city, const struct demo_poly *ground, struct demo_xy at,
                         struct demo_random *random)
{
    static const char *const species[] = {"ケヤキ", "サクラ", "クスノキ", "イチョウ"};
    if (demo_poly_depth(ground, at) < 2.5)
        return;
    const double height = demo_random_between(random, 6, 13);
    demo_city_tree(
        city, (struct demo_tree){at, height, height * 0.28, species[demo_random_below(random, 4)]});
}

void demo_slabs_build(struct demo_city *city, const struct demo_poly *ground)
{
    struct demo_random random = demo_random_of(41, demo_stream_of(ground));
    const struct demo_frame frame = east_frame(ground);
    const struct demo_poly lawn = demo_poly_inset(ground, 2);
    const struct demo_poly usable = demo_poly_inset(ground, 5);
    demo_city_area(city, &lawn, (struct demo_area){.layer = DEMO_GREEN, .kind = "grass"});
    int block = 0;
    for (double v = frame.half_v - 12; v > -frame.half_v + 8; v -= 27) {
        for (double u = -frame.half_u + 34; u < frame.half_u - 20; u += 66) {
            struct demo_frame slab = frame;
            slab.centre = demo_frame_at(&frame, u, v);
            slab.half_v = 5.5;
            for (slab.half_u = 28; slab.half_u >= 14 && !demo_inside(&usable, &slab);)
                slab.half_u -= 4;
            if (slab.half_u < 14)
                continue;
            const int storeys = block % 5 == 4 ? 8 : 5;
            demo_shape_build(city, &slab, DEMO_SHAPE_BOX, &random,
                             (struct demo_building){.use = "共同住宅",
                                                    .height_m = storeys * 2.8 + 1.1,
                                                    .storeys = storeys,
                                                    .year = 1974 + block});
            for (double at = -24; at <= 24; at += 12)
                tree_between(city, &usable, demo_frame_at(&slab, at, -13), &random);
            block++;
        }
    }
}

static void greenhouse(struct demo_city *city, const struct demo_poly *field,
                       struct demo_random *random)
{
    struct demo_frame frame;
    const struct demo_poly inner = demo_poly_inset(field, 3);
    if (inner.count < 3 ||
        !demo_fit(&inner, demo_poly_frame(field).u, 48, 7, demo_xy(0, 0), 5, &frame))
        return;
    demo_shape_build(city, &frame, DEMO_SHAPE_BOX, random,
                     (struct demo_building){.use = "農林漁業用施設",
                                            .height_m = 3.4,
                                            .source = DEMO_ASSUMED,
                                            .unknown = "absent",
                                            .storeys = 1});
}

void demo_fields_build(struct demo_city *city, const struct demo_poly *ground)
{
    struct demo_random random = demo_random_of(42, demo_stream_of(ground));
    const struct demo_frame frame = demo_poly_frame(ground);
    const int count = (int)fmax(2, floor(2 * frame.half_u / 31));
    const struct demo_side bank = {DEMO_BORDER_NEIGHBOUR, 0.6};
    struct demo_poly rest = *ground;
    for (int i = 1; i <= count; i++) {
        struct demo_poly left = rest, right = {0};
        struct demo_xy from, to;
        const double at = -frame.half_u + 2 * frame.half_u / count * i;
        if (i < count && !demo_poly_cut(&rest, demo_frame_at(&frame, at, 0), frame.v, bank, &left,
                                        &right, &from, &to))
            continue;
        const struct demo_poly field = demo_poly_inset(&left, 0.5);
        if (field.count >= 3)
            demo_city_area(city, &field,
                           (struct demo_area){.layer = DEMO_LANDUSE, .kind = "farmland"});
        if (demo_random_chance(&random, 7))
            greenhouse(city, &field, &random);
        rest = right;
    }
}
