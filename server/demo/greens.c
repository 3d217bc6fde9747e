/* greens: parks, grounds, shrine wood, temple. */
#include <math.h>

#include "server/demo/sites.h"

static void area(struct demo_layout *layout, const struct demo_poly *ring,
                 enum demo_area_layer layer, const char *kind, double height)
{
    demo_city_area(layout->city, ring,
                   (struct demo_area){.layer = layer,
                                      .kind = kind,
                                      .name = layer == DEMO_GREEN ? layout->site->name : NULL,
                                      .height_m = height});
}

/* A twelve-cornered oval with an uneven shore. */
static struct demo_poly oval(struct demo_layout *layout, double u, double v, double ru, double rv)
{
    static const double cosine[12] = {1,  0.866,  0.5,  0, -0.5, -0.866,
                                      -1, -0.866, -0.5, 0, 0.5,  0.866};
    struct demo_poly ring = {0};
    for (int i = 0; i < 12; i++) {
        const double uneven = demo_random_between(&layout->random, 0.86, 1.08);
        demo_poly_add(&ring,
                      demo_frame_at(&layout->frame, u + ru * cosine[i] * uneven,
                                    v + rv * cosine[(i + 9) % 12] * uneven),
                      (struct demo_side){DEMO_BORDER_NEIGHBOUR, 0});
    }
    return ring;
}

static void path(struct demo_layout *layout, double u0, double v0, double u1, double v1)
{
    const struct demo_xy line[2] = {demo_frame_at(&layout->frame, u0, v0),
                                    demo_frame_at(&layout->frame, u1, v1)};
    demo_city_road(layout->city, line, 2, (struct demo_road){.kind = "path", .width_m = 2.5});
}

/* A roof on four posts. */
static void arbour(struct demo_layout *layout, double u, double v, double half)
{
    (void)demo_layout_put(layout, u, v, half, half, DEMO_SHAPE_BOX,
                          (struct demo_building){.kind = "roof",
                                                 .use = "その他",
                                                 .name = "あずまや",
                                                 .height_m = 3.6,
                                                 .min_height_m = 2.5},
                          NULL);
}

static void park(struct demo_layout *layout)
{
    const double hu = layout->frame.half_u, hv = layout->frame.half_v;
    area(layout, &layout->ground, DEMO_GREEN, "park", 0);
    path(layout, -hu * 0.8, -hv * 0.8, hu * 0.8, hv * 0.8);
    arbour(layout, -hu * 0.35, hv * 0.3, 2.8);
    demo_layout_border(layout, 3, 8.5, "サクラ", 7);
    demo_layout_trees(layout, 14, 4, "ケヤキ", 11);
    demo_layout_place(layout, -hu * 0.3, 0, "bench", "ベンチ", "Bench", 9);
    demo_layout_place(layout, hu * 0.4, -hv * 0.3, "water_tap", "水飲み場", "Drinking water", 9);
}

static void pond_park(struct demo_layout *layout)
{
    const double hu = layout->frame.half_u, hv = layout->frame.half_v;
    struct demo_poly pond = oval(layout, hu * 0.12, hv * 0.1, hu * 0.45, hv * 0.42);
    const struct demo_poly shore = oval(layout, hu * 0.12, hv * 0.1, hu * 0.58, hv * 0.58);
    area(layout, &layout->ground, DEMO_GREEN, "park", 0);
    demo_city_area(layout->city, &pond,
                   (struct demo_area){.layer = DEMO_WATER, .kind = "pond", .name = "みずかげ池"});
    struct demo_xy ring[13];
    for (int i = 0; i < 13; i++)
        ring[i] = shore.at[i % 12];
    demo_city_road(layout->city, ring, 13,
                   (struct demo_road){.kind = "path", .name = "池めぐりの道", .width_m = 3});
    path(layout, -hu * 0.9, -hv * 0.7, -hu * 0.4, -hv * 0.1);
    path(layout, hu * 0.9, hv * 0.8, hu * 0.6, hv * 0.3);
    layout->placed[layout->placed_count++] = pond;
    arbour(layout, -hu * 0.6, hv * 0.5, 3.2);
    arbour(layout, hu * 0.75, -hv * 0.55, 3.2);
    demo_layout_border(layout, 4, 9, "ケヤキ", 12);
    demo_layout_trees(layout, 150, 3, "クヌギ", 11);
    demo_layout_place(layout, -hu * 0.55, -hv * 0.1, "bench", "池のほとりのベンチ",
                      "Pondside bench", 8);
    demo_layout_place(layout, hu * 0.62, hv * 0.62, "bench", "木かげのベンチ", "Shady bench", 9);
    demo_layout_place(layout, -hu * 0.6, hv * 0.2, "water_tap", "みずかげ公園の水飲み場",
                      "Drinking water, Mizukage Park", 8);
}

static void sports(struct demo_layout *layout)
{
    const double hu = layout->frame.half_u, hv = layout->frame.half_v;
    const struct demo_frame *frame = &layout->frame;
    area(layout, &layout->ground, DEMO_GREEN, "park", 0);
    struct demo_poly turf = demo_rect(frame, hu * 0.3, 0, hu * 0.45, hv * 0.55);
    area(layout, &turf, DEMO_GREEN, "grass", 0);
    layout->placed[layout->placed_count++] = turf;
    (void)demo_layout_put(layout, -hu * 0.55, hv * 0.35, 32, 24, DEMO_SHAPE_BOX,
                          (struct demo_building){.use = "文教厚生施設",
                                                 .name = "あおぞら体育館",
                                                 .height_m = 14.2,
                                                 .storeys = 2,
                                                 .year = 1993},
                          NULL);
    arbour(layout, -hu * 0.2, -hv * 0.6, 3);
    demo_layout_border(layout, 4, 9, "イチョウ", 10);
    demo_layout_trees(layout, 40, 4, "ケヤキ", 10);
    demo_layout_place(layout, -hu * 0.2, 0, "water_tap", "運動公園の水飲み場",
                      "Drinking water, Aozora Sports Park", 8);
}

static void shrine(struct demo_layout *layout)
{
    const double hu = layout->frame.half_u, hv = layout->frame.half_v;
    const bool large = layout->site->rank <= 4;
    const double scale = large ? 1 : 0.6;
    area(layout, &layout->ground, DEMO_GREEN, "wood", large ? 15 : 9);
    struct demo_building hall = {.use = "その他",
                                 .name = layout->site->name,
                                 .height_m = large ? 11.4 : 6.2,
                                 .storeys = 1,
                                 .year = 1894};
    (void)demo_layout_put(layout, 0, hv * 0.4, 7 * scale, 6 * scale, DEMO_SHAPE_BOX, hall, NULL);
    hall.name = NULL;
    hall.height_m *= 0.8;
    (void)demo_layout_put(layout, 0, hv * 0.4 - 18 * scale, 9 * scale, 5 * scale, DEMO_SHAPE_T,
                          hall, NULL);
    if (large)
        (void)demo_layout_put(layout, hu * 0.55, -hv * 0.1, 9, 6, DEMO_SHAPE_L,
                              (struct demo_building){.use = "その他",
                                                     .name = "涼風神社社務所",
                                                     .height_m = 6.1,
                                                     .storeys = 1,
                                                     .year = 1972},
                              NULL);
    path(layout, 0, -hv * 0.98, 0, hv * 0.4 - 23 * scale - 1.7);
    layout->placed[layout->placed_count++] = demo_rect(&layout->frame, 0, -hv * 0.5, 3, hv * 0.5);
    demo_layout_trees(layout, (int)(demo_poly_area(&layout->ground) / 62), 2.5, "スギ",
                      large ? 17 : 11);
    demo_layout_trees(layout, (int)(demo_poly_area(&layout->ground) / 260), 2.5, "クスノキ",
                      large ? 19 : 12);
}

static void temple(struct demo_layout *layout)
{
    const double hu = layout->frame.half_u, hv = layout->frame.half_v;
    area(layout, &layout->ground, DEMO_GREEN, "garden", 0);
    (void)demo_layout_put(layout, -hu * 0.1, hv * 0.25, 9, 8.5, DEMO_SHAPE_BOX,
                          (struct demo_building){.use = "その他",
                                                 .name = layout->site->name,
                                                 .height_m = 12.3,
                                                 .storeys = 1,
                                                 .year = 1861},
                          NULL);
    (void)demo_layout_put(
        layout, hu * 0.5, hv * 0.3, 10, 6.5, DEMO_SHAPE_L,
        (struct demo_building){.use = "住宅", .height_m = 7.6, .storeys = 2, .year = 1985}, NULL);
    (void)demo_layout_put(
        layout, -hu * 0.1, -hv * 0.75, 3.2, 2.2, DEMO_SHAPE_BOX,
        (struct demo_building){.use = "その他", .height_m = 6.8, .storeys = 1, .year = 1861}, NULL);
    path(layout, -hu * 0.1, -hv * 0.75 + 4, -hu * 0.1, hv * 0.25 - 10.5);
    demo_layout_border(layout, 2.5, 7, "マツ", 8);
    demo_layout_trees(layout, 16, 2.5, "モミジ", 6);
}

void demo_green_build(struct demo_layout *layout)
{
    switch (layout->site->kind) {
    case DEMO_SITE_PARK:
        park(layout);
        break;
    case DEMO_SITE_POND_PARK:
        pond_park(layout);
        break;
    case DEMO_SITE_SPORTS:
        sports(layout);
        break;
    case DEMO_SITE_SHRINE:
        shrine(layout);
        break;
    case DEMO_SITE_TEMPLE:
        temple(layout);
        break;
    default:
        demo_grey_build(layout);
    }
}
